#include "cli/judging.h"
#include "model/query.h"

static const struct option_row options[] = {
    {"json", 0, NULL, "one JSON array"},
    {"edition", 0, "3.1.3|2.1.1", "hold it against that edition of EN 303 645"},
    {"statements", 0, NULL, "show what was understood of the prose, entry by entry"},
};

static void add_place(struct text *out, struct bytes file, int64_t line)
{
    text_add_terminal(out, file);
    if (line > 0)
        text_addf(out, ":%lld", (long long)line);
}

static void add_part(struct text *out, const char *name, struct bytes part)
{
    if (part.size == 0)
        return;
    text_addf(out, "  %-4s ", name);
    text_add_terminal(out, part);
    text_add_char(out, '\n');
}

/* ROW: file, line, severity, what, why, advice, provision. */
static void add_mistake(struct text *out, const struct query *row)
{
    add_place(out, query_text(row, 0), query_integer(row, 1));
    text_add(out, ": ");
    text_add_terminal(out, query_text(row, 2));
    text_add(out, ": ");
    text_add_terminal(out, query_text(row, 3));
    text_add_char(out, '\n');
    add_part(out, "why", query_text(row, 4));
    add_part(out, "try", query_text(row, 5));
}

static struct error *print_rows(sqlite3 *db, const char *sql, bool json,
                                void (*print)(struct text *out, const struct query *row))
{
    owned(text) out = text_new();
    struct query rows;
    bool found = false, first = true;

    TRY(query_open(db, sql, &rows));
    struct error *error = query_next(&rows, &found);
    for (; error == NULL && found; first = false) {
        if (json) {
            text_add(out, first ? "[\n  " : ",\n  ");
            query_add_json(&rows, out);
        } else {
            print(out, &rows);
        }
        error = query_next(&rows, &found);
    }
    query_close(&rows);
    if (json)
        text_add(out, first ? "[]\n" : "\n]\n");
    output_text(out);
    return error;
}

/* ROW: file, line, entry, field, statement, excerpt. */
static void add_statement(struct text *out, const struct query *row)
{
    add_place(out, query_text(row, 0), query_integer(row, 1));
    text_add(out, ": ");
    for (int i = 2; i < 5; i++) {
        text_add_terminal(out, query_text(row, i));
        text_add(out, i == 2 ? ", " : i == 3 ? ": " : "\n");
    }
    add_part(out, "in", query_text(row, 5));
}

static const char statements_sql[] =
    "SELECT d.path AS file, s.line, s.entry, s.field, s.name || ' = ' || s.value AS statement,"
    " s.excerpt FROM statement AS s JOIN declaration AS d ON d.id = s.observation"
    " ORDER BY s.observation DESC, s.line, s.name, s.value";

/* Rows of the other edition, and as what they are read; then the mistakes. */
static const char mistakes_sql[] =
    "SELECT file, line, severity, what, why, try, provision FROM ("
    "SELECT 0 AS class, i.line AS place, 'ics.yaml' AS file, i.line, 'note' AS severity,"
    " i.provision || ' of edition ' || m.value || ' is read from ' || i.given AS what,"
    " NULL AS why, NULL AS try, i.provision FROM ics AS i JOIN meta AS m ON m.key = 'edition'"
    " WHERE i.given IS NOT NULL"
    " UNION ALL SELECT 0, 100000000, 'answers.yaml', MIN(n.line), 'note', count(*) ||"
    " ' answers are read under the ids of edition ' || m.value, group_concat(n.given ||"
    " ' as ' || n.unit, ', '), NULL, NULL FROM (SELECT * FROM answer WHERE given IS NOT NULL"
    "  ORDER BY line) AS n JOIN meta AS m ON m.key = 'edition' HAVING count(*) > 0"
    " UNION ALL SELECT 0, 200000000, 'actions.yaml', MIN(a.line), 'note', count(*) ||"
    " ' actions are read under the ids of edition ' || m.value, group_concat(a.given ||"
    " ' as ' || a.subject, ', '), NULL, NULL FROM (SELECT * FROM action WHERE given IS NOT"
    "  NULL ORDER BY place) AS a JOIN meta AS m ON m.key = 'edition' HAVING count(*) > 0"
    " UNION ALL SELECT CASE severity WHEN 'error' THEN 1 ELSE 2 END, place, file, line,"
    " severity, what, why, advice, provision FROM mistake) ORDER BY class, place";

static void print_sum(sqlite3 *db, const char *folder, int64_t errors)
{
    owned(arena) arena = arena_new();
    owned(text) out = text_new();
    int64_t warnings =
        query_number(db, "SELECT count(*) FROM mistake WHERE severity = 'warning'", 0);

    text_addf(out, "%s: ", output_name(arena, folder));
    text_add_counted(out, (uint64_t)errors, "error");
    text_add(out, ", ");
    text_add_counted(out, (uint64_t)warnings, "warning");
    text_addf(
        out, "; %lld of %lld IXIT tables filled in, ",
        (long long)query_number(db, "SELECT count(*) FROM ixit_state WHERE declared = 1", 0),
        (long long)query_number(db, "SELECT count(*) FROM ixit_table", 0));
    text_add_counted(out, (uint64_t)query_number(db, "SELECT count(*) FROM statement", 0),
                     "statement");
    text_add(out, " understood of their prose\n");
    output_text(out);
}

static struct error *check(const struct line *line, sqlite3 *db, enum exit_code *code)
{
    int64_t errors =
        query_number(db, "SELECT count(*) FROM mistake WHERE severity = 'error'", 0);
    bool json = line_has(line, "json");

    if (line_has(line, "statements"))
        return print_rows(db, statements_sql, json, add_statement);
    TRY(print_rows(db, mistakes_sql, json, add_mistake));
    if (!json)
        print_sum(db, line->arguments[0], errors);
    if (errors > 0)
        *code = EXIT_FAILED;
    return NULL;
}

/*
 * Answers and product.yaml are held against the firmware that was assessed, where one was. Nothing
 * is written: the store is opened as for judging, so that what a killed judge left is taken back.
 */
static struct error *take_firmware(struct dossier *dossier, sqlite3 *db)
{
    const char *digest = NULL;
    sqlite3 *kept = NULL;
    bool same;
    struct query query;

    if (!dossier_has(dossier, "assessment.db"))
        return NULL;
    struct error *error =
        store_open_again(dossier_path(dossier, "assessment.db"), &same, &kept);
    if (error == NULL)
        error = query_string(kept, "SELECT value FROM meta WHERE key = 'sha256'", NULL,
                             dossier->arena, &digest);
    sqlite3_close(kept);
    error_drop(error); /* a store that cannot be read: judge says so */
    if (digest == NULL)
        return NULL;
    TRY(query_open(db, "INSERT OR IGNORE INTO meta VALUES('sha256', ?)", &query));
    query_bind_string(&query, 1, digest);
    error = query_step(&query);
    query_close(&query);
    return error;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    const char *edition, *fail_on;
    struct dossier *dossier = NULL;
    sqlite3 *db = NULL;

    TRY(judging_options(line, &edition, &fail_on));
    TRY(dossier_open(line->arguments[0], false, &dossier));
    struct error *error = judging_store(&db);
    if (error == NULL)
        error = take_firmware(dossier, db);
    if (error == NULL)
        error = judging_read(dossier, db, edition, false);
    if (error == NULL)
        error = check(line, db, code);
    sqlite3_close(db);
    dossier_close(dossier);
    return error;
}

const struct command command_check = {
    .name = "check",
    .arguments = "DOSSIER",
    .summary = "is the dossier complete and consistent? every mistake with file and line",
    .example = "proviso check camera/",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 1,
    .run = run,
};
