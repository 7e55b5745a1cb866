#include "report/document.h"

/* A word too long for a column: it may be cut anywhere. */
static bool has_long_word(struct bytes value)
{
    struct bytes word;

    while (bytes_next_word(&value, &word))
        if (word.size > 24)
            return true;
    return false;
}

static bool is_number(enum style style)
{
    return style == STYLE_NUMBER || style == STYLE_BYTES;
}

/* The note says how a cell is: n number, e empty, w a place, l with long words, t prose. */
static void open_cell(struct document *document, const struct document_column *column,
                      int64_t number, struct bytes value)
{
    bool is_empty = value.size == 0 && column->style != STYLE_PLACE;
    const char *note = is_number(column->style)       ? is_empty ? "n e" : "n"
                       : is_empty                     ? "e"
                       : column->style == STYLE_PLACE ? "w"
                       : column->style == STYLE_PROSE ? "t"
                       : column->style == STYLE_WORDS && has_long_word(value) ? "l"
                                                                              : "";

    document_open_with(document, BLOCK_CELL,
                       &(struct words){.count = number, .note = bytes_of(note)});
}

static void add_flag(struct document *document, bool flag, bool is_bad)
{
    if (flag)
        document_text(document, is_bad ? MARK_BAD : MARK_PLAIN, bytes_of("yes"));
    else
        document_text(document, MARK_DIM, bytes_of("no"));
}

static void add_value(struct document *document, const struct query *query, int at,
                      enum style style)
{
    struct bytes value = query_text(query, at);

    if (style == STYLE_PLACE) {
        document_place(document, query, at);
        return;
    }
    if (value.size == 0) {
        document_text(document, MARK_DIM, bytes_of("–"));
        return;
    }
    switch (style) {
    case STYLE_CODE:
        document_cut(document, MARK_CODE, value, DOCUMENT_VALUE);
        break;
    case STYLE_BYTES:
        document_size(document, (uint64_t)query_integer(query, at));
        break;
    case STYLE_FLAG:
    case STYLE_BAD_FLAG:
        add_flag(document, query_integer(query, at) != 0, style == STYLE_BAD_FLAG);
        break;
    case STYLE_OUTCOME:
        document_badge(document, value);
        break;
    case STYLE_UNIT:
        document_link(document, "u-", value, value);
        break;
    case STYLE_PROVISION:
        document_link(document, "p-", value, value);
        break;
    case STYLE_PROSE:
        document_cut(document, MARK_PROSE, value, DOCUMENT_PROSE);
        break;
    case STYLE_NUMBER:
    case STYLE_WORDS:
    case STYLE_PLACE:
        document_cut(document, MARK_PLAIN, value, DOCUMENT_VALUE);
        break;
    }
}

static void add_row(struct document *document, const struct document_table *table,
                    const struct query *query)
{
    int at = 0;

    document_open(document, BLOCK_ROW);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct document_column *column = &table->columns[i];
        open_cell(document, column, (int64_t)i, query_text(query, at));
        add_value(document, query, at, column->style);
        document_close(document, BLOCK_CELL);
        at += column->style == STYLE_PLACE ? 3 : 1;
    }
    document_close(document, BLOCK_ROW);
}

void document_rest(struct document *document, uint64_t rest)
{
    owned(text) text = text_new();

    text_add(text, "and ");
    text_add_count(text, rest);
    text_add(text, " more in ");
    document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_NONE});
    document_text(document, MARK_PLAIN, text_bytes(text));
    document_text(document, MARK_CODE, bytes_of("assessment.db"));
    document_close(document, BLOCK_PARAGRAPH);
}

struct error *document_table_rows(struct document *document, const struct document_table *table,
                                  struct query *query, size_t *shown, bool *more)
{
    const struct words words = {.title = bytes_of(table->caption),
                                .columns = table->columns,
                                .column_count = table->column_count};
    struct error *error = query_next(query, more);
    size_t rows = 0;

    while (error == NULL && *more && rows < table->limit) {
        if (rows++ == 0)
            document_open_with(document, BLOCK_TABLE, &words);
        add_row(document, table, query);
        error = query_next(query, more);
    }
    if (rows > 0)
        document_close(document, BLOCK_TABLE);
    *shown = rows;
    return error;
}

/* How many rows are left in QUERY, which stands at one. */
static struct error *count_left(struct query *query, uint64_t *left)
{
    bool found = true;
    uint64_t count = 0;

    for (; found; count++)
        TRY(query_next(query, &found));
    *left = count;
    return NULL;
}

struct error *document_table_write(struct document *document,
                                   const struct document_table *table, size_t *shown)
{
    owned(text) sql = text_new();
    struct query query;
    bool more = false;
    uint64_t left = 0;

    *shown = 0;
    /* With a limit SQLite sorts those rows alone: one more says whether there are more. */
    text_add(sql, table->sql);
    if (table->count != NULL)
        text_addf(sql, " LIMIT %zu", table->limit + 1);
    TRY(query_open(document->db, text_string(sql), &query));
    struct error *error = document_table_rows(document, table, &query, shown, &more);
    if (error == NULL && more && table->count == NULL)
        error = count_left(&query, &left);
    query_close(&query);
    if (error == NULL && more && table->count != NULL) {
        int64_t all =
            table->known > 0 ? table->known : query_number(document->db, table->count, 0);
        left = all > (int64_t)*shown ? (uint64_t)all - *shown : 0;
    }
    if (error == NULL && left > 0)
        document_rest(document, left);
    return error;
}

/* A column that says where to find the row, and nothing about it. */
static bool is_number_of_row(const char *name)
{
    return bytes_is(bytes_of(name), "observation") || bytes_is(bytes_of(name), "id");
}

/* The columns of any query, but numbers of rows where there is anything else. */
static size_t columns_of(struct document *document, const struct query *query,
                         struct document_column **out, int **at)
{
    int all = query_columns(query);
    size_t count = 0;
    bool says = false;

    *out = arena_array(document->arena, (size_t)all, sizeof **out);
    *at = arena_array(document->arena, (size_t)all, sizeof **at);
    for (int i = 0; i < all; i++)
        says = says || !is_number_of_row(query_column_name(query, i));
    for (int i = 0; i < all; i++) {
        const char *name = query_column_name(query, i);
        if (says && is_number_of_row(name))
            continue;
        char *title = arena_string(document->arena, bytes_of(name));
        for (char *c = title; *c != '\0'; c++)
            if (*c == '_')
                *c = ' ';
        (*at)[count] = i;
        (*out)[count++] = (struct document_column){title, STYLE_WORDS};
    }
    return count;
}

struct error *document_table_any(struct document *document, const char *caption,
                                 struct query *query, size_t limit)
{
    struct document_column *columns;
    int *at;
    size_t count = columns_of(document, query, &columns, &at), rows = 0;
    const struct words words = {
        .title = bytes_of(caption), .columns = columns, .column_count = count};
    bool found = false;
    uint64_t left = 0;

    struct error *error = query_next(query, &found);
    while (error == NULL && found && rows < limit) {
        if (rows++ == 0)
            document_open_with(document, BLOCK_TABLE, &words);
        document_open(document, BLOCK_ROW);
        for (size_t i = 0; i < count; i++) {
            struct bytes value = query_text(query, at[i]);
            open_cell(document, &columns[i], (int64_t)i, value);
            add_value(document, query, at[i], STYLE_WORDS);
            document_close(document, BLOCK_CELL);
        }
        document_close(document, BLOCK_ROW);
        error = query_next(query, &found);
    }
    if (rows > 0)
        document_close(document, BLOCK_TABLE); /* also where the query fails on the way */
    else if (error == NULL)
        document_say(document, ROLE_NONE, "No rows.");
    if (error == NULL && found)
        error = count_left(query, &left);
    if (left > 0)
        document_rest(document, left);
    return error;
}
