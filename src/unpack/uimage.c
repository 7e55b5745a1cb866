#include <inttypes.h>

#include "base/cursor.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/size.h"
#include "unpack/format.h"

/*
 * U-Boot's legacy image: a header of 64 bytes, big-endian, with a CRC-32 over itself and one over
 * the payload. The types "multi" and "script" put a table of sizes before their data.
 */

#define HEADER_BYTES 64
#define MAGIC        0x27051956U
#define TYPE_MULTI   4
#define TYPE_SCRIPT  6
/* One above the largest values that U-Boot 2024 gives, with room for vendors' own. */
#define OS_COUNT          64
#define ARCH_COUNT        64
#define TYPE_COUNT        96
#define COMPRESSION_COUNT 16

struct header {
    uint32_t header_crc, size, data_crc;
    uint8_t os, arch, type, compression;
    struct bytes name;
    bool crc_right;
};

static bool header_crc_right(struct bytes image, uint32_t wanted)
{
    uint8_t copy[HEADER_BYTES];
    struct cursor c = cursor_over(image);

    for (size_t i = 0; i < HEADER_BYTES; i++) {
        uint8_t byte = cursor_u8(&c);
        copy[i] = i >= 4 && i < 8 ? 0 : byte; /* the CRC is made with its own field zero */
    }
    return cursor_ok(&c) && hash_crc32(bytes_from(copy, HEADER_BYTES)) == wanted;
}

static bool read_header(struct bytes image, struct header *out)
{
    struct cursor c = cursor_over(image);

    if (cursor_u32be(&c) != MAGIC)
        return false;
    out->header_crc = cursor_u32be(&c);
    cursor_skip(&c, 4);
    out->size = cursor_u32be(&c);
    cursor_skip(&c, 8);
    out->data_crc = cursor_u32be(&c);
    out->os = cursor_u8(&c);
    out->arch = cursor_u8(&c);
    out->type = cursor_u8(&c);
    out->compression = cursor_u8(&c);
    out->name = cursor_text(&c, 32);
    out->crc_right = header_crc_right(image, out->header_crc);
    return cursor_ok(&c);
}

static bool is_plausible(const struct header *header)
{
    for (size_t i = 0; i < header->name.size; i++)
        if (bytes_at(header->name, i) < 0x20)
            return false;
    return header->size > 0 && header->os > 0 && header->os < OS_COUNT && header->arch > 0 &&
           header->arch < ARCH_COUNT && header->type > 0 && header->type < TYPE_COUNT &&
           header->compression < COMPRESSION_COUNT;
}

static unsigned uimage_recognise(struct bytes image)
{
    struct header header;

    if (!read_header(image, &header))
        return 0;
    if (header.crc_right)
        return 64;
    /* Vendors change fields and forget the CRC: the magic, and some ten bits of small numbers. */
    return is_plausible(&header) && header.size <= image.size ? 42 : 0;
}

static uint64_t uimage_measure(struct bytes image)
{
    struct header header;

    if (!read_header(image, &header))
        return 0;
    return HEADER_BYTES + (uint64_t)header.size;
}

static const char *role_of(uint8_t type)
{
    switch (type) {
    case 1:
        return "standalone";
    case 2:
    case 14: /* a kernel that needs no load address */
        return "kernel";
    case 3:
        return "ramdisk";
    case 5:
        return "firmware";
    case TYPE_SCRIPT:
        return "script";
    case 7:
        return "filesystem";
    case 8:
        return "dtb";
    default:
        return "payload";
    }
}

static struct error *give(struct sink *sink, struct bytes name, uint64_t at, uint64_t size,
                          const char *what)
{
    struct node node = {.kind = NODE_CONTAINER, .path = name, .size = size};

    if (size == 0)
        return NULL;
    sink_span(sink, at, size, SPAN_EXPLAINED, what);
    return sink_node(sink, &node, content_slice(at, size), NULL);
}

/* The parts of a multi-file image: sizes, a zero, then the data, each on a multiple of four. */
static struct error *give_parts(struct container *container, const struct header *header,
                                uint64_t end, struct sink *sink)
{
    static const char *const roles[] = {"kernel", "ramdisk", "dtb"};
    struct cursor c = cursor_at(container->image, HEADER_BYTES);
    uint32_t sizes[LIMIT_UIMAGE_PARTS];
    size_t count = 0;

    while (count < LIMIT_UIMAGE_PARTS && cursor_ok(&c)) {
        uint32_t size = cursor_u32be(&c);
        if (size == 0)
            break;
        sizes[count++] = size;
    }
    TRY(cursor_check(&c, "table of sizes of a multi-file uImage"));
    uint64_t at = cursor_offset(&c);
    sink_span(sink, HEADER_BYTES, at - HEADER_BYTES, SPAN_EXPLAINED, "uImage table of sizes");
    for (size_t i = 0; i < count; i++) {
        bool named = header->type == TYPE_MULTI && i < COUNT_OF(roles) && count > 1;
        const char *name = header->type == TYPE_SCRIPT && i == 0 ? "script"
                           : named                               ? roles[i]
                                   : arena_printf(container->arena, "part%zu", i);
        uint64_t size = at < end ? size_min(sizes[i], end - at) : 0;
        if (size < sizes[i])
            sink_unread(sink, bytes_of(name), sizes[i] - size,
                        "the part goes on behind the end of the uImage");
        TRY(give(sink, bytes_of(name), at, size, name));
        uint64_t next = at + size + (i + 1 < count ? (4 - sizes[i] % 4) % 4 : 0);
        next = size_min(next, size_max(end, at + size));
        if (next > at + size)
            sink_span(sink, at + size, next - at - size, SPAN_PADDING, "alignment");
        at = next;
    }
    if (at < end)
        sink_span(sink, at, end - at, SPAN_UNKNOWN, "behind the last part of the uImage");
    return NULL;
}

static struct error *uimage_unpack(struct container *container, struct sink *sink)
{
    struct bytes image = container->image;
    struct header header;

    if (!read_header(image, &header))
        return error_new(ERROR_INPUT, "no whole uImage header at byte 0");
    uint64_t end = size_min(HEADER_BYTES + (uint64_t)header.size, image.size);
    struct bytes payload = bytes_slice(image, HEADER_BYTES, header.size);
    sink_span(sink, 0, HEADER_BYTES, SPAN_EXPLAINED, "uImage header");
    if (!header.crc_right)
        sink_unread(sink, bytes_of(""), 0, "the CRC of the uImage header does not match it");
    if (payload.size < header.size)
        sink_unread(sink, bytes_of(""), header.size - payload.size,
                    "the payload of the uImage is cut short");
    else if (hash_crc32(payload) != header.data_crc)
        sink_unread(sink, bytes_of(""), 0, "the CRC of the uImage payload does not match it");
    if (header.type == TYPE_MULTI || header.type == TYPE_SCRIPT)
        return give_parts(container, &header, end, sink);
    const char *role = role_of(header.type);
    return give(sink, bytes_of(role), HEADER_BYTES, payload.size, role);
}

static const struct magic magics[] = {{"\x27\x05\x19\x56", 4, 0}};

const struct format format_uimage = {
    .name = "uimage",
    .title = "U-Boot legacy image",
    .source = "U-Boot, include/image.h, struct legacy_img_hdr",
    .magics = magics,
    .magic_count = COUNT_OF(magics),
    .recognise = uimage_recognise,
    .measure = uimage_measure,
    .unpack = uimage_unpack,
};
