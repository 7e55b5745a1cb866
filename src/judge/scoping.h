#ifndef JUDGE_SCOPING_H
#define JUDGE_SCOPING_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/yaml.h"

/*
 * The rules of knowledge/schemes/scoping.yaml as tables: scope_fact, scope_token, scope_market,
 * scope_rule, scope_predicate, scope_effect. Called by schemes.h alone; scope.h evaluates them.
 */
struct error *scoping_create(sqlite3 *db) MUST_CHECK;
struct error *scoping_add(sqlite3 *db, const char *name, const struct yaml *file,
                          struct arena *arena) MUST_CHECK;

#endif
