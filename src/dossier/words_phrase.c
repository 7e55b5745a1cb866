#include "base/text.h"
#include "dossier/words_table.h"

/*
 * Reads a phrase into patterns: groups and brackets are spelled out into variants, except that
 * single words of a group become one element.
 */

#define DEFAULT_GAP 4

struct variant {
    struct element elements[LIMIT_PHRASE_ELEMENTS];
    uint8_t count;
    uint8_t gap; /* in front of what comes next */
    bool at_start, at_end;
};

struct variants {
    struct variant *items;
    size_t count, capacity;
};

struct reader {
    struct lexicon *lexicon;
    struct arena *arena;
    struct bytes text;
    size_t at;
    unsigned depth;
};

static struct error *fault(const struct reader *reader, const char *why)
{
    return error_new(ERROR_INPUT, "in the phrase \"%.*s\": %s",
                     (int)(reader->text.size > 200 ? 200 : reader->text.size),
                     (const char *)reader->text.data, why);
}

static struct variant *add_variant(struct reader *reader, struct variants *to)
{
    to->items =
        arena_grow(reader->arena, to->items, &to->capacity, to->count + 1, sizeof *to->items);
    return &to->items[to->count++];
}

/* Every one of A followed by every one of B, into A. */
static struct error *join(struct reader *reader, struct variants *a, const struct variants *b)
{
    struct variants joined = {0};

    if (a->count * b->count > LIMIT_PHRASE_VARIANTS)
        return fault(reader, "it has too many variants");
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            const struct variant *tail = &b->items[j];
            struct variant *one = add_variant(reader, &joined);
            *one = a->items[i];
            if (one->count + tail->count > LIMIT_PHRASE_ELEMENTS)
                return fault(reader, "it has too many words");
            if (tail->at_start && one->count > 0)
                return fault(reader, "^ stands behind a word");
            if (one->at_end && tail->count > 0)
                return fault(reader, "$ stands before a word");
            for (size_t k = 0; k < tail->count; k++) {
                struct element element = tail->elements[k];
                if (k == 0 && one->gap > element.gap)
                    element.gap = one->gap;
                one->elements[one->count++] = element;
            }
            one->gap = tail->count > 0 || tail->gap > one->gap ? tail->gap : one->gap;
            one->at_start |= tail->at_start;
            one->at_end |= tail->at_end;
        }
    }
    *a = joined;
    return NULL;
}

static bool is_special(uint8_t c)
{
    return c == '(' || c == ')' || c == '[' || c == ']' || c == '|' || c == '#' || c == '\'' ||
           c == '^' || c == '$' || c == ' ' || c == '\n';
}

/* Between the words of a literal: a text is cut there, too. */
static bool is_joint(uint8_t c)
{
    return c == '-' || c == '_' || c == '/' || c == '+';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static struct error *add_class(struct reader *reader, struct variant *variant, uint16_t class)
{
    if (variant->count >= LIMIT_PHRASE_ELEMENTS)
        return fault(reader, "it has too many words");
    variant->elements[variant->count++] = (struct element){.class = class};
    return NULL;
}

/* A literal, cut as a text would be: "user-defined" is two words, "wpa2" too. */
static struct error *read_literal(struct reader *reader, struct variant *variant)
{
    while (reader->at < reader->text.size) {
        size_t start = reader->at;
        uint8_t c = bytes_at(reader->text, start);
        uint16_t class;
        if (is_special(c))
            return NULL;
        if (is_joint(c) || c == '.') {
            reader->at++;
            continue;
        }
        bool digits = is_digit(c);
        for (; reader->at < reader->text.size; reader->at++) {
            c = bytes_at(reader->text, reader->at);
            if (is_special(c) || is_joint(c) ||
                (is_digit(c) != digits && !(digits && c == '.')))
                break;
        }
        struct bytes word = bytes_slice(reader->text, start, reader->at - start);
        TRY(lexicon_class_of(reader->lexicon, word, &class));
        TRY(add_class(reader, variant, class));
    }
    return NULL;
}

/* "..." or "...8" at the cursor: the words it lets pass. */
static struct error *read_gap(struct reader *reader, struct variant *variant)
{
    unsigned gap = 0;

    reader->at += 3;
    while (is_digit(bytes_at(reader->text, reader->at)) && gap < 100)
        gap = gap * 10 + bytes_at(reader->text, reader->at++) - '0';
    if (gap == 0)
        gap = DEFAULT_GAP;
    if (gap > LIMIT_PHRASE_GAP)
        return fault(reader, "the gap is too wide");
    variant->gap = (uint8_t)gap;
    return NULL;
}

static struct error *read_sequence(struct reader *reader, struct variants *out);

/* A group, as far as CLOSE: single words go into one class, the rest are variants. */
static struct error *read_group(struct reader *reader, uint8_t close, struct variants *out)
{
    owned(text) single = text_new();
    uint16_t class;

    do {
        struct variants alternatives = {0};
        reader->at++; /* the opening bracket, or "|" */
        size_t start = reader->at;
        TRY(read_sequence(reader, &alternatives));
        struct bytes written = bytes_trim(bytes_slice(reader->text, start, reader->at - start));
        if (written.size == 0)
            return fault(reader, "an alternative is empty");
        bool is_word = alternatives.count == 1 && alternatives.items[0].count == 1 &&
                       alternatives.items[0].elements[0].class >= CLASS_FIRST &&
                       bytes_find_byte(written, '(') == SIZE_MAX &&
                       !alternatives.items[0].at_start && !alternatives.items[0].at_end;
        if (is_word) {
            if (single->size > 0)
                text_add_char(single, '|');
            text_add_bytes(single, written);
        }
        for (size_t i = 0; i < alternatives.count && !is_word; i++)
            *add_variant(reader, out) = alternatives.items[i];
    } while (bytes_at(reader->text, reader->at) == '|');
    if (bytes_at(reader->text, reader->at) != close)
        return fault(reader, "a bracket is not closed");
    reader->at++;
    if (single->size == 0)
        return NULL;
    TRY(lexicon_class_of(reader->lexicon, text_bytes(single), &class));
    struct variant *words = add_variant(reader, out);
    *words = (struct variant){0};
    return add_class(reader, words, class);
}

static struct error *read_optional(struct reader *reader, struct variants *out)
{
    TRY(read_group(reader, ']', out));
    *add_variant(reader, out) = (struct variant){0};
    return NULL;
}

static struct error *read_item(struct reader *reader, struct variants *out)
{
    uint8_t c = bytes_at(reader->text, reader->at);

    if (c == '(')
        return read_group(reader, ')', out);
    if (c == '[')
        return read_optional(reader, out);
    struct variant *one = add_variant(reader, out);
    *one = (struct variant){0};
    if (bytes_starts(bytes_from_offset(reader->text, reader->at), "..."))
        return read_gap(reader, one);
    if (c == '#' || c == '\'') {
        reader->at++;
        return add_class(reader, one, c == '#' ? CLASS_NUMBER : CLASS_QUOTED);
    }
    if (c == '^' || c == '$') {
        reader->at++;
        one->at_start = c == '^';
        one->at_end = c == '$';
        return NULL;
    }
    return read_literal(reader, one);
}

/* Items up to the end, or to a bracket or bar that is another's. */
static struct error *read_sequence(struct reader *reader, struct variants *out)
{
    if (++reader->depth > 8)
        return fault(reader, "brackets lie too deep in each other");
    *add_variant(reader, out) = (struct variant){0};
    for (;;) {
        uint8_t c = bytes_at(reader->text, reader->at);
        struct variants item = {0};
        if (reader->at >= reader->text.size || c == ')' || c == ']' || c == '|')
            break;
        if (c == ' ' || c == '\n') {
            reader->at++;
            continue;
        }
        TRY(read_item(reader, &item));
        TRY(join(reader, out, &item));
    }
    reader->depth--;
    return NULL;
}

static struct error *keep(struct reader *reader, const struct variant *variant,
                          const struct meaning *meaning)
{
    struct lexicon *lexicon = reader->lexicon;

    if (variant->count == 0)
        return fault(reader, "it can match nothing");
    if (variant->elements[0].gap > 0 && !variant->at_start)
        return fault(reader, "it begins with a gap");
    if (variant->gap > 0)
        return fault(reader, "it ends with a gap");
    lexicon->patterns =
        arena_grow(lexicon->arena, lexicon->patterns, &lexicon->pattern_capacity,
                   lexicon->pattern_count + 1, sizeof *lexicon->patterns);
    struct element *elements = arena_array(lexicon->arena, variant->count, sizeof *elements);
    for (size_t i = 0; i < variant->count; i++)
        elements[i] = variant->elements[i];
    lexicon->patterns[lexicon->pattern_count++] = (struct pattern){
        .meaning = meaning,
        .elements = elements,
        .count = variant->count,
        .at_start = variant->at_start,
        .at_end = variant->at_end,
    };
    return NULL;
}

struct error *lexicon_add(struct lexicon *lexicon, struct bytes phrase,
                          const struct meaning *meaning)
{
    owned(arena) arena = arena_new();
    struct reader reader = {.lexicon = lexicon, .arena = arena, .text = bytes_trim(phrase)};
    struct variants variants = {0};

    TRY(read_sequence(&reader, &variants));
    if (reader.at < reader.text.size)
        return fault(&reader, "a bracket or | stands alone");
    for (size_t i = 0; i < variants.count; i++)
        TRY(keep(&reader, &variants.items[i], meaning));
    return NULL;
}
