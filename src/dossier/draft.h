#ifndef DOSSIER_DRAFT_H
#define DOSSIER_DRAFT_H

#include <sqlite3.h>

#include "dossier/dossier.h"
#include "dossier/journal.h"

/*
 * Drafts: what the firmware shows, as entries of the IXIT that a person confirms. The queries of
 * knowledge/drafts (judge/drafts.h) run over the observations of an assessment; each thing that
 * they find becomes one entry with a key `drafted`, which holds the evidence. A person confirms it
 * by removing that key.
 *
 * What a person wrote is never changed. Nothing is proposed twice: drafts.yaml keeps what was, so
 * that it stays away even when a person renamed, changed or removed it; and what an entry already
 * speaks of is not proposed beside it.
 */

/* What became of the proposals for one table. */
struct draft_count {
    const char *table;   /* as its file is called: "28-LogIntf" */
    const char *origins; /* where the new entries come from */
    size_t added;
    size_t known;   /* proposed before, and there */
    size_t same;    /* a person's entry speaks of it */
    size_t removed; /* proposed before, and removed by a person */
    size_t none;    /* the table says that the product has none of it */
};

/* A line for a person: what, where, why. */
struct draft_note {
    const char *place; /* "ixit/6-SoftComp.yaml", "ics.yaml" */
    const char *text;
};

struct draft_result {
    struct draft_count *counts;
    size_t count;
    struct draft_note *notes; /* what the image no longer shows, or shows otherwise */
    size_t note_count;
    size_t added; /* all together, fields of product.yaml and rows of the ICS among them */
};

/*
 * Drafts into DOSSIER, which must be locked, from the assessment DB, in one step of the journal; no
 * step when there is nothing new. The result lives in the dossier's arena.
 *
 * ERROR_INPUT with file and line when a file of the dossier is no YAML, or is laid out so that
 * no entry can be added: then nothing is changed at all. A field of product.yaml or a row of the
 * ICS that cannot be filled in is told as a note.
 */
struct error *draft_run(struct dossier *dossier, sqlite3 *db, const char *edition,
                        const struct journal_actor *actor, struct draft_result *out) MUST_CHECK;

#endif
