#ifndef DOSSIER_DRAFT_OTHER_H
#define DOSSIER_DRAFT_OTHER_H

#include <sqlite3.h>

#include "dossier/draft.h"

/* What the firmware shows beside the lists of the IXIT: product.yaml and the ICS. */
struct draft_other {
    struct dossier *dossier;
    sqlite3 *db;
    const char *edition;

    /* In the dossier's arena. */
    struct journal_file written[2];
    struct draft_count counts[2]; /* one for each of them */
    size_t written_count;
    struct draft_note *notes;
    size_t note_count, note_capacity;
    size_t added;
};

struct error *draft_other(struct draft_other *other) MUST_CHECK;

#endif
