#ifndef DOSSIER_SHEET_FILES_H
#define DOSSIER_SHEET_FILES_H

#include "dossier/sheet_form.h"
#include "dossier/sheet_grid.h"
#include "dossier/sheet_import.h"
#include "dossier/yaml_write.h"

/* What the parts of the import share: each makes one file of one sheet. */

struct importing {
    const struct book *book;
    sqlite3 *db;
    struct arena *arena;
    struct remarks remarks;
    const char *edition;
    struct form form;
    struct sheet_imported *out;
    unsigned tried; /* sheets whose content was to say what they are */
};

/* Adds a file; its text is copied. */
void sheet_add_file(struct importing *importing, const char *name, const struct text *content);

/* A cell of a field of KIND as it goes into the file, under KEY: a text, or a list of its items. */
void sheet_write_value(struct yaml_writer *writer, const char *key, enum field_kind kind,
                       struct bytes text);

struct error *sheet_import_dut(struct importing *importing,
                               const struct book_sheet *sheet) MUST_CHECK;
struct error *sheet_import_ics(struct importing *importing,
                               const struct book_sheet *sheet) MUST_CHECK;
struct error *sheet_import_answers(struct importing *importing,
                                   const struct book_sheet *sheet) MUST_CHECK;
/* The field of TABLE that a heading means, its field_count for "drafted", or GRID_NONE. */
int sheet_match_field(const struct form_table *table, struct bytes heading);
/* How its entries are found in a sheet. */
struct grid_form sheet_ixit_form(const struct form_table *table);

/* Tells what was taken: "AuthMech!A3: 2 entries of 1-AuthMech". */
void sheet_taken(struct importing *importing, const struct book_sheet *sheet,
                 const struct grid *grid, const char *format, ...) PRINTF(4, 5);

struct error *sheet_import_ixit(struct importing *importing, const struct book_sheet *sheet,
                                const struct form_table *table) MUST_CHECK;

#endif
