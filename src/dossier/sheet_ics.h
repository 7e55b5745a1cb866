#ifndef DOSSIER_SHEET_ICS_H
#define DOSSIER_SHEET_ICS_H

#include "dossier/sheet_files.h"

/* What of the ICS in a sheet others need: which provisions there are, and how rows are found. */

/* The ids of table B.1: those of the edition, then what the other edition alone has. */
struct sheet_provisions {
    struct bytes *ids;
    size_t count, capacity;
    size_t own;
};
struct error *sheet_provisions_read(struct importing *importing,
                                    struct sheet_provisions *out) MUST_CHECK;
/* The provision that a cell names, or no bytes. */
struct bytes sheet_provision(const struct sheet_provisions *provisions, struct bytes said);

struct sheet_ics_heads {
    bool yes_no;   /* Y and N have columns of their own, called so */
    bool in_words; /* … called "supported" and "not supported" */
};
/* HEADS must live as long as the form. */
struct grid_form sheet_ics_form(const struct book_sheet *sheet,
                                const struct sheet_provisions *provisions,
                                struct sheet_ics_heads *heads);
/* Has the support a heading: a column of words, or of crosses? */
bool sheet_ics_has_support(const struct grid *grid);

#endif
