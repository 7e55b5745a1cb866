#ifndef INSPECT_COMPONENT_NOTE_H
#define INSPECT_COMPONENT_NOTE_H

#include "inspect/component_package.h"

/*
 * The note in which a distribution says what package an ELF file came in (uapi-group.org,
 * "Package Metadata for Executable Files": owner FDO, type cafe1a7e, one flat JSON object).
 */
struct component_note {
    struct package package; /* texts live in the arena */
    enum package_kind kind;
    uint64_t offset, length; /* of the JSON in the file */
};

/* False when CONTENT is no ELF file or has no such note with a name and a version. */
bool component_note_read(struct bytes content, struct arena *arena, struct component_note *out);

#endif
