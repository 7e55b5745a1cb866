#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include <sqlite3.h>

#include "base/error.h"

/*
 * Runs every rule of the edition at hand (meta `edition`) over the store and writes what follows:
 * verdict, counter_example, unclear, case_verdict, provision_verdict, applicability, overall and
 * gap. Nothing else decides an outcome:
 *
 *   some rows                                           fail, automatic
 *   none; all covered, nothing unclear, nothing to ask  pass, automatic
 *   none; otherwise, and a person has answered          as answered
 *   none; otherwise                                     open: what is missing, and the question
 *
 * An answer can be stricter than an automatic pass; it can only dispute an automatic fail; a stale
 * one decides nothing, but where it was no pass the unit does not pass by itself either
 * (doc/decisions/0007). How units fold into cases, provisions and the product
 * stands in judge/fold.h.
 *
 * Pure: the same store gives the same verdicts. A rule whose query is wrong fails with the
 * file and line of the rule; one that runs longer than LIMIT_JUDGE_SECONDS leaves its unit unclear.
 */
struct error *judge_run(sqlite3 *db) MUST_CHECK;

#endif
