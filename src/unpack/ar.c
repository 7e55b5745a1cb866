#include <inttypes.h>

#include "base/limits.h"
#include "base/size.h"
#include "unpack/member.h"

#define AR_MAGIC      "!<arch>\n"
#define AR_MAGIC_SIZE 8
#define AR_HEADER     60

struct header {
    struct bytes name; /* blanks cut */
    uint64_t mode, uid, gid, size;
};

static bool header_read(struct bytes image, uint64_t at, struct header *header)
{
    struct cursor c = cursor_at(image, at);
    bool good = true;

    header->name = bytes_trim(cursor_bytes(&c, 16));
    cursor_skip(&c, 12);
    good &= member_number(cursor_bytes(&c, 6), 10, &header->uid);
    good &= member_number(cursor_bytes(&c, 6), 10, &header->gid);
    good &= member_number(cursor_bytes(&c, 8), 8, &header->mode);
    good &= member_number(cursor_bytes(&c, 10), 10, &header->size);
    return cursor_u16be(&c) == 0x600a && cursor_ok(&c) && good;
}

static unsigned ar_recognise(struct bytes image)
{
    struct header header;

    if (!bytes_starts(image, AR_MAGIC))
        return 0;
    if (image.size == AR_MAGIC_SIZE)
        return 8 * AR_MAGIC_SIZE;
    return header_read(image, AR_MAGIC_SIZE, &header) ? 8 * AR_MAGIC_SIZE + 16 : 0;
}

/* The header behind a member: its content is filled up to an even length. */
static uint64_t behind(uint64_t at, const struct header *header)
{
    return at + AR_HEADER + header->size + header->size % 2;
}

static uint64_t ar_measure(struct bytes image)
{
    struct header header;
    uint64_t at = AR_MAGIC_SIZE;

    while (header_read(image, at, &header))
        at = behind(at, &header);
    return size_min(at, image.size);
}

/* GNU keeps long names in a member "//", one a line, and names them "/OFFSET". */
static struct bytes long_name(struct bytes names, struct bytes name)
{
    uint64_t offset;

    if (!member_number(bytes_from_offset(name, 1), 10, &offset))
        return name;
    struct bytes rest = bytes_from_offset(names, offset);
    rest = bytes_slice(rest, 0, size_min(LIMIT_NAME, bytes_find_byte(rest, '\n')));
    return bytes_ends(rest, "/") ? bytes_slice(rest, 0, rest.size - 1) : rest;
}

/* BSD puts a long name before the content: "#1/LENGTH". False when it does not fit. */
static bool bsd_name(struct bytes image, uint64_t *data, struct header *header)
{
    uint64_t length;

    if (!bytes_starts(header->name, "#1/"))
        return true;
    if (!member_number(bytes_from_offset(header->name, 3), 10, &length) ||
        length > header->size || length > LIMIT_NAME || !bytes_has(image, *data, length))
        return false;
    struct cursor c = cursor_at(image, *data);
    header->name = cursor_text(&c, (size_t)length);
    header->size -= length;
    *data += length;
    return true;
}

static bool is_index(struct bytes name)
{
    return bytes_is(name, "/") || bytes_is(name, "//") || bytes_is(name, "/SYM64/") ||
           bytes_starts(name, "__.SYMDEF");
}

static struct error *put(struct container *container, struct sink *sink, uint64_t at,
                         struct header header, struct bytes *names)
{
    struct node node = {.kind = NODE_FILE, .has_owner = true};
    uint64_t data = at + AR_HEADER;

    if (bytes_is(header.name, "//"))
        *names = bytes_slice(container->image, data, header.size);
    if (!bsd_name(container->image, &data, &header)) {
        sink_unread(sink, header.name, header.size,
                    "the long name of this ar member is damaged");
        return NULL;
    }
    if (is_index(header.name))
        return NULL;
    node.path = header.name;
    if (bytes_at(header.name, 0) == '/')
        node.path = long_name(*names, header.name);
    else if (bytes_ends(header.name, "/"))
        node.path = bytes_slice(header.name, 0, header.name.size - 1);
    node.mode = (uint32_t)(header.mode & 07777);
    node.uid = (uint32_t)header.uid;
    node.gid = (uint32_t)header.gid;
    return member_slice(container, sink, &node, data, header.size);
}

static struct error *ar_unpack(struct container *container, struct sink *sink)
{
    struct bytes names = {NULL, 0};
    uint64_t at = AR_MAGIC_SIZE;
    struct header header;

    while (header_read(container->image, at, &header)) {
        TRY(put(container, sink, at, header, &names));
        at = behind(at, &header);
    }
    at = size_min(at, container->image.size);
    sink_span(sink, 0, at, SPAN_EXPLAINED, "ar archive");
    if (at == container->image.size)
        return NULL;
    if (!bytes_all(bytes_from_offset(container->image, at), 0))
        sink_unread(sink, bytes_of(""), container->image.size - at,
                    arena_printf(container->arena, "no valid ar header at byte %" PRIu64, at));
    return member_rest(container, sink, at);
}

static const struct magic ar_magics[] = {{AR_MAGIC, AR_MAGIC_SIZE, 0}};

const struct format format_ar = {
    .name = "ar",
    .title = "ar archive (deb and ipk packages, static libraries)",
    .source = "GNU binutils, include/aout/ar.h; deb(5)",
    .is_tree = true,
    .magics = ar_magics,
    .magic_count = COUNT_OF(ar_magics),
    .recognise = ar_recognise,
    .measure = ar_measure,
    .unpack = ar_unpack,
};
