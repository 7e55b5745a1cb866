#ifndef REPORT_MACHINE_H
#define REPORT_MACHINE_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "model/query.h"

/*
 * What the reports for other programs share: the facts at the head of the assessment, its units
 * with all that was concluded of them, and ids that are the same in every run.
 *
 * A query of machine_query may read these besides the tables of the store:
 *
 *   m_unit   id, place, provision, provision_place, family, family_place, title (of the family),
 *            base, requirement, provision_outcome, verb, purpose, outcome, automatic, missing,
 *            because, disputed, stale, fix, ask, and of a person's answer said, who, observation
 *   m_alone  id, place, family, base, requirement, because, observation, by_person: a provision
 *            that fails for a reason that is none of its units': the ICS, or a case by a person
 */
struct machine {
    sqlite3 *db;
    struct text *out;
    struct arena *arena; /* as long as the report is being written */
    struct machine_source *sources;
    size_t source_count;
    struct query observable; /* of an observation */

    const char *edition; /* "3.1.3" */
    const char *version; /* of Proviso: "0.1.0" */
    const char *input;   /* the name of the image, without its folder; never empty */
    const char *sha256;  /* of the image, in hexadecimal; "" when it is not known */
    /* The assessment's date in UTC, as 2026-01-02T00:00:00Z; NULL when it has none. */
    const char *date;
    bool date_has_time; /* it was given with a time of day */
    /* The device under test: as declared, else as the image calls itself; may be "". */
    const char *product, *product_version, *maker;
};

/* Runs WRITE with a machine over DB. */
struct error *machine_write(sqlite3 *db, struct text *out,
                            struct error *(*write)(struct machine *machine)) MUST_CHECK;

struct error *machine_query(struct machine *machine, const char *sql,
                            struct query *out) MUST_CHECK;

/* How many units are proven or judged to fail, and how many nobody has concluded. */
int64_t machine_failed(struct machine *machine);
int64_t machine_open(struct machine *machine);

/* Where the proof of an observation stands. The texts live until the next call. */
struct machine_place {
    bool known;
    bool declared;     /* a row of the dossier: path is a file of it */
    struct bytes path; /* of the node, through all containers; empty: the image itself */
    int64_t line;      /* from 1; 0: none */
    int64_t offset, length;
    struct bytes excerpt, observable;
};
struct error *machine_place(struct machine *machine, int64_t observation,
                            struct machine_place *out) MUST_CHECK;
/* etc/passwd:1, or etc/passwd at 0x40; "" when it is not known. Nothing is escaped. */
void machine_add_place(struct text *out, const struct machine_place *place);

/* An id in the form of a UUID of version 5, out of the SHA-256 of what it names. */
void machine_add_uuid(struct text *out, const char *kind, struct bytes a, struct bytes b);

/* A path as a relative reference (RFC 3986) that leads nowhere above its start; never empty. */
void machine_add_uri(struct text *out, struct bytes path);

/* At most LIMIT bytes of TEXT, cut at the start of a character; *CUT says whether. */
struct bytes machine_cut(struct bytes text, size_t limit, bool *cut);

/* A field of product.yaml, or "". It lives as long as the report is being written. */
const char *machine_dut(struct machine *machine, const char *field);

#endif
