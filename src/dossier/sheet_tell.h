#ifndef DOSSIER_SHEET_TELL_H
#define DOSSIER_SHEET_TELL_H

#include "dossier/sheet_head.h"

/* What is told of a sheet that was read: what found no place, and what is not as it looks. */

/* One cell more. */
void tell_count(struct grid_tally *tally, const struct book_record *cell);

/* WHAT is so of the cells of TALLY, if there are any. */
void tell_all(struct grid_reading *reading, const struct grid_tally *tally, const char *what);

/* What stands above the headings, what has none, what formulas gave, what nobody sees. */
void tell(struct grid_reading *reading);

/* Comments that hang at cells; those at headings explain the form. */
void tell_remarks(struct grid_reading *reading);

#endif
