#ifndef DOSSIER_UNDERSTAND_H
#define DOSSIER_UNDERSTAND_H

#include <sqlite3.h>

#include "base/error.h"

/*
 * What the prose of a dossier says, as tables that rules can ask: `statement`, every declared_*
 * table but declared_field and declared_reference, and condition_state.
 *
 * Read are declared_field, declared_reference, the ixit_* tables, ixit_state, dut, ics and the
 * vocabulary (judge/vocabulary.h). What stood in the tables that are filled is replaced. What is
 * not clear is not understood: it becomes NULL, which passes and fails nothing. Every phrase that
 * was understood is a row of `statement`, with the sentence it stands in.
 *
 * The same tables give the same rows in the same order.
 */
struct error *understand_run(sqlite3 *db) MUST_CHECK;

#endif
