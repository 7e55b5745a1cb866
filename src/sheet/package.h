#ifndef SHEET_PACKAGE_H
#define SHEET_PACKAGE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "unpack/zip_directory.h"

/*
 * The parts of an Office Open XML package (ECMA-376 part 2): a zip archive whose members are found
 * by name. Names are compared without regard to case, as the standard says, and '\' counts as '/',
 * as some programs write it.
 */

struct package_part {
    struct bytes name; /* cleaned: no leading '/' */
    struct zip_entry entry;
};

struct package {
    struct bytes file;
    struct arena *arena;
    struct package_part *parts;
    size_t count;
    uint64_t unpacked; /* bytes so far */
};

/*
 * Reads the directory of FILE. ERROR_INPUT for what is no zip archive or has members that are
 * encrypted, ERROR_UNSUPPORTED with what to do for the other spreadsheet formats. The package
 * lives in ARENA and borrows from FILE.
 */
struct error *package_open(struct bytes file, struct arena *arena,
                           struct package *out) MUST_CHECK;

/* The part of that name, or NULL. */
const struct package_part *package_find(const struct package *package, struct bytes name);

/* Unpacks PART, into the arena. Its checksum is checked. */
struct error *package_read(struct package *package, const struct package_part *part,
                           struct bytes *out) MUST_CHECK;

/*
 * The name TARGET of a relationship of the part FROM, made absolute: "../comments1.xml" of
 * "xl/worksheets/sheet1.xml" is "xl/comments1.xml".
 */
struct bytes package_resolve(struct arena *arena, struct bytes from, struct bytes target);

/* The name of the part with the relationships of PART: "xl/_rels/workbook.xml.rels". */
struct bytes package_relations_of(struct arena *arena, struct bytes part);

#endif
