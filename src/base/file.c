#include "base/file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

static struct error *read_all(int fd, const char *path, uint64_t limit, struct arena *arena,
                              struct bytes *out)
{
    struct stat status;
    size_t have = 0;

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return error_new(ERROR_SYSTEM, "cannot read %s: it is no regular file", path);
    size_t size = (size_t)status.st_size;
    if (size > limit)
        return error_new(ERROR_LIMIT, "%s has %zu bytes; at most %" PRIu64 " are read", path,
                         size, limit);
    char *content = arena_alloc(arena, size + 1);
    while (have < size) {
        ssize_t got = read(fd, content + have, size - have);
        if (got < 0)
            return error_new(ERROR_SYSTEM, "cannot read %s: %m", path);
        if (got == 0)
            break; /* it became shorter */
        have += (size_t)got;
    }
    content[have] = '\0';
    *out = bytes_from(content, have);
    return NULL;
}

struct error *file_read(const char *path, uint64_t limit, struct arena *arena,
                        struct bytes *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe would wait */

    if (fd < 0)
        return error_hint(error_new(ERROR_SYSTEM, "cannot open %s: %m", path),
                          "check that the file exists and that you may read it");
    struct error *error = read_all(fd, path, limit, arena, out);
    close(fd);
    return error;
}

int file_create(const char *path)
{
    (void)unlink(path); /* the open says what is in the way */
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
}
