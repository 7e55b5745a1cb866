#include <inttypes.h>

#include "report/pdf.h"

/* The figures of the result, one square a provision, and the map of the image. */

#define TILES_IN_ROW  6
#define LABEL_Y       28.0 /* of a tile */
#define SQUARE_WIDTH  47.0
#define SQUARE_HEIGHT 14.0
#define SQUARE_GAP    3.5
#define NAMES_WIDTH   128.0
#define STRIP_HEIGHT  26.0

static const struct pdf_style number_style = {PDF_SERIF, 20, true, NULL, NULL, NULL, 0, 0, 0};
static const struct pdf_style small = {PDF_SANS, 7.2, false, &pdf_dim, NULL, NULL, 0, 0, 0};
static const struct pdf_style names = {PDF_SANS, 8, false, NULL, NULL, NULL, 0, 0, 0};
static const struct pdf_style mono = {PDF_MONO, 7, false, &pdf_dim, NULL, NULL, 0, 0, 0};

static void put(struct pdf *pdf, PangoLayout *layout, double x, double y)
{
    struct pdf_lines lines = {.count = pango_layout_get_line_count(layout)};

    pdf_lines(pdf, layout, x, y, &lines, NULL, 0);
}

void pdf_tile(struct pdf *pdf, const struct words *words)
{
    pdf->tiles = arena_grow(pdf->arena, pdf->tiles, &pdf->tile_capacity, pdf->tile_count + 1,
                            sizeof *pdf->tiles);
    struct words *tile = &pdf->tiles[pdf->tile_count++];
    *tile = *words;
    tile->title = arena_copy(pdf->arena, words->title);
    tile->outcome = arena_copy(pdf->arena, words->outcome);
}

static double tile_height(struct pdf *pdf, double width)
{
    double height = 0;

    for (size_t i = 0; i < pdf->tile_count; i++) {
        PangoLayout *label = pdf_layout_of(pdf, &small, pdf->tiles[i].title, width - 12);
        double needed = pdf_layout_height(label) + LABEL_Y + 5;
        height = needed > height ? needed : height;
    }
    return height;
}

static void put_tile(struct pdf *pdf, const struct words *tile, double x, double width,
                     double height)
{
    struct pdf_style style = number_style;
    const char *number = arena_printf(pdf->arena, "%" PRId64, tile->count);

    style.colour = pdf_outcome(tile->outcome);
    pdf_add(pdf, &(struct pdf_op){.kind = PDF_FRAME,
                                  .x = x + 1,
                                  .y = pdf->y,
                                  .width = width - 4,
                                  .height = height,
                                  .radius = 2,
                                  .colour = &pdf_rule});
    put(pdf, pdf_layout_of(pdf, &style, bytes_of(number), 0), x + 7, pdf->y + 3);
    put(pdf, pdf_layout_of(pdf, &small, tile->title, width - 12), x + 7, pdf->y + LABEL_Y);
}

void pdf_tiles(struct pdf *pdf)
{
    size_t count = pdf->tile_count;
    size_t in_row = count > TILES_IN_ROW ? (count + 1) / 2 : count;
    double width = (pdf->right - pdf->left) / (double)(in_row > 0 ? in_row : 1);
    double height = tile_height(pdf, width);

    pdf->y += 6;
    for (size_t i = 0; i < count; i++) {
        if (i % in_row == 0)
            pdf_ensure(pdf, height + 20);
        put_tile(pdf, &pdf->tiles[i], pdf->left + width * (double)(i % in_row), width, height);
        if (i % in_row == in_row - 1 || i + 1 == count)
            pdf->y += height + 5;
    }
    pdf->y += 4;
    pdf->tile_count = 0;
}

void pdf_square_row(struct pdf *pdf, const struct words *words)
{
    const char *title = arena_printf(pdf->arena, "%.*s  %.*s", (int)words->note.size,
                                     (const char *)words->note.data, (int)words->title.size,
                                     (const char *)words->title.data);
    PangoLayout *layout = pdf_layout_of(pdf, &names, bytes_of(title), NAMES_WIDTH - 8);

    pdf_ensure(pdf, 2 * SQUARE_HEIGHT + 8);
    put(pdf, layout, pdf->left, pdf->y + 1.5);
    pdf->row_end = pdf->y + pdf_layout_height(layout) + 1.5;
    pdf->square_x = pdf->left + NAMES_WIDTH;
}

void pdf_square(struct pdf *pdf, const struct words *words)
{
    const struct colour *ink = pdf_outcome(words->outcome);
    bool mandatory = bytes_is(words->base, "M");
    bool plain = bytes_is(words->outcome, "open");
    struct pdf_style style = {PDF_SANS, 7.4, mandatory, ink, NULL, NULL, 0, 0, 0};
    const char *text = arena_printf(pdf->arena, "%s %.*s", document_symbol(words->outcome),
                                    (int)words->title.size, (const char *)words->title.data);

    if (pdf->square_x + SQUARE_WIDTH > pdf->right + 0.1) {
        pdf->square_x = pdf->left + NAMES_WIDTH;
        pdf->y += SQUARE_HEIGHT + SQUARE_GAP;
    }
    struct pdf_op frame = {.kind = PDF_FRAME,
                           .x = pdf->square_x,
                           .y = pdf->y,
                           .width = SQUARE_WIDTH,
                           .height = SQUARE_HEIGHT,
                           .radius = mandatory ? 1.5 : SQUARE_HEIGHT / 2,
                           .dashed = !mandatory,
                           .colour = ink};
    if (!plain && mandatory)
        pdf_fill(pdf, pdf->square_x, pdf->y, SQUARE_WIDTH, SQUARE_HEIGHT,
                 pdf_outcome_soft(words->outcome));
    pdf_add(pdf, &frame);
    put(pdf, pdf_layout_of(pdf, &style, bytes_of(text), 0), pdf->square_x + 4.5, pdf->y + 2);
    frame.kind = PDF_LINK;
    frame.target = arena_string(pdf->arena, bytes_of(words->id));
    pdf_add(pdf, &frame);
    pdf->square_x += SQUARE_WIDTH + SQUARE_GAP;
}

void pdf_square_end(struct pdf *pdf)
{
    pdf->y += SQUARE_HEIGHT + 3;
    if (pdf->y < pdf->row_end)
        pdf->y = pdf->row_end;
    pdf_fill(pdf, pdf->left, pdf->y, pdf->right - pdf->left, 0.4, &pdf_rule);
    pdf->y += 3.5;
}

static const struct colour *part_colour(const char *kind, int tone)
{
    static const struct colour explained[] = {{0.25, 0.44, 0.62}, {0.16, 0.50, 0.50}},
                               padding = {0.83, 0.85, 0.86}, encrypted = {0.72, 0.47, 0.12},
                               unknown = {0.66, 0.14, 0.11};

    if (bytes_is(bytes_of(kind), "explained"))
        return &explained[tone];
    if (bytes_is(bytes_of(kind), "padding"))
        return &padding;
    return bytes_is(bytes_of(kind), "encrypted") ? &encrypted : &unknown;
}

static void add_shares(struct pdf *pdf, const struct strip *strip)
{
    for (size_t i = 0; i < COUNT_OF(strip->bytes); i++) {
        owned(text) text = text_new();
        text_addf(text, "%s: %.1f %%, ", strip_titles[i],
                  100.0 * (double)strip->bytes[i] / (double)strip->size);
        text_add_size(text, strip->bytes[i]);
        pdf_ensure(pdf, 14);
        pdf_fill(pdf, pdf->left, pdf->y + 1.5, 7, 7, part_colour(strip_kinds[i], 0));
        put(pdf, pdf_layout_of(pdf, &names, text_bytes(text), 0), pdf->left + 12, pdf->y);
        pdf->y += 12;
    }
    pdf->y += 4;
}

void pdf_strip(struct pdf *pdf, const struct strip *strip)
{
    double total = strip_total(strip), x = pdf->left, room = pdf->right - pdf->left;
    const char *end = arena_printf(pdf->arena, "0x%" PRIx64, strip->size);
    PangoLayout *last = pdf_layout_of(pdf, &mono, bytes_of(end), 0);

    pdf_flush(pdf);
    pdf_ensure(pdf, STRIP_HEIGHT + 80);
    pdf->y += 4;
    for (size_t i = 0; i < strip->count; i++) {
        double width = strip_width(strip, i) * room / total;
        pdf_fill(pdf, x, pdf->y, width > 0.6 ? width - 0.4 : width, STRIP_HEIGHT,
                 part_colour(strip->parts[i].kind, strip->parts[i].tone));
        x += width;
    }
    pdf->y += STRIP_HEIGHT + 2;
    put(pdf, pdf_layout_of(pdf, &mono, bytes_of("0x0"), 0), pdf->left, pdf->y);
    put(pdf, last, pdf->right - pdf_layout_width(last), pdf->y);
    pdf->y += 14;
    add_shares(pdf, strip);
}
