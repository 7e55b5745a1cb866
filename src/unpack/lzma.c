#include "base/cursor.h"
#include "base/limits.h"
#include "base/size.h"
#include "unpack/stream.h"

#define LZMA_HEADER         13
#define LZMA_SIZE_UNKNOWN   UINT64_MAX
#define LZMA_TRY_INPUT      8192
#define LZMA_LOOKED_AT      32 /* bytes of code that must not repeat themselves */
#define LZMA_MIN_DICTIONARY 4096U

struct header {
    uint8_t properties; /* (pb * 5 + lp) * 9 + lc */
    uint32_t dictionary;
    uint64_t size; /* LZMA_SIZE_UNKNOWN: an end marker follows the last byte */
};

static bool header_read(struct bytes image, struct header *header)
{
    struct cursor c = cursor_over(image);

    header->properties = cursor_u8(&c);
    header->dictionary = cursor_u32le(&c);
    header->size = cursor_u64le(&c);
    return cursor_ok(&c);
}

/*
 * What a range coder puts out looks random whatever went in. The tables of a program, which may
 * pass for a header, do not: they repeat themselves.
 */
static bool code_looks_random(struct bytes code)
{
    bool seen[256] = {false};
    size_t distinct = 0;

    for (size_t i = 0; i < code.size; i++) {
        distinct += !seen[bytes_at(code, i)];
        seen[bytes_at(code, i)] = true;
    }
    return distinct * 4 >= code.size * 3;
}

/*
 * The header has no magic, so every field must be one that an encoder writes. Vendors choose odd
 * dictionaries; none is under 4 KiB.
 */
static bool header_fits(const struct header *header, struct bytes image)
{
    unsigned lc = header->properties % 9, lp = header->properties / 9 % 5;
    struct bytes code = bytes_slice(image, LZMA_HEADER, 1 + LZMA_LOOKED_AT);

    if (header->properties >= 9 * 5 * 5 || lc + lp > 4)
        return false;
    if (header->dictionary < LZMA_MIN_DICTIONARY ||
        (header->dictionary > LIMIT_FILE_BYTES && header->dictionary != UINT32_MAX))
        return false;
    if (header->size != LZMA_SIZE_UNKNOWN &&
        (header->size == 0 || header->size >= LIMIT_FILE_BYTES))
        return false;
    /* The first byte of a range coder is always zero. */
    return bytes_at(code, 0) == 0 && code.size > 5 &&
           code_looks_random(bytes_from_offset(code, 1));
}

/*
 * The decoder gets a header of our own: its dictionary no larger than the content, for it is
 * allocated at once.
 */
static struct error *start(lzma_stream *decoder, const struct header *header, uint32_t most)
{
    uint8_t own[LZMA_HEADER], nothing[1];
    uint64_t dictionary = size_min(header->dictionary, most);

    dictionary = size_max(size_min(dictionary, header->size), LZMA_MIN_DICTIONARY);
    own[0] = header->properties;
    for (unsigned i = 0; i < 4; i++)
        own[1 + i] = (uint8_t)(dictionary >> 8 * i);
    for (unsigned i = 0; i < 8; i++)
        own[5 + i] = (uint8_t)(header->size >> 8 * i);
    if (lzma_alone_decoder(decoder, LIMIT_DECODER_MEMORY) != LZMA_OK)
        return error_new(ERROR_LIMIT, "no memory for the lzma decoder");
    decoder->next_in = own;
    decoder->avail_in = sizeof own;
    decoder->next_out = nothing;
    decoder->avail_out = sizeof nothing; /* without room it does not even read its header */
    lzma_ret result = lzma_code(decoder, LZMA_RUN);
    if (result != LZMA_OK || decoder->avail_in != 0)
        return error_new(ERROR_INPUT, "the lzma header is not valid");
    return NULL;
}

static struct error *decode_with(struct stream *stream, lzma_stream *decoder, uint32_t most)
{
    struct header header;

    if (!header_read(stream->input, &header))
        return stream_cut(stream, "lzma header");
    TRY(start(decoder, &header, most));
    stream->consumed = LZMA_HEADER;
    return stream_lzma(stream, decoder, "lzma stream");
}

static struct error *decode(struct stream *stream)
{
    static lzma_stream decoder = LZMA_STREAM_INIT;

    return decode_with(stream, &decoder, LIMIT_LZMA_DICTIONARY);
}

/* As decode, but nothing large is set up: a carver tries many starts. */
static struct error *decode_start(struct stream *stream)
{
    static lzma_stream decoder = LZMA_STREAM_INIT;

    return decode_with(stream, &decoder, LZMA_MIN_DICTIONARY);
}

static unsigned recognise(struct bytes image)
{
    struct header header;

    if (!header_read(image, &header) || !header_fits(&header, image))
        return 0;
    if (!stream_try(decode_start, image, LZMA_TRY_INPUT))
        return 0;
    return header.size == LZMA_SIZE_UNKNOWN ? 80 : 56;
}

static struct error *unpack(struct container *container, struct sink *sink)
{
    static const struct stream_kind kind = {.what = "lzma stream", .decode = decode};

    return stream_unpack(&kind, container, sink);
}

/* The properties that encoders of firmware use, before a dictionary of whole 64 KiB. */
static const struct magic magics[] = {
    {"\x5d\0\0", 3, 0}, {"\x6c\0\0", 3, 0}, {"\x6d\0\0", 3, 0},
    {"\x6e\0\0", 3, 0}, {"\x66\0\0", 3, 0},
};

const struct format format_lzma = {
    .name = "lzma",
    .title = "LZMA compressed stream (lzma-alone)",
    .source = "LZMA SDK, lzma.txt; XZ Utils, doc/lzma-file-format.txt",
    .is_stream = true,
    .magics = magics,
    .magic_count = COUNT_OF(magics),
    .recognise = recognise,
    .unpack = unpack,
};
