#ifndef JUDGE_DECLARED_H
#define JUDGE_DECLARED_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/yaml.h"

/*
 * The tables of what a maker declares and an assessor answers. Every store has them; they are
 * empty as long as no dossier was read. doc/dossier.md lists them for those who write rules.
 */

/* Makes the tables that do not depend on the catalogue. */
struct error *declared_create(sqlite3 *db) MUST_CHECK;

/*
 * Adds the IXIT pro forma of knowledge/catalogue/ixit.yaml: ixit_table and ixit_column, and one
 * empty table for each IXIT table, called ixit_28_logintf, with a column for each field.
 */
struct error *declared_add_ixit(sqlite3 *db, const char *name,
                                const struct yaml *file) MUST_CHECK;

#endif
