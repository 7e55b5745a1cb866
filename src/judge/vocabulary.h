#ifndef JUDGE_VOCABULARY_H
#define JUDGE_VOCABULARY_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/yaml.h"

/*
 * What Proviso knows to understand the prose of declarations: the words and phrases of
 * knowledge/declarations/, the mechanisms of knowledge/cryptography/, the names of
 * knowledge/components/ and the conditions of knowledge/catalogue/conditions.yaml, as tables of
 * the database that is built into the program. src/dossier reads them. A file that is added again
 * replaces what it said before.
 */

/* Makes the empty tables. */
struct error *vocabulary_create(sqlite3 *db) MUST_CHECK;

/* Adds one of them. ERROR_INPUT with file and line for one that is malformed. */
struct error *vocabulary_add(sqlite3 *db, const char *name, const struct yaml *file) MUST_CHECK;

#endif
