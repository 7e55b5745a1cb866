#include "dossier/evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

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

static struct error *cannot_take(const char *path, const char *why)
{
    return error_hint(
        error_wrap(error_new(ERROR_USAGE, "%s", why), "cannot take %s as evidence", path),
        "give a file: a capture, a photo, a log, a document");
}

/* The file may be written to at the same time: what was copied must be what was measured. */
static struct error *copy(struct dossier *dossier, const char *path,
                          const struct evidence_kept *kept)
{
    const char *waiting = arena_printf(dossier->arena, "%s.new", kept->name);
    const char *target = dossier_path(dossier, waiting);
    int from = open(path, O_RDONLY | O_CLOEXEC);
    int to = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);

    bool ok = from >= 0 && to >= 0 && copy_all(from, to) && fsync(to) == 0;
    int reason = errno;
    if (from >= 0)
        close(from);
    if (to >= 0 && close(to) != 0)
        ok = false;
    if (ok && strcmp(files_digest(dossier, waiting), kept->sha256) == 0)
        return files_commit(dossier, kept->name);
    files_discard(dossier, kept->name);
    if (ok)
        return cannot_take(path, "it changes while it is copied");
    return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(reason)),
                                 "cannot copy %s into the dossier", path),
                      "check that you may write there and that the disk is not full; nothing "
                      "was changed");
}

static const char *date_of(struct arena *arena, const struct stat *status)
{
    struct tm parts;

    gmtime_r(&status->st_mtime, &parts);
    return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900,
                        parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                        parts.tm_sec);
}

bool evidence_is_inside(struct bytes file)
{
    struct bytes part;

    if (file.size == 0 || bytes_at(file, 0) == '/' || bytes_find_byte(file, 0) != SIZE_MAX)
        return false;
    while (bytes_next_field(&file, '/', &part))
        if (bytes_is(part, ".."))
            return false;
    return true;
}

struct error *evidence_keep(struct dossier *dossier, const char *path,
                            struct evidence_kept *out)
{
    struct arena *arena = dossier->arena;
    struct sha256 hash;
    struct stat status;

    if (stat(path, &status) != 0)
        return cannot_take(path,
                           errno == ENOENT ? "there is no such file" : strerrordesc_np(errno));
    if (!S_ISREG(status.st_mode))
        return cannot_take(path, "it is no ordinary file");
    TRY(hash_file(path, &hash, &out->size));
    out->sha256 = arena_hex(arena, bytes_from(hash.bytes, sizeof hash.bytes));
    out->date = date_of(arena, &status);
    out->name = arena_printf(arena, "evidence/%s", safe_name(arena, path));
    TRY(files_folder(dossier, "evidence"));
    if (strcmp(files_digest(dossier, out->name), out->sha256) == 0)
        return NULL;
    if (dossier_has(dossier, out->name)) {
        out->name =
            arena_printf(arena, "evidence/%.8s-%s", out->sha256, safe_name(arena, path));
        if (strcmp(files_digest(dossier, out->name), out->sha256) == 0)
            return NULL;
    }
    return copy(dossier, path, out);
}
