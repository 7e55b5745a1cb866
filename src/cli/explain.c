#include <inttypes.h>

#include "cli/cli.h"
#include "cli/common.h"
#include "model/query.h"

static void add_label(struct text *out, const char *label, const struct query *row, int column)
{
    if (query_is_null(row, column) || query_text(row, column).size == 0)
        return;
    text_addf(out, "%-10s ", label);
    text_add_terminal(out, query_text(row, column));
    text_add_char(out, '\n');
}

static struct error *add_unit(sqlite3 *db, const char *unit, struct text *out)
{
    struct query row;
    bool found = false;

    TRY(query_open(
        db,
        "SELECT v.outcome, p.id || ' (' || p.printed || ')', p.requirement, u.purpose,"
        " u.pass_if, u.verb || ' of a ' || c.kind || ' case', r.ask, r.fix,"
        " (SELECT group_concat(name, ', ') FROM rule_covered WHERE unit = u.id),"
        " v.missing, r.file || ':' || r.line"
        " FROM verdict AS v JOIN unit AS u ON u.id = v.unit AND u.edition = (SELECT value FROM "
        "meta WHERE key = 'edition')"
        " JOIN test_case AS c ON c.id = u.test_case AND c.edition = u.edition"
        " JOIN provision AS p ON p.id = c.provision AND p.edition = u.edition"
        " LEFT JOIN rule AS r ON r.unit = u.id WHERE u.id = ?",
        &row));
    query_bind_string(&row, 1, unit);
    struct error *error = query_next(&row, &found);
    if (error == NULL && !found)
        error = error_hint(
            error_wrap(
                error_new(ERROR_USAGE, "there is no test unit %s in this assessment", unit),
                "cannot explain that unit"),
            "units are written like 5.1-1-2-c; proviso list rules shows all 258");
    if (error == NULL) {
        static const char *const labels[] = {"outcome",    "provision", "requires", "looks at",
                                             "passes if",  "kind",      "to ask",   "remedy",
                                             "covered by", "missing",   "rule"};
        text_addf(out, "%-10s %s\n", "unit", unit);
        for (int i = 0; i < (int)COUNT_OF(labels); i++)
            add_label(out, labels[i], &row, i);
    }
    query_close(&row);
    return error;
}

static struct error *add_evidence(sqlite3 *db, const struct query *counter, struct text *out)
{
    owned(text) sql = text_new();
    struct query row;
    bool found = false;

    text_addf(sql,
              "SELECT n.path, t.line, t.\"offset\", t.length, t.excerpt FROM \"%.*s\" AS t"
              " JOIN node AS n ON n.id = t.node WHERE t.id = ?",
              (int)query_text(counter, 2).size, (const char *)query_text(counter, 2).data);
    TRY(query_open(db, text_string(sql), &row));
    query_bind_integer(&row, 1, query_integer(counter, 1));
    struct error *error = query_next(&row, &found);
    if (error == NULL && found) {
        text_add(out, "    in ");
        text_add_terminal(out, query_text(&row, 0));
        if (!query_is_null(&row, 1))
            text_addf(out, ", line %" PRId64, query_integer(&row, 1));
        text_addf(out, ", bytes %" PRId64 " to %" PRId64 " (observation %" PRId64 " of %.*s)\n",
                  query_integer(&row, 2), query_integer(&row, 2) + query_integer(&row, 3),
                  query_integer(counter, 1), (int)query_text(counter, 2).size,
                  (const char *)query_text(counter, 2).data);
        if (query_text(&row, 4).size > 0) {
            text_add(out, "    ");
            text_add_terminal(out, query_text(&row, 4));
            text_add_char(out, '\n');
        }
    }
    query_close(&row);
    return error;
}

static struct error *add_counters(sqlite3 *db, const char *unit, struct text *out)
{
    struct query counter;
    bool found = false;

    TRY(query_open(
        db,
        "SELECT e.because, e.observation, o.observable FROM counter_example AS e"
        " JOIN observation AS o ON o.id = e.observation WHERE e.unit = ? ORDER BY e.place",
        &counter));
    query_bind_string(&counter, 1, unit);
    struct error *error = query_next(&counter, &found);
    if (error == NULL && found)
        text_add(out, "\nProof:\n");
    while (error == NULL && found) {
        text_add(out, "  ");
        text_add_terminal(out, query_text(&counter, 0));
        text_add_char(out, '\n');
        error = add_evidence(db, &counter, out);
        if (error == NULL)
            error = query_next(&counter, &found);
    }
    query_close(&counter);
    return error;
}

static struct error *add_rules(sqlite3 *db, const char *unit, struct text *out)
{
    struct query rule;
    bool found = false;

    TRY(query_open(db, "SELECT rows, because FROM rule_fail WHERE unit = ? ORDER BY place",
                   &rule));
    query_bind_string(&rule, 1, unit);
    struct error *error = query_next(&rule, &found);
    if (error == NULL && found)
        text_add(out, "\nThe unit fails when one of these queries has rows:\n");
    while (error == NULL && found) {
        struct bytes rest = query_text(&rule, 0), line;
        text_add_char(out, '\n');
        while (bytes_next_line(&rest, &line)) {
            text_add(out, "    ");
            text_add_terminal(out, line);
            text_add_char(out, '\n');
        }
        error = query_next(&rule, &found);
    }
    query_close(&rule);
    return error;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    const char *unit = line->arguments[1];
    owned(text) out = text_new();
    sqlite3 *db;

    (void)code;
    TRY(common_open(line->arguments[0], &db));
    struct error *error = add_unit(db, unit, out);
    if (error == NULL)
        error = add_counters(db, unit, out);
    if (error == NULL)
        error = add_rules(db, unit, out);
    sqlite3_close(db);
    TRY(error);
    output_text(out);
    return NULL;
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "ASSESSMENT UNIT",
    .summary = "show one test unit: its outcome, proof, question and rule",
    .example = "proviso explain out/assessment.db 5.1-1-2-c",
    .least = 2,
    .most = 2,
    .run = run,
};
