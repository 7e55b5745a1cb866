#ifndef MODEL_SINK_H
#define MODEL_SINK_H

#include "base/error.h"
#include "model/buffer.h"
#include "model/observation.h"
#include "model/tree.h"

/*
 * Where a format or check puts its results, one at a time. In the worker the sink writes to a
 * pipe; in a test it is a list. The verb does not know which.
 */

/* Where the content of a child is. */
enum content_kind {
    CONTENT_NONE,  /* it has none: a directory, a link, a device */
    CONTENT_SLICE, /* `size` bytes at `offset` of the container itself, not packed */
    CONTENT_LATER, /* the format's `read` makes it from `handle`: on any worker, in any order */
    CONTENT_NOW,   /* here it is, in `bytes`: usually what the format wrote to sink_buffer */
};

struct content {
    enum content_kind kind;
    uint64_t offset, size; /* CONTENT_SLICE */
    struct bytes handle;   /* CONTENT_LATER: at most 64 bytes, the format's own */
    struct bytes bytes;    /* CONTENT_NOW */
};

enum span_kind {
    SPAN_EXPLAINED, /* we know what these bytes are and have read them */
    SPAN_PADDING,   /* one value, 0x00 or 0xff, again and again */
    SPAN_UNKNOWN,
    SPAN_ENCRYPTED, /* high entropy and no format: encrypted, or packed in an unknown way */
};

const char *span_kind_name(enum span_kind kind); /* "explained", "padding", … */

/* What lies where in a container. */
struct span {
    uint64_t offset, length;
    enum span_kind kind;
    const char *what; /* "squashfs inode table", "uImage header" */
    double entropy;   /* bits per byte; 0 where not measured */
};

struct sink;

#define SINK_NO_ATTEMPT UINT64_MAX /* as an offset: the attempt is over */

struct sink_actions {
    struct error *(*node)(struct sink *sink, const struct node *node, struct content content,
                          uint32_t *index);
    void (*observe)(struct sink *sink, const struct observation *observation);
    void (*span)(struct sink *sink, const struct span *span);
    void (*unread)(struct sink *sink, struct bytes path, uint64_t bytes, const char *reason);
    struct buffer *(*buffer)(struct sink *sink);
    bool (*attempt)(struct sink *sink, uint64_t offset); /* NULL: every attempt is allowed */
};

/* The first member of every sink. */
struct sink {
    const struct sink_actions *actions;
};

/*
 * Puts in a child of the container at hand. Its `path` is relative to the container and need not
 * be clean: the sink cleans it. `id` is ignored; `parent` is 0 for the container itself, or an
 * INDEX an earlier sink_node of the same walk gave (a part that a carver found and reads on).
 * Nothing of NODE or CONTENT is kept. INDEX may be NULL. A child whose `format` is set was
 * recognised by who put it in: it is not asked for again, and with CONTENT_NONE its content has
 * been read already.
 *
 * An error means stop: a limit was reached, or the sink is gone. Pass it up.
 */
struct error *sink_node(struct sink *sink, const struct node *node, struct content content,
                        uint32_t *index) MUST_CHECK;

/* States a fact. A row without evidence of a node is a bug. */
void sink_observe(struct sink *sink, const struct observation *observation);

/* Says what lies where in the container at hand. `what` is copied. */
void sink_span(struct sink *sink, uint64_t offset, uint64_t length, enum span_kind kind,
               const char *what);

/*
 * Says that something in the container at hand could not be read, and why: a name the image
 * gives (or no bytes: the container itself), how many bytes are lost as far as is known, and the
 * reason in plain words. The walk goes on.
 */
void sink_unread(struct sink *sink, struct bytes path, uint64_t bytes, const char *reason);

/* The same, from an error, which is freed. NULL says nothing. */
void sink_unread_error(struct sink *sink, struct bytes path, uint64_t bytes,
                       struct error *error);

/*
 * Says that the bytes from OFFSET of the container at hand are about to be decoded in place, by a
 * search that cannot know what comes of it. False: they have cost a worker its life before, and
 * are to be left alone; that they are lost has been told. Each attempt ends with sink_attempted.
 */
bool sink_attempt(struct sink *sink, uint64_t offset);
void sink_attempted(struct sink *sink);

/* An empty buffer for the next content. The one lent before is emptied. */
struct buffer *sink_buffer(struct sink *sink);

static inline struct content content_slice(uint64_t offset, uint64_t size)
{
    return (struct content){.kind = CONTENT_SLICE, .offset = offset, .size = size};
}

static inline struct content content_now(struct bytes bytes)
{
    return (struct content){.kind = CONTENT_NOW, .bytes = bytes};
}

static inline struct content content_later(struct bytes handle)
{
    return (struct content){.kind = CONTENT_LATER, .handle = handle};
}

static inline struct content content_none(void)
{
    return (struct content){.kind = CONTENT_NONE};
}

#endif
