#ifndef UNPACK_STREAM_H
#define UNPACK_STREAM_H

#include <lzma.h>

#include "unpack/format.h"

/*
 * What the compressed streams share: one input, one content that comes out of it, and an end that
 * only decoding can tell. A decoder serves twice: to unpack, into the large buffer of the sink;
 * and to recognise, where it must manage the first KiB.
 */
struct stream {
    struct bytes input; /* from the first byte; it may go on behind the end of the stream */
    size_t consumed;    /* bytes of it that the decoder has used */
    struct buffer *out; /* what came out */
    bool cut;           /* the input ended before the stream did */
    bool whole;         /* its end was found, though a checksum does not fit */
};

/*
 * Decodes the whole stream. On an error `consumed` and `out` tell how far it got, and what is in
 * `out` is good up to there.
 */
typedef struct error *stream_decode(struct stream *stream);

struct stream_kind {
    const char *what; /* "gzip stream" */
    stream_decode *decode;
    struct bytes (*name)(
        struct bytes image); /* the name the stream itself gives; may be NULL */
};

/* Unpacks the container as one stream: its content as one child, and where the stream ends. */
struct error *stream_unpack(const struct stream_kind *kind, struct container *container,
                            struct sink *sink) MUST_CHECK;

/*
 * Does IMAGE decode for a KiB, or to its end when that comes first? LOOK_AT is how many bytes of
 * input are tried at most. A stream that the end of IMAGE cuts short passes when something came
 * out.
 */
bool stream_try(stream_decode *decode, struct bytes image, size_t look_at);

/* Room for the next step, never so much that a bomb could fill memory before it is noticed. */
struct error *stream_room(struct stream *stream, uint8_t **room, size_t *size) MUST_CHECK;

/* Counts in what a step wrote and what it used of the input. */
struct error *stream_step(struct stream *stream, size_t written, size_t used) MUST_CHECK;

/* What of the input is still to come. */
struct bytes stream_rest(const struct stream *stream);

/* The error of an input that ends too soon. */
struct error *stream_cut(struct stream *stream, const char *what) MUST_CHECK;

/* Runs a decoder of liblzma, set up by the caller, over the rest of the input. */
struct error *stream_lzma(struct stream *stream, lzma_stream *decoder,
                          const char *what) MUST_CHECK;

/* Decoders that other containers use too: a member of a zip may be packed in any of these. */
stream_decode stream_deflate, stream_bzip2, stream_zstd, stream_xz;

/* The next member of a gzip stream alone. */
stream_decode stream_gzip_member;

#endif
