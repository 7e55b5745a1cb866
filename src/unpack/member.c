#include "unpack/member.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/size.h"

static unsigned digit_of(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - (unsigned)'0';
    if (byte >= 'a' && byte <= 'f')
        return byte - (unsigned)'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - (unsigned)'A' + 10;
    return UINT32_MAX;
}

bool member_number(struct bytes field, unsigned base, uint64_t *out)
{
    uint64_t value = 0;
    size_t i = 0, digits = 0;

    while (i < field.size && bytes_at(field, i) == ' ')
        i++;
    for (; i < field.size && digit_of(bytes_at(field, i)) < base; i++, digits++)
        if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
            __builtin_add_overflow(value, (uint64_t)digit_of(bytes_at(field, i)), &value))
            return false;
    /* An empty field stands for zero: device numbers of files, owners in a symbol table. */
    for (; i < field.size; i++)
        if (bytes_at(field, i) != ' ' && bytes_at(field, i) != 0)
            return false;
    *out = value;
    return true;
}

bool member_mode(struct node *node, uint64_t mode)
{
    static const struct {
        unsigned type;
        enum node_kind kind;
    } kinds[] = {
        {S_IFREG, NODE_FILE},    {S_IFDIR, NODE_DIR},   {S_IFLNK, NODE_LINK},
        {S_IFCHR, NODE_CHAR},    {S_IFBLK, NODE_BLOCK}, {S_IFIFO, NODE_FIFO},
        {S_IFSOCK, NODE_SOCKET},
    };

    node->mode = (uint32_t)(mode & 07777);
    node->has_owner = true;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if ((mode & S_IFMT) == kinds[i].type) {
            node->kind = kinds[i].kind;
            return true;
        }
    return false;
}

static bool has_xattr(const struct member_xattrs *xattrs, struct bytes name)
{
    struct cursor c = cursor_over(bytes_from(xattrs->data, xattrs->size));

    while (cursor_left(&c) > 0) {
        if (bytes_equal(cursor_string(&c), name))
            return true;
        cursor_skip(&c, cursor_u32le(&c));
    }
    return false;
}

void member_add_xattr(struct arena *arena, struct member_xattrs *xattrs, struct bytes name,
                      struct bytes value)
{
    size_t size = xattrs->size + name.size + 1 + 4 + value.size;

    if (name.size == 0 || xattrs->count >= LIMIT_XATTRS || has_xattr(xattrs, name))
        return;
    xattrs->data = arena_grow(arena, xattrs->data, &xattrs->capacity, size, 1);
    uint8_t *at = xattrs->data + xattrs->size;
    mem_copy(at, name.data, name.size);
    at += name.size;
    *at++ = 0;
    for (unsigned i = 0; i < 4; i++)
        *at++ = (uint8_t)(value.size >> 8 * i);
    mem_copy(at, value.data, value.size);
    xattrs->size = size;
    xattrs->count++;
}

struct error *member_slice(struct container *container, struct sink *sink, struct node *node,
                           uint64_t offset, uint64_t wanted)
{
    size_t have = bytes_slice(container->image, offset, wanted).size;

    node->size = have;
    TRY(sink_node(sink, node, content_slice(offset, have), NULL));
    if (have < wanted)
        sink_unread(sink, node->path, wanted - have, "the archive is cut short in this file");
    return NULL;
}

struct error *member_rest(struct container *container, struct sink *sink, uint64_t at)
{
    struct bytes rest = bytes_from_offset(container->image, at);
    size_t padding = 0;

    while (padding < rest.size && bytes_at(rest, padding) == 0)
        padding++;
    if (padding < rest.size && bytes_all(rest, 0xff))
        padding = rest.size;
    if (padding > 0)
        sink_span(sink, at, padding, SPAN_PADDING, "padding");
    if (padding == rest.size)
        return NULL;
    at += padding;
    struct node node = {.kind = NODE_CONTAINER, .size = rest.size - padding};
    node.path = bytes_of(arena_printf(container->arena, "rest@%llx", (unsigned long long)at));
    sink_span(sink, at, node.size, SPAN_EXPLAINED, "data behind the archive");
    return sink_node(sink, &node, content_slice(at, node.size), NULL);
}

static struct error *failure(struct archive *reader)
{
    const char *reason = archive_error_string(reader);

    return error_new(ERROR_INPUT, "libarchive cannot read it: %s",
                     reason == NULL ? "no reason given" : reason);
}

static struct error *copy_blocks(struct archive *reader, struct bytes archive,
                                 struct buffer *out)
{
    const void *block;
    size_t size;
    la_int64_t offset;
    int result;

    while ((result = archive_read_data_block(reader, &block, &size, &offset)) == ARCHIVE_OK) {
        if (offset < 0 || (uint64_t)offset < out->size)
            return error_new(ERROR_INPUT, "the parts of a sparse file overlap");
        TRY(buffer_add_zeros(out, (uint64_t)offset - out->size));
        TRY(buffer_add(out, bytes_from(block, size)));
        TRY(buffer_wrote(out, 0, archive.size));
    }
    return result == ARCHIVE_EOF ? NULL : failure(reader);
}

struct error *member_read(struct bytes archive, int format, struct buffer *out)
{
    struct archive *reader = archive_read_new();
    struct archive_entry *entry;
    struct error *error;
    int result = ARCHIVE_FATAL;

    if (reader == NULL)
        return error_new(ERROR_LIMIT, "no memory for libarchive");
    archive_read_support_format_by_code(reader, format);
    if (archive_read_open_memory(reader, archive.data, archive.size) != ARCHIVE_OK ||
        (result = archive_read_next_header(reader, &entry)) < ARCHIVE_WARN ||
        result == ARCHIVE_EOF)
        error = failure(reader);
    else
        error = copy_blocks(reader, archive, out);
    if (error == NULL && archive_entry_size_is_set(entry) && archive_entry_size(entry) > 0 &&
        (uint64_t)archive_entry_size(entry) > out->size)
        error = buffer_add_zeros(out, (uint64_t)archive_entry_size(entry) - out->size);
    archive_read_free(reader);
    return error;
}
