/*
 * Statements that must be true of every input, tried on damaged ones: opening it and looking into
 * everything in it ends, in success or with clean errors, within SECONDS_EACH; no byte is read
 * outside (in the sanitized build); spans lie inside their container and do not overlap.
 *
 *     hostile [--prefixes N] [--corruptions N] [--seed N] [--keep DIR] [--check NAME] [--trial N]
 *             FILE|FOLDER…
 *
 * A FILE is an image: every prefix at a step of 1/64 of its length, then N seeded corruptions, is
 * unpacked and inspected by every check. A FOLDER is a root file system of small files: the same
 * is done to one file at a time, and the check NAME looks at it. Each trial runs in a child; one
 * that crashes, hangs or breaks a statement is named so that it can be repeated (--trial N runs it
 * alone), and its input is kept under --keep DIR. Prints TAP, one line for each FILE or FOLDER.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/size.h"
#include "dry.h"
#include "spans.h"
#include "test.h"

#define SECONDS_EACH   10 /* of processor: what a node may take (LIMIT_NODE_SECONDS) */
#define SECONDS_ASLEEP 60 /* by the clock, on a machine that has other things to do as well */
#define BATCH          32 /* trials of one child: a fork each would cost more than the trial */
#define BYTES_EACH     (256ULL << 20) /* unpacked from one damaged input */

struct subject {
    const char *path;
    unsigned prefixes;
    unsigned only;             /* one trial, counted from 1; 0: all */
    const struct check *check; /* of a folder; NULL: all */
    bool is_folder;
    struct bytes image;
    const char *keep;
};

/* What a child leaves for its parent. */
struct board {
    unsigned at;      /* trial under way */
    bool broken;      /* a statement was not true: the child said which */
    uint64_t slowest; /* milliseconds */
};

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1d;
}

/* Numbers that length, count and offset fields break at. */
static const uint64_t edges[] = {0,          1,          0x7f,       0x80,       0xff,
                                 0x7fff,     0x8000,     0xffff,     0x7fffffff, 0x80000000,
                                 0xffffffff, 0xfffffffe, UINT64_MAX, INT64_MAX,  0x10000};

static void put_edge(uint8_t *at, size_t room, uint64_t *state)
{
    uint64_t value = edges[random_next(state) % COUNT_OF(edges)];
    size_t width = 1UL << random_next(state) % 4;
    bool big = random_next(state) % 2 == 0;

    for (size_t i = 0; i < width && i < room; i++)
        at[i] = (uint8_t)(value >> 8 * (big ? width - 1 - i : i));
}

/* A piece of the input where another should be. */
static void put_piece(uint8_t *copy, size_t size, size_t at, uint64_t *state)
{
    size_t from = random_next(state) % size, length = 1 + random_next(state) % 64;

    length = size_min(length, size_min(size - at, size - from));
    memmove(copy + at, copy + from, length);
}

/* Damages COPY of SIZE bytes in place, in one to eight spots; most of them near its start. */
static void corrupt(uint8_t *copy, size_t size, uint64_t seed)
{
    uint64_t state = seed * 0x9e3779b97f4a7c15 + 1;
    uint64_t spots = 1 + random_next(&state) % 8;

    for (uint64_t i = 0; i < spots && size > 0; i++) {
        size_t reach = random_next(&state) % 3 == 0 && size > 512 ? 512 : size;
        size_t at = random_next(&state) % reach, room = size - at;
        switch (random_next(&state) % 5) {
        case 0:
            copy[at] ^= (uint8_t)(1U << random_next(&state) % 8);
            break;
        case 1:
            copy[at] = (uint8_t)random_next(&state);
            break;
        case 2:
            put_edge(copy + at, room, &state);
            break;
        case 3: /* a run of one value, as a dead page of flash has */
            memset(copy + at, random_next(&state) % 2 == 0 ? 0xff : 0,
                   room < 64 ? room : 1 + random_next(&state) % 64);
            break;
        default:
            put_piece(copy, size, at, &state);
            break;
        }
    }
}

/* The bytes of trial NUMBER: the prefixes first, then the corruptions. */
static struct bytes damaged(const struct subject *subject, struct bytes bytes, unsigned number,
                            uint64_t seed, struct arena *arena)
{
    uint8_t *copy = arena_alloc(arena, bytes.size);

    if (number < subject->prefixes)
        bytes = bytes_slice(bytes, 0, bytes.size * number / subject->prefixes);
    mem_copy(copy, bytes.data, bytes.size);
    if (number >= subject->prefixes)
        corrupt(copy, bytes.size, seed + number);
    return bytes_from(copy, bytes.size);
}

/* Puts damage into one file of the folder in DRY. */
static void damage_file(const struct subject *subject, struct dry *dry, unsigned number,
                        uint64_t seed)
{
    size_t files = 0;

    for (size_t i = 0; i < dry->node_count; i++)
        files += dry->nodes[i].content.size > 0;
    if (files == 0)
        return;
    size_t chosen = (number < subject->prefixes ? number : (size_t)(seed + number)) % files;
    for (size_t i = 0; i < dry->node_count; i++)
        if (dry->nodes[i].content.size > 0 && chosen-- == 0) {
            struct bytes fresh =
                damaged(subject, dry->nodes[i].content, number, seed, dry->arena);
            dry->nodes[i].content = fresh;
            dry->nodes[i].node.size = fresh.size;
        }
}

static struct error *trial(const struct subject *subject, unsigned number, uint64_t seed)
{
    owned(dry) dry = dry_new();

    dry->limit = BYTES_EACH;
    if (subject->is_folder) {
        TRY(dry_add_folder(dry, subject->path));
        damage_file(subject, dry, number, seed);
    } else {
        dry_unpack(dry, damaged(subject, subject->image, number, seed, dry->arena), "input");
    }
    dry_inspect(dry, subject->check);
    return spans_check(dry);
}

static void keep(const struct subject *subject, unsigned number, uint64_t seed)
{
    owned(arena) arena = arena_new();
    char *path = arena_printf(arena, "%s/trial-%u", subject->keep, number);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    struct bytes bytes = damaged(subject, subject->image, number, seed, arena);

    if (fd >= 0 && write(fd, bytes.data, bytes.size) == (ssize_t)bytes.size)
        printf("#   its input is %s\n", path);
    if (fd >= 0)
        close(fd);
}

static uint64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Either signal ends the process; 0 turns them off. */
static void set_alarms(unsigned processor, unsigned clock)
{
    struct itimerval timer = {.it_value = {.tv_sec = processor}};

    (void)setitimer(ITIMER_PROF, &timer, NULL);
    alarm(clock);
}

/* Runs trials FROM … TO in this process and leaves. */
static void run_batch(const struct subject *subject, unsigned from, unsigned to, uint64_t seed,
                      struct board *board)
{
    for (unsigned i = from; i < to; i++) {
        board->at = i;
        uint64_t began = clock_ms();
        set_alarms(SECONDS_EACH, SECONDS_ASLEEP);
        struct error *error = trial(subject, i, seed);
        set_alarms(0, 0);
        if (clock_ms() - began > board->slowest)
            board->slowest = clock_ms() - began;
        if (error != NULL) {
            printf("#   %s\n", error_line(error));
            fflush(stdout);
            board->broken = true;
            _exit(1);
        }
    }
    _exit(0);
}

/* Runs every trial of SUBJECT; true when all ended well. */
static bool run(const struct subject *subject, unsigned corruptions, uint64_t seed)
{
    unsigned count = subject->prefixes + corruptions, failures = 0;
    struct board *board =
        mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (board == MAP_FAILED)
        return false;
    if (subject->only > 0)
        count = subject->only;
    for (unsigned from = subject->only > 0 ? count - 1 : 0; from < count && failures < 10;) {
        int status = 0;
        unsigned to = from + BATCH < count ? from + BATCH : count;
        fflush(stdout);
        pid_t child = fork();
        if (child == 0)
            run_batch(subject, from, to, seed, board);
        while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
        from = to;
        if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
            continue;
        failures++;
        printf("# trial %u of %s (seed %" PRIu64 "): %s %d\n", board->at, subject->path, seed,
               board->broken          ? "a statement is broken, status"
               : !WIFSIGNALED(status) ? "ended with status"
               : WTERMSIG(status) == SIGALRM || WTERMSIG(status) == SIGPROF ? "hangs, signal"
                                                                            : "crashed, signal",
               WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        if (subject->keep != NULL && !subject->is_folder)
            keep(subject, board->at, seed);
        board->broken = false;
        from = board->at + 1;
    }
    test_ok = failures == 0;
    printf("# %u prefixes, %u corruptions, slowest %" PRIu64 " ms, seed %" PRIu64 "\n",
           subject->prefixes, corruptions, board->slowest, seed);
    munmap(board, sizeof *board);
    return test_ok;
}

static bool subject_open(struct subject *subject)
{
    struct stat status;
    int fd = open(subject->path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &status) != 0)
        return false;
    subject->is_folder = S_ISDIR(status.st_mode);
    if (!subject->is_folder && status.st_size > 0) {
        void *memory = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (memory == MAP_FAILED)
            return false;
        subject->image = bytes_from(memory, (size_t)status.st_size);
    }
    close(fd);
    return true;
}

static const struct check *check_called(const char *name)
{
    for (size_t i = 0; i < check_count; i++)
        if (strcmp(checks[i]->name, name) == 0)
            return checks[i];
    return NULL;
}

int main(int argc, char **argv)
{
    unsigned corruptions = 40;
    uint64_t seed = 1;
    struct subject subject = {.prefixes = 64};

    for (int i = 1; i < argc; i++) {
        bool valued = strncmp(argv[i], "--", 2) == 0 && i + 1 < argc;
        if (valued && strcmp(argv[i], "--corruptions") == 0) {
            corruptions = (unsigned)strtoul(argv[++i], NULL, 10);
        } else if (valued && strcmp(argv[i], "--prefixes") == 0) {
            subject.prefixes = (unsigned)strtoul(argv[++i], NULL, 10);
        } else if (valued && strcmp(argv[i], "--trial") == 0) {
            subject.only = (unsigned)strtoul(argv[++i], NULL, 10) + 1;
        } else if (valued && strcmp(argv[i], "--seed") == 0) {
            seed = strtoull(argv[++i], NULL, 10);
        } else if (valued && strcmp(argv[i], "--keep") == 0) {
            subject.keep = argv[++i];
        } else if (valued && strcmp(argv[i], "--check") == 0) {
            subject.check = check_called(argv[++i]);
        } else {
            subject.path = argv[i];
            test_count++;
            bool good = subject_open(&subject) && run(&subject, corruptions, seed);
            test_failures += !good;
            printf("%sok %d - %s\n", good ? "" : "not ", test_count, subject.path);
        }
    }
    return test_end();
}
