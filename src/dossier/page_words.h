#ifndef DOSSIER_PAGE_WORDS_H
#define DOSSIER_PAGE_WORDS_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/* The phrases of knowledge/pages/, and whether a text holds them. */

struct page_word {
    const char *kind, *field;
    int64_t need; /* of a subject; -1: `phrase` is what it is about */
    const char *phrase;
};

struct page_words {
    struct page_word *list;
    size_t count;
};

/* In ARENA. */
struct error *page_words_open(sqlite3 *db, struct arena *arena,
                              struct page_words *out) MUST_CHECK;

/*
 * The words of TEXT in lower case, each with a blank before and behind it: what page_words_meet
 * looks in. Free it with text_free.
 */
struct text *page_words_fold(struct bytes text);

/* Does FOLDED hold PHRASE? In a word of it, # is a digit, and * at its end any letters more. */
bool page_words_meet(struct bytes folded, const char *phrase);

/* The first phrase of KIND that FOLDED holds, or NULL. */
const char *page_words_any(const struct page_words *words, const char *kind,
                           struct bytes folded);

/* Is each need of the subject of FIELD met? *ABOUT is what it is about; NULL: there is none. */
bool page_words_speak(const struct page_words *words, const char *field, struct bytes folded,
                      const char **about);

#endif
