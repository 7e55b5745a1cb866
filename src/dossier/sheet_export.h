#ifndef DOSSIER_SHEET_EXPORT_H
#define DOSSIER_SHEET_EXPORT_H

#include <sqlite3.h>

#include "base/text.h"
#include "dossier/dossier.h"

/*
 * Adds the workbook (.xlsx) of DOSSIER to OUT: every field of product.yaml, ics.yaml, ixit/ and
 * answers.yaml, and the empty ones of the forms beside them, so that it can be filled in. DB has
 * the catalogue. What is no field of the forms goes into columns of its own; nothing is left out.
 * *CUT counts texts that are longer than a cell can be.
 *
 * ERROR_INPUT with file and line when a file of the dossier is no YAML.
 */
struct error *sheet_export(struct dossier *dossier, sqlite3 *db, struct text *out,
                           size_t *cut) MUST_CHECK;

#endif
