#include "report/pdf.h"

/* Lines onto pages. */

#define BAR_WIDTH 2.2

void pdf_add(struct pdf *pdf, const struct pdf_op *op)
{
    struct pdf_page *page = &pdf->pages[pdf->page_count - 1];

    page->ops =
        arena_grow(pdf->arena, page->ops, &page->capacity, page->count + 1, sizeof *page->ops);
    page->ops[page->count++] = *op;
}

void pdf_fill(struct pdf *pdf, double x, double y, double width, double height,
              const struct colour *colour)
{
    pdf_add(pdf, &(struct pdf_op){.kind = PDF_FILL,
                                  .x = x,
                                  .y = y,
                                  .width = width,
                                  .height = height,
                                  .colour = colour});
}

/* Bars of the blocks that are open end with this page and begin again on the next. */
static void end_bars(struct pdf *pdf)
{
    for (size_t i = 0; i < pdf->depth; i++) {
        struct pdf_box *box = &pdf->boxes[i];
        if (box->colour != NULL && pdf->y > box->from)
            pdf_fill(pdf, box->x, box->from, BAR_WIDTH, pdf->y - box->from, box->colour);
        box->from = PDF_TOP;
    }
}

void pdf_new_page(struct pdf *pdf)
{
    if (pdf->page_count > 0)
        end_bars(pdf);
    pdf->pages = arena_grow(pdf->arena, pdf->pages, &pdf->page_capacity, pdf->page_count + 1,
                            sizeof *pdf->pages);
    pdf->pages[pdf->page_count++] = (struct pdf_page){.count = 0};
    pdf->y = PDF_TOP;
}

void pdf_ensure(struct pdf *pdf, double height)
{
    if (pdf->y + height > PDF_BOTTOM && pdf->y > PDF_TOP)
        pdf_new_page(pdf);
}

static void add_links(struct pdf *pdf, PangoLayoutLine *line, double x, double y, double height,
                      const struct pdf_link *links, size_t link_count)
{
    for (size_t i = 0; i < link_count; i++) {
        int *ranges, count;
        int end = line->start_index + line->length;
        if ((int)links[i].to <= line->start_index || (int)links[i].from >= end)
            continue;
        pango_layout_line_get_x_ranges(line, (int)links[i].from, (int)links[i].to, &ranges,
                                       &count);
        for (int j = 0; j < count; j++)
            pdf_add(pdf, &(struct pdf_op){.kind = PDF_LINK,
                                          .x = x + (double)ranges[2 * j] / PANGO_SCALE,
                                          .y = y,
                                          .width = (double)(ranges[2 * j + 1] - ranges[2 * j]) /
                                                   PANGO_SCALE,
                                          .height = height,
                                          .target = links[i].target});
        g_free(ranges);
    }
}

void pdf_lines(struct pdf *pdf, PangoLayout *layout, double x, double y,
               const struct pdf_lines *lines, const struct pdf_link *links, size_t link_count)
{
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    double begun = -1;
    int number = 0;

    do {
        int top, end, baseline = pango_layout_iter_get_baseline(iter);
        if (number++ < lines->first)
            continue;
        PangoRectangle logical;
        PangoLayoutLine *line = pango_layout_iter_get_line(iter);
        pango_layout_iter_get_line_yrange(iter, &top, &end);
        pango_layout_iter_get_line_extents(iter, NULL, &logical);
        if (begun < 0)
            begun = (double)top / PANGO_SCALE;
        pdf_add(pdf, &(struct pdf_op){.kind = PDF_LINE,
                                      .x = x + (double)logical.x / PANGO_SCALE,
                                      .y = y + (double)baseline / PANGO_SCALE - begun,
                                      .line = line});
        add_links(pdf, line, x, y + (double)top / PANGO_SCALE - begun,
                  (double)(end - top) / PANGO_SCALE, links, link_count);
    } while (number < lines->first + lines->count && pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}

struct pdf_lines pdf_fitting(PangoLayout *layout, int first, double height)
{
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    struct pdf_lines lines = {.first = first};
    double begun = -1;
    int number = 0;

    do {
        int top, end;
        if (number++ < first)
            continue;
        pango_layout_iter_get_line_yrange(iter, &top, &end);
        if (begun < 0)
            begun = (double)top / PANGO_SCALE;
        if ((double)end / PANGO_SCALE - begun > height)
            break;
        lines.height = (double)end / PANGO_SCALE - begun;
        lines.count++;
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
    return lines;
}

/* What lies behind or beside the lines that fill this page from Y to END. */
static void add_ground(struct pdf *pdf, double x, double height, const struct pdf_style *style)
{
    if (style->background != NULL)
        pdf_fill(pdf, x - 5, pdf->y - 2, pdf->right - x + 5, height + 4, style->background);
    if (style->bar != NULL)
        pdf_fill(pdf, x - 5, pdf->y - 2, BAR_WIDTH, height + 4, style->bar);
}

/* The lines of LAYOUT from X and the current height on, over as many pages as it takes. */
static void flow(struct pdf *pdf, PangoLayout *layout, double x, const struct pdf_style *style)
{
    int all = pango_layout_get_line_count(layout);

    for (int first = 0; first < all;) {
        struct pdf_lines lines = pdf_fitting(layout, first, PDF_BOTTOM - pdf->y);
        bool at_top = pdf->y <= PDF_TOP;
        int rest = all - first - lines.count;
        /* Neither the first nor the last line of a paragraph stands alone. */
        if (!at_top && (lines.count == 0 || (lines.count == 1 && rest > 0))) {
            pdf_new_page(pdf);
            continue;
        }
        if (rest == 1 && lines.count > 1)
            lines.count--;
        if (lines.count == 0)
            lines.count = 1; /* a line higher than the page */
        add_ground(pdf, x, lines.height, style);
        pdf_lines(pdf, layout, x, pdf->y, &lines, pdf->links, pdf->link_count);
        pdf->y += lines.height;
        first += lines.count;
        if (first < all)
            pdf_new_page(pdf);
    }
}

void pdf_flush(struct pdf *pdf)
{
    const struct pdf_style *style = pdf->style;

    if (pdf->text->size == 0)
        return;
    PangoLayout *layout = pdf_layout(pdf, style);
    double x = pdf->left + style->indent;
    pango_layout_set_width(layout, (int)((pdf->right - x) * PANGO_SCALE));
    if (pdf->y > PDF_TOP)
        pdf->y += style->before;
    flow(pdf, layout, x, style);
    pdf->y += style->after;
    pdf->link_count = 0;
}

void pdf_say(struct pdf *pdf, const struct pdf_style *style, struct bytes text)
{
    const struct pdf_style *before = pdf->style;

    pdf_flush(pdf);
    pdf->style = style;
    pdf_mark(pdf, MARK_PLAIN, text);
    pdf_flush(pdf);
    pdf->style = before;
}

static void add_anchor(struct pdf *pdf, struct pdf_anchor **list, size_t *count,
                       size_t *capacity, const struct pdf_anchor *anchor)
{
    *list = arena_grow(pdf->arena, *list, capacity, *count + 1, sizeof **list);
    (*list)[(*count)++] = *anchor;
}

void pdf_anchor(struct pdf *pdf, const char *name)
{
    struct pdf_anchor anchor = {.page = pdf->page_count - 1, .y = pdf->y};

    if (name == NULL)
        return;
    anchor.name = arena_string(pdf->arena, bytes_of(name));
    add_anchor(pdf, &pdf->anchors, &pdf->anchor_count, &pdf->anchor_capacity, &anchor);
}

void pdf_heading(struct pdf *pdf, int level, const char *title)
{
    struct pdf_anchor heading = {
        .name = title, .page = pdf->page_count - 1, .y = pdf->y, .level = level};

    add_anchor(pdf, &pdf->headings, &pdf->heading_count, &pdf->heading_capacity, &heading);
}
