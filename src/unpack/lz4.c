#include <inttypes.h>
#include <lz4.h>
#include <lz4frame.h>

#include "base/cursor.h"
#include "base/size.h"
#include "unpack/stream.h"

#define LZ4_FRAME        0x184d2204U
#define LZ4_LEGACY       0x184c2102U
#define LZ4_SKIPPABLE    0x184d2a50U /* to 0x184d2a5f */
#define LZ4_LEGACY_BLOCK (8U << 20)  /* unpacked; only the last one may be smaller */
#define LZ4_TRY_BYTES    1024

static uint32_t magic_at(struct bytes bytes)
{
    struct cursor c = cursor_over(bytes);

    return cursor_u32le(&c);
}

/* A frame (or a skippable one) by the frame decoder: straight into the buffer. */
static struct error *frame(struct stream *stream)
{
    static LZ4F_dctx *context;
    const LZ4F_decompressOptions_t options = {.stableDst = 1};
    size_t hint;

    if (context == NULL &&
        LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
        return error_new(ERROR_LIMIT, "no memory for the lz4 decoder");
    LZ4F_resetDecompressionContext(context);
    do {
        struct bytes rest = stream_rest(stream);
        size_t size, used = rest.size;
        uint8_t *room;
        TRY(stream_room(stream, &room, &size));
        size_t wanted = size;
        hint = LZ4F_decompress(context, room, &size, rest.data, &used, &options);
        if (LZ4F_isError(hint))
            return error_new(ERROR_INPUT, "the lz4 stream is damaged near byte %zu: %s",
                             stream->consumed, LZ4F_getErrorName(hint));
        TRY(stream_step(stream, size, used));
        if (hint != 0 && stream_rest(stream).size == 0 && size < wanted)
            return stream_cut(stream, "lz4 stream");
    } while (hint != 0);
    return NULL;
}

/* One block of the legacy format at the cursor. */
static struct error *legacy_block(struct stream *stream, uint32_t packed, size_t *written)
{
    struct cursor c = cursor_over(stream_rest(stream));
    uint8_t *room;
    size_t size;

    cursor_skip(&c, 4);
    bool cut = packed > cursor_left(&c);
    struct bytes block = cursor_bytes(&c, size_min(packed, cursor_left(&c)));
    TRY(buffer_room(stream->out, 1, &room, &size));
    size = (size_t)size_min(size, LZ4_LEGACY_BLOCK);
    int result = cut ? LZ4_decompress_safe_partial((const char *)block.data, (char *)room,
                                                   (int)block.size, (int)size, (int)size)
                     : LZ4_decompress_safe((const char *)block.data, (char *)room,
                                           (int)block.size, (int)size);
    if (cut) {
        TRY(stream_step(stream, result < 0 ? 0 : (size_t)result, cursor_offset(&c)));
        return stream_cut(stream, "lz4 stream");
    }
    if (result < 0 && size < LZ4_LEGACY_BLOCK)
        return buffer_room(stream->out, size + 1, &room, &size);
    if (result < 0)
        return error_new(ERROR_INPUT, "the lz4 block at byte %zu is damaged", stream->consumed);
    *written = (size_t)result;
    return stream_step(stream, *written, cursor_offset(&c));
}

/*
 * The legacy format has no end: a block smaller than 8 MiB is the last one. Behind it Linux
 * kernels carry the unpacked size, which is no block.
 */
static struct error *legacy(struct stream *stream)
{
    size_t written = LZ4_LEGACY_BLOCK, blocks = 0;

    stream->consumed += 4;
    while (written == LZ4_LEGACY_BLOCK && stream_rest(stream).size > 4) {
        uint32_t packed = magic_at(stream_rest(stream));
        if (packed == 0 || packed > (uint32_t)LZ4_COMPRESSBOUND(LZ4_LEGACY_BLOCK))
            break;
        TRY(legacy_block(stream, packed, &written));
        blocks++;
    }
    if (blocks == 0)
        return error_new(ERROR_INPUT, "the lz4 stream holds no block");
    return NULL;
}

static struct error *decode(struct stream *stream)
{
    for (;;) {
        uint32_t magic = magic_at(stream_rest(stream));
        if (magic == LZ4_LEGACY)
            TRY(legacy(stream));
        else if (magic == LZ4_FRAME || (magic & ~0xfU) == LZ4_SKIPPABLE)
            TRY(frame(stream));
        else if (stream->consumed == 0)
            return error_new(ERROR_INPUT, "no lz4 magic at byte 0");
        else
            return NULL;
    }
}

/* The first block of the legacy format must decode, for a KiB or wholly. */
static bool legacy_fits(struct bytes image)
{
    uint8_t scratch[LZ4_TRY_BYTES];
    struct cursor c = cursor_at(image, 4);
    uint32_t packed = cursor_u32le(&c);
    struct bytes block = cursor_bytes(&c, size_min(packed, cursor_left(&c)));

    if (packed < 2 || packed > (uint32_t)LZ4_COMPRESSBOUND(LZ4_LEGACY_BLOCK) || block.size < 2)
        return false;
    int result = LZ4_decompress_safe_partial((const char *)block.data, (char *)scratch,
                                             (int)block.size, sizeof scratch, sizeof scratch);
    return result > 0 && ((size_t)result == sizeof scratch || block.size == packed);
}

/* Version, reserved bits and the checksum of the descriptor (LZ4 Frame Format 1.6.3). */
static bool frame_fits(struct bytes image)
{
    static LZ4F_dctx *context;
    LZ4F_frameInfo_t info;
    size_t used = image.size;

    if (context == NULL &&
        LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
        return false;
    LZ4F_resetDecompressionContext(context);
    return !LZ4F_isError(LZ4F_getFrameInfo(context, &info, image.data, &used)) &&
           info.frameType == LZ4F_frame;
}

/* A block of an LZ4 frame comes out whole or not at all, so a start is not always enough. */
static bool frame_decodes(struct bytes image)
{
    return stream_try(frame, image, SIZE_MAX);
}

static unsigned lz4_recognise(struct bytes image)
{
    uint32_t magic = magic_at(image);

    if (magic == LZ4_LEGACY)
        return legacy_fits(image) ? 32 + 24 : 0;
    if (magic != LZ4_FRAME || !frame_fits(image))
        return 0;
    return frame_decodes(image) ? 32 + 2 + 8 + 24 : 0;
}

static struct error *lz4_unpack(struct container *container, struct sink *sink)
{
    static const struct stream_kind kind = {.what = "lz4 stream", .decode = decode};

    return stream_unpack(&kind, container, sink);
}

static const struct magic lz4_magics[] = {
    {"\x04\x22\x4d\x18", 4, 0},
    {"\x02\x21\x4c\x18", 4, 0},
};

const struct format format_lz4 = {
    .name = "lz4",
    .title = "LZ4 compressed stream (frames, and the legacy format of Linux kernels)",
    .source = "LZ4 Frame Format Description 1.6.3",
    .is_stream = true,
    .magics = lz4_magics,
    .magic_count = COUNT_OF(lz4_magics),
    .recognise = lz4_recognise,
    .unpack = lz4_unpack,
};
