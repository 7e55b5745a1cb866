#include "unpack/squashfs_block.h"

#include <libdeflate.h>
#include <lz4.h>
#include <lzma.h>
#include <zstd.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "unpack/lzo.h"

/*
 * In front of an LZMA stream stand its properties, the size of its dictionary, and the size of
 * what it gives; TP-Link leaves the last one out. A stream itself begins with a zero byte.
 */
#define LZMA_HEADER_BYTES       13U
#define LZMA_SHORT_HEADER_BYTES 5U
#define LZMA_SIZE_UNKNOWN       UINT64_MAX

static const char *const names[] = {NULL, "gzip", "lzma", "lzo", "xz", "lz4", "zstd"};

const char *squashfs_block_compressor(unsigned compressor)
{
    return compressor < COUNT_OF(names) ? names[compressor] : NULL;
}

static struct error *no_memory(const char *library)
{
    return error_new(ERROR_SYSTEM, "no memory for a decoder of %s", library);
}

static struct error *unpack_gzip(struct bytes packed, uint8_t *out, size_t capacity,
                                 size_t *wrote)
{
    static struct libdeflate_decompressor *decoder;

    if (decoder == NULL)
        decoder = libdeflate_alloc_decompressor();
    if (decoder == NULL)
        return no_memory("libdeflate");
    enum libdeflate_result result =
        libdeflate_zlib_decompress(decoder, packed.data, packed.size, out, capacity, wrote);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE)
        return error_new(ERROR_INPUT, "zlib stream gives more than %zu bytes", capacity);
    if (result != LIBDEFLATE_SUCCESS)
        return error_new(ERROR_INPUT, "bad zlib stream");
    return NULL;
}

static const char *reason_of(lzma_ret result)
{
    if (result == LZMA_MEMLIMIT_ERROR)
        return "needs a dictionary larger than we allow";
    if (result == LZMA_OPTIONS_ERROR)
        return "uses options that liblzma does not know";
    if (result == LZMA_FORMAT_ERROR)
        return "does not start like one";
    if (result == LZMA_OK || result == LZMA_BUF_ERROR)
        return "is cut short, or gives more than its block may hold";
    return "is damaged";
}

/* Runs DECODER from PACKED to OUT, until it says that is all or OUT is full. */
static lzma_ret run_lzma(lzma_stream *decoder, struct bytes packed, uint8_t *out,
                         size_t capacity)
{
    lzma_ret result;

    decoder->next_in = packed.data;
    decoder->avail_in = packed.size;
    decoder->next_out = out;
    decoder->avail_out = capacity;
    do {
        result = lzma_code(decoder, LZMA_FINISH);
    } while (result == LZMA_OK && decoder->avail_out > 0);
    if (result == LZMA_OK) /* full: only the end of the stream may be left */
        result = lzma_code(decoder, LZMA_FINISH);
    return result;
}

static struct error *unpack_xz(struct bytes packed, uint8_t *out, size_t capacity,
                               size_t *wrote)
{
    static lzma_stream decoder = LZMA_STREAM_INIT;

    lzma_ret result = lzma_stream_decoder(&decoder, LIMIT_SQUASHFS_XZ_MEMORY, 0);
    if (result == LZMA_OK)
        result = run_lzma(&decoder, packed, out, capacity);
    if (result == LZMA_MEM_ERROR)
        return no_memory("liblzma");
    if (result != LZMA_STREAM_END)
        return error_new(ERROR_INPUT, "xz stream %s", reason_of(result));
    *wrote = capacity - decoder.avail_out;
    return NULL;
}

struct alone_header {
    uint8_t properties;
    bool is_short;
    uint64_t size; /* or LZMA_SIZE_UNKNOWN */
    struct bytes stream;
};

static bool read_lzma_header(struct bytes packed, size_t capacity, struct alone_header *header)
{
    struct cursor c = cursor_over(packed);

    header->properties = cursor_u8(&c);
    uint32_t dictionary = cursor_u32le(&c); /* ours holds any block */
    header->size = cursor_u64le(&c);
    if (!cursor_ok(&c) || header->properties >= 9 * 5 * 5 || dictionary == 0)
        return false;
    header->is_short = false;
    header->stream = bytes_from_offset(packed, LZMA_HEADER_BYTES);
    if (bytes_at(header->stream, 0) == 0 &&
        (header->size <= capacity || header->size == LZMA_SIZE_UNKNOWN))
        return header->size > 0;
    header->is_short = true;
    header->size = LZMA_SIZE_UNKNOWN;
    header->stream = bytes_from_offset(packed, LZMA_SHORT_HEADER_BYTES);
    return bytes_at(header->stream, 0) == 0 && (dictionary & (dictionary - 1)) == 0;
}

/*
 * The header of .lzma is read here and the rest given to a raw decoder: so its dictionary, which
 * the header may call 4 GiB, is always ours, made once.
 */
static struct error *unpack_lzma(struct bytes packed, uint8_t *out, size_t capacity,
                                 size_t *wrote)
{
    static lzma_stream decoder = LZMA_STREAM_INIT;
    struct alone_header header;

    if (!read_lzma_header(packed, capacity, &header))
        return error_new(ERROR_INPUT, "no header of an lzma stream that gives up to %zu bytes",
                         capacity);
    lzma_options_lzma options = {
        .dict_size = LIMIT_SQUASHFS_LZMA_DICTIONARY,
        .lc = header.properties % 9,
        .lp = header.properties / 9 % 5,
        .pb = header.properties / 45,
    };
    const lzma_filter filters[] = {{LZMA_FILTER_LZMA1, &options}, {LZMA_VLI_UNKNOWN, NULL}};
    size_t size = header.size == LZMA_SIZE_UNKNOWN ? capacity : (size_t)header.size;
    lzma_ret result = lzma_raw_decoder(&decoder, filters);
    if (result == LZMA_OK)
        result = run_lzma(&decoder, header.stream, out, size);
    if (result == LZMA_MEM_ERROR)
        return no_memory("liblzma");
    /* Without an end marker, the end is where the size says, or else where the bytes end. */
    bool complete =
        (result == LZMA_OK || result == LZMA_BUF_ERROR) &&
        (header.size == LZMA_SIZE_UNKNOWN ? decoder.avail_in == 0 : decoder.avail_out == 0);
    if (result != LZMA_STREAM_END && !complete)
        return error_new(ERROR_INPUT, "lzma stream %s", reason_of(result));
    *wrote = size - decoder.avail_out;
    return NULL;
}

static struct error *unpack_lz4(struct bytes packed, uint8_t *out, size_t capacity,
                                size_t *wrote)
{
    if (packed.size > LZ4_MAX_INPUT_SIZE || capacity > LZ4_MAX_INPUT_SIZE)
        return error_new(ERROR_LIMIT, "lz4 block of %zu bytes", packed.size);
    int size = LZ4_decompress_safe((const char *)packed.data, (char *)out, (int)packed.size,
                                   (int)capacity);
    if (size < 0)
        return error_new(ERROR_INPUT, "bad lz4 block");
    *wrote = (size_t)size;
    return NULL;
}

static struct error *unpack_zstd(struct bytes packed, uint8_t *out, size_t capacity,
                                 size_t *wrote)
{
    static ZSTD_DCtx *decoder;

    if (decoder == NULL)
        decoder = ZSTD_createDCtx();
    if (decoder == NULL)
        return no_memory("libzstd");
    size_t size = ZSTD_decompressDCtx(decoder, out, capacity, packed.data, packed.size);
    if (ZSTD_isError(size))
        return error_new(ERROR_INPUT, "bad zstd frame: %s", ZSTD_getErrorName(size));
    *wrote = size;
    return NULL;
}

typedef struct error *unpacker(struct bytes packed, uint8_t *out, size_t capacity,
                               size_t *wrote);

static unpacker *const unpackers[] = {NULL,      unpack_gzip, unpack_lzma, lzo_unpack,
                                      unpack_xz, unpack_lz4,  unpack_zstd};

/* What PACKED looks like, or 0. Nothing that damaged bytes could look like by chance. */
static unsigned guess(struct bytes packed, size_t capacity)
{
    struct alone_header header;

    if (bytes_starts(packed, "\xfd"
                             "7zXZ"))
        return SQUASHFS_XZ;
    if (bytes_starts(packed, "\x28\xb5\x2f\xfd"))
        return SQUASHFS_ZSTD;
    if (read_lzma_header(packed, capacity, &header) && !header.is_short)
        return SQUASHFS_LZMA;
    unsigned zlib = (unsigned)bytes_at(packed, 0) << 8 | bytes_at(packed, 1);
    if ((zlib & 0x8f00) == 0x0800 && zlib % 31 == 0)
        return SQUASHFS_GZIP;
    return 0;
}

struct error *squashfs_block_unpack(unsigned compressor, struct bytes packed, uint8_t *out,
                                    size_t capacity, size_t *wrote)
{
    if (squashfs_block_compressor(compressor) == NULL)
        return error_new(ERROR_UNSUPPORTED, "compressor %u is not known", compressor);
    struct error *error = unpackers[compressor](packed, out, capacity, wrote);
    if (error == NULL || error_kind(error) != ERROR_INPUT)
        return error;
    unsigned other = guess(packed, capacity);
    if (other == 0 || other == compressor)
        return error;
    struct error *second = unpackers[other](packed, out, capacity, wrote);
    if (second != NULL) {
        error_drop(second);
        return error;
    }
    error_drop(error);
    return NULL;
}
