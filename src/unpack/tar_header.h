#ifndef UNPACK_TAR_HEADER_H
#define UNPACK_TAR_HEADER_H

#include "unpack/member.h"

/* One header block of a tar archive, and the extensions that may stand before it. */

#define TAR_BLOCK 512

struct tar_header {
    bool ustar;          /* has the magic of POSIX or GNU; else version 7 */
    uint8_t type;        /* '0' file, '1' hard link, … */
    struct bytes prefix; /* of the name, in POSIX headers */
    struct bytes name, link;
    uint64_t mode, uid, gid, size, major, minor;
    uint64_t real_size; /* of a GNU sparse file */
    bool extended;      /* … of which more of the map stands in the next block */
};

/* What pax records and GNU long-name entries say about the entry that follows them. */
struct tar_extension {
    uint64_t at; /* where the first of these headers stands */
    bool present;
    struct bytes path, link;
    bool has_size, has_uid, has_gid, has_device[2], sparse;
    uint64_t size, uid, gid, device[2], real_size;
    struct member_xattrs xattrs;
};

/* False when BLOCK is no header: its checksum or a number is wrong. */
bool tar_header_read(struct bytes block, struct tar_header *header);

/* Takes in the records of a pax header ("28 path=…\n"). ERROR_INPUT at the first bad one. */
struct error *tar_extension_read(struct tar_extension *extension, struct bytes records,
                                 struct arena *arena) MUST_CHECK;

#endif
