#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "model/query.h"
#include "store/catalogue.h"

/*
 * A journal that lies beside a stranger's database may name any file as the journal of a
 * transaction over several databases. SQLite removes that file when it has rolled back. We write
 * no such transactions, so it is not opened, and the database is refused.
 */
static int open_plain(sqlite3_vfs *guarded, const char *name, sqlite3_file *file, int flags,
                      int *out_flags)
{
    sqlite3_vfs *plain = sqlite3_vfs_find(NULL);

    (void)guarded;
    file->pMethods = NULL; /* nothing to close */
    if ((flags & SQLITE_OPEN_SUPER_JOURNAL) != 0)
        return SQLITE_CANTOPEN;
    return plain->xOpen(plain, name, file, flags, out_flags);
}

/* The name under which SQLite knows its access to files with that guard. */
static const char *guarded_files(void)
{
    static sqlite3_vfs guarded;

    if (guarded.zName == NULL) {
        guarded = *sqlite3_vfs_find(NULL);
        guarded.zName = "guarded";
        guarded.pNext = NULL;
        guarded.xOpen = open_plain;
        sqlite3_vfs_register(&guarded, 0);
    }
    return guarded.zName;
}

struct error *store_new(sqlite3 **out)
{
    sqlite3 *db = NULL;
    unsigned char *image = sqlite3_malloc64(catalogue_image_size);

    if (image == NULL ||
        sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        guarded_files()) != SQLITE_OK) {
        sqlite3_free(image);
        sqlite3_close(db);
        return error_new(ERROR_SYSTEM, "no memory for the store");
    }
    mem_copy(image, catalogue_image, catalogue_image_size);
    int result =
        sqlite3_deserialize(db, "main", image, (sqlite3_int64)catalogue_image_size,
                            (sqlite3_int64)catalogue_image_size,
                            SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
    if (result == SQLITE_OK) {
        sqlite3_int64 most = INT64_C(64) << 30; /* pages of a store grow with the image */
        sqlite3_file_control(db, "main", SQLITE_FCNTL_SIZE_LIMIT, &most);
        *out = db;
        return query_run(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    }
    sqlite3_close(db);
    return error_new(ERROR_INTERNAL, "the built-in catalogue cannot be read");
}

struct error *store_serialize(sqlite3 *db, struct bytes *out)
{
    sqlite3_int64 size = 0;
    unsigned char *image = sqlite3_serialize(db, "main", &size, 0);

    if (image == NULL)
        return error_new(ERROR_SYSTEM, "no memory to write the store");
    *out = bytes_from(image, (size_t)size);
    return NULL;
}

static struct error *cannot_write(const char *path)
{
    return error_hint(
        error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(errno)), "cannot write %s",
                   path),
        "choose a folder you may write to with -o, and see that its disk is not full");
}

static struct error *write_all(int fd, const char *path, struct bytes content)
{
    for (size_t done = 0; done < content.size;) {
        ssize_t wrote = write(fd, content.data + done, content.size - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return cannot_write(path);
        done += (size_t)wrote;
    }
    if (fsync(fd) != 0)
        return cannot_write(path);
    return NULL;
}

struct error *store_write(const char *path, struct bytes content)
{
    owned(text) temporary = text_new();

    text_addf(temporary, "%s.%d.part", path, (int)getpid());
    int fd = file_create(text_string(temporary));
    if (fd < 0)
        return cannot_write(path);
    struct error *error = write_all(fd, path, content);
    if (close(fd) != 0 && error == NULL)
        error = cannot_write(path);
    if (error == NULL && rename(text_string(temporary), path) != 0)
        error = cannot_write(path);
    if (error != NULL)
        unlink(text_string(temporary));
    return error;
}

static struct error *not_ours(const char *path, const char *why, const char *advice)
{
    return error_hint(error_wrap(error_new(ERROR_USAGE, "%s", why), "cannot read %s", path),
                      "%s", advice);
}

/* How many views stand in the database that are none of the catalogue's; below 0: not known. */
static struct error *count_views(sqlite3 *db, int64_t *out)
{
    owned(text) sql = text_new();
    struct query names;
    sqlite3 *ours;
    bool found;

    TRY(store_new(&ours));
    text_add(sql, "SELECT count(*) FROM sqlite_master WHERE type = 'view' AND name NOT IN (''");
    struct error *error =
        query_open(ours, "SELECT quote(name) FROM sqlite_master WHERE type = 'view'", &names);
    if (error == NULL) {
        while ((error = query_next(&names, &found)) == NULL && found) {
            text_add(sql, ", ");
            text_add_bytes(sql, query_text(&names, 0));
        }
        query_close(&names);
    }
    sqlite3_close(ours);
    TRY(error);
    text_add(sql, ")");
    *out = query_number(db, text_string(sql), -1);
    return NULL;
}

static struct error *check_store(const char *path, sqlite3 *db)
{
    static const char advice[] = "make it again: proviso assess IMAGE -o FOLDER";
    int64_t version =
        query_number(db, "SELECT value FROM meta WHERE key = 'store_version'", -1);

    if (version < 0)
        return not_ours(path, "it is not an assessment that Proviso wrote, or it is damaged",
                        advice);
    if (version > STORE_VERSION)
        return not_ours(path, "a newer Proviso wrote it", "use that version or a later one");
    if (version < STORE_VERSION)
        return not_ours(path, "an older Proviso wrote it, and its tables have changed since",
                        advice);
    /* SQLite looks at each page as it is read; small stores are looked at whole beforehand. */
    TRY(query_run(db, "PRAGMA cell_size_check = ON"));
    int64_t views;
    TRY(count_views(db, &views));
    if (views != 0) /* in a table's place, one could say anything, and go on for ever */
        return not_ours(path, "it has views that Proviso did not write", advice);
    if (query_number(db,
                     "SELECT page_count * page_size FROM pragma_page_count,"
                     " pragma_page_size",
                     0) <= LIMIT_STORE_CHECKED &&
        query_number(db, "SELECT count(*) FROM pragma_quick_check(1) WHERE quick_check = 'ok'",
                     0) != 1)
        return not_ours(path, "it is damaged", advice);
    return NULL;
}

static struct error *open_store(const char *path, int flags, sqlite3 **out)
{
    sqlite3 *db = NULL;
    struct stat status;

    if (stat(path, &status) != 0)
        return error_hint(error_wrap(error_new(ERROR_USAGE, "%s", strerrordesc_np(errno)),
                                     "cannot read %s", path),
                          "give the assessment.db that `proviso assess IMAGE -o FOLDER` wrote");
    if (sqlite3_open_v2(path, &db, flags, guarded_files()) != SQLITE_OK) {
        struct error *error = not_ours(path, sqlite3_errmsg(db), "check that you may read it");
        sqlite3_close(db);
        return error;
    }
    sqlite3_busy_timeout(db, LIMIT_STORE_WAIT);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL); /* we write none */
    struct error *error = check_store(path, db);
    if (error != NULL) {
        sqlite3_close(db);
        return error;
    }
    *out = db;
    return NULL;
}

struct error *store_open(const char *path, sqlite3 **out)
{
    return open_store(path, SQLITE_OPEN_READONLY, out);
}

struct error *store_open_again(const char *path, bool *same, sqlite3 **out)
{
    struct query query;
    sqlite3 *db = NULL;

    TRY(open_store(path, SQLITE_OPEN_READWRITE, &db));
    struct error *error =
        query_run(db, "PRAGMA cache_size = -131072; PRAGMA temp_store = MEMORY");
    if (error == NULL)
        error =
            query_open(db, "SELECT 1 FROM meta WHERE key = 'knowledge' AND value = ?", &query);
    if (error == NULL) {
        query_bind_string(&query, 1, store_knowledge());
        error = query_next(&query, same);
        query_close(&query);
    }
    if (error == NULL)
        *out = db;
    else
        sqlite3_close(db);
    return error;
}

const char *store_knowledge(void)
{
    static char digest[17];

    if (digest[0] == '\0') {
        owned(text) hex = text_new();
        struct sha256 hash = hash_sha256(bytes_from(catalogue_image, catalogue_image_size));
        text_add_hex(hex, bytes_from(hash.bytes, 8));
        mem_copy(digest, text_string(hex), sizeof digest);
    }
    return digest;
}
