#ifndef TESTS_UNIT_REPORT_STORE_H
#define TESTS_UNIT_REPORT_STORE_H

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "model/query.h"

/* The file at PATH in ARENA; no bytes when it cannot be read. */
static inline struct bytes store_file(const char *path, struct arena *arena)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;

    if (fd < 0 || fstat(fd, &status) != 0)
        return bytes_of("");
    char *content = arena_alloc(arena, (size_t)status.st_size + 1);
    ssize_t size = read(fd, content, (size_t)status.st_size);
    close(fd);
    return bytes_from(content, size < 0 ? 0 : (size_t)size);
}

/*
 * A store in memory made by the SQL scripts at PATHS, joined by ",". The caller closes it. NULL
 * when that fails.
 */
static inline sqlite3 *store_from(const char *paths)
{
    owned(arena) arena = arena_new();
    struct bytes rest = bytes_of(paths), path;
    sqlite3 *db = NULL;
    bool good = sqlite3_open(":memory:", &db) == SQLITE_OK;

    while (good && bytes_next_field(&rest, ',', &path)) {
        struct bytes script = store_file(arena_string(arena, path), arena);
        good = script.size > 0 &&
               sqlite3_exec(db, (const char *)script.data, NULL, NULL, NULL) == SQLITE_OK;
        if (!good)
            printf("# %.*s: %s\n", (int)path.size, (const char *)path.data, sqlite3_errmsg(db));
    }
    if (good)
        return db;
    sqlite3_close(db);
    return NULL;
}

#endif
