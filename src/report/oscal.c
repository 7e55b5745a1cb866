#include <inttypes.h>

#include "report/emit.h"
#include "report/machine.h"
#include "report/markdown_text.h"
#include "report/report.h"
#include "report/sql.h"

/*
 * OSCAL assessment results (NIST, 1.1): a provision is a control, a proof an observation, the
 * verdict on a provision a finding. Only what is concluded is a finding: OSCAL knows satisfied
 * and not satisfied, and an open provision is neither.
 */

#define OSCAL_VERSION "1.1.3"
#define PROPERTIES    "urn:proviso:oscal" /* the namespace of our properties */

struct results {
    struct machine *machine;
    struct emit emit;
    struct text *scratch;
    const char *date;
};

static void add_uuid(struct results *results, const char *key, const char *kind, struct bytes a,
                     struct bytes b)
{
    text_clear(results->scratch);
    machine_add_uuid(results->scratch, kind, a, b);
    emit_text(&results->emit, key, text_bytes(results->scratch));
}

/* Titles, descriptions and remarks are Markdown. */
static void add_markup(struct results *results, const char *key, struct bytes text)
{
    text_clear(results->scratch);
    markdown_add(results->scratch, bytes_trim(text));
    emit_text(&results->emit, key,
              results->scratch->size > 0 ? text_bytes(results->scratch) : bytes_of("-"));
}

/* A value is one line without blanks at its ends: one that has them is put into quotes. */
static void add_property(struct results *results, const char *name, struct bytes value)
{
    struct text *scratch = results->scratch;
    struct emit *emit = &results->emit;

    value = bytes_trim(value);
    if (value.size == 0)
        return;
    bool plain = bytes_at(value, 0) < 0x80 && bytes_at(value, value.size - 1) < 0x80;
    text_clear(scratch);
    text_add(scratch, plain ? "" : "\"");
    text_add_terminal(scratch, value);
    text_add(scratch, plain ? "" : "\"");
    emit_object(emit, NULL);
    emit_string(emit, "name", name);
    emit_string(emit, "ns", PROPERTIES);
    emit_text(emit, "value", text_bytes(scratch));
    emit_end(emit);
}

/* Everything that is concluded, so that other conclusions are another document. */
static struct error *add_document_id(struct results *results, struct text *out)
{
    const struct machine *machine = results->machine;
    struct query query;
    bool found = false;

    text_addf(out, "%s\n%s\n%s\n", machine->edition, machine->version, results->date);
    TRY(machine_query(results->machine, "SELECT id, outcome FROM m_unit ORDER BY place",
                      &query));
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        text_add_bytes(out, query_text(&query, 0));
        text_add_char(out, ' ');
        text_add_bytes(out, query_text(&query, 1));
        text_add_char(out, '\n');
        error = query_next(&query, &found);
    }
    query_close(&query);
    return error;
}

static void add_metadata(struct results *results)
{
    struct machine *machine = results->machine;
    struct emit *emit = &results->emit;
    owned(text) title = text_new();

    text_addf(title, "ETSI EN 303 645 V%s: %s %s", machine->edition,
              machine->product[0] == '\0' ? machine->input : machine->product,
              machine->product_version);
    emit_object(emit, "metadata");
    add_markup(results, "title", text_bytes(title));
    emit_string(emit, "last-modified", results->date);
    emit_string(emit, "version", "1");
    emit_string(emit, "oscal-version", OSCAL_VERSION);
    emit_list(emit, "props");
    add_property(results, "program-version", bytes_of(machine->version));
    add_property(results, "edition", bytes_of(machine->edition));
    add_property(results, "input", bytes_of(machine->input));
    add_property(results, "sha256", bytes_of(machine->sha256));
    add_property(results, "product", bytes_of(machine->product));
    add_property(results, "product-version", bytes_of(machine->product_version));
    add_property(results, "manufacturer", bytes_of(machine->maker));
    emit_end(emit);
    if (machine->date == NULL)
        emit_string(emit, "remarks", "The assessment has no date: no clock is read.");
    emit_end(emit);
}

/* The id of a provision as a token: it may not begin with a digit. */
static void add_control(struct results *results, const char *key, struct bytes provision)
{
    text_clear(results->scratch);
    text_add(results->scratch, "en303645-");
    text_add_bytes(results->scratch, provision);
    emit_text(&results->emit, key, text_bytes(results->scratch));
}

static struct error *add_controls(struct results *results)
{
    struct emit *emit = &results->emit;
    struct query query;
    bool found = false;

    TRY(query_open(results->machine->db,
                   "SELECT id FROM provision WHERE edition = ? ORDER BY place", &query));
    query_bind_string(&query, 1, results->machine->edition);
    struct error *error = query_next(&query, &found);
    emit_object(emit, "reviewed-controls");
    emit_list(emit, "control-selections");
    emit_object(emit, NULL);
    emit_list(emit, "include-controls");
    while (error == NULL && found) {
        emit_object(emit, NULL);
        add_control(results, "control-id", query_text(&query, 0));
        emit_end(emit);
        error = query_next(&query, &found);
    }
    emit_end(emit);
    emit_end(emit);
    emit_end(emit);
    emit_end(emit);
    query_close(&query);
    return error;
}

/* A sentence and the observation that proves it, once, whatever the number of units it fails. */
#define PROOFS                                                                                 \
    "SELECT because, observation, MAX(by_person), group_concat(DISTINCT unit) FROM (SELECT"    \
    "  COALESCE(e.because, u.said, u.because, 'the unit fails') AS because,"                   \
    "  COALESCE(e.observation, u.observation, 0) AS observation, e.unit IS NULL AS by_person," \
    "  u.id AS unit, u.provision AS provision, 0 AS alone, u.place AS place, e.place AS turn"  \
    "  FROM m_unit AS u LEFT JOIN counter_example AS e ON e.unit = u.id"                       \
    "  WHERE u.outcome = 'fail' UNION ALL SELECT because, COALESCE(observation, 0), "          \
    "by_person,"                                                                               \
    "  id, id, 1, place, 0 FROM m_alone)"
#define PROOFS_ORDER " GROUP BY 1, 2 ORDER BY MIN(alone), MIN(place), MIN(turn), 1, 2"

static void add_proof_id(struct results *results, const char *key, const struct query *row)
{
    char number[24];

    sqlite3_snprintf(sizeof number, number, "%lld", (long long)query_integer(row, 1));
    add_uuid(results, key, "observation", query_text(row, 0), bytes_of(number));
}

static struct error *add_observation(struct results *results, const struct query *row)
{
    struct emit *emit = &results->emit;
    owned(text) where = text_new();
    struct machine_place place;

    TRY(machine_place(results->machine, query_integer(row, 1), &place));
    machine_add_place(where, &place);
    emit_object(emit, NULL);
    add_proof_id(results, "uuid", row);
    add_markup(results, "description", query_text(row, 0));
    emit_list(emit, "props");
    add_property(results, "units", query_text(row, 3));
    add_property(results, "observable", place.observable);
    emit_end(emit);
    emit_list(emit, "methods");
    emit_string(emit, NULL, query_integer(row, 2) != 0 ? "UNKNOWN" : "EXAMINE");
    emit_end(emit);
    if (where->size > 0) {
        emit_list(emit, "relevant-evidence");
        emit_object(emit, NULL);
        add_markup(results, "description", text_bytes(where));
        if (place.excerpt.size > 0)
            add_markup(results, "remarks", place.excerpt);
        emit_end(emit);
        emit_end(emit);
    }
    emit_string(emit, "collected", results->date);
    emit_end(emit);
    return NULL;
}

static struct error *add_observations(struct results *results)
{
    struct query query;
    bool found = false;

    TRY(machine_query(results->machine, PROOFS PROOFS_ORDER, &query));
    struct error *error = query_next(&query, &found);
    bool any = found;
    if (any)
        emit_list(&results->emit, "observations");
    while (error == NULL && found) {
        error = add_observation(results, &query);
        if (error == NULL)
            error = query_next(&query, &found);
    }
    if (any)
        emit_end(&results->emit);
    query_close(&query);
    return error;
}

static struct error *add_related(struct results *results, struct bytes provision)
{
    struct emit *emit = &results->emit;
    struct query query;
    bool found = false;

    TRY(machine_query(results->machine, PROOFS " WHERE provision = ?1" PROOFS_ORDER, &query));
    query_bind_text(&query, 1, provision);
    struct error *error = query_next(&query, &found);
    bool any = found;
    if (any)
        emit_list(emit, "related-observations");
    while (error == NULL && found) {
        emit_object(emit, NULL);
        add_proof_id(results, "observation-uuid", &query);
        emit_end(emit);
        error = query_next(&query, &found);
    }
    if (any)
        emit_end(emit);
    query_close(&query);
    return error;
}

/* A person's objection changes no verdict, but it is told. */
static struct error *add_disputes(struct results *results, struct bytes provision)
{
    owned(text) remarks = text_new();
    struct query query;
    bool found = false;

    TRY(machine_query(results->machine,
                      "SELECT id, said FROM m_unit WHERE provision = ? AND outcome = 'fail'"
                      " AND disputed = 1 ORDER BY place",
                      &query));
    query_bind_text(&query, 1, provision);
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        text_add(remarks, remarks->size > 0 ? " Disputed, " : "Disputed, ");
        text_add_bytes(remarks, query_text(&query, 0));
        text_add(remarks, ": ");
        text_add_bytes(remarks, query_text(&query, 1));
        error = query_next(&query, &found);
    }
    query_close(&query);
    if (remarks->size > 0)
        add_markup(results, "remarks", text_bytes(remarks));
    return error;
}

/* Columns: provision, base, requirement, outcome. */
static struct error *add_finding(struct results *results, const struct query *row)
{
    struct emit *emit = &results->emit;
    bool passes = bytes_is(query_text(row, 3), "pass");

    emit_object(emit, NULL);
    add_uuid(results, "uuid", "finding", query_text(row, 0),
             bytes_of(results->machine->sha256));
    add_markup(results, "title", query_text(row, 0));
    add_markup(results, "description", query_text(row, 2));
    emit_list(emit, "props");
    add_property(results, "status", query_text(row, 1));
    emit_end(emit);
    emit_object(emit, "target");
    emit_string(emit, "type", "objective-id");
    add_control(results, "target-id", query_text(row, 0));
    emit_object(emit, "status");
    emit_string(emit, "state", passes ? "satisfied" : "not-satisfied");
    emit_string(emit, "reason", passes ? "pass" : "fail");
    emit_end(emit);
    emit_end(emit);
    TRY(add_related(results, query_text(row, 0)));
    TRY(add_disputes(results, query_text(row, 0)));
    emit_end(emit);
    return NULL;
}

#define VERDICTS                                                                        \
    " FROM provision AS p LEFT JOIN provision_verdict AS v ON v.provision = p.id WHERE" \
    " p.edition = " SQL_EDITION

static struct error *add_findings(struct results *results)
{
    struct query query;
    bool found = false;

    TRY(query_open(results->machine->db,
                   "SELECT p.id, p.base, p.requirement, v.outcome" VERDICTS
                   " AND v.outcome IN ('pass', 'fail') ORDER BY p.place",
                   &query));
    struct error *error = query_next(&query, &found);
    bool any = found;
    if (any)
        emit_list(&results->emit, "findings");
    while (error == NULL && found) {
        error = add_finding(results, &query);
        if (error == NULL)
            error = query_next(&query, &found);
    }
    if (any)
        emit_end(&results->emit);
    query_close(&query);
    return error;
}

/* "Open: 5.1-1, 5.1-2. Not applicable: …": what is no finding. */
static struct error *add_remarks(struct results *results)
{
    owned(text) remarks = text_new();
    struct query query;
    bool found = false;

    TRY(query_open(results->machine->db,
                   "SELECT outcome, group_concat(id, ', ') FROM (SELECT p.id AS id,"
                   " COALESCE(v.outcome, 'open') AS outcome" VERDICTS " ORDER BY p.place)"
                   " WHERE outcome NOT IN ('pass', 'fail') GROUP BY outcome ORDER BY outcome",
                   &query));
    struct error *error = query_next(&query, &found);
    text_add(remarks, "A finding is what is concluded.");
    while (error == NULL && found) {
        text_add(remarks, " Provisions that are ");
        text_add_bytes(remarks, query_text(&query, 0));
        text_add(remarks, ": ");
        text_add_bytes(remarks, query_text(&query, 1));
        text_add_char(remarks, '.');
        error = query_next(&query, &found);
    }
    query_close(&query);
    add_markup(results, "remarks", text_bytes(remarks));
    return error;
}

static struct error *add_result(struct results *results, struct bytes document)
{
    struct emit *emit = &results->emit;

    emit_list(emit, "results");
    emit_object(emit, NULL);
    add_uuid(results, "uuid", "result", bytes_of(results->machine->sha256), document);
    emit_string(emit, "title", "Test units of ETSI TS 103 701");
    add_markup(results, "description",
               bytes_of("What the assessment proves about each provision, with its proofs. "
                        "What is not refuted is not thereby met."));
    emit_string(emit, "start", results->date);
    TRY(add_controls(results));
    TRY(add_observations(results));
    TRY(add_findings(results));
    TRY(add_remarks(results));
    emit_end(emit);
    emit_end(emit);
    return NULL;
}

/* The plan is the standard's own: it is named as a resource of this document. */
static void add_plan(struct results *results, struct bytes plan)
{
    struct emit *emit = &results->emit;

    emit_object(emit, "back-matter");
    emit_list(emit, "resources");
    emit_object(emit, NULL);
    emit_text(emit, "uuid", plan);
    emit_string(emit, "title", "ETSI TS 103 701, test scenarios for ETSI EN 303 645");
    emit_string(
        emit, "description",
        "The test groups, cases and units of the edition that belongs to the standard.");
    emit_end(emit);
    emit_end(emit);
    emit_end(emit);
}

static struct error *write_results(struct machine *machine)
{
    owned(text) scratch = text_new();
    owned(text) document = text_new();
    owned(text) plan = text_new();
    struct results results = {.machine = machine,
                              .emit = {.out = machine->out},
                              .scratch = scratch,
                              .date = machine->date == NULL ? "1970-01-01T00:00:00Z"
                                                            : machine->date};
    struct emit *emit = &results.emit;

    TRY(add_document_id(&results, document));
    text_add_char(plan, '#');
    machine_add_uuid(plan, "plan", bytes_of(machine->edition), bytes_of(""));
    emit_object(emit, NULL);
    emit_object(emit, "assessment-results");
    add_uuid(&results, "uuid", "oscal", bytes_of(machine->sha256), text_bytes(document));
    add_metadata(&results);
    emit_object(emit, "import-ap");
    emit_text(emit, "href", text_bytes(plan));
    emit_end(emit);
    TRY(add_result(&results, text_bytes(document)));
    add_plan(&results, bytes_from_offset(text_bytes(plan), 1));
    emit_end(emit);
    emit_end(emit);
    return NULL;
}

static struct error *write_oscal(sqlite3 *db, struct text *out)
{
    return machine_write(db, out, write_results);
}

const struct report report_oscal = {
    .name = "oscal",
    .title = "assessment results, OSCAL 1.1",
    .media_type = "application/oscal+json",
    .suffix = "oscal.json",
    .write = write_oscal,
};
