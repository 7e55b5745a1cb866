#ifndef JUDGE_SCHEMES_H
#define JUDGE_SCHEMES_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/yaml.h"

/*
 * What knowledge/schemes/ says, as tables: the schemes that take something from an assessment, with
 * their requirements, conditions and documents (scheme…); the mapping of provisions to other
 * catalogues (mappings.h); and the rules that say which reference applies to a product (scoping.h).
 *
 * A scheme's level is a scheme of its own, with its `parent`; facts and document are the parent's.
 * `scheme_provision.how` says how a requirement takes provisions: all (this one), if_relevant (this
 * one, where it applies), family (all of that clause), mandatory (all mandatory ones of `edition`).
 * An edition that is NULL is the one assessed. A requirement with `via` goes by a mapping.
 */

/* Makes the empty tables. */
struct error *schemes_create(sqlite3 *db) MUST_CHECK;

/*
 * Adds a file of schemes/, of which NAME is the path within knowledge/. What it says of a scheme,
 * catalogue, provision, rule or fact that stands there already replaces it. ERROR_INPUT with file
 * and line for a key that is not known and for an entry without what it needs.
 */
struct error *schemes_add(sqlite3 *db, const char *name, const struct yaml *file) MUST_CHECK;

#endif
