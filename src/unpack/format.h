#ifndef UNPACK_FORMAT_H
#define UNPACK_FORMAT_H

#include "base/arena.h"
#include "base/error.h"
#include "model/sink.h"

/*
 * A format turns the bytes of a node into child nodes. It walks with a cursor, puts each child
 * in the sink, and never calls another format: what a child is, is asked again from the start.
 *
 * Add one: src/unpack/NAME.c ending with `const struct format format_NAME`, a row FORMAT(NAME)
 * in formats.def, and a case in tests/golden/unpack/NAME/.
 */

/* Bytes by which a start is found anywhere inside a raw image. */
struct magic {
    const char *bytes;
    size_t size;
    size_t offset; /* of these bytes from the start of the thing */
};

/* A container being read. `state` is the format's own, made on first use, living in `arena`. */
struct container {
    struct bytes
        image;         /* its content: from its first byte to its end, or further when carved */
    struct bytes name; /* base name of the node, to name a child by: "rootfs.gz" */
    struct arena *arena;
    void *state;
};

struct format {
    const char *name;   /* "squashfs"; the file is unpack/squashfs.c */
    const char *title;  /* "SquashFS file system" */
    const char *source; /* the specification it was written from */

    /* A file system or archive: its children form a tree with owners, links, devices. */
    bool is_tree;
    /* A compressed stream or the like, found in a raw image by trying: unpack finds its end. */
    bool is_stream;

    /* What a raw image is searched for; none: the format is never carved, only met at byte 0. */
    const struct magic *magics;
    size_t magic_count;

    /*
     * How sure are we that IMAGE starts with this? The number of bits verified: magic, ranges of
     * fields, checksums; 0 when it is not. The most bits win. Cheap: looks at headers alone
     * (a stream may decode its first few KiB). IMAGE may go on behind the end of the thing.
     */
    unsigned (*recognise)(struct bytes image);

    /*
     * How many bytes from the start belong to it, 0 when only unpacking can tell. At most
     * IMAGE.size is believed.
     */
    uint64_t (*measure)(struct bytes image);

    /*
     * True when IMAGE, though of this format, certainly has no children (an ordinary ELF file):
     * then it is not opened at all. NULL: always open.
     */
    bool (*is_leaf)(struct bytes image);

    /*
     * Puts every child in SINK, and says by sink_span which bytes are explained (a stream must:
     * it is how its end is found). What is damaged goes to sink_unread and the walk goes on; an
     * error ends the walk, and what was put in before stays.
     */
    struct error *(*unpack)(struct container *container, struct sink *sink);

    /* Makes the content that unpack promised with CONTENT_LATER; NULL when it never does. */
    struct error *(*read)(struct container *container, struct bytes handle, struct buffer *out);
};

/* All formats, in the order of formats.def. */
extern const struct format *const formats[];
extern const size_t format_count;

const struct format *format_named(struct bytes name); /* NULL when there is none */

/* The format that bids most for IMAGE, or NULL. BITS, when not NULL, gets its bid. */
const struct format *format_of(struct bytes image, unsigned *bits);

#endif
