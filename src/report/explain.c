#include "report/explain.h"

#include <inttypes.h>

#include "report/explain_write.h"

/* Looks up what is meant, and shows its facts, its sheet, its rule and what to do. */

enum kind {
    KIND_UNIT,
    KIND_CASE,
    KIND_PROVISION,
};

struct explaining {
    struct document *document;
    struct sheet_screen *screen;
    const struct explain_options *options;
    enum kind kind;
    const char *id;
};

/*
 * An id down to its letters and numbers, joined by "-": "5.1-1-2-c", "5.1.1.2(c)" and "5.1-1-2 C"
 * all give "5-1-1-2-c". Words before the first digit, such as "unit", are passed over.
 */
static const char *tokens_of(struct arena *arena, struct bytes id)
{
    owned(text) out = text_new();
    char before = 0; /* 'd' within a number, 'l' within letters */

    for (size_t i = 0; i < id.size; i++) {
        uint8_t c = bytes_at(id, i);
        bool digit = c >= '0' && c <= '9';
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        char now = 0;
        if (digit)
            now = 'd';
        else if (letter)
            now = 'l';
        if (now == 0 || (now == 'l' && out->size == 0)) {
            before = 0;
            continue;
        }
        if (now != before && out->size > 0)
            text_add_char(out, '-');
        before = now;
        text_add_char(out, (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
    }
    return arena_string(arena, text_bytes(out));
}

/* What WHAT means: an exact id first, then one of the same letters and numbers. */
static struct error *find(struct explaining *explaining, const char *what)
{
    struct arena *arena = explaining->document->arena;
    const char *wanted = tokens_of(arena, bytes_of(what));
    struct query query;
    bool found = false, exact = false;

    TRY(query_open(explaining->document->db,
                   "SELECT 0, id FROM unit WHERE edition = " SQL_EDITION
                   " UNION ALL SELECT 1, id FROM test_case WHERE edition = " SQL_EDITION
                   " UNION ALL SELECT 2, id FROM provision WHERE edition = " SQL_EDITION,
                   &query));
    struct error *error = query_next(&query, &found);
    while (error == NULL && found && !exact) {
        struct bytes id = query_text(&query, 1);
        exact = bytes_is(id, what);
        if (exact || (explaining->id == NULL && *wanted != '\0' &&
                      bytes_is(bytes_of(tokens_of(arena, id)), wanted))) {
            explaining->kind = (enum kind)query_integer(&query, 0);
            explaining->id = arena_string(arena, id);
        }
        error = query_next(&query, &found);
    }
    query_close(&query);
    if (error != NULL || explaining->id != NULL)
        return error;
    return error_hint(
        error_wrap(error_new(ERROR_USAGE,
                             "there is no test unit, case or provision of that name in edition "
                             "%s",
                             document_meta(explaining->document, "edition")),
                   "cannot explain %s", what),
        "units are written like 5.1-1-2-c; proviso list rules shows all of them");
}

/* The first row of SQL as lines: each column's name is its label. */
static struct error *add_lines(struct explaining *explaining, const char *sql, bool *any)
{
    struct query query;
    bool found = false;

    TRY(query_open(explaining->document->db, sql, &query));
    query_bind_string(&query, 1, explaining->id);
    struct error *error = query_next(&query, &found);
    for (int i = 0; error == NULL && found && i < query_columns(&query); i++)
        explain_line(
            explaining->screen,
            arena_string(explaining->document->arena, bytes_of(query_column_name(&query, i))),
            query_text(&query, i));
    query_close(&query);
    *any = found;
    return error;
}

static const char unit_sql[] =
    "SELECT u.id AS unit, CASE v.outcome WHEN 'not-run' THEN 'not followed'"
    " ELSE replace(v.outcome, '-', ' ') END || CASE WHEN v.disputed THEN ' (disputed)' ELSE ''"
    " END AS outcome, p.id || ' (' || COALESCE(p.printed, p.code) || '), ' || CASE p.base"
    " WHEN 'M' THEN 'mandatory' ELSE 'recommendation' END AS provision,"
    " p.requirement AS requires, u.test_case || ' (' || c.kind || ')' AS \"test case\","
    " u.verb AS kind, u.purpose AS \"looks at\" FROM unit AS u"
    " JOIN verdict AS v ON v.unit = u.id"
    " JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"
    " JOIN provision AS p ON p.id = c.provision AND p.edition = u.edition"
    " WHERE u.edition = " SQL_EDITION " AND u.id = ?";

static const char case_sql[] =
    "SELECT c.id AS \"test case\", replace(v.outcome, '-', ' ') AS outcome, c.kind AS kind,"
    " c.provision AS provision, c.title AS title, c.pass AS \"passes when\","
    " v.because AS because FROM test_case AS c LEFT JOIN case_verdict AS v"
    " ON v.test_case = c.id WHERE c.edition = " SQL_EDITION " AND c.id = ?";

static const char provision_sql[] =
    "SELECT p.id AS provision, CASE v.outcome WHEN 'not-run' THEN 'not followed'"
    " ELSE replace(v.outcome, '-', ' ') END AS outcome,"
    " COALESCE(p.printed, p.code) || ', ' || CASE p.base WHEN 'M' THEN 'mandatory'"
    " ELSE 'recommendation' END AS status, p.requirement AS requires, p.applies AS applies,"
    " v.because AS because FROM provision AS p"
    " LEFT JOIN provision_verdict AS v ON v.provision = p.id"
    " WHERE p.edition = " SQL_EDITION " AND p.id = ?";

static const char ics_sql[] =
    "SELECT support || CASE WHEN drafted THEN ' (a draft that nobody has confirmed)' ELSE '' "
    "END || COALESCE(', read from the row of ' || given, '')"
    " AS \"ICS support\", detail AS \"ICS detail\" FROM ics WHERE provision = ?";

static struct error *add_rules(struct explaining *explaining)
{
    struct sheet_screen *screen = explaining->screen;
    struct query rule;
    bool found = false;
    size_t count = 0;

    TRY(query_open(explaining->document->db,
                   "SELECT f.rows, r.file || ':' || r.line, m.fails FROM unit_rule AS m"
                   " JOIN rule AS r ON r.unit = m.rule JOIN rule_fail AS f ON f.unit = m.rule"
                   " WHERE m.unit = ? AND (f.edition = " SQL_EDITION
                   " OR (f.edition IS NULL AND m.fails)) ORDER BY m.place, f.place",
                   &rule));
    query_bind_string(&rule, 1, explaining->id);
    struct error *error = query_next(&rule, &found);
    while (error == NULL && found) {
        struct bytes rest = query_text(&rule, 0), line;
        if (count++ == 0) {
            explain_head(screen, "The unit fails when one of these queries has rows");
            explain_line(screen, "written in", query_text(&rule, 1));
        }
        text_add_char(screen->out, '\n');
        while (bytes_next_line(&rest, &line)) {
            text_add(screen->out, "    ");
            text_add_terminal(screen->out, line);
            text_add_char(screen->out, '\n');
        }
        error = query_next(&rule, &found);
    }
    query_close(&rule);
    if (error == NULL && count == 0) {
        explain_head(screen, "No query can make the unit fail");
        explain_line(screen, "", bytes_of("A person concludes it."));
    }
    return error;
}

/* "proviso answer DIR UNIT …", where there is a dossier and the answer can count. */
static void add_command(struct explaining *explaining)
{
    struct text *out = explaining->screen->out;
    struct bytes path = bytes_of(explaining->options->path);
    static const char store[] = "/assessment.db";

    if (bytes_ends(path, store))
        path = bytes_slice(path, 0, path.size - (sizeof store - 1));
    if (!explaining->document->has_dossier || path.size == 0)
        return;
    explain_head(explaining->screen, "To conclude it, or to object");
    text_add(out, "    proviso answer ");
    text_add_terminal(out, path);
    text_addf(out, " %s pass --because \"…\" --evidence FILE\n", explaining->id);
}

static struct error *add_unit(struct explaining *explaining)
{
    struct units units = {.sheet = {.is_alone = true}};
    bool any;

    TRY(add_lines(explaining, unit_sql, &any));
    if (!any)
        return error_new(ERROR_USAGE, "the assessment has no verdict of %s: judge it again",
                         explaining->id);
    struct error *error = units_open(explaining->document, &units);
    if (error == NULL)
        error = units_write(&units, bytes_of(explaining->id), bytes_of(""));
    units_close(&units);
    if (error == NULL)
        error = add_rules(explaining);
    if (error == NULL)
        add_command(explaining);
    return error;
}

/* The units of a case or provision, one line each. */
static struct error *add_parts(struct explaining *explaining)
{
    static const struct document_column columns[] = {
        {"Test unit", STYLE_WORDS},
        {"Outcome", STYLE_OUTCOME},
        {"Asks", STYLE_PROSE},
    };
    static const struct document_table table = {.caption = "Test units",
                                                .columns = columns,
                                                .column_count = COUNT_OF(columns),
                                                .limit = DOCUMENT_ROWS};
    struct query query;
    size_t shown;
    bool more;

    explain_head(explaining->screen, "Test units");
    TRY(query_open(explaining->document->db,
                   "SELECT u.id, v.outcome, u.purpose FROM unit AS u"
                   " JOIN verdict AS v ON v.unit = u.id"
                   " JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"
                   " WHERE u.edition = " SQL_EDITION " AND ?1 IN (c.id, c.provision)"
                   " ORDER BY u.place",
                   &query));
    query_bind_string(&query, 1, explaining->id);
    struct error *error =
        document_table_rows(explaining->document, &table, &query, &shown, &more);
    query_close(&query);
    return error;
}

static struct error *add_all(struct explaining *explaining)
{
    bool any, has_ics = explaining->document->has_dossier;

    if (explaining->kind == KIND_UNIT)
        return add_unit(explaining);
    TRY(add_lines(explaining, explaining->kind == KIND_CASE ? case_sql : provision_sql, &any));
    if (explaining->kind == KIND_PROVISION && has_ics)
        TRY(add_lines(explaining, ics_sql, &any));
    TRY(add_parts(explaining));
    if (explaining->kind == KIND_CASE &&
        query_number(
            explaining->document->db,
            arena_printf(explaining->document->arena,
                         "SELECT 1 FROM test_case WHERE id = '%s' AND edition = " SQL_EDITION
                         " AND alternative",
                         explaining->id),
            0) == 1)
        add_command(explaining);
    return NULL;
}

struct error *explain_write(sqlite3 *db, const char *what,
                            const struct explain_options *options, struct text *out)
{
    owned(arena) arena = arena_new();
    owned(text) line = text_new();
    struct sheet_screen screen = {
        .out = out, .arena = arena, .colour = options->colour, .line = line};
    struct document document = {.writer = &explain_writer, .state = &screen};
    struct explaining explaining = {
        .document = &document, .screen = &screen, .options = options};

    document_begin(&document, db, arena);
    TRY(find(&explaining, what));
    return add_all(&explaining);
}
