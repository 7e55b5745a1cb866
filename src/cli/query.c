#include "model/query.h"

#include "cli/cli.h"
#include "cli/common.h"

static const struct option_row options[] = {
    {"json", 0, NULL, "one JSON array of objects"},
    {"csv", 0, NULL, "comma separated values"},
};

static void add_line(const struct query *query, bool csv, struct text *out)
{
    for (int i = 0; i < query_columns(query); i++) {
        text_add(out, i == 0 ? "" : csv ? "," : "\t");
        if (csv)
            text_add_csv(out, query_text(query, i));
        else
            text_add_terminal(out, query_text(query, i));
    }
    text_add_char(out, '\n');
}

static void add_names(const struct query *query, bool csv, struct text *out)
{
    for (int i = 0; i < query_columns(query); i++) {
        text_add(out, i == 0 ? "" : csv ? "," : "\t");
        if (csv)
            text_add_csv(out, bytes_of(query_column_name(query, i)));
        else
            text_add_terminal(out, bytes_of(query_column_name(query, i)));
    }
    text_add_char(out, '\n');
}

static struct error *print_rows(const struct line *line, struct query *query)
{
    bool json = line_has(line, "json"), csv = line_has(line, "csv"), first = true, found;
    owned(text) out = text_new();

    if (!json)
        add_names(query, csv, out);
    TRY(query_next(query, &found));
    for (; found; first = false) {
        if (json) {
            text_add(out, first ? "[\n  " : ",\n  ");
            query_add_json(query, out);
        } else {
            add_line(query, csv, out);
        }
        TRY(query_next(query, &found));
    }
    if (json)
        text_add(out, first ? "[]\n" : "\n]\n");
    output_text(out);
    return NULL;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    sqlite3 *db;
    struct query query;

    (void)code;
    TRY(common_open(line->arguments[0], &db));
    struct error *error = query_open_untrusted(db, line->arguments[1], &query);
    if (error == NULL) {
        error = print_rows(line, &query);
        query_close(&query);
    }
    sqlite3_close(db);
    return error;
}

const struct command command_query = {
    .name = "query",
    .arguments = "ASSESSMENT SELECT",
    .summary = "put a question of your own to an assessment, in SQL",
    .example = "proviso query out/assessment.db \"SELECT path, name, version FROM component\"",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 2,
    .most = 2,
    .run = run,
};
