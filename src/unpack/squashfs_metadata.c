#include "base/arena.h"
#include "base/size.h"
#include "unpack/squashfs.h"
#include "unpack/squashfs_block.h"

/*
 * Unpacked metadata blocks are kept, 32 MiB of them at most: enough for 200,000 files, so that
 * almost always each block is unpacked once. Each has one of four places, by its position.
 */
#define SETS 1024U
#define WAYS 4U

#define UNPACKED_BIT 0x8000U /* in the header of a metadata block: it is stored as it is */

struct block {
    uint8_t *data; /* NULL: the place is free */
    uint64_t position;
    uint64_t next; /* position of the block that follows */
    size_t size;
};

struct squashfs_cache {
    struct block blocks[SETS][WAYS];
    uint8_t next_way[SETS];
};

struct squashfs_stream squashfs_metadata_at(struct squashfs *fs, uint64_t start, uint64_t end,
                                            uint64_t reference)
{
    return (struct squashfs_stream){
        .fs = fs,
        .block = start + (reference >> 16), /* a sum too large fails when it is read */
        .end = end,
        .offset = (uint32_t)(reference & 0xffff),
    };
}

static struct error *unpack_block(struct squashfs *fs, struct block *block, uint64_t end)
{
    struct bytes table = bytes_slice(fs->image, 0, end);
    struct cursor c = cursor_at(table, block->position);
    uint16_t header = fs->super.big_endian_sizes ? cursor_u16be(&c) : cursor_u16le(&c);
    struct bytes packed = cursor_bytes(&c, header & ~UNPACKED_BIT);

    if (!cursor_ok(&c))
        return error_new(ERROR_INPUT, "it goes on behind the end of its table, byte %zu",
                         table.size);
    if (packed.size == 0 || packed.size > SQUASHFS_METADATA_BYTES)
        return error_new(ERROR_INPUT, "%zu bytes long, 1 to %u allowed", packed.size,
                         SQUASHFS_METADATA_BYTES);
    block->next = block->position + 2 + packed.size;
    if (header & UNPACKED_BIT) {
        mem_copy(block->data, packed.data, packed.size);
        block->size = packed.size;
        return NULL;
    }
    return squashfs_block_unpack(fs->super.compressor, packed, block->data,
                                 SQUASHFS_METADATA_BYTES, &block->size);
}

static struct block *find_block(struct squashfs *fs, uint64_t position, struct block **victim)
{
    uint64_t mixed = position * 0x9e3779b97f4a7c15ULL;
    size_t set = (size_t)(mixed >> 54) % SETS;
    struct block *ways = fs->metadata->blocks[set];

    for (size_t i = 0; i < WAYS; i++)
        if (ways[i].data != NULL && ways[i].position == position && ways[i].size > 0)
            return &ways[i];
    *victim = &ways[fs->metadata->next_way[set]++ % WAYS];
    return NULL;
}

static struct error *load_block(struct squashfs *fs, uint64_t position, uint64_t end,
                                struct block *out)
{
    struct block *block;

    if (fs->metadata == NULL)
        fs->metadata = arena_alloc(fs->arena, sizeof *fs->metadata);
    const struct block *kept = find_block(fs, position, &block);
    if (kept != NULL) {
        *out = *kept;
        return NULL;
    }
    if (fs->metadata_budget == 0)
        return error_new(ERROR_LIMIT, "too many metadata blocks have to be unpacked");
    fs->metadata_budget--;
    if (block->data == NULL)
        block->data = arena_alloc(fs->arena, SQUASHFS_METADATA_BYTES);
    block->position = position;
    block->size = 0; /* should it fail, nobody finds half a block here */
    TRY(error_wrap(unpack_block(fs, block, end), "metadata block at byte %llu",
                   (unsigned long long)position));
    if (block->size == 0)
        return error_new(ERROR_INPUT, "metadata block at byte %llu is empty",
                         (unsigned long long)position);
    *out = *block;
    return NULL;
}

struct error *squashfs_metadata_read(struct squashfs_stream *stream, uint8_t *to, size_t size)
{
    size_t done = 0;

    while (done < size) {
        struct block block = {.data = NULL};
        TRY(load_block(stream->fs, stream->block, stream->end, &block));
        if (stream->offset > block.size)
            return error_new(ERROR_INPUT,
                             "offset %u in the metadata block at byte %llu, which has %zu",
                             stream->offset, (unsigned long long)stream->block, block.size);
        size_t take_now = (size_t)size_min(size - done, block.size - stream->offset);
        mem_copy(to + done, block.data + stream->offset, take_now);
        done += take_now;
        stream->offset += (uint32_t)take_now;
        if (stream->offset == block.size) {
            stream->block = block.next;
            stream->offset = 0;
        }
    }
    return NULL;
}

struct error *squashfs_metadata_element(struct squashfs *fs, uint64_t list, uint32_t index,
                                        size_t size, uint8_t *to)
{
    uint64_t at = (uint64_t)index * size;
    struct bytes used = bytes_slice(fs->image, 0, fs->super.bytes_used);
    struct cursor c = cursor_at(used, list);

    cursor_skip(&c, at / SQUASHFS_METADATA_BYTES * 8);
    uint64_t position = squashfs_u64(fs, &c);
    TRY(cursor_check(&c, "list of table blocks"));
    struct squashfs_stream stream =
        squashfs_metadata_at(fs, position, fs->super.bytes_used, at % SQUASHFS_METADATA_BYTES);
    return squashfs_metadata_read(&stream, to, size);
}
