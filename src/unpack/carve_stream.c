#include <inttypes.h>
#include <string.h>

#include "base/size.h"
#include "unpack/carve.h"

/*
 * A damaged stream still counts as one when this much came out of it. Less is what a flash keeps
 * of things long overwritten, or chance, and stays unknown.
 */
#define DAMAGED_PRODUCED (64U << 10)
/* A stream of few verified bits must at least have eaten this much: shorter ones are chance. */
#define WEAK_CONSUMED 64

/*
 * Stands between a format that decodes a stream and the sink of the image. The part must reach
 * the sink before its child, and its size is known only when the stream has ended: so the child
 * waits. Its content may wait with it, because it lies in the sink's buffer, which nothing else
 * borrows until then.
 */
struct between {
    struct sink sink;
    struct sink *real;
    struct arena *arena;
    const struct format *format;
    uint64_t at;
    uint64_t explained; /* end of what the format says it has read */
    uint64_t limit;     /* end of the image behind AT */
    bool measuring;     /* into nothing: only `explained` counts */
    bool waiting;       /* `node` and `content` */
    bool damaged;       /* the format said something is unread */
    const char *reason; /* … why, in `arena` */
    bool part_given;
    uint32_t part; /* index of the part in the real sink */
    struct node node;
    struct content content;
    uint64_t produced;
};

static struct between *of(struct sink *sink)
{
    return (struct between *)(void *)sink;
}

static struct error *give_part(struct between *between)
{
    struct node part = {
        .kind = NODE_CONTAINER,
        .path = carve_name(between->arena, between->format->name, between->at),
        .format = bytes_of(between->format->name),
        .size = size_min(between->explained, between->limit),
        .offset = between->at,
        .has_offset = true,
    };

    if (between->part_given)
        return NULL;
    TRY(sink_node(between->real, &part, content_none(), &between->part));
    between->part_given = true;
    return NULL;
}

static struct error *give_child(struct between *between)
{
    struct content content = between->content;

    if (!between->waiting)
        return NULL;
    between->waiting = false;
    TRY(give_part(between));
    between->node.parent = between->part;
    if (content.kind == CONTENT_SLICE)
        content.offset += between->at;
    return sink_node(between->real, &between->node, content, NULL);
}

static struct error *on_node(struct sink *sink, const struct node *node, struct content content,
                             uint32_t *index)
{
    struct between *between = of(sink);

    *index = 0;
    if (between->measuring)
        return NULL;
    if (content.kind == CONTENT_LATER)
        return error_new(ERROR_INTERNAL, "a stream promised a content for later");
    TRY(give_child(between)); /* a second one: the first cannot wait for the end */
    between->node = *node;
    between->node.path = arena_copy(between->arena, node->path);
    between->node.target = arena_copy(between->arena, node->target);
    between->node.xattrs = arena_copy(between->arena, node->xattrs);
    between->content = content;
    between->produced += content.kind == CONTENT_NOW ? content.bytes.size : content.size;
    between->waiting = true;
    return NULL;
}

static void on_observe(struct sink *sink, const struct observation *observation)
{
    struct between *between = of(sink);

    if (!between->measuring)
        sink_observe(between->real, observation);
}

static void on_span(struct sink *sink, const struct span *span)
{
    struct between *between = of(sink);

    if (span->kind != SPAN_EXPLAINED || span->offset > between->limit)
        return;
    uint64_t end = span->offset + size_min(span->length, between->limit - span->offset);
    between->explained = size_max(between->explained, end);
}

static void on_unread(struct sink *sink, struct bytes path, uint64_t bytes, const char *reason)
{
    struct between *between = of(sink);

    (void)path;
    (void)bytes;
    if (!between->damaged)
        between->reason = arena_printf(between->arena, "%s", reason);
    between->damaged = true;
}

static struct buffer *on_buffer(struct sink *sink)
{
    return sink_buffer(of(sink)->real);
}

static const struct sink_actions actions = {
    .node = on_node,
    .observe = on_observe,
    .span = on_span,
    .unread = on_unread,
    .buffer = on_buffer,
};

/* The format's walk over what begins at BETWEEN's place. Its error is damage like any other. */
static void walk(struct between *between, struct bytes image)
{
    owned(arena) arena = arena_new();
    struct bytes name = carve_name(arena, between->format->name, between->at);
    struct container container = {
        .image = bytes_from_offset(image, between->at),
        .name = name,
        .arena = arena,
    };
    between->limit = container.image.size;
    if (!sink_attempt(between->real, between->at))
        return;
    owned(error) error = between->format->unpack(&container, &between->sink);
    sink_attempted(between->real);
    if (error == NULL)
        return;
    if (!between->damaged)
        between->reason = arena_printf(between->arena, "%s", error_line(error));
    between->damaged = true;
}

struct error *carve_stream(const struct format *format, struct bytes image, uint64_t at,
                           unsigned bits, struct arena *arena, struct sink *sink,
                           struct carve_stream *out)
{
    struct between between = {
        .sink.actions = &actions,
        .real = sink,
        .arena = arena,
        .format = format,
        .at = at,
    };
    walk(&between, image);

    *out = (struct carve_stream){.cost = size_max(between.produced, between.explained)};
    bool weak = bits < CARVE_BITS;
    bool accepted = between.explained > 0 && between.waiting;
    if (weak && (between.damaged || between.explained < WEAK_CONSUMED))
        accepted = false;
    if (between.damaged && between.produced < DAMAGED_PRODUCED)
        accepted = false;
    if (!accepted && !between.part_given)
        return NULL;
    out->consumed = size_max(between.explained, 1);
    TRY(give_child(&between));
    if (between.damaged)
        sink_unread(sink, carve_name(arena, format->name, at), 0, between.reason);
    return NULL;
}

uint64_t carve_extent(const struct format *format, struct bytes image, uint64_t at,
                      struct arena *arena, struct sink *sink)
{
    struct between between = {
        .sink.actions = &actions,
        .real = sink,
        .arena = arena,
        .format = format,
        .at = at,
        .measuring = true,
    };

    walk(&between, image);
    return between.explained;
}
