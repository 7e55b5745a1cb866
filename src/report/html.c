#include "report/html.h"

#include "report/assets.h"
#include "report/report.h"

/*
 * One page for a browser, a telephone or paper. The policy in its head forbids every script and
 * every address outside the page, should a text from an image ever get past the escaper.
 */

static void add_head(struct page *page)
{
    struct text *out = page->out;

    text_add(
        out,
        "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=color-scheme content=\"light dark\">\n"
        "<meta name=referrer content=no-referrer>\n"
        "<link rel=icon href=\"data:,\">\n<title>");
    html_full(out, bytes_of(html_meta(page, "input")));
    text_add(out, " · EN 303 645 · Proviso</title>\n<style>\n");
    text_add(out, assets_css);
    text_add(out,
             "</style>\n</head>\n<body>\n<a class=skip href=#summary>Skip to the result</a>\n");
}

static void add_navigation(struct text *out)
{
    text_add(out, "<nav aria-label=Sections><ul><li><a href=#summary>Result</a>"
                  "<li><a href=#failures>Failures</a><li><a href=#map>Map</a>"
                  "<li><a href=#facts>Contents</a><li><a href=#components>SBOM</a>"
                  "<li><a href=#units>Test units</a></ul></nav>\n");
}

static struct error *write_html(sqlite3 *db, struct text *out)
{
    owned(arena) arena = arena_new();
    struct page page = {.db = db, .out = out, .arena = arena};

    add_head(&page);
    add_navigation(out);
    text_add(out, "<main>\n");
    TRY(html_summary(&page));
    TRY(html_failures(&page));
    TRY(html_map(&page));
    TRY(html_facts(&page));
    TRY(html_units(&page));
    text_add(out, "</main>\n<footer><p>Written by ");
    html_full(out, bytes_of(html_meta(&page, "program")));
    text_add(out,
             ". The same image, program and knowledge give the same report, byte for byte. "
             "Requirements are in our own words; the standard itself is authoritative.</p>"
             "</footer>\n</body>\n</html>\n");
    return NULL;
}

const struct report report_html = {
    .name = "html",
    .title = "one page for a browser or for paper",
    .media_type = "text/html",
    .file_name = "report.html",
    .write = write_html,
};
