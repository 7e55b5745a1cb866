#ifndef DOSSIER_SHEET_IMPORT_H
#define DOSSIER_SHEET_IMPORT_H

#include <sqlite3.h>

#include "base/text.h"
#include "dossier/journal.h"
#include "model/book.h"

/*
 * Makes the files of a dossier of a workbook: sheets are known by their names in any spelling, old
 * names too, fields by their headings (dossier/sheet_grid.h). What finds no place is told with
 * sheet and cell, and nothing is dropped without.
 */

struct sheet_imported {
    struct journal_file *files; /* in the order of the dossier; contents live in the arena */
    size_t count, capacity;
    struct text
        *taken; /* given by the caller: from which sheet what was taken, one line each */
    struct text *remarks; /* … and what was not, or needs a look */
    size_t remark_count;
};

/* DB has the catalogue; EDITION counts when the workbook names none (NULL: 3.1.3). */
struct error *sheet_import(const struct book *book, sqlite3 *db, const char *edition,
                           struct arena *arena, struct sheet_imported *out) MUST_CHECK;

/* What becomes of a file of a dossier when another is written over it. */
enum sheet_state {
    SHEET_EMPTY,  /* there is none, or an empty form */
    SHEET_SAME,   /* both say the same */
    SHEET_KEPT,   /* everything that stands there stands in the other one as well */
    SHEET_FILLED, /* something would be lost; so it is with a file that is no YAML */
};
enum sheet_state sheet_state_of(const char *name, struct bytes there, struct bytes fresh,
                                struct arena *arena);

#endif
