#include "report/html.h"

#include "report/assets.h"
#include "report/report.h"

/* One page for a browser, a telephone or paper. */

void html_head(struct text *out, const char *meta, const char *title, const char *style)
{
    text_add(
        out,
        "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n");
    text_add(out, meta);
    text_add(out, "<meta name=referrer content=no-referrer>\n"
                  "<link rel=icon href=\"data:,\">\n<title>");
    text_add_html(out, bytes_of(title));
    text_add(out, "</title>\n<style>\n");
    text_add(out, style);
    text_add(out, "</style>\n</head>\n<body>\n");
}

static void add_head(struct document *document, struct text *out)
{
    const char *name = document_dut(document, "name");

    html_head(out, "<meta name=color-scheme content=\"light dark\">\n",
              arena_printf(document->arena, "%s · EN 303 645 · Proviso",
                           *name == '\0' ? document_meta(document, "input") : name),
              assets_css);
    text_add(out, "<a class=skip href=#summary>Skip to the result</a>\n");
}

static void add_navigation(const struct document *document, struct text *out)
{
    static const struct {
        const char *id, *title;
        bool dossier, image; /* stands there only with one */
    } links[] = {
        {"summary", "Result", false, false},
        {"provisions", "Provisions", true, false},
        {"failures", "Failures", false, false},
        {"state", "Dossier", true, false},
        {"map", "Map", false, true},
        {"facts", "Contents", false, true},
        {"components", "SBOM", false, true},
        {"units", "Test units", false, false},
        {"work", "Evidence", true, false},
        {"annex-ics", "ICS", true, false},
        {"annex-ixit", "IXIT", true, false},
    };

    text_add(out, "<nav aria-label=Sections><ul>");
    for (size_t i = 0; i < COUNT_OF(links); i++)
        if ((!links[i].dossier || document->has_dossier) &&
            (!links[i].image || document->has_image))
            text_addf(out, "<li><a href=#%s>%s</a></li>", links[i].id, links[i].title);
    text_add(out, "</ul></nav>\n");
}

static struct error *write_html(sqlite3 *db, struct text *out)
{
    owned(arena) arena = arena_new();
    struct html html = {.out = out};
    struct document document = {.writer = &html_writer, .state = &html};

    document_begin(&document, db, arena);
    html.has_dossier = document.has_dossier;
    add_head(&document, out);
    add_navigation(&document, out);
    text_add(out, "<main>\n");
    TRY(document_write(&document));
    text_add(out, "</main>\n<footer><p>Written by ");
    text_add_html(out, bytes_of(document_meta(&document, "program")));
    text_addf(out,
              ". The same %s, program and knowledge give the same report, byte for byte. "
              "Requirements are in our own words; the standard itself is authoritative.</p>"
              "</footer>\n</body>\n</html>\n",
              document.has_dossier ? "dossier, image" : "image");
    return NULL;
}

const struct report report_html = {
    .name = "html",
    .title = "one page for a browser or for paper",
    .media_type = "text/html",
    .file_name = "report.html",
    .write = write_html,
};
