#include "spans.h"

#include <inttypes.h>
#include <stdlib.h>

static int by_place(const void *left, const void *right)
{
    const struct dry_span *a = left, *b = right;

    if (a->container != b->container)
        return a->container < b->container ? -1 : 1;
    if (a->span.offset != b->span.offset)
        return a->span.offset < b->span.offset ? -1 : 1;
    return 0;
}

struct error *spans_check(const struct dry *dry)
{
    owned(arena) arena = arena_new();
    struct dry_span *spans = arena_array(arena, dry->span_count + 1, sizeof *spans);
    size_t count = 0;

    for (size_t i = 0; i < dry->span_count; i++)
        if (dry->spans[i].span.length > 0)
            spans[count++] = dry->spans[i];
    qsort(spans, count, sizeof *spans, by_place);
    for (size_t i = 0; i < count; i++) {
        const struct span *span = &spans[i].span;
        const struct dry_node *node = &dry->nodes[spans[i].container];
        if (!bytes_has(node->content, span->offset, span->length))
            return error_new(
                ERROR_INTERNAL,
                "span %s at %" PRIu64 ", %" PRIu64 " bytes, leaves its %s of %zu bytes",
                span->what, span->offset, span->length,
                node->node.format.size > 0 ? (const char *)node->node.format.data : "container",
                node->content.size);
        if (i > 0 && spans[i - 1].container == spans[i].container &&
            spans[i - 1].span.length > span->offset - spans[i - 1].span.offset)
            return error_new(ERROR_INTERNAL,
                             "span %s at %" PRIu64 ", %" PRIu64
                             " bytes, overlaps %s at %" PRIu64,
                             spans[i - 1].span.what, spans[i - 1].span.offset,
                             spans[i - 1].span.length, span->what, span->offset);
    }
    return NULL;
}
