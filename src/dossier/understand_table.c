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
    owned(text) out = text_new();
    bool cut_before = from > 0 && words->items[from - 1].sentence == sentence;
    bool cut_behind = to + 1 < words->count && words->items[to + 1].sentence == sentence;
    text_add(out, cut_before ? "…" : "");
    add_line(words_text(words, from, to), out);
    text_add(out, cut_behind ? "…" : "");
    return arena_copy(arena, text_bytes(out));
}

struct error *put_statement(struct understanding *u, const struct entry_read *entry,
                            const struct field *field, const char *name, const char *value,
                            size_t first, size_t last)
{
    struct query *query = &u->into[INTO_STATEMENT];

    put_entry(query, entry);
    put_name(query, 4, field->name);
    query_bind_integer(query, 5, field->line);
    put_name(query, 6, name);
    put_name(query, 7, value);
    query_bind_text(query, 8, excerpt_of(field, first, last, u->arena));
    return query_step(query);
}
