#ifndef DOSSIER_SHEET_HEAD_H
#define DOSSIER_SHEET_HEAD_H

#include "dossier/sheet_grid.h"

/* Where the headings of a form are in a sheet, and what each column, or row, means by them. */

#define GRID_PLACES 6U /* cells named in one remark: the others are counted */

/* Cells that were not placed, or hold formulas: how many, and where the first are. */
struct grid_tally {
    size_t count;
    uint32_t rows[GRID_PLACES], columns[GRID_PLACES];
};

/* A sheet that is being read. */
struct grid_reading {
    const struct book_sheet *sheet;
    const struct grid_form *form;
    struct arena *arena;   /* of what is found */
    struct arena *scratch; /* of what is needed to find it */
    struct remarks *remarks;
    struct grid *out;
    bool transposed;            /* names in a column */
    uint32_t head;              /* the row, or column, of the headings */
    uint32_t begin;             /* the first row, or column, of entries */
    int *meanings;              /* of each column, or row: a field, GRID_NONE or GRID_GIVEN */
    uint32_t first, lines;      /* the first and the last of them */
    struct grid_tally **strays; /* by the same */
    struct grid_tally formulas, unseen; /* … in hidden rows or columns */
    struct grid_tally guidance;         /* rows of the form itself, which explain it */
    uint8_t *continues;                 /* by row, or column: the entry before goes on in it */
};

/* Takes over a cell of field MEANING; *ENTRY is NULL before the first of an entry. */
void grid_take(struct grid_reading *reading, int meaning, const struct book_record *cell,
               struct grid_entry **entry);

/* Finds the row or the column of the headings; false when there is none, or both could be. */
bool head_find(struct grid_reading *reading);

/* Takes it for the headings: sets all but the counts. */
void head_read(struct grid_reading *reading);

/*
 * The rows in which the names begin anew, where each entry has all the names beside it, one entry
 * below the other. 0 where that is not so.
 */
size_t head_cards(const struct grid_reading *reading, uint32_t **rows);

/* What a text means as a heading: a field, GRID_NONE or GRID_GIVEN. */
int head_meaning(const struct grid_reading *reading, struct bytes text);

/* The column, or row, in which a cell is a field. */
uint32_t head_line(const struct grid_reading *reading, const struct book_record *cell);

/* Does a column beside the names of fields explain them, or remark on them? */
bool head_explains(const struct grid_reading *reading, uint32_t column);

#endif
