#ifndef DOSSIER_TRANSLATE_H
#define DOSSIER_TRANSLATE_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/error.h"

/*
 * What an id that was written under one edition is called in the other. Rows of the ICS, answers
 * and actions are all read through here; the table `translation` of the store is made of the
 * catalogue.
 */

struct translated {
    const char **ids; /* units, test cases or provisions, as the id is one */
    size_t count;     /* 0: the other edition has nothing of it */
    const char *kind; /* "unit", "test_case" or "provision"; NULL: nothing is called that */
    bool same;        /* there is one, and what is said of the id holds for it */
};

/* What ID of EDITION is called in the other edition. Lives in ARENA. */
struct error *translate(sqlite3 *db, const char *edition, const char *id, struct arena *arena,
                        struct translated *out) MUST_CHECK;

/* The edition that EDITION is not. */
const char *translate_other(const char *edition);

#endif
