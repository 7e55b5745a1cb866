#ifndef SHEET_CELLS_H
#define SHEET_CELLS_H

#include "model/book.h"
#include "sheet/index.h"
#include "sheet/strings.h"
#include "sheet/styles.h"

/* The cells of one sheet (ECMA-376 part 1, section 18.3) and the comments that hang at them. */

/* What all sheets of a workbook share. */
struct cells_shared {
    struct package *package;
    struct strings strings;
    struct styles styles;
    struct book_sink *sink;
};

/* Puts in every cell of the part CONTENT that holds something, and what cells are merged. */
struct error *cells_read(struct cells_shared *shared, struct bytes content) MUST_CHECK;

/* Puts in the comments of the part CONTENT. */
struct error *cells_read_remarks(struct cells_shared *shared, struct bytes content) MUST_CHECK;

#endif
