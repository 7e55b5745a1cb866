#include <string.h>

#include "report/xlsx_part.h"

#define XLSX_PROOFS 20 /* of one unit, told in full; the others are counted */

static const struct xlsx_heading unit_headings[] = {
    {"Provision", NULL, 11},
    {"Status", "M mandatory, R recommended; C and F: tied to conditions and features", 14},
    {"Applies", NULL, 14},
    {"Verdict", "of the provision: its units folded into cases, and those into it", 14},
    {"Unit", NULL, 14},
    {"Verb", "what the unit asks for", 14},
    {"Purpose", "in our own words", 50},
    {"Outcome", NULL, 14},
    {"How",
     "automatic: concluded by the program; person: by whom; with its case: it only prepares "
     "other units; open: by nobody yet",
     18},
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

void xlsx_part_line(struct text *out, const char *before, struct bytes text)
{
    if (text.size == 0)
        return;
    text_add(out, out->size > 0 ? "\n" : "");
    text_add(out, before);
    text_add_bytes(out, text);
}

/* Where an observation stands, as one more line. */
static struct error *add_place(struct xlsx_writing *writing, int64_t observation,
                               struct text *out)
{
    struct machine_place place;

    TRY(machine_place(writing->machine, observation, &place));
    if (!place.known)
        return NULL;
    text_add(out, out->size > 0 ? "\n" : "");
    machine_add_place(out, &place);
    return NULL;
}

static struct error *add_proofs(struct xlsx_writing *writing, struct bytes unit,
                                struct text *reason, struct text *proof)
{
    struct query rows;
    size_t count = 0;
    bool found = false;

    TRY(machine_query(writing->machine,
                      "SELECT because, observation FROM counter_example WHERE unit = ?"
                      " ORDER BY place",
                      &rows));
    query_bind_text(&rows, 1, unit);
    struct error *error = query_next(&rows, &found);
    for (; error == NULL && found; count++) {
        if (count < XLSX_PROOFS) {
            xlsx_part_line(reason, "", query_text(&rows, 0));
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
static struct error *explain(struct xlsx_writing *writing, const struct query *row,
                             struct text *reason, struct text *proof)
{
    struct bytes outcome = query_text(row, OUTCOME);
    bool settled = bytes_is(outcome, "pass") || bytes_is(outcome, "fail") ||
                   bytes_is(outcome, "inconclusive");

    xlsx_part_line(reason, "", query_text(row, BECAUSE));
    TRY(add_proofs(writing, query_text(row, UNIT), reason, proof));
    if (!bytes_equal(query_text(row, SAID), query_text(row, BECAUSE)))
        xlsx_part_line(reason, query_integer(row, DISPUTED) != 0 ? "Disputed: " : "Said: ",
                       query_text(row, SAID));
    xlsx_part_line(reason, "No longer counts: ", query_text(row, STALE));
    if (!query_is_null(row, OBSERVATION))
        TRY(add_place(writing, query_integer(row, OBSERVATION), proof));
    if (!settled && !bytes_is(outcome, "not-applicable") && !bytes_is(outcome, "not-run")) {
        xlsx_part_line(reason, "Not looked at: ", query_text(row, MISSING));
        xlsx_part_line(reason, "To conclude: ", query_text(row, ASK));
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
    else if (bytes_is(query_text(row, VERB), "action") && query_is_null(row, SAID))
        text_add(out, "with its case");
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

static struct error *add_unit(struct xlsx_writing *writing, const struct query *row)
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
    TRY(xlsx_text(xlsx, at, 3, query_text(row, PROVISION_OUTCOME),
                  xlsx_part_style(query_text(row, PROVISION_OUTCOME))));
    TRY(xlsx_text(xlsx, at, 4, query_text(row, UNIT), XLSX_LABEL));
    TRY(xlsx_text(xlsx, at, 5, query_text(row, VERB), XLSX_TEXT));
    TRY(xlsx_text(xlsx, at, 6, query_text(row, PURPOSE), XLSX_TEXT));
    TRY(xlsx_text(xlsx, at, 7, query_text(row, OUTCOME),
                  xlsx_part_style(query_text(row, OUTCOME))));
    TRY(xlsx_text(xlsx, at, 8, text_bytes(how), XLSX_TEXT));
    TRY(xlsx_text(xlsx, at, 9, text_bytes(reason), XLSX_TEXT));
    return xlsx_text(xlsx, at, 10, text_bytes(proof), XLSX_TEXT);
}

/* The sheet of the family that ROW belongs to, where it is not the one at hand. */
static struct error *turn_to(struct xlsx_writing *writing, const struct query *row)
{
    struct bytes family = bytes_slice(query_text(row, FAMILY), 0, sizeof writing->family - 1);

    if (bytes_is(family, writing->family))
        return NULL;
    if (writing->family[0] != '\0')
        xlsx_filter(writing->xlsx, 0, writing->row - 1, COUNT_OF(unit_headings) - 1);
    memset(writing->family, 0, sizeof writing->family);
    mem_copy(writing->family, family.data, family.size);
    return xlsx_part_begin(writing, writing->family, unit_headings, COUNT_OF(unit_headings), 5);
}

struct error *xlsx_part_units(struct xlsx_writing *writing)
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
