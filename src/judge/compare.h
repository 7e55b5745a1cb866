#ifndef JUDGE_COMPARE_H
#define JUDGE_COMPARE_H

#include <sqlite3.h>

#include "base/error.h"

/*
 * What changed between two judged stores of one edition: the later is `main`, the earlier is
 * attached as `old`. Fills temporary tables, in the order of the catalogue:
 *
 *   changed_observation(observable, sign, what, path)   sign + came, - went; what: its columns
 *   changed_declaration(ixit_table, entry, field, before, after)
 *   changed_unit(place, unit, provision, before, after)
 *   changed_because(unit, kind, sign, what)   why: counter-example, answer, declaration,
 *                                             applicability, coverage
 *   retest(place, unit, provision, class, why)   unit: also a case or provision that was answered
 *
 * The classes of the partial retest plan:
 *
 *   retest    a person concluded it, and what it rests on has changed
 *   confirm   a person concluded it on the device; the firmware has changed, but nothing that the
 *             program sees of the unit
 *   keep      the earlier answer rests on nothing that changed
 *   answered  a person has concluded it since
 *   program   decided by the program in both; it was judged anew already
 *   open      open now, and not concluded before
 */
struct error *compare_run(sqlite3 *db) MUST_CHECK;

#endif
