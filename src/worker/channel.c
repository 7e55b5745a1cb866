#include <errno.h>
#include <unistd.h>

#include "worker/worker.h"

#define ENOUGH (48U << 10)

/* Reads exactly SIZE bytes. False at the end of the stream: the parent has gone or is done. */
static bool read_all(uint8_t *to, size_t size)
{
    for (size_t have = 0; have < size;) {
        ssize_t got = read(STDIN_FILENO, to + have, size - have);
        if (got <= 0) {
            if (got < 0 && errno == EINTR)
                continue;
            return false;
        }
        have += (size_t)got;
    }
    return true;
}

struct error *channel_read(struct arena *arena, enum wire_kind *kind, struct bytes *payload,
                           bool *end)
{
    uint8_t head[4];

    *end = !read_all(head, sizeof head);
    if (*end)
        return NULL;
    struct cursor c = cursor_over(bytes_from(head, sizeof head));
    uint32_t size = cursor_u32le(&c);
    if (size == 0 || size > LIMIT_MESSAGE)
        return error_new(ERROR_INTERNAL, "a job of %u bytes", size);
    uint8_t *frame = arena_alloc(arena, size);
    *end = !read_all(frame, size);
    *kind = (enum wire_kind)frame[0];
    *payload = bytes_from_offset(bytes_from(frame, size), 1);
    return NULL;
}

void channel_flush(struct worker *worker)
{
    size_t sent = 0;

    while (sent < worker->out->size) {
        ssize_t put = write(STDOUT_FILENO, worker->out->data + sent, worker->out->size - sent);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            _exit(0); /* the parent has gone */
        sent += (size_t)put;
    }
    text_clear(worker->out);
}

void channel_sent(struct worker *worker)
{
    /* A walk that is repeated after a crash may crash again: what it has done is said at once. */
    bool repeated = worker->walk.crashed_count > 0 || worker->walk.avoid_count > 0;

    if (worker->out->size >= ENOUGH || repeated)
        channel_flush(worker);
}
