#ifndef REPORT_PDF_H
#define REPORT_PDF_H

#include <pango/pangocairo.h>

#include "report/document.h"

/*
 * The writer of the document for paper. The walk lays out text into lines and puts them, with
 * rectangles and links, on pages that are kept as lists; when it is over, the table of contents
 * and the number of pages are known, and everything is drawn in order.
 *
 * Lengths are in points (1/72 inch), from the top left corner of the page.
 */

#define PDF_WIDTH  595.0 /* A4 */
#define PDF_HEIGHT 842.0
#define PDF_LEFT   57.0
#define PDF_RIGHT  (PDF_WIDTH - 57.0)
#define PDF_TOP    66.0
#define PDF_BOTTOM (PDF_HEIGHT - 62.0)

struct colour {
    double red, green, blue;
};

enum pdf_family {
    PDF_SANS,
    PDF_SERIF,
    PDF_MONO,
};

/* How a paragraph is set. */
struct pdf_style {
    enum pdf_family family;
    double size;
    bool bold;
    const struct colour *colour;     /* of the text */
    const struct colour *background; /* behind each line, over the whole width; or NULL */
    const struct colour *bar;        /* on the left of each line; or NULL */
    double before, after;            /* space around it */
    double indent;
};

enum pdf_op_kind {
    PDF_LINE, /* of text, which begins on its baseline */
    PDF_FILL, /* a rectangle */
    PDF_FRAME,
    PDF_LINK,
};

struct pdf_op {
    enum pdf_op_kind kind;
    double x, y, width, height;
    PangoLayoutLine *line;
    const struct colour *colour;
    const char *target;
    double radius; /* of the corners of a frame */
    bool dashed;
};

struct pdf_page {
    struct pdf_op *ops;
    size_t count, capacity;
};

/* A place that links lead to, or an entry of the table of contents. */
struct pdf_anchor {
    const char *name;
    size_t page;
    double y;
    int level; /* of a heading */
};

/* A stretch of the paragraph at hand that leads somewhere. */
struct pdf_link {
    unsigned from, to;
    const char *target;
};

/* Some lines of a layout, and how high they are together. */
struct pdf_lines {
    int first, count;
    double height;
};

/* A bar beside a block, which goes on over pages. */
struct pdf_box {
    enum block block;
    double x, from;
    const struct colour *colour;
    double left; /* the margin to return to */
    double y;    /* where a description began, … */
    size_t page;
    double height; /* … and how high its term is */
};

#define PDF_DEPTH 24 /* of blocks in each other: the walk reaches 9 */

struct pdf_cell {
    PangoLayout *layout;
    struct pdf_link *links;
    size_t link_count;
    double natural, least; /* widths without a break, and of the longest word */
};

struct pdf_table {
    const struct document_column *columns;
    size_t column_count;
    const char *title;
    struct pdf_cell *heads, *cells; /* cells: row after row */
    size_t cell_count, cell_capacity;
    double *widths;
    bool is_bare; /* without heads */
};

struct pdf {
    struct arena *arena;
    PangoFontMap *fonts;
    PangoContext *context;
    struct pdf_page *pages; /* of the body; the first is the title page */
    size_t page_count, page_capacity;
    double y, left, right;
    struct text *text; /* the paragraph at hand, and what is special in it */
    PangoAttrList *attributes;
    struct pdf_link *links;
    size_t link_count, link_capacity;
    const struct pdf_style *style;
    struct pdf_box boxes[PDF_DEPTH];
    size_t depth;
    struct pdf_table table;
    struct pdf_anchor *anchors; /* sorted by name when drawing */
    size_t anchor_count, anchor_capacity;
    struct pdf_anchor *headings;
    size_t heading_count, heading_capacity;
    PangoLayout **layouts; /* all, to be freed at the end */
    size_t layout_count, layout_capacity;
    /* The tiles and squares of the result that are being collected. */
    struct words *tiles;
    size_t tile_count, tile_capacity;
    double square_x, row_end;
    bool has_dossier;
    /* For heads, feet and the properties of the file. */
    const char *name, *kind, *program, *date, *author;
};

extern const struct colour pdf_ink, pdf_dim, pdf_rule, pdf_soft, pdf_fail, pdf_fail_soft,
    pdf_pass, pdf_pass_soft, pdf_open, pdf_open_soft, pdf_warn, pdf_warn_soft, pdf_link_ink;

extern const struct writer pdf_writer; /* its state is a struct pdf */

/* --- fonts: pdf_font.c --- */

/* Fails with ERROR_SYSTEM when the fonts are not installed. */
struct error *pdf_fonts(PangoFontMap **out) MUST_CHECK;

/* --- text: pdf_text.c --- */

/* TEXT as one line of what can be shown, for what stands outside the pages. In PDF's arena. */
const char *pdf_line(struct pdf *pdf, struct bytes text);
/* The colours of an outcome: of its letters, and behind them. */
const struct colour *pdf_outcome(struct bytes outcome);
const struct colour *pdf_outcome_soft(struct bytes outcome);
void pdf_mark(struct pdf *pdf, enum mark mark, struct bytes text);
void pdf_badge(struct pdf *pdf, struct bytes outcome, const char *word);
void pdf_refer(struct pdf *pdf, const char *target, struct bytes text);
/* The text at hand as a layout in STYLE, which becomes the empty text again. */
PangoLayout *pdf_layout(struct pdf *pdf, const struct pdf_style *style);
/* TEXT alone, in STYLE, at most WIDTH wide (0: as wide as it is). */
PangoLayout *pdf_layout_of(struct pdf *pdf, const struct pdf_style *style, struct bytes text,
                           double width);
double pdf_layout_height(PangoLayout *layout);
double pdf_layout_width(PangoLayout *layout);

/* --- pages: pdf_flow.c --- */

void pdf_new_page(struct pdf *pdf);
/* Goes to a new page unless HEIGHT more fits on this one. */
void pdf_ensure(struct pdf *pdf, double height);
void pdf_add(struct pdf *pdf, const struct pdf_op *op);
void pdf_fill(struct pdf *pdf, double x, double y, double width, double height,
              const struct colour *colour);
/* So many lines of LAYOUT from FIRST on as fit into HEIGHT. */
struct pdf_lines pdf_fitting(PangoLayout *layout, int first, double height);
/* Puts these lines on the page, the first at Y. */
void pdf_lines(struct pdf *pdf, PangoLayout *layout, double x, double y,
               const struct pdf_lines *lines, const struct pdf_link *links, size_t link_count);
/* Sets the text at hand, if there is any, and goes on below it. */
void pdf_flush(struct pdf *pdf);
/* A paragraph of its own. */
void pdf_say(struct pdf *pdf, const struct pdf_style *style, struct bytes text);
void pdf_anchor(struct pdf *pdf, const char *name);
void pdf_heading(struct pdf *pdf, int level, const char *title);

/* --- tables: pdf_table.c --- */

void pdf_table_open(struct pdf *pdf, const struct words *words);
void pdf_table_cell(struct pdf *pdf); /* the text at hand is one */
void pdf_table_close(struct pdf *pdf);

/* --- tiles, squares and the map: pdf_picture.c --- */

void pdf_tile(struct pdf *pdf, const struct words *words);
void pdf_tiles(struct pdf *pdf);
void pdf_square_row(struct pdf *pdf, const struct words *words);
void pdf_square_end(struct pdf *pdf);
void pdf_square(struct pdf *pdf, const struct words *words);
void pdf_strip(struct pdf *pdf, const struct strip *strip);

/* --- all pages in order: pdf_draw.c --- */

struct error *pdf_draw(struct pdf *pdf, struct text *out) MUST_CHECK;

#endif
