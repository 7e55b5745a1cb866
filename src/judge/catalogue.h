#ifndef JUDGE_CATALOGUE_H
#define JUDGE_CATALOGUE_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/yaml.h"

/*
 * The standard as tables: what knowledge/catalogue/ says of EN 303 645 and TS 103 701, both
 * editions, and what knowledge/rules/ makes of it. Proviso is built with a database that holds
 * them ready-made; a user's own folder (--knowledge) replaces entries at run time.
 */

/* Makes the empty tables. */
struct error *catalogue_create(sqlite3 *db) MUST_CHECK;

/*
 * Adds what one file of knowledge says. NAME is its path within knowledge/, which decides what it
 * is: catalogue/provisions.yaml, catalogue/test-cases.yaml, rules/STANDARD/….yaml; other files
 * are passed over. An entry that stands there already is replaced.
 */
struct error *catalogue_add(sqlite3 *db, const char *name, struct bytes content) MUST_CHECK;

#endif
