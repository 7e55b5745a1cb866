#ifndef DOSSIER_IDS_H
#define DOSSIER_IDS_H

#include "dossier/form.h"

/*
 * The IDs of the entries of all IXIT tables, in the spellings by which other fields refer to
 * them: "SecParam-3", "secparam 3", "10-SecParam-3", and the name the table had in edition 2.1.1
 * ("Intf-2" for "PhyIntf-2"). An ID that carries a title ("UpdMech-1: over the air") is found by
 * its label alone, too. Everything lives in the arena.
 */
struct ids {
    struct id_spelling *spellings; /* sorted by table and key */
    size_t count;
};

struct error *ids_read(sqlite3 *db, const struct form *form, struct arena *arena,
                       struct ids *out) MUST_CHECK;

/* The ID of TABLE that TEXT means, as it stands there; no bytes when it means none, or several. */
struct bytes ids_find(const struct ids *ids, const struct form_table *table, struct bytes text);

/* Is WORD named as entries of TABLE are: "SecParam-x", "Intf3"? Whether it exists is not asked. */
bool ids_named_after(const struct form_table *table, struct bytes word);

#endif
