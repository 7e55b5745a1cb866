#include <inttypes.h>

#include "report/document.h"
#include "report/machine.h"
#include "report/report.h"

/*
 * The test units as JUnit XML, as build servers read it: a family is a suite, a unit a case. What
 * is not concluded is skipped, with the reason: it must not look like a pass.
 */

#define JUNIT_PROOFS 50 /* of one unit, told in full; the others are counted */

struct suites {
    struct machine *machine;
    struct query proofs, unclear; /* of one unit */
};

/* U+FFFE and U+FFFF are UTF-8, but XML has no place for them (XML 1.0, 2.2). */
static void add_xml(struct text *out, struct bytes text)
{
    size_t begin = 0;

    for (size_t i = 0; i + 2 < text.size; i++) {
        if (text.data[i] != 0xef || text.data[i + 1] != 0xbf || text.data[i + 2] < 0xbe)
            continue;
        text_add_html(out, bytes_slice(text, begin, i - begin));
        text_add(out, "\xef\xbf\xbd");
        begin = i + 3;
    }
    text_add_html(out, bytes_from_offset(text, begin));
}

static void add_attribute(struct text *out, const char *name, struct bytes value)
{
    text_addf(out, " %s=\"", name);
    add_xml(out, value);
    text_add_char(out, '"');
}

static void add_property(struct text *out, const char *name, const char *value)
{
    if (*value == '\0')
        return;
    text_add(out, "      <property");
    add_attribute(out, "name", bytes_of(name));
    add_attribute(out, "value", bytes_of(value));
    text_add(out, "/>\n");
}

static void add_properties(const struct machine *machine)
{
    struct text *out = machine->out;

    text_add(out, "    <properties>\n");
    add_property(out, "program", machine->version);
    add_property(out, "standard", "ETSI EN 303 645");
    add_property(out, "edition", machine->edition);
    add_property(out, "input", machine->input);
    add_property(out, "sha256", machine->sha256);
    add_property(out, "DUT", machine->product);
    add_property(out, "DUT version", machine->product_version);
    add_property(out, "manufacturer", machine->maker);
    add_property(out, "date", machine->date == NULL ? "" : machine->date);
    text_add(out, "    </properties>\n");
}

static struct error *add_proof(struct machine *machine, const struct query *row)
{
    owned(text) where = text_new();
    struct machine_place place;

    TRY(machine_place(machine, query_integer(row, 1), &place));
    machine_add_place(where, &place);
    add_xml(machine->out, query_text(row, 0));
    text_add_char(machine->out, '\n');
    if (where->size > 0) {
        text_add(machine->out, "  in ");
        add_xml(machine->out, text_bytes(where));
        text_add_char(machine->out, '\n');
    }
    return NULL;
}

/* The counter-examples of UNIT, as the text of the failure. */
static struct error *add_proofs(struct suites *suites, struct bytes unit)
{
    struct query *proofs = &suites->proofs;
    size_t count = 0;
    bool found = false;

    query_reset(proofs);
    query_bind_text(proofs, 1, unit);
    TRY(query_next(proofs, &found));
    for (; found; count++) {
        if (count < JUNIT_PROOFS)
            TRY(add_proof(suites->machine, proofs));
        TRY(query_next(proofs, &found));
    }
    if (count > JUNIT_PROOFS)
        text_addf(suites->machine->out, "and %zu more\n", count - JUNIT_PROOFS);
    return NULL;
}

/* Columns of units_sql. */
enum {
    ID,
    PURPOSE,
    PROVISION,
    BASE,
    OUTCOME,
    MISSING,
    BECAUSE,
    ASK,
    FIX,
    SAID,
    DISPUTED,
    STALE,
    FIRST,
    PROVISION_OUTCOME,
};

static const char units_sql[] =
    "SELECT id, COALESCE(purpose, ''), provision, base, outcome, missing, because, ask, fix,"
    " said, disputed, stale, (SELECT e.because FROM counter_example AS e WHERE e.unit = "
    "m_unit.id"
    " ORDER BY e.place LIMIT 1), provision_outcome FROM m_unit WHERE family = ? ORDER BY place";

static struct bytes type_of(struct bytes base)
{
    return bytes_of(bytes_is(base, "M") ? "mandatory" : "recommendation");
}

static struct error *add_failure(struct suites *suites, const struct query *row)
{
    struct text *out = suites->machine->out;
    struct bytes first = query_text(row, FIRST);

    first = first.size > 0 ? first : query_text(row, SAID);
    first = first.size > 0 ? first : query_text(row, BECAUSE);
    text_add(out, "      <failure");
    add_attribute(out, "message", first);
    add_attribute(out, "type", type_of(query_text(row, BASE)));
    text_add_char(out, '>');
    if (query_text(row, FIRST).size == 0) {
        add_xml(out, first);
        text_add_char(out, '\n');
    }
    TRY(add_proofs(suites, query_text(row, ID)));
    if (!bytes_is(query_text(row, PROVISION_OUTCOME), "fail"))
        text_add(out, "the provision does not fail by this alone\n");
    if (query_integer(row, DISPUTED) != 0) {
        text_add(out, "disputed: ");
        add_xml(out, query_text(row, SAID));
        text_add_char(out, '\n');
    }
    if (query_text(row, FIX).size > 0) {
        text_add(out, "remedy: ");
        add_xml(out, query_text(row, FIX));
        text_add_char(out, '\n');
    }
    text_add(out, "</failure>\n");
    return NULL;
}

/* What has to be looked at first. */
static void add_missing(struct text *out, struct bytes names)
{
    owned(text) words = text_new();
    struct bytes name;
    bool first = true;

    while (bytes_next_field(&names, ',', &name)) {
        name = bytes_trim(name);
        if (name.size == 0)
            continue;
        text_add(out, first ? "; still needed: " : ", ");
        first = false;
        text_clear(words);
        document_covered(words, name);
        add_xml(out, text_bytes(words));
    }
}

/* In one line: the judge's words, else what was not looked at. */
static void add_reason(struct text *out, const struct query *row)
{
    struct bytes stale = query_text(row, STALE), because = query_text(row, BECAUSE);

    add_xml(out, query_text(row, OUTCOME));
    if (stale.size > 0) {
        text_add(out, "; the answer no longer counts: ");
        add_xml(out, stale);
    } else if (because.size > 0) {
        text_add(out, "; ");
        add_xml(out, because);
    } else if (query_text(row, MISSING).size > 0) {
        add_missing(out, query_text(row, MISSING));
    } else if (query_text(row, ASK).size > 0) {
        text_add(out, "; a person has to conclude it");
    }
}

/* What is not concluded: why, what is not clear, and the question that is left. */
static struct error *add_skipped(struct suites *suites, const struct query *row)
{
    struct text *out = suites->machine->out;
    struct query *unclear = &suites->unclear;
    bool found = false;

    text_add(out, "      <skipped message=\"");
    add_reason(out, row);
    text_add(out, "\">");
    query_reset(unclear);
    query_bind_text(unclear, 1, query_text(row, ID));
    TRY(query_next(unclear, &found));
    for (size_t count = 0; found && count < JUNIT_PROOFS; count++) {
        text_add(out, "not clear: ");
        add_xml(out, query_text(unclear, 0));
        text_add_char(out, '\n');
        TRY(query_next(unclear, &found));
    }
    text_add(out, found ? "and more\n" : "");
    if (bytes_is(query_text(row, OUTCOME), "open"))
        add_xml(out, query_text(row, ASK));
    text_add(out, "</skipped>\n");
    return NULL;
}

static struct error *add_case(struct suites *suites, const struct query *row)
{
    owned(text) name = text_new();
    struct text *out = suites->machine->out;
    struct bytes outcome = query_text(row, OUTCOME);

    text_add_bytes(name, query_text(row, ID));
    text_add_char(name, ' ');
    text_add_bytes(name, query_text(row, PURPOSE));
    text_add(out, "    <testcase");
    add_attribute(out, "classname", query_text(row, PROVISION));
    add_attribute(out, "name", bytes_trim(text_bytes(name)));
    if (bytes_is(outcome, "pass")) {
        text_add(out, "/>\n");
        return NULL;
    }
    text_add(out, ">\n");
    if (bytes_is(outcome, "fail"))
        TRY(add_failure(suites, row));
    else
        TRY(add_skipped(suites, row));
    text_add(out, "    </testcase>\n");
    return NULL;
}

static struct error *add_cases(struct suites *suites, struct bytes family)
{
    struct query query;
    bool found = false;

    TRY(machine_query(suites->machine, units_sql, &query));
    query_bind_text(&query, 1, family);
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        error = add_case(suites, &query);
        if (error == NULL)
            error = query_next(&query, &found);
    }
    query_close(&query);
    return error;
}

/* What fails a provision and is no unit's: a build server must see it fail. */
static struct error *add_alone(struct suites *suites, struct bytes family)
{
    struct text *out = suites->machine->out;
    struct query query;
    bool found = false;

    TRY(machine_query(suites->machine,
                      "SELECT id, base, because FROM m_alone WHERE family = ? ORDER BY place",
                      &query));
    query_bind_text(&query, 1, family);
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        text_add(out, "    <testcase");
        add_attribute(out, "classname", query_text(&query, 0));
        text_add(out, " name=\"the provision itself\">\n      <failure");
        add_attribute(out, "message", query_text(&query, 2));
        add_attribute(out, "type", type_of(query_text(&query, 1)));
        text_add_char(out, '>');
        add_xml(out, query_text(&query, 2));
        text_add(out, "\n</failure>\n    </testcase>\n");
        error = query_next(&query, &found);
    }
    query_close(&query);
    return error;
}

static const char suites_sql[] =
    "SELECT u.family, COALESCE(u.title, ''), count(*) + alone, SUM(u.outcome = 'fail') + alone,"
    " SUM(u.outcome NOT IN ('fail', 'pass')) FROM (SELECT *, (SELECT count(*) FROM m_alone AS a"
    "  WHERE a.family = m_unit.family) AS alone FROM m_unit) AS u GROUP BY u.family"
    " ORDER BY u.family_place, u.family";

static void add_counts(struct text *out, const struct query *row, int first)
{
    text_addf(out,
              " tests=\"%" PRId64 "\" failures=\"%" PRId64 "\" errors=\"0\" skipped=\"%" PRId64
              "\"",
              query_integer(row, first), query_integer(row, first + 1),
              query_integer(row, first + 2));
}

static struct error *add_suite(struct suites *suites, const struct query *row)
{
    const struct machine *machine = suites->machine;
    owned(text) name = text_new();
    struct text *out = machine->out;

    text_add_bytes(name, query_text(row, 0));
    text_add_char(name, ' ');
    text_add_bytes(name, query_text(row, 1));
    text_add(out, "  <testsuite");
    add_attribute(out, "name", bytes_trim(text_bytes(name)));
    add_counts(out, row, 2);
    if (machine->date_has_time)
        add_attribute(out, "timestamp", bytes_slice(bytes_of(machine->date), 0, 19));
    text_add(out, ">\n");
    add_properties(machine);
    TRY(add_cases(suites, query_text(row, 0)));
    TRY(add_alone(suites, query_text(row, 0)));
    text_add(out, "  </testsuite>\n");
    return NULL;
}

static struct error *add_suites(struct suites *suites)
{
    struct query query;
    bool found = false;

    TRY(machine_query(suites->machine, suites_sql, &query));
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        error = add_suite(suites, &query);
        if (error == NULL)
            error = query_next(&query, &found);
    }
    query_close(&query);
    return error;
}

static struct error *write_suites(struct machine *machine)
{
    struct suites suites = {.machine = machine};
    struct text *out = machine->out;

    text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    add_attribute(out, "name", bytes_of("ETSI EN 303 645"));
    text_add(out, ">\n");
    struct error *error = machine_query(
        machine,
        "SELECT because, observation FROM counter_example WHERE unit = ? ORDER BY place",
        &suites.proofs);
    if (error == NULL)
        error =
            machine_query(machine, "SELECT because FROM unclear WHERE unit = ? ORDER BY place",
                          &suites.unclear);
    if (error == NULL)
        error = add_suites(&suites);
    query_close(&suites.proofs);
    query_close(&suites.unclear);
    text_add(out, "</testsuites>\n");
    return error;
}

static struct error *write_junit(sqlite3 *db, struct text *out)
{
    return machine_write(db, out, write_suites);
}

const struct report report_junit = {
    .name = "junit",
    .title = "test units for build servers, JUnit XML",
    .media_type = "application/xml",
    .suffix = "junit.xml",
    .write = write_junit,
};
