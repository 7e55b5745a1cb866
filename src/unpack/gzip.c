#define ZLIB_CONST /* its input is read only: let its type say so */

#include <inttypes.h>
#include <libdeflate.h>
#include <zlib.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "base/size.h"
#include "unpack/stream.h"

#define GZIP_TRY_INPUT 8192
#define GZIP_TRAILER   8
#define ZLIB_STEP      (1U << 30) /* zlib counts in 32 bits */

enum flag {
    FLAG_HEADER_CRC = 1 << 1,
    FLAG_EXTRA = 1 << 2,
    FLAG_NAME = 1 << 3,
    FLAG_COMMENT = 1 << 4,
    FLAGS_RESERVED = 0xe0,
};

struct header {
    size_t size;
    struct bytes name;
    unsigned bits; /* verified */
};

/* RFC 1952, section 2.3. */
static bool header_read(struct bytes image, struct header *header)
{
    struct cursor c = cursor_over(image);

    *header = (struct header){.bits = 16 + 8 + 3};
    if (cursor_u16be(&c) != 0x1f8b || cursor_u8(&c) != 8)
        return false;
    uint8_t flags = cursor_u8(&c);
    cursor_skip(&c, 4 + 1); /* time, level: any value is met */
    uint8_t host = cursor_u8(&c);
    if ((flags & FLAGS_RESERVED) != 0 || (host > 19 && host != 255))
        return false;
    if ((flags & FLAG_EXTRA) != 0)
        cursor_skip(&c, cursor_u16le(&c));
    if ((flags & FLAG_NAME) != 0)
        header->name = cursor_string(&c);
    if ((flags & FLAG_COMMENT) != 0)
        (void)cursor_string(&c);
    if ((flags & FLAG_HEADER_CRC) != 0) {
        uint32_t crc = hash_crc32(bytes_slice(image, 0, cursor_offset(&c)));
        if (cursor_u16le(&c) != (crc & 0xffff))
            return false;
        header->bits += 16;
    }
    header->size = cursor_offset(&c);
    return cursor_ok(&c) && header->name.size <= LIMIT_NAME;
}

/* Step by step: slower, but what comes out before the damage is kept. */
static struct error *inflate_slowly(struct stream *stream)
{
    static z_stream zlib;
    static bool ready;
    int result = ready ? inflateReset(&zlib) : inflateInit2(&zlib, -MAX_WBITS);

    if (result != Z_OK)
        return error_new(ERROR_LIMIT, "no memory for the deflate decoder");
    ready = true;
    while (result != Z_STREAM_END) {
        struct bytes rest = stream_rest(stream);
        uint8_t *room;
        size_t size;
        TRY(stream_room(stream, &room, &size));
        uInt given = (uInt)size_min(rest.size, ZLIB_STEP);
        zlib.next_in = rest.data;
        zlib.avail_in = given;
        zlib.next_out = room;
        zlib.avail_out = (uInt)size;
        result = inflate(&zlib, Z_NO_FLUSH);
        TRY(stream_step(stream, size - zlib.avail_out, given - zlib.avail_in));
        if (result == Z_BUF_ERROR ||
            (result == Z_OK && stream_rest(stream).size == 0 && zlib.avail_out > 0))
            return stream_cut(stream, "deflate stream");
        if (result != Z_OK && result != Z_STREAM_END)
            return error_new(ERROR_INPUT, "the deflate stream is damaged near byte %zu",
                             stream->consumed);
    }
    return NULL;
}

struct error *stream_deflate(struct stream *stream)
{
    static struct libdeflate_decompressor *decompressor;
    struct bytes rest = stream_rest(stream);
    size_t used, written, size;
    uint8_t *room;

    if (decompressor == NULL)
        decompressor = libdeflate_alloc_decompressor();
    if (decompressor == NULL)
        return error_new(ERROR_LIMIT, "no memory for the deflate decoder");
    TRY(buffer_room(stream->out, 1, &room, &size));
    if (libdeflate_deflate_decompress_ex(decompressor, rest.data, rest.size, room, size, &used,
                                         &written) == LIBDEFLATE_SUCCESS)
        return stream_step(stream, written, used);
    return inflate_slowly(stream);
}

/* The checksum and size behind a member. */
static struct error *trailer_check(struct stream *stream, struct bytes content)
{
    struct cursor c = cursor_over(stream_rest(stream));
    uint32_t crc = cursor_u32le(&c), size = cursor_u32le(&c);

    if (!cursor_ok(&c))
        return stream_cut(stream, "gzip stream");
    stream->consumed += GZIP_TRAILER;
    uint32_t found = hash_crc32(content);
    if (found == crc && size == (uint32_t)content.size)
        return NULL;
    stream->whole = found == crc || size == (uint32_t)content.size;
    if (found != crc)
        return error_new(ERROR_INPUT,
                         "the gzip checksum is %08" PRIx32 ", but the content has %08" PRIx32,
                         crc, found);
    return error_new(ERROR_INPUT, "the gzip size is %" PRIu32 ", but there are %zu bytes", size,
                     content.size);
}

/* Decodes a member whose header was read. *FLAW: all is there, and its checksum does not fit. */
static struct error *member(struct stream *stream, const struct header *header,
                            struct error **flaw)
{
    size_t before = stream->out->size;

    stream->consumed += header->size;
    TRY(stream_deflate(stream));
    *flaw = trailer_check(stream, bytes_from_offset(buffer_bytes(stream->out), before));
    return NULL;
}

/* A member whose checksum does not fit keeps its content, and those behind it are read too. */
static struct error *decode(struct stream *stream)
{
    owned(error) first = NULL;
    struct header header;

    if (!header_read(stream->input, &header))
        return error_new(ERROR_INPUT, "no gzip header at byte 0");
    while (header_read(stream_rest(stream), &header)) {
        struct error *flaw = NULL;
        TRY(member(stream, &header, &flaw));
        if (first == NULL)
            first = flaw;
        else
            error_drop(flaw);
        if (stream->cut)
            break;
    }
    return take(first);
}

struct error *stream_gzip_member(struct stream *stream)
{
    struct error *flaw = NULL;
    struct header header;

    if (!header_read(stream_rest(stream), &header))
        return error_new(ERROR_INPUT, "no gzip header at byte %zu", stream->consumed);
    TRY(member(stream, &header, &flaw));
    return flaw;
}

static unsigned gzip_recognise(struct bytes image)
{
    struct header header;

    if (!header_read(image, &header))
        return 0;
    return stream_try(decode, image, header.size + GZIP_TRY_INPUT) ? header.bits + 32 : 0;
}

/* The base name in the header, when it is one: no control bytes, no path that leads elsewhere. */
static struct bytes name_inside(struct bytes image)
{
    struct header header;
    struct bytes none = {NULL, 0};

    if (!header_read(image, &header))
        return none;
    struct bytes name = header.name;
    for (size_t i = name.size; i > 0; i--)
        if (bytes_at(name, i - 1) == '/' || bytes_at(name, i - 1) == '\\') {
            name = bytes_from_offset(name, i);
            break;
        }
    for (size_t i = 0; i < name.size; i++)
        if (bytes_at(name, i) < 0x20 || bytes_at(name, i) == 0x7f)
            return none;
    return bytes_is(name, ".") || bytes_is(name, "..") ? none : name;
}

static struct error *gzip_unpack(struct container *container, struct sink *sink)
{
    static const struct stream_kind kind = {
        .what = "gzip stream", .decode = decode, .name = name_inside};

    return stream_unpack(&kind, container, sink);
}

static const struct magic gzip_magics[] = {{"\x1f\x8b\x08", 3, 0}};

const struct format format_gzip = {
    .name = "gzip",
    .title = "gzip compressed stream",
    .source = "RFC 1952, RFC 1951",
    .is_stream = true,
    .magics = gzip_magics,
    .magic_count = COUNT_OF(gzip_magics),
    .recognise = gzip_recognise,
    .unpack = gzip_unpack,
};
