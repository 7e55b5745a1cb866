#include <inttypes.h>
#include <stdlib.h>

#include "base/size.h"
#include "unpack/squashfs.h"
#include "unpack/squashfs_block.h"

#define BLOCK_LOG_MIN 12U /* blocks of 4 KiB … 1 MiB */
#define BLOCK_LOG_MAX 20U

#define PADDING 4096U /* mksquashfs fills up to a multiple of this */

/* Where versions 1 to 3 have what this file asks of them. Later ones have the version there too. */
#define AT_VERSION          28U
#define AT_OLD_BYTES_USED   8U  /* versions 1 and 2 */
#define AT_OLD_BLOCK_SIZE   32U /* version 1 */
#define AT_OLD_BLOCK_LOG    34U /* versions 1 to 3 */
#define AT_THIRD_BLOCK_SIZE 51U /* versions 2 and 3 */
#define AT_THIRD_BYTES_USED 63U /* version 3 */

/* What was checked, in bits: a constant counts whole, a range what it excludes. */
enum {
    BITS_MAGIC = 32,
    BITS_VERSION = 32,
    BITS_BLOCK = 44,      /* a size and its logarithm: 9 of 2^48 are valid */
    BITS_COMPRESSOR = 13, /* 6 of 2^16 */
    BITS_FLAGS = 4,
    BITS_TABLES = 96, /* the upper halves of the first three 64-bit positions are given */
    BITS_ROOT = 16,
    BITS_METADATA = 12, /* the header of the first inode block tells its size */
};

static const char *const magics[] = {"hsqs", "sqsh", "shsq", "qshs", "hsqt", "tqsh", "sqlz"};

static bool has_magic(struct bytes image)
{
    for (size_t i = 0; i < COUNT_OF(magics); i++)
        if (bytes_starts(image, magics[i]))
            return true;
    return false;
}

static uint32_t u32(bool big, struct cursor *c)
{
    return big ? cursor_u32be(c) : cursor_u32le(c);
}

static uint16_t u16(bool big, struct cursor *c)
{
    return big ? cursor_u16be(c) : cursor_u16le(c);
}

static uint64_t u64(bool big, struct cursor *c)
{
    return big ? cursor_u64be(c) : cursor_u64le(c);
}

static uint16_t u16_at(struct bytes image, bool big, uint64_t offset)
{
    struct cursor c = cursor_at(image, offset);

    return u16(big, &c);
}

static uint32_t u32_at(struct bytes image, bool big, uint64_t offset)
{
    struct cursor c = cursor_at(image, offset);

    return u32(big, &c);
}

static bool block_fits(uint32_t size, uint16_t logarithm)
{
    return logarithm >= BLOCK_LOG_MIN && logarithm <= BLOCK_LOG_MAX && size == 1U << logarithm;
}

/* A table that may be missing stands between the directories and the end. */
static bool table_fits(const struct squashfs_super *super, uint64_t table)
{
    return table == SQUASHFS_NO_TABLE ||
           (table > super->directory_table && table <= super->bytes_used);
}

static bool tables_fit(const struct squashfs_super *super)
{
    return super->inode_table >= SQUASHFS_SUPER_BYTES &&
           super->inode_table < super->directory_table &&
           super->directory_table < super->bytes_used && super->id_table != SQUASHFS_NO_TABLE &&
           table_fits(super, super->id_table) && table_fits(super, super->xattr_table) &&
           table_fits(super, super->fragment_table) && table_fits(super, super->export_table);
}

/* Every inode has at least 20 bytes, and a metadata block takes at least three. */
static bool counts_fit(const struct squashfs_super *super)
{
    uint64_t blocks = (super->directory_table - super->inode_table) / 3 + 1;

    return super->inode_count > 0 && super->id_count > 0 &&
           super->inode_count / (SQUASHFS_METADATA_BYTES / 20) <= blocks &&
           super->fragment_count <= super->bytes_used &&
           super->root >> 16 < super->directory_table - super->inode_table &&
           (super->root & 0xffff) < SQUASHFS_METADATA_BYTES;
}

static bool block_header_fits(struct bytes image, const struct squashfs_super *super, bool big)
{
    struct cursor c = cursor_at(image, super->inode_table);
    unsigned size = u16(big, &c) & 0x7fffU;

    return cursor_ok(&c) && size > 0 && size <= SQUASHFS_METADATA_BYTES &&
           super->inode_table + 2 + size <= super->directory_table;
}

/*
 * How sure the first block of the inode table makes us; it may lie behind the end of IMAGE. In
 * the big-endian images of AVM the sizes of metadata blocks alone are little-endian.
 */
static unsigned metadata_bits(struct bytes image, struct squashfs_super *super)
{
    super->big_endian_sizes = super->big_endian;
    if (block_header_fits(image, super, super->big_endian))
        return BITS_METADATA;
    if (!super->big_endian || !block_header_fits(image, super, false))
        return 0;
    super->big_endian_sizes = false;
    return BITS_METADATA;
}

static unsigned read_fourth(struct bytes image, struct squashfs_super *super)
{
    bool big = super->big_endian;
    struct cursor c = cursor_at(image, 4);

    super->inode_count = u32(big, &c);
    cursor_skip(&c, 4); /* time of making */
    super->block_size = u32(big, &c);
    super->fragment_count = u32(big, &c);
    super->compressor = u16(big, &c);
    uint16_t logarithm = u16(big, &c);
    super->flags = u16(big, &c);
    super->id_count = u16(big, &c);
    cursor_skip(&c, 4); /* version */
    super->root = u64(big, &c);
    super->bytes_used = u64(big, &c);
    super->id_table = u64(big, &c);
    super->xattr_table = u64(big, &c);
    super->inode_table = u64(big, &c);
    super->directory_table = u64(big, &c);
    super->fragment_table = u64(big, &c);
    super->export_table = u64(big, &c);

    if (!cursor_ok(&c) || !block_fits(super->block_size, logarithm) ||
        squashfs_block_compressor(super->compressor) == NULL ||
        (super->flags & ~SQUASHFS_FLAGS_KNOWN) != 0 || !tables_fit(super) || !counts_fit(super))
        return 0;
    return BITS_MAGIC + BITS_VERSION + BITS_BLOCK + BITS_COMPRESSOR + BITS_FLAGS + BITS_TABLES +
           BITS_ROOT + metadata_bits(image, super);
}

static unsigned read_old(struct bytes image, struct squashfs_super *super)
{
    bool big = super->big_endian;
    uint16_t logarithm = u16_at(image, big, AT_OLD_BLOCK_LOG);
    uint32_t size = super->major == 1 ? u16_at(image, big, AT_OLD_BLOCK_SIZE)
                                      : u32_at(image, big, AT_THIRD_BLOCK_SIZE);

    if (super->major == 1 && size == 0)
        size = 1U << 16; /* 64 KiB do not fit in its 16 bits */
    if (!block_fits(size, logarithm))
        return 0;
    if (super->major == 3) {
        struct cursor c = cursor_at(image, AT_THIRD_BYTES_USED);
        super->bytes_used = u64(big, &c);
    } else {
        super->bytes_used = u32_at(image, big, AT_OLD_BYTES_USED);
    }
    if (super->bytes_used <= AT_THIRD_BYTES_USED + 8 || super->bytes_used >> 40 != 0)
        return 0;
    return BITS_MAGIC + BITS_VERSION + BITS_BLOCK;
}

unsigned squashfs_super_read(struct bytes image, struct squashfs_super *super)
{
    if (image.size < SQUASHFS_SUPER_BYTES || !has_magic(image))
        return 0;
    for (unsigned big = 0; big < 2; big++) {
        *super = (struct squashfs_super){
            .big_endian = big != 0,
            .major = u16_at(image, big != 0, AT_VERSION),
            .minor = u16_at(image, big != 0, AT_VERSION + 2),
        };
        if (super->major == 4 && super->minor == 0)
            return read_fourth(image, super);
        if (super->major >= 1 && super->major <= 3 && super->minor <= 1)
            return read_old(image, super);
    }
    return 0;
}

/* Bytes of padding from bytes_used on, when all of it is there. */
static uint64_t padding_of(struct bytes image, const struct squashfs_super *super)
{
    uint64_t over = super->bytes_used % PADDING;
    uint64_t size = over == 0 ? 0 : PADDING - over;
    struct bytes padding = bytes_slice(image, super->bytes_used, size);

    if (!bytes_has(image, super->bytes_used, size))
        return 0;
    return bytes_all(padding, 0) || bytes_all(padding, 0xff) ? size : 0;
}

uint64_t squashfs_super_measure(struct bytes image, const struct squashfs_super *super)
{
    if (super->bytes_used >= image.size)
        return image.size;
    return super->bytes_used + padding_of(image, super);
}

struct part {
    uint64_t start;
    const char *what;
};

static int by_start(const void *a, const void *b)
{
    const struct part *left = a, *right = b;

    return (left->start > right->start) - (left->start < right->start);
}

/* Where the blocks of a table begin, which stand in front of the list of their positions. */
static uint64_t blocks_start(const struct squashfs *fs, uint64_t list)
{
    struct cursor c = cursor_at(fs->image, list);
    uint64_t first = squashfs_u64(fs, &c);

    return cursor_ok(&c) && first > fs->super.directory_table && first < list ? first : list;
}

void squashfs_super_spans(struct squashfs *fs, bool readable, struct sink *sink)
{
    const struct squashfs_super *super = &fs->super;
    struct cursor c = cursor_at(fs->image, SQUASHFS_SUPER_BYTES);
    bool has_options = (super->flags & SQUASHFS_FLAG_OPTIONS) != 0;
    uint64_t options =
        has_options ? 2 + (uint64_t)(u16(super->big_endian_sizes, &c) & 0x7fff) : 0;
    bool has_fragments =
        super->fragment_count > 0 && super->fragment_table != SQUASHFS_NO_TABLE;
    bool has_export = super->export_table != SQUASHFS_NO_TABLE;
    bool has_xattrs = super->xattr_table != SQUASHFS_NO_TABLE;
    struct part parts[] = {
        {0, "squashfs superblock"},
        {has_options ? SQUASHFS_SUPER_BYTES : SQUASHFS_NO_TABLE, "squashfs compressor options"},
        {size_min(SQUASHFS_SUPER_BYTES + options, super->inode_table), "squashfs data"},
        {super->inode_table, "squashfs inode table"},
        {super->directory_table, "squashfs directory table"},
        {has_fragments ? blocks_start(fs, super->fragment_table) : SQUASHFS_NO_TABLE,
         "squashfs fragment table"},
        {has_export ? blocks_start(fs, super->export_table) : SQUASHFS_NO_TABLE,
         "squashfs export table"},
        {blocks_start(fs, super->id_table), "squashfs id table"},
        {has_xattrs ? blocks_start(fs, super->xattr_table) : SQUASHFS_NO_TABLE,
         "squashfs xattr table"},
    };
    uint64_t end = size_min(super->bytes_used, fs->image.size);

    qsort(parts, COUNT_OF(parts), sizeof parts[0], by_start);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        uint64_t next = i + 1 < COUNT_OF(parts) ? size_min(parts[i + 1].start, end) : end;
        enum span_kind kind = readable || parts[i].start == 0 ? SPAN_EXPLAINED : SPAN_UNKNOWN;
        if (parts[i].start < next)
            sink_span(sink, parts[i].start, next - parts[i].start, kind, parts[i].what);
    }
    if (super->bytes_used < fs->image.size && padding_of(fs->image, super) > 0)
        sink_span(sink, super->bytes_used, padding_of(fs->image, super), SPAN_PADDING,
                  "squashfs padding");
}
