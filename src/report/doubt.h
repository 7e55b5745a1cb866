#ifndef REPORT_DOUBT_H
#define REPORT_DOUBT_H

#include <sqlite3.h>

#include "base/bytes.h"

/*
 * What could still turn a pass over: as long as there is any of it, the assessment states no
 * conformity, and no document of a scheme goes out. One list, so that none of them forgets one.
 */
struct doubt {
    const char *about;          /* "dossier", "image": what is doubtful */
    const char *count;          /* SQL: how many */
    const char *one, *many;     /* what follows the number: " answer counts no longer" */
    const char *section, *link; /* where the report shows them, and the words that lead there */
    bool
        everywhere; /* also where a scheme takes only a part: the verdicts of that rest on it */
};

extern const struct doubt doubts[];
extern const size_t doubt_count;

/* How many there are; OTHERWISE where the store cannot be asked. */
int64_t doubt_number(sqlite3 *db, const struct doubt *doubt, int64_t otherwise);

#endif
