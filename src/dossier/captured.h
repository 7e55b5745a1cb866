#ifndef DOSSIER_CAPTURED_H
#define DOSSIER_CAPTURED_H

#include "base/hash.h"
#include "dossier/dossier.h"
#include "model/capture.h"

/* The captures of web pages in evidence/, and what they show of the pages that are declared. */

struct captured {
    const char *file; /* "evidence/policy.warc.gz" */
    const char *path; /* from where the program runs */
    struct sha256 sha256;
    struct capture *capture; /* NULL: it could not be read; the caller's */
    const char *why;         /* … because */
    int64_t observation;     /* of its first exchange; they count down from there */
};

/* Those in evidence/, sorted, not yet read; in the dossier's arena. */
struct captured *captured_list(struct dossier *dossier, size_t *count);

/*
 * Fills the tables capture, exchange and declared_page, and says in coverage (evidence.captures)
 * whether all was read; after dossier_load. What could not be read is a row of `mistake`.
 */
struct error *captured_load(struct dossier *dossier, sqlite3 *db, struct captured *list,
                            size_t count) MUST_CHECK;

#endif
