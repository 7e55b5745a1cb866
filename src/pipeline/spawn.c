#include "pipeline/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define FD_IMAGE  3
#define FD_SPILLS 4
/* Of this program's own, in the order in which they are looked for. */
static const char *const places[] = {
    "proviso-worker",
    "../worker/proviso-worker",
    "../libexec/proviso/proviso-worker",
};

struct error *pool_find_program(const char *program, struct arena *arena, const char **out)
{
    char self[4096];
    ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);

    if (program != NULL) {
        *out = program;
        return NULL;
    }
    while (size > 0 && self[size - 1] != '/')
        size--;
    for (size_t i = 0; i < COUNT_OF(places) && size > 0; i++) {
        *out = arena_printf(arena, "%.*s%s", (int)size, self, places[i]);
        if (access(*out, X_OK) == 0)
            return NULL;
    }
    return error_hint(error_new(ERROR_SYSTEM, "cannot find the program proviso-worker"),
                      "install Proviso again: it belongs in libexec/proviso");
}

/* Opens a descriptor anew for reading alone: a worker cannot write to another's spill. */
static int reopen(int fd)
{
    char path[32];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_RDONLY | O_CLOEXEC);
}

struct descriptors {
    int jobs, results, messages, image;
    int spills[LIMIT_WORKERS];
};

/* A descriptor number above every one of COUNT descriptors and their final numbers. */
static int parking(const int *descriptors, unsigned count)
{
    int above = (int)count;

    for (unsigned i = 0; i < count; i++)
        if (descriptors[i] >= above)
            above = descriptors[i] + 1;
    return above;
}

/* In the new process: only calls that are safe after fork. */
static NORETURN void become(const struct pool *pool, const struct descriptors *have,
                            char *const *arguments)
{
    static char *const nothing[] = {NULL};
    int wanted[FD_SPILLS + LIMIT_WORKERS] = {have->jobs, have->results, have->messages,
                                             have->image};

    for (unsigned i = 0; i < pool->count; i++)
        wanted[FD_SPILLS + i] = have->spills[i];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* Each is parked above all of them before it gets its final number. */
    for (unsigned i = 0; i < FD_SPILLS + pool->count; i++)
        wanted[i] = fcntl(wanted[i], F_DUPFD, parking(wanted, FD_SPILLS + pool->count));
    for (unsigned i = 0; i < FD_SPILLS + pool->count; i++)
        if (wanted[i] < 0 || dup2(wanted[i], (int)i) < 0)
            _exit(127);
    close_range((unsigned)FD_SPILLS + pool->count, ~0U, 0);
    if (chdir("/") != 0)
        _exit(127);
    execve(pool->program, arguments, nothing);
    dprintf(STDERR_FILENO, "%s: %s", pool->program, strerrordesc_np(errno));
    _exit(127);
}

static void shut(int fd)
{
    if (fd >= 0)
        close(fd);
}

static struct error *descriptors_open(struct pool *pool, unsigned index,
                                      struct descriptors *out)
{
    struct pool_worker *worker = &pool->workers[index];
    int jobs[2] = {-1, -1}, results[2] = {-1, -1};
    bool ok = pipe2(jobs, O_CLOEXEC) == 0 && pipe2(results, O_CLOEXEC) == 0;

    shut(worker->messages);
    worker->messages = memfd_create("messages", MFD_CLOEXEC);
    *out =
        (struct descriptors){jobs[0], results[1], worker->messages, reopen(pool->image), {0}};
    worker->jobs = jobs[1];
    worker->results = results[0];
    ok = ok && worker->messages >= 0 && out->image >= 0;
    if (ok)
        (void)fcntl(results[0], F_SETPIPE_SZ,
                    1 << 20); /* fewer turns; the default also works */
    for (unsigned i = 0; i < pool->count; i++) {
        out->spills[i] = i == index ? pool->workers[i].spill : reopen(pool->workers[i].spill);
        ok = ok && out->spills[i] >= 0;
    }
    if (!ok)
        return error_new(ERROR_SYSTEM, "cannot start a worker: %s", strerrordesc_np(errno));
    return NULL;
}

struct error *spawn_worker(struct pool *pool, unsigned index)
{
    struct pool_worker *worker = &pool->workers[index];
    char numbers[4][24];
    char program[] = "proviso-worker";
    char locked[] = "locked", unlocked[] = "unlocked";
    char *arguments[] = {program,    numbers[0], numbers[1],
                         numbers[2], numbers[3], pool->unlocked ? unlocked : locked,
                         NULL};
    struct descriptors have;

    /* All contents together cannot lie higher: a worker that said so lied, and is not believed. */
    if (worker->spill_top > LIMIT_TOTAL_BYTES)
        worker->spill_top = LIMIT_TOTAL_BYTES;
    snprintf(numbers[0], sizeof numbers[0], "%u", pool->count);
    snprintf(numbers[1], sizeof numbers[1], "%u", index);
    snprintf(numbers[2], sizeof numbers[2], "%" PRIu64, pool->image_size);
    snprintf(numbers[3], sizeof numbers[3], "%" PRIu64, worker->spill_top);
    struct error *error = descriptors_open(pool, index, &have);
    if (error == NULL) {
        worker->pid = fork();
        if (worker->pid == 0)
            become(pool, &have, arguments);
        if (worker->pid < 0)
            error =
                error_new(ERROR_SYSTEM, "cannot start a worker: %s", strerrordesc_np(errno));
    }
    shut(have.jobs);
    shut(have.results);
    shut(have.image);
    for (unsigned i = 0; i < pool->count; i++)
        if (i != index)
            shut(have.spills[i]);
    return error;
}
