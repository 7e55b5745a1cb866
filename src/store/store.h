#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/hash.h"
#include "model/assessment.h"

/*
 * An assessment as one SQLite database: the catalogue of the standard and the rules, a table for
 * each observable, the nodes, spans and losses, what was covered, and, once judged, the verdicts.
 * A report reads it alone. It is made in memory and written whole, under a temporary name that is
 * renamed, so that a file of that name is always complete.
 */

#define STORE_VERSION 2 /* of the tables; rises when an older program could not read them */

/* A new database in memory with the catalogue in it. Close with sqlite3_close. */
struct error *store_new(sqlite3 **out) MUST_CHECK;

/* Fills in everything of ASSESSMENT, which must be sorted. */
struct error *store_fill(sqlite3 *db, const struct assessment *assessment) MUST_CHECK;

/* The tables alone, for a product whose firmware nobody has: DESCRIBED is pipeline_describe's. */
struct error *store_begin(sqlite3 *db, const struct assessment *described) MUST_CHECK;

/* A digest of the built-in catalogue and rules, which a store keeps as meta `knowledge`. */
const char *store_knowledge(void);

/*
 * Opens a database that was written before, for judging it again. *SAME is false when it was
 * judged by the rules of another version of the program: then it is renewed (store_renew).
 */
struct error *store_open_again(const char *path, bool *same, sqlite3 **out) MUST_CHECK;

/* Copies what was observed from the database at PATH into DB, which store_begin made. */
struct error *store_renew(sqlite3 *db, const char *path) MUST_CHECK;

/* Opens a database that was written before, read-only. ERROR_USAGE when it is none of ours. */
struct error *store_open(const char *path, sqlite3 **out) MUST_CHECK;

/* The database as bytes: the same assessment gives the same bytes. Free with sqlite3_free. */
struct error *store_serialize(sqlite3 *db, struct bytes *out) MUST_CHECK;

/* Writes CONTENT to PATH through a temporary name in the same folder. */
struct error *store_write(const char *path, struct bytes content) MUST_CHECK;

#endif
