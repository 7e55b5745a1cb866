#ifndef MODEL_BOOK_H
#define MODEL_BOOK_H

#include "base/arena.h"
#include "base/cursor.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"

/*
 * A workbook of a spreadsheet program, as far as a dossier is concerned: sheets, and the cells
 * that hold something. The worker reads the file and says it record by record; the parent takes
 * the records for hostile and makes the book of them.
 */

enum book_kind {
    BOOK_SHEET,   /* a sheet begins; `text` is its name */
    BOOK_TEXT,    /* a cell */
    BOOK_NUMBER,  /* a cell: the shortest decimal that is the number, as programs show it */
    BOOK_BOOLEAN, /* a cell: "Yes" or "No" */
    BOOK_DATE,    /* a cell: 2026-11-20, 2026-11-20 10:30:00 or 10:30:00 */
    BOOK_FAULT,   /* a cell whose formula failed: "#REF!" */
    BOOK_MERGE,   /* from row, column to last_row, last_column is one cell */
    BOOK_REMARK,  /* a comment that hangs at a cell */
    BOOK_IGNORED, /* something in the file that is not read, in words */
};

#define BOOK_HIDDEN  1U /* of a sheet; of a cell: its row or column is */
#define BOOK_FORMULA 2U /* of a cell: what a formula gave when the file was saved */
#define BOOK_STRUCK  4U /* of a cell: some of its text is struck through */

/* Rows and columns count from 1; 0 where there is none. */
struct book_record {
    enum book_kind kind;
    uint32_t flags;
    uint32_t row, column, last_row, last_column;
    struct bytes text;
};

/* Where the reader of a file puts what it finds. The first member of every such sink. */
struct book_sink {
    struct error *(*record)(struct book_sink *sink, const struct book_record *record);
};

#define BOOK_ROWS    1048576U /* of a sheet: ECMA-376 and the programs allow no more */
#define BOOK_COLUMNS 16384U   /* the same */

struct book_sheet {
    const char *name;
    bool hidden;
    struct book_record *cells; /* by row, then column */
    size_t cell_count, cell_capacity;
    struct book_record *merges; /* … and so are these */
    size_t merge_count, merge_capacity;
    struct book_record *remarks;
    size_t remark_count, remark_capacity;
    uint32_t rows, columns; /* the last that hold something */
    uint32_t top;           /* of a part of a sheet: the rows above it */
};

struct book {
    struct arena *arena;
    struct book_sheet *sheets;
    size_t sheet_count, sheet_capacity;
    struct bytes *ignored; /* each said once */
    size_t ignored_count, ignored_capacity;
    size_t cells;  /* of all sheets */
    uint64_t size; /* bytes of their texts */
};

struct book *book_new(void);
void book_free(struct book *book);
DEFINE_OWNED(book)

/* Takes in a copy of RECORD. ERROR_LIMIT, or ERROR_INPUT for what no sheet can have. */
struct error *book_add(struct book *book, const struct book_record *record) MUST_CHECK;

/* When all is in: sorts, so that book_at finds. Of two cells at one place the first stays. */
void book_sort(struct book *book);

/* The cell at a place, or NULL when it is empty. */
const struct book_record *book_at(const struct book_sheet *sheet, uint32_t row,
                                  uint32_t column);
/* The first cell of ROW or a later one: walk on to the end of `cells`. */
size_t book_row(const struct book_sheet *sheet, uint32_t row);

/* The rows FIRST to LAST of SHEET as a sheet of their own, which borrows all it has. */
struct book_sheet book_part(const struct book_sheet *sheet, uint32_t first, uint32_t last);

/* A place as programs write it: "B3". */
void book_add_place(struct text *out, uint32_t row, uint32_t column);
/* The same read: "B3", "$B$3". False when it is none. */
bool book_read_place(struct bytes text, uint32_t *row, uint32_t *column);

/* A record on the wire. */
void book_write(struct text *out, const struct book_record *record);
/* Texts borrow from what the cursor runs over. */
void book_read(struct cursor *c, struct book_record *out);

#endif
