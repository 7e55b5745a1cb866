#include <inttypes.h>

#include "report/html.h"

/* Hardening of programs: a count for each property, and the worst that face the network. */

struct property {
    const char *title, *has, *applies, *meaning;
};

static const struct property properties[] = {
    {"Position independent (PIE)", "pie = 1", "type = 'executable'",
     "addresses differ at each start, so that they cannot be guessed"},
    {"No execution of data (NX)", "nx = 1", "type IN ('executable', 'library')",
     "bytes put in by an attacker cannot run as code"},
    {"Full RELRO", "relro = 'full'",
     "type IN ('executable', 'library') AND COALESCE(static, 0) = 0",
     "the table of called functions cannot be changed"},
    {"Stack canary", "canary = 1", "type IN ('executable', 'library')",
     "a smashed stack is noticed"},
    {"Fortified calls", "fortify > 0",
     "type IN ('executable', 'library') AND (fortify > 0 OR fortifiable > 0)",
     "copies into buffers are measured"},
    {"Without debug symbols", "stripped = 1", "type IN ('executable', 'library')",
     "names of functions are removed"},
};

static const struct html_column worst_columns[] = {
    {"Program", HTML_PLACE},   {"Architecture", HTML_WORDS}, {"PIE", HTML_FLAG},
    {"NX", HTML_FLAG},         {"RELRO", HTML_WORDS},        {"Canary", HTML_FLAG},
    {"Setuid", HTML_BAD_FLAG}, {"Unsafe calls", HTML_CODE},
};

static const struct html_table worst = {
    .caption = "Network-facing programs with the least protection",
    .sql =
        "SELECT path, line, NULL, machine, pie, nx, relro, canary, setuid, unsafe_calls FROM "
        "binary"
        " WHERE network = 1 AND type = 'executable' ORDER BY COALESCE(pie, 1) + COALESCE(nx, "
        "1) +"
        " COALESCE(canary, 1) + CASE relro WHEN 'full' THEN 2 WHEN 'partial' THEN 1 ELSE 0 END,"
        " unsafe DESC, path, id",
    .count = "SELECT count(*) FROM binary WHERE network = 1 AND type = 'executable'",
    .columns = worst_columns,
    .column_count = COUNT_OF(worst_columns),
    .limit = 25,
};

static int64_t count_where(struct page *page, const char *first, const char *second)
{
    return query_number(page->db,
                        arena_printf(page->arena,
                                     "SELECT count(*) FROM binary WHERE (%s) AND (%s)", first,
                                     second),
                        0);
}

static void add_property(struct page *page, const struct property *property)
{
    struct text *out = page->out;
    int64_t all = count_where(page, property->applies, "1");
    int64_t have = count_where(page, property->applies, property->has);

    text_addf(out,
              "<tr><th scope=row data-l=Property>%s<span class=note>%s</span>"
              "<td class=n data-l=Have>",
              property->title, property->meaning);
    text_add_count(out, (uint64_t)have);
    text_add(out, "<td class=n data-l=Of>");
    text_add_count(out, (uint64_t)all);
    if (all == 0) {
        text_add(out, "<td data-l=Share>–\n");
        return;
    }
    double share = 100.0 * (double)have / (double)all;
    text_addf(out,
              "<td data-l=Share><span class=share><svg viewBox=\"0 0 100 8\" "
              "preserveAspectRatio=none aria-hidden=true><rect width=100 height=8 class=rail />"
              "<rect width=%.1f height=8 class=bar /></svg> %.0f&nbsp;%%</span>\n",
              share, share);
}

static struct error *add_tables(struct page *page)
{
    size_t shown;

    text_add(page->out,
             "<div class=scroll><table class=hardening><caption>Protection of programs and "
             "libraries</caption><thead><tr><th scope=col>Property<th scope=col class=n>Have"
             "<th scope=col class=n>Of<th scope=col>Share<tbody>\n");
    for (size_t i = 0; i < COUNT_OF(properties); i++)
        add_property(page, &properties[i]);
    text_add(page->out, "</table></div>\n");
    if (query_number(page->db, worst.count, 0) > 0)
        text_add(page->out, "<h4>Programs that face the network, least protected first</h4>\n");
    return html_table_write(page, &worst, &shown);
}

struct error *html_binaries(struct page *page)
{
    text_add(page->out, "<section id=binaries aria-labelledby=h-binaries>"
                        "<h3 id=h-binaries>Programs and libraries");
    if (!html_has_table(page, "binary")) {
        text_add(page->out,
                 "</h3><p class=none>No check of this kind was run: this says nothing about "
                 "the image.</p></section>\n");
        return NULL;
    }
    int64_t count = query_number(page->db, "SELECT count(*) FROM binary", 0);
    if (count == 0) {
        text_add(page->out, "</h3><p class=none>No program was found.</p></section>\n");
        return NULL;
    }
    text_add(page->out, " <span class=count>");
    text_add_count(page->out, (uint64_t)count);
    text_add(page->out, "</span></h3>\n");
    TRY(add_tables(page));
    text_add(page->out, "</section>\n");
    return NULL;
}
