#ifndef DOSSIER_CONSISTENCY_H
#define DOSSIER_CONSISTENCY_H

#include <sqlite3.h>

#include "base/error.h"

/*
 * Holds the dossier against itself, once it is loaded and understood: what is missing for the
 * provisions that are supported, ICS rows that contradict their condition, drafts that nobody
 * confirmed, answers that are stale. Adds to the table `mistake`.
 */
struct error *consistency_run(sqlite3 *db) MUST_CHECK;

#endif
