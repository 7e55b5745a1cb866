#include "dossier/understand_table.h"

#include "base/limits.h"
#include "base/text.h"

void put_tri(struct query *query, int place, int tri)
{
    if (tri < 0)
        query_bind_null(query, place);
    else
        query_bind_integer(query, place, tri);
}

void put_name(struct query *query, int place, const char *name)
{
    query_bind_string(query, place, name);
}

void put_entry(struct query *query, const struct entry_read *entry)
{
    query_bind_integer(query, 1, entry->observation);
    query_bind_text(query, 2, entry->table);
    query_bind_text(query, 3, entry->id);
}

/* On one line: every stretch of white space is one space. */
static void add_line(struct bytes bytes, struct text *out)
{
    struct bytes word;

    for (bool first = true; bytes_next_word(&bytes, &word); first = false) {
        if (!first)
            text_add_char(out, ' ');
        text_add_bytes(out, word);
    }
}

/* The words of a sentence, as many as fit around those that matter. */
struct bytes excerpt_of(const struct field *field, size_t first, size_t last,
                        struct arena *arena)
{
    const struct words *words = &field->words;
    uint32_t sentence = words->items[first].sentence;
    size_t from = first, to = last;
    bool more_before = true, more_behind = true;

    while (more_before || more_behind) {
        more_before = from > 0 && words->items[from - 1].sentence == sentence &&
                      words_text(words, from - 1, to).size <= LIMIT_EXCERPT;
        from -= more_before;
        more_behind = to + 1 < words->count && words->items[to + 1].sentence == sentence &&
                      words_text(words, from, to + 1).size <= LIMIT_EXCERPT;
        to += more_behind;
    }
    struct bytes whole = words_text(words, from, to);
    bool cut_before = from > 0 && words->items[from - 1].sentence == sentence;
    bool cut_behind = to + 1 < words->count && words->items[to + 1].sentence == sentence;
    if (!cut_before && !cut_behind && bytes_find_byte(whole, '\n') == SIZE_MAX)
        return whole;
    owned(text) out = text_new();
    text_add(out, cut_before ? "…" : "");
    add_line(whole, out);
    text_add(out, cut_behind ? "…" : "");
    return arena_copy(arena, text_bytes(out));
}

void put_statement(struct understanding *u, const struct entry_read *entry,
                   const struct field *field, const char *name, const char *value, size_t first,
                   size_t last)
{
    u->said =
        arena_grow(u->arena, u->said, &u->said_capacity, u->said_count + 1, sizeof *u->said);
    u->said[u->said_count++] =
        (struct said){entry, field, name, value, excerpt_of(field, first, last, u->arena)};
}

/* One row from placeholder PLACE on. */
static void bind_said(struct query *query, int place, const struct said *said)
{
    query_bind_integer(query, place, said->entry->observation);
    query_bind_text(query, place + 1, said->entry->table);
    query_bind_text(query, place + 2, said->entry->id);
    query_bind_string(query, place + 3, said->field->name);
    query_bind_integer(query, place + 4, said->field->line);
    query_bind_string(query, place + 5, said->name);
    query_bind_string(query, place + 6, said->value);
    query_bind_text(query, place + 7, said->excerpt);
}

struct error *write_statements(struct understanding *u)
{
    size_t at = 0;

    for (; at + SAID_AT_ONCE <= u->said_count; at += SAID_AT_ONCE) {
        for (int i = 0; i < SAID_AT_ONCE; i++)
            bind_said(&u->many, i * 8 + 1, &u->said[at + (size_t)i]);
        TRY(query_step(&u->many));
    }
    for (; at < u->said_count; at++) {
        bind_said(&u->into[INTO_STATEMENT], 1, &u->said[at]);
        TRY(query_step(&u->into[INTO_STATEMENT]));
    }
    u->said = NULL;
    u->said_count = u->said_capacity = 0;
    return NULL;
}
