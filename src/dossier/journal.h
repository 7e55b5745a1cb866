#ifndef DOSSIER_JOURNAL_H
#define DOSSIER_JOURNAL_H

#include "base/text.h"
#include "dossier/dossier.h"

/*
 * journal.jsonl: who did what, one JSON object a line, each chained to the one before by hash.
 *
 *     {"n":3,"at":"2026-11-20T10:00:00Z","by":"A. Person","did":"answer 5.1-1-1-a pass",
 *      "wrote":{"answers.yaml":"9f2c…"},"found":{},"before":"77ab…","hash":"…"}
 *
 * `wrote` are the SHA-256 digests of the files that this step wrote; `found` those of files that
 * had changed since the step before without the program, or "absent"; `before` is the hash of the
 * line before, 64 zeros at first; `hash` is the SHA-256 of the line up to `,"hash"`, closed by }.
 *
 * A step is written in this order: the new file beside the old one (NAME.new), the line of the
 * journal, then the rename. A program killed in between is made good by the next that locks the
 * dossier: half a line at the end is cut off, a waiting file that the last line names is put
 * in place, any other is removed. A step is acknowledged when all three are on the disk.
 */
#define JOURNAL_NAME "journal.jsonl"

/* One file that a step writes. */
struct journal_file {
    const char *name; /* in the dossier */
    struct bytes content;
};

/* Who does something, and when: as RFC 3339, UTC. */
struct journal_actor {
    const char *by, *at;
};

/* Writes FILES and the line; the dossier must be locked. DID is one line, in words. */
struct error *journal_step(struct dossier *dossier, const struct journal_actor *actor,
                           const char *did, const struct journal_file *files,
                           size_t count) MUST_CHECK;

/* Makes good what a killed program left. The dossier must be locked. */
struct error *journal_recover(struct dossier *dossier) MUST_CHECK;

/* One line of the journal. */
struct journal_line {
    int64_t n;
    const char *at, *by, *did, *before, *hash;
    const char **names, **digests;  /* of wrote and found together */
    size_t file_count, wrote_count; /* the first WROTE_COUNT were written */
    const char *fault;              /* why it does not follow from the line before, or NULL */
};
/* A file that lines name, and its digest as the last of them has it. */
struct journal_known {
    const char *name, *digest;
    size_t place; /* a later mention has a higher one */
};
struct journal {
    struct journal_line *lines;
    size_t count;
    struct journal_known *known; /* sorted by name; each name once */
    size_t known_count;
};
/* Reads and checks every line. In the dossier's arena. */
struct error *journal_read(struct dossier *dossier, struct journal *out) MUST_CHECK;

/* The digest that the last line to name NAME gives it; NULL: none does. */
const char *journal_digest(const struct journal *journal, const char *name);

#endif
