#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "dossier/dossier.h"
#include "dossier/journal.h"

const char *dossier_path(struct dossier *dossier, const char *name)
{
    return arena_printf(dossier->arena, "%s/%s", dossier->folder, name);
}

bool dossier_has(struct dossier *dossier, const char *name)
{
    struct stat status;

    return stat(dossier_path(dossier, name), &status) == 0;
}

bool dossier_is(const char *folder)
{
    owned(arena) arena = arena_new();
    struct stat status;

    return stat(arena_printf(arena, "%s/product.yaml", folder), &status) == 0 &&
           S_ISREG(status.st_mode);
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

/* Waits for another program that writes to the dossier. */
static struct error *lock_folder(struct dossier *dossier)
{
    int result;

    dossier->lock = open(dossier->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dossier->lock < 0)
        return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(errno)),
                                     "cannot open the dossier %s", dossier->folder),
                          "check that you may read it");
    do
        result = flock(dossier->lock, LOCK_EX);
    while (result != 0 && errno == EINTR);
    return journal_recover(dossier);
}

struct error *dossier_open(const char *folder, bool lock, struct dossier **out)
{
    struct dossier *dossier;
    struct stat status;

    if (stat(folder, &status) != 0)
        return error_hint(error_wrap(error_new(ERROR_USAGE, "%s", strerrordesc_np(errno)),
                                     "cannot open the dossier %s", folder),
                          "make one: proviso init %s", folder);
    if (!dossier_is(folder))
        return error_hint(error_wrap(error_new(ERROR_USAGE, "there is no product.yaml in it"),
                                     "%s is no dossier", folder),
                          "make one there: proviso init %s", folder);
    dossier = mem_alloc(sizeof *dossier);
    *dossier = (struct dossier){.folder = folder, .arena = arena_new(), .lock = -1};
    struct error *error = lock ? lock_folder(dossier) : NULL;
    if (error != NULL) {
        dossier_close(dossier);
        return error;
    }
    *out = dossier;
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
