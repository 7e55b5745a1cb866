#include "report/json.h"

#include <inttypes.h>

#include "report/report.h"

/*
 * Everything, for programs: doc/assessment-json.md says what each field means, and its schema
 * stands beside it. The queries below carry the names of the fields: a column "x?" is a flag,
 * "x[]" a list of names joined by ", ", and a leading "x." opens the object x for the columns
 * that share it.
 */

#define JSON_VERSION "1.1"

static void add_list(struct text *out, struct bytes names)
{
    struct bytes name;
    bool first = true;

    text_add_char(out, '[');
    while (bytes_next_field(&names, ',', &name)) {
        name = bytes_trim(name);
        if (name.size == 0)
            continue;
        text_add(out, first ? "" : ", ");
        text_add_json(out, name);
        first = false;
    }
    text_add_char(out, ']');
}

static void add_value(struct text *out, const struct query *query, int column)
{
    switch (sqlite3_column_type(query->statement, column)) {
    case SQLITE_NULL:
        text_add(out, "null");
        break;
    case SQLITE_INTEGER:
        text_addf(out, "%" PRId64, query_integer(query, column));
        break;
    case SQLITE_FLOAT:
        text_addf(out, "%.3f", sqlite3_column_double(query->statement, column));
        break;
    default:
        text_add_json(out, query_text(query, column));
        break;
    }
}

/* "name": value, by the name of the column, of which the first SKIP bytes are left out. */
static void add_field(struct text *out, const struct query *query, int column, size_t skip)
{
    struct bytes name = bytes_from_offset(bytes_of(query_column_name(query, column)), skip);
    bool is_flag = bytes_ends(name, "?"), is_list = bytes_ends(name, "[]");

    text_add_json(out, bytes_slice(name, 0, name.size - (is_flag ? 1 : is_list ? 2 : 0)));
    text_add(out, ": ");
    if (is_flag && !query_is_null(query, column))
        text_add(out, query_integer(query, column) != 0 ? "true" : "false");
    else if (is_list)
        add_list(out, query_text(query, column));
    else
        add_value(out, query, column);
}

/* The part of a column's name before its dot, which names the object that it belongs to. */
static struct bytes object_of(const struct query *query, int column)
{
    struct bytes name = bytes_of(query_column_name(query, column));
    size_t dot = bytes_find_byte(name, '.');

    return bytes_slice(name, 0, dot == SIZE_MAX ? 0 : dot);
}

/* The columns from FIRST on, without the braces around them. */
static void add_fields(struct text *out, const struct query *query, int first)
{
    struct bytes object = bytes_of("");

    for (int i = first; i < query_columns(query); i++) {
        struct bytes next = object_of(query, i);
        bool same = bytes_equal(object, next);
        if (!same && object.size > 0)
            text_add_char(out, '}');
        text_add(out, i > first ? ", " : "");
        if (!same && next.size > 0) {
            text_add_json(out, next);
            text_add(out, ": {");
        }
        add_field(out, query, i, next.size > 0 ? next.size + 1 : 0);
        object = next;
    }
    text_add(out, object.size > 0 ? "}" : "");
}

struct error *json_rows(sqlite3 *db, struct text *out, const char *key, const char *sql,
                        json_more *more, struct query *inner)
{
    struct query query;
    bool found = false, first = true;

    TRY(error_wrap(query_open(db, sql, &query), "the list %s", key));
    text_addf(out, ",\n\"%s\": [", key);
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        text_add(out, first ? "\n  {" : ",\n  {");
        add_fields(out, &query, 0);
        if (more != NULL)
            error = more(out, &query, inner);
        text_add_char(out, '}');
        first = false;
        if (error == NULL)
            error = query_next(&query, &found);
    }
    query_close(&query);
    text_add(out, first ? "]" : "\n]");
    return error;
}

struct error *json_object(sqlite3 *db, struct text *out, const char *key, const char *sql)
{
    struct query query;
    bool found = false;

    TRY(error_wrap(query_open(db, sql, &query), "the object %s", key));
    struct error *error = query_next(&query, &found);
    text_addf(out, ",\n\"%s\": {", key);
    if (error == NULL && found)
        add_fields(out, &query, 0);
    text_add_char(out, '}');
    query_close(&query);
    return error;
}

/* "KEY": [ one object a row of INNER, for the id of the row at hand ]. */
struct error *json_list(struct text *out, const char *key, const struct query *row,
                        struct query *inner)
{
    bool found = false, first = true;

    query_bind_text(inner, 1, query_text(row, 0));
    struct error *error = query_next(inner, &found);
    text_addf(out, ", \"%s\": [", key);
    while (error == NULL && found) {
        text_add(out, first ? "\n    {" : ",\n    {");
        add_fields(out, inner, 0);
        text_add_char(out, '}');
        first = false;
        error = query_next(inner, &found);
    }
    query_reset(inner);
    text_add_char(out, ']');
    return error;
}

static const char units_sql[] =
    "SELECT u.id AS id, u.test_case AS \"case\", c.provision AS provision, u.verb AS verb,"
    " u.purpose AS purpose, u.pass_if AS pass_if, v.outcome AS outcome,"
    " v.automatic AS \"automatic?\", v.counter_examples AS counter_examples,"
    " v.looked_at AS looked_at, v.missing AS \"missing[]\","
    " " SQL_ASK " AS ask, " SQL_FIX " AS fix,"
    " v.because AS because, v.answer AS answer, COALESCE(v.disputed, 0) AS \"disputed?\","
    " v.stale AS stale FROM unit AS u JOIN verdict AS v ON v.unit = u.id"
    " JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"
    " WHERE u.edition = " SQL_EDITION " ORDER BY u.place";

static struct error *add_proofs(struct text *out, const struct query *row, struct query *inner)
{
    TRY(json_list(out, "proofs", row, &inner[0]));
    return json_list(out, "unclear", row, &inner[1]);
}

static struct error *add_units(sqlite3 *db, struct text *out)
{
    struct query inner[2] = {{.db = db}, {.db = db}};
    struct error *error =
        query_open(db,
                   "SELECT e.because AS because, e.severity AS severity, e.observation AS"
                   " observation, o.observable AS observable, e.contradiction AS contradiction"
                   " FROM counter_example AS e LEFT JOIN observation AS o"
                   " ON o.id = e.observation WHERE e.unit = ? ORDER BY e.place",
                   &inner[0]);

    if (error == NULL)
        error = query_open(db,
                           "SELECT e.because AS because, e.observation AS observation,"
                           " o.observable AS observable FROM unclear AS e"
                           " LEFT JOIN observation AS o ON o.id = e.observation"
                           " WHERE e.unit = ? ORDER BY e.place",
                           &inner[1]);
    if (error == NULL)
        error = json_rows(db, out, "units", units_sql, add_proofs, inner);
    query_close(&inner[0]);
    query_close(&inner[1]);
    return error;
}

static struct error *add_verdicts(sqlite3 *db, struct text *out)
{
    TRY(json_rows(
        db, out, "families",
        "SELECT f.id AS id, f.title AS title, COALESCE(SUM(v.outcome = 'pass'), 0) AS pass,"
        " COALESCE(SUM(v.outcome = 'fail'), 0) AS fail,"
        " COALESCE(SUM(v.outcome = 'open'), 0) AS open,"
        " COALESCE(SUM(v.outcome = 'inconclusive'), 0) AS inconclusive,"
        " COALESCE(SUM(v.outcome = 'not-applicable'), 0) AS not_applicable,"
        " COALESCE(SUM(v.outcome = 'not-run'), 0) AS not_run FROM family AS f"
        " LEFT JOIN provision AS p ON p.family = f.id AND p.edition = " SQL_EDITION
        " LEFT JOIN test_case AS c ON c.provision = p.id AND c.edition = p.edition"
        " LEFT JOIN unit AS u ON u.test_case = c.id AND u.edition = p.edition"
        " LEFT JOIN verdict AS v ON v.unit = u.id GROUP BY f.id ORDER BY f.place",
        NULL, NULL));
    TRY(json_rows(db, out, "provisions",
                  "SELECT p.id AS id, p.family AS family, p.base AS base, p.code AS code,"
                  " p.requirement AS requirement, p.applies AS applies,"
                  " COALESCE(v.outcome, 'open') AS outcome, a.state AS applicability,"
                  " COALESCE(v.because, a.because) AS because FROM provision AS p"
                  " LEFT JOIN provision_verdict AS v ON v.provision = p.id"
                  " LEFT JOIN applicability AS a ON a.provision = p.id"
                  " WHERE p.edition = " SQL_EDITION " ORDER BY p.place",
                  NULL, NULL));
    TRY(json_rows(
        db, out, "cases",
        "SELECT c.id AS id, c.provision AS provision, c.kind AS kind, c.combine AS combine,"
        " COALESCE(v.outcome, 'open') AS outcome, v.because AS because FROM test_case AS c"
        " LEFT JOIN case_verdict AS v ON v.test_case = c.id"
        " WHERE c.edition = " SQL_EDITION " ORDER BY c.place",
        NULL, NULL));
    return add_units(db, out);
}

static const char input_sql[] =
    "SELECT (SELECT value FROM meta WHERE key = 'input') AS name,"
    " (SELECT value FROM meta WHERE key = 'input_kind') AS kind,"
    " (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'size') AS size,"
    " (SELECT value FROM meta WHERE key = 'sha256') AS sha256";

/* A count of the image's bytes, from the table meta. */
#define BYTES(kind)                                                       \
    ", (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'bytes_" kind \
    "') AS \"bytes." kind "\""
/* How many units, or provisions of one base, have an outcome. */
#define UNITS(name, outcome) \
    ", (SELECT count(*) FROM verdict WHERE outcome = '" outcome "') AS \"units." name "\""
#define PROVISIONS(group, base, name, outcome)                                           \
    ", SUM(p.base " base " AND COALESCE(v.outcome, 'open') = '" outcome "') AS \"" group \
    "." name "\""
#define ALL_PROVISIONS(group, base)                             \
    PROVISIONS(group, base, "pass", "pass")                     \
    PROVISIONS(group, base, "fail", "fail")                     \
    PROVISIONS(group, base, "open", "open")                     \
    PROVISIONS(group, base, "inconclusive", "inconclusive")     \
    PROVISIONS(group, base, "not_applicable", "not-applicable") \
    PROVISIONS(group, base, "not_run", "not-run")

/* clang-format off */
static const char totals_sql[] =
    "SELECT (SELECT count(*) FROM node WHERE kind = 'file') AS files,"
    " (SELECT count(DISTINCT system) FROM node WHERE kind = 'dir') AS file_systems,"
    " (SELECT count(*) FROM node) AS nodes, (SELECT count(*) FROM observation) AS observations,"
    " (SELECT count(*) FROM unread) AS unread,"
    " (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'bytes_read') AS bytes_read"
    BYTES("explained") BYTES("padding") BYTES("unknown") BYTES("encrypted")
    UNITS("pass", "pass") UNITS("fail", "fail") UNITS("open", "open")
    UNITS("inconclusive", "inconclusive") UNITS("not_applicable", "not-applicable")
    UNITS("not_run", "not-run")
    ALL_PROVISIONS("mandatory", "= 'M'") ALL_PROVISIONS("recommended", "<> 'M'")
    " FROM provision AS p LEFT JOIN provision_verdict AS v ON v.provision = p.id"
    " WHERE p.edition = " SQL_EDITION;
/* clang-format on */

/* The rows of one observable: first what every row has, then its own columns as "values". */
static struct error *add_observations(sqlite3 *db, struct text *out, struct bytes name)
{
    owned(text) sql = text_new();
    struct query query;
    bool found = false, first = true;

    text_addf(sql,
              "SELECT t.id AS id, n.path AS \"evidence.node\", t.path AS \"evidence.path\","
              " t.\"offset\" AS \"evidence.offset\", t.length AS \"evidence.length\","
              " t.line AS \"evidence.line\", t.excerpt AS \"evidence.excerpt\", t.*"
              " FROM \"%.*s\" AS t LEFT JOIN node AS n ON n.id = t.node ORDER BY t.id",
              (int)name.size, (const char *)name.data);
    TRY(query_open(db, text_string(sql), &query));
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        text_add(out, first ? "\n    {" : ",\n    {");
        /* Columns 7 to 13 repeat the seven of the evidence. */
        for (int i = 0; i < 7; i++) {
            text_add(out, i == 0 ? "" : i == 1 ? ", \"evidence\": {" : ", ");
            add_field(out, &query, i, i == 0 ? 0 : sizeof "evidence." - 1);
        }
        text_add(out, "}, \"values\": {");
        add_fields(out, &query, 14);
        text_add(out, "}}");
        first = false;
        error = query_next(&query, &found);
    }
    query_close(&query);
    return error;
}

static struct error *add_observables(sqlite3 *db, struct text *out)
{
    struct query query;
    bool found = false, first = true;

    TRY(query_open(db, "SELECT name, meaning FROM observable ORDER BY name", &query));
    text_add(out, ",\n\"observables\": {");
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        text_add(out, first ? "\n  " : ",\n  ");
        text_add_json(out, query_text(&query, 0));
        text_add(out, ": {\"meaning\": ");
        text_add_json(out, query_text(&query, 1));
        text_add(out, ", \"rows\": [");
        error = add_observations(db, out, query_text(&query, 0));
        text_add(out, "]}");
        first = false;
        if (error == NULL)
            error = query_next(&query, &found);
    }
    query_close(&query);
    text_add(out, "\n}\n}\n");
    return error;
}

static struct error *add_top(sqlite3 *db, struct text *out)
{
    struct query query;
    bool found = false;

    TRY(query_open(db,
                   "SELECT (SELECT value FROM meta WHERE key = 'program') AS program,"
                   " " SQL_EDITION " AS edition,"
                   " (SELECT value FROM meta WHERE key = 'date') AS date,"
                   " (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'locked')"
                   " AS \"locked?\", EXISTS (SELECT 1 FROM meta WHERE key = 'dossier')"
                   " AS \"dossier?\"",
                   &query));
    struct error *error = query_next(&query, &found);
    text_add(out,
             "{\n\"format\": \"proviso-assessment\", \"version\": \"" JSON_VERSION "\",\n");
    if (error == NULL && found)
        add_fields(out, &query, 0);
    query_close(&query);
    return error;
}

static struct error *write_json(sqlite3 *db, struct text *out)
{
    TRY(add_top(db, out));
    TRY(json_object(db, out, "input", input_sql));
    TRY(json_object(db, out, "totals", totals_sql));
    TRY(json_rows(db, out, "coverage",
                  "SELECT name AS name, complete AS \"complete?\", looked_at AS looked_at,"
                  " NULLIF(detail, '') AS detail FROM coverage ORDER BY name",
                  NULL, NULL));
    TRY(json_rows(
        db, out, "map",
        "SELECT m.\"offset\" AS \"offset\", m.length AS length, m.kind AS kind, m.what AS what,"
        " n.path AS node, CASE WHEN m.entropy > 0 THEN m.entropy END AS entropy"
        " FROM map AS m LEFT JOIN node AS n ON n.id = m.node ORDER BY m.\"offset\"",
        NULL, NULL));
    TRY(json_rows(
        db, out, "unread",
        "SELECT path AS path, bytes AS bytes, reason AS reason FROM unread ORDER BY id", NULL,
        NULL));
    TRY(add_verdicts(db, out));
    TRY(json_dossier(db, out));
    return add_observables(db, out);
}

const struct report report_json = {
    .name = "json",
    .title = "everything, for programs",
    .media_type = "application/json",
    .file_name = "assessment.json",
    .write = write_json,
};
