/*
 * rpm's own store ("ndb"), from rpm's lib/backend/ndb/rpmpkg.c: pages of slots, each of which
 * says in which blocks of 16 bytes one header lies. All numbers are little-endian.
 */
#include <inttypes.h>

#include "base/cursor.h"
#include "inspect/component_rpm.h"

#define PAGE_BYTES  4096U
#define BLOCK_BYTES 16U
#define HEAD_BYTES  32U /* of the file, in place of the first two slots */
#define SLOT_BYTES  16U
#define BLOB_HEAD   16U
#define BLOB_TAIL   12U

#define MAGIC_SLOT 0x746f6c53U /* "Slot" */
#define MAGIC_BLOB 0x53626c42U /* "BlbS" */

static struct error *read_blob(struct rpm_reader *reader, uint32_t number, uint64_t offset,
                               uint64_t size)
{
    struct cursor c = cursor_over(bytes_slice(reader->database, offset, size));
    uint32_t magic = cursor_u32le(&c), own = cursor_u32le(&c);

    cursor_skip(&c, 4); /* when it was written */
    uint32_t length = cursor_u32le(&c);
    TRY(cursor_check(&c, "record of Packages.db"));
    if (magic != MAGIC_BLOB || own != number || length > cursor_left(&c) ||
        cursor_left(&c) - length < BLOB_TAIL)
        return error_new(ERROR_INPUT, "no whole record at byte %" PRIu64 " of Packages.db",
                         offset);
    rpm_record_begin(reader);
    rpm_record_add(reader, offset + BLOB_HEAD, length);
    rpm_record_end(reader);
    return NULL;
}

static struct error *read_slot(struct rpm_reader *reader, struct cursor *c, uint64_t first)
{
    uint32_t magic = cursor_u32le(c), number = cursor_u32le(c);
    uint64_t block = cursor_u32le(c), count = cursor_u32le(c);

    if (magic != MAGIC_SLOT)
        return error_new(ERROR_INPUT, "a slot of Packages.db without its mark");
    if (block == 0)
        return NULL;
    /* Records do not overlap: together they are no longer than the file. */
    if (block < first || count == 0 || count > reader->pages ||
        !bytes_has(reader->database, block * BLOCK_BYTES, count * BLOCK_BYTES))
        return error_new(ERROR_INPUT, "a slot of Packages.db leads to block %" PRIu64, block);
    reader->pages -= count;
    return read_blob(reader, number, block * BLOCK_BYTES, count * BLOCK_BYTES);
}

struct error *rpm_read_ndb(struct rpm_reader *reader)
{
    struct cursor c = cursor_at(reader->database, 4);
    uint32_t version = cursor_u32le(&c);

    cursor_skip(&c, 4); /* generation */
    uint32_t pages = cursor_u32le(&c);
    TRY(cursor_check(&c, "header of Packages.db"));
    if (version != 0)
        return error_new(ERROR_UNSUPPORTED, "Packages.db of version %" PRIu32, version);
    if (pages == 0 || pages > reader->database.size / PAGE_BYTES)
        return error_new(ERROR_INPUT, "Packages.db has %" PRIu32 " pages of slots in %zu bytes",
                         pages, reader->database.size);
    uint64_t first = (uint64_t)pages * (PAGE_BYTES / BLOCK_BYTES);
    uint64_t slots = (uint64_t)pages * (PAGE_BYTES / SLOT_BYTES) - HEAD_BYTES / SLOT_BYTES;
    reader->pages = reader->database.size / BLOCK_BYTES;
    cursor_seek(&c, HEAD_BYTES);
    for (uint64_t i = 0; i < slots && !rpm_is_enough(reader); i++) {
        struct error *error = read_slot(reader, &c, first);
        if (error != NULL)
            rpm_record_lost(reader, error);
    }
    return NULL;
}
