#ifndef DOSSIER_SHEET_TABLE_H
#define DOSSIER_SHEET_TABLE_H

#include "base/yaml.h"
#include "dossier/dossier.h"
#include "dossier/sheet_form.h"
#include "xlsx/xlsx.h"

/* What the sheets that are written have in common. */

struct exporting {
    struct dossier *dossier;
    sqlite3 *db;
    struct arena *arena;
    struct xlsx *xlsx;
    const char *edition;
};

/* A sheet with one row for each entry of a list. */
struct sheet_table {
    struct exporting *exporting;
    const char *name;
    const struct sheet_column *columns;
    size_t count;
    const struct yaml *list; /* of the entries; NULL: there is none */
    struct bytes *others;    /* keys of entries that are no column: they get columns behind */
    size_t other_count, other_capacity;
};

/* *OUT is NULL when there is no such file. */
struct error *sheet_yaml(struct exporting *exporting, const char *name,
                         const struct yaml **out) MUST_CHECK;

/* What a cell shows of VALUE: a text as it is, an item of a list or map on a line of its own. */
struct bytes sheet_cell(struct exporting *exporting, const struct yaml *value);

/* A sheet of fields one below the other: Field, Value, Meaning. */
struct error *sheet_begin_record(struct exporting *exporting, const char *name) MUST_CHECK;

/* The entries of FILE: all of it or those under KEY; a map by id is made a list. */
const struct yaml *sheet_entries(struct exporting *exporting, const struct yaml *file,
                                 const char *key, const char *id);

/* The sheet and its headings. */
struct error *sheet_begin_table(struct sheet_table *table) MUST_CHECK;
/* One entry, but for the columns that are only given to read. */
struct error *sheet_add_entry(struct sheet_table *table, uint32_t row,
                              const struct yaml *entry) MUST_CHECK;
/* The value of the column in ENTRY, or NULL. */
const struct yaml *sheet_value(const struct yaml *entry, const struct sheet_column *column);

#endif
