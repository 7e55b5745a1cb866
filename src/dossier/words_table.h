#ifndef DOSSIER_WORDS_TABLE_H
#define DOSSIER_WORDS_TABLE_H

#include "base/limits.h"
#include "dossier/words.h"

/*
 * The inside of a lexicon, shared by the files that fill it, cut texts and match phrases.
 *
 * A class is a set of words and stems; an element of a phrase names one. A word met in a text is
 * looked up once and keeps the list of its classes: after that, a step of a match is one bit.
 */

#define CLASS_NONE    0 /* in no word */
#define CLASS_NUMBER  1 /* digits alone */
#define CLASS_QUOTED  2 /* asked of the word in the text, not of its letters */
#define CLASS_FILLER  3
#define CLASS_NEGATOR 4
#define CLASS_FIRST   5 /* the first of those that phrases name */

struct element {
    uint16_t class;
    uint8_t gap; /* words that may stand before it */
};

struct pattern {
    const struct meaning *meaning;
    struct element *elements;
    uint8_t count;
    bool at_start, at_end;
};

/* The patterns that begin with a class: where each counts, and the word it must go on with. */
struct start {
    uint64_t scopes[WORDS_SCOPES / 64];
    const struct pattern *pattern;
    uint16_t next; /* CLASS_NONE: anything may follow */
};

struct starts {
    struct start *items;
    size_t count, capacity;
};

struct lexeme {
    struct bytes letters; /* in lower case */
    uint32_t hash;
    uint32_t number; /* of digits alone below a million */
    bool is_number, is_filler, is_negator;
    uint64_t *classes;         /* a bit for each, or NULL when it has none */
    const uint16_t *beginning; /* its classes that begin a phrase */
    size_t beginning_count;
    struct lexeme *next; /* in its bucket */
};

/* A word or stem of the vocabulary with one of its classes. */
struct entry {
    struct bytes letters;
    uint32_t hash;
    uint16_t class;
    bool stem;
};

#define BUCKETS 16384

struct lexicon {
    struct arena *arena; /* the vocabulary */
    struct arena *met;   /* the words met in texts */
    struct entry *entries;
    size_t entry_count, entry_capacity;
    uint32_t *entry_heads; /* bucket → 1 + its first entry in the sorted order */
    size_t shortest_stem, longest_stem;
    struct bytes *class_names; /* an open table from spelling to class */
    uint16_t *class_numbers;
    size_t class_count;
    struct pattern *patterns;
    size_t pattern_count, pattern_capacity;
    struct starts *starts; /* by class, after lexicon_finish */
    struct lexeme **buckets;
    size_t lexeme_count;
    struct lexeme unknown; /* of a word that is too long */
};

uint32_t lexicon_hash(struct bytes letters);
/* The lexeme of a word of the text, in any case; it lives until lexicon_forget. */
const struct lexeme *lexicon_lexeme(struct lexicon *lexicon, struct bytes word, bool is_number);
/* A class for a spelled-out list of words and stems ("a|b*"), new or met before. */
struct error *lexicon_class_of(struct lexicon *lexicon, struct bytes spelling,
                               uint16_t *out) MUST_CHECK;

#endif
