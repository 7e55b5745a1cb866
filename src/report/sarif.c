#include <inttypes.h>

#include "base/hash.h"
#include "report/emit.h"
#include "report/machine.h"
#include "report/report.h"

/*
 * The proven failures as SARIF 2.1.0 (OASIS), for build servers and editors: a failed test unit
 * is a rule, each of its counter-examples a result.
 */

struct log {
    struct machine *machine;
    struct emit emit;
    struct text *scratch;
    size_t unit; /* index in the list of rules of the unit at hand */
};

/*
 * A message: "](" would make a link of what stands in the brackets before it, and a digit behind
 * a brace a placeholder (3.11.5, 3.11.6). A blank between them makes neither.
 */
static void add_message(struct log *log, const char *key, struct bytes text)
{
    struct text *out = log->scratch;

    text_clear(out);
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i], before = i > 0 ? text.data[i - 1] : 0;
        if ((before == ']' && c == '(') || (before == '{' && c >= '0' && c <= '9'))
            text_add_char(out, ' ');
        text_add_char(out, (char)c);
    }
    emit_object(&log->emit, key);
    emit_text(&log->emit, "text", text_bytes(out));
    emit_end(&log->emit);
}

static const char *level_of(struct bytes base)
{
    return bytes_is(base, "M") ? "error" : "warning";
}

/* Behind the units, provisions that fail for a reason of their own. */
static const char rules_sql[] =
    "SELECT id, COALESCE(purpose, id), fix, provision, base, requirement, provision_outcome,"
    " 0 AS alone, place FROM m_unit WHERE outcome = 'fail' UNION ALL SELECT id,"
    " COALESCE(requirement, id), NULL, id, base, requirement, 'fail', 1, place FROM m_alone"
    " ORDER BY alone, place";

static void add_rule(struct log *log, const struct query *row)
{
    struct emit *emit = &log->emit;

    emit_object(emit, NULL);
    emit_text(emit, "id", query_text(row, 0));
    text_clear(log->scratch);
    text_add(log->scratch, "EN303645/");
    text_add_bytes(log->scratch, query_text(row, 3));
    emit_text(emit, "name", text_bytes(log->scratch));
    add_message(log, "shortDescription", query_text(row, 1));
    if (query_text(row, 5).size > 0)
        add_message(log, "fullDescription", query_text(row, 5));
    if (query_text(row, 2).size > 0)
        add_message(log, "help", query_text(row, 2));
    emit_object(emit, "defaultConfiguration");
    emit_string(emit, "level", level_of(query_text(row, 4)));
    emit_end(emit);
    emit_object(emit, "properties");
    emit_text(emit, "provision", query_text(row, 3));
    emit_text(emit, "status", query_text(row, 4));
    emit_text(emit, "provisionOutcome", query_text(row, 6));
    emit_list(emit, "tags");
    emit_string(emit, NULL, "security");
    emit_end(emit);
    emit_end(emit);
    emit_end(emit);
}

static struct error *add_rules(struct log *log)
{
    struct query query;
    bool found = false;

    TRY(machine_query(log->machine, rules_sql, &query));
    emit_list(&log->emit, "rules");
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        add_rule(log, &query);
        error = query_next(&query, &found);
    }
    emit_end(&log->emit);
    query_close(&query);
    return error;
}

static struct error *add_tool(struct log *log)
{
    struct emit *emit = &log->emit;

    emit_object(emit, "tool");
    emit_object(emit, "driver");
    emit_string(emit, "name", "Proviso");
    emit_string(emit, "version", log->machine->version);
    TRY(add_rules(log));
    emit_end(emit);
    emit_end(emit);
    return NULL;
}

static void add_region(struct log *log, const struct machine_place *place)
{
    struct emit *emit = &log->emit;

    if (place->line == 0 && place->offset == 0 && place->length == 0)
        return;
    emit_object(emit, "region");
    if (place->line > 0)
        emit_number(emit, "startLine", place->line);
    if (!place->declared && (place->offset > 0 || place->length > 0)) {
        emit_number(emit, "byteOffset", place->offset);
        emit_number(emit, "byteLength", place->length);
    }
    if (place->excerpt.size > 0) {
        emit_object(emit, "snippet");
        emit_text(emit, "text", place->excerpt);
        emit_end(emit);
    }
    emit_end(emit);
}

static void add_location(struct log *log, const struct machine_place *place)
{
    struct emit *emit = &log->emit;

    emit_list(emit, "locations");
    if (place->known) {
        emit_object(emit, NULL);
        emit_object(emit, "physicalLocation");
        emit_object(emit, "artifactLocation");
        text_clear(log->scratch);
        machine_add_uri(log->scratch,
                        place->path.size > 0 ? place->path : bytes_of(log->machine->input));
        emit_text(emit, "uri", text_bytes(log->scratch));
        emit_string(emit, "uriBaseId", place->declared ? "DOSSIER" : "IMAGE");
        emit_end(emit);
        add_region(log, place);
        emit_end(emit);
        emit_end(emit);
    }
    emit_end(emit);
}

/* The same in every run as long as the unit, the sentence and the file are. */
static void add_fingerprint(struct log *log, struct bytes unit, struct bytes because,
                            struct bytes path)
{
    struct text *scratch = log->scratch;

    text_clear(scratch);
    text_add_bytes(scratch, unit);
    text_add_char(scratch, '\0');
    text_add_bytes(scratch, because);
    text_add_char(scratch, '\0');
    text_add_bytes(scratch, path);
    struct sha256 hash = hash_sha256(text_bytes(scratch));
    text_clear(scratch);
    text_add_hex(scratch, bytes_from(hash.bytes, 16));
    emit_object(&log->emit, "partialFingerprints");
    emit_text(&log->emit, "provisoProof/v1", text_bytes(scratch));
    emit_end(&log->emit);
}

/* A person's fail has no counter-example: its row ends with the answer in their place. */
static const char results_sql[] =
    "SELECT u.id, COALESCE(e.because, u.said, u.because, 'the unit fails'),"
    " COALESCE(e.observation, u.observation), u.base, u.provision, e.contradiction, u.disputed,"
    " e.unit IS NULL, CASE WHEN u.disputed THEN u.said END, 0 AS alone, u.place AS place,"
    " e.place AS turn FROM m_unit AS u LEFT JOIN counter_example AS e ON e.unit = u.id"
    " WHERE u.outcome = 'fail' UNION ALL SELECT id, because, observation, base, id, NULL, NULL,"
    " by_person, NULL, 1, place, 0 FROM m_alone ORDER BY alone, place, turn";

static void add_result_properties(struct log *log, const struct query *row,
                                  const struct machine_place *place)
{
    struct emit *emit = &log->emit;

    emit_object(emit, "properties");
    emit_text(emit, "provision", query_text(row, 4));
    emit_some(emit, "observable", place->observable);
    emit_some(emit, "contradiction", query_text(row, 5));
    if (!query_is_null(row, 6))
        emit_flag(emit, "disputed", query_integer(row, 6) != 0);
    emit_some(emit, "disputedBecause", query_text(row, 8));
    emit_string(emit, "concludedBy", query_integer(row, 7) != 0 ? "person" : "program");
    emit_end(emit);
}

static struct error *add_result(struct log *log, const struct query *row)
{
    struct emit *emit = &log->emit;
    struct machine_place place = {.known = false};

    if (!query_is_null(row, 2))
        TRY(machine_place(log->machine, query_integer(row, 2), &place));
    emit_object(emit, NULL);
    emit_text(emit, "ruleId", query_text(row, 0));
    emit_number(emit, "ruleIndex", (int64_t)log->unit);
    emit_string(emit, "kind", "fail");
    emit_string(emit, "level", level_of(query_text(row, 3)));
    add_message(log, "message", query_text(row, 1));
    add_location(log, &place);
    add_fingerprint(log, query_text(row, 0), query_text(row, 1), place.path);
    add_result_properties(log, row, &place);
    emit_end(emit);
    return NULL;
}

static struct error *add_results(struct log *log)
{
    owned(text) unit = text_new();
    struct query query;
    bool found = false, first = true;

    TRY(machine_query(log->machine, results_sql, &query));
    emit_list(&log->emit, "results");
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        struct bytes id = query_text(&query, 0);
        if (!first && !bytes_equal(id, text_bytes(unit)))
            log->unit++;
        first = false;
        text_clear(unit);
        text_add_bytes(unit, id);
        error = add_result(log, &query);
        if (error == NULL)
            error = query_next(&query, &found);
    }
    emit_end(&log->emit);
    query_close(&query);
    return error;
}

static void add_base(struct log *log, const char *name, const char *description)
{
    emit_object(&log->emit, name);
    emit_object(&log->emit, "description");
    emit_string(&log->emit, "text", description);
    emit_end(&log->emit);
    emit_end(&log->emit);
}

static void add_circumstances(struct log *log)
{
    const struct machine *machine = log->machine;
    struct emit *emit = &log->emit;
    struct text *scratch = log->scratch;

    emit_list(emit, "invocations");
    emit_object(emit, NULL);
    emit_flag(emit, "executionSuccessful", true);
    if (machine->date != NULL && machine->date_has_time)
        emit_string(emit, "endTimeUtc", machine->date);
    emit_end(emit);
    emit_end(emit);
    emit_object(emit, "automationDetails");
    text_clear(scratch);
    text_addf(scratch, "proviso/en303645-%s/", machine->edition);
    machine_add_uri(scratch, bytes_of(machine->input));
    text_add_char(scratch, '/');
    text_add(scratch, machine->sha256);
    emit_text(emit, "id", text_bytes(scratch));
    text_clear(scratch);
    machine_add_uuid(scratch, "sarif", bytes_of(machine->sha256), bytes_of(machine->edition));
    emit_text(emit, "guid", text_bytes(scratch));
    emit_end(emit);
    emit_object(emit, "originalUriBaseIds");
    add_base(log, "DOSSIER", "The folder of the dossier.");
    add_base(log, "IMAGE", "The files inside the assessed image, through all containers.");
    emit_end(emit);
}

static void add_run_properties(struct log *log)
{
    const struct machine *machine = log->machine;
    struct emit *emit = &log->emit;

    emit_object(emit, "properties");
    emit_string(emit, "standard", "ETSI EN 303 645");
    emit_string(emit, "edition", machine->edition);
    emit_string(emit, "input", machine->input);
    emit_some(emit, "sha256", bytes_of(machine->sha256));
    emit_some(emit, "product", bytes_of(machine->product));
    emit_some(emit, "productVersion", bytes_of(machine->product_version));
    emit_number(emit, "unitsFailed", machine_failed(log->machine));
    emit_number(emit, "unitsOpen", machine_open(log->machine));
    emit_end(emit);
}

static struct error *write_log(struct machine *machine)
{
    owned(text) scratch = text_new();
    struct log log = {.machine = machine, .emit = {.out = machine->out}, .scratch = scratch};
    struct emit *emit = &log.emit;

    emit_object(emit, NULL);
    emit_string(emit, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    emit_string(emit, "version", "2.1.0");
    emit_list(emit, "runs");
    emit_object(emit, NULL);
    TRY(add_tool(&log));
    add_circumstances(&log);
    emit_string(emit, "columnKind", "unicodeCodePoints");
    TRY(add_results(&log));
    add_run_properties(&log);
    emit_end(emit);
    emit_end(emit);
    emit_end(emit);
    return NULL;
}

static struct error *write_sarif(sqlite3 *db, struct text *out)
{
    return machine_write(db, out, write_log);
}

const struct report report_sarif = {
    .name = "sarif",
    .title = "proven failures for build servers and editors, SARIF 2.1.0",
    .media_type = "application/sarif+json",
    .suffix = "sarif",
    .write = write_sarif,
};
