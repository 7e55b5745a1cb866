#ifndef JUDGE_DRAFTS_H
#define JUDGE_DRAFTS_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/yaml.h"

/*
 * knowledge/drafts as tables: which observations become proposed entries of which IXIT table
 * (`proviso draft`). knowledge/README.md explains the syntax; dossier/draft.h does the work.
 */
struct error *drafts_create(sqlite3 *db) MUST_CHECK;

/* Adds one file; a draft of a name that is there already is replaced. */
struct error *drafts_add(sqlite3 *db, const char *name, const struct yaml *file) MUST_CHECK;

#endif
