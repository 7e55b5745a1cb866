#include "report/report.h"
#include "report/sbom.h"
#include "report/xlsx_part.h"

/*
 * Test plan and results as a workbook: a summary, a sheet for each family with every test unit and
 * what came of it, what is open, and the components of the image.
 */

#define XLSX_COMPONENTS 20000 /* rows: the largest image known has 1,500 */
#define XLSX_PLACES     5     /* of one component */

/* A sheet with headings in its first row. */
struct error *xlsx_part_begin(struct xlsx_writing *writing, const char *name,
                              const struct xlsx_heading *headings, size_t count,
                              uint16_t frozen)
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

enum xlsx_style xlsx_part_style(struct bytes outcome)
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

static struct error *add_fact(struct xlsx_writing *writing, const char *name,
                              struct bytes value)
{
    if (value.size == 0)
        return NULL;
    TRY(xlsx_string(writing->xlsx, writing->row, 0, name, XLSX_LABEL));
    return xlsx_text(writing->xlsx, writing->row++, 1, value, XLSX_TEXT);
}

static struct error *add_facts(struct xlsx_writing *writing)
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

static struct error *add_overall(struct xlsx_writing *writing)
{
    struct query query;
    bool found = false;

    TRY(machine_query(writing->machine, "SELECT outcome, because FROM overall", &query));
    struct error *error = query_next(&query, &found);
    if (error == NULL && found) {
        error = xlsx_string(writing->xlsx, writing->row, 0, "Overall", XLSX_LABEL);
        if (error == NULL)
            error = xlsx_text(writing->xlsx, writing->row++, 1, query_text(&query, 0),
                              xlsx_part_style(query_text(&query, 0)));
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
static struct error *add_counts(struct xlsx_writing *writing, struct query *rows)
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

static struct error *add_summary(struct xlsx_writing *writing)
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
                       "declarations. All other outcomes are a person's, or follow from a "
                       "person's. Firmware alone refutes; it never proves conformity.",
                       XLSX_FAINT);
}

/* ---- what is open ---- */

static struct error *add_open(struct xlsx_writing *writing)
{
    static const struct xlsx_heading headings[] = {
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

    TRY(xlsx_part_begin(writing, "Open", headings, COUNT_OF(headings), 3));
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
        xlsx_part_line(out, "",
                       component->occurrences[i].path.size > 0
                           ? component->occurrences[i].path
                           : bytes_of("(the image itself)"));
    if (component->occurrences_all > XLSX_PLACES)
        text_addf(out, "\nand %zu more", component->occurrences_all - XLSX_PLACES);
}

static void add_declared(struct text *out, const struct sbom_component *component)
{
    if (!component->declared)
        return;
    text_add_bytes(out, component->declared_entry);
    xlsx_part_line(out, "version ", component->declared_version);
}

static struct error *add_component(void *context, const struct sbom_component *component)
{
    struct xlsx_writing *writing = context;
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

static struct error *add_sbom(struct xlsx_writing *writing)
{
    static const struct xlsx_heading headings[] = {
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

    TRY(xlsx_part_begin(writing, "SBOM", headings, COUNT_OF(headings), 1));
    TRY(sbom_each(writing->machine, add_component, writing));
    if (writing->row > 1)
        xlsx_filter(writing->xlsx, 0, writing->row - 1, COUNT_OF(headings) - 1);
    if (writing->components_left == 0)
        return NULL;
    text_add(left, "and ");
    text_add_counted(left, writing->components_left, "more component");
    text_add(left, ", not listed here: see the report cyclonedx");
    return xlsx_text(writing->xlsx, writing->row, 0, text_bytes(left), XLSX_OPEN);
}

/* ---- the workbook ---- */

static struct error *add_all(struct machine *machine, struct xlsx *xlsx)
{
    struct xlsx_writing writing = {.machine = machine, .xlsx = xlsx};

    TRY(add_summary(&writing));
    TRY(xlsx_part_units(&writing));
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
