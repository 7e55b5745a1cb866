#ifndef INSPECT_COMPONENT_SIGNATURE_H
#define INSPECT_COMPONENT_SIGNATURE_H

#include "base/limits.h"
#include "inspect/check.h"
#include "inspect/component_table.h"

/*
 * What the bytes and the name of one file say about the component it is, or holds, by the
 * signatures of knowledge/components.
 */
struct component_found {
    const struct component_row *row;
    struct bytes version;    /* empty: the component is there, its version is not known */
    char grade;              /* 'B' … 'F' */
    const char *source;      /* how it was seen: banner, soname, string */
    uint64_t offset, length; /* of the proof in the file; 0, 0: the file's name */
};

/*
 * Fills OUT, in the order of the signatures, and returns how many. Each component comes with its
 * best evidence alone. FILE's hits are those of the check "component".
 */
size_t signatures_find(const struct file *file, struct arena *arena,
                       struct component_found out[LIMIT_COMPONENTS_FILE]);

/*
 * Does MARK match in TEXT (MARK_STRING: anywhere; else: as a whole)? VERSION lives in ARENA; AT and
 * LENGTH are where the match lies in TEXT.
 */
bool signature_matches(uint32_t mark, struct bytes text, struct arena *arena,
                       struct bytes *version, size_t *at, size_t *length);

/* Does a base name fit GLOB, in which * stands for any bytes and [0-9] for a digit? */
bool signature_fits(const char *glob, struct bytes name);

/* The row MARK belongs to. */
const struct component_row *signature_row(uint32_t mark);

#endif
