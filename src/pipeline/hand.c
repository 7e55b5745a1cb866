#include "base/size.h"
#include "pipeline/run.h"

/* A portion of contents: large enough to be worth a message, small enough to share fairly. */
#define PORTION_LEAST (256U << 10)
#define PORTION_MOST  (4U << 20)
#define PORTION_ITEMS 256U

/* A worker that says nothing for this long is lost; large containers take longer to decode. */
static unsigned allowance_ms(uint64_t bytes)
{
    return (unsigned)size_min(LIMIT_NODE_SECONDS * 1000U + bytes / 2048, 10UL * 60 * 1000);
}

static struct error *send_open(struct run *run, unsigned worker, struct opening *opening)
{
    const struct assessment_node *node = &run->assessment->nodes[opening->node];
    owned(text) frame = text_new();
    struct wire_open job = {
        .place = opening->place,
        .name = node->node.path,
        .format = opening->format,
        .replay = opening->frames,
        .done = opening->done,
        .flags = opening->flags,
    };

    for (size_t i = node->node.path.size; i > 0; i--)
        if (node->node.path.data[i - 1] == '/') {
            job.name = bytes_from_offset(node->node.path, i);
            break;
        }
    mem_copy(job.avoid, opening->avoid, sizeof job.avoid);
    job.avoid_count = opening->avoid_count;
    mem_copy(job.crashed, opening->crashed, sizeof job.crashed);
    job.crashed_count = opening->crashed_count;
    size_t mark = wire_begin(frame, WIRE_OPEN);
    wire_open(frame, &job);
    wire_end(frame, mark);
    opening->queued = false;
    opening->busy++;
    run->tasks[worker].kind = TASK_OPEN;
    run->tasks[worker].opening = opening;
    return pool_send(&run->pool, worker, text_bytes(frame), allowance_ms(opening->place.size));
}

/* Takes the next portion of an opening's contents. */
static uint64_t take_portion(struct run *run, struct opening *opening, struct task *task)
{
    uint64_t share = opening->waiting / (2UL * run->pool.count);
    uint64_t wanted = size_max(PORTION_LEAST, size_min(share, PORTION_MOST));
    uint64_t bytes = 0;
    size_t count = 0;

    while (opening->next_item + count < opening->item_count && count < PORTION_ITEMS &&
           bytes < wanted) {
        uint32_t node = opening->items[opening->next_item + count].node;
        bytes += run->assessment->nodes[node].node.size;
        bytes += run->assessment->nodes[node].node.xattrs.size; /* they travel with it */
        count++;
    }
    task->items = arena_array(run->arena, count, sizeof *task->items);
    mem_copy(task->items, opening->items + opening->next_item, count * sizeof *task->items);
    task->item_count = count;
    task->items_done = 0;
    opening->next_item += count;
    opening->waiting -= size_min(bytes, opening->waiting);
    return bytes;
}

static struct error *send_portion(struct run *run, unsigned worker, struct opening *opening)
{
    struct task *task = &run->tasks[worker];
    owned(text) frame = text_new();
    uint64_t bytes = take_portion(run, opening, task);

    size_t mark = wire_begin(frame, WIRE_READ);
    wire_place(frame, opening->place);
    wire_text(frame, opening->format);
    wire_u32(frame, opening->flags);
    wire_u32(frame, (uint32_t)task->item_count);
    for (size_t i = 0; i < task->item_count; i++) {
        struct node node = run->assessment->nodes[task->items[i].node].node;
        node.id = (uint32_t)i + 1;
        wire_node(frame, &node);
        wire_u8(frame, (uint8_t)task->items[i].kind);
        wire_place(frame, task->items[i].place);
        wire_text(frame, task->items[i].handle);
    }
    wire_end(frame, mark);
    task->kind = TASK_READ;
    task->opening = opening;
    opening->busy++;
    return pool_send(&run->pool, worker, text_bytes(frame), allowance_ms(bytes));
}

static bool has_portion(const struct opening *opening)
{
    size_t left = opening->item_count - opening->next_item;

    return left > 0 &&
           (opening->walked || left >= PORTION_ITEMS || opening->waiting >= PORTION_LEAST);
}

struct error *hand_out(struct run *run, unsigned worker, bool *busy)
{
    *busy = true;
    for (size_t i = run->opening_count; i > 0; i--)
        if (has_portion(run->openings[i - 1]))
            return send_portion(run, worker, run->openings[i - 1]);
    for (size_t i = run->opening_count; i > 0; i--)
        if (run->openings[i - 1]->queued)
            return send_open(run, worker, run->openings[i - 1]);
    *busy = false;
    return NULL;
}
