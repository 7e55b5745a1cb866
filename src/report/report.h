#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/text.h"

/*
 * A report turns a stored assessment into one document. It reads the store alone, takes no clock
 * and no locale, and sorts what it prints: the same store gives the same bytes.
 *
 * Add one: src/report/NAME.c ending with `const struct report report_NAME`, a row REPORT(NAME) in
 * reports.def, and a case in tests/golden/report/NAME/.
 */
struct report {
    const char *name;  /* "html" */
    const char *title; /* "one page for a browser or for paper" */
    const char *media_type;
    const char *file_name; /* what assess -o calls it: "report.html"; NULL: it writes none */
    const char *suffix;    /* what such a file is called by: "sarif"; NULL: as file_name is */
    struct error *(*write)(sqlite3 *db, struct text *out);
};

extern const struct report *const reports[];
extern const size_t report_count;

const struct report *report_named(const char *name); /* NULL when there is none */

/* The screen that `assess` shows: one line a family, the proven failures, what was not read. */
struct terminal_options {
    bool colour;
    double seconds;     /* how long it took; below 0: not said */
    const char *folder; /* where reports were written; NULL: nowhere */
    size_t failures;    /* at most so many are listed */
};
struct error *terminal_write(sqlite3 *db, const struct terminal_options *options,
                             struct text *out) MUST_CHECK;

#endif
