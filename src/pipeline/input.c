#include "pipeline/input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "pipeline/folder.h"

static struct error *cannot(const char *path, const char *doing)
{
    int reason = errno;
    struct error *error =
        error_new(reason == ENOENT ? ERROR_USAGE : ERROR_SYSTEM, "%s", strerrordesc_np(reason));

    return error_hint(error_wrap(error, "cannot %s %s", doing, path),
                      reason == ENOENT ? "check the spelling of the path"
                                       : "check that you may read it");
}

static struct error *too_large(const char *path, uint64_t size, uint64_t limit)
{
    return error_hint(
        error_wrap(error_new(ERROR_USAGE,
                             "it has %" PRIu64 " bytes; images of at most %" PRIu64 " are read",
                             size, limit),
                   "cannot assess %s", path),
        "raise the limit with --max-size, or cut out the partition you want");
}

/* Standard input, which cannot be mapped, goes to memory. */
static struct error *gather(const char *path, uint64_t limit, int *out)
{
    static uint8_t chunk[1 << 16];
    int fd = memfd_create("image", MFD_CLOEXEC);
    uint64_t size = 0;

    if (fd < 0)
        return cannot(path, "hold");
    for (;;) {
        ssize_t got = read(STDIN_FILENO, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || (got > 0 && write(fd, chunk, (size_t)got) != got)) {
            struct error *error = cannot(path, "read");
            close(fd);
            return error;
        }
        size += (uint64_t)got;
        if (got == 0)
            break;
        if (size > limit) {
            close(fd);
            return too_large(path, size, limit);
        }
    }
    *out = fd;
    return NULL;
}

static struct error *measure(const char *path, uint64_t limit, struct input *input)
{
    struct stat status;

    if (fstat(input->fd, &status) != 0)
        return cannot(path, "look at");
    if (S_ISDIR(status.st_mode)) {
        int folder = input->fd;
        input->is_folder = true;
        struct error *error = folder_pack(folder, path, limit, &input->fd);
        if (error == NULL)
            close(folder);
        TRY(error);
        if (fstat(input->fd, &status) != 0)
            return cannot(path, "look at");
    } else if (!S_ISREG(status.st_mode)) {
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "it is neither a file nor a directory"),
                       "cannot assess %s", path),
            "copy a device or pipe to a file first, or give it on standard input as -");
    }
    input->size = (uint64_t)status.st_size;
    if (input->size == 0)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "the file is empty"), "cannot assess %s", path),
            "the download or the dump may have failed: get it again");
    if (input->size > limit)
        return too_large(path, input->size, limit);
    return NULL;
}

struct error *input_open(const char *path, uint64_t limit, struct input *out)
{
    struct input input = {.fd = -1};
    struct error *error = NULL;

    if (strcmp(path, "-") == 0)
        error = gather(path, limit, &input.fd);
    else if ((input.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0)
        error = cannot(path, "open");
    if (error == NULL)
        error = measure(path, limit, &input);
    if (error != NULL) {
        input_close(&input);
        return error;
    }
    *out = input;
    return NULL;
}

void input_close(struct input *input)
{
    if (input->fd >= 0)
        close(input->fd);
    input->fd = -1;
}

struct error *input_hash(const struct input *input, const char *path, struct sha256 *out)
{
    void *memory = mmap(NULL, (size_t)input->size, PROT_READ, MAP_PRIVATE, input->fd, 0);

    if (memory == MAP_FAILED)
        return cannot(path, "map");
    *out = hash_sha256(bytes_from(memory, (size_t)input->size));
    munmap(memory, (size_t)input->size);
    return NULL;
}
