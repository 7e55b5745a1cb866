#include <cairo-pdf.h>
#include <stdlib.h>
#include <string.h>

#include "report/pdf.h"

/* The table of contents, heads and feet, and all pages in order. */

#define CONTENTS_LINE 13.5
#define CONTENTS_ROWS ((size_t)((PDF_BOTTOM - PDF_TOP - 40) / CONTENTS_LINE))

static const struct pdf_style small = {PDF_SANS, 7.6, false, &pdf_dim, NULL, NULL, 0, 0, 0};
static const struct pdf_style title = {PDF_SERIF, 19, true, NULL, NULL, NULL, 0, 9, 0};
static const struct pdf_style lines[] = {
    {PDF_SANS, 9.5, true, NULL, NULL, NULL, 0, 0, 0},
    {PDF_SANS, 9, false, NULL, NULL, NULL, 0, 0, 0},
};

struct drawing {
    struct pdf *pdf;
    cairo_surface_t *surface;
    cairo_t *cairo;
    size_t contents_pages, shown; /* pages of the contents, and entries in them */
};

static cairo_status_t take_bytes(void *closure, const unsigned char *data, unsigned size)
{
    text_add_bytes(closure, bytes_from(data, size));
    return CAIRO_STATUS_SUCCESS;
}

/* The number of a page of the body, counted from 1. */
static size_t number_of(const struct drawing *drawing, size_t page)
{
    return page == 0 ? 1 : page + 1 + drawing->contents_pages;
}

static int by_name(const void *a, const void *b)
{
    const struct pdf_anchor *left = a, *right = b;

    return strcmp(left->name, right->name);
}

static const struct pdf_anchor *find_anchor(const struct pdf *pdf, const char *name)
{
    struct pdf_anchor wanted = {.name = name};

    return pdf->anchor_count == 0 ? NULL
                                  : bsearch(&wanted, pdf->anchors, pdf->anchor_count,
                                            sizeof *pdf->anchors, by_name);
}

static void set_colour(cairo_t *cairo, const struct colour *colour)
{
    cairo_set_source_rgb(cairo, colour->red, colour->green, colour->blue);
}

static void draw_frame(cairo_t *cairo, const struct pdf_op *op)
{
    double x = op->x, y = op->y, right = x + op->width, bottom = y + op->height;
    double r = op->radius;
    static const double dashes[] = {2, 1.6};

    cairo_new_sub_path(cairo);
    cairo_arc(cairo, right - r, y + r, r, -1.5707963, 0);
    cairo_arc(cairo, right - r, bottom - r, r, 0, 1.5707963);
    cairo_arc(cairo, x + r, bottom - r, r, 1.5707963, 3.1415927);
    cairo_arc(cairo, x + r, y + r, r, 3.1415927, 4.712389);
    cairo_close_path(cairo);
    set_colour(cairo, op->colour);
    cairo_set_line_width(cairo, 0.8);
    cairo_set_dash(cairo, dashes, op->dashed ? 2 : 0, 0);
    cairo_stroke(cairo);
    cairo_set_dash(cairo, dashes, 0, 0);
}

/* A rectangle of the page that leads to the place called PREFIX and NUMBER. */
static void draw_target(const struct drawing *drawing, char prefix, size_t number,
                        const struct pdf_op *op)
{
    char attributes[160];

    sqlite3_snprintf(sizeof attributes, attributes, "dest='%c%d' rect=[%.1f %.1f %.1f %.1f]",
                     prefix, (int)number, op->x, op->y, op->width, op->height);
    /* A link that stands in no element is not written whole by cairo 1.16. */
    cairo_tag_begin(drawing->cairo, "P", NULL);
    cairo_tag_begin(drawing->cairo, CAIRO_TAG_LINK, attributes);
    cairo_tag_end(drawing->cairo, CAIRO_TAG_LINK);
    cairo_tag_end(drawing->cairo, "P");
}

static void draw_link(const struct drawing *drawing, const struct pdf_op *op)
{
    const struct pdf_anchor *anchor = find_anchor(drawing->pdf, op->target);

    if (anchor != NULL) /* what it leads to may have been left out */
        draw_target(drawing, 'a', (size_t)(anchor - drawing->pdf->anchors), op);
}

/* The places of PAGE that links lead to. */
static void draw_places(const struct drawing *drawing, char prefix,
                        const struct pdf_anchor *anchors, size_t count, size_t page)
{
    char attributes[80];

    for (size_t i = 0; i < count; i++) {
        if (anchors[i].page != page)
            continue;
        sqlite3_snprintf(sizeof attributes, attributes, "name='%c%d' x=0 y=%.1f", prefix,
                         (int)i, anchors[i].y > 12 ? anchors[i].y - 12 : 0.0);
        cairo_tag_begin(drawing->cairo, CAIRO_TAG_DEST, attributes);
        cairo_tag_end(drawing->cairo, CAIRO_TAG_DEST);
    }
}

static void draw_op(const struct drawing *drawing, const struct pdf_op *op)
{
    cairo_t *cairo = drawing->cairo;

    switch (op->kind) {
    case PDF_LINE:
        cairo_move_to(cairo, op->x, op->y);
        pango_cairo_show_layout_line(cairo, op->line);
        break;
    case PDF_FILL:
        set_colour(cairo, op->colour);
        cairo_rectangle(cairo, op->x, op->y, op->width, op->height);
        cairo_fill(cairo);
        break;
    case PDF_FRAME:
        draw_frame(cairo, op);
        break;
    case PDF_LINK:
        draw_link(drawing, op);
        break;
    }
}

static void draw_layout(const struct drawing *drawing, PangoLayout *layout, double x, double y)
{
    cairo_move_to(drawing->cairo, x, y);
    pango_cairo_show_layout(drawing->cairo, layout);
}

/* One line at most WIDTH wide: a longer one ends in an ellipsis. */
static PangoLayout *one_line(const struct drawing *drawing, const struct pdf_style *style,
                             const char *text, double width)
{
    PangoLayout *layout = pdf_layout_of(drawing->pdf, style, bytes_of(text), width);

    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    return layout;
}

static void draw_rule(const struct drawing *drawing, double y)
{
    set_colour(drawing->cairo, &pdf_rule);
    cairo_rectangle(drawing->cairo, PDF_LEFT, y, PDF_RIGHT - PDF_LEFT, 0.5);
    cairo_fill(drawing->cairo);
}

static void draw_edges(const struct drawing *drawing, size_t page)
{
    struct pdf *pdf = drawing->pdf;
    size_t all = pdf->page_count + drawing->contents_pages;
    const char *number = arena_printf(pdf->arena, "page %zu of %zu", page, all);
    const char *program = *pdf->date == '\0'
                              ? pdf->program
                              : arena_printf(pdf->arena, "%s · %s", pdf->program, pdf->date);
    PangoLayout *name = one_line(drawing, &small, pdf->name, 240);
    PangoLayout *kind = one_line(drawing, &small, pdf->kind, 230);
    PangoLayout *foot = one_line(drawing, &small, program, 300);
    PangoLayout *right = pdf_layout_of(pdf, &small, bytes_of(number), 0);

    pango_layout_set_alignment(kind, PANGO_ALIGN_RIGHT);
    draw_layout(drawing, name, PDF_LEFT, 36);
    draw_layout(drawing, kind, PDF_RIGHT - 230, 36);
    draw_rule(drawing, 48);
    draw_rule(drawing, PDF_HEIGHT - 46);
    draw_layout(drawing, foot, PDF_LEFT, PDF_HEIGHT - 40);
    draw_layout(drawing, right, PDF_RIGHT - pdf_layout_width(right), PDF_HEIGHT - 40);
}

static bool is_listed(const struct pdf_anchor *heading)
{
    return heading->level <= 2;
}

static void draw_entry(const struct drawing *drawing, const struct pdf_anchor *heading,
                       double y)
{
    struct pdf *pdf = drawing->pdf;
    const struct pdf_style *style = &lines[heading->level - 1];
    double x = PDF_LEFT + 14 * (heading->level - 1);
    const char *number = arena_printf(pdf->arena, "%zu", number_of(drawing, heading->page));
    PangoLayout *words = one_line(drawing, style, heading->name, PDF_RIGHT - 40 - x);
    PangoLayout *page = pdf_layout_of(pdf, style, bytes_of(number), 0);

    draw_layout(drawing, words, x, y);
    draw_layout(drawing, page, PDF_RIGHT - pdf_layout_width(page), y);
    double from = x + pdf_layout_width(words) + 6;
    double to = PDF_RIGHT - pdf_layout_width(page) - 6;
    set_colour(drawing->cairo, &pdf_rule);
    for (double dot = to; dot > from; dot -= 4) {
        cairo_rectangle(drawing->cairo, dot, y + 8, 0.7, 0.7);
        cairo_fill(drawing->cairo);
    }
    draw_target(
        drawing, 'h', (size_t)(heading - pdf->headings),
        &(struct pdf_op){.x = x, .y = y, .width = PDF_RIGHT - x, .height = CONTENTS_LINE});
}

static void draw_contents(struct drawing *drawing)
{
    struct pdf *pdf = drawing->pdf;
    size_t row = 0, page = 0;

    for (size_t i = 0; i < pdf->heading_count; i++) {
        if (!is_listed(&pdf->headings[i]))
            continue;
        if (row == CONTENTS_ROWS) {
            cairo_show_page(drawing->cairo);
            row = 0;
        }
        if (row == 0) {
            draw_edges(drawing, 2 + page++);
            draw_layout(drawing, pdf_layout_of(pdf, &title, bytes_of("Contents"), 0), PDF_LEFT,
                        PDF_TOP);
        }
        draw_entry(drawing, &pdf->headings[i], PDF_TOP + 36 + CONTENTS_LINE * (double)row++);
    }
    cairo_show_page(drawing->cairo);
}

static void count_contents(struct drawing *drawing)
{
    size_t listed = 0;

    for (size_t i = 0; i < drawing->pdf->heading_count; i++)
        listed += is_listed(&drawing->pdf->headings[i]);
    drawing->contents_pages = (listed + CONTENTS_ROWS - 1) / CONTENTS_ROWS;
    if (drawing->contents_pages == 0)
        drawing->contents_pages = 1;
}

static void add_outline(const struct drawing *drawing)
{
    int parents[4] = {CAIRO_PDF_OUTLINE_ROOT};
    char place[80];

    for (size_t i = 0; i < drawing->pdf->heading_count; i++) {
        const struct pdf_anchor *heading = &drawing->pdf->headings[i];
        sqlite3_snprintf(sizeof place, place, "dest='h%d'", (int)i);
        parents[heading->level] =
            cairo_pdf_surface_add_outline(drawing->surface, parents[heading->level - 1],
                                          heading->name, place, (cairo_pdf_outline_flags_t)0);
        for (int level = heading->level + 1; level < 4; level++)
            parents[level] = parents[heading->level];
    }
}

static void add_metadata(const struct drawing *drawing)
{
    struct pdf *pdf = drawing->pdf;
    const char *day =
        bytes_is_date(bytes_of(pdf->date)) ? pdf->date : "2020-01-01"; /* no clock is read */
    const struct {
        cairo_pdf_metadata_t what;
        const char *value;
    } rows[] = {
        {CAIRO_PDF_METADATA_TITLE, arena_printf(pdf->arena, "%s: %s", pdf->name, pdf->kind)},
        {CAIRO_PDF_METADATA_AUTHOR, pdf->author},
        {CAIRO_PDF_METADATA_SUBJECT, pdf->kind},
        {CAIRO_PDF_METADATA_CREATOR, pdf->program},
        {CAIRO_PDF_METADATA_CREATE_DATE, arena_printf(pdf->arena, "%sT00:00:00Z", day)},
        {CAIRO_PDF_METADATA_MOD_DATE, arena_printf(pdf->arena, "%sT00:00:00Z", day)},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (*rows[i].value != '\0')
            cairo_pdf_surface_set_metadata(drawing->surface, rows[i].what, rows[i].value);
}

static void draw_pages(struct drawing *drawing)
{
    struct pdf *pdf = drawing->pdf;

    for (size_t i = 0; i < pdf->page_count; i++) {
        for (size_t j = 0; j < pdf->pages[i].count; j++)
            draw_op(drawing, &pdf->pages[i].ops[j]);
        draw_places(drawing, 'a', pdf->anchors, pdf->anchor_count, i);
        draw_places(drawing, 'h', pdf->headings, pdf->heading_count, i);
        if (i > 0)
            draw_edges(drawing, number_of(drawing, i));
        cairo_show_page(drawing->cairo);
        if (i == 0)
            draw_contents(drawing);
    }
}

struct error *pdf_draw(struct pdf *pdf, struct text *out)
{
    struct drawing drawing = {.pdf = pdf};
    owned(text) file = text_new();

    if (pdf->anchor_count > 0)
        qsort(pdf->anchors, pdf->anchor_count, sizeof *pdf->anchors, by_name);
    count_contents(&drawing);
    drawing.surface =
        cairo_pdf_surface_create_for_stream(take_bytes, file, PDF_WIDTH, PDF_HEIGHT);
    add_metadata(&drawing);
    drawing.cairo = cairo_create(drawing.surface);
    draw_pages(&drawing);
    add_outline(&drawing);
    cairo_destroy(drawing.cairo);
    cairo_surface_finish(drawing.surface);
    cairo_status_t status = cairo_surface_status(drawing.surface);
    cairo_surface_destroy(drawing.surface);
    if (status != CAIRO_STATUS_SUCCESS)
        return error_new(ERROR_INTERNAL, "the pages cannot be drawn: %s",
                         cairo_status_to_string(status));
    text_add_bytes(out, text_bytes(file));
    return NULL;
}
