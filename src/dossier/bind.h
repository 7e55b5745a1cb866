#ifndef DOSSIER_BIND_H
#define DOSSIER_BIND_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/error.h"

/*
 * What an answer rests on: the firmware that was assessed and the fields of the declaration that
 * the unit reads. An answer carries both, and is stale when one of them has changed.
 */

/* Has what a person finds out about the unit to do with the device, or with papers alone? */
struct error *bind_needs_device(sqlite3 *db, const char *unit, bool *out) MUST_CHECK;

/* One table that the unit reads, with a digest of the fields it reads there (16 hex digits). */
struct binding {
    const char *table;
    const char *digest;
};
/*
 * The tables in the order of the catalogue; the ICS counts with the row of the unit's provision as
 * it was written. UNIT is one of EDITION, whichever edition is at hand: an answer that was given
 * under one edition is held against the same digests under the other.
 * Lives in ARENA. A unit that reads nothing has none.
 */
struct error *bind_declaration(sqlite3 *db, const char *edition, const char *unit,
                               struct arena *arena, struct binding **out,
                               size_t *count) MUST_CHECK;

/* The SHA-256 of the firmware: what was assessed, or what product.yaml names; "" when unknown. */
struct error *bind_firmware(sqlite3 *db, struct arena *arena, const char **out) MUST_CHECK;

#endif
