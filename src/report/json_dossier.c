#include "report/json.h"

/* The lists of a dossier; without one they are empty. */

static const struct {
    const char *key, *sql;
} lists[] = {
    {"gap", "SELECT kind AS kind, urgency AS urgency, provision AS provision, unit AS unit,"
            " what AS what, advice AS advice, file AS file, line AS line, owner AS owner,"
            " due AS due, state AS state FROM gap ORDER BY place"},
    {"dut", "SELECT field AS field, value AS value FROM dut ORDER BY line, field"},
    {"ics", "SELECT p.id AS provision, i.support AS support, i.detail AS detail,"
            " COALESCE(i.drafted, 0) AS \"drafted?\", i.line AS line, i.observation AS"
            " observation FROM provision AS p JOIN ics AS i ON i.provision = p.id"
            " WHERE p.edition = " SQL_EDITION " ORDER BY p.place"},
    {"conditions", "SELECT c.id AS id, c.kind AS kind, c.meaning AS meaning,"
                   " s.holds AS \"holds?\", s.because AS because FROM condition AS c"
                   " LEFT JOIN condition_state AS s ON s.id = c.id"
                   " WHERE c.edition = " SQL_EDITION " ORDER BY c.kind, c.place"},
    {"ixit", "SELECT t.name AS \"table\", COALESCE(s.declared, 0) AS \"declared?\","
             " COALESCE(s.entries, 0) AS entries, s.none_because AS none_because"
             " FROM ixit_table AS t LEFT JOIN ixit_state AS s ON s.ixit_table = t.name"
             " ORDER BY t.n"},
    {"statements", "SELECT s.ixit_table AS \"table\", s.entry AS entry, s.field AS field,"
                   " s.line AS line, s.name AS name, s.value AS value, s.excerpt AS excerpt,"
                   " s.observation AS observation FROM statement AS s"
                   " ORDER BY s.observation DESC, s.line, s.field, s.name, s.value"},
    {"mistakes", "SELECT file AS file, line AS line, severity AS severity, what AS what,"
                 " why AS why, advice AS advice, provision AS provision, unit AS unit"
                 " FROM mistake ORDER BY place"},
    {"actions", "SELECT subject AS subject, owner AS owner, due AS due, state AS state,"
                " note AS note FROM action ORDER BY place"},
    {"sign_offs", "SELECT step AS step, who AS \"by\", at AS at, note AS note FROM sign_off"
                  " ORDER BY at, step"},
};

static struct error *add_fields(struct text *out, const struct query *row, struct query *inner)
{
    return json_list(out, "fields", row, inner);
}

static struct error *add_files(struct text *out, const struct query *row, struct query *inner)
{
    return json_list(out, "evidence", row, inner);
}

/* One list of which each object has a list of its own. */
static struct error *add_nested(sqlite3 *db, struct text *out, const char *key, const char *sql,
                                json_more *more, const char *inner_sql)
{
    struct query inner;

    TRY(query_open(db, inner_sql, &inner));
    struct error *error = json_rows(db, out, key, sql, more, &inner);
    query_close(&inner);
    return error;
}

struct error *json_dossier(sqlite3 *db, struct text *out)
{
    TRY(json_object(db, out, "overall",
                    "SELECT outcome AS outcome, because AS because FROM overall"));
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        TRY(json_rows(db, out, lists[i].key, lists[i].sql, NULL, NULL));
    TRY(add_nested(
        db, out, "declarations",
        "SELECT id AS observation, ixit_table AS \"table\", entry AS entry,"
        " path AS file, line AS line, COALESCE(drafted, 0) AS \"drafted?\""
        " FROM declaration WHERE ixit_table IN (SELECT name FROM ixit_table) ORDER BY id DESC",
        add_fields,
        "SELECT field AS name, value AS value, line AS line FROM declared_field"
        " WHERE observation = ? ORDER BY place"));
    return add_nested(db, out, "answers",
                      "SELECT n.unit AS unit, n.outcome AS outcome, n.because AS because,"
                      " n.who AS \"by\", n.at AS at, n.stale AS stale FROM answer AS n"
                      " LEFT JOIN unit AS u ON u.id = n.unit AND u.edition = " SQL_EDITION
                      " ORDER BY u.place, n.unit",
                      add_files,
                      "SELECT file AS file, sha256 AS sha256, size AS size, date AS date,"
                      " state AS state FROM answer_evidence WHERE unit = ? ORDER BY place");
}
