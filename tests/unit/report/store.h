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

/* A store in memory made by the SQL script at PATH. The caller closes it. NULL when that fails. */
static inline sqlite3 *store_from(const char *path)
{
    owned(arena) arena = arena_new();
    struct bytes script = store_file(path, arena);
    sqlite3 *db = NULL;

    if (script.size == 0 || sqlite3_open(":memory:", &db) != SQLITE_OK)
        return NULL;
    if (sqlite3_exec(db, (const char *)script.data, NULL, NULL, NULL) == SQLITE_OK)
        return db;
    printf("# %s: %s\n", path, sqlite3_errmsg(db));
    sqlite3_close(db);
    return NULL;
}

#endif
