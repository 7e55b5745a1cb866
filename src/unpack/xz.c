#include "base/cursor.h"
#include "base/limits.h"
#include "unpack/stream.h"

#define XZ_MAGIC \
    "\xfd"       \
    "7zXZ\0"
#define XZ_MAGIC_SIZE 6
#define XZ_HEADER     12

/* Magic, flags, and the CRC-32 of the flags (The .xz File Format 1.1.0, section 2.1.1). */
static bool header_fits(struct bytes image)
{
    struct cursor c = cursor_over(image);
    struct bytes magic = cursor_bytes(&c, XZ_MAGIC_SIZE);
    struct bytes flags = cursor_bytes(&c, 2);
    uint32_t crc = cursor_u32le(&c);

    return cursor_ok(&c) && bytes_equal(magic, bytes_from(XZ_MAGIC, XZ_MAGIC_SIZE)) &&
           bytes_at(flags, 0) == 0 && bytes_at(flags, 1) < 16 && hash_crc32(flags) == crc;
}

static unsigned xz_recognise(struct bytes image)
{
    return header_fits(image) ? 8 * XZ_HEADER : 0;
}

/* How many zeros stand before the next stream; false when none follows. */
static bool next_stream(struct bytes rest, size_t *padding)
{
    for (size_t at = 0; at <= LIMIT_XZ_PADDING && at < rest.size; at += 4) {
        if (header_fits(bytes_from_offset(rest, at))) {
            *padding = at;
            return true;
        }
        if (!bytes_all(bytes_slice(rest, at, 4), 0))
            return false;
    }
    return false;
}

struct error *stream_xz(struct stream *stream)
{
    static lzma_stream decoder = LZMA_STREAM_INIT; /* keeps its memory from stream to stream */
    size_t padding = 0;

    do {
        stream->consumed += padding;
        if (lzma_stream_decoder(&decoder, LIMIT_DECODER_MEMORY, 0) != LZMA_OK)
            return error_new(ERROR_LIMIT, "no memory for the xz decoder");
        TRY(stream_lzma(stream, &decoder, "xz stream"));
    } while (next_stream(stream_rest(stream), &padding));
    return NULL;
}

static struct error *xz_unpack(struct container *container, struct sink *sink)
{
    static const struct stream_kind kind = {.what = "xz stream", .decode = stream_xz};

    return stream_unpack(&kind, container, sink);
}

static const struct magic xz_magics[] = {{XZ_MAGIC, XZ_MAGIC_SIZE, 0}};

const struct format format_xz = {
    .name = "xz",
    .title = "xz compressed stream",
    .source = "The .xz File Format, version 1.1.0",
    .is_stream = true,
    .magics = xz_magics,
    .magic_count = COUNT_OF(xz_magics),
    .recognise = xz_recognise,
    .unpack = xz_unpack,
};
