#include "base/cursor.h"
#include "base/hash.h"
#include "base/size.h"
#include "unpack/format.h"

/*
 * TRX, the update format of Broadcom's routers: little-endian header, CRC-32 over all behind the
 * CRC field (not inverted at its end), and the offsets of three (version 1) or four (version 2)
 * partitions; 0 is none.
 */

#define MAGIC        0x30524448U /* "HDR0" */
#define CRC_FROM     12
#define OFFSETS_MOST 4

struct header {
    uint32_t size, crc;
    unsigned offset_count;
    uint32_t offsets[OFFSETS_MOST];
    uint32_t bytes; /* of the header */
};

static bool read_header(struct bytes image, struct header *out)
{
    struct cursor c = cursor_over(image);
    uint32_t before = 0;

    if (cursor_u32le(&c) != MAGIC)
        return false;
    out->size = cursor_u32le(&c);
    out->crc = cursor_u32le(&c);
    cursor_skip(&c, 2);
    uint16_t version = cursor_u16le(&c);
    if (version != 1 && version != 2)
        return false;
    out->offset_count = version == 1 ? 3 : 4;
    out->bytes = 16 + 4 * out->offset_count;
    for (unsigned i = 0; i < out->offset_count; i++) {
        uint32_t offset = cursor_u32le(&c);
        out->offsets[i] = offset;
        if (offset == 0)
            continue;
        if (offset < out->bytes || offset < before || offset >= out->size)
            return false;
        before = offset;
    }
    return cursor_ok(&c) && before > 0 && out->size > out->bytes;
}

static unsigned trx_recognise(struct bytes image)
{
    struct header header;

    /* Magic, version, and offsets that rise and stay inside. */
    return read_header(image, &header) ? 32 + 14 + 8 : 0;
}

static uint64_t trx_measure(struct bytes image)
{
    struct header header;

    return read_header(image, &header) ? header.size : 0;
}

/* Where the partition at OFFSET ends: where the next one begins. */
static uint64_t end_of(const struct header *header, uint32_t offset, uint64_t end)
{
    for (unsigned i = 0; i < header->offset_count; i++)
        if (header->offsets[i] > offset)
            end = size_min(end, header->offsets[i]);
    return end;
}

static struct error *trx_unpack(struct container *container, struct sink *sink)
{
    struct bytes image = container->image;
    struct header header;
    uint64_t covered;

    if (!read_header(image, &header))
        return error_new(ERROR_INPUT, "no whole TRX header at byte 0");
    uint64_t end = size_min(header.size, image.size);
    sink_span(sink, 0, header.bytes, SPAN_EXPLAINED, "TRX header");
    if (end < header.size)
        sink_unread(sink, bytes_of(""), header.size - end, "the TRX image is cut short");
    else if (~hash_crc32(bytes_slice(image, CRC_FROM, header.size - CRC_FROM)) != header.crc)
        sink_unread(sink, bytes_of(""), 0, "the CRC of the TRX image does not match it");
    covered = header.bytes;
    for (unsigned i = 0; i < header.offset_count; i++) {
        uint64_t at = header.offsets[i];
        if (at == 0 || at >= end || at < covered)
            continue;
        uint64_t size = end_of(&header, header.offsets[i], end) - at;
        const char *name = arena_printf(container->arena, "partition%u", i);
        struct node node = {.kind = NODE_CONTAINER, .path = bytes_of(name), .size = size};
        if (at > covered)
            sink_span(sink, covered, at - covered,
                      bytes_all(bytes_slice(image, covered, at - covered), 0) ? SPAN_PADDING
                                                                              : SPAN_UNKNOWN,
                      "before a partition");
        sink_span(sink, at, size, SPAN_EXPLAINED, name);
        TRY(sink_node(sink, &node, content_slice(at, size), NULL));
        covered = at + size;
    }
    if (covered < end)
        sink_span(sink, covered, end - covered, SPAN_UNKNOWN, "behind the last partition");
    return NULL;
}

static const struct magic magics[] = {{"HDR0", 4, 0}};

const struct format format_trx = {
    .name = "trx",
    .title = "TRX update image",
    .source = "Linux, drivers/mtd/parsers/parser_trx.c; OpenWrt, firmware-utils, trx",
    .magics = magics,
    .magic_count = COUNT_OF(magics),
    .recognise = trx_recognise,
    .measure = trx_measure,
    .unpack = trx_unpack,
};
