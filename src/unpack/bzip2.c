#include <bzlib.h>

#include "base/cursor.h"
#include "base/size.h"
#include "unpack/stream.h"

#define BZIP2_BLOCK 0x314159265359ULL
#define BZIP2_END   0x177245385090ULL
#define BZIP2_STEP  (1U << 30) /* the library counts in 32 bits */

/*
 * "BZh", the block size, and the mark of a first block or, in a stream of nothing, of the end
 * with a checksum of zero. The block itself is not tried: it is up to 900 KiB or nothing.
 */
static unsigned bzip2_recognise(struct bytes image)
{
    struct cursor c = cursor_over(image);
    uint32_t magic = cursor_u32be(&c);
    uint64_t mark = (uint64_t)cursor_u16be(&c) << 32;

    mark |= cursor_u32be(&c);
    uint32_t crc = cursor_u32be(&c);
    if (!cursor_ok(&c) || magic < 0x425a6831 || magic > 0x425a6839)
        return 0;
    if (mark == BZIP2_END)
        return crc == 0 ? 28 + 48 + 32 : 0;
    return mark == BZIP2_BLOCK ? 28 + 48 : 0;
}

static struct error *run(struct stream *stream, bz_stream *decoder)
{
    int result = BZ_OK;

    while (result != BZ_STREAM_END) {
        struct bytes rest = stream_rest(stream);
        uint8_t *room;
        size_t size;
        TRY(stream_room(stream, &room, &size));
        unsigned given = (unsigned)size_min(rest.size, BZIP2_STEP);
        decoder->next_in = (char *)(uintptr_t)rest.data; /* read only, whatever its type says */
        decoder->avail_in = given;
        decoder->next_out = (char *)room;
        decoder->avail_out = (unsigned)size;
        result = BZ2_bzDecompress(decoder);
        TRY(stream_step(stream, size - decoder->avail_out, given - decoder->avail_in));
        if (result == BZ_OK && stream_rest(stream).size == 0 && decoder->avail_out > 0)
            return stream_cut(stream, "bzip2 stream");
        if (result == BZ_MEM_ERROR)
            return error_new(ERROR_LIMIT, "no memory for the bzip2 decoder");
        if (result != BZ_OK && result != BZ_STREAM_END)
            return error_new(ERROR_INPUT, "the bzip2 stream is damaged near byte %zu",
                             stream->consumed);
    }
    return NULL;
}

struct error *stream_bzip2(struct stream *stream)
{
    do {
        bz_stream decoder = {.next_in = NULL};
        if (BZ2_bzDecompressInit(&decoder, 0, 0) != BZ_OK)
            return error_new(ERROR_LIMIT, "no memory for the bzip2 decoder");
        struct error *error = run(stream, &decoder);
        BZ2_bzDecompressEnd(&decoder);
        TRY(error);
    } while (bzip2_recognise(stream_rest(stream)) > 0);
    return NULL;
}

static struct error *bzip2_unpack(struct container *container, struct sink *sink)
{
    static const struct stream_kind kind = {.what = "bzip2 stream", .decode = stream_bzip2};

    return stream_unpack(&kind, container, sink);
}

#define MAGIC(level)                \
    {                               \
        "BZh" level "1AY&SY", 10, 0 \
    }
static const struct magic bzip2_magics[] = {
    MAGIC("1"), MAGIC("2"), MAGIC("3"), MAGIC("4"), MAGIC("5"),
    MAGIC("6"), MAGIC("7"), MAGIC("8"), MAGIC("9"),
};

const struct format format_bzip2 = {
    .name = "bzip2",
    .title = "bzip2 compressed stream",
    .source = "bzip2 1.0.8, decompress.c",
    .is_stream = true,
    .magics = bzip2_magics,
    .magic_count = COUNT_OF(bzip2_magics),
    .recognise = bzip2_recognise,
    .unpack = bzip2_unpack,
};
