#include <inttypes.h>

#include "report/html.h"

/* A word too long for a column: it may be cut anywhere. */
static bool has_long_word(struct bytes value)
{
    struct bytes word;

    while (bytes_next_word(&value, &word))
        if (word.size > 24)
            return true;
    return false;
}

/* On a telephone each cell is a line of its own behind its title, an empty one (e) nowhere. */
static void open_cell(struct text *out, const struct html_column *column, struct bytes value)
{
    bool is_place = column->style == HTML_PLACE;
    bool is_number = column->style == HTML_NUMBER || column->style == HTML_BYTES;
    bool is_empty = value.size == 0 && !is_place;
    const char *kind = is_number  ? is_empty ? "n e" : "n"
                       : is_empty ? "e"
                       : is_place ? "w"
                       : column->style == HTML_WORDS && has_long_word(value) ? "l"
                                                                             : "";

    text_add(out, *kind == '\0' ? "<td" : "<td class=\"");
    text_add(out, kind);
    text_addf(out, "%s data-l=\"%s\">", *kind == '\0' ? "" : "\"", column->title);
}

static void add_flag(struct text *out, bool flag, bool is_bad)
{
    if (flag)
        text_add(out, is_bad ? "<strong class=bad>yes</strong>" : "yes");
    else
        text_add(out, "<span class=dim>no</span>");
}

static void add_value(struct text *out, const struct query *query, int at,
                      enum html_style style)
{
    struct bytes value = query_text(query, at);

    if (style == HTML_PLACE) {
        html_place(out, query, at);
        return;
    }
    if (value.size == 0) {
        text_add(out, "<span class=dim>–</span>");
        return;
    }
    switch (style) {
    case HTML_CODE:
        text_add(out, "<code>");
        html_text(out, value, HTML_VALUE);
        text_add(out, "</code>");
        break;
    case HTML_NUMBER:
        html_text(out, value, HTML_VALUE);
        break;
    case HTML_BYTES:
        text_add_size(out, (uint64_t)query_integer(query, at));
        break;
    case HTML_FLAG:
    case HTML_BAD_FLAG:
        add_flag(out, query_integer(query, at) != 0, style == HTML_BAD_FLAG);
        break;
    case HTML_WORDS:
    case HTML_PLACE:
        html_text(out, value, HTML_VALUE);
        break;
    }
}

static void add_row(struct text *out, const struct html_table *table, const struct query *query)
{
    int at = 0;

    text_add(out, "<tr>");
    for (size_t i = 0; i < table->column_count; i++) {
        const struct html_column *column = &table->columns[i];
        bool is_place = column->style == HTML_PLACE;
        open_cell(out, column, query_text(query, at));
        add_value(out, query, at, column->style);
        at += is_place ? 3 : 1;
    }
    text_add(out, "\n");
}

static void add_head(struct text *out, const struct html_table *table)
{
    text_addf(out, "<div class=scroll><table><caption>%s</caption><thead><tr>", table->caption);
    for (size_t i = 0; i < table->column_count; i++) {
        enum html_style style = table->columns[i].style;
        text_addf(out, "<th scope=col%s>%s",
                  style == HTML_NUMBER || style == HTML_BYTES ? " class=n" : "",
                  table->columns[i].title);
    }
    text_add(out, "<tbody>\n");
}

static void add_rest(struct text *out, uint64_t rest)
{
    text_add(out, "<p class=more>and ");
    text_add_count(out, rest);
    text_add(out, " more in <code>assessment.db</code></p>\n");
}

struct error *html_table_write(struct page *page, const struct html_table *table, size_t *shown)
{
    struct query query;
    bool found = false;
    size_t rows = 0;

    *shown = 0;
    TRY(query_open(page->db, table->sql, &query));
    struct error *error = query_next(&query, &found);
    while (error == NULL && found && rows < table->limit) {
        if (rows++ == 0)
            add_head(page->out, table);
        add_row(page->out, table, &query);
        error = query_next(&query, &found);
    }
    query_close(&query);
    TRY(error);
    if (rows > 0)
        text_add(page->out, "</table></div>\n");
    if (found) {
        int64_t all = query_number(page->db, table->count, 0);
        if (all > (int64_t)rows)
            add_rest(page->out, (uint64_t)all - rows);
    }
    *shown = rows;
    return NULL;
}
