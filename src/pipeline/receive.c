#include "base/limits.h"
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

/* Where NODE begins in the container of OPENING, when it is a part of it that was read on. */
static uint64_t start_of(const struct run *run, const struct opening *opening, uint32_t node)
{
    uint64_t start = 0;

    for (; node != opening->node; node = run->assessment->nodes[node].node.parent)
        start += run->assessment->nodes[node].node.offset;
    return start;
}

/* Reads where the content of a child is. */
static struct error *read_item(const struct opening *opening, struct cursor *c,
                               struct item *out)
{
    uint8_t kind = cursor_u8(c);
    uint64_t offset = cursor_u64le(c);
    uint64_t size = cursor_u64le(c);

    out->kind = (enum content_kind)kind;
    out->handle = wire_read_text(c);
    if (!cursor_ok(c) || kind > CONTENT_NOW)
        return nonsense("half a node");
    return kind == CONTENT_SLICE ? slice_place(opening, offset, size, &out->place) : NULL;
}

static void add_item(struct run *run, struct opening *opening, struct item item)
{
    struct node *node = &run->assessment->nodes[item.node].node;

    if (item.kind != CONTENT_NONE)
        owed_promise(run, item.node);
    if (item.kind == CONTENT_SLICE) {
        node->size = item.place.size;
        node->offset =
            item.place.offset - opening->place.offset - start_of(run, opening, node->parent);
        node->has_offset = true;
    } else if (item.kind != CONTENT_LATER) {
        return;
    }
    item.handle = arena_copy(run->arena, item.handle);
    opening->items = arena_grow(run->arena, opening->items, &opening->item_capacity,
                                opening->item_count + 1, sizeof *opening->items);
    opening->items[opening->item_count++] = item;
    opening->waiting += node->size;
}

static struct error *on_node(struct run *run, struct task *task, struct cursor *c)
{
    struct opening *opening = task->opening;
    struct item item = {.node = 0};
    struct node node;

    wire_read_node(c, &node);
    if (!cursor_ok(c) || task->kind != TASK_OPEN || node.id != opening->child_count + 1 ||
        node.parent > opening->child_count || opening->child_count >= LIMIT_NODES_CONTAINER)
        return nonsense("a node out of turn");
    TRY(read_item(opening, c, &item));
    opening->frames++;
    if (run->assessment->node_count >= LIMIT_NODES) {
        run_stop(run, "more nodes than one image may have");
        return NULL;
    }
    uint32_t number = node.id;
    node.parent = node.parent == 0 ? opening->node : opening->children[node.parent - 1];
    item.node = assessment_add_node(run->assessment, &node);
    opening->children = arena_grow(run->arena, opening->children, &opening->child_capacity,
                                   opening->child_count + 1, sizeof *opening->children);
    opening->children[opening->child_count++] = item.node;
    add_item(run, opening, item);
    uint32_t crash = run_crash_of(opening, number);
    if (crash < opening->crashed_count)
        owed_lose(run, item.node, node.size, bytes_of(opening->epitaphs[crash]));
    else if (item.kind == CONTENT_NOW)
        opening->owed++;
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

/* What was said of the node at hand holds, now that its content is reported. */
static void commit(struct run *run, struct task *task)
{
    struct assessment *assessment = run->assessment;

    for (size_t i = 0; i < task->loss_count; i++) {
        owed_lose(run, task->losses[i].node, task->losses[i].bytes, task->losses[i].reason);
        task->opening->damaged = true;
    }
    task->loss_count = 0;
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
    if (task->row_count >= LIMIT_ROWS_TASK)
        return nonsense("more rows than one content can give");
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

    owed_settle(run, id);
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
    bool kept = content->kept != 0 && !run->options->unpack_only;
    if (kept) {
        remember_kept(run, id, content->place);
        if (owner != NULL)
            owner->keeps = true;
    }
    if (content->opens != 0)
        run_open(run, id, content->place, node->node.format, owner, kept && owner == NULL);
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
    if (!cursor_ok(c) || content.item == 0 || task->kind == TASK_CHECK)
        return nonsense("half a content");
    TRY(node_of(run, task, content.item, &id));
    if (content.size != WIRE_LOST)
        TRY(check_place(task, worker, &content));
    if (content.item != (task->kind == TASK_OPEN
                             ? size_max(content.item, task->opening->done + 1)
                             : task->items_done + 1))
        return nonsense("a content out of turn");
    if (task->kind == TASK_OPEN && task->opening->owed == 0)
        return nonsense("a content that was not announced");
    if (task->kind == TASK_OPEN) {
        task->opening->owed--;
        task->opening->done = content.item;
    } else {
        task->items_done = content.item;
    }
    if (content.size == WIRE_LOST && task->loss_count == 0)
        owed_lose(run, id, 0, bytes_of("it could not be read"));
    commit(run, task);
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
    if (assessment->span_count >= 4 * LIMIT_SPANS)
        return nonsense("more parts than an image can have");
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

static struct error *stage_loss(struct run *run, struct task *task,
                                const struct wire_unread *unread)
{
    struct loss loss = {.bytes = unread->bytes};

    TRY(node_of(run, task, unread->item, &loss.node));
    loss.reason = arena_copy(run->arena, unread->reason);
    task->losses = arena_grow(run->arena, task->losses, &task->loss_capacity,
                              task->loss_count + 1, sizeof *task->losses);
    task->losses[task->loss_count++] = loss;
    return NULL;
}

static struct error *on_unread(struct run *run, struct task *task, struct cursor *c)
{
    struct wire_unread unread;

    wire_read_unread(c, &unread);
    if (!cursor_ok(c))
        return nonsense("half a reason");
    if (run->assessment->unread_count + task->loss_count >= LIMIT_LOSSES)
        return nonsense("more losses than an image can have");
    if (task->kind == TASK_CHECK) {
        struct whole *whole = &run->wholes[task->system];
        run->assessment->checks[task->check].failed++;
        assessment_add_unread(run->assessment, whole->container, unread.path, unread.bytes,
                              unread.reason);
        return NULL;
    }
    if (unread.item != 0)
        return stage_loss(run, task, &unread);
    if (task->kind == TASK_OPEN)
        task->opening->frames++;
    task->opening->damaged = true;
    assessment_add_unread(run->assessment, task->opening->node, unread.path, unread.bytes,
                          unread.reason);
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
    if (task->kind == TASK_READ && task->items_done < task->item_count)
        return nonsense("the end of a job that is not done");
    if (task->kind == TASK_OPEN && task->opening->owed > 0)
        return nonsense("the end of a walk that is not done");
    run->pool.workers[worker].spill_top = spill_top;
    commit(run, task);
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
