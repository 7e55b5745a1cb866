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
struct error *sheet_import_ixit(struct importing *importing, const struct book_sheet *sheet,
                                const struct form_table *table) MUST_CHECK;

#endif
