#ifndef DOSSIER_SHEET_ROLE_H
#define DOSSIER_SHEET_ROLE_H

#include "dossier/sheet_files.h"

/* Which part of a dossier a sheet, or some rows of one, is: by its name, its title, its content. */

enum role {
    ROLE_NONE,
    ROLE_DOUBLE, /* another part is the same: left out, and told */
    ROLE_COVER,  /* it may tell of the product */
    ROLE_DUT,
    ROLE_ICS,
    ROLE_IXIT,
    ROLE_ANSWERS,
};

/* Rows of a sheet that are one part of a dossier. */
struct sheet_part {
    struct book_sheet sheet;
    enum role role;
    const struct form_table *table;  /* of ROLE_IXIT */
    const struct book_record *title; /* the cell above that names it, or NULL */
    bool is_whole;                   /* a sheet that was not divided */
    bool guessed;                    /* what it is stands in its cells alone */
};

struct sheet_parts {
    struct sheet_part *list;
    size_t count, capacity;
};

/*
 * Adds the parts of SHEET to OUT. Most have one: the whole. Where titles name tables, with the
 * headings of each below its title, each is one; what stands above the first has no role. A sheet
 * whose name and titles say nothing is known by provisions, or by IDs such as AuthMech-1.
 */
struct error *sheet_divide(struct importing *importing, const struct book_sheet *sheet,
                           struct sheet_parts *out) MUST_CHECK;

/*
 * What SHEET is by what stands in it: the ICS, when provisions are named in it and whether they are
 * supported; a table, when all its IDs are such as its pro forma has. ROLE_NONE when in doubt.
 */
struct error *sheet_recognise(struct importing *importing, const struct book_sheet *sheet,
                              enum role *role, const struct form_table **table) MUST_CHECK;

#endif
