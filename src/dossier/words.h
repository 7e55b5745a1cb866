#ifndef DOSSIER_WORDS_H
#define DOSSIER_WORDS_H

#include "base/arena.h"
#include "base/error.h"

/*
 * The phrase engine. A text is cut into words; phrases of the vocabulary are searched for in all
 * of it at once, each beginning at the words that can begin it.
 *
 * A word is a run of letters, or a number with its dots: "TLSv1.2" is tlsv and 1.2, "AES128-GCM"
 * is aes, 128 and gcm, so that all spellings of a name are one phrase. Case does not count.
 *
 * A phrase is a sequence of words, separated by spaces:
 *
 *     update          this word, or any word of a group: (update|upgrade|new firmware)
 *     automatic*      any word that begins so
 *     [the|any user]  may be there or not; brackets lie in each other
 *     ...             up to 4 words between, `...8` up to 8
 *     #               a number, which the match keeps
 *     "'"             a word in quotes, which the match keeps
 *     ^               at the beginning of the text; $ at the end of a sentence
 *
 * Articles and the like ("the", "its") between two words of a phrase do not count. No phrase
 * reaches over the end of a sentence or of a list item.
 */

/* What stands between a word and the one before it. */
enum apart {
    APART_GLUED, /* nothing, "-" or "_" */
    APART_SPACE, /* white space, quotes, marks of emphasis */
    APART_SLASH, /* also "+" and "&" */
    APART_PAREN, /* a bracket */
    APART_COLON, /* also "=", "?" and "|" */
    APART_COMMA,
    APART_DASH,     /* between spaces */
    APART_SENTENCE, /* the end of a sentence or of a list item */
};

#define WORDS_SCOPES 128 /* places (fields of tables) that a vocabulary can tell apart */

/* What it means when a phrase stands there. The part above `scopes` is the owner's. */
struct meaning {
    const void *owner;
    uint64_t scopes[WORDS_SCOPES / 64]; /* the places where it counts */
    uint16_t with, unless;              /* classes of which the sentence must have one, none */
};

struct lexicon;
struct lexeme;

struct word {
    const struct lexeme *lexeme;
    uint32_t start, end; /* bytes in the text */
    uint32_t sentence;   /* its number, from 0 */
    uint8_t apart;       /* enum apart */
    bool quoted;         /* a quote stands right before it */
};

struct words {
    struct bytes text;
    struct word *items;
    size_t count;
};

struct match {
    const struct meaning *meaning;
    uint32_t first, last; /* words, both included */
    uint32_t kept;        /* the word for # or ', or UINT32_MAX */
    uint32_t negators;    /* among the words in its gaps */
};

struct matches {
    struct match *items;
    size_t count;
};

struct lexicon *lexicon_new(void);
void lexicon_free(struct lexicon *lexicon);
DEFINE_OWNED(lexicon)

/*
 * Adds a phrase. MEANING must live as long as the lexicon. ERROR_INPUT, saying what is wrong, for
 * a phrase that breaks the syntax above or LIMIT_PHRASE_*.
 */
struct error *lexicon_add(struct lexicon *lexicon, struct bytes phrase,
                          const struct meaning *meaning) MUST_CHECK;

/* A class of words for `with` and `unless`: words and stems, separated by spaces. */
struct error *lexicon_class(struct lexicon *lexicon, struct bytes list,
                            uint16_t *out) MUST_CHECK;

/* Words that do not count between the words of a phrase: the same syntax. */
struct error *lexicon_fillers(struct lexicon *lexicon, struct bytes list) MUST_CHECK;
/* Words that negate: a match says how many of them it passes over. */
struct error *lexicon_negators(struct lexicon *lexicon, struct bytes list) MUST_CHECK;

/* After the last phrase, before the first text. */
void lexicon_finish(struct lexicon *lexicon);

/* Cuts TEXT; the words live in ARENA and borrow TEXT. */
struct words words_split(struct lexicon *lexicon, struct bytes text, struct arena *arena);

/* Forgets the words met so far when there are many: none split before may be used after. */
void lexicon_forget(struct lexicon *lexicon);

/*
 * Every phrase that counts in SCOPE, in the order of the words. Where one phrase can match in
 * several ways, the first and shortest is given.
 */
struct matches words_match(const struct lexicon *lexicon, const struct words *words,
                           unsigned scope, struct arena *arena);

/* The bytes of a word as they stand in the text; from the first to the last. */
struct bytes words_text(const struct words *words, size_t first, size_t last);
bool word_is(const struct word *word, const char *lower_case);
struct bytes word_letters(const struct word *word); /* in lower case */
bool word_is_number(const struct word *word);
/* The number, when it is one without dots and below a million; 0 otherwise. */
unsigned word_number(const struct word *word);
bool word_has_class(const struct word *word, uint16_t class);
bool word_is_negator(const struct word *word);
bool word_is_filler(const struct word *word);

#endif
