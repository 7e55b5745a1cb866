#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/text.h"

/*
 * One test unit, case or provision on a terminal: what it asks, what was found and declared, what
 * is missing, who decided, and its rule.
 */
struct explain_options {
    const char *path; /* of the assessment, as it was given: for the commands shown */
    bool colour;
};

/*
 * WHAT is the id of a unit, case or provision of the edition at hand, in any usual spelling:
 * "5.1-1-2-c", "5.1.1.2c", "provision 5.1-1". Fails with ERROR_USAGE when there is none.
 */
struct error *explain_write(sqlite3 *db, const char *what,
                            const struct explain_options *options, struct text *out) MUST_CHECK;

#endif
