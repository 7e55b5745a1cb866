#ifndef UNPACK_SQUASHFS_BLOCK_H
#define UNPACK_SQUASHFS_BLOCK_H

#include "base/bytes.h"
#include "base/error.h"

/* The compressors of SquashFS 4.0, by their numbers in the superblock. */
enum squashfs_compressor {
    SQUASHFS_GZIP = 1, /* zlib streams */
    SQUASHFS_LZMA,     /* .lzma streams */
    SQUASHFS_LZO,      /* LZO1X, bare */
    SQUASHFS_XZ,
    SQUASHFS_LZ4, /* bare blocks */
    SQUASHFS_ZSTD,
};

const char *squashfs_block_compressor(unsigned compressor); /* "gzip" …; NULL: there is none */

/*
 * Unpacks one block straight to OUT, which has room for CAPACITY bytes, 1 MiB at most, and says
 * how many it WROTE. A block that is not what the superblock promises is tried as what it looks
 * like: makers of routers put LZMA under the number of gzip.
 *
 * The libraries' decoders are made once a process and kept, for making one costs as much as
 * unpacking a small block. They cannot live in an arena, which frees memory and runs nothing.
 */
struct error *squashfs_block_unpack(unsigned compressor, struct bytes packed, uint8_t *out,
                                    size_t capacity, size_t *wrote) MUST_CHECK;

#endif
