#include "base/limits.h"
#include "dossier/words_table.h"

/* Finds phrases in a text that was cut into words. */

struct matcher {
    const struct words *words;
    const struct pattern *pattern;
    uint32_t kept, negators;
};

static bool sentence_ends_before(const struct words *words, size_t at)
{
    return at >= words->count || words->items[at].apart >= APART_SENTENCE;
}

/* The word behind the last one of the phrase, or 0: ELEMENT is to be found from AT on. */
static size_t follow(struct matcher *m, size_t at, unsigned element)
{
    const struct pattern *pattern = m->pattern;
    const struct words *words = m->words;

    if (element == pattern->count)
        return !pattern->at_end || sentence_ends_before(words, at) ? at : 0;
    struct element wanted = pattern->elements[element];
    unsigned left = wanted.gap, fillers = 0, negators = 0;
    uint8_t widest = wanted.gap > 0 ? APART_COMMA : APART_COLON;
    for (; !sentence_ends_before(words, at) && words->items[at].apart <= widest; at++) {
        if (word_has_class(&words->items[at], wanted.class)) {
            size_t end = follow(m, at + 1, element + 1);
            if (end > 0) {
                m->negators += negators;
                if (wanted.class == CLASS_NUMBER || wanted.class == CLASS_QUOTED)
                    m->kept = (uint32_t)at;
                return end;
            }
        }
        if (words->items[at].lexeme->is_filler && fillers < LIMIT_FILLERS)
            fillers++;
        else if (left > 0)
            left--;
        else
            return 0;
        negators += words->items[at].lexeme->is_negator;
    }
    return 0;
}

static bool counts(const struct words *words, const struct meaning *meaning, unsigned scope,
                   size_t at)
{
    bool has_with = meaning->with == CLASS_NONE;

    if ((meaning->scopes[scope / 64] >> (scope % 64) & 1) == 0)
        return false;
    if (has_with && meaning->unless == CLASS_NONE)
        return true;
    uint32_t sentence = words->items[at].sentence;
    size_t i = at;
    while (i > 0 && words->items[i - 1].sentence == sentence)
        i--;
    for (; i < words->count && words->items[i].sentence == sentence; i++) {
        if (meaning->unless != CLASS_NONE && word_has_class(&words->items[i], meaning->unless))
            return false;
        has_with |= word_has_class(&words->items[i], meaning->with);
    }
    return has_with;
}

static bool is_lower_case(uint8_t c)
{
    return c >= 'a' && c <= 'z';
}

/* Part of a name in a program, as rsa in "verify_rsa_block": it says nothing. */
static bool in_identifier(const struct words *words, size_t first, size_t last)
{
    uint32_t start = words->items[first].start, end = words->items[last].end;

    return (start > 0 && bytes_at(words->text, start - 1) == '_' &&
            is_lower_case(bytes_at(words->text, start))) ||
           (bytes_at(words->text, end) == '_' && is_lower_case(bytes_at(words->text, end - 1)));
}

struct finding {
    const struct words *words;
    unsigned scope;
    struct arena *arena;
    struct matches matches;
    size_t capacity;
};

/* Can a phrase that begins at AT go on with a word of CLASS? */
static bool goes_on(const struct words *words, size_t at, uint16_t class)
{
    return class == CLASS_NONE ||
           (at + 1 < words->count && (word_has_class(&words->items[at + 1], class) ||
                                      words->items[at + 1].lexeme->is_filler));
}

static void try_patterns(struct finding *f, const struct starts *starts, size_t at)
{
    for (size_t i = 0; i < starts->count; i++) {
        const struct start *start = &starts->items[i];
        if ((start->scopes[f->scope / 64] >> (f->scope % 64) & 1) == 0 ||
            !goes_on(f->words, at, start->next))
            continue;
        struct matcher m = {.words = f->words, .pattern = start->pattern, .kept = UINT32_MAX};
        const struct meaning *meaning = m.pattern->meaning;
        if (m.pattern->at_start && at > m.pattern->elements[0].gap)
            continue;
        if (m.pattern->elements[0].class == CLASS_NUMBER ||
            m.pattern->elements[0].class == CLASS_QUOTED)
            m.kept = (uint32_t)at;
        uint32_t kept = m.kept;
        size_t end = follow(&m, at + 1, 1);
        if (end == 0 || in_identifier(f->words, at, end - 1) ||
            !counts(f->words, meaning, f->scope, at))
            continue;
        f->matches.items = arena_grow(f->arena, f->matches.items, &f->capacity,
                                      f->matches.count + 1, sizeof *f->matches.items);
        f->matches.items[f->matches.count++] =
            (struct match){.meaning = meaning,
                           .first = (uint32_t)at,
                           .last = (uint32_t)(end - 1),
                           .kept = m.kept == UINT32_MAX ? kept : m.kept,
                           .negators = m.negators};
    }
}

struct matches words_match(const struct lexicon *lexicon, const struct words *words,
                           unsigned scope, struct arena *arena)
{
    struct finding f = {.words = words, .scope = scope, .arena = arena};

    for (size_t at = 0; at < words->count; at++) {
        const struct lexeme *lexeme = words->items[at].lexeme;
        for (size_t i = 0; i < lexeme->beginning_count; i++)
            try_patterns(&f, &lexicon->starts[lexeme->beginning[i]], at);
        if (words->items[at].quoted)
            try_patterns(&f, &lexicon->starts[CLASS_QUOTED], at);
    }
    return f.matches;
}
