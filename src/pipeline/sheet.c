#include "pipeline/sheet.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "pipeline/input.h"
#include "pipeline/pipeline.h"
#include "pipeline/pool.h"

struct hearing {
    struct pool pool;
    struct book *book;
    struct arena *arena;
    const char *path;
    uint64_t stop_ms;
    bool done;
};

static struct error *unreadable(const struct hearing *hearing, const char *why)
{
    return error_hint(
        error_wrap(error_new(ERROR_USAGE, "%s", why), "cannot read %s", hearing->path),
        "open it in a spreadsheet program and save it again as .xlsx");
}

/* A reader that says what it cannot have read was taken over: nothing of it is believed. */
static struct error *nonsense(const struct hearing *hearing, const char *what)
{
    owned(text) why = text_new();

    text_addf(why, "its reader said %s", what);
    return unreadable(hearing, text_string(why));
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
    return unreadable(hearing, text_string(clean));
}

static struct error *on_frame(struct hearing *hearing, enum wire_kind kind,
                              struct bytes payload)
{
    struct cursor c = cursor_over(payload);
    struct book_record record;

    if (kind == WIRE_HELLO)
        return NULL;
    if (kind == WIRE_DONE)
        return on_done(hearing, &c);
    if (kind != WIRE_RECORD)
        return nonsense(hearing, "something that is no cell");
    book_read(&c, &record);
    if (!cursor_ok(&c))
        return nonsense(hearing, "half a cell");
    struct error *error = book_add(hearing->book, &record);
    if (error == NULL)
        return NULL;
    owned(error) reason = error;
    return unreadable(hearing, error_line(reason));
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
                hearing, arena_printf(hearing->arena, "its reader %s",
                                      pool_epitaph(&hearing->pool, worker, hearing->arena)));
        if (event == POOL_HEARD)
            TRY(on_heard(hearing));
        if (pipeline_clock_ms() > hearing->stop_ms)
            return unreadable(hearing, "reading it takes too long");
    }
    return NULL;
}

static struct error *read_book(struct hearing *hearing, const char *program,
                               const struct input *input, bool unlocked)
{
    owned(text) job = text_new();

    wire_end(job, wire_begin(job, WIRE_BOOK));
    hearing->stop_ms = pipeline_clock_ms() + LIMIT_SHEET_SECONDS * UINT64_C(1000);
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
static struct error *check_path(const struct hearing *hearing, const char *path)
{
    struct stat status;

    if (strcmp(path, "-") == 0)
        return NULL;
    if (stat(path, &status) != 0)
        return error_hint(error_wrap(error_new(ERROR_USAGE, "%s", strerrordesc_np(errno)),
                                     "cannot read %s", path),
                          "check the spelling of the path");
    if (!S_ISREG(status.st_mode))
        return unreadable(hearing, "it is no ordinary file");
    if (status.st_size == 0)
        return unreadable(hearing, "the file is empty");
    if ((uint64_t)status.st_size > LIMIT_SHEET_FILE)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE,
                                 "it has %llu bytes; workbooks of at most %u MiB "
                                 "are read",
                                 (unsigned long long)status.st_size, LIMIT_SHEET_FILE >> 20),
                       "cannot read %s", path),
            "take the pictures out of it: evidence belongs into evidence/");
    return NULL;
}

struct error *pipeline_sheet(const char *path, const char *worker, bool unlocked,
                             struct book **out)
{
    owned(arena) arena = arena_new();
    owned(book) book = book_new();
    struct hearing hearing = {.book = book, .arena = arena, .path = path};
    const char *program;
    struct input input;

    TRY(check_path(&hearing, path));
    TRY(pool_find_program(worker, arena, &program));
    TRY(input_open(path, LIMIT_SHEET_FILE, &input));
    struct error *error = read_book(&hearing, program, &input, unlocked);
    input_close(&input);
    TRY(error);
    book_sort(book);
    *out = take(book);
    return NULL;
}
