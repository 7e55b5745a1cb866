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
    struct text *remarks; /* given by the caller: one line each */
    size_t remark_count;
};

/* DB has the catalogue; EDITION counts when the workbook names none (NULL: 3.1.3). */
struct error *sheet_import(const struct book *book, sqlite3 *db, const char *edition,
                           struct arena *arena, struct sheet_imported *out) MUST_CHECK;

/* Does the file NAME of a dossier hold more than an empty form? What is no YAML does. */
bool sheet_is_filled(const char *name, struct bytes content, struct arena *arena);

#endif
