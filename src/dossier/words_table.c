#include "dossier/words_table.h"

#include <stdlib.h>

/* The vocabulary's words with their classes, and the words met in texts. */

static char lower(uint8_t c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* FNV-1a over the letters in lower case. */
uint32_t lexicon_hash(struct bytes letters)
{
    uint32_t hash = 2166136261U;

    for (size_t i = 0; i < letters.size; i++)
        hash = (hash ^ (uint8_t)lower(letters.data[i])) * 16777619U;
    return hash;
}

struct lexicon *lexicon_new(void)
{
    struct lexicon *lexicon = mem_alloc(sizeof *lexicon);

    *lexicon = (struct lexicon){.arena = arena_new(), .met = arena_new()};
    lexicon->class_count = CLASS_FIRST;
    lexicon->shortest_stem = LIMIT_WORD;
    return lexicon;
}

void lexicon_free(struct lexicon *lexicon)
{
    if (lexicon == NULL)
        return;
    arena_free(lexicon->arena);
    arena_free(lexicon->met);
    mem_free(lexicon);
}

static struct error *add_entry(struct lexicon *lexicon, struct bytes spelling, uint16_t class)
{
    bool stem = bytes_ends(spelling, "*");
    struct bytes letters = bytes_slice(spelling, 0, spelling.size - (stem ? 1 : 0));

    if (letters.size == 0 || letters.size > LIMIT_WORD)
        return error_new(ERROR_INPUT, "a word of 1 to %d letters is needed, not \"%.*s\"",
                         LIMIT_WORD, (int)(spelling.size > 60 ? 60 : spelling.size),
                         spelling.size == 0 ? "" : (const char *)spelling.data);
    char *own = arena_string(lexicon->arena, letters);
    for (size_t i = 0; i < letters.size; i++)
        own[i] = lower((uint8_t)own[i]);
    letters = bytes_from(own, letters.size);
    lexicon->entries = arena_grow(lexicon->arena, lexicon->entries, &lexicon->entry_capacity,
                                  lexicon->entry_count + 1, sizeof *lexicon->entries);
    lexicon->entries[lexicon->entry_count++] = (struct entry){
        .letters = letters, .hash = lexicon_hash(letters), .class = class, .stem = stem};
    if (stem && letters.size < lexicon->shortest_stem)
        lexicon->shortest_stem = letters.size;
    if (stem && letters.size > lexicon->longest_stem)
        lexicon->longest_stem = letters.size;
    return NULL;
}

/* An open table from spelling to class, twice as large as the limit of classes. */
static struct bytes *class_slot(struct lexicon *lexicon, struct bytes spelling,
                                uint16_t **class)
{
    static const size_t size = 2 * LIMIT_CLASSES;
    size_t at = lexicon_hash(spelling) % size;

    if (lexicon->class_names == NULL) {
        lexicon->class_names = arena_array(lexicon->arena, size, sizeof(struct bytes));
        lexicon->class_numbers = arena_array(lexicon->arena, size, sizeof(uint16_t));
    }
    while (lexicon->class_names[at].size > 0 &&
           !bytes_equal(lexicon->class_names[at], spelling))
        at = (at + 1) % size;
    *class = &lexicon->class_numbers[at];
    return &lexicon->class_names[at];
}

struct error *lexicon_class_of(struct lexicon *lexicon, struct bytes spelling, uint16_t *out)
{
    uint16_t *number;
    struct bytes *name = class_slot(lexicon, spelling, &number);
    struct bytes rest = spelling, word;

    if (name->size > 0) {
        *out = *number;
        return NULL;
    }
    if (lexicon->class_count >= LIMIT_CLASSES)
        return error_new(ERROR_LIMIT, "more than %d groups of words", LIMIT_CLASSES);
    uint16_t class = (uint16_t)lexicon->class_count++;
    while (bytes_next_field(&rest, '|', &word))
        TRY(add_entry(lexicon, word, class));
    *name = arena_copy(lexicon->arena, spelling);
    *number = class;
    *out = class;
    return NULL;
}

struct error *lexicon_class(struct lexicon *lexicon, struct bytes list, uint16_t *out)
{
    char *own = arena_string(lexicon->arena, bytes_trim(list));

    for (char *c = own; *c != '\0'; c++)
        if (*c == ' ' || *c == '\n')
            *c = '|';
    return lexicon_class_of(lexicon, bytes_of(own), out);
}

static struct error *add_list(struct lexicon *lexicon, struct bytes list, uint16_t class)
{
    struct bytes rest = list, word;

    while (bytes_next_word(&rest, &word))
        TRY(add_entry(lexicon, word, class));
    return NULL;
}

struct error *lexicon_fillers(struct lexicon *lexicon, struct bytes list)
{
    return add_list(lexicon, list, CLASS_FILLER);
}

struct error *lexicon_negators(struct lexicon *lexicon, struct bytes list)
{
    return add_list(lexicon, list, CLASS_NEGATOR);
}

static int by_hash(const void *a, const void *b)
{
    const struct entry *first = a, *second = b;

    if (first->hash != second->hash)
        return first->hash < second->hash ? -1 : 1;
    int order = bytes_compare(first->letters, second->letters);
    return order != 0 ? order : (int)first->class - (int)second->class;
}

void lexicon_finish(struct lexicon *lexicon)
{
    if (lexicon->entry_count > 0)
        qsort(lexicon->entries, lexicon->entry_count, sizeof *lexicon->entries, by_hash);
    lexicon->entry_heads = arena_array(lexicon->arena, BUCKETS, sizeof(uint32_t));
    /* Sorted by hash, so the entries of a bucket are found through its high bits. */
    for (size_t i = lexicon->entry_count; i-- > 0;)
        lexicon->entry_heads[lexicon->entries[i].hash >> 18] = (uint32_t)i + 1;
    lexicon->starts = arena_array(lexicon->arena, lexicon->class_count, sizeof(struct starts));
    for (size_t i = 0; i < lexicon->pattern_count; i++) {
        struct starts *starts = &lexicon->starts[lexicon->patterns[i].elements[0].class];
        starts->items = arena_grow(lexicon->arena, starts->items, &starts->capacity,
                                   starts->count + 1, sizeof *starts->items);
        struct start *start = &starts->items[starts->count++];
        start->pattern = &lexicon->patterns[i];
        start->next = start->pattern->count > 1 && start->pattern->elements[1].gap == 0
                          ? start->pattern->elements[1].class
                          : CLASS_NONE;
        for (size_t j = 0; j < COUNT_OF(start->scopes); j++)
            start->scopes[j] = start->pattern->meaning->scopes[j];
    }
    lexicon->unknown = (struct lexeme){.letters = bytes_of("")};
    lexicon->buckets = arena_array(lexicon->arena, BUCKETS, sizeof *lexicon->buckets);
}

void lexicon_forget(struct lexicon *lexicon)
{
    if (lexicon->lexeme_count < LIMIT_LEXEMES)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        lexicon->buckets[i] = NULL;
    lexicon->lexeme_count = 0;
    arena_reset(lexicon->met);
}

static void take_class(const struct lexicon *lexicon, struct lexeme *lexeme, uint16_t class,
                       uint16_t *beginning)
{
    if (class == CLASS_FILLER || class == CLASS_NEGATOR) {
        lexeme->is_filler |= class == CLASS_FILLER;
        lexeme->is_negator |= class == CLASS_NEGATOR;
        return;
    }
    if (lexeme->classes == NULL)
        lexeme->classes =
            arena_array(lexicon->met, (lexicon->class_count + 63) / 64, sizeof(uint64_t));
    uint64_t bit = UINT64_C(1) << (class % 64);
    if ((lexeme->classes[class / 64] & bit) != 0)
        return;
    lexeme->classes[class / 64] |= bit;
    if (lexicon->starts[class].count > 0)
        beginning[lexeme->beginning_count++] = class;
}

/* Every entry whose letters are LETTERS, as a whole or as a stem. */
static void find_classes(const struct lexicon *lexicon, struct lexeme *lexeme,
                         struct bytes letters, bool stem, uint16_t *beginning)
{
    uint32_t hash = lexicon_hash(letters);
    size_t at = lexicon->entry_heads[hash >> 18];

    for (; at > 0 && at <= lexicon->entry_count; at++) {
        const struct entry *entry = &lexicon->entries[at - 1];
        if (entry->hash > hash)
            return;
        if (entry->hash == hash && entry->stem == stem && bytes_equal(entry->letters, letters))
            take_class(lexicon, lexeme, entry->class, beginning);
    }
}

static struct lexeme *new_lexeme(struct lexicon *lexicon, struct bytes word, uint32_t hash,
                                 bool is_number)
{
    static uint16_t beginning[LIMIT_CLASSES];
    struct lexeme *lexeme = arena_alloc(lexicon->met, sizeof *lexeme);
    char *own = arena_string(lexicon->met, word);
    uint64_t number;

    for (size_t i = 0; i < word.size; i++)
        own[i] = lower((uint8_t)own[i]);
    lexeme->letters = bytes_from(own, word.size);
    lexeme->hash = hash;
    if (is_number && word.size <= 6 && bytes_to_u64(lexeme->letters, &number)) {
        lexeme->is_number = true;
        lexeme->number = (uint32_t)number;
        take_class(lexicon, lexeme, CLASS_NUMBER, beginning);
    }
    find_classes(lexicon, lexeme, lexeme->letters, false, beginning);
    for (size_t size = lexicon->shortest_stem;
         size <= lexicon->longest_stem && size <= word.size; size++)
        find_classes(lexicon, lexeme, bytes_slice(lexeme->letters, 0, size), true, beginning);
    uint16_t *kept = arena_array(lexicon->met, lexeme->beginning_count, sizeof *kept);
    mem_copy(kept, beginning, lexeme->beginning_count * sizeof *kept);
    lexeme->beginning = kept;
    lexicon->lexeme_count++;
    return lexeme;
}

static bool same_letters(struct bytes lower_case, struct bytes word)
{
    if (lower_case.size != word.size)
        return false;
    for (size_t i = 0; i < word.size; i++)
        if (lower_case.data[i] != (uint8_t)lower(word.data[i]))
            return false;
    return true;
}

const struct lexeme *lexicon_lexeme(struct lexicon *lexicon, struct bytes word, bool is_number)
{
    if (word.size > LIMIT_WORD)
        return &lexicon->unknown;
    uint32_t hash = lexicon_hash(word);
    struct lexeme **bucket = &lexicon->buckets[hash % BUCKETS];
    for (struct lexeme *met = *bucket; met != NULL; met = met->next)
        if (met->hash == hash && same_letters(met->letters, word))
            return met;
    struct lexeme *lexeme = new_lexeme(lexicon, word, hash, is_number);
    lexeme->next = *bucket;
    *bucket = lexeme;
    return lexeme;
}

bool word_has_class(const struct word *word, uint16_t class)
{
    if (class == CLASS_QUOTED)
        return word->quoted;
    return word->lexeme->classes != NULL &&
           (word->lexeme->classes[class / 64] >> (class % 64) & 1) != 0;
}

bool word_is_negator(const struct word *word)
{
    return word->lexeme->is_negator;
}

bool word_is_filler(const struct word *word)
{
    return word->lexeme->is_filler;
}
