#ifndef DOSSIER_EVIDENCE_H
#define DOSSIER_EVIDENCE_H

#include "dossier/dossier.h"

/* A file in evidence/. In the dossier's arena. */
struct evidence_kept {
    const char *name; /* "evidence/login.pcap" */
    const char *sha256;
    uint64_t size;
    const char *date; /* of the file's last change, RFC 3339, UTC */
};

/*
 * Copies the file at PATH into evidence/ under its own name, made safe; where another file has
 * that name already, with some digits of its digest before it. A file of the same name and bytes
 * is there once. On the disk when it returns. ERROR_USAGE when PATH is no file, or
 * one that changes while it is copied.
 */
struct error *evidence_keep(struct dossier *dossier, const char *path,
                            struct evidence_kept *out) MUST_CHECK;

/* Can FILE, as an answer names it, be a file of the dossier: seen from its folder, and below it? */
bool evidence_is_inside(struct bytes file);

#endif
