#include "pipeline/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/pipeline.h"
#include "pipeline/spawn.h"

uint64_t pipeline_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static struct error *make_spill(struct pool_worker *worker)
{
    worker->spill = memfd_create("spill", MFD_CLOEXEC);
    if (worker->spill < 0 || ftruncate(worker->spill, (off_t)LIMIT_SPILL_SPAN) != 0)
        return error_new(ERROR_SYSTEM, "no memory for a worker: %s", strerrordesc_np(errno));
    void *board = mmap(NULL, WIRE_BOARD_SIZE, PROT_READ, MAP_SHARED, worker->spill, 0);
    if (board == MAP_FAILED)
        return error_new(ERROR_SYSTEM, "no memory for a worker: %s", strerrordesc_np(errno));
    worker->board = board;
    worker->spill_top = WIRE_BOARD_SIZE;
    worker->heard = text_new();
    return NULL;
}

struct error *pool_open(struct pool *pool, const char *program, int image, uint64_t image_size,
                        unsigned count, bool unlocked)
{
    *pool = (struct pool){.program = program, .image = image, .image_size = image_size};
    for (unsigned i = 0; i < LIMIT_WORKERS; i++)
        pool->workers[i] =
            (struct pool_worker){.jobs = -1, .results = -1, .spill = -1, .messages = -1};
    pool->count = count;
    pool->unlocked = unlocked;
    signal(SIGPIPE, SIG_IGN); /* a worker that died shows on its result pipe */
    for (unsigned i = 0; i < count; i++)
        TRY(make_spill(&pool->workers[i]));
    for (unsigned i = 0; i < count; i++)
        TRY(spawn_worker(pool, i));
    return NULL;
}

static void close_pipes(struct pool_worker *worker)
{
    if (worker->jobs >= 0)
        close(worker->jobs);
    if (worker->results >= 0)
        close(worker->results);
    worker->jobs = worker->results = -1;
}

void pool_close(struct pool *pool)
{
    for (unsigned i = 0; i < pool->count; i++) {
        struct pool_worker *worker = &pool->workers[i];
        close_pipes(worker);
        if (worker->pid > 0) {
            kill(worker->pid, SIGKILL);
            waitpid(worker->pid, NULL, 0);
        }
        if (worker->board != NULL)
            munmap(worker->board, WIRE_BOARD_SIZE);
        if (worker->spill >= 0)
            close(worker->spill);
        if (worker->messages >= 0)
            close(worker->messages);
        text_free(worker->heard);
    }
    pool->count = 0;
}

static void postpone(const struct pool *pool, struct pool_worker *worker)
{
    worker->deadline_ms = pipeline_clock_ms() + worker->allowance_ms;
    if (pool->last_ms != 0 && worker->deadline_ms > pool->last_ms)
        worker->deadline_ms = pool->last_ms;
}

bool pool_hurry(struct pool *pool, unsigned ms)
{
    if (pool->last_ms != 0)
        return pool->last_ms <= pipeline_clock_ms();
    pool->last_ms = pipeline_clock_ms() + ms;
    for (unsigned i = 0; i < pool->count; i++)
        if (pool->workers[i].deadline_ms > pool->last_ms)
            pool->workers[i].deadline_ms = pool->last_ms;
    return false;
}

struct error *pool_send(struct pool *pool, unsigned index, struct bytes frames,
                        unsigned allowance_ms)
{
    struct pool_worker *worker = &pool->workers[index];

    worker->busy = true;
    worker->allowance_ms = allowance_ms;
    postpone(pool, worker);
    for (size_t sent = 0; sent < frames.size;) {
        ssize_t put = write(worker->jobs, frames.data + sent, frames.size - sent);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return NULL; /* it died: pool_wait will say so */
        sent += (size_t)put;
    }
    return NULL;
}

/* Reads what a worker said. False when it will say no more. */
static bool hear(const struct pool *pool, struct pool_worker *worker)
{
    static uint8_t chunk[1 << 16];
    ssize_t got = read(worker->results, chunk, sizeof chunk);

    if (got < 0)
        return errno == EINTR || errno == EAGAIN;
    if (got == 0)
        return false;
    text_add_bytes(worker->heard, bytes_from(chunk, (size_t)got));
    postpone(pool, worker);
    return true;
}

/* The index of a busy worker whose time is up, or the pool's count. */
static unsigned find_overdue(const struct pool *pool, uint64_t now)
{
    for (unsigned i = 0; i < pool->count; i++)
        if (pool->workers[i].busy && pool->workers[i].deadline_ms <= now)
            return i;
    return pool->count;
}

static int until_next_deadline(const struct pool *pool, int timeout_ms)
{
    uint64_t now = pipeline_clock_ms();
    uint64_t least = timeout_ms < 0 ? UINT64_MAX : (uint64_t)timeout_ms;

    for (unsigned i = 0; i < pool->count; i++) {
        const struct pool_worker *worker = &pool->workers[i];
        uint64_t left = worker->deadline_ms > now ? worker->deadline_ms - now : 0;
        if (worker->busy && left < least)
            least = left;
    }
    return least > 60000 ? 60000 : (int)least;
}

struct error *pool_wait(struct pool *pool, int timeout_ms, enum pool_event *event,
                        unsigned *index)
{
    struct pollfd polls[LIMIT_WORKERS];

    for (unsigned i = 0; i < pool->count; i++)
        polls[i] = (struct pollfd){.fd = pool->workers[i].results, .events = POLLIN};
    int ready = poll(polls, pool->count, until_next_deadline(pool, timeout_ms));
    if (ready < 0 && errno != EINTR)
        return error_new(ERROR_SYSTEM, "cannot wait for workers: %s", strerrordesc_np(errno));
    *event = POOL_NOTHING;
    if (pool->last_ms != 0 && pool->last_ms <= pipeline_clock_ms())
        ready = 0; /* what is still being said comes too late */
    for (unsigned i = 0; i < pool->count && ready > 0; i++) {
        if ((polls[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0)
            continue;
        *index = i;
        *event = hear(pool, &pool->workers[i]) ? POOL_HEARD : POOL_LOST;
        return NULL;
    }
    unsigned late = find_overdue(pool, pipeline_clock_ms());
    if (late < pool->count) {
        kill(pool->workers[late].pid, SIGKILL);
        pool->workers[late].allowance_ms = 0; /* the epitaph: ended by us, for time */
        *index = late;
        *event = POOL_LOST;
    }
    return NULL;
}

/* The first line that the worker wrote to its standard error, or NULL. */
static const char *first_words(const struct pool_worker *worker, struct arena *arena)
{
    char *words = arena_alloc(arena, LIMIT_EXCERPT + 1);
    ssize_t size = pread(worker->messages, words, LIMIT_EXCERPT, 0);
    struct bytes rest = bytes_from((const uint8_t *)words, size > 0 ? (size_t)size : 0), line;

    if (!bytes_next_line(&rest, &line) || line.size == 0)
        return NULL;
    return arena_string(arena, line);
}

static const char *why(const struct pool_worker *worker, bool alive, int status,
                       struct arena *arena)
{
    if (worker->allowance_ms == 0 && worker->busy)
        return "took too long and was ended";
    if (alive)
        return "said something impossible and was ended";
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        return "tried something that the sandbox forbids and was killed";
    if (WIFSIGNALED(status))
        return arena_printf(arena, "crashed (signal %d, %s)", WTERMSIG(status),
                            sigdescr_np(WTERMSIG(status)));
    if (WEXITSTATUS(status) == LIMIT_EXIT_OUT_OF_MEMORY)
        return "needed more memory than a worker may have";
    return arena_printf(arena, "ended by itself with status %d", WEXITSTATUS(status));
}

/* Its pipe closes a moment before it can be waited for: it gets that moment. */
static bool has_ended(pid_t pid)
{
    for (int i = 0; i < 100; i++) {
        siginfo_t info = {.si_pid = 0};
        if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
            info.si_pid != 0)
            return true;
        poll(NULL, 0, 1);
    }
    return false;
}

const char *pool_epitaph(struct pool *pool, unsigned index, struct arena *arena)
{
    struct pool_worker *worker = &pool->workers[index];
    int status = 0;
    bool overdue = worker->busy && worker->allowance_ms == 0;
    bool alive = overdue || !has_ended(worker->pid);

    kill(worker->pid, SIGKILL);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    const char *reason = why(worker, alive, status, arena);
    worker->impossible = alive && !overdue;
    const char *words = first_words(worker, arena);
    worker->pid = 0;
    return words == NULL ? reason : arena_printf(arena, "%s: %s", reason, words);
}

struct error *pool_restart(struct pool *pool, unsigned index)
{
    struct pool_worker *worker = &pool->workers[index];

    close_pipes(worker);
    text_clear(worker->heard);
    worker->busy = worker->greeted = false;
    if (++pool->restarts > LIMIT_RESTARTS)
        return error_new(ERROR_LIMIT, "its workers were lost %u times", LIMIT_RESTARTS);
    return spawn_worker(pool, index);
}

#define PAGE 4096U

void pool_release(struct pool *pool, struct wire_place place)
{
    if (place.region == 0 || place.region > pool->count || place.size == 0)
        return;
    /* Whole pages inside it alone: a kept file may share its first page, or its last. */
    uint64_t from = (place.offset + PAGE - 1) / PAGE * PAGE;
    uint64_t to = (place.offset + place.size) / PAGE * PAGE;
    if (from < to)
        fallocate(pool->workers[place.region - 1].spill,
                  FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)from, (off_t)(to - from));
}

uint64_t pool_spilled(const struct pool *pool)
{
    uint64_t total = 0;

    for (unsigned i = 0; i < pool->count; i++) {
        struct stat status;
        if (fstat(pool->workers[i].spill, &status) == 0)
            total += (uint64_t)status.st_blocks * 512;
    }
    return total;
}

const uint8_t *pool_map(const struct pool *pool, struct wire_place place, void **base,
                        size_t *size)
{
    uint64_t skip = place.offset % PAGE;
    uint64_t end = place.region == 0 ? pool->image_size : LIMIT_SPILL_SPAN;

    if (place.region > pool->count || place.size == 0 || place.offset > end ||
        place.size > end - place.offset)
        return NULL;
    int fd = place.region == 0 ? pool->image : pool->workers[place.region - 1].spill;
    *size = (size_t)(place.size + skip);
    *base = mmap(NULL, *size, PROT_READ, MAP_SHARED, fd, (off_t)(place.offset - skip));
    return *base == MAP_FAILED ? NULL : (const uint8_t *)*base + skip;
}

void pool_unmap(void *base, size_t size)
{
    munmap(base, size);
}
