#include "base/arena.h"
#include "base/limits.h"
#include "unpack/squashfs.h"

#define OUT_OF_LINE 0x0100U /* the value is a reference to where it stands */

struct list {
    struct squashfs *fs;
    struct arena *arena;
    uint64_t table; /* where the names and values start */
    uint8_t *data;
    size_t size, capacity;
};

static struct error *room(struct list *list, size_t size, uint8_t **out)
{
    if (size > LIMIT_SQUASHFS_XATTR_BYTES - list->size)
        return error_new(ERROR_LIMIT, "extended attributes of more than %u bytes",
                         LIMIT_SQUASHFS_XATTR_BYTES);
    list->data = arena_grow(list->arena, list->data, &list->capacity, list->size + size, 1);
    *out = list->data + list->size;
    list->size += size;
    return NULL;
}

static struct error *read_u32(struct squashfs_stream *stream, uint32_t *out)
{
    uint8_t bytes[4];

    TRY(squashfs_metadata_read(stream, bytes, sizeof bytes));
    struct cursor c = cursor_over(bytes_from(bytes, sizeof bytes));
    *out = squashfs_u32(stream->fs, &c);
    return NULL;
}

static struct error *add_value(struct list *list, struct squashfs_stream *stream)
{
    uint32_t size;
    uint8_t *to;

    TRY(read_u32(stream, &size));
    TRY(room(list, 4, &to));
    for (unsigned i = 0; i < 4; i++)
        to[i] = (uint8_t)(size >> 8 * i);
    TRY(room(list, size, &to));
    return squashfs_metadata_read(stream, to, size);
}

/* Where a value out of line stands; the stream moves behind the reference. */
static struct error *follow(struct list *list, struct squashfs_stream *stream,
                            struct squashfs_stream *there)
{
    uint8_t bytes[8];
    uint32_t size;

    TRY(read_u32(stream, &size));
    if (size != sizeof bytes)
        return error_new(ERROR_INPUT, "reference to an attribute value of %u bytes", size);
    TRY(squashfs_metadata_read(stream, bytes, sizeof bytes));
    struct cursor c = cursor_over(bytes_from(bytes, sizeof bytes));
    *there = squashfs_metadata_at(list->fs, list->table, list->fs->super.bytes_used,
                                  squashfs_u64(list->fs, &c));
    return NULL;
}

static struct error *add_attribute(struct list *list, struct squashfs_stream *stream)
{
    static const char *const prefixes[] = {"user.", "trusted.", "security."};
    uint8_t header[4];
    uint8_t *to;

    TRY(squashfs_metadata_read(stream, header, sizeof header));
    struct cursor c = cursor_over(bytes_from(header, sizeof header));
    uint16_t type = squashfs_u16(list->fs, &c);
    uint16_t size = squashfs_u16(list->fs, &c);
    unsigned prefix = type & 0xffU;
    if (prefix >= COUNT_OF(prefixes))
        return error_new(ERROR_INPUT, "extended attribute of type %u, 0 to 2 are known", type);
    struct bytes text = bytes_of(prefixes[prefix]);
    TRY(room(list, text.size, &to));
    mem_copy(to, text.data, text.size);
    TRY(room(list, size, &to));
    TRY(squashfs_metadata_read(stream, to, size));
    if (bytes_find_byte(bytes_from(to, size), 0) != SIZE_MAX)
        return error_new(ERROR_INPUT, "name of an extended attribute with a zero byte");
    TRY(room(list, 1, &to));
    *to = 0;
    if ((type & OUT_OF_LINE) == 0)
        return add_value(list, stream);
    struct squashfs_stream there;
    TRY(follow(list, stream, &there));
    return add_value(list, &there);
}

struct error *squashfs_xattr_read(struct squashfs *fs, uint32_t index, struct arena *arena,
                                  struct bytes *xattrs)
{
    struct cursor c = cursor_at(fs->image, fs->super.xattr_table);
    uint64_t table = squashfs_u64(fs, &c);
    uint32_t known = squashfs_u32(fs, &c);
    uint8_t element[16];

    TRY(cursor_check(&c, "table of extended attributes"));
    if (index >= known)
        return error_new(ERROR_INPUT, "extended attributes %u of %u", index, known);
    TRY(squashfs_metadata_element(fs, fs->super.xattr_table + 16, index, sizeof element,
                                  element));
    c = cursor_over(bytes_from(element, sizeof element));
    uint64_t reference = squashfs_u64(fs, &c);
    uint32_t count = squashfs_u32(fs, &c);
    if (count > LIMIT_XATTRS)
        return error_new(ERROR_LIMIT, "%u extended attributes; we read at most %d", count,
                         LIMIT_XATTRS);
    struct list list = {.fs = fs, .arena = arena, .table = table};
    struct squashfs_stream stream =
        squashfs_metadata_at(fs, table, fs->super.bytes_used, reference);
    for (uint32_t i = 0; i < count; i++)
        TRY(add_attribute(&list, &stream));
    *xattrs = bytes_from(list.data, list.size);
    return NULL;
}
