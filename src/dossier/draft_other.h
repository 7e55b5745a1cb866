#ifndef DOSSIER_DRAFT_OTHER_H
#define DOSSIER_DRAFT_OTHER_H

#include <sqlite3.h>

#include "dossier/draft.h"
#include "dossier/draft_file.h"

/* What the firmware shows beside the lists of the IXIT: product.yaml, 2-UserInfo and the ICS. */
#define DRAFT_OTHERS 3

struct draft_other {
    struct dossier *dossier;
    sqlite3 *db;
    const char *edition;
    const struct draft_file *user_info; /* or NULL */

    /* In the dossier's arena. */
    struct journal_file written[DRAFT_OTHERS];
    struct draft_count counts[DRAFT_OTHERS]; /* one for each of them */
    size_t written_count;
    struct draft_note *notes;
    size_t note_count, note_capacity;
    size_t added;
};

struct error *draft_other(struct draft_other *other) MUST_CHECK;

#endif
