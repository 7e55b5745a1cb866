#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include <sqlite3.h>

#include "base/error.h"

/*
 * Runs every rule over the store and writes what follows to the tables verdict, counter_example,
 * case_verdict and provision_verdict. Nothing else decides an outcome:
 *
 *   some rows                               fail, automatic
 *   none, all covered, nothing to ask       pass, automatic
 *   none, all covered, something to ask     open: the question
 *   none, something not covered             open: what is missing, and the question
 *
 * Units fold into cases, and cases into provisions: one failure fails, anything open keeps open
 * (TS 103 701). A case that needs only one sound mechanism (combine at_least_one_mechanism) or
 * offers alternatives stays open when a unit fails, because the alternative may hold.
 *
 * Pure: the same store gives the same verdicts. A rule whose query is wrong, or runs longer than
 * LIMIT_JUDGE_SECONDS, fails with the file and line of the rule.
 */
struct error *judge_run(sqlite3 *db) MUST_CHECK;

#endif
