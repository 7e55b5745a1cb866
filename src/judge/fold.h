#ifndef JUDGE_FOLD_H
#define JUDGE_FOLD_H

#include <sqlite3.h>

#include "base/error.h"

/* The edition that is judged, as SQL. */
#define EDITION_AT_HAND "(SELECT value FROM meta WHERE key = 'edition')"

/*
 * Folds the verdicts of units into cases, provisions and one for the product (TS 103 701, clause
 * 4; design in the catalogue's notes on roll-up), and marks what the ICS takes out of the test.
 * Without a dossier every provision is in, and nothing can pass as a whole.
 */
struct error *fold_verdicts(sqlite3 *db) MUST_CHECK;

#endif
