#ifndef DOSSIER_SHEET_BLOCKS_H
#define DOSSIER_SHEET_BLOCKS_H

#include "dossier/sheet_head.h"

/*
 * Forms written in one column, as laboratories print them: the name of a field with a colon behind
 * it, and in the cell below what is said of it; explanations above the name or below the value.
 *
 *     B3  How the model can be told from others of its kind
 *     B4  Model Designation:
 *     B5  LV-2, on the type plate
 *
 * A name that has something to its right is none: those are read as columns of a form.
 */

/* Reads the entries and tells what was not placed; false when the sheet is no such form. */
bool blocks_read(struct grid_reading *reading);

#endif
