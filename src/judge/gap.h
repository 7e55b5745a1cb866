#ifndef JUDGE_GAP_H
#define JUDGE_GAP_H

#include <sqlite3.h>

#include "base/error.h"

/*
 * Fills the table gap: what stands between the product and an overall pass, most urgent first.
 *
 *   kind          what it is                                  urgency
 *   failure       a unit fails                                1 mandatory, 4 recommended
 *   ics           the ICS makes a provision fail              1
 *                 … or alone keeps it open                    3
 *   stale         an answer counts no longer                  2
 *   mistake       the dossier contradicts itself              2
 *   declaration   an IXIT table or the ICS is not filled in,  3
 *                 or nobody has confirmed it
 *   observation   something was not looked at                 3
 *   unclear       a declaration was not understood            3 mandatory, 5 recommended
 *   question      a person has to conclude, or could not      3 mandatory, 5 recommended
 *   evidence      an answer about the device shows no proof   5
 *
 * `subject` of an action (actions.yaml) is the unit, provision or IXIT table that the row names:
 * owner, due and state come from there. Advice is ours; what the standard wants stands in unit.
 */
struct error *gap_fill(sqlite3 *db) MUST_CHECK;

#endif
