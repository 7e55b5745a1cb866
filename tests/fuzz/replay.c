/*
 * Runs a harness over files, where there is no libFuzzer: every argument is an input, or a folder
 * of inputs. A crash is a crash; to get here with each is to pass.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned count;

static void replay(const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &status) != 0) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    size_t size = (size_t)status.st_size;
    uint8_t *content = mem_alloc(size + 1);
    for (size_t have = 0; have < size;) {
        ssize_t got = read(fd, content + have, size - have);
        if (got <= 0)
            exit(2);
        have += (size_t)got;
    }
    close(fd);
    /* A copy of exactly its size, so that a read behind its end is seen. */
    uint8_t *exact = malloc(size);
    if (exact == NULL && size > 0)
        exit(2);
    mem_copy(exact, content, size);
    fprintf(stderr, "%s\n", path);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    mem_free(content);
    count++;
}

static void replay_folder(const char *folder)
{
    struct dirent **entries;
    int found = scandir(folder, &entries, NULL, alphasort);

    for (int i = 0; i < found; i++) {
        owned(arena) arena = arena_new();
        if (entries[i]->d_name[0] != '.')
            replay(arena_printf(arena, "%s/%s", folder, entries[i]->d_name));
        free(entries[i]);
    }
    if (found >= 0)
        free(entries);
}

int main(int argc, char **argv)
{
    struct stat status;

    for (int i = 1; i < argc; i++) {
        if (stat(argv[i], &status) == 0 && S_ISDIR(status.st_mode))
            replay_folder(argv[i]);
        else
            replay(argv[i]);
    }
    printf("%u inputs\n", count);
    return count == 0;
}
