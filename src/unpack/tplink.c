#include "base/cursor.h"
#include "base/size.h"
#include "unpack/format.h"

/*
 * TP-Link's header before router images, 512 bytes, big-endian. Version 1 has the vendor's name
 * at byte 4; versions 2 and 3 put the fields 12 bytes earlier. An image "with boot" has an outer
 * header, a boot loader of 128 KiB, and then a second header of its own for kernel and root file
 * system; the outer one's offsets count from there.
 */

#define HEADER_BYTES 0x200
#define BOOT_BYTES   0x20000
#define OFFSETS_V1   0x7c
#define OFFSETS_V2   0x70

struct header {
    uint64_t size; /* of the image, with this header */
    uint64_t kernel, kernel_size;
    uint64_t rootfs, rootfs_size;
    uint64_t boot, boot_size;
    bool vendor; /* named, in version 1 */
};

/* Text, then zeros or, in version 2, ff: no other bytes. */
static bool is_name(struct bytes field)
{
    size_t i = 0;

    while (i < field.size && bytes_at(field, i) >= 0x20 && bytes_at(field, i) < 0x7f)
        i++;
    if (i == field.size)
        return true;
    struct bytes rest = bytes_from_offset(field, i + 1);
    return bytes_at(field, i) == 0 && (bytes_all(rest, 0) || bytes_all(rest, 0xff));
}

static bool read_header(struct bytes image, struct header *out)
{
    struct cursor c = cursor_over(image);
    uint32_t version = cursor_u32be(&c);
    bool first = version == 0x01000000;

    if (!first && version != 0x02000000 && version != 0x03000000)
        return false;
    struct bytes vendor = cursor_bytes(&c, first ? 24 : 0);
    struct bytes name = cursor_bytes(&c, first ? 36 : 48);
    uint32_t hardware = cursor_u32be(&c);
    cursor_seek(&c, first ? OFFSETS_V1 : OFFSETS_V2);
    out->size = cursor_u32be(&c);
    out->kernel = cursor_u32be(&c);
    out->kernel_size = cursor_u32be(&c);
    out->rootfs = cursor_u32be(&c);
    out->rootfs_size = cursor_u32be(&c);
    out->boot = cursor_u32be(&c);
    out->boot_size = cursor_u32be(&c);
    out->vendor = first && vendor.size > 0 && bytes_at(vendor, 0) != 0;
    if (!cursor_ok(&c) || hardware == 0 || !is_name(name) || !is_name(vendor))
        return false;
    /* Version 2 says so in its name, version 1 gives a vendor: else it is any small number. */
    return (first ? out->vendor : bytes_starts(name, "ver")) &&
           (out->kernel >= HEADER_BYTES || out->kernel == 0) && out->size > HEADER_BYTES &&
           (out->kernel_size > 0 || out->rootfs_size > 0);
}

static unsigned tplink_recognise(struct bytes image)
{
    struct header header;

    if (image.size < HEADER_BYTES || !read_header(image, &header))
        return 0;
    return 32 + 24 + 16; /* version, names of a fixed shape, offsets that fit */
}

static uint64_t tplink_measure(struct bytes image)
{
    struct header header;

    if (!read_header(image, &header))
        return 0;
    return size_max(header.size, header.kernel + header.kernel_size);
}

struct walk {
    struct bytes image;
    struct sink *sink;
    uint64_t covered;
};

static void give_gap(struct walk *walk, uint64_t to)
{
    struct bytes gap = bytes_slice(walk->image, walk->covered, to - walk->covered);

    if (to <= walk->covered)
        return;
    bool padding = bytes_all(gap, 0xff) || bytes_all(gap, 0);
    sink_span(walk->sink, walk->covered, gap.size, padding ? SPAN_PADDING : SPAN_UNKNOWN,
              padding ? "padding" : "between the parts");
    walk->covered = to;
}

static struct error *give_part(struct walk *walk, const char *name, uint64_t at, uint64_t size)
{
    struct node node = {.kind = NODE_CONTAINER, .path = bytes_of(name)};

    if (size == 0)
        return NULL;
    if (at < walk->covered) {
        sink_unread(walk->sink, bytes_of(name), size, "the part overlaps what lies before it");
        return NULL;
    }
    struct bytes content = bytes_slice(walk->image, at, size);
    if (content.size < size)
        sink_unread(walk->sink, bytes_of(name), size - content.size,
                    "the part ends behind the image");
    if (content.size == 0)
        return NULL;
    give_gap(walk, at);
    sink_span(walk->sink, at, content.size, SPAN_EXPLAINED, name);
    walk->covered = at + content.size;
    node.size = content.size;
    return sink_node(walk->sink, &node, content_slice(at, content.size), NULL);
}

/* The kernel and root file system that HEADER, which stands at BASE, speaks of. */
static struct error *give_system(struct walk *walk, const struct header *header, uint64_t base)
{
    give_gap(walk, base);
    walk->covered = size_min(base + HEADER_BYTES, walk->image.size);
    sink_span(walk->sink, base, walk->covered - base, SPAN_EXPLAINED, "TP-Link header");
    if (header->kernel > 0)
        TRY(give_part(walk, "kernel", base + header->kernel, header->kernel_size));
    /* The kernel file of an image that was taken apart still has the whole image's header. */
    if (base + header->rootfs < walk->image.size)
        TRY(give_part(walk, "rootfs", base + header->rootfs, header->rootfs_size));
    else if (header->rootfs_size > 0)
        sink_unread(walk->sink, bytes_of("rootfs"), header->rootfs_size,
                    "the header speaks of a root file system behind the end of the image");
    return NULL;
}

static struct error *tplink_unpack(struct container *container, struct sink *sink)
{
    struct walk walk = {.image = container->image, .sink = sink};
    struct header header, inner;
    uint64_t base = HEADER_BYTES + BOOT_BYTES;

    if (!read_header(walk.image, &header))
        return error_new(ERROR_INPUT, "no whole TP-Link header at byte 0");
    uint64_t end = size_min(tplink_measure(walk.image), walk.image.size);
    if (header.boot_size > 0 && read_header(bytes_from_offset(walk.image, base), &inner)) {
        sink_span(sink, 0, HEADER_BYTES, SPAN_EXPLAINED, "TP-Link header");
        walk.covered = HEADER_BYTES; /* the inner header was read, so there is as much */
        TRY(give_part(&walk, "bootloader", HEADER_BYTES,
                      size_min(header.boot_size, BOOT_BYTES)));
        TRY(give_system(&walk, &inner, base));
    } else {
        TRY(give_system(&walk, &header, 0));
        if (header.boot >= HEADER_BYTES)
            TRY(give_part(&walk, "bootloader", header.boot, header.boot_size));
    }
    give_gap(&walk, end);
    return NULL;
}

static const struct magic magics[] = {
    {"\x01\x00\x00\x00TP-LINK ", 12, 0},
    {"\x02\x00\x00\x00ver. ", 9, 0},
    {"\x03\x00\x00\x00ver. ", 9, 0},
};

const struct format format_tplink = {
    .name = "tplink",
    .title = "TP-Link firmware image",
    .source = "OpenWrt, firmware-utils, mktplinkfw and mktplinkfw2; Linux, mtdsplit_tplink",
    .magics = magics,
    .magic_count = COUNT_OF(magics),
    .recognise = tplink_recognise,
    .measure = tplink_measure,
    .unpack = tplink_unpack,
};
