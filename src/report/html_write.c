#include <inttypes.h>

#include "report/html.h"

void html_full(struct text *out, struct bytes bytes)
{
    text_add_html(out, bytes);
}

void html_text(struct text *out, struct bytes bytes, size_t limit)
{
    size_t end = bytes.size;

    if (end > limit)
        for (end = limit; end > 0 && (bytes_at(bytes, end) & 0xc0) == 0x80 && limit - end < 4;)
            end--;
    text_add_html(out, bytes_slice(bytes, 0, end));
    if (end == bytes.size)
        return;
    text_add(out, "<span class=cut> … ");
    text_add_count(out, bytes.size - end);
    text_add(out, " more bytes</span>");
}

void html_count(struct text *out, int64_t count, const char *one, const char *many)
{
    text_add_count(out, (uint64_t)count);
    text_addf(out, " %s", count == 1 ? one : many);
}

void html_place(struct text *out, const struct query *query, int column)
{
    struct bytes path = query_text(query, column);

    if (path.size == 0 && query_is_null(query, column + 1) && query_is_null(query, column + 2))
        return;
    text_add(out, "<code class=place>");
    if (path.size == 0)
        text_add(out, "the image");
    else
        html_text(out, path, HTML_VALUE);
    if (query_integer(query, column + 1) > 0)
        text_addf(out, "<span class=at>:%" PRId64 "</span>", query_integer(query, column + 1));
    else if (query_integer(query, column + 2) > 0)
        text_addf(out, "<span class=at> at 0x%" PRIx64 "</span>",
                  (uint64_t)query_integer(query, column + 2));
    text_add(out, "</code>");
}

void html_badge(struct text *out, struct bytes outcome, bool is_provision)
{
    text_add(out, "<span class=\"badge ");
    html_full(out, outcome);
    text_addf(out, "\"><span aria-hidden=true>%s</span> ", html_symbol(outcome));
    if (is_provision)
        text_add(out, html_outcome(outcome));
    else
        html_full(out, outcome);
    text_add(out, "</span>");
}

const char *html_meta(struct page *page, const char *key)
{
    struct query query;
    bool found = false;
    const char *value = "";

    struct error *error = query_open(page->db, "SELECT value FROM meta WHERE key = ?", &query);
    if (error != NULL) {
        error_drop(error); /* a store without meta says nothing about itself */
        return value;
    }
    query_bind_string(&query, 1, key);
    error = query_next(&query, &found);
    if (error == NULL && found)
        value = arena_string(page->arena, query_text(&query, 0));
    query_close(&query);
    error_drop(error);
    return value;
}

int64_t html_meta_number(struct page *page, const char *key)
{
    uint64_t number = 0;

    if (!bytes_to_u64(bytes_of(html_meta(page, key)), &number) || number > INT64_MAX)
        return 0;
    return (int64_t)number;
}

static bool asks(struct page *page, const char *sql, const char *first, const char *second)
{
    struct query query;
    bool found = false;

    struct error *error = query_open(page->db, sql, &query);
    if (error == NULL) {
        query_bind_string(&query, 1, first);
        if (second != NULL)
            query_bind_string(&query, 2, second);
        error = query_next(&query, &found);
        query_close(&query);
    }
    if (error != NULL)
        found = false;
    error_drop(error);
    return found;
}

bool html_has_table(struct page *page, const char *name)
{
    return asks(page, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name,
                NULL);
}

bool html_has_column(struct page *page, const char *table, const char *column)
{
    return asks(page, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", table, column);
}
