#include <stdlib.h>

#include "pipeline/run.h"

/* A frame of nodes is sent when it has grown to this. */
#define FRAME_MOST (1U << 20)
/* Guessing passwords may take its time. */
#define CHECK_SECONDS 300U

static bool is_kept(const struct run *run, size_t node)
{
    return node < run->kept_capacity && run->kept[node].region != UINT32_MAX;
}

static const struct assessment *sorting;

static int by_path(const void *left, const void *right)
{
    const struct node *a = &sorting->nodes[*(const uint32_t *)left].node;
    const struct node *b = &sorting->nodes[*(const uint32_t *)right].node;
    int order = bytes_compare(a->path, b->path);

    return order != 0 ? order : (a->id > b->id) - (a->id < b->id);
}

static void mark_damaged(struct run *run, const uint32_t *places, uint32_t container)
{
    if (places[container] > 0)
        run->wholes[places[container] - 1].complete = false;
}

/*
 * Kept files beyond the limit are left out, in the order of paths: which ones must not depend on
 * which worker was faster.
 */
static void bound(struct run *run, struct whole *whole)
{
    uint64_t total = 0;

    for (size_t i = 0; i < whole->node_count; i++) {
        uint32_t id = whole->nodes[i];
        if (!is_kept(run, id))
            continue;
        total += run->kept[id].size;
        if (total <= LIMIT_KEPT_TOTAL)
            continue;
        run->kept[id].region = UINT32_MAX;
        whole->complete = false;
        owed_lose(run, id, 0,
                  bytes_of("so many files to be looked at together that not all could be"));
    }
}

/* A container is looked at as a whole when it is a file system, or holds a kept file. */
void whole_collect(struct run *run)
{
    const struct assessment *assessment = run->assessment;
    size_t count = assessment->node_count;
    uint32_t *sizes = arena_array(run->arena, count + 1, sizeof *sizes);
    bool *wanted = arena_array(run->arena, count + 1, sizeof *wanted);
    uint32_t *places = arena_array(run->arena, count + 1, sizeof *places);

    for (size_t i = 1; i < count; i++) {
        uint32_t parent = assessment->nodes[i].node.parent;
        const struct assessment_format *format =
            assessment_format_named(assessment, assessment->nodes[parent].node.format);
        sizes[parent]++;
        wanted[parent] =
            wanted[parent] || is_kept(run, i) || (format != NULL && format->is_tree);
    }
    run->wholes = arena_array(run->arena, count + 1, sizeof *run->wholes);
    for (uint32_t i = 0; i < count; i++) {
        if (!wanted[i])
            continue;
        struct whole *whole = &run->wholes[run->whole_count++];
        whole->container = i;
        whole->complete = true;
        whole->nodes = arena_array(run->arena, sizes[i], sizeof *whole->nodes);
        places[i] = (uint32_t)run->whole_count;
    }
    for (uint32_t i = 1; i < count; i++) {
        uint32_t place = places[assessment->nodes[i].node.parent];
        if (place > 0)
            run->wholes[place - 1].nodes[run->wholes[place - 1].node_count++] = i;
    }
    for (uint32_t i = 1; i < count; i++)
        if (owed_is_lost(run, i))
            mark_damaged(run, places, assessment->nodes[i].node.parent);
    for (size_t i = 0; i < run->opening_count; i++) {
        const struct opening *opening = run->openings[i];
        if (opening->damaged || !opening->walked)
            mark_damaged(run, places, opening->node);
        for (size_t j = 0; opening->damaged && j < opening->child_count; j++)
            mark_damaged(run, places, assessment->nodes[opening->children[j]].node.parent);
    }
    sorting = assessment;
    for (size_t i = 0; i < run->whole_count; i++) {
        qsort(run->wholes[i].nodes, run->wholes[i].node_count, sizeof *run->wholes[i].nodes,
              by_path);
        bound(run, &run->wholes[i]);
    }
}

static size_t begin(struct text *frame, const struct whole *whole, bool first, size_t *count_at)
{
    size_t mark = wire_begin(frame, WIRE_SYSTEM);

    wire_u8(frame, first);
    wire_u8(frame, whole->complete);
    *count_at = frame->size;
    wire_u32(frame, 0);
    return mark;
}

static void end(struct text *frame, size_t mark, size_t count_at, uint32_t count)
{
    for (size_t i = 0; i < 4; i++)
        frame->data[count_at + i] = (char)(uint8_t)(count >> 8 * i);
    wire_end(frame, mark);
}

static void put_system(const struct run *run, const struct whole *whole, struct text *frame)
{
    size_t count_at;
    size_t mark = begin(frame, whole, true, &count_at);
    uint32_t count = 0;

    for (size_t i = 0; i < whole->node_count; i++) {
        uint32_t id = whole->nodes[i];
        wire_node(frame, &run->assessment->nodes[id].node);
        wire_u8(frame, is_kept(run, id));
        wire_place(frame, is_kept(run, id) ? run->kept[id] : (struct wire_place){0});
        count++;
        if (frame->size - mark > FRAME_MOST) {
            end(frame, mark, count_at, count);
            mark = begin(frame, whole, false, &count_at);
            count = 0;
        }
    }
    end(frame, mark, count_at, count);
}

/* The next check over the next file system; slow ones first would be better still. */
struct error *whole_hand_out(struct run *run, unsigned worker, bool *busy)
{
    struct task *task = &run->tasks[worker];

    *busy = false;
    while (run->next_whole < run->whole_count) {
        const struct assessment *assessment = run->assessment;
        size_t check = run->next_check++;
        if (check >= assessment->check_count) {
            run->next_check = 0;
            run->next_whole++;
            continue;
        }
        if (!assessment->checks[check].has_system)
            continue;
        owned(text) frames = text_new();
        if (task->holds_system != run->next_whole + 1)
            put_system(run, &run->wholes[run->next_whole], frames);
        task->holds_system = (uint32_t)run->next_whole + 1;
        size_t mark = wire_begin(frames, WIRE_CHECK);
        wire_u32(frames, (uint32_t)check);
        wire_end(frames, mark);
        task->kind = TASK_CHECK;
        task->system = run->next_whole;
        task->check = check;
        *busy = true;
        return pool_send(&run->pool, worker, text_bytes(frames), CHECK_SECONDS * 1000);
    }
    return NULL;
}

void whole_give_up(struct run *run)
{
    const struct assessment *assessment = run->assessment;

    for (; run->next_whole < run->whole_count; run->next_whole++, run->next_check = 0)
        for (; run->next_check < assessment->check_count; run->next_check++) {
            struct assessment_check *check = &assessment->checks[run->next_check];
            if (!check->has_system)
                continue;
            check->failed++;
            run_unread(run, run->wholes[run->next_whole].container, bytes_of(""), 0,
                       arena_printf(run->arena,
                                    "check %s: a limit of the image was reached before",
                                    check->name));
        }
}
