#include "model/sink.h"

struct error *sink_node(struct sink *sink, const struct node *node, struct content content,
                        uint32_t *index)
{
    uint32_t ignored;

    return sink->actions->node(sink, node, content, index == NULL ? &ignored : index);
}

void sink_observe(struct sink *sink, const struct observation *observation)
{
    sink->actions->observe(sink, observation);
}

void sink_span(struct sink *sink, uint64_t offset, uint64_t length, enum span_kind kind,
               const char *what)
{
    struct span span = {.offset = offset, .length = length, .kind = kind, .what = what};

    sink->actions->span(sink, &span);
}

void sink_unread(struct sink *sink, struct bytes path, uint64_t bytes, const char *reason)
{
    sink->actions->unread(sink, path, bytes, reason);
}

void sink_unread_error(struct sink *sink, struct bytes path, uint64_t bytes,
                       struct error *error)
{
    if (error == NULL)
        return;
    sink_unread(sink, path, bytes, error_line(error));
    error_free(error);
}

bool sink_attempt(struct sink *sink, uint64_t offset)
{
    return sink->actions->attempt == NULL || sink->actions->attempt(sink, offset);
}

void sink_attempted(struct sink *sink)
{
    if (sink->actions->attempt != NULL)
        (void)sink->actions->attempt(sink, SINK_NO_ATTEMPT);
}

struct buffer *sink_buffer(struct sink *sink)
{
    return sink->actions->buffer(sink);
}

const char *span_kind_name(enum span_kind kind)
{
    static const char *const names[] = {"explained", "padding", "unknown", "encrypted"};

    return names[kind];
}
