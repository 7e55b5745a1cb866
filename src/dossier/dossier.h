#ifndef DOSSIER_DOSSIER_H
#define DOSSIER_DOSSIER_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/error.h"

/*
 * A dossier: a folder with what is known of one product beside its firmware (doc/dossier.md).
 *
 * It is opened for reading, or locked for writing: two programs that write to one dossier wait for
 * each other. Opening with the lock also finishes or takes back what a program that was killed had
 * begun (dossier/journal.h), so that what was acknowledged is there, and nothing by half.
 */
struct dossier {
    const char *folder; /* as the user named it */
    struct arena *arena;
    int lock; /* descriptor, or -1 */
};

/* Is there a product.yaml in the folder? */
bool dossier_is(const char *folder);

/* ERROR_USAGE when it is no dossier. Close with dossier_close. */
struct error *dossier_open(const char *folder, bool lock, struct dossier **out) MUST_CHECK;
void dossier_close(struct dossier *dossier);

/*
 * Locks a folder that files of a dossier are about to be made in, be it one already or not.
 * *FINISHED says that it was none, and is one now: an earlier attempt was interrupted.
 */
struct error *dossier_lock(const char *folder, bool *finished, struct dossier **out) MUST_CHECK;

/* FOLDER/NAME, in the dossier's arena. */
const char *dossier_path(struct dossier *dossier, const char *name);
bool dossier_has(struct dossier *dossier, const char *name);
/* The file's bytes, in the dossier's arena; no bytes when there is no such file. */
struct error *dossier_file(struct dossier *dossier, const char *name,
                           struct bytes *out) MUST_CHECK;

/*
 * Reads everything into the tables of DB, which has the catalogue and the tables of the store
 * (store/store.h), and replaces what an earlier reading left there. EDITION, "3.1.3" or "2.1.1",
 * decides which; NULL takes the one that product.yaml names. A mistake in the dossier is no error
 * but a row of the table `mistake`, with file and line; the rest is read.
 */
struct error *dossier_load(struct dossier *dossier, sqlite3 *db,
                           const char *edition) MUST_CHECK;

/* The edition that product.yaml names, or NULL; in the dossier's arena. */
struct error *dossier_edition(struct dossier *dossier, const char **out) MUST_CHECK;

/* The image that product.yaml names first, relative to the dossier; or NULL. */
struct error *dossier_firmware(struct dossier *dossier, const char **out) MUST_CHECK;

#endif
