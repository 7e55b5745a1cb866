#ifndef DOSSIER_FILES_H
#define DOSSIER_FILES_H

#include "dossier/dossier.h"

/* Writing what must not be lost: on the disk before anything is said to be done. */

/*
 * Writes CONTENT to FOLDER/NAME.new and waits until the disk has it. Nothing here writes through a
 * link, into a file that has another name elsewhere, or waits for a pipe.
 */
struct error *files_prepare(struct dossier *dossier, const char *name,
                            struct bytes content) MUST_CHECK;
/* Gives NAME.new its name. */
struct error *files_commit(struct dossier *dossier, const char *name) MUST_CHECK;
/* Gives WAITING.new the name NAME, which may lie in the same folder alone. */
struct error *files_place(struct dossier *dossier, const char *waiting,
                          const char *name) MUST_CHECK;
void files_discard(struct dossier *dossier, const char *name);

/* Appends one line, whole or not at all. */
struct error *files_append(struct dossier *dossier, const char *name,
                           struct bytes line) MUST_CHECK;

/* Leaves the first SIZE bytes. */
struct error *files_cut(struct dossier *dossier, const char *name, size_t size) MUST_CHECK;

/* Makes a folder inside the dossier where there is none. */
struct error *files_folder(struct dossier *dossier, const char *name) MUST_CHECK;

/* The SHA-256 of the file in hex, or FILES_ABSENT when it cannot be read. In the arena. */
#define FILES_ABSENT "absent"
const char *files_digest(struct dossier *dossier, const char *name);

/*
 * The names of the files that the journal watches, sorted: product.yaml, ics.yaml, answers.yaml,
 * actions.yaml, drafts.yaml, seal.json, those of ixit/, and the captures in evidence/. Names that
 * end in .new stand in `waiting`.
 */
struct files_list {
    const char **names;
    size_t count;
    const char **waiting;
    size_t waiting_count;
    bool is_cut; /* there are more than LIMIT_DOSSIER_FILES */
};
void files_list(struct dossier *dossier, struct files_list *out);

/* Is a file in evidence/ with that name a capture of web pages, which is read: .warc, .warc.gz? */
bool files_is_capture(const char *name);

#endif
