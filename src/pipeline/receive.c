#include "base/size.h"
#include "pipeline/run.h"

#define NOWHERE UINT32_MAX

static struct error *nonsense(const char *what)
{
    return error_new(ERROR_INPUT, "a worker said something impossible: %s", what);
}

static void remember_kept(struct run *run, uint32_t node, struct wire_place place)
{
    size_t before = run->kept_capacity;

    run->kept = arena_grow(run->arena, run->kept, &run->kept_capacity, (size_t)node + 1,
                           sizeof *run->kept);
    for (size_t i = before; i < run->kept_capacity; i++)
        run->kept[i].region = NOWHERE;
    run->kept[node] = place;
    run->kept_bytes += place.size;
}

/* A slice of an opening, as a place of the region the opening lies in. */
static struct error *slice_place(const struct opening *opening, uint64_t offset, uint64_t size,
                                 struct wire_place *out)
{
    if (offset > opening->place.size || size > opening->place.size - offset)
        return nonsense("a slice outside its container");
    *out = opening->place;
    out->offset += offset;
    out->size = size;
    return NULL;
}

static struct error *add_item(struct run *run, struct opening *opening, uint32_t node,
                              enum content_kind kind, struct cursor *c)
{
    uint64_t offset = cursor_u64le(c);
    uint64_t size = cursor_u64le(c);
    struct item item = {.node = node, .kind = kind, .handle = wire_read_text(c)};

    if (kind == CONTENT_SLICE) {
        TRY(slice_place(opening, offset, size, &item.place));
        run->assessment->nodes[node].node.size = size;
        run->assessment->nodes[node].node.offset = offset;
        run->assessment->nodes[node].node.has_offset = true;
    }
    item.handle = arena_copy(run->arena, item.handle);
    opening->items = arena_grow(run->arena, opening->items, &opening->item_capacity,
                                opening->item_count + 1, sizeof *opening->items);
    opening->items[opening->item_count++] = item;
    opening->waiting += run->assessment->nodes[node].node.size;
    return NULL;
}

static struct error *on_node(struct run *run, struct task *task, struct cursor *c)
{
    struct opening *opening = task->opening;
    struct node node;

    wire_read_node(c, &node);
    uint8_t kind = cursor_u8(c);
    if (!cursor_ok(c) || task->kind != TASK_OPEN || node.id != opening->child_count + 1 ||
        node.parent > opening->child_count)
        return nonsense("a node out of turn");
    opening->frames++;
    if (run->assessment->node_count >= LIMIT_NODES) {
        run_stop(run, "more nodes than one image may have");
        return NULL;
    }
    uint32_t number = node.id;
    node.parent = node.parent == 0 ? opening->node : opening->children[node.parent - 1];
    uint32_t id = assessment_add_node(run->assessment, &node);
    opening->children = arena_grow(run->arena, opening->children, &opening->child_capacity,
                                   opening->child_count + 1, sizeof *opening->children);
    opening->children[opening->child_count++] = id;
    if (number == opening->crashed)
        run_unread(run, id, bytes_of(""), node.size, opening->epitaph);
    if (kind == CONTENT_SLICE || kind == CONTENT_LATER)
        return add_item(run, opening, id, (enum content_kind)kind, c);
    return NULL;
}

/* The node a task's number stands for. */
static struct error *node_of(const struct run *run, const struct task *task, uint32_t number,
                             uint32_t *out)
{
    if (task->kind == TASK_OPEN && number <= task->opening->child_count)
        *out = number == 0 ? task->opening->node : task->opening->children[number - 1];
    else if (task->kind == TASK_READ && number > 0 && number <= task->item_count)
        *out = task->items[number - 1].node;
    else if (task->kind == TASK_CHECK && number < run->assessment->node_count)
        *out = number;
    else
        return nonsense("a node nobody knows");
    return NULL;
}

static void commit_rows(struct run *run, struct task *task)
{
    struct assessment *assessment = run->assessment;
    size_t total = assessment->observation_count + task->row_count;

    if (total > LIMIT_OBSERVATIONS) {
        run_stop(run, "more observations than one image may have");
        task->row_count = 0;
        return;
    }
    assessment->observations =
        arena_grow(assessment->arena, assessment->observations,
                   &assessment->observation_capacity, total, sizeof *assessment->observations);
    for (size_t i = 0; i < task->row_count; i++)
        assessment->observations[assessment->observation_count++] = task->rows[i];
    task->row_count = 0;
}

static struct error *on_row(struct run *run, struct task *task, struct cursor *c)
{
    struct assessment *assessment = run->assessment;
    uint32_t index = cursor_u32le(c);

    if (index >= assessment->observable_count)
        return nonsense("an observable nobody knows");
    struct observation *row =
        wire_read_row(c, &assessment->observables[index], assessment->arena);
    if (!cursor_ok(c))
        return nonsense("half a row");
    TRY(node_of(run, task, row->evidence.node, &row->evidence.node));
    row->evidence.excerpt = arena_copy(assessment->arena, row->evidence.excerpt);
    for (size_t i = 0; i < row->observable->column_count; i++)
        row->values[i].text = arena_copy(assessment->arena, row->values[i].text);
    task->rows = arena_grow(run->arena, task->rows, &task->row_capacity, task->row_count + 1,
                            sizeof *task->rows);
    task->rows[task->row_count++] = row;
    return NULL;
}

static void count_checks(struct run *run, uint64_t looked)
{
    for (size_t i = 0; i < run->assessment->check_count && i < 64; i++)
        run->assessment->checks[i].looked_at += looked >> i & 1;
}

/* The opening whose memory a place of this task lies in: its own, when the content is a slice. */
static struct opening *owner_of(struct task *task, struct wire_place place)
{
    const struct wire_place *own = &task->opening->place;

    return place.region == own->region && place.offset >= own->offset &&
                   place.offset - own->offset < own->size
               ? task->opening
               : NULL;
}

/* A content lies in the container it was cut from, or in the spill of the worker that made it. */
static struct error *check_place(const struct task *task, unsigned worker,
                                 const struct wire_content *content)
{
    const struct wire_place *place = &content->place;
    bool fits =
        place->size <= LIMIT_SPILL_SPAN && place->offset <= LIMIT_SPILL_SPAN - place->size;

    if (content->size > LIMIT_TOTAL_BYTES)
        return nonsense("a content larger than can be");
    if (content->opens == 0 && content->kept == 0)
        return NULL;
    if (task->kind == TASK_CHECK || place->size != content->size || !fits)
        return nonsense("a content that is nowhere");
    if (place->region == worker + 1 && place->offset >= WIRE_BOARD_SIZE &&
        place->size <= LIMIT_FILE_BYTES)
        return NULL;
    const struct wire_place *whole = &task->opening->place;
    if (place->region != whole->region || place->offset < whole->offset ||
        place->size > whole->size || place->offset - whole->offset > whole->size - place->size)
        return nonsense("a content outside its container");
    return NULL;
}

/* Hands the content to who asked for all of them. */
static struct error *deliver(struct run *run, const struct assessment_node *node,
                             const struct wire_place *place)
{
    const struct pipeline_options *options = run->options;
    void *base = NULL;
    size_t mapped = 0;

    if (options->content == NULL)
        return NULL;
    const uint8_t *at = place->size == 0 ? NULL : pool_map(&run->pool, *place, &base, &mapped);
    if (place->size != 0 && at == NULL)
        return error_new(ERROR_SYSTEM, "cannot map what a worker unpacked");
    struct error *error = options->content(options->context, run->assessment, node,
                                           bytes_from(at, (size_t)place->size));
    if (base != NULL)
        pool_unmap(base, mapped);
    return error;
}

static struct error *settle(struct run *run, unsigned worker, uint32_t id,
                            const struct wire_content *content)
{
    struct assessment_node *node = &run->assessment->nodes[id];
    struct task *task = &run->tasks[worker];
    struct pool_worker *process = &run->pool.workers[worker];

    TRY(check_place(task, worker, content));
    node->node.size = content->size;
    if (id != NODE_ROOT) { /* the parent hashes the image itself */
        node->node.sha256 = content->sha256;
        node->node.has_sha256 = true;
    }
    if (content->format.size > 0)
        node->node.format = arena_copy(run->assessment->arena, content->format);
    run->assessment->bytes_read += content->size;
    if (run->assessment->bytes_read > LIMIT_TOTAL_BYTES)
        run_stop(run, "more unpacked bytes than one image may have");
    if (content->opens == 0 && content->kept == 0)
        return NULL;
    if (content->place.region == worker + 1)
        process->spill_top =
            size_max(process->spill_top, content->place.offset + content->size + 4096);
    TRY(deliver(run, node, &content->place));
    struct opening *owner = owner_of(task, content->place);
    if (content->kept != 0 && run->kept_bytes < LIMIT_KEPT_TOTAL &&
        !run->options->unpack_only) {
        remember_kept(run, id, content->place);
        if (owner != NULL)
            owner->keeps = true;
    }
    if (content->opens != 0)
        run_open(run, id, content->place, node->node.format, owner);
    else if (owner == NULL && run->options->unpack_only)
        pool_release(&run->pool, content->place);
    return NULL;
}

static struct error *on_content(struct run *run, unsigned worker, struct cursor *c)
{
    struct task *task = &run->tasks[worker];
    struct wire_content content;
    uint32_t id;

    wire_read_content(c, &content);
    if (!cursor_ok(c) || content.item == 0)
        return nonsense("half a content");
    TRY(node_of(run, task, content.item, &id));
    if (task->kind == TASK_OPEN)
        task->opening->done = content.item;
    else
        task->items_done = content.item;
    commit_rows(run, task);
    count_checks(run, content.checks);
    if (content.size == WIRE_LOST)
        return NULL;
    return settle(run, worker, id, &content);
}

static struct error *on_span(struct run *run, struct task *task, struct cursor *c)
{
    struct assessment *assessment = run->assessment;
    struct span span = {.offset = cursor_u64le(c), .length = cursor_u64le(c)};
    uint8_t kind = cursor_u8(c);

    span.entropy = cursor_u32le(c) / 1000.0;
    struct bytes what = wire_read_text(c);
    if (!cursor_ok(c) || task->kind != TASK_OPEN || kind > SPAN_ENCRYPTED)
        return nonsense("half a span");
    task->opening->frames++;
    span.kind = (enum span_kind)kind;
    span.what = arena_string(assessment->arena, what);
    assessment->spans =
        arena_grow(assessment->arena, assessment->spans, &assessment->span_capacity,
                   assessment->span_count + 1, sizeof *assessment->spans);
    assessment->spans[assessment->span_count++] =
        (struct assessment_span){.node = task->opening->node, .span = span};
    return NULL;
}

static struct error *on_unread(struct run *run, struct task *task, struct cursor *c)
{
    struct bytes path = wire_read_text(c);
    uint64_t bytes = cursor_u64le(c);
    struct bytes reason = wire_read_text(c);

    if (!cursor_ok(c))
        return nonsense("half a reason");
    if (task->kind == TASK_CHECK) {
        struct whole *whole = &run->wholes[task->system];
        run->assessment->checks[task->check].failed++;
        assessment_add_unread(run->assessment, whole->container, path, bytes, reason);
        return NULL;
    }
    if (task->kind == TASK_OPEN)
        task->opening->frames++;
    task->opening->damaged = true;
    assessment_add_unread(run->assessment, task->opening->node, path, bytes, reason);
    return NULL;
}

static struct error *on_done(struct run *run, unsigned worker, struct cursor *c)
{
    struct task *task = &run->tasks[worker];
    uint8_t failed = cursor_u8(c);
    struct bytes reason = wire_read_text(c);
    uint64_t spill_top = cursor_u64le(c);

    if (!cursor_ok(c) || task->kind == TASK_NONE)
        return nonsense("the end of no job");
    run->pool.workers[worker].spill_top = spill_top;
    commit_rows(run, task);
    if (task->kind == TASK_CHECK) {
        run->assessment->checks[task->check].looked_at++;
        run->assessment->checks[task->check].failed += failed != 0;
    }
    if (failed != 0) {
        uint32_t node = task->kind == TASK_CHECK ? run->wholes[task->system].container
                                                 : task->opening->node;
        assessment_add_unread(run->assessment, node, bytes_of(""), 0, reason);
        if (task->kind != TASK_CHECK)
            task->opening->damaged = true;
    }
    if (task->kind == TASK_OPEN)
        task->opening->walked = true;
    receive_task_over(run, worker);
    return NULL;
}

static struct error *dispatch(struct run *run, unsigned worker, enum wire_kind kind,
                              struct bytes payload)
{
    struct task *task = &run->tasks[worker];
    struct cursor c = cursor_over(payload);

    if (kind == WIRE_HELLO) {
        run->pool.workers[worker].greeted = true;
        if (run->greeted)
            return NULL;
        run->greeted = true;
        return hello_read(run->assessment, payload);
    }
    if (task->kind == TASK_NONE)
        return nonsense("something without a job");
    if (kind == WIRE_NODE)
        return on_node(run, task, &c);
    if (kind == WIRE_CONTENT)
        return on_content(run, worker, &c);
    if (kind == WIRE_ROW)
        return on_row(run, task, &c);
    if (kind == WIRE_SPAN)
        return on_span(run, task, &c);
    if (kind == WIRE_UNREAD)
        return on_unread(run, task, &c);
    if (kind == WIRE_DONE)
        return on_done(run, worker, &c);
    return nonsense("a frame of an unknown kind");
}

struct error *receive(struct run *run, unsigned worker)
{
    struct text *heard = run->pool.workers[worker].heard;
    struct bytes stream = text_bytes(heard);
    struct error *error = NULL;
    bool found = true;

    while (error == NULL && found) {
        enum wire_kind kind = WIRE_DONE;
        struct bytes payload;
        error = wire_next(&stream, &found, &kind, &payload);
        if (error == NULL && found)
            error = dispatch(run, worker, kind, payload);
    }
    mem_copy(heard->data, stream.data, stream.size);
    heard->size = stream.size;
    return error;
}
