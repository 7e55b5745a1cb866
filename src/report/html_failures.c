#include <inttypes.h>

#include "report/html.h"

/* The proof itself: where it stands, and the bytes as the store quotes them. */
static struct error *add_evidence(struct page *page, struct bytes observable, int64_t id)
{
    owned(text) sql = text_new();
    struct query query;
    bool found = false;

    if (observable.size == 0)
        return NULL;
    text_addf(sql, "SELECT path, line, \"offset\", excerpt FROM \"%.*s\" WHERE id = ?",
              (int)observable.size, (const char *)observable.data);
    TRY(query_open(page->db, text_string(sql), &query));
    query_bind_integer(&query, 1, id);
    struct error *error = query_next(&query, &found);
    if (error == NULL && found) {
        text_add(page->out, "<figure><figcaption>");
        html_place(page->out, &query, 0);
        text_add(page->out, "</figcaption>");
        if (query_text(&query, 3).size > 0) {
            text_add(page->out, "<pre tabindex=0><code>");
            html_text(page->out, query_text(&query, 3), HTML_EXCERPT);
            text_add(page->out, "</code></pre>");
        }
        text_add(page->out, "</figure>");
    }
    query_close(&query);
    return error;
}

static void add_units(struct text *out, struct bytes units)
{
    struct bytes unit;

    text_add(out, "<p class=fails>Fails");
    while (bytes_next_field(&units, ' ', &unit)) {
        text_add(out, " <a href=\"#u-");
        html_full(out, unit);
        text_add(out, "\">");
        html_full(out, unit);
        text_add(out, "</a>");
    }
    text_add(out, "</p>");
}

/* QUERY: sentence, observation, observable, units. */
static struct error *add_proof(struct page *page, const struct query *query)
{
    text_add(page->out, "<li><p class=because>");
    html_text(page->out, query_text(query, 0), HTML_EXCERPT);
    text_add(page->out, "</p>");
    TRY(add_evidence(page, query_text(query, 2), query_integer(query, 1)));
    add_units(page->out, query_text(query, 3));
    text_add(page->out, "\n");
    return NULL;
}

/* The same proof often fails several units of one provision: it is told once. */
static const char proofs_sql[] =
    "SELECT e.because, MIN(e.observation), o.observable, group_concat(e.unit, ' ') FROM"
    " (SELECT e.because, e.unit, MIN(e.observation) AS observation, MAX(e.severity) AS severity"
    "  FROM test_case AS c JOIN unit AS u ON u.test_case = c.id AND u.edition = c.edition"
    "  JOIN counter_example AS e ON e.unit = u.id"
    "  WHERE c.provision = ? AND c.edition = (SELECT value FROM meta WHERE key = 'edition') "
    "GROUP BY e.because, e.unit) AS e"
    " LEFT JOIN observation AS o ON o.id = e.observation"
    " GROUP BY e.because ORDER BY MAX(e.severity) DESC, MIN(e.observation), e.because";

static struct error *add_proofs(struct page *page, struct bytes provision)
{
    struct text *out = page->out;
    struct query query;
    bool found = false;
    size_t count = 0;

    TRY(query_open(page->db, proofs_sql, &query));
    query_bind_text(&query, 1, provision);
    struct error *error = query_next(&query, &found);
    text_add(out, "<ol class=proofs>\n");
    while (error == NULL && found) {
        if (count == HTML_PROOFS)
            text_add(out, "</ol><details class=rest><summary>More of the same provision"
                          "</summary><ol class=proofs>\n");
        if (count < HTML_PROOFS_MORE)
            error = add_proof(page, &query);
        count++;
        if (error == NULL)
            error = query_next(&query, &found);
    }
    query_close(&query);
    text_add(out, "</ol>\n");
    if (count > HTML_PROOFS_MORE) {
        text_add(out, "<p class=more>and ");
        text_add_count(out, count - HTML_PROOFS_MORE);
        text_add(out, " more in <code>assessment.db</code></p>\n");
    }
    text_add(out, count > HTML_PROOFS ? "</details>\n" : "");
    return error;
}

static struct error *add_remedies(struct page *page, struct bytes provision)
{
    struct query query;
    bool found = false, first = true;

    TRY(query_open(
        page->db,
        "SELECT r.fix FROM test_case AS c JOIN unit AS u ON u.test_case = c.id AND"
        " u.edition = c.edition JOIN verdict AS v ON v.unit = u.id AND v.outcome = 'fail'"
        " JOIN rule AS r ON r.unit = u.id WHERE c.provision = ? AND c.edition = (SELECT value "
        "FROM meta WHERE key = 'edition')"
        " AND r.fix IS NOT NULL GROUP BY r.fix ORDER BY MIN(u.place)",
        &query));
    query_bind_text(&query, 1, provision);
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        text_add(page->out, first ? "<div class=remedy><h4>Remedy</h4><p>" : "<p>");
        html_full(page->out, query_text(&query, 0));
        text_add(page->out, "</p>");
        first = false;
        error = query_next(&query, &found);
    }
    query_close(&query);
    text_add(page->out, first ? "" : "</div>\n");
    return error;
}

/* QUERY: id, base, requirement, outcome, severity. */
static struct error *add_provision(struct page *page, const struct query *query)
{
    struct text *out = page->out;
    struct bytes id = query_text(query, 0);
    bool mandatory = bytes_is(query_text(query, 1), "M");
    bool refuted = bytes_is(query_text(query, 3), "fail");

    text_addf(out, "<article class=\"failure %s\" aria-labelledby=\"x-",
              refuted ? "fail" : "warn");
    html_full(out, id);
    text_add(out, "\"><h3 id=\"x-");
    html_full(out, id);
    text_addf(out, "\"><span class=symbol aria-hidden=true>%s</span> <a href=\"#p-",
              refuted ? "✕" : "!");
    html_full(out, id);
    text_add(out, "\">");
    html_full(out, id);
    text_addf(out, "</a> <span class=base>%s</span></h3>\n<p class=requirement>",
              mandatory ? "mandatory" : "recommendation");
    html_full(out, query_text(query, 2));
    text_add(out, "</p>\n");
    TRY(add_proofs(page, id));
    TRY(add_remedies(page, id));
    text_add(out, "</article>\n");
    return NULL;
}

static struct error *add_provisions(struct page *page, bool refuted, size_t *count)
{
    struct query query;
    bool found = false;

    *count = 0;
    TRY(query_open(page->db,
                   "SELECT p.id, p.base, p.requirement, COALESCE(v.outcome, 'open') AS outcome,"
                   " MAX(e.severity) FROM provision AS p"
                   " JOIN test_case AS c ON c.provision = p.id AND c.edition = p.edition"
                   " JOIN unit AS u ON u.test_case = c.id AND u.edition = c.edition"
                   " JOIN counter_example AS e ON e.unit = u.id"
                   " LEFT JOIN provision_verdict AS v ON v.provision = p.id"
                   " WHERE p.edition = (SELECT value FROM meta WHERE key = 'edition') GROUP BY "
                   "p.id HAVING (outcome = 'fail') = ?"
                   " ORDER BY p.base, MAX(e.severity) DESC, p.place",
                   &query));
    query_bind_integer(&query, 1, refuted);
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        if (!refuted && *count == 0)
            text_add(page->out,
                     "<h3 class=between>Counter-examples that refute no provision by "
                     "themselves</h3>\n<p>Each fails a test unit, but its test case offers an "
                     "alternative that may still hold.</p>\n");
        (*count)++;
        error = add_provision(page, &query);
        if (error == NULL)
            error = query_next(&query, &found);
    }
    query_close(&query);
    return error;
}

struct error *html_failures(struct page *page)
{
    size_t refuted, others;

    text_add(page->out, "<section id=failures aria-labelledby=h-failures class=chapter>"
                        "<h2 id=h-failures>Proven failures</h2>\n");
    TRY(add_provisions(page, true, &refuted));
    if (refuted == 0)
        text_add(page->out,
                 "<p class=none>Nothing in the image refutes a provision. This is no pass: "
                 "see what is open, and what could not be read.</p>\n");
    TRY(add_provisions(page, false, &others));
    text_add(page->out, "</section>\n");
    return NULL;
}
