#include <inttypes.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/size.h"
#include "unpack/squashfs.h"
#include "unpack/squashfs_block.h"

/* How a data block, or fragment block, tells its size: 0 is a hole. */
#define SIZE_MASK    0x00ffffffU
#define UNPACKED_BIT 0x01000000U

/*
 * Fragment blocks kept. Files come in the order of their fragments, so one would do; several
 * serve those who read in another order.
 */
#define FRAGMENTS_KEPT 4U

#define SIZES_AT_ONCE 256U

struct kept {
    uint64_t start;
    uint32_t size;
    struct bytes content; /* in `memory`, or in the image where it is not packed */
    uint8_t *memory;
    bool valid;
};

struct squashfs_fragments {
    struct kept kept[FRAGMENTS_KEPT];
    size_t next;
};

static struct error *packed_block(const struct squashfs *fs, uint64_t start, uint32_t size,
                                  struct bytes *packed)
{
    uint32_t length = size & SIZE_MASK;

    if ((size & ~(SIZE_MASK | UNPACKED_BIT)) != 0)
        return error_new(ERROR_INPUT, "block at byte %" PRIu64 " has the size 0x%08" PRIx32,
                         start, size);
    if (!bytes_has(fs->image, start, length))
        return error_new(ERROR_INPUT,
                         "block of %" PRIu32 " bytes at byte %" PRIu64 ", the end is at %zu",
                         length, start, fs->image.size);
    *packed = bytes_slice(fs->image, start, length);
    return NULL;
}

struct error *squashfs_data_fragment(struct squashfs *fs, uint32_t index,
                                     struct squashfs_fragment *fragment)
{
    uint8_t element[16];

    if (index >= fs->super.fragment_count || fs->super.fragment_table == SQUASHFS_NO_TABLE)
        return error_new(ERROR_INPUT, "fragment %" PRIu32 " of %" PRIu32, index,
                         fs->super.fragment_count);
    TRY(error_wrap(
        squashfs_metadata_element(fs, fs->super.fragment_table, index, sizeof element, element),
        "fragment table"));
    struct cursor c = cursor_over(bytes_from(element, sizeof element));
    fragment->start = squashfs_u64(fs, &c);
    fragment->size = squashfs_u32(fs, &c);
    return cursor_check(&c, "fragment table");
}

static struct error *load_fragment(struct squashfs *fs,
                                   const struct squashfs_fragment *fragment, struct kept *kept)
{
    struct bytes packed;

    TRY(packed_block(fs, fragment->start, fragment->size, &packed));
    kept->valid = false;
    kept->start = fragment->start;
    kept->size = fragment->size;
    if (fragment->size & UNPACKED_BIT) {
        kept->content = packed;
    } else {
        size_t wrote = 0;
        if (kept->memory == NULL)
            kept->memory = arena_alloc(fs->arena, fs->super.block_size);
        TRY(squashfs_block_unpack(fs->super.compressor, packed, kept->memory,
                                  fs->super.block_size, &wrote));
        kept->content = bytes_from(kept->memory, wrote);
    }
    kept->valid = true;
    return NULL;
}

static struct error *find_fragment(struct squashfs *fs,
                                   const struct squashfs_fragment *fragment,
                                   struct bytes *content)
{
    if (fs->fragments == NULL)
        fs->fragments = arena_alloc(fs->arena, sizeof *fs->fragments);
    struct squashfs_fragments *all = fs->fragments;
    for (size_t i = 0; i < FRAGMENTS_KEPT; i++) {
        if (all->kept[i].valid && all->kept[i].start == fragment->start &&
            all->kept[i].size == fragment->size) {
            *content = all->kept[i].content;
            return NULL;
        }
    }
    struct kept *kept = &all->kept[all->next++ % FRAGMENTS_KEPT];
    TRY(error_wrap(load_fragment(fs, fragment, kept), "fragment block at byte %" PRIu64,
                   fragment->start));
    *content = kept->content;
    return NULL;
}

/* The end of a file, which shares a block with those of other files. */
static struct error *add_tail(struct squashfs *fs, const struct squashfs_inode *inode,
                              uint64_t size, struct buffer *out)
{
    struct squashfs_fragment fragment;
    struct bytes content;

    TRY(squashfs_data_fragment(fs, inode->fragment, &fragment));
    TRY(find_fragment(fs, &fragment, &content));
    if (!bytes_has(content, inode->offset, size))
        return error_new(ERROR_INPUT,
                         "%" PRIu64 " bytes at %" PRIu32 " of a fragment block of %zu bytes",
                         size, inode->offset, content.size);
    return buffer_add(out, bytes_slice(content, inode->offset, size));
}

/* Appends WANTED bytes, one block, straight to OUT. CONSUMED counts the packed bytes so far. */
static struct error *add_block(struct squashfs *fs, uint64_t start, uint32_t size,
                               size_t wanted, uint64_t *consumed, struct buffer *out)
{
    struct bytes packed;
    size_t wrote = 0, room_size;
    uint8_t *room;

    if (size == 0)
        return buffer_add_zeros(out, wanted);
    TRY(packed_block(fs, start, size, &packed));
    *consumed += packed.size;
    TRY(buffer_room(out, wanted, &room, &room_size));
    if (size & UNPACKED_BIT) {
        wrote = packed.size;
        mem_copy(room, packed.data, (size_t)size_min(wrote, wanted));
    } else {
        TRY(error_wrap(squashfs_block_unpack(fs->super.compressor, packed, room,
                                             (size_t)size_min(room_size, fs->super.block_size),
                                             &wrote),
                       "block at byte %" PRIu64, start));
    }
    if (wrote < wanted)
        return error_new(ERROR_INPUT, "block at byte %" PRIu64 " gives %zu bytes, %zu wanted",
                         start, wrote, wanted);
    return buffer_wrote(out, wanted, *consumed);
}

static struct error *read_size(struct squashfs_stream *sizes, uint64_t left, uint8_t *memory,
                               struct cursor *c)
{
    size_t count = (size_t)size_min(left, SIZES_AT_ONCE);

    TRY(error_wrap(squashfs_metadata_read(sizes, memory, count * 4), "list of blocks"));
    *c = cursor_over(bytes_from(memory, count * 4));
    return NULL;
}

struct error *squashfs_data_read(struct squashfs *fs, const struct squashfs_inode *inode,
                                 struct buffer *out)
{
    uint64_t block_size = fs->super.block_size;
    bool has_tail = inode->fragment != SQUASHFS_NO_INDEX;
    uint64_t tail = inode->size % block_size;
    uint64_t blocks = inode->size / block_size + (!has_tail && tail > 0 ? 1 : 0);
    uint64_t start = inode->start, consumed = 0;
    struct squashfs_stream sizes = inode->rest;
    uint8_t memory[SIZES_AT_ONCE * 4];
    struct cursor c = cursor_over((struct bytes){NULL, 0});

    if (inode->size > LIMIT_FILE_BYTES)
        return error_new(ERROR_LIMIT, "a file of %" PRIu64 " bytes; we read at most %llu",
                         inode->size, LIMIT_FILE_BYTES);
    for (uint64_t i = 0; i < blocks; i++) {
        if (i % SIZES_AT_ONCE == 0)
            TRY(read_size(&sizes, blocks - i, memory, &c));
        uint32_t size = squashfs_u32(fs, &c);
        uint64_t wanted = size_min(block_size, inode->size - i * block_size);
        TRY(add_block(fs, start, size, (size_t)wanted, &consumed, out));
        start += size & SIZE_MASK;
    }
    return has_tail && tail > 0 ? add_tail(fs, inode, tail, out) : NULL;
}
