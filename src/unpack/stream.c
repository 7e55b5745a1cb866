#include "unpack/stream.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/size.h"

#define STEP_BYTES    (8U << 20) /* out of one step: a bomb is noticed after so much */
#define TRY_BYTES     1024       /* a start that decodes this far is no accident */
#define TRY_CUT_BYTES 16 /* … and this far, where the image or the stream itself ends */

struct suffix {
    const char *old, *new;
};

static const struct suffix suffixes[] = {
    {".tgz", ".tar"},  {".taz", ".tar"}, {".txz", ".tar"},  {".tlz", ".tar"},
    {".tbz2", ".tar"}, {".tbz", ".tar"}, {".tzst", ".tar"}, {".gz", ""},
    {".xz", ""},       {".lzma", ""},    {".bz2", ""},      {".zst", ""},
    {".zstd", ""},     {".lz4", ""},     {".gzip", ""},     {".lz", ""},
};

/* "rootfs.tgz" gives "rootfs.tar"; a name that tells nothing gives "content". */
static struct bytes name_of_content(struct bytes name, struct arena *arena)
{
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        struct bytes old = bytes_of(suffixes[i].old);
        if (name.size <= old.size ||
            !bytes_is_nocase(bytes_from_offset(name, name.size - old.size), suffixes[i].old))
            continue;
        size_t stem = name.size - old.size;
        return bytes_of(
            arena_printf(arena, "%.*s%s", (int)stem, (const char *)name.data, suffixes[i].new));
    }
    return bytes_of("content");
}

struct error *stream_unpack(const struct stream_kind *kind, struct container *container,
                            struct sink *sink)
{
    struct stream stream = {.input = container->image, .out = sink_buffer(sink)};
    struct node node = {.kind = NODE_CONTAINER};
    owned(error) error = kind->decode(&stream);

    if (error != NULL && stream.out->size == 0)
        return take(error);
    if (kind->name != NULL)
        node.path = kind->name(container->image);
    if (node.path.size == 0)
        node.path = name_of_content(container->name, container->arena);
    sink_span(sink, 0, stream.consumed, SPAN_EXPLAINED, kind->what);
    node.size = stream.out->size;
    TRY(sink_node(sink, &node, content_now(buffer_bytes(stream.out)), NULL));
    sink_unread_error(sink, node.path, 0, take(error)); /* how much is lost nobody knows */
    return NULL;
}

bool stream_try(stream_decode *decode, struct bytes image, size_t look_at)
{
    uint8_t scratch[TRY_BYTES];
    struct buffer out = {.memory = scratch, .capacity = sizeof scratch};
    struct stream stream = {.input = bytes_slice(image, 0, look_at), .out = &out};
    owned(error) error = decode(&stream);

    if (error == NULL || out.size == out.capacity)
        return true;
    return (stream.cut || stream.whole) && out.size >= TRY_CUT_BYTES;
}

struct bytes stream_rest(const struct stream *stream)
{
    return bytes_from_offset(stream->input, stream->consumed);
}

struct error *stream_room(struct stream *stream, uint8_t **room, size_t *size)
{
    TRY(buffer_room(stream->out, 1, room, size));
    *size = (size_t)size_min(*size, STEP_BYTES);
    return NULL;
}

struct error *stream_step(struct stream *stream, size_t written, size_t used)
{
    stream->consumed += used;
    return buffer_wrote(stream->out, written, stream->consumed);
}

struct error *stream_cut(struct stream *stream, const char *what)
{
    stream->cut = true;
    return error_new(ERROR_INPUT, "the %s is cut short at byte %zu", what, stream->input.size);
}

static struct error *failure(struct stream *stream, lzma_ret result, const char *what)
{
    if (result == LZMA_BUF_ERROR)
        return stream_cut(stream, what);
    if (result == LZMA_MEMLIMIT_ERROR || result == LZMA_MEM_ERROR)
        return error_new(ERROR_LIMIT, "the %s needs more than %llu MiB of memory", what,
                         LIMIT_DECODER_MEMORY >> 20);
    if (result == LZMA_OPTIONS_ERROR)
        return error_new(ERROR_UNSUPPORTED, "the %s uses a filter or option we do not know",
                         what);
    return error_new(ERROR_INPUT, "the %s is damaged near byte %zu", what, stream->consumed);
}

struct error *stream_lzma(struct stream *stream, lzma_stream *decoder, const char *what)
{
    lzma_ret result = LZMA_OK;

    while (result != LZMA_STREAM_END) {
        struct bytes rest = stream_rest(stream);
        uint8_t *room;
        size_t size;
        TRY(stream_room(stream, &room, &size));
        decoder->next_in = rest.data;
        decoder->avail_in = rest.size;
        decoder->next_out = room;
        decoder->avail_out = size;
        result = lzma_code(decoder, LZMA_RUN);
        TRY(stream_step(stream, size - decoder->avail_out, rest.size - decoder->avail_in));
        if (result != LZMA_OK && result != LZMA_STREAM_END)
            return failure(stream, result, what);
    }
    return NULL;
}
