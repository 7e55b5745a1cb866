#ifndef UNPACK_SQUASHFS_H
#define UNPACK_SQUASHFS_H

#include "base/cursor.h"
#include "unpack/format.h"

/*
 * What the files of the SquashFS reader share. The layout is that of Linux,
 * Documentation/filesystems/squashfs.rst and fs/squashfs/squashfs_fs.h.
 *
 * A file system is a superblock, data blocks, and tables. The tables (inodes, directories,
 * owners, fragments, extended attributes) are kept in metadata blocks of 8 KiB, packed one by
 * one. Something in such a table is named by the position of its packed block and its offset in
 * the unpacked block. All numbers are little-endian, or in some makers' images all big-endian.
 */

#define SQUASHFS_SUPER_BYTES    96U
#define SQUASHFS_METADATA_BYTES 8192U
#define SQUASHFS_NO_TABLE       UINT64_MAX
#define SQUASHFS_NO_INDEX       UINT32_MAX /* no fragment, no extended attributes */

enum squashfs_flag {
    SQUASHFS_FLAG_OPTIONS = 0x0400, /* a metadata block of compressor options at byte 96 */
    SQUASHFS_FLAGS_KNOWN = 0x0fff,
};

struct squashfs_super {
    bool big_endian;
    bool big_endian_sizes; /* of metadata blocks */
    uint16_t major, minor;
    uint32_t inode_count;
    uint32_t block_size;
    uint32_t fragment_count;
    uint16_t compressor;
    uint16_t flags;
    uint16_t id_count;
    uint64_t root; /* reference of the root inode */
    uint64_t bytes_used;
    uint64_t id_table, xattr_table, inode_table, directory_table, fragment_table, export_table;
};

struct squashfs {
    struct bytes image;
    struct arena *arena;
    struct squashfs_super super;
    struct squashfs_cache *metadata;      /* unpacked metadata blocks */
    struct squashfs_fragments *fragments; /* unpacked fragment blocks */
    uint32_t metadata_budget;             /* metadata blocks that may still be unpacked */
};

/* A place in a table, from which bytes are read one after the other. */
struct squashfs_stream {
    struct squashfs *fs;
    uint64_t block; /* position of the packed metadata block in the image */
    uint64_t end;   /* no block of this table goes on behind this byte */
    uint32_t offset;
};

struct squashfs_inode {
    enum node_kind kind;
    uint32_t mode;
    uint32_t uid_index, gid_index;
    uint32_t xattr;  /* index, or SQUASHFS_NO_INDEX */
    uint32_t device; /* as Linux packs major and minor */
    uint64_t start;  /* file: position of its first block; directory: of its listing */
    uint32_t fragment, offset;
    uint64_t size;
    struct squashfs_stream rest; /* what follows: sizes of the blocks, target of the link */
};

/* squashfs_super.c */

/*
 * Reads the superblock at the start of IMAGE and gives the number of bits verified in it; 0 when
 * this is no SquashFS, and then *SUPER means nothing. IMAGE may be cut short behind it. Versions
 * 1 to 3 are recognised too: of them only the version and bytes_used are set.
 */
unsigned squashfs_super_read(struct bytes image, struct squashfs_super *super);

/* Bytes of the file system with the padding behind it, as far as IMAGE has it. */
uint64_t squashfs_super_measure(struct bytes image, const struct squashfs_super *super);

/*
 * Says what lies where, to the last byte of bytes_used and the padding. Unless it is READABLE,
 * nothing but the superblock is explained: without the root nothing behind it can be read.
 */
void squashfs_super_spans(struct squashfs *fs, bool readable, struct sink *sink);

/* squashfs_metadata.c */

/* The place REFERENCE (block << 16 | offset) in the table between bytes START and END. */
struct squashfs_stream squashfs_metadata_at(struct squashfs *fs, uint64_t start, uint64_t end,
                                            uint64_t reference);

/* Reads SIZE bytes into TO and moves on. */
struct error *squashfs_metadata_read(struct squashfs_stream *stream, uint8_t *to,
                                     size_t size) MUST_CHECK;

/*
 * Reads element INDEX, of SIZE bytes (a power of two), of a table whose list of block positions
 * starts at byte LIST.
 */
struct error *squashfs_metadata_element(struct squashfs *fs, uint64_t list, uint32_t index,
                                        size_t size, uint8_t *to) MUST_CHECK;

/* Numbers in the byte order of the image. */
static inline uint16_t squashfs_u16(const struct squashfs *fs, struct cursor *c)
{
    return fs->super.big_endian ? cursor_u16be(c) : cursor_u16le(c);
}

static inline uint32_t squashfs_u32(const struct squashfs *fs, struct cursor *c)
{
    return fs->super.big_endian ? cursor_u32be(c) : cursor_u32le(c);
}

static inline uint64_t squashfs_u64(const struct squashfs *fs, struct cursor *c)
{
    return fs->super.big_endian ? cursor_u64be(c) : cursor_u64le(c);
}

/* squashfs_inode.c */

struct error *squashfs_inode_read(struct squashfs *fs, uint64_t reference,
                                  struct squashfs_inode *inode) MUST_CHECK;

/* The user or group number at INDEX of the table of owners. */
struct error *squashfs_inode_owner(struct squashfs *fs, uint32_t index,
                                   uint32_t *id) MUST_CHECK;

/* The target of a link, in ARENA. */
struct error *squashfs_inode_target(const struct squashfs_inode *inode, struct arena *arena,
                                    struct bytes *target) MUST_CHECK;

/* squashfs_xattr.c */

/* The extended attributes at INDEX as `struct node` wants them, in ARENA. */
struct error *squashfs_xattr_read(struct squashfs *fs, uint32_t index, struct arena *arena,
                                  struct bytes *xattrs) MUST_CHECK;

/* squashfs_data.c */

struct squashfs_fragment {
    uint64_t start; /* of the packed fragment block in the image */
    uint32_t size;  /* as data blocks tell theirs */
};

struct error *squashfs_data_fragment(struct squashfs *fs, uint32_t index,
                                     struct squashfs_fragment *fragment) MUST_CHECK;

/* Appends the content of a file to OUT. */
struct error *squashfs_data_read(struct squashfs *fs, const struct squashfs_inode *inode,
                                 struct buffer *out) MUST_CHECK;

/* squashfs_walk.c */

/*
 * Puts every node of the file system in SINK, files last, in the order of their data. ROOT is
 * the inode of the root directory.
 */
struct error *squashfs_walk(struct squashfs *fs, const struct squashfs_inode *root,
                            struct sink *sink) MUST_CHECK;

#endif
