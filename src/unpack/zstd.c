#include <zstd.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "base/size.h"
#include "unpack/stream.h"

#define ZSTD_FRAME     0xfd2fb528U
#define ZSTD_SKIPPABLE 0x184d2a50U  /* to 0x184d2a5f */
#define ZSTD_TRY_INPUT (160U << 10) /* a first block, 128 KiB, and what stands before it */

static uint32_t magic_at(struct bytes bytes)
{
    struct cursor c = cursor_over(bytes);

    return cursor_u32le(&c);
}

/* Steps over skippable frames (RFC 8878, section 3.1.2); false when no frame follows them. */
static bool find_frame(struct bytes bytes, size_t *at)
{
    struct cursor c = cursor_over(bytes);

    for (unsigned i = 0; i < LIMIT_ZSTD_SKIPPED; i++) {
        *at = cursor_offset(&c);
        uint32_t magic = cursor_u32le(&c);
        if (!cursor_ok(&c) || magic == ZSTD_FRAME)
            return cursor_ok(&c);
        if ((magic & ~0xfU) != ZSTD_SKIPPABLE)
            return false;
        cursor_skip(&c, cursor_u32le(&c));
    }
    return false;
}

static struct error *failure(struct stream *stream, size_t code)
{
    return error_new(ERROR_INPUT, "the zstd stream is damaged near byte %zu: %s",
                     stream->consumed, ZSTD_getErrorName(code));
}

/* Block by block: slower, but what comes out before the damage is kept. */
static struct error *frame_slowly(struct stream *stream)
{
    static ZSTD_DCtx *context;
    size_t result;

    if (context == NULL)
        context = ZSTD_createDCtx();
    if (context == NULL)
        return error_new(ERROR_LIMIT, "no memory for the zstd decoder");
    ZSTD_DCtx_reset(context, ZSTD_reset_session_only);
    do {
        struct bytes rest = stream_rest(stream);
        uint8_t *room;
        size_t size;
        TRY(stream_room(stream, &room, &size));
        ZSTD_inBuffer in = {.src = rest.data, .size = rest.size};
        ZSTD_outBuffer out = {.dst = room, .size = size};
        result = ZSTD_decompressStream(context, &out, &in);
        TRY(stream_step(stream, out.pos, in.pos));
        if (ZSTD_isError(result))
            return failure(stream, result);
        if (result != 0 && stream_rest(stream).size == 0 && out.pos < out.size)
            return stream_cut(stream, "zstd stream");
    } while (result != 0);
    return NULL;
}

/* A whole frame at once, straight into the buffer, when its end can be found. */
static struct error *frame(struct stream *stream)
{
    static ZSTD_DCtx *context;
    struct bytes rest = stream_rest(stream);
    size_t packed = ZSTD_findFrameCompressedSize(rest.data, rest.size), size;
    uint8_t *room;

    if (context == NULL)
        context = ZSTD_createDCtx();
    if (context == NULL || ZSTD_isError(packed))
        return frame_slowly(stream);
    TRY(buffer_room(stream->out, 1, &room, &size));
    size = (size_t)size_min(size, size_max(LIMIT_RATIO_FREE, (uint64_t)packed * LIMIT_RATIO));
    size_t written = ZSTD_decompressDCtx(context, room, size, rest.data, packed);
    if (ZSTD_isError(written))
        return frame_slowly(stream);
    return stream_step(stream, written, packed);
}

struct error *stream_zstd(struct stream *stream)
{
    size_t skipped;

    if (!find_frame(stream->input, &skipped))
        return error_new(ERROR_INPUT, "no zstd frame at byte 0");
    while (find_frame(stream_rest(stream), &skipped)) {
        stream->consumed += skipped;
        TRY(frame(stream));
    }
    return NULL;
}

/* Skippable frames at the end belong to the stream: pzstd and seekable zstd write them. */
static struct error *decode(struct stream *stream)
{
    TRY(stream_zstd(stream));
    for (unsigned i = 0; i < LIMIT_ZSTD_SKIPPED; i++) {
        struct cursor c = cursor_over(stream_rest(stream));
        if ((cursor_u32le(&c) & ~0xfU) != ZSTD_SKIPPABLE)
            break;
        cursor_skip(&c, cursor_u32le(&c));
        if (!cursor_ok(&c))
            break;
        stream->consumed += cursor_offset(&c);
    }
    return NULL;
}

static unsigned zstd_recognise(struct bytes image)
{
    uint32_t magic = magic_at(image);
    size_t skipped;

    if (magic != ZSTD_FRAME && (magic & ~0xfU) != ZSTD_SKIPPABLE)
        return 0;
    if (!find_frame(image, &skipped))
        return 0;
    return stream_try(stream_zstd, image, skipped + ZSTD_TRY_INPUT) ? 32 + 32 : 0;
}

static struct error *zstd_unpack(struct container *container, struct sink *sink)
{
    static const struct stream_kind kind = {.what = "zstd stream", .decode = decode};

    return stream_unpack(&kind, container, sink);
}

static const struct magic zstd_magics[] = {{"\x28\xb5\x2f\xfd", 4, 0}};

const struct format format_zstd = {
    .name = "zstd",
    .title = "Zstandard compressed stream",
    .source = "RFC 8878",
    .is_stream = true,
    .magics = zstd_magics,
    .magic_count = COUNT_OF(zstd_magics),
    .recognise = zstd_recognise,
    .unpack = zstd_unpack,
};
