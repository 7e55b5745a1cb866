#include <inttypes.h>

#include "report/html.h"

/* Every family, provision, case and unit. What is closed opens on paper, and by a link. */

struct folding {
    struct page *page;
    struct query provisions, cases, units, proofs, covered;
};

static void add_list_of_names(struct text *out, struct bytes names)
{
    struct bytes name;

    text_add(out, "<ul class=names>");
    while (bytes_next_field(&names, ',', &name)) {
        name = bytes_trim(name);
        if (name.size == 0)
            continue;
        text_add(out, "<li>");
        html_covered(out, name);
        if (bytes_starts(name, "inspect.") || bytes_starts(name, "unpack."))
            text_add(out, " <span class=dim>(not completely looked at)</span>");
    }
    text_add(out, "</ul>");
}

/* The names a rule wants looked at: whether each was, and how many things it saw. */
static struct error *add_looked_at(struct folding *folding, struct bytes unit)
{
    struct text *out = folding->page->out;
    struct query *query = &folding->covered;
    bool found = false, first = true;

    query_bind_text(query, 1, unit);
    struct error *error = query_next(query, &found);
    while (error == NULL && found) {
        text_add(out, first ? "<dt>Looked at<dd><ul class=names>" : "");
        first = false;
        text_add(out, "<li>");
        html_covered(out, query_text(query, 0));
        text_add(out, " <span class=dim>(");
        html_count(out, query_integer(query, 1), "place", "places");
        text_add(out, query_integer(query, 2) == 0 ? ", not complete)</span>" : ")</span>");
        error = query_next(query, &found);
    }
    query_reset(query);
    text_add(out, first ? "" : "</ul>");
    return error;
}

static struct error *add_found(struct folding *folding, struct bytes unit, int64_t count,
                               struct bytes provision)
{
    struct text *out = folding->page->out;
    struct query *query = &folding->proofs;
    bool found = false;

    if (count == 0)
        return NULL;
    query_bind_text(query, 1, unit);
    struct error *error = query_next(query, &found);
    text_add(out, "<dt>Found<dd><ul class=names>");
    int64_t shown = 0;
    while (error == NULL && found) {
        text_add(out, "<li>");
        html_text(out, query_text(query, 0), HTML_VALUE);
        shown++;
        error = query_next(query, &found);
    }
    query_reset(query);
    text_add(out, "</ul>");
    if (count > shown) {
        text_add(out, "<p class=dim>and ");
        text_add_count(out, (uint64_t)(count - shown));
        text_add(out, " more: <a href=\"#x-");
        html_full(out, provision);
        text_add(out, "\">the failure with its evidence</a></p>");
    }
    return error;
}

static void add_term(struct text *out, const char *term, struct bytes words)
{
    if (words.size == 0)
        return;
    text_addf(out, "<dt>%s<dd>", term);
    html_full(out, words);
}

/* Columns of `units`: id, outcome, verb, purpose, pass_if, ixit, sentences, missing, ask, fix. */
static struct error *add_unit(struct folding *folding, const struct query *unit,
                              struct bytes provision)
{
    struct text *out = folding->page->out;
    struct bytes id = query_text(unit, 0), outcome = query_text(unit, 1);
    bool failed = bytes_is(outcome, "fail");

    text_add(out, "<div class=unit id=\"u-");
    html_full(out, id);
    text_add(out, "\"><p class=head>");
    html_badge(out, outcome, false);
    text_add(out, " <b>");
    html_full(out, id);
    text_add(out, "</b> <span class=dim>");
    html_full(out, query_text(unit, 2));
    text_add(out, "</span></p><p>");
    html_full(out, query_text(unit, 3));
    text_add(out, "</p><dl>");
    add_term(out, "Passes when", query_text(unit, 4));
    TRY(add_found(folding, id, query_integer(unit, 6), provision));
    TRY(add_looked_at(folding, id));
    if (query_text(unit, 7).size > 0 && !failed) {
        text_add(out, "<dt>Missing<dd>");
        add_list_of_names(out, query_text(unit, 7));
    }
    add_term(out, "Question left", query_text(unit, 8));
    if (failed)
        add_term(out, "Remedy", query_text(unit, 9));
    text_add(out, "</dl></div>\n");
    return NULL;
}

static struct error *add_units(struct folding *folding, struct bytes test_case,
                               struct bytes provision)
{
    bool found = false;

    query_bind_text(&folding->units, 1, test_case);
    struct error *error = query_next(&folding->units, &found);
    while (error == NULL && found) {
        error = add_unit(folding, &folding->units, provision);
        if (error == NULL)
            error = query_next(&folding->units, &found);
    }
    query_reset(&folding->units);
    return error;
}

/* Columns of `cases`: id, title, kind, outcome, pass. */
static struct error *add_cases(struct folding *folding, struct bytes provision)
{
    struct text *out = folding->page->out;
    bool found = false;

    query_bind_text(&folding->cases, 1, provision);
    struct error *error = query_next(&folding->cases, &found);
    while (error == NULL && found) {
        text_add(out, "<div class=case><h5>Test case ");
        html_full(out, query_text(&folding->cases, 0));
        text_add(out, " <span class=dim>");
        html_full(out, query_text(&folding->cases, 2));
        text_add(out, "</span> ");
        html_badge(out, query_text(&folding->cases, 3), false);
        text_add(out, "</h5>\n");
        error = add_units(folding, query_text(&folding->cases, 0), provision);
        text_add(out, "</div>\n");
        if (error == NULL)
            error = query_next(&folding->cases, &found);
    }
    query_reset(&folding->cases);
    return error;
}

/* Columns of `provisions`: id, base, requirement, applies, outcome, units, failed, passed. */
static struct error *add_provision(struct folding *folding, const struct query *query)
{
    struct text *out = folding->page->out;
    struct bytes id = query_text(query, 0);
    int64_t open = query_integer(query, 5) - query_integer(query, 6) - query_integer(query, 7);

    text_add(out, "<details class=provision><summary>");
    html_badge(out, query_text(query, 4), true);
    text_add(out, "<h4>");
    html_full(out, id);
    text_addf(out, " <span class=base>%s</span></h4><span class=requirement>",
              bytes_is(query_text(query, 1), "M") ? "mandatory" : "recommendation");
    html_full(out, query_text(query, 2));
    text_addf(out,
              "</span><span class=tally><span class=vh>test units: </span>%" PRId64
              " failed · %" PRId64 " passed · %" PRId64
              " open</span></summary>\n<div class=body id=\"p-",
              query_integer(query, 6), query_integer(query, 7), open);
    html_full(out, id);
    text_add(out, "\">");
    if (query_text(query, 3).size > 0) {
        text_add(out, "<p class=dim>This provision ");
        html_full(out, query_text(query, 3));
        text_add(out, ".</p>\n");
    }
    TRY(add_cases(folding, id));
    text_add(out, "</div></details>\n");
    return NULL;
}

static struct error *add_family(struct folding *folding, struct bytes family,
                                struct bytes title)
{
    struct text *out = folding->page->out;
    bool found = false;

    text_add(out, "<section class=family aria-labelledby=\"f-");
    html_full(out, family);
    text_add(out, "\"><h3 id=\"f-");
    html_full(out, family);
    text_add(out, "\"><span class=number>");
    html_full(out, family);
    text_add(out, "</span> ");
    html_full(out, title);
    text_add(out, "</h3>\n");
    query_bind_text(&folding->provisions, 1, family);
    struct error *error = query_next(&folding->provisions, &found);
    while (error == NULL && found) {
        error = add_provision(folding, &folding->provisions);
        if (error == NULL)
            error = query_next(&folding->provisions, &found);
    }
    query_reset(&folding->provisions);
    text_add(out, "</section>\n");
    return error;
}

static struct error *add_families(struct folding *folding)
{
    struct query families;
    bool found = false;

    TRY(query_open(folding->page->db, "SELECT id, title FROM family ORDER BY place",
                   &families));
    struct error *error = query_next(&families, &found);
    while (error == NULL && found) {
        error = add_family(folding, query_text(&families, 0), query_text(&families, 1));
        if (error == NULL)
            error = query_next(&families, &found);
    }
    query_close(&families);
    return error;
}

static struct error *open_queries(struct folding *folding)
{
    sqlite3 *db = folding->page->db;

    TRY(query_open(
        db,
        "SELECT p.id, p.base, p.requirement, p.applies,"
        " COALESCE((SELECT outcome FROM provision_verdict WHERE provision = p.id), 'open'),"
        " count(v.unit), COALESCE(SUM(v.outcome = 'fail'), 0),"
        " COALESCE(SUM(v.outcome = 'pass'), 0)"
        " FROM provision AS p LEFT JOIN test_case AS c ON c.provision = p.id AND"
        " c.edition = p.edition LEFT JOIN unit AS u ON u.test_case = c.id AND"
        " u.edition = p.edition LEFT JOIN verdict AS v ON v.unit = u.id"
        " WHERE p.edition = (SELECT value FROM meta WHERE key = 'edition') AND p.family = ? "
        "GROUP BY p.id ORDER BY p.place",
        &folding->provisions));
    TRY(query_open(db,
                   "SELECT c.id, c.title, c.kind, COALESCE(v.outcome, 'open'), c.pass"
                   " FROM test_case AS c LEFT JOIN case_verdict AS v ON v.test_case = c.id"
                   " WHERE c.provision = ? AND c.edition = (SELECT value FROM meta WHERE key = "
                   "'edition') ORDER BY c.place",
                   &folding->cases));
    TRY(query_open(db,
                   "SELECT u.id, v.outcome, u.verb, u.purpose, u.pass_if, u.ixit, (SELECT "
                   "count(DISTINCT because)"
                   " FROM counter_example WHERE unit = u.id), v.missing, r.ask, r.fix FROM "
                   "unit AS u JOIN verdict AS v ON v.unit = u.id"
                   " LEFT JOIN rule AS r ON r.unit = u.id"
                   " WHERE u.test_case = ? AND u.edition = (SELECT value FROM meta WHERE key = "
                   "'edition') ORDER BY u.place",
                   &folding->units));
    TRY(query_open(db,
                   "SELECT because FROM counter_example WHERE unit = ? GROUP BY because"
                   " ORDER BY MAX(severity) DESC, MIN(place) LIMIT 4",
                   &folding->proofs));
    return query_open(
        db,
        "SELECT r.name, c.looked_at, c.complete FROM rule_covered AS r"
        " JOIN coverage AS c ON c.name = r.name WHERE r.unit = ? ORDER BY r.place",
        &folding->covered);
}

struct error *html_units(struct page *page)
{
    struct folding folding = {.page = page};

    text_add(page->out,
             "<section id=units aria-labelledby=h-units class=chapter>"
             "<h2 id=h-units>Every test unit</h2>\n<p>A test unit is the smallest question "
             "of TS 103 701. One that fails refutes its case; a pass needs all of them. Open "
             "says what is missing, and which question is left for a person.</p>\n");
    struct error *error = open_queries(&folding);
    if (error == NULL)
        error = add_families(&folding);
    query_close(&folding.provisions);
    query_close(&folding.cases);
    query_close(&folding.units);
    query_close(&folding.proofs);
    query_close(&folding.covered);
    text_add(page->out, "</section>\n");
    return error;
}
