#include "pipeline/run.h"

enum {
    OWED_NOTHING,
    OWED_CONTENT, /* promised, and nothing heard of it yet */
    OWED_LOST,    /* it, or something in it, could not be read */
};

static void set(struct run *run, uint32_t node, uint8_t state)
{
    run->owed = arena_grow(run->arena, run->owed, &run->owed_capacity, (size_t)node + 1,
                           sizeof *run->owed);
    run->owed[node] = state;
}

static uint8_t state_of(const struct run *run, size_t node)
{
    return node < run->owed_capacity ? run->owed[node] : OWED_NOTHING;
}

void owed_promise(struct run *run, uint32_t node)
{
    set(run, node, OWED_CONTENT);
}

void owed_settle(struct run *run, uint32_t node)
{
    if (state_of(run, node) == OWED_CONTENT)
        set(run, node, OWED_NOTHING);
}

void owed_lose(struct run *run, uint32_t node, uint64_t bytes, struct bytes reason)
{
    set(run, node, OWED_LOST);
    assessment_add_unread(run->assessment, node, bytes_of(""), bytes, reason);
}

bool owed_is_lost(const struct run *run, size_t node)
{
    return state_of(run, node) == OWED_LOST;
}

void owed_tell(struct run *run)
{
    for (uint32_t i = 0; i < run->assessment->node_count; i++)
        if (state_of(run, i) == OWED_CONTENT)
            owed_lose(run, i, run->assessment->nodes[i].node.size,
                      bytes_of("nothing was heard of it before the reading ended"));
}
