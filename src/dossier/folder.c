#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/path.h"
#include "dossier/dossier.h"
#include "dossier/journal.h"

const char *dossier_path(struct dossier *dossier, const char *name)
{
    owned(text) path = text_new();

    path_join(path, dossier->folder, name);
    return arena_string(dossier->arena, text_bytes(path));
}

bool dossier_has(struct dossier *dossier, const char *name)
{
    struct stat status;

    return stat(dossier_path(dossier, name), &status) == 0;
}

bool dossier_is(const char *folder)
{
    owned(text) path = text_new();
    struct stat status;

    path_join(path, folder, "product.yaml");
    return stat(text_string(path), &status) == 0 && S_ISREG(status.st_mode);
}

struct error *dossier_file(struct dossier *dossier, const char *name, struct bytes *out)
{
    const char *path = dossier_path(dossier, name);
    struct stat status;

    *out = (struct bytes){NULL, 0};
    if (stat(path, &status) != 0 && errno == ENOENT)
        return NULL;
    return file_read(path, LIMIT_DOSSIER_FILE, dossier->arena, out);
}

static struct error *cannot_open(const char *folder, enum error_kind kind, const char *why)
{
    return error_wrap(error_new(kind, "%s", why), "cannot open the dossier %s", folder);
}

static struct dossier *new_dossier(const char *folder)
{
    struct dossier *dossier = mem_alloc(sizeof *dossier);

    *dossier = (struct dossier){.folder = folder, .arena = arena_new(), .lock = -1};
    return dossier;
}

/* Waits for another program that writes to it. A file system without locks is no reason to stop. */
static struct error *lock_folder(struct dossier *dossier, bool *finished)
{
    int result;

    dossier->lock = open(dossier->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dossier->lock < 0)
        return error_hint(cannot_open(dossier->folder, ERROR_SYSTEM, strerrordesc_np(errno)),
                          "check that it is a folder and that you may read it");
    do
        result = flock(dossier->lock, LOCK_EX);
    while (result != 0 && errno == EINTR);
    bool was = dossier_is(dossier->folder);
    TRY(journal_recover(dossier));
    *finished = !was && dossier_is(dossier->folder);
    return NULL;
}

struct error *dossier_lock(const char *folder, bool *finished, struct dossier **out)
{
    struct dossier *dossier = new_dossier(folder);
    struct error *error = lock_folder(dossier, finished);

    if (error == NULL)
        *out = dossier;
    else
        dossier_close(dossier);
    return error;
}

struct error *dossier_open(const char *folder, bool lock, struct dossier **out)
{
    struct stat status;
    bool finished;

    if (stat(folder, &status) != 0)
        return error_hint(cannot_open(folder, ERROR_USAGE, strerrordesc_np(errno)),
                          "make one: proviso init %s", folder);
    if (!dossier_is(folder))
        return error_hint(error_wrap(error_new(ERROR_USAGE, "there is no product.yaml in it"),
                                     "%s is no dossier", folder),
                          "make one there: proviso init %s", folder);
    if (lock)
        return dossier_lock(folder, &finished, out);
    *out = new_dossier(folder);
    return NULL;
}

void dossier_close(struct dossier *dossier)
{
    if (dossier == NULL)
        return;
    if (dossier->lock >= 0)
        close(dossier->lock);
    arena_free(dossier->arena);
    mem_free(dossier);
}
