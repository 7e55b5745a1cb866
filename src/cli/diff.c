#include <inttypes.h>

#include "base/utf8.h"
#include "cli/common.h"
#include "cli/judging.h"
#include "judge/compare.h"
#include "model/query.h"

enum { SHOWN = 12 }; /* rows of one kind on the screen; --all shows the rest */

static const struct option_row options[] = {
    {"json", 0, NULL, "one JSON object"},
    {"all", 0, NULL, "every observation and declaration that changed"},
};

/* What is listed: a heading on the screen, a key in JSON, and the rows. */
static const struct section {
    const char *heading, *key;
    const char *rows;
    bool is_long; /* cut to SHOWN rows without --all */
} sections[] = {
    {"Verdicts that changed", "verdicts",
     "SELECT unit, before || ' -> ' || after AS outcome, (SELECT group_concat(b.sign || ' ' ||"
     " b.kind || ': ' || b.what, char(10)) FROM (SELECT * FROM changed_because AS c"
     " WHERE c.unit = u.unit LIMIT 8) AS b) AS because FROM changed_unit AS u ORDER BY place",
     false},
    {"Declarations that changed", "declarations",
     "SELECT ixit_table || ' ' || entry AS entry, field, COALESCE(before, '(nothing)') || ' -> "
     "'"
     " || COALESCE(after, '(nothing)') AS change FROM changed_declaration",
     true},
    {"What the firmware shows", "observations",
     "SELECT sign || ' ' || observable AS observable, what, path FROM changed_observation"
     " ORDER BY changed_observation.observable, what, sign, path",
     true},
    {"To test again: what it rests on has changed", "retest",
     "SELECT unit, why FROM retest WHERE class = 'retest' ORDER BY place", false},
    {"To confirm: nothing that is seen of it has changed", "confirm",
     "SELECT unit, why FROM retest WHERE class = 'confirm' ORDER BY place", false},
    {"Concluded since", "answered",
     "SELECT unit, why FROM retest WHERE class = 'answered' ORDER BY place", true},
    {"Answers that may be kept", "keep",
     "SELECT unit, why FROM retest WHERE class = 'keep' ORDER BY place", true},
    {"Open, and not concluded before", "open",
     "SELECT unit, why FROM retest WHERE class = 'open' ORDER BY place", true},
};

static void add_lines(struct text *out, struct bytes lines)
{
    struct bytes line;

    while (bytes_next_line(&lines, &line)) {
        text_add(out, "               ");
        text_add_terminal(out, line);
        text_add_char(out, '\n');
    }
}

static void add_row(struct text *out, const struct query *row)
{
    struct bytes first = query_text(row, 0), second = query_text(row, 1);

    text_add(out, "  ");
    text_add_terminal(out, first);
    for (size_t i = first.size; i < 12; i++)
        text_add_char(out, ' ');
    text_add_char(out, ' ');
    text_add_terminal(out, utf8_cut(second, 300));
    text_add_char(out, '\n');
    if (query_columns(row) > 2)
        add_lines(out, utf8_cut(query_text(row, 2), 2000));
}

static void add_json(struct text *out, const struct query *row, bool first)
{
    text_add(out, first ? "\n    {" : ",\n    {");
    for (int i = 0; i < query_columns(row); i++) {
        text_addf(out, "%s\"%s\": ", i == 0 ? "" : ", ", query_column_name(row, i));
        text_add_json(out, query_text(row, i));
    }
    text_add(out, "}");
}

static struct error *add_section(sqlite3 *db, const struct section *section, bool json,
                                 bool all, struct text *out)
{
    struct query rows;
    bool found = false;
    size_t count = 0;

    TRY(query_open(db, section->rows, &rows));
    struct error *error = query_next(&rows, &found);
    if (json)
        text_addf(out, ",\n  \"%s\": [", section->key);
    for (; error == NULL && found; count++) {
        if (json)
            add_json(out, &rows, count == 0);
        else if (all || !section->is_long || count < SHOWN) {
            if (count == 0)
                text_addf(out, "\n%s\n", section->heading);
            add_row(out, &rows);
        }
        error = query_next(&rows, &found);
    }
    query_close(&rows);
    if (json)
        text_add(out, count == 0 ? "]" : "\n  ]");
    else if (!all && section->is_long && count > SHOWN)
        text_addf(out, "  … %zu more: --all shows them\n", count - SHOWN);
    return error;
}

static void add_count(sqlite3 *db, const char *sql, const char *noun, const char *behind,
                      struct text *out)
{
    text_add_counted(out, (uint64_t)query_number(db, sql, 0), noun);
    text_add(out, behind);
}

static struct error *add_head(sqlite3 *db, const struct line *line, bool json, struct text *out)
{
    owned(arena) arena = arena_new();
    const char *now, *before;

    TRY(query_string(db, "SELECT value FROM main.meta WHERE key = 'sha256'", NULL, arena,
                     &now));
    TRY(query_string(db, "SELECT value FROM old.meta WHERE key = 'sha256'", NULL, arena,
                     &before));
    bool same = bytes_equal(bytes_of(now), bytes_of(before));
    if (json) {
        text_add(out, "{\n  \"before\": ");
        text_add_json(out, bytes_of(before));
        text_add(out, ",\n  \"after\": ");
        text_add_json(out, bytes_of(now));
        text_addf(out, ",\n  \"same_firmware\": %s", same ? "true" : "false");
        return NULL;
    }
    text_add_terminal(out, bytes_of(line->arguments[0]));
    text_add(out, " -> ");
    text_add_terminal(out, bytes_of(line->arguments[1]));
    text_addf(out, ": %s\n", same ? "the same firmware" : "another firmware");
    add_count(db, "SELECT count(*) FROM changed_unit", "verdict", " changed; ", out);
    add_count(db, "SELECT count(*) FROM retest WHERE class = 'retest'", "unit",
              " to test again, ", out);
    text_addf(out, "%" PRId64 " to confirm, ",
              query_number(db, "SELECT count(*) FROM retest WHERE class = 'confirm'", 0));
    add_count(db, "SELECT count(*) FROM retest WHERE class = 'keep'", "answer",
              " may be kept, ", out);
    text_addf(out, "%" PRId64 " decided by the program\n",
              query_number(db, "SELECT count(*) FROM retest WHERE class = 'program'", 0));
    return NULL;
}

static struct error *show(const struct line *line, sqlite3 *db)
{
    owned(text) out = text_new();
    bool json = line_has(line, "json");

    TRY(compare_run(db));
    TRY(add_head(db, line, json, out));
    for (size_t i = 0; i < COUNT_OF(sections); i++)
        TRY(add_section(db, &sections[i], json, line_has(line, "all"), out));
    if (json)
        text_add(out, "\n}\n");
    output_text(out);
    return NULL;
}

static struct error *check_editions(sqlite3 *db, const struct line *line)
{
    if (query_number(db,
                     "SELECT (SELECT value FROM main.meta WHERE key = 'edition') ="
                     " (SELECT value FROM old.meta WHERE key = 'edition')",
                     0) == 1)
        return NULL;
    return error_hint(
        error_wrap(error_new(ERROR_USAGE, "they were judged against different editions"),
                   "cannot compare %s with %s", line->arguments[0], line->arguments[1]),
        "judge both against one: proviso judge DOSSIER --edition 3.1.3");
}

static struct error *attach(sqlite3 *db, const char *path)
{
    struct query query;

    TRY(query_open(db, "ATTACH ? AS old", &query));
    query_bind_string(&query, 1, path);
    struct error *error = query_step(&query);
    query_close(&query);
    return error;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    owned(text) path = text_new();
    sqlite3 *old = NULL, *db = NULL;

    (void)code;
    TRY(common_open(line->arguments[0], &old)); /* says what is wrong with it */
    text_add(path, sqlite3_db_filename(old, "main"));
    sqlite3_close(old);
    TRY(common_open(line->arguments[1], &db));
    struct error *error = attach(db, text_string(path));
    if (error == NULL)
        error = check_editions(db, line);
    if (error == NULL)
        error = show(line, db);
    sqlite3_close(db);
    return error;
}

const struct command command_diff = {
    .name = "diff",
    .arguments = "OLD NEW",
    .summary = "what changed between two assessments, and what to test again",
    .example = "proviso diff camera-1.0/ camera-1.1/",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 2,
    .most = 2,
    .run = run,
};
