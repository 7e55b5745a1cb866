#include "dossier/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"

static struct error *cannot_write(const char *path, int reason)
{
    return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(reason)),
                                 "cannot write %s", path),
                      "check that you may write there and that the disk is not full; nothing "
                      "was changed");
}

static bool write_all(int fd, struct bytes content)
{
    for (size_t done = 0; done < content.size;) {
        ssize_t wrote = write(fd, content.data + done, content.size - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return false;
        done += (size_t)wrote;
    }
    return fsync(fd) == 0;
}

/* The folder that NAME lies in, so that its new entry is on the disk as well. */
static void sync_folder(struct dossier *dossier, const char *name)
{
    char *path = arena_string(dossier->arena, bytes_of(dossier_path(dossier, name)));
    char *slash = strrchr(path, '/');

    *slash = '\0';
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd); /* a file system that cannot is no reason to stop */
    close(fd);
}

/* evidence/ or ixit/ as a link would lead what is written to somewhere else. */
static struct error *check_folder(struct dossier *dossier, const char *name)
{
    const char *slash = strchr(name, '/');
    struct stat status;

    if (slash == NULL)
        return NULL;
    const char *path =
        arena_printf(dossier->arena, "%s/%.*s", dossier->folder, (int)(slash - name), name);
    if (lstat(path, &status) != 0 || !S_ISLNK(status.st_mode))
        return NULL;
    return error_hint(error_wrap(error_new(ERROR_USAGE, "%s is a symbolic link", path),
                                 "cannot write %s", dossier_path(dossier, name)),
                      "put the folder itself there: what is written stays in the dossier");
}

static const char *waiting_path(struct dossier *dossier, const char *name)
{
    return dossier_path(dossier, arena_printf(dossier->arena, "%s.new", name));
}

struct error *files_prepare(struct dossier *dossier, const char *name, struct bytes content)
{
    const char *path = waiting_path(dossier, name);

    TRY(check_folder(dossier, name));
    int fd = file_create(path);
    if (fd < 0)
        return cannot_write(dossier_path(dossier, name), errno);
    bool ok = write_all(fd, content);
    int reason = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        reason = errno;
    }
    if (!ok) {
        unlink(path);
        return cannot_write(dossier_path(dossier, name), reason);
    }
    sync_folder(dossier, name);
    return NULL;
}

struct error *files_place(struct dossier *dossier, const char *waiting, const char *name)
{
    const char *path = dossier_path(dossier, name);

    if (rename(waiting_path(dossier, waiting), path) != 0)
        return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(errno)),
                                     "cannot write %s", path),
                          "check that you may replace it: %s waits beside it, and the next"
                          " command that writes to the dossier puts it in place",
                          waiting_path(dossier, waiting));
    sync_folder(dossier, name);
    return NULL;
}

struct error *files_commit(struct dossier *dossier, const char *name)
{
    return files_place(dossier, name, name);
}

void files_discard(struct dossier *dossier, const char *name)
{
    unlink(waiting_path(dossier, name));
}

/* A file that has another name elsewhere is replaced by a copy: that one stays as it is. */
static struct error *make_own(struct dossier *dossier, const char *name)
{
    const char *path = dossier_path(dossier, name);
    struct bytes content;
    struct stat status;

    if (lstat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink < 2)
        return NULL;
    TRY(dossier_file(dossier, name, &content));
    TRY(files_prepare(dossier, name, content));
    return files_commit(dossier, name);
}

static struct error *open_own(struct dossier *dossier, const char *name, int *out)
{
    const char *path = dossier_path(dossier, name);

    TRY(make_own(dossier, name));
    *out =
        open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (*out >= 0)
        return NULL;
    if (errno == ELOOP)
        return error_hint(error_wrap(error_new(ERROR_SYSTEM, "it is a symbolic link"),
                                     "cannot write %s", path),
                          "put the file itself there: what is written stays in the dossier");
    return cannot_write(path, errno);
}

struct error *files_append(struct dossier *dossier, const char *name, struct bytes line)
{
    struct stat before;
    int fd;

    TRY(open_own(dossier, name, &fd));
    bool ok = fstat(fd, &before) == 0;
    int reason = errno;
    if (ok && !write_all(fd, line)) {
        ok = false;
        reason = errno;
        if (ftruncate(fd, before.st_size) != 0)
            reason = errno; /* the rest is cut off by the next that locks the dossier */
    }
    close(fd);
    if (!ok)
        return cannot_write(dossier_path(dossier, name), reason);
    sync_folder(dossier, name);
    return NULL;
}

struct error *files_cut(struct dossier *dossier, const char *name, size_t size)
{
    int fd;

    TRY(open_own(dossier, name, &fd));
    bool ok = ftruncate(fd, (off_t)size) == 0 && fsync(fd) == 0;
    int reason = errno;
    close(fd);
    return ok ? NULL : cannot_write(dossier_path(dossier, name), reason);
}

struct error *files_folder(struct dossier *dossier, const char *name)
{
    const char *path = dossier_path(dossier, name);

    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return check_folder(dossier, arena_printf(dossier->arena, "%s/", name));
    return cannot_write(path, errno);
}

const char *files_digest(struct dossier *dossier, const char *name)
{
    struct sha256 hash;
    uint64_t size;
    struct error *error = hash_file(dossier_path(dossier, name), &hash, &size);

    if (error == NULL)
        return arena_hex(dossier->arena, bytes_from(hash.bytes, sizeof hash.bytes));
    error_free(error);
    return FILES_ABSENT;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct listing {
    struct files_list *out;
    size_t capacity, waiting_capacity;
};

static void add_name(struct dossier *dossier, struct listing *listing, const char *name)
{
    struct files_list *out = listing->out;
    struct bytes text = bytes_of(name);

    if (bytes_ends(text, ".new")) {
        out->waiting = arena_grow(dossier->arena, out->waiting, &listing->waiting_capacity,
                                  out->waiting_count + 1, sizeof *out->waiting);
        out->waiting[out->waiting_count++] =
            arena_string(dossier->arena, bytes_slice(text, 0, text.size - strlen(".new")));
        return;
    }
    out->names = arena_grow(dossier->arena, out->names, &listing->capacity, out->count + 1,
                            sizeof *out->names);
    out->names[out->count++] = arena_string(dossier->arena, text);
}

static bool is_watched(const char *name)
{
    static const char *const names[] = {"product.yaml", "ics.yaml",    "answers.yaml",
                                        "actions.yaml", "drafts.yaml", "seal.json"};
    struct bytes text = bytes_of(name);

    if (bytes_ends(text, ".new"))
        text = bytes_slice(text, 0, text.size - strlen(".new"));
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (bytes_is(text, names[i]))
            return true;
    return false;
}

bool files_is_capture(const char *name)
{
    struct bytes text = bytes_of(name);

    return name[0] != '.' && (bytes_ends(text, ".warc") || bytes_ends(text, ".warc.gz"));
}

/* In evidence/ the captures alone: they decide verdicts as ixit/ does. */
static bool is_listed(const char *folder, const char *name)
{
    if (name[0] == '.')
        return false;
    if (strcmp(folder, "evidence") == 0)
        return files_is_capture(name);
    return *folder != '\0' || is_watched(name);
}

static void list_folder(struct dossier *dossier, struct listing *listing, const char *folder)
{
    DIR *open_folder = opendir(dossier_path(dossier, *folder == '\0' ? "." : folder));

    if (open_folder == NULL)
        return;
    for (struct dirent *entry = readdir(open_folder); entry != NULL;
         entry = readdir(open_folder)) {
        if (!is_listed(folder, entry->d_name))
            continue;
        listing->out->is_cut = listing->out->count == LIMIT_DOSSIER_FILES;
        if (listing->out->is_cut)
            break;
        add_name(dossier, listing,
                 arena_printf(dossier->arena, "%s%s%s", folder, *folder == '\0' ? "" : "/",
                              entry->d_name));
    }
    closedir(open_folder);
}

void files_list(struct dossier *dossier, struct files_list *out)
{
    struct listing listing = {.out = out};

    *out = (struct files_list){.count = 0};
    list_folder(dossier, &listing, "");
    list_folder(dossier, &listing, "ixit");
    list_folder(dossier, &listing, "evidence");
    if (out->count > 1)
        qsort(out->names, out->count, sizeof *out->names, by_name);
    if (out->waiting_count > 1)
        qsort(out->waiting, out->waiting_count, sizeof *out->waiting, by_name);
}
