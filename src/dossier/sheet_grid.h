#ifndef DOSSIER_SHEET_GRID_H
#define DOSSIER_SHEET_GRID_H

#include "base/text.h"
#include "model/book.h"

/*
 * Finds a form in a sheet, as people fill it in: headings in a row, somewhere in the first 20 rows,
 * with an entry in each row below; or names in one of the first columns, with values to the right,
 * an entry in each column. Merged cells count as one. What is in neither place is told.
 */

#define GRID_NONE  (-1) /* a heading that means nothing here */
#define GRID_GIVEN (-2) /* it stands there to be read: what is below is not taken over */

/* What is told of a workbook that is taken over: one line each, beginning with the place. */
struct remarks {
    struct text *text;
    size_t count, untold;
};

void remark(struct remarks *remarks, const struct book_sheet *sheet, uint32_t row,
            uint32_t column, const char *format, ...) PRINTF(5, 6);

/* A form: which headings it has. */
struct grid_form {
    const char *what; /* "1-AuthMech", for remarks */
    size_t targets;   /* fields, numbered from 0 */
    int id;           /* the field that names an entry, or -1 */
    bool is_record;   /* there is one entry at most */
    size_t least;     /* fields that must be found before a row or column counts as headings */
    /* The field a heading means, or GRID_NONE, GRID_GIVEN. */
    int (*match)(void *context, struct bytes heading);
    /* The same under the title of a section of the sheet; NULL: titles mean nothing. */
    int (*match_under)(void *context, struct bytes title, struct bytes heading);
    void *context;
};

struct grid_value {
    struct bytes text;              /* trimmed; of several cells: one a line */
    const struct book_record *cell; /* the first of them; NULL: the field is empty */
    char *buffer;                   /* of several: where the text grows */
    size_t capacity;
};

struct grid_entry {
    struct grid_value *values; /* one for each field */
    uint32_t row, column;      /* where it begins */
};

struct grid {
    struct grid_entry *entries;
    size_t count, capacity;
    bool found;           /* the headings */
    bool *heads;          /* of each field: has it one? */
    bool ambiguous;       /* there are two places for them: nothing is taken */
    uint32_t row, column; /* of the first of them */
};

/* Reads SHEET by FORM, into ARENA. */
void grid_read(const struct book_sheet *sheet, const struct grid_form *form,
               struct arena *arena, struct remarks *remarks, struct grid *out);

#endif
