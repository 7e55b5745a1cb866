#include <inttypes.h>

#include "report/html.h"

static void add_detail(struct text *out, const char *name, const char *value)
{
    if (*value == '\0')
        return;
    text_addf(out, "<div><dt>%s</dt><dd>", name);
    html_full(out, bytes_of(value));
    text_add(out, "</dd></div>\n");
}

/* What the image says of its own product: the first value of WHAT. */
static const char *product(struct page *page, const char *what)
{
    struct query query;
    bool found = false;
    const char *value = "";

    if (!html_has_table(page, "product"))
        return value;
    struct error *error = query_open(
        page->db, "SELECT value FROM product WHERE what = ? ORDER BY id LIMIT 1", &query);
    if (error == NULL) {
        query_bind_string(&query, 1, what);
        error = query_next(&query, &found);
        if (error == NULL && found)
            value =
                arena_string(page->arena, bytes_slice(query_text(&query, 0), 0, HTML_VALUE));
        query_close(&query);
    }
    error_drop(error);
    return value;
}

static const char *product_line(struct page *page)
{
    const char *model = product(page, "model"), *vendor = product(page, "vendor");

    if (*model == '\0' || *vendor == '\0')
        return *model == '\0' ? vendor : model;
    return arena_printf(page->arena, "%s, %s", model, vendor);
}

static void add_size(struct page *page)
{
    int64_t size = html_meta_number(page, "size");

    text_add(page->out, "<div><dt>Size</dt><dd>");
    text_add_size(page->out, (uint64_t)size);
    if (size >= 1024) {
        text_add(page->out, " <span class=dim>(");
        html_count(page->out, size, "byte", "bytes");
        text_add(page->out, ")</span>");
    }
    text_add(page->out, "</dd></div>\n");
}

static void add_content(struct page *page)
{
    int64_t files = query_number(page->db, "SELECT count(*) FROM node WHERE kind = 'file'", 0);
    int64_t systems =
        query_number(page->db, "SELECT count(DISTINCT system) FROM node WHERE kind = 'dir'", 0);

    text_add(page->out, "<div><dt>Content</dt><dd>");
    html_count(page->out, files, "file", "files");
    text_add(page->out, " in ");
    html_count(page->out, systems, "file system", "file systems");
    text_add(page->out, "</dd></div>\n");
}

/* The letterhead: what was assessed, by what, against what; on paper, with a place to sign. */
static void add_letterhead(struct page *page)
{
    struct text *out = page->out;
    const char *name = product_line(page);
    const char *version = product(page, "version");
    struct bytes digest = bytes_of(html_meta(page, "sha256"));

    text_add(
        out,
        "<header class=letterhead><p class=kind><span class=mark aria-hidden=true>§</span> "
        "Firmware assessment against ETSI EN 303 645 V");
    html_full(out, bytes_of(html_meta(page, "edition")));
    text_add(out, "</p>\n<h1>");
    html_full(out, bytes_of(*name == '\0' ? html_meta(page, "input") : name));
    text_add(out, "</h1>\n<dl class=identity>\n");
    add_detail(out, "File", html_meta(page, "input"));
    if (*name != '\0')
        add_detail(out, "Product", arena_printf(page->arena, "%s (from the image)", name));
    add_detail(out, "Version",
               *version == '\0' ? ""
                                : arena_printf(page->arena, "%s (from the image)", version));
    add_size(page);
    add_content(page);
    text_add(out, "<div class=wide><dt>SHA-256</dt><dd><code class=hash>");
    html_full(out, bytes_slice(digest, 0, 32));
    text_add(out, "<wbr>");
    html_full(out, bytes_from_offset(digest, 32));
    text_add(out, "</code></dd></div>\n");
    add_detail(out, "Standard", "EN 303 645 V3.1.3, tested as TS 103 701 V2.1.1");
    add_detail(out, "Assessed with", html_meta(page, "program"));
    add_detail(out, "Date", html_meta(page, "date"));
    text_add(out, "</dl></header>\n");
}

static void add_tile(struct text *out, const char *kind, int64_t number, const char *label)
{
    text_addf(out, "<div class=\"tile %s\"><dt>%s</dt><dd>%" PRId64 "</dd></div>\n",
              number == 0 ? "zero" : kind, label, number);
}

static void add_shares(struct page *page)
{
    int64_t size = html_meta_number(page, "size");
    int64_t dark =
        html_meta_number(page, "bytes_unknown") + html_meta_number(page, "bytes_encrypted");
    int64_t lost = query_number(page->db, "SELECT count(*) FROM unread", 0);

    if (bytes_is(bytes_of(html_meta(page, "locked")), "0"))
        text_add(page->out,
                 "<p class=warning><strong>The image was read without the sandbox</strong>, "
                 "as the user asked. A hostile image could have changed this result.</p>\n");
    if (size > 0 && dark > 0) {
        text_add(page->out, "<p class=warning><strong>");
        text_add_size(page->out, (uint64_t)dark);
        text_addf(page->out,
                  "</strong> of the image (%.1f %%) could not be read: they are of no known "
                  "format, encrypted, or packed in an unknown way.",
                  100.0 * (double)dark / (double)size);
        text_add(page->out, " <a href=#map>What lies where</a></p>\n");
    }
    if (lost > 0) {
        text_add(page->out, "<p class=warning><strong>");
        html_count(page->out, lost, "part", "parts");
        text_add(page->out,
                 "</strong> could not be read. <a href=#unread>Which, and why</a></p>\n");
    }
}

static void add_sentence(struct page *page, int64_t failed, int64_t mandatory)
{
    struct text *out = page->out;

    text_add(out, "<p class=verdict>");
    if (failed > 0)
        text_addf(out,
                  "<strong class=bad>%" PRId64 " of %" PRId64
                  "</strong> mandatory provisions %s "
                  "refuted.",
                  failed, mandatory, failed == 1 ? "is" : "are");
    else
        text_addf(out,
                  "<strong>None of %" PRId64 "</strong> mandatory provisions is refuted. "
                  "That is no pass.",
                  mandatory);
    text_add(
        out,
        "</p>\n<p class=lead>Firmware alone refutes; it never proves conformity. A refuted "
        "provision rests on evidence in the image, shown below byte for byte. An open one is "
        "no pass: it waits for the manufacturer's declaration, the live device, or a "
        "person's conclusion.</p>\n");
}

struct error *html_summary(struct page *page)
{
    struct text *out = page->out;
    int64_t mandatory = query_number(page->db,
                                     "SELECT count(*) FROM provision WHERE edition = (SELECT "
                                     "value FROM meta WHERE key = 'edition') AND base = 'M'",
                                     0);
    int64_t failed =
        query_number(page->db,
                     "SELECT count(*) FROM provision_verdict AS v JOIN provision AS p ON p.id "
                     "= v.provision AND"
                     " p.edition = (SELECT value FROM meta WHERE key = 'edition') WHERE "
                     "v.outcome = 'fail' AND p.base = 'M'",
                     0);
    int64_t recommended =
        query_number(page->db,
                     "SELECT count(*) FROM provision_verdict AS v JOIN provision AS p ON p.id "
                     "= v.provision AND"
                     " p.edition = (SELECT value FROM meta WHERE key = 'edition') WHERE "
                     "v.outcome = 'fail' AND p.base <> 'M'",
                     0);

    add_letterhead(page);
    text_add(out,
             "<section id=summary aria-labelledby=h-summary><h2 id=h-summary>Result</h2>\n");
    add_sentence(page, failed, mandatory);
    text_add(out, "<dl class=tiles>\n");
    add_tile(out, "fail", failed, "mandatory provisions refuted");
    add_tile(out, "fail", recommended, "recommendations refuted");
    add_tile(out, "fail",
             query_number(page->db, "SELECT count(*) FROM verdict WHERE outcome = 'fail'", 0),
             "test units failed");
    add_tile(out, "pass",
             query_number(page->db, "SELECT count(*) FROM verdict WHERE outcome = 'pass'", 0),
             "test units passed");
    add_tile(out, "open",
             query_number(page->db, "SELECT count(*) FROM verdict WHERE outcome = 'open'", 0),
             "test units open");
    text_add(out, "</dl>\n");
    add_shares(page);
    TRY(html_picture(page));
    text_add(out, "<div class=sign aria-hidden=true><p>Assessed by</p><p>Place, date</p>"
                  "<p>Signature</p></div>\n</section>\n");
    return NULL;
}
