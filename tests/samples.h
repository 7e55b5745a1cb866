#ifndef TESTS_SAMPLES_H
#define TESTS_SAMPLES_H

/*
 * Samples that a test makes with the ordinary tools of the system, in a folder of its own that
 * goes away with it. Included once by a test program, after test.h.
 */

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

static char samples_folder[] = "/tmp/proviso-test-XXXXXX";

/* Runs SCRIPT by /bin/sh in the folder of the samples; true when it ends with 0. */
static inline bool samples_shell(const char *script)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        if (chdir(samples_folder) == 0)
            execl("/bin/sh", "sh", "-euc", script, (char *)NULL);
        _exit(127);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

static inline void samples_remove(void)
{
    (void)samples_shell("chmod -R u+rwX . && rm -rf \"$PWD\"");
}

static inline bool samples_make(const char *script)
{
    if (mkdtemp(samples_folder) == NULL)
        return false;
    (void)atexit(samples_remove);
    return samples_shell(script);
}

/* The content of a sample, in ARENA; no bytes when there is none. */
static inline struct bytes samples_read(struct arena *arena, const char *name)
{
    char *path = arena_printf(arena, "%s/%s", samples_folder, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    size_t have = 0;

    if (fd < 0)
        return (struct bytes){NULL, 0};
    if (fstat(fd, &status) != 0 || status.st_size < 0)
        status.st_size = 0;
    uint8_t *memory = arena_alloc(arena, (size_t)status.st_size + 1);
    while (have < (size_t)status.st_size) {
        ssize_t got = read(fd, memory + have, (size_t)status.st_size - have);
        if (got <= 0)
            break;
        have += (size_t)got;
    }
    close(fd);
    return bytes_from(memory, have);
}

/* A sequence that looks random and is the same in every run (xorshift64*). */
static inline uint64_t samples_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1d;
}

#endif
