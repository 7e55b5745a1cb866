#include "worker/worker.h"

static struct error *no_node(struct sink *sink, const struct node *node, struct content content,
                             uint32_t *index)
{
    (void)sink, (void)node, (void)content, (void)index;
    return error_new(ERROR_INTERNAL, "a check cannot put in nodes");
}

static void on_observe(struct sink *sink, const struct observation *observation)
{
    struct worker *worker = (struct worker *)(void *)sink;

    worker->rows = 0;
    look_row(worker, observation);
}

static void no_span(struct sink *sink, const struct span *span)
{
    (void)sink, (void)span;
}

static void on_unread(struct sink *sink, struct bytes path, uint64_t bytes, const char *reason)
{
    struct worker *worker = (struct worker *)(void *)sink;

    look_unread(worker, path, bytes, reason);
}

static struct buffer *on_buffer(struct sink *sink)
{
    return memory_buffer((struct worker *)(void *)sink);
}

static const struct sink_actions actions = {
    .node = no_node,
    .observe = on_observe,
    .span = no_span,
    .unread = on_unread,
    .buffer = on_buffer,
};

static void add_node(struct worker_system *system, const struct worker *worker,
                     struct cursor *c)
{
    struct node *node = arena_alloc(system->arena, sizeof *node);

    wire_read_node(c, node);
    uint8_t has_content = cursor_u8(c);
    struct wire_place place = wire_read_place(c);
    if (!cursor_ok(c))
        return;
    node->path = arena_copy(system->arena, node->path);
    node->target = arena_copy(system->arena, node->target);
    node->format = arena_copy(system->arena, node->format);
    node->xattrs = arena_copy(system->arena, node->xattrs);
    system->nodes = arena_grow(system->arena, system->nodes, &system->capacity,
                               system->count + 1, sizeof *system->nodes);
    struct system_node *fresh = &system->nodes[system->count++];
    fresh->node = node;
    fresh->has_content = false;
    struct error *error = has_content != 0 ? memory_at(worker, place, &fresh->content) : NULL;
    if (has_content != 0 && error == NULL)
        fresh->has_content = true;
    if (error != NULL)
        system->complete = false;
    error_free(error);
}

/* The nodes of a file system, sorted by path; a large one comes in several frames. */
void job_system(struct worker *worker, struct cursor *c)
{
    struct worker_system *system = &worker->system;
    bool first = cursor_u8(c) != 0;
    bool complete = cursor_u8(c) != 0;
    uint32_t count = cursor_u32le(c);

    if (first) {
        arena_free(system->arena);
        *system = (struct worker_system){.arena = arena_new(), .complete = complete};
    }
    for (uint32_t i = 0; i < count && cursor_ok(c); i++)
        add_node(system, worker, c);
    if (!cursor_ok(c))
        system->complete = false;
}

void job_check(struct worker *worker, struct cursor *c)
{
    uint32_t index = cursor_u32le(c);
    struct system system = {
        .nodes = worker->system.nodes,
        .count = worker->system.count,
        .complete = worker->system.complete,
    };

    worker->sink.actions = &actions;
    worker->item = 0;
    worker->item_losses = 0;
    memory_touch(worker, 0);
    if (index >= check_count || checks[index]->run_system == NULL) {
        job_done(worker, error_new(ERROR_INTERNAL, "no check has the number %u", index));
        return;
    }
    job_done(worker, checks[index]->run_system(&system, worker->job, &worker->sink));
}
