#ifndef DOSSIER_DRAFT_WRITE_H
#define DOSSIER_DRAFT_WRITE_H

#include "base/text.h"
#include "dossier/draft_rows.h"

/* A proposal as an entry of its table. */

/* What its key `drafted` says: where it was seen, what a person has to add, what is empty. */
const char *draft_evidence(const struct proposal *proposal, const char *edition,
                           struct arena *arena);

/*
 * Adds "- ID: …" at column 0, with the names of EDITION and its fields in the order of the pro
 * forma. What it refers to is looked up among PROPOSALS, which must be settled.
 */
void draft_entry(const struct proposals *proposals, const struct proposal *proposal,
                 const char *edition, struct arena *arena, struct text *out);

/* Its line in drafts.yaml. */
void draft_ledger_line(const struct proposal *proposal, struct text *out);

#endif
