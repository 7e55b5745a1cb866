#include "report/pdf.h"

/*
 * Tables: all cells are kept until the table closes, so that columns are as wide as what stands in
 * them asks for; then rows go onto pages, each page with the heads of the columns.
 */

#define GAP 7.0 /* between columns */

static const struct pdf_style head = {PDF_SANS, 7.2, true, &pdf_dim, NULL, NULL, 0, 0, 0};
static const struct pdf_style body = {PDF_SANS, 8.0, false, NULL, NULL, NULL, 0, 0, 0};
static const struct pdf_style caption = {PDF_SANS, 8.0, true, &pdf_ink, NULL, NULL, 6, 2, 0};

static double longest_word(const char *text)
{
    struct bytes rest = bytes_of(text), word;
    size_t longest = 0;

    while (bytes_next_word(&rest, &word))
        longest = word.size > longest ? word.size : longest;
    return (double)longest;
}

/* WIDE is how wide a character of that font may be, at size 1. */
static struct pdf_cell make_cell(struct pdf *pdf, PangoLayout *layout, double wide)
{
    struct pdf_cell cell = {.layout = layout, .natural = pdf_layout_width(layout) + 0.5};
    double least = longest_word(pango_layout_get_text(layout)) * wide; /* longer: cut */

    cell.least = least > 74 ? 74 : least;
    if (cell.least > cell.natural || cell.natural < 58)
        cell.least = cell.natural; /* what is short stays in one line */
    if (pdf->link_count > 0) {
        cell.links = arena_array(pdf->arena, pdf->link_count, sizeof *cell.links);
        for (size_t i = 0; i < pdf->link_count; i++)
            cell.links[i] = pdf->links[i];
        cell.link_count = pdf->link_count;
        cell.least = cell.natural > 90 ? 90 : cell.natural; /* an id stays in one line */
    }
    return cell;
}

void pdf_table_open(struct pdf *pdf, const struct words *words)
{
    struct pdf_table *table = &pdf->table;

    pdf_flush(pdf);
    *table = (struct pdf_table){
        .columns = words->columns,
        .column_count = words->column_count,
        .title = arena_string(pdf->arena, words->title),
        .is_bare = words->count != 0,
        .cells = table->cells,
        .cell_capacity = table->cell_capacity,
    };
    table->heads = arena_array(pdf->arena, words->column_count, sizeof *table->heads);
    table->widths = arena_array(pdf->arena, words->column_count, sizeof *table->widths);
    for (size_t i = 0; i < words->column_count; i++)
        table->heads[i] =
            make_cell(pdf, pdf_layout_of(pdf, &head, bytes_of(words->columns[i].title), 0),
                      head.size * 0.7);
}

void pdf_table_cell(struct pdf *pdf)
{
    struct pdf_table *table = &pdf->table;

    table->cells = arena_grow(pdf->arena, table->cells, &table->cell_capacity,
                              table->cell_count + 1, sizeof *table->cells);
    table->cells[table->cell_count++] =
        make_cell(pdf, pdf_layout(pdf, &body), body.size * 0.56);
    pdf->link_count = 0;
}

/* Too many columns: what is wider than its head gives way. */
static void squeeze(struct pdf_table *table, double room, double least)
{
    double heads = 0;

    for (size_t i = 0; i < table->column_count; i++)
        heads += table->heads[i].least;
    for (size_t i = 0; i < table->column_count; i++) {
        double floor = table->heads[i].least;
        if (heads < room)
            table->widths[i] =
                floor + (table->widths[i] - floor) * (room - heads) / (least - heads);
        else
            table->widths[i] *= room / least;
    }
}

/* Widths: what each column needs at least, and of the rest its share of what it would like. */
static void set_widths(struct pdf *pdf)
{
    struct pdf_table *table = &pdf->table;
    size_t count = table->column_count;
    double room = pdf->right - pdf->left - GAP * (double)(count - 1);
    double least = 0, wanted = 0;
    double *natural = arena_array(pdf->arena, count, sizeof *natural);

    for (size_t i = 0; i < count; i++) {
        table->widths[i] = table->heads[i].least;
        natural[i] = table->heads[i].natural;
    }
    for (size_t i = 0; i < table->cell_count; i++) {
        size_t column = i % count;
        const struct pdf_cell *cell = &table->cells[i];
        if (cell->least > table->widths[column])
            table->widths[column] = cell->least;
        if (cell->natural > natural[column])
            natural[column] = cell->natural;
    }
    for (size_t i = 0; i < count; i++) {
        natural[i] = natural[i] > room ? room : natural[i];
        least += table->widths[i];
        wanted += natural[i] - table->widths[i];
    }
    double spare = room - least;
    if (wanted > 0 && spare > 0)
        for (size_t i = 0; i < count; i++) {
            double more =
                (natural[i] - table->widths[i]) * (spare < wanted ? spare / wanted : 1);
            table->widths[i] += more;
        }
    else if (spare < 0)
        squeeze(table, room, least);
}

static bool is_number(const struct document_column *column)
{
    return column->style == STYLE_NUMBER || column->style == STYLE_BYTES;
}

static void set_cell(const struct pdf_table *table, struct pdf_cell *cell, size_t column)
{
    pango_layout_set_width(cell->layout, (int)(table->widths[column] * PANGO_SCALE) + 1);
    if (is_number(&table->columns[column]))
        pango_layout_set_alignment(cell->layout, PANGO_ALIGN_RIGHT);
}

static double row_height(const struct pdf_cell *cells, size_t count)
{
    double height = 0;

    for (size_t i = 0; i < count; i++) {
        double cell = pdf_layout_height(cells[i].layout);
        height = cell > height ? cell : height;
    }
    return height;
}

static void add_rule(struct pdf *pdf, double y)
{
    pdf_fill(pdf, pdf->left, y, pdf->right - pdf->left, 0.5, &pdf_rule);
}

static void add_heads(struct pdf *pdf)
{
    const struct pdf_table *table = &pdf->table;
    double x = pdf->left, height = row_height(table->heads, table->column_count);

    if (table->is_bare) {
        add_rule(pdf, pdf->y);
        pdf->y += 2;
        return;
    }
    for (size_t i = 0; i < table->column_count; i++) {
        PangoLayout *layout = table->heads[i].layout;
        struct pdf_lines lines = pdf_fitting(layout, 0, height + 1);
        pdf_lines(pdf, layout, x, pdf->y + height - lines.height, &lines, NULL, 0);
        x += table->widths[i] + GAP;
    }
    pdf->y += height + 2;
    pdf_fill(pdf, pdf->left, pdf->y, pdf->right - pdf->left, 0.8, &pdf_dim);
    pdf->y += 3;
}

/* The lines of a row that fit on this page; false when none is left behind it. */
static bool add_lines(struct pdf *pdf, const struct pdf_cell *cells, int *firsts)
{
    const struct pdf_table *table = &pdf->table;
    double x = pdf->left, used = 0;
    bool more = false;

    for (size_t i = 0; i < table->column_count; i++) {
        PangoLayout *layout = cells[i].layout;
        int all = pango_layout_get_line_count(layout);
        if (firsts[i] < all) {
            struct pdf_lines lines = pdf_fitting(layout, firsts[i], PDF_BOTTOM - pdf->y);
            if (lines.count > 0)
                pdf_lines(pdf, layout, x, pdf->y, &lines, cells[i].links, cells[i].link_count);
            firsts[i] += lines.count;
            used = lines.height > used ? lines.height : used;
            more = more || firsts[i] < all;
        }
        x += table->widths[i] + GAP;
    }
    pdf->y += used;
    return more;
}

static void add_row(struct pdf *pdf, const struct pdf_cell *cells)
{
    size_t count = pdf->table.column_count;
    double height = row_height(cells, count);
    int *firsts = arena_array(pdf->arena, count, sizeof *firsts);

    /* A row that fits on one page is not cut; a longer one begins where it stands. */
    if (pdf->y + height > PDF_BOTTOM &&
        (height < (PDF_BOTTOM - PDF_TOP) / 3 || pdf->y > PDF_BOTTOM - 40)) {
        pdf_new_page(pdf);
        add_heads(pdf);
    }
    while (add_lines(pdf, cells, firsts)) {
        pdf_new_page(pdf);
        add_heads(pdf);
    }
    pdf->y += 2.2;
    add_rule(pdf, pdf->y);
    pdf->y += 2.8;
}

void pdf_table_close(struct pdf *pdf)
{
    struct pdf_table *table = &pdf->table;
    size_t count = table->column_count;

    if (table->cell_count < count)
        return;
    set_widths(pdf);
    for (size_t i = 0; i < count; i++)
        set_cell(table, &table->heads[i], i);
    for (size_t i = 0; i < table->cell_count; i++)
        set_cell(table, &table->cells[i], i % count);
    double first = row_height(table->cells, count);
    pdf_ensure(pdf, first > 80 ? 120 : first + 44); /* no heads without a row below them */
    if (table->is_bare)                             /* elsewhere a heading says as much */
        pdf_say(pdf, &caption, bytes_of(table->title));
    add_heads(pdf);
    for (size_t i = 0; i + count <= table->cell_count; i += count)
        add_row(pdf, &table->cells[i]);
    pdf->y += 5;
}
