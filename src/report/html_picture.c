#include "report/html.h"

/* The picture of the result: one tile a provision, in a row for each family. */

static void add_legend(struct text *out)
{
    text_add(out, "<ul class=legend aria-hidden=true>"
                  "<li><span class=\"key M fail\">✕</span> refuted"
                  "<li><span class=\"key M pass\">✓</span> pass"
                  "<li><span class=\"key M open\">○</span> open"
                  "<li><span class=\"key M warn\">!</span> open, with a counter-example"
                  "<li><span class=\"key M blank\"></span> mandatory (square)"
                  "<li><span class=\"key R blank\"></span> recommendation (round)"
                  "</ul>\n");
}

static void add_tile(struct text *out, const struct query *query)
{
    struct bytes id = query_text(query, 2), outcome = query_text(query, 4);
    bool mandatory = bytes_is(query_text(query, 3), "M");
    bool warns = query_integer(query, 5) > 0 && !bytes_is(outcome, "fail");

    text_addf(out, "<li><a class=\"p %s %s\" href=\"#p-", mandatory ? "M" : "R",
              warns                       ? "warn"
              : bytes_is(outcome, "fail") ? "fail"
              : bytes_is(outcome, "pass") ? "pass"
                                          : "open");
    html_full(out, id);
    text_add(out, "\" title=\"");
    html_full(out, query_text(query, 6));
    text_addf(out, "\"><span aria-hidden=true>%s</span>", warns ? "!" : html_symbol(outcome));
    html_full(out, id);
    text_addf(out, "<span class=vh> %s, %s%s</span></a>",
              mandatory ? "mandatory" : "recommendation", html_outcome(outcome),
              warns ? " with a counter-example" : "");
}

struct error *html_picture(struct page *page)
{
    struct text *out = page->out;
    owned(text) family = text_new();
    struct query query;
    bool found = false;

    TRY(query_open(
        page->db,
        "SELECT f.id, f.title, p.id, p.base, COALESCE(v.outcome, 'open'),"
        " (SELECT SUM(u.counter_examples) FROM test_case AS c JOIN unit AS t ON"
        "  t.test_case = c.id AND t.edition = c.edition JOIN verdict AS u ON u.unit = t.id"
        "  WHERE c.provision = p.id AND c.edition = p.edition), p.requirement"
        " FROM provision AS p JOIN family AS f ON f.id = p.family"
        " LEFT JOIN provision_verdict AS v ON v.provision = p.id"
        " WHERE p.edition = (SELECT value FROM meta WHERE key = 'edition') ORDER BY f.place, "
        "p.place",
        &query));
    text_add(out, "<h3 id=h-picture>Every provision at a glance</h3>\n<div class=picture>\n");
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        if (!bytes_equal(text_bytes(family), query_text(&query, 0))) {
            text_add(out, family->size > 0 ? "</ul></div>\n" : "");
            text_clear(family);
            text_add_bytes(family, query_text(&query, 0));
            text_add(out, "<div class=family><p><a href=\"#f-");
            html_full(out, query_text(&query, 0));
            text_add(out, "\"><b>");
            html_full(out, query_text(&query, 0));
            text_add(out, "</b> ");
            html_full(out, query_text(&query, 1));
            text_add(out, "</a></p><ul>");
        }
        add_tile(out, &query);
        error = query_next(&query, &found);
    }
    query_close(&query);
    text_add(out, family->size > 0 ? "</ul></div>\n</div>\n" : "</div>\n");
    add_legend(out);
    return error;
}
