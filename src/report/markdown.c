#include <inttypes.h>

#include "report/machine.h"
#include "report/markdown_text.h"
#include "report/report.h"
#include "report/sql.h"

/* The result on one page, as the comment of a merge request: a forge takes 65,536 characters. */

#define MARKDOWN_MOST   60000 /* bytes in all: never more characters than bytes */
#define MARKDOWN_BODY   50000 /* … after which nothing is begun: one entry and the end fit */
#define MARKDOWN_TEXT   300   /* bytes of one text of the store */
#define MARKDOWN_PROOFS 20    /* of one provision */

/* At most MARKDOWN_TEXT bytes, with an ellipsis where it is cut. */
static void add_text(struct text *out, struct bytes text)
{
    bool cut;

    markdown_add(out, machine_cut(text, MARKDOWN_TEXT, &cut));
    text_add(out, cut ? "…" : "");
}

static void add_words(struct text *out, const char *string)
{
    add_text(out, bytes_of(string));
}

static void add_head(struct machine *machine)
{
    struct text *out = machine->out;
    bool has_product = machine->product[0] != '\0';

    text_addf(out, "# EN 303 645 V%s: ", machine->edition);
    add_words(out, has_product ? machine->product : machine->input);
    if (machine->product_version[0] != '\0') {
        text_add_char(out, ' ');
        add_words(out, machine->product_version);
    }
    text_add(out, "\n\n");
}

static const char provisions_sql[] =
    "SELECT count(*), COALESCE(SUM(COALESCE(v.outcome, 'open') = 'fail'), 0),"
    " COALESCE(SUM(COALESCE(v.outcome, 'open') IN ('open', 'inconclusive')), 0)"
    " FROM provision AS p LEFT JOIN provision_verdict AS v ON v.provision = p.id"
    " WHERE p.edition = " SQL_EDITION " AND (p.base = 'M') = ?";

/* "3 of 36 mandatory provisions fail, 30 are open." */
static struct error *add_sentence(struct machine *machine, bool mandatory)
{
    struct query query;
    bool found = false;

    TRY(query_open(machine->db, provisions_sql, &query));
    query_bind_integer(&query, 1, mandatory ? 1 : 0);
    struct error *error = query_next(&query, &found);
    if (error == NULL && found) {
        text_addf(machine->out,
                  "- %s%" PRId64 " of %" PRId64 " %s provisions fail%s%s, %" PRId64 " open.\n",
                  query_integer(&query, 1) > 0 ? "**" : "", query_integer(&query, 1),
                  query_integer(&query, 0), mandatory ? "mandatory" : "recommended",
                  query_integer(&query, 1) == 1 ? "s" : "",
                  query_integer(&query, 1) > 0 ? "**" : "", query_integer(&query, 2));
    }
    query_close(&query);
    return error;
}

static struct error *add_overall(struct machine *machine)
{
    struct query query;
    bool found = false;

    TRY(machine_query(machine, "SELECT outcome, because FROM overall", &query));
    struct error *error = query_next(&query, &found);
    if (error == NULL && found) {
        text_add(machine->out, "- Overall: **");
        add_text(machine->out, query_text(&query, 0));
        text_add(machine->out, "**");
        if (query_text(&query, 1).size > 0) {
            text_add(machine->out, ", ");
            add_text(machine->out, query_text(&query, 1));
        }
        text_add_char(machine->out, '\n');
    }
    query_close(&query);
    return error;
}

static const char families_sql[] =
    "SELECT family, title, SUM(outcome = 'pass'), SUM(outcome = 'fail'),"
    " SUM(outcome = 'inconclusive'), SUM(outcome NOT IN ('pass', 'fail', 'inconclusive',"
    " 'not-applicable', 'not-run')), SUM(outcome IN ('not-applicable', 'not-run'))"
    " FROM m_unit GROUP BY family"
    " ORDER BY family_place, family";

static struct error *add_table(struct machine *machine)
{
    struct text *out = machine->out;
    int64_t sums[5] = {0};
    struct query query;
    bool found = false;

    TRY(machine_query(machine, families_sql, &query));
    text_add(out, "\n| Test units | pass | fail | inconclusive | open | not applied |\n"
                  "| --- | --: | --: | --: | --: | --: |\n");
    struct error *error = query_next(&query, &found);
    while (error == NULL && found && out->size < MARKDOWN_BODY) {
        text_add(out, "| ");
        add_text(out, query_text(&query, 0));
        text_add_char(out, ' ');
        add_text(out, query_text(&query, 1));
        for (int i = 0; i < 5; i++) {
            int64_t count = query_integer(&query, 2 + i);
            text_addf(out, i == 1 && count > 0 ? " | **%" PRId64 "**" : " | %" PRId64, count);
            sums[i] += count;
        }
        text_add(out, " |\n");
        error = query_next(&query, &found);
    }
    query_close(&query);
    text_add(out, "| all");
    for (int i = 0; i < 5; i++)
        text_addf(out, " | %" PRId64, sums[i]);
    text_add(out, " |\n");
    return error;
}

/* The same proof often fails several units of one provision: it is told once. */
static const char proofs_sql[] =
    "SELECT because, MIN(observation), group_concat(unit, ', '), MAX(severity) FROM"
    " (SELECT because, COALESCE(observation, 0) AS observation, id AS unit, 9 AS severity"
    "  FROM m_alone WHERE id = ?1 UNION ALL SELECT * FROM"
    " (SELECT COALESCE(e.because, u.said, u.because, 'the unit fails') AS because,"
    "  COALESCE(e.observation, u.observation, 0) AS observation, u.id AS unit,"
    "  COALESCE(e.severity, 0) AS severity FROM m_unit AS u"
    "  LEFT JOIN counter_example AS e ON e.unit = u.id WHERE u.provision = ?1 AND u.outcome = "
    "'fail'"
    "  GROUP BY 1, 3 ORDER BY u.place)) GROUP BY because ORDER BY MAX(severity) DESC,"
    " MIN(observation), because";

static struct error *add_proof(struct machine *machine, const struct query *row)
{
    owned(text) where = text_new();
    struct text *out = machine->out;
    struct machine_place place;

    TRY(machine_place(machine, query_integer(row, 1), &place));
    machine_add_place(where, &place);
    text_add(out, "- ");
    add_text(out, query_text(row, 0));
    if (where->size > 0) {
        text_add(out, " (");
        add_text(out, text_bytes(where));
        text_add_char(out, ')');
    }
    text_add(out, ": fails ");
    add_text(out, query_text(row, 2));
    text_add_char(out, '\n');
    return NULL;
}

/* Counts what does not fit in *LEFT_OUT. */
static struct error *add_proofs(struct machine *machine, struct bytes provision,
                                int64_t *left_out)
{
    struct query query;
    bool found = false;
    int64_t count = 0, more = 0;

    TRY(machine_query(machine, proofs_sql, &query));
    query_bind_text(&query, 1, provision);
    struct error *error = query_next(&query, &found);
    for (; error == NULL && found; count++) {
        if (machine->out->size > MARKDOWN_BODY)
            (*left_out)++;
        else if (count >= MARKDOWN_PROOFS)
            more++;
        else
            error = add_proof(machine, &query);
        if (error == NULL)
            error = query_next(&query, &found);
    }
    query_close(&query);
    if (more > 0)
        text_addf(machine->out, "- and %" PRId64 " more of this provision\n", more);
    return error;
}

static struct error *add_remedies(struct machine *machine, struct bytes provision)
{
    struct query query;
    bool found = false;

    TRY(machine_query(machine,
                      "SELECT fix FROM m_unit WHERE provision = ? AND outcome = 'fail' AND"
                      " fix IS NOT NULL GROUP BY fix ORDER BY MIN(place)",
                      &query));
    query_bind_text(&query, 1, provision);
    struct error *error = query_next(&query, &found);
    while (error == NULL && found && machine->out->size < MARKDOWN_BODY) {
        text_add(machine->out, "\nRemedy: ");
        add_text(machine->out, query_text(&query, 0));
        text_add_char(machine->out, '\n');
        error = query_next(&query, &found);
    }
    query_close(&query);
    return error;
}

/* A person's objection changes no verdict, but it is told. */
static struct error *add_disputes(struct machine *machine, struct bytes provision)
{
    struct query query;
    bool found = false;

    TRY(machine_query(machine,
                      "SELECT id, said FROM m_unit WHERE provision = ? AND outcome = 'fail'"
                      " AND disputed = 1 ORDER BY place",
                      &query));
    query_bind_text(&query, 1, provision);
    struct error *error = query_next(&query, &found);
    while (error == NULL && found && machine->out->size < MARKDOWN_BODY) {
        text_add(machine->out, "\nDisputed, ");
        add_text(machine->out, query_text(&query, 0));
        text_add(machine->out, ": ");
        add_text(machine->out, query_text(&query, 1));
        text_add_char(machine->out, '\n');
        error = query_next(&query, &found);
    }
    query_close(&query);
    return error;
}

static struct error *add_failure(struct machine *machine, const struct query *row,
                                 int64_t *left_out)
{
    struct text *out = machine->out;
    struct bytes provision = query_text(row, 0);
    bool fits = out->size < MARKDOWN_BODY;

    if (fits) {
        text_add(out, "\n### ");
        add_text(out, provision);
        text_add(out, bytes_is(query_text(row, 1), "M") ? ", mandatory: " : ", recommended: ");
        add_text(out, query_text(row, 2));
        text_add(out, "\n\n");
        if (!bytes_is(query_text(row, 3), "fail"))
            text_add(out, "The provision does not fail by this alone: another way to meet it "
                          "may hold.\n\n");
    }
    TRY(add_proofs(machine, provision, left_out));
    if (!fits)
        return NULL;
    TRY(add_disputes(machine, provision));
    return add_remedies(machine, provision);
}

static struct error *add_failures(struct machine *machine)
{
    int64_t left_out = 0;
    struct query query;
    bool found = false;

    text_add(machine->out, "\n## Proven failures\n");
    TRY(machine_query(machine,
                      "SELECT provision, base, requirement, provision_outcome FROM m_unit"
                      " WHERE outcome = 'fail' OR provision IN (SELECT id FROM m_alone)"
                      " GROUP BY provision ORDER BY base <> 'M', MIN(provision_place)",
                      &query));
    struct error *error = query_next(&query, &found);
    if (error == NULL && !found)
        text_add(machine->out, "\nNone.\n");
    while (error == NULL && found) {
        error = add_failure(machine, &query, &left_out);
        if (error == NULL)
            error = query_next(&query, &found);
    }
    query_close(&query);
    if (left_out > 0) {
        text_add(machine->out, "\n**Cut here:** ");
        text_add_counted(machine->out, (uint64_t)left_out, "more proof");
        text_add(machine->out, " in the other reports.\n");
    }
    return error;
}

static void add_end(struct machine *machine)
{
    struct text *out = machine->out;

    text_addf(out,
              "\n---\n\nUnits that are open: %" PRId64 ". Nothing was proven about them either "
              "way: what is not refuted is not thereby met.\n\n",
              machine_open(machine));
    int64_t stale =
        query_number(machine->db, "SELECT count(*) FROM verdict WHERE stale IS NOT NULL", 0);
    if (stale > 0)
        text_addf(out, "Answers that no longer count: %" PRId64 ".\n\n", stale);
    text_add(out, "Input ");
    add_words(out, machine->input);
    text_add(out, ", sha256 ");
    add_words(out, machine->sha256);
    text_add(out, ", Proviso ");
    add_words(out, machine->version);
    text_add(out, ".\n");
}

static struct error *write_summary(struct machine *machine)
{
    add_head(machine);
    TRY(add_overall(machine));
    TRY(add_sentence(machine, true));
    TRY(add_sentence(machine, false));
    TRY(add_table(machine));
    TRY(add_failures(machine));
    add_end(machine);
    if (machine->out->size > MARKDOWN_MOST)
        return error_new(ERROR_LIMIT, "the summary has %zu bytes, more than %d",
                         machine->out->size, MARKDOWN_MOST);
    return NULL;
}

static struct error *write_markdown(sqlite3 *db, struct text *out)
{
    return machine_write(db, out, write_summary);
}

const struct report report_markdown = {
    .name = "markdown",
    .title = "summary for a merge request",
    .media_type = "text/markdown",
    .suffix = "md",
    .write = write_markdown,
};
