#include "xlsx/xlsx.h"

#include <inttypes.h>
#include <string.h>

#include "report/report.h"
#include "report/sbom.h"

/*
 * Test plan and results as a workbook: a summary, a sheet for each family with every test unit and
 * what came of it, what is open, and the components of the image.
 */

#define XLSX_PROOFS     20    /* of one unit, told in full; the others are counted */
#define XLSX_COMPONENTS 20000 /* rows: the largest image known has 1,500 */
#define XLSX_PLACES     5     /* of one component */

struct writing {
    struct machine *machine;
    struct xlsx *xlsx;
    uint32_t row;
    char family[24]; /* of the sheet at hand */
    size_t components, components_left;
};

struct heading {
    const char *name, *note;
    double width;
};

/* A sheet with headings in its first row. */
static struct error *begin(struct writing *writing, const char *name,
                           const struct heading *headings, size_t count, uint16_t frozen)
{
    double widths[16];

    TRY(xlsx_sheet(writing->xlsx, name));
    for (size_t i = 0; i < count && i < COUNT_OF(widths); i++) {
        widths[i] = headings[i].width;
        TRY(xlsx_string(writing->xlsx, 0, (uint16_t)i, headings[i].name, XLSX_HEADING));
        if (headings[i].note != NULL)
            TRY(xlsx_note(writing->xlsx, 0, (uint16_t)i, bytes_of(headings[i].note)));
    }
    xlsx_widths(writing->xlsx, widths, count);
    xlsx_freeze(writing->xlsx, 1, frozen);
    writing->row = 1;
    return NULL;
}

static enum xlsx_style style_of(struct bytes outcome)
{
    if (bytes_is(outcome, "pass"))
        return XLSX_PASS;
    if (bytes_is(outcome, "fail"))
        return XLSX_FAIL;
    if (bytes_is(outcome, "open") || bytes_is(outcome, "inconclusive"))
        return XLSX_OPEN;
    return XLSX_FAINT;
}

/* ---- the summary ---- */

static struct error *add_fact(struct writing *writing, const char *name, struct bytes value)
{
    if (value.size == 0)
        return NULL;
    TRY(xlsx_string(writing->xlsx, writing->row, 0, name, XLSX_LABEL));
    return xlsx_text(writing->xlsx, writing->row++, 1, value, XLSX_TEXT);
}

static struct error *add_facts(struct writing *writing)
{
    struct machine *machine = writing->machine;
    const struct {
        const char *name, *value;
    } facts[] = {
        {"DUT", machine->product},
        {"Version", machine->product_version},
        {"Manufacturer", machine->maker},
        {"Laboratory", machine_dut(machine, "laboratory.name")},
        {"Assessor", machine_dut(machine, "assessor")},
        {"Standard", "ETSI EN 303 645"},
        {"Edition", machine->edition},
        {"Firmware", machine->input},
        {"SHA-256", machine->sha256},
        {"Date", machine->date == NULL ? "" : machine->date},
        {"Program", machine->version},
    };

    TRY(xlsx_string(writing->xlsx, 0, 0, "Test plan and results", XLSX_TITLE));
    writing->row = 2;
    for (size_t i = 0; i < COUNT_OF(facts); i++)
        TRY(add_fact(writing, facts[i].name, bytes_of(facts[i].value)));
    return NULL;
}

static struct error *add_overall(struct writing *writing)
{
    struct query query;
    bool found = false;

    TRY(machine_query(writing->machine, "SELECT outcome, because FROM m_overall", &query));
    struct error *error = query_next(&query, &found);
    if (error == NULL && found) {
        error = xlsx_string(writing->xlsx, writing->row, 0, "Overall", XLSX_LABEL);
        if (error == NULL)
            error = xlsx_text(writing->xlsx, writing->row++, 1, query_text(&query, 0),
                              style_of(query_text(&query, 0)));
        if (error == NULL)
            error = add_fact(writing, "Because", query_text(&query, 1));
    }
    query_close(&query);
    return error;
}

static const char counts_sql[] =
    "SELECT family, title, COUNT(*), SUM(outcome = 'pass'), SUM(outcome = 'fail'),"
    " SUM(outcome NOT IN ('pass', 'fail', 'inconclusive', 'not-applicable', 'not-run')),"
    " SUM(outcome = 'inconclusive'), SUM(outcome IN ('not-applicable', 'not-run')),"
    " SUM(outcome IN ('pass', 'fail') AND automatic = 1)"
    " FROM m_unit GROUP BY family ORDER BY MIN(family_place)";

/* A row for each family, and their sums. */
static struct error *add_counts(struct writing *writing, struct query *rows)
{
    struct xlsx *xlsx = writing->xlsx;
    int64_t sums[7] = {0};
    bool found = false;

    TRY(query_next(rows, &found));
    while (found) {
        TRY(xlsx_text(xlsx, writing->row, 0, query_text(rows, 0), XLSX_LABEL));
        TRY(xlsx_text(xlsx, writing->row, 1, query_text(rows, 1), XLSX_TEXT));
        for (int i = 0; i < (int)COUNT_OF(sums); i++) {
            sums[i] += query_integer(rows, i + 2);
            TRY(xlsx_number(xlsx, writing->row, (uint16_t)(i + 2), query_integer(rows, i + 2),
                            XLSX_TEXT));
        }
        writing->row++;
        TRY(query_next(rows, &found));
    }
    TRY(xlsx_string(xlsx, writing->row, 0, "All", XLSX_LABEL));
    for (size_t i = 0; i < COUNT_OF(sums); i++)
        TRY(xlsx_number(xlsx, writing->row, (uint16_t)(i + 2), sums[i], XLSX_LABEL));
    writing->row++;
    return NULL;
}

static struct error *add_summary(struct writing *writing)
{
    static const double widths[] = {16, 60, 10, 10, 10, 10, 14, 14, 14};
    static const char *const names[] = {"Clause",       "Family",      "Units",
                                        "Pass",         "Fail",        "Open",
                                        "Inconclusive", "Not applied", "Automatic"};
    struct query rows;

    TRY(xlsx_sheet(writing->xlsx, "Summary"));
    xlsx_widths(writing->xlsx, widths, COUNT_OF(widths));
    TRY(add_facts(writing));
    TRY(add_overall(writing));
    writing->row++;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        TRY(xlsx_string(writing->xlsx, writing->row, (uint16_t)i, names[i], XLSX_HEADING));
    writing->row++;
    TRY(machine_query(writing->machine, counts_sql, &rows));
    struct error *error = add_counts(writing, &rows);
    query_close(&rows);
    TRY(error);
    return xlsx_string(writing->xlsx, writing->row + 1, 1,
                       "Automatic: concluded by the program from observations and "
                       "declarations. All other outcomes are a person's. Firmware alone "
                       "refutes; it never proves conformity.",
                       XLSX_FAINT);
}

/* ---- the families ---- */

static const struct heading unit_headings[] = {
    {"Provision", NULL, 11},
    {"Status", "M mandatory, R recommended; C and F: tied to conditions and features", 14},
    {"Applies", NULL, 14},
    {"Unit", NULL, 14},
    {"Verb", "what the unit asks for", 14},
    {"Purpose", "in our own words", 50},
    {"Outcome", NULL, 14},
    {"How", "automatic: concluded by the program; person: by whom; open: by nobody yet", 18},
    {"Reason", NULL, 60},
    {"Proof", "where it stands: path inside the image or file of the dossier, and line", 44},
};

static const char units_sql[] =
    "SELECT u.family, u.title, u.provision, COALESCE(p.printed, p.code, u.base),"
    " v.outcome, u.id, u.verb, u.purpose, u.outcome, u.automatic, u.because, u.said, u.who,"
    " u.missing, u.ask, u.disputed, u.stale, u.observation"
    " FROM m_unit AS u LEFT JOIN provision AS p ON p.id = u.provision AND p.edition = ?"
    " LEFT JOIN provision_verdict AS v ON v.provision = u.provision"
    " ORDER BY u.family_place, u.provision_place, u.place";

/* Columns of that query. */
enum {
    FAMILY,
    TITLE,
    PROVISION,
    STATUS,
    PROVISION_OUTCOME,
    UNIT,
    VERB,
    PURPOSE,
    OUTCOME,
    AUTOMATIC,
    BECAUSE,
    SAID,
    WHO,
    MISSING,
    ASK,
    DISPUTED,
    STALE,
    OBSERVATION,
};

static void add_line(struct text *out, const char *before, struct bytes text)
{
    if (text.size == 0)
        return;
    text_add(out, out->size > 0 ? "\n" : "");
    text_add(out, before);
    text_add_bytes(out, text);
}

/* Where an observation stands, as one more line. */
static struct error *add_place(struct writing *writing, int64_t observation, struct text *out)
{
    struct machine_place place;

    TRY(machine_place(writing->machine, observation, &place));
    if (!place.known)
        return NULL;
    text_add(out, out->size > 0 ? "\n" : "");
    machine_add_place(out, &place);
    return NULL;
}

static struct error *add_proofs(struct writing *writing, struct bytes unit, struct text *reason,
                                struct text *proof)
{
    struct query rows;
    size_t count = 0;
    bool found = false;

    TRY(machine_query(writing->machine,
                      "SELECT because, observation FROM m_counter WHERE unit = ?"
                      " ORDER BY place",
                      &rows));
    query_bind_text(&rows, 1, unit);
    struct error *error = query_next(&rows, &found);
    for (; error == NULL && found; count++) {
        if (count < XLSX_PROOFS) {
            add_line(reason, "", query_text(&rows, 0));
            error = add_place(writing, query_integer(&rows, 1), proof);
        }
        if (error == NULL)
            error = query_next(&rows, &found);
    }
    query_close(&rows);
    if (count > XLSX_PROOFS)
        text_addf(reason, "\nand %zu more", count - XLSX_PROOFS);
    return error;
}

/* Why the outcome is what it is, and where that stands. */
static struct error *explain(struct writing *writing, const struct query *row,
                             struct text *reason, struct text *proof)
{
    struct bytes outcome = query_text(row, OUTCOME);
    bool settled = bytes_is(outcome, "pass") || bytes_is(outcome, "fail") ||
                   bytes_is(outcome, "inconclusive");

    add_line(reason, "", query_text(row, BECAUSE));
    TRY(add_proofs(writing, query_text(row, UNIT), reason, proof));
    if (!bytes_equal(query_text(row, SAID), query_text(row, BECAUSE)))
        add_line(reason, query_integer(row, DISPUTED) != 0 ? "Disputed: " : "Said: ",
                 query_text(row, SAID));
    add_line(reason, "No longer counts: ", query_text(row, STALE));
    if (!query_is_null(row, OBSERVATION))
        TRY(add_place(writing, query_integer(row, OBSERVATION), proof));
    if (!settled && !bytes_is(outcome, "not-applicable") && !bytes_is(outcome, "not-run")) {
        add_line(reason, "Not looked at: ", query_text(row, MISSING));
        add_line(reason, "To conclude: ", query_text(row, ASK));
    }
    return NULL;
}

static void add_how(struct text *out, const struct query *row)
{
    struct bytes outcome = query_text(row, OUTCOME);

    if (bytes_is(outcome, "not-applicable") || bytes_is(outcome, "not-run"))
        text_add(out, "not tested");
    else if (query_integer(row, AUTOMATIC) != 0)
        text_add(out, "automatic");
    else if (bytes_is(outcome, "open") || outcome.size == 0)
        text_add(out, "open");
    else
        text_add(out, "person");
    if (!query_is_null(row, WHO) && query_text(row, WHO).size > 0 &&
        query_integer(row, AUTOMATIC) == 0 && bytes_is(text_bytes(out), "person")) {
        text_add(out, ": ");
        text_add_bytes(out, query_text(row, WHO));
    }
    if (query_integer(row, DISPUTED) != 0)
        text_add(out, ", disputed");
}

static const char *applies(struct bytes provision_outcome)
{
    if (bytes_is(provision_outcome, "not-applicable"))
        return "no";
    return bytes_is(provision_outcome, "not-run") ? "not supported" : "yes";
}

static struct error *add_unit(struct writing *writing, const struct query *row)
{
    struct xlsx *xlsx = writing->xlsx;
    uint32_t at = writing->row++;
    owned(text) how = text_new();
    owned(text) reason = text_new();
    owned(text) proof = text_new();

    TRY(explain(writing, row, reason, proof));
    add_how(how, row);
    TRY(xlsx_text(xlsx, at, 0, query_text(row, PROVISION), XLSX_LABEL));
    TRY(xlsx_text(xlsx, at, 1, query_text(row, STATUS), XLSX_TEXT));
    TRY(xlsx_string(xlsx, at, 2, applies(query_text(row, PROVISION_OUTCOME)), XLSX_TEXT));
    TRY(xlsx_text(xlsx, at, 3, query_text(row, UNIT), XLSX_LABEL));
    TRY(xlsx_text(xlsx, at, 4, query_text(row, VERB), XLSX_TEXT));
    TRY(xlsx_text(xlsx, at, 5, query_text(row, PURPOSE), XLSX_TEXT));
    TRY(xlsx_text(xlsx, at, 6, query_text(row, OUTCOME), style_of(query_text(row, OUTCOME))));
    TRY(xlsx_text(xlsx, at, 7, text_bytes(how), XLSX_TEXT));
    TRY(xlsx_text(xlsx, at, 8, text_bytes(reason), XLSX_TEXT));
    return xlsx_text(xlsx, at, 9, text_bytes(proof), XLSX_TEXT);
}

/* The sheet of the family that ROW belongs to, where it is not the one at hand. */
static struct error *turn_to(struct writing *writing, const struct query *row)
{
    struct bytes family = bytes_slice(query_text(row, FAMILY), 0, sizeof writing->family - 1);

    if (bytes_is(family, writing->family))
        return NULL;
    if (writing->family[0] != '\0')
        xlsx_filter(writing->xlsx, 0, writing->row - 1, COUNT_OF(unit_headings) - 1);
    memset(writing->family, 0, sizeof writing->family);
    mem_copy(writing->family, family.data, family.size);
    return begin(writing, writing->family, unit_headings, COUNT_OF(unit_headings), 4);
}

static struct error *add_families(struct writing *writing)
{
    struct query rows;
    bool found = false;

    TRY(machine_query(writing->machine, units_sql, &rows));
    query_bind_string(&rows, 1, writing->machine->edition);
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        error = turn_to(writing, &rows);
        if (error == NULL)
            error = add_unit(writing, &rows);
        if (error == NULL)
            error = query_next(&rows, &found);
    }
    query_close(&rows);
    if (error == NULL && writing->family[0] != '\0')
        xlsx_filter(writing->xlsx, 0, writing->row - 1, COUNT_OF(unit_headings) - 1);
    return error;
}

/* ---- what is open ---- */

static struct error *add_open(struct writing *writing)
{
    static const struct heading headings[] = {
        {"Provision", NULL, 11},
        {"Status", NULL, 14},
        {"Unit", NULL, 14},
        {"Purpose", NULL, 50},
        {"To conclude", "what a person still has to decide", 60},
        {"Not looked at", "what the program would need to look at", 44},
        {"Earlier answer", "why it no longer counts", 40},
    };
    struct query rows;
    bool found = false;

    TRY(begin(writing, "Open", headings, COUNT_OF(headings), 3));
    TRY(machine_query(writing->machine,
                      "SELECT provision, base, id, purpose, ask, missing, stale FROM m_unit"
                      " WHERE outcome NOT IN ('pass', 'fail', 'not-applicable', 'not-run')"
                      " ORDER BY family_place, provision_place, place",
                      &rows));
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        for (int i = 0; error == NULL && i < (int)COUNT_OF(headings); i++)
            error = xlsx_text(writing->xlsx, writing->row, (uint16_t)i, query_text(&rows, i),
                              i == 2 ? XLSX_LABEL : XLSX_TEXT);
        writing->row++;
        if (error == NULL)
            error = query_next(&rows, &found);
    }
    query_close(&rows);
    if (writing->row > 1)
        xlsx_filter(writing->xlsx, 0, writing->row - 1, COUNT_OF(headings) - 1);
    return error;
}

/* ---- the components ---- */

static void add_places(struct text *out, const struct sbom_component *component)
{
    for (size_t i = 0; i < component->occurrence_count && i < XLSX_PLACES; i++)
        add_line(out, "",
                 component->occurrences[i].path.size > 0 ? component->occurrences[i].path
                                                         : bytes_of("(the image itself)"));
    if (component->occurrences_all > XLSX_PLACES)
        text_addf(out, "\nand %zu more", component->occurrences_all - XLSX_PLACES);
}

static void add_declared(struct text *out, const struct sbom_component *component)
{
    if (!component->declared)
        return;
    text_add_bytes(out, component->declared_entry);
    add_line(out, "version ", component->declared_version);
}

static struct error *add_component(void *context, const struct sbom_component *component)
{
    struct writing *writing = context;
    owned(text) places = text_new();
    owned(text) declared = text_new();
    owned(text) cpe = text_new();
    const char grade = component->occurrence_count > 0 ? component->occurrences[0].grade : ' ';

    if (writing->components == XLSX_COMPONENTS) {
        writing->components_left++;
        return NULL;
    }
    writing->components++;
    add_places(places, component);
    add_declared(declared, component);
    sbom_add_cpe(cpe, component);
    const struct bytes cells[] = {
        component->name,      component->version, component->kind,       component->licence,
        sbom_purl(component), text_bytes(cpe),    bytes_from(&grade, 1), text_bytes(places),
        text_bytes(declared), component->sha256,
    };
    for (size_t i = 0; i < COUNT_OF(cells); i++)
        TRY(xlsx_text(writing->xlsx, writing->row, (uint16_t)i, cells[i],
                      i == 0 ? XLSX_LABEL : XLSX_TEXT));
    writing->row++;
    return NULL;
}

static struct error *add_sbom(struct writing *writing)
{
    static const struct heading headings[] = {
        {"Name", NULL, 24},
        {"Version", NULL, 16},
        {"Kind", NULL, 14},
        {"Licence", NULL, 22},
        {"purl", NULL, 40},
        {"CPE", NULL, 40},
        {"Grade",
         "strength of the proof: A package database, B banner in its own file, C release in a "
         "file name, D text in another file, E number in a file of that name, F name alone",
         8},
        {"Where", "paths inside the image", 50},
        {"Declared", "entry of 6-SoftComp that lists it", 24},
        {"SHA-256", "of the file, where the component is one file", 30},
    };
    owned(text) left = text_new();

    TRY(begin(writing, "SBOM", headings, COUNT_OF(headings), 1));
    TRY(sbom_each(writing->machine, add_component, writing));
    if (writing->row > 1)
        xlsx_filter(writing->xlsx, 0, writing->row - 1, COUNT_OF(headings) - 1);
    if (writing->components_left == 0)
        return NULL;
    text_addf(left,
              "and %zu components more, which are not listed here: see the report cyclonedx",
              writing->components_left);
    return xlsx_text(writing->xlsx, writing->row, 0, text_bytes(left), XLSX_OPEN);
}

/* ---- the workbook ---- */

static struct error *add_all(struct machine *machine, struct xlsx *xlsx)
{
    struct writing writing = {.machine = machine, .xlsx = xlsx};

    TRY(add_summary(&writing));
    TRY(add_families(&writing));
    TRY(add_open(&writing));
    TRY(add_sbom(&writing));
    return xlsx_end(xlsx, machine->out);
}

static struct error *write_book(struct machine *machine)
{
    owned(xlsx) xlsx = NULL;

    TRY(xlsx_new("Test plan and results, ETSI EN 303 645", machine->product, machine->date,
                 &xlsx));
    return add_all(machine, xlsx);
}

static struct error *xlsx_write(sqlite3 *db, struct text *out)
{
    return machine_write(db, out, write_book);
}

const struct report report_xlsx = {
    .name = "xlsx",
    .title = "test plan and results as a workbook, one sheet for each clause",
    .media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    .suffix = "xlsx",
    .write = xlsx_write,
};
