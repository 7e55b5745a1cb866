#ifndef REPORT_EXPLAIN_WRITE_H
#define REPORT_EXPLAIN_WRITE_H

#include "report/document.h"

/*
 * The writer of a part of the document on a terminal: terms on the left, lines of at most 96
 * cells, tables in columns where they fit.
 */

struct sheet_cell {
    struct bytes text;
    size_t width;
};

struct sheet_screen {
    struct text *out;
    struct arena *arena;
    bool colour;
    struct text *line;    /* what has to be written as the next paragraph, already escaped */
    const char *label;    /* before its first line, or NULL */
    const char *mark;     /* "- " of an item */
    size_t indent, depth; /* depth: of names */
    /* The table that is open. */
    const struct document_column *columns;
    size_t column_count;
    struct sheet_cell *cells;
    size_t cell_count, cell_capacity;
    bool in_table, is_bare; /* bare: without heads */
};

extern const struct writer explain_writer; /* its state is a struct sheet_screen */

/* "label      words", wrapped; nothing without words. */
void explain_line(struct sheet_screen *screen, const char *label, struct bytes words);
/* A line of its own at the left edge, in bold. */
void explain_head(struct sheet_screen *screen, const char *words);

#endif
