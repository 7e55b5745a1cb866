#include "report/pdf.h"

#include "report/report.h"

/* The report for paper: the same walk as the page for a browser, set on A4. */

static void clear(struct pdf *pdf)
{
    for (size_t i = 0; i < pdf->layout_count; i++)
        g_object_unref(pdf->layouts[i]);
    if (pdf->attributes != NULL)
        pango_attr_list_unref(pdf->attributes);
    if (pdf->context != NULL)
        g_object_unref(pdf->context);
    if (pdf->fonts != NULL)
        g_object_unref(pdf->fonts);
    text_free(pdf->text);
}

/* Letters as they are in the font: no hinting to a grid that paper does not have. */
static void set_context(struct pdf *pdf)
{
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pdf->context = pango_font_map_create_context(pdf->fonts);
    pango_cairo_context_set_font_options(pdf->context, options);
    pango_context_set_language(pdf->context, pango_language_from_string("en"));
    pango_context_set_round_glyph_positions(pdf->context, FALSE);
    cairo_font_options_destroy(options);
}

static const char *first_said(const char *a, const char *b)
{
    return *a != '\0' ? a : b;
}

static struct error *set_all(struct pdf *pdf, sqlite3 *db, struct text *out)
{
    struct document document = {.writer = &pdf_writer, .state = pdf, .is_paper = true};

    document_begin(&document, db, pdf->arena);
    pdf->has_dossier = document.has_dossier;
    pdf->date = first_said(document_dut(&document, "date"), document_meta(&document, "date"));
    pdf->author = pdf_line(pdf, bytes_of(first_said(document_dut(&document, "laboratory.name"),
                                                    document_dut(&document, "assessor"))));
    pdf_new_page(pdf);
    TRY(document_write(&document));
    return pdf_draw(pdf, out);
}

static struct error *write_pdf(sqlite3 *db, struct text *out)
{
    static const struct pdf_style plain = {.size = 9};
    owned(arena) arena = arena_new();
    struct pdf pdf = {.arena = arena,
                      .left = PDF_LEFT,
                      .right = PDF_RIGHT,
                      .text = text_new(),
                      .style = &plain};

    struct error *error = pdf_fonts(&pdf.fonts);
    if (error == NULL) {
        set_context(&pdf);
        pdf.attributes = pango_attr_list_new();
        error = set_all(&pdf, db, out);
    }
    clear(&pdf);
    return error;
}

const struct report report_pdf = {
    .name = "pdf",
    .title = "the same for paper, with contents and page numbers",
    .media_type = "application/pdf",
    .suffix = "pdf",
    .write = write_pdf,
};
