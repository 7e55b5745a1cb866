#ifndef JUDGE_RULE_H
#define JUDGE_RULE_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/yaml.h"

/*
 * An entry of knowledge/rules: for one test unit, the queries for counter-examples (`fail`), what
 * must have been looked at before their absence means anything (`covered`), what a person still
 * has to conclude (`ask`), and what to do about a failure (`fix`).
 */

/*
 * Adds every entry of one file to the tables rule, rule_fail and rule_covered. ERROR_INPUT with
 * file and line for an entry that is malformed: a unit missing, an unknown key, a placeholder
 * without end.
 */
struct error *rule_add(sqlite3 *db, const char *name, const struct yaml *file) MUST_CHECK;

struct query;
struct text;

/* The place of the column called NAME in a query of a rule, from 0; -1: there is none. */
int rule_column(const struct query *row, struct bytes name);

/* Fills in the {column} placeholders of TEMPLATE from the row at hand. */
struct error *rule_because(const struct query *row, struct bytes template,
                           struct text *out) MUST_CHECK;

#endif
