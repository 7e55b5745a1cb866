#ifndef TESTS_UNIT_UNPACK_SQUASHFS_H
#define TESTS_UNIT_UNPACK_SQUASHFS_H

#include <stdio.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "unpack/format.h"

/* A sink that keeps what it is given, and reads files as another process would: from a handle. */

#define LIST_BUFFER (64U << 20)

struct listed {
    struct node node;
    struct bytes handle;
};

struct list {
    struct sink sink;
    struct arena *arena;
    struct listed *nodes;
    size_t count, capacity;
    size_t unread;
    uint64_t explained; /* up to here, without a gap */
    bool gap;
    char reason[256]; /* of the last thing that could not be read */
    struct buffer buffer;
};

static inline struct list *list_of(struct sink *sink)
{
    return (struct list *)(void *)sink;
}

static struct error *list_node(struct sink *sink, const struct node *node,
                               struct content content, uint32_t *index)
{
    struct list *list = list_of(sink);

    list->nodes = arena_grow(list->arena, list->nodes, &list->capacity, list->count + 1,
                             sizeof *list->nodes);
    struct listed *fresh = &list->nodes[list->count];
    fresh->node = *node;
    fresh->node.path = arena_copy(list->arena, node->path);
    fresh->node.target = arena_copy(list->arena, node->target);
    fresh->node.xattrs = arena_copy(list->arena, node->xattrs);
    fresh->handle = arena_copy(list->arena, content.handle);
    *index = (uint32_t)list->count++;
    return NULL;
}

static void list_observe(struct sink *sink, const struct observation *observation)
{
}

static void list_span(struct sink *sink, const struct span *span)
{
    struct list *list = list_of(sink);

    if (span->offset != list->explained)
        list->gap = true;
    list->explained = span->offset + span->length;
}

static void list_unread(struct sink *sink, struct bytes path, uint64_t bytes,
                        const char *reason)
{
    struct list *list = list_of(sink);

    list->unread++;
    snprintf(list->reason, sizeof list->reason, "%.*s: %s", (int)path.size,
             path.size == 0 ? "" : (const char *)path.data, reason);
}

static struct buffer *list_buffer(struct sink *sink)
{
    struct list *list = list_of(sink);

    list->buffer.size = 0;
    return &list->buffer;
}

static struct list *list_new(void)
{
    static const struct sink_actions actions = {list_node, list_observe, list_span, list_unread,
                                                list_buffer};
    struct list *list = mem_alloc(sizeof *list);

    list->sink.actions = &actions;
    list->arena = arena_new();
    list->buffer.memory = mmap(NULL, LIST_BUFFER, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    list->buffer.capacity = LIST_BUFFER;
    return list;
}

static void list_free(struct list *list)
{
    if (list == NULL)
        return;
    munmap(list->buffer.memory, LIST_BUFFER);
    arena_free(list->arena);
    mem_free(list);
}
DEFINE_OWNED(list)

static inline const struct listed *list_find(const struct list *list, const char *path)
{
    for (size_t i = 0; i < list->count; i++)
        if (bytes_is(list->nodes[i].node.path, path))
            return &list->nodes[i];
    return NULL;
}

#endif
