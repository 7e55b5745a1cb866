#include <inttypes.h>

#include "base/size.h"
#include "unpack/raw.h"
#include "worker/worker.h"

#define HANDLE_MOST 64U /* bytes: unpack/format.h says so */
#define XATTRS_MOST \
    (512U << 10) /* of one node; Linux allows 64 KiB a value, and few have any */

static struct worker *of(struct sink *sink)
{
    return (struct worker *)(void *)sink;
}

/*
 * Begins a frame of the walk. After a crash the walk is repeated from the start, and what the
 * parent has already is swallowed: the same frames come in the same order.
 */
static bool frame_begin(struct worker *worker, enum wire_kind kind, size_t *mark)
{
    if (++worker->frames <= worker->walk.replay)
        return false;
    *mark = wire_begin(worker->out, kind);
    return true;
}

static void frame_end(struct worker *worker, size_t mark)
{
    wire_end(worker->out, mark);
    channel_sent(worker);
}

/* Has the content of a child been dealt with, or cost a worker its life? */
static bool is_spared(const struct worker *worker, uint32_t child)
{
    for (uint32_t i = 0; i < worker->walk.crashed_count; i++)
        if (worker->walk.crashed[i] == child)
            return true;
    return child <= worker->walk.done;
}

/* Sends a child: the node, then where its content is. */
static void send_child(struct worker *worker, const struct node *node,
                       const struct content *content)
{
    size_t mark;

    if (!frame_begin(worker, WIRE_NODE, &mark))
        return;
    wire_node(worker->out, node);
    wire_u8(worker->out, (uint8_t)content->kind);
    wire_u64(worker->out, content->offset);
    wire_u64(worker->out, content->size);
    wire_text(worker->out, content->handle);
    frame_end(worker, mark);
}

static void on_unread(struct sink *sink, struct bytes path, uint64_t bytes, const char *reason);

/* The child as it is sent: what of it is longer than can be is cut, and that is told. */
static struct node make_child(struct worker *worker, const struct node *node)
{
    struct node child = *node;

    child.id = ++worker->children;
    child.path = node_path_clean(worker->file, bytes_slice(node->path, 0, LIMIT_NAME));
    child.target = bytes_slice(node->target, 0, LIMIT_NAME);
    if (node->xattrs.size > XATTRS_MOST)
        child.xattrs = bytes_slice(node->xattrs, 0, 0);
    if (node->path.size > LIMIT_NAME || node->target.size > LIMIT_NAME ||
        node->xattrs.size > XATTRS_MOST)
        on_unread(&worker->sink, child.path, 0,
                  "its name, link target or extended attributes are longer than can be");
    return child;
}

static struct error *on_node(struct sink *sink, const struct node *node, struct content content,
                             uint32_t *index)
{
    struct worker *worker = of(sink);

    if (worker->children >= LIMIT_NODES_CONTAINER)
        return error_new(ERROR_LIMIT, "more than %u nodes in one container",
                         LIMIT_NODES_CONTAINER);
    struct node child = make_child(worker, node);
    *index = child.id;
    if (content.handle.size > HANDLE_MOST)
        return error_new(ERROR_INTERNAL, "the %s format has a handle of %zu bytes",
                         worker->open.format->name, content.handle.size);
    if (content.kind == CONTENT_SLICE &&
        !bytes_has(worker->open.container.image, content.offset, content.size))
        return error_new(ERROR_INTERNAL, "the %s format put a slice outside its container",
                         worker->open.format->name);
    send_child(worker, &child, &content);
    if (content.kind == CONTENT_NOW && !is_spared(worker, child.id)) {
        struct look look_at = {
            .node = &child, .content = content.bytes, .flags = worker->walk.flags};
        memory_touch(worker, child.id);
        worker->item = child.id;
        look(worker, &look_at);
        worker->item = 0;
        memory_touch(worker, 0);
    }
    if (arena_used(worker->file) > LIMIT_ARENA_KEPT)
        arena_reset(worker->file);
    return NULL;
}

static void on_observe(struct sink *sink, const struct observation *observation)
{
    look_row(of(sink), observation);
}

static void on_span(struct sink *sink, const struct span *span)
{
    struct worker *worker = of(sink);
    size_t mark;

    worker->told = size_max(worker->told, span->offset + size_min(span->length, INT64_MAX));
    if (++worker->spans > LIMIT_SPANS) {
        if (worker->spans == LIMIT_SPANS + 1)
            on_unread(sink, bytes_of(""), 0, "more parts than the map of one container holds");
        return;
    }
    if (!frame_begin(worker, WIRE_SPAN, &mark))
        return;
    wire_u64(worker->out, span->offset);
    wire_u64(worker->out, span->length);
    wire_u8(worker->out, (uint8_t)span->kind);
    wire_u32(worker->out, (uint32_t)(span->entropy * 1000));
    wire_text(worker->out, bytes_slice(bytes_of(span->what), 0, LIMIT_EXCERPT));
    frame_end(worker, mark);
}

static void on_unread(struct sink *sink, struct bytes path, uint64_t bytes, const char *reason)
{
    struct worker *worker = of(sink);
    size_t mark;

    if (worker->item != 0) {
        look_unread(worker, path, bytes, reason);
        return;
    }
    if (++worker->losses > LIMIT_UNREAD)
        return;
    if (worker->losses == LIMIT_UNREAD)
        reason = "and more: so many losses of one container are told one by one, not these";
    if (!frame_begin(worker, WIRE_UNREAD, &mark))
        return;
    wire_unread(worker->out, &(struct wire_unread){
                                 .path = path, .bytes = bytes, .reason = bytes_of(reason)});
    frame_end(worker, mark);
}

static struct buffer *on_buffer(struct sink *sink)
{
    return memory_buffer(of(sink));
}

static bool on_attempt(struct sink *sink, uint64_t offset)
{
    struct worker *worker = of(sink);

    for (uint32_t i = 0; i < worker->walk.avoid_count; i++)
        if (worker->walk.avoid[i] == offset)
            return false;
    memory_attempt(worker, offset);
    return true;
}

static const struct sink_actions actions = {
    .node = on_node,
    .observe = on_observe,
    .span = on_span,
    .unread = on_unread,
    .buffer = on_buffer,
    .attempt = on_attempt,
};

static void begin(struct worker *worker, const struct wire_open *walk)
{
    worker->sink.actions = &actions;
    worker->walk = *walk;
    worker->frames = 0;
    worker->children = 0;
    worker->rows = 0;
    worker->told = 0;
    worker->spans = 0;
    worker->losses = 0;
    worker->item = 0;
    worker->item_losses = 0;
    memory_touch(worker, 0);
    memory_attempt(worker, SINK_NO_ATTEMPT);
}

struct error *job_container(struct worker *worker, struct wire_place place,
                            const struct format *format, struct bytes name,
                            struct container **out)
{
    struct worker_container *open = &worker->open;
    struct bytes image;

    *out = &open->container;
    if (name.size > 0 && open->container.arena != NULL)
        open->container.name = arena_copy(open->container.arena, name);
    if (open->format == format && open->place.region == place.region &&
        open->place.offset == place.offset && open->place.size == place.size)
        return NULL;
    TRY(memory_at(worker, place, &image));
    arena_free(open->container.arena);
    open->format = format;
    open->place = place;
    open->container = (struct container){.image = image, .arena = arena_new()};
    open->container.name = arena_copy(open->container.arena, name);
    return NULL;
}

static struct error *walk(struct worker *worker, const struct wire_open *job)
{
    const struct format *format = format_named(job->format);
    struct container *container;

    if (format == NULL)
        return error_new(ERROR_INTERNAL, "no format is called %.*s", (int)job->format.size,
                         (const char *)job->format.data);
    TRY(job_container(worker, job->place, format, job->name, &container));
    TRY(format->unpack(container, &worker->sink));
    return raw_search_tail(format, container, worker->told, &worker->sink);
}

void job_open(struct worker *worker, struct cursor *c)
{
    struct wire_open job;

    wire_read_open(c, &job);
    begin(worker, &job);
    job_done(worker, walk(worker, &job));
}

/* One item of WIRE_READ: its node, and a slice of the container or a handle of the format. */
static void read_item(struct worker *worker, struct cursor *c, const struct format *format,
                      struct wire_place place, uint32_t flags)
{
    struct look look_at = {.flags = flags};
    struct container *container;
    struct node node;

    wire_read_node(c, &node);
    uint8_t kind = cursor_u8(c);
    struct wire_place slice = wire_read_place(c);
    struct bytes handle = wire_read_text(c);
    memory_touch(worker, node.id);
    worker->item = node.id;
    look_at.node = &node;
    struct error *error = cursor_check(c, "a job");
    if (error == NULL && kind == CONTENT_SLICE) {
        error = memory_at(worker, slice, &look_at.content);
        look_at.has_place = true;
        look_at.place = slice;
    } else if (error == NULL) {
        error = job_container(worker, place, format, bytes_of(""), &container);
        struct buffer *buffer = memory_buffer(worker);
        if (error == NULL)
            error = format->read(container, handle, buffer);
        look_at.content = buffer_bytes(buffer);
    }
    if (error == NULL)
        look(worker, &look_at);
    else
        look_lost(worker, &node, error);
}

void job_read(struct worker *worker, struct cursor *c)
{
    struct wire_open none = {.replay = 0};
    struct wire_place place = wire_read_place(c);
    const struct format *format = format_named(wire_read_text(c));
    uint32_t flags = cursor_u32le(c);
    uint32_t count = cursor_u32le(c);

    begin(worker, &none);
    for (uint32_t i = 0; i < count && cursor_ok(c); i++)
        read_item(worker, c, format, place, flags);
    job_done(worker, NULL);
}
