#ifndef JUDGE_PAGES_H
#define JUDGE_PAGES_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/yaml.h"

/*
 * By which words a captured page is known: the files of knowledge/pages/ as the table page_word.
 * src/dossier/page.c reads it.
 */

/* Makes the empty table. */
struct error *pages_create(sqlite3 *db) MUST_CHECK;

/*
 * Adds a file; what an earlier one of the same name said is replaced. ERROR_INPUT with file and
 * line for one that is malformed.
 */
struct error *pages_add(sqlite3 *db, const char *name, const struct yaml *file) MUST_CHECK;

#endif
