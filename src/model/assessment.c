#include "model/assessment.h"

#include <stdlib.h>

struct assessment *assessment_new(void)
{
    struct assessment *assessment = mem_alloc(sizeof *assessment);

    assessment->arena = arena_new();
    return assessment;
}

void assessment_free(struct assessment *assessment)
{
    if (assessment == NULL)
        return;
    arena_free(assessment->arena);
    mem_free(assessment);
}

static struct bytes join(struct arena *arena, struct bytes parent, struct bytes path)
{
    if (parent.size == 0)
        return arena_copy(arena, path);
    if (path.size == 0)
        return parent;
    uint8_t *joined = arena_alloc(arena, parent.size + 1 + path.size);
    mem_copy(joined, parent.data, parent.size);
    joined[parent.size] = '/';
    mem_copy(joined + parent.size + 1, path.data, path.size);
    return bytes_from(joined, parent.size + 1 + path.size);
}

uint32_t assessment_add_node(struct assessment *assessment, const struct node *node)
{
    struct arena *arena = assessment->arena;
    uint32_t id = (uint32_t)assessment->node_count;

    assessment->nodes = arena_grow(arena, assessment->nodes, &assessment->node_capacity,
                                   assessment->node_count + 1, sizeof *assessment->nodes);
    struct assessment_node *fresh = &assessment->nodes[assessment->node_count++];
    fresh->node = *node;
    fresh->node.id = id;
    fresh->node.path = arena_copy(arena, node->path);
    fresh->node.target = arena_copy(arena, node->target);
    fresh->node.format = arena_copy(arena, node->format);
    fresh->node.xattrs = arena_copy(arena, node->xattrs);
    fresh->full_path = bytes_of("");
    fresh->depth = 0;
    if (node->parent < id) {
        const struct assessment_node *parent = &assessment->nodes[node->parent];
        fresh->full_path = join(arena, parent->full_path, fresh->node.path);
        fresh->depth = parent->depth + 1;
    }
    return id;
}

void assessment_add_unread(struct assessment *assessment, uint32_t node, struct bytes path,
                           uint64_t bytes, struct bytes reason)
{
    struct arena *arena = assessment->arena;
    size_t needed = assessment->unread_count + 1;

    assessment->unread = arena_grow(arena, assessment->unread, &assessment->unread_capacity,
                                    needed, sizeof *assessment->unread);
    assessment->unread[assessment->unread_count++] = (struct assessment_unread){
        .node = node,
        .path = join(arena, assessment->nodes[node].full_path, path),
        .bytes = bytes,
        .reason = arena_copy(arena, reason),
    };
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_path(const void *left, const void *right)
{
    const struct assessment_node *a = left, *b = right;
    int order = bytes_compare(a->full_path, b->full_path);

    if (order == 0)
        order = compare_u64(a->depth, b->depth);
    if (order == 0)
        order = compare_u64(a->node.offset, b->node.offset);
    if (order == 0)
        order = bytes_compare(bytes_from(a->node.sha256.bytes, 32),
                              bytes_from(b->node.sha256.bytes, 32));
    return order != 0 ? order : compare_u64(a->node.id, b->node.id);
}

static int compare_values(const struct observation *a, const struct observation *b)
{
    for (size_t i = 0; i < a->observable->column_count; i++) {
        int order = (int)a->values[i].kind - (int)b->values[i].kind;
        if (order == 0)
            order = (a->values[i].integer > b->values[i].integer) -
                    (a->values[i].integer < b->values[i].integer);
        if (order == 0)
            order = bytes_compare(a->values[i].text, b->values[i].text);
        if (order != 0)
            return order;
    }
    return 0;
}

static int by_evidence(const void *left, const void *right)
{
    const struct observation *a = *(struct observation *const *)left;
    const struct observation *b = *(struct observation *const *)right;
    int order = (a->observable > b->observable) - (a->observable < b->observable);

    if (order == 0)
        order = compare_u64(a->evidence.node, b->evidence.node);
    if (order == 0)
        order = compare_u64(a->evidence.offset, b->evidence.offset);
    return order != 0 ? order : compare_values(a, b);
}

static int by_span(const void *left, const void *right)
{
    const struct assessment_span *a = left, *b = right;
    int order = compare_u64(a->node, b->node);

    if (order == 0)
        order = compare_u64(a->span.offset, b->span.offset);
    return order != 0 ? order : compare_u64(a->span.length, b->span.length);
}

static int by_lost(const void *left, const void *right)
{
    const struct assessment_unread *a = left, *b = right;
    int order = bytes_compare(a->path, b->path);

    return order != 0 ? order : bytes_compare(a->reason, b->reason);
}

#define SORT(array, count, order)                        \
    do {                                                 \
        if ((count) > 0)                                 \
            qsort(array, count, sizeof *(array), order); \
    } while (0)

void assessment_sort(struct assessment *assessment)
{
    size_t count = assessment->node_count;
    uint32_t *place = arena_array(assessment->arena, count + 1, sizeof *place);

    SORT(assessment->nodes, count, by_path);
    for (size_t i = 0; i < count; i++)
        place[assessment->nodes[i].node.id] = (uint32_t)i;
    for (size_t i = 0; i < count; i++) {
        struct node *node = &assessment->nodes[i].node;
        node->id = (uint32_t)i;
        if (node->parent != NODE_NONE)
            node->parent = place[node->parent];
    }
    for (size_t i = 0; i < assessment->observation_count; i++)
        assessment->observations[i]->evidence.node =
            place[assessment->observations[i]->evidence.node];
    for (size_t i = 0; i < assessment->span_count; i++)
        assessment->spans[i].node = place[assessment->spans[i].node];
    for (size_t i = 0; i < assessment->unread_count; i++)
        assessment->unread[i].node = place[assessment->unread[i].node];
    SORT(assessment->observations, assessment->observation_count, by_evidence);
    SORT(assessment->spans, assessment->span_count, by_span);
    SORT(assessment->unread, assessment->unread_count, by_lost);
}

const struct assessment_format *assessment_format_named(const struct assessment *assessment,
                                                        struct bytes name)
{
    for (size_t i = 0; i < assessment->format_count; i++)
        if (bytes_is(name, assessment->formats[i].name))
            return &assessment->formats[i];
    return NULL;
}
