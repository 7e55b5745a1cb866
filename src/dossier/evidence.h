#ifndef DOSSIER_EVIDENCE_H
#define DOSSIER_EVIDENCE_H

#include "dossier/dossier.h"

/* The name of a file in evidence/ while it is copied, for files_discard and files_place. */
#define EVIDENCE_WAITING "evidence/.incoming"

/* A file in evidence/. In the dossier's arena. */
struct evidence_kept {
    const char *name; /* "evidence/login.pcap" */
    const char *sha256;
    uint64_t size;
    const char *date; /* of the file's last change, RFC 3339, UTC */
};

/*
 * Copies the file at PATH into evidence/ under its own name, made safe; where another file has
 * that name already, with digits of its digest before it. A file of the same name and bytes
 * is there once. On the disk when it returns. ERROR_USAGE when PATH is no file.
 */
struct error *evidence_keep(struct dossier *dossier, const char *path,
                            struct evidence_kept *out) MUST_CHECK;

/* ERROR_USAGE when the file at PATH can be no evidence. */
struct error *evidence_check(const char *path) MUST_CHECK;

/* Does FILE, as an answer names it, stand below the folder of the dossier? */
bool evidence_is_place(struct bytes file);

#endif
