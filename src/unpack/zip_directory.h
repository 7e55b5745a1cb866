#ifndef UNPACK_ZIP_DIRECTORY_H
#define UNPACK_ZIP_DIRECTORY_H

#include "unpack/member.h"

/* Where the members of a zip archive are: its central directory, and its local headers. */

#define ZIP_LOCAL    0x04034b50U
#define ZIP_END_SIZE 22 /* the end record, without its comment */

enum zip_flag {
    ZIP_ENCRYPTED = 1 << 0,
    ZIP_DESCRIPTOR = 1 << 3, /* sizes and checksum stand behind the content */
    ZIP_STRONG = 1 << 6,
};

enum zip_method {
    ZIP_STORED = 0,
    ZIP_DEFLATE = 8,
    ZIP_BZIP2 = 12,
    ZIP_ZSTD = 93,
    ZIP_XZ = 95,
    ZIP_AES = 99,
};

struct zip_entry {
    struct bytes name;
    uint16_t flags, method;
    uint32_t crc;
    uint64_t packed, size; /* bytes in the archive, and unpacked */
    uint64_t local;        /* offset of its local header */
    uint64_t data;         /* … and of its content */
    bool has_unix;         /* mode is a Unix mode word */
    uint32_t mode;
    bool has_owner;
    uint32_t uid, gid;
};

struct zip_directory {
    bool found;
    uint64_t at, count; /* the central directory, and how many entries it claims */
    uint64_t end;       /* behind the archive and its comment */
    uint64_t base;      /* to add to the offsets it gives, modulo 2^64 */
};

/* Finds the central directory that belongs to an archive starting at byte 0 of IMAGE. */
struct zip_directory zip_directory_find(struct bytes image);

/* The entry of the central directory at the cursor; false when there is none. */
bool zip_directory_entry(struct cursor *c, const struct zip_directory *directory,
                         struct zip_entry *entry);

/* Reads the local header at entry->local; sets entry->data. False when it is none. */
bool zip_local_find(struct bytes image, struct zip_entry *entry);

/* The entry that a local header at AT tells alone, where there is no directory. */
bool zip_local_entry(struct bytes image, uint64_t at, struct zip_entry *entry);

#endif
