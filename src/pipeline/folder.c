#include "pipeline/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"

struct pack {
    int fd;
    uint64_t size, limit;
    uint32_t count, files;
    const char *path; /* of the folder, for messages */
};

static struct error *failed(const struct pack *pack, const char *doing, const char *name)
{
    int reason = errno;

    return error_hint(
        error_wrap(
            error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(reason)), "%s", name),
            "cannot %s the files of %s", doing, pack->path),
        "a root file system is best read as root, or given as a tar archive");
}

static struct error *put(struct pack *pack, struct bytes bytes)
{
    pack->size += bytes.size;
    if (pack->size > pack->limit)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "its files have more than %" PRIu64 " bytes",
                                 pack->limit),
                       "cannot assess %s", pack->path),
            "raise the limit with --max-size, or give the folder that holds the firmware "
            "alone");
    for (size_t done = 0; done < bytes.size;) {
        ssize_t wrote = write(pack->fd, bytes.data + done, bytes.size - done);
        if (wrote < 0)
            return failed(pack, "hold", "memory");
        done += (size_t)wrote;
    }
    return NULL;
}

static struct error *align(struct pack *pack)
{
    static const uint8_t zeros[4];

    return put(pack, bytes_from(zeros, (4 - pack->size % 4) % 4));
}

/* One header of the newc format: fourteen fields of eight hexadecimal digits (cpio(5)). */
static struct error *put_head(struct pack *pack, const char *name, const struct stat *status,
                              uint64_t size)
{
    owned(text) head = text_new();

    text_addf(head, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
              pack->count + 1, status->st_mode, status->st_uid, status->st_gid, 1U, 0U,
              (unsigned)size, 0U, 0U, major(status->st_rdev), minor(status->st_rdev),
              (unsigned)strlen(name) + 1, 0U);
    text_add(head, name);
    TRY(put(pack, text_bytes(head)));
    TRY(put(pack, bytes_from("", 1)));
    return align(pack);
}

static struct error *put_content(struct pack *pack, int fd, const char *name, uint64_t size)
{
    static uint8_t chunk[1 << 16];

    for (uint64_t left = size; left > 0;) {
        ssize_t got = read(fd, chunk, left < sizeof chunk ? (size_t)left : sizeof chunk);
        if (got < 0)
            return failed(pack, "read", name);
        if (got == 0)
            return error_new(ERROR_SYSTEM, "%s in %s became shorter while it was read", name,
                             pack->path);
        TRY(put(pack, bytes_from(chunk, (size_t)got)));
        left -= (uint64_t)got;
    }
    return align(pack);
}

static struct error *put_file(struct pack *pack, int folder, const char *base, const char *name)
{
    struct stat status;
    int fd = openat(folder, base, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &status) != 0) {
        struct error *error = failed(pack, "read", name);
        if (fd >= 0)
            close(fd);
        return error;
    }
    struct error *error = NULL;
    if ((uint64_t)status.st_size > UINT32_MAX)
        error = error_new(ERROR_USAGE, "%s in %s is larger than 4 GiB", name, pack->path);
    if (error == NULL)
        error = put_head(pack, name, &status, (uint64_t)status.st_size);
    if (error == NULL)
        error = put_content(pack, fd, name, (uint64_t)status.st_size);
    close(fd);
    pack->files++;
    return error;
}

static struct error *put_link(struct pack *pack, int folder, const char *base, const char *name,
                              const struct stat *status)
{
    char target[LIMIT_NAME];
    ssize_t size = readlinkat(folder, base, target, sizeof target);

    if (size < 0)
        return failed(pack, "read", name);
    TRY(put_head(pack, name, status, (uint64_t)size));
    TRY(put(pack, bytes_from(target, (size_t)size)));
    return align(pack);
}

static struct error *put_folder(struct pack *pack, int folder, const char *prefix,
                                unsigned depth);

static struct error *put_one(struct pack *pack, int folder, const char *base,
                             const char *prefix, unsigned depth)
{
    owned(text) name = text_new();
    struct stat status;

    text_addf(name, "%s%s%s", prefix, *prefix == '\0' ? "" : "/", base);
    if (++pack->count > LIMIT_NODES_CONTAINER)
        return error_new(ERROR_USAGE, "%s has more than %u files", pack->path,
                         LIMIT_NODES_CONTAINER);
    if (fstatat(folder, base, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return failed(pack, "look at", text_string(name));
    if (S_ISREG(status.st_mode))
        return put_file(pack, folder, base, text_string(name));
    if (S_ISLNK(status.st_mode))
        return put_link(pack, folder, base, text_string(name), &status);
    TRY(put_head(pack, text_string(name), &status, 0));
    if (!S_ISDIR(status.st_mode))
        return NULL;
    int inner = openat(folder, base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner < 0)
        return failed(pack, "read", text_string(name));
    struct error *error = put_folder(pack, inner, text_string(name), depth + 1);
    close(inner);
    return error;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static struct error *put_folder(struct pack *pack, int folder, const char *prefix,
                                unsigned depth)
{
    struct dirent **entries;
    int count = scandirat(folder, ".", &entries, NULL, by_name);
    struct error *error = NULL;

    if (count < 0)
        return failed(pack, "list", prefix);
    if (depth > 256)
        error = error_new(ERROR_USAGE, "%s is deeper than 256 folders", pack->path);
    for (int i = 0; i < count; i++) {
        const char *base = entries[i]->d_name;
        if (error == NULL && strcmp(base, ".") != 0 && strcmp(base, "..") != 0)
            error = put_one(pack, folder, base, prefix, depth);
        free(entries[i]); /* NOLINT: made by scandirat */
    }
    free(entries);
    return error;
}

struct error *folder_pack(int folder, const char *path, uint64_t limit, int *out)
{
    struct pack pack = {.limit = limit, .path = path};
    struct stat none = {.st_mode = 0};

    pack.fd = memfd_create("folder", MFD_CLOEXEC);
    if (pack.fd < 0)
        return failed(&pack, "hold", "memory");
    struct error *error = put_folder(&pack, folder, "", 0);
    if (error == NULL && pack.files == 0)
        error = error_hint(error_wrap(error_new(ERROR_USAGE, "there is no file in it"),
                                      "cannot assess %s", path),
                           "give the folder that holds etc/, bin/ and so on of the firmware");
    if (error == NULL)
        error = put_head(&pack, "TRAILER!!!", &none, 0);
    if (error != NULL) {
        close(pack.fd);
        return error;
    }
    *out = pack.fd;
    return NULL;
}
