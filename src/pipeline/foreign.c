#include "pipeline/foreign.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "pipeline/pipeline.h"
#include "pipeline/pool.h"

struct hearing {
    const struct foreign *foreign;
    struct pool pool;
    struct arena *arena;
    uint64_t stop_ms;
    bool done;
};

static struct error *unreadable(const struct foreign *foreign, const char *why)
{
    return error_hint(
        error_wrap(error_new(ERROR_USAGE, "%s", why), "cannot read %s", foreign->path), "%s",
        foreign->advice);
}

/* A reader that says what it cannot have read was taken over: nothing of it is believed. */
static struct error *nonsense(const struct hearing *hearing, const char *what)
{
    owned(text) why = text_new();

    text_addf(why, "its reader said %s", what);
    return unreadable(hearing->foreign, text_string(why));
}

static struct error *on_done(struct hearing *hearing, struct cursor *c)
{
    uint8_t failed = cursor_u8(c);
    struct bytes reason = wire_read_text(c);

    if (!cursor_ok(c))
        return nonsense(hearing, "half an end");
    hearing->done = true;
    if (failed == 0)
        return NULL;
    owned(text) clean = text_new();
    text_add_terminal(clean, bytes_slice(reason, 0, LIMIT_NAME));
    return unreadable(hearing->foreign, text_string(clean));
}

static struct error *on_frame(struct hearing *hearing, enum wire_kind kind,
                              struct bytes payload)
{
    struct cursor c = cursor_over(payload);

    if (kind == WIRE_HELLO)
        return NULL;
    if (kind == WIRE_DONE)
        return on_done(hearing, &c);
    if (kind != WIRE_RECORD)
        return nonsense(hearing, "something that is no record");
    owned(error) reason = hearing->foreign->accept(hearing->foreign->context, &c);
    if (!cursor_ok(&c))
        return nonsense(hearing, "half a record");
    return reason == NULL ? NULL : unreadable(hearing->foreign, error_line(reason));
}

static struct error *on_heard(struct hearing *hearing)
{
    struct text *heard = hearing->pool.workers[0].heard;
    struct bytes stream = text_bytes(heard);
    struct error *error = NULL;
    bool found = true;

    while (error == NULL && found && !hearing->done) {
        enum wire_kind kind = WIRE_DONE;
        struct bytes payload;
        error = wire_next(&stream, &found, &kind, &payload);
        if (error == NULL && found)
            error = on_frame(hearing, kind, payload);
    }
    mem_copy(heard->data, stream.data, stream.size);
    heard->size = stream.size;
    return error;
}

static struct error *listen_to(struct hearing *hearing)
{
    while (!hearing->done) {
        enum pool_event event = POOL_NOTHING;
        unsigned worker = 0;
        TRY(pool_wait(&hearing->pool, 1000, &event, &worker));
        if (event == POOL_LOST)
            return unreadable(
                hearing->foreign,
                arena_printf(hearing->arena, "its reader %s",
                             pool_epitaph(&hearing->pool, worker, hearing->arena)));
        if (event == POOL_HEARD)
            TRY(on_heard(hearing));
        if (pipeline_clock_ms() > hearing->stop_ms)
            return unreadable(hearing->foreign, "reading it takes too long");
    }
    return NULL;
}

static struct error *read_with(struct hearing *hearing, const char *program,
                               const struct input *input, bool unlocked)
{
    owned(text) job = text_new();

    wire_end(job, wire_begin(job, hearing->foreign->job));
    hearing->stop_ms = pipeline_clock_ms() + hearing->foreign->seconds * UINT64_C(1000);
    struct error *error =
        pool_open(&hearing->pool, program, input->fd, input->size, 1, unlocked);
    if (error == NULL)
        error = pool_send(&hearing->pool, 0, text_bytes(job), 2 * LIMIT_NODE_SECONDS * 1000U);
    if (error == NULL)
        error = listen_to(hearing);
    pool_close(&hearing->pool);
    return error;
}

/* What can be told before anything is read. */
static struct error *check_path(const struct foreign *foreign)
{
    struct stat status;

    if (strcmp(foreign->path, "-") == 0)
        return NULL;
    if (stat(foreign->path, &status) != 0)
        return error_hint(error_wrap(error_new(ERROR_USAGE, "%s", strerrordesc_np(errno)),
                                     "cannot read %s", foreign->path),
                          "check the spelling of the path");
    if (!S_ISREG(status.st_mode))
        return unreadable(foreign, "it is no ordinary file");
    if (status.st_size == 0)
        return unreadable(foreign, "the file is empty");
    if ((uint64_t)status.st_size > foreign->most)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE,
                                 "it has %llu bytes; %s of at most %llu MiB are read",
                                 (unsigned long long)status.st_size, foreign->kind,
                                 (unsigned long long)foreign->most >> 20),
                       "cannot read %s", foreign->path),
            "%s", foreign->too_large);
    return NULL;
}

struct error *foreign_read(const struct foreign *foreign, const char *worker, bool unlocked,
                           struct sha256 *digest)
{
    owned(arena) arena = arena_new();
    struct hearing hearing = {.foreign = foreign, .arena = arena};
    const char *program;
    struct input input;
    struct error *error = NULL;

    TRY(check_path(foreign));
    TRY(pool_find_program(worker, arena, &program));
    TRY(input_open(foreign->path, foreign->most, &input));
    if (digest != NULL)
        error = input_hash(&input, foreign->path, digest);
    if (error == NULL)
        error = read_with(&hearing, program, &input, unlocked);
    input_close(&input);
    return error;
}
