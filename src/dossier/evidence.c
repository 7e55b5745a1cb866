#include "dossier/evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "dossier/files.h"

/* The last part of PATH with what a file name should not hold replaced. */
static const char *safe_name(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct bytes name = bytes_of(slash == NULL ? path : slash + 1);
    owned(text) out = text_new();

    for (size_t i = 0; i < name.size && i < LIMIT_EVIDENCE_NAME; i++) {
        char c = (char)bytes_at(name, i);
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || strchr("._-+", c) != NULL;
        text_add_char(out, plain && (i > 0 || c != '.') ? c : '_');
    }
    if (bytes_ends(text_bytes(out), ".new"))
        text_add(out, "_");
    return arena_string(arena, text_bytes(out));
}

static bool copy_all(int from, int to)
{
    enum { PIECE = 1 << 20 };
    uint8_t *piece = mem_alloc(PIECE);
    bool ok = true;

    while (ok) {
        ssize_t got = read(from, piece, PIECE);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            ok = got == 0;
            break;
        }
        for (ssize_t done = 0; done < got && ok;) {
            ssize_t wrote = write(to, piece + done, (size_t)(got - done));
            ok = wrote >= 0 || errno == EINTR;
            done += wrote > 0 ? wrote : 0;
        }
    }
    mem_free(piece);
    return ok;
}

static const char *date_of(struct arena *arena, const struct stat *status)
{
    struct tm parts;

    gmtime_r(&status->st_mtime, &parts);
    return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900,
                        parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                        parts.tm_sec);
}

static struct error *cannot_take(const char *path, const char *why)
{
    return error_hint(
        error_wrap(error_new(ERROR_USAGE, "%s", why), "cannot take %s as evidence", path),
        "give a file that you may read: a capture, a photo, a log, a document");
}

/* Opens what a person named; a pipe is not waited for. */
static struct error *open_source(const char *path, struct stat *status, int *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return cannot_take(path,
                           errno == ENOENT ? "there is no such file" : strerrordesc_np(errno));
    if (fstat(fd, status) == 0 && S_ISREG(status->st_mode)) {
        *out = fd;
        return NULL;
    }
    close(fd);
    return cannot_take(path, "it is no ordinary file");
}

struct error *evidence_check(const char *path)
{
    struct stat status;
    int fd = -1;

    TRY(open_source(path, &status, &fd));
    close(fd);
    return NULL;
}

/* Copies FROM into the folder under a name of ours. */
static struct error *copy(struct dossier *dossier, const char *path, int from)
{
    const char *target = dossier_path(dossier, EVIDENCE_WAITING ".new");
    int to = file_create(target);

    bool ok = to >= 0 && copy_all(from, to) && fsync(to) == 0;
    int reason = errno;
    if (to >= 0 && close(to) != 0 && ok) {
        ok = false;
        reason = errno;
    }
    if (ok)
        return NULL;
    unlink(target);
    return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(reason)),
                                 "cannot copy %s into the dossier", path),
                      "check that you may write there and that the disk is not full; nothing "
                      "was changed");
}

/* Gives the copy a name that no other file has; more of its digest where one does. */
static struct error *place(struct dossier *dossier, const char *path, struct evidence_kept *out)
{
    static const int digits[] = {0, 8, 64};
    const char *name = safe_name(dossier->arena, path);
    struct stat status;

    for (size_t i = 0; i < COUNT_OF(digits); i++) {
        out->name = arena_printf(dossier->arena, "evidence/%.*s%s%s", digits[i], out->sha256,
                                 digits[i] == 0 ? "" : "-", name);
        if (strcmp(files_digest(dossier, out->name), out->sha256) == 0) {
            files_discard(dossier, EVIDENCE_WAITING);
            return NULL;
        }
        if (lstat(dossier_path(dossier, out->name), &status) != 0)
            break;
    }
    return files_place(dossier, EVIDENCE_WAITING, out->name);
}

struct error *evidence_keep(struct dossier *dossier, const char *path,
                            struct evidence_kept *out)
{
    const char *waiting = dossier_path(dossier, EVIDENCE_WAITING ".new");
    struct sha256 hash;
    struct stat status;
    int from;

    TRY(open_source(path, &status, &from));
    struct error *error = files_folder(dossier, "evidence");
    if (error == NULL)
        error = copy(dossier, path, from);
    close(from);
    TRY(error);
    TRY(hash_file(waiting, &hash, &out->size)); /* of what is kept: PATH may change meanwhile */
    out->sha256 = arena_hex(dossier->arena, bytes_from(hash.bytes, sizeof hash.bytes));
    out->date = date_of(dossier->arena, &status);
    return place(dossier, path, out);
}

bool evidence_is_place(struct bytes file)
{
    struct bytes part;

    if (file.size == 0 || bytes_at(file, 0) == '/' || bytes_find_byte(file, '\0') != SIZE_MAX)
        return false;
    while (bytes_next_field(&file, '/', &part))
        if (bytes_is(part, ".."))
            return false;
    return true;
}
