#ifndef JUDGE_MAPPINGS_H
#define JUDGE_MAPPINGS_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/yaml.h"

/*
 * Provisions beside other catalogues (EN 18031, the CRA, NIST …), and what differs between a
 * provision and the one of the older edition before it. Tables: mapping_catalogue, mapping_target,
 * mapping, mapping_note, provision_difference. Called by schemes.h alone.
 */
struct error *mappings_create(sqlite3 *db) MUST_CHECK;
struct error *mappings_add(sqlite3 *db, const char *name, const struct yaml *file,
                           struct arena *arena) MUST_CHECK;

#endif
