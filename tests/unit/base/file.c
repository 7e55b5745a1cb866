/* A file is read whole, or the error says which and why. */
#include "base/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "test.h"

/* A file of the machine with CONTENT; the path lives until the next call. */
static const char *make_file(const char *content)
{
    static char path[] = "file-XXXXXX";
    static bool made;

    if (made)
        unlink(path);
    memset(path + sizeof "file-" - 1, 'X', 6);
    int fd = mkstemp(path);
    made = fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content);
    if (fd >= 0)
        close(fd);
    return path;
}

TEST(whole_file_is_read)
{
    owned(arena) arena = arena_new();
    struct bytes content;
    const char *path = make_file("date: 2026-11-20\n");

    CHECK_SUCCESS(file_read(path, 17, arena, &content));
    CHECK_BYTES(content, "date: 2026-11-20\n");
    CHECK_INT(content.data[content.size], 0);
    unlink(path);
    path = make_file("");
    CHECK_SUCCESS(file_read(path, 0, arena, &content));
    CHECK_INT(content.size, 0);
    unlink(path);
}

TEST(errors_name_the_kind)
{
    owned(arena) arena = arena_new();
    struct bytes content;
    const char *path = make_file("0123456789");

    CHECK_FAILURE(file_read(path, 9, arena, &content), ERROR_LIMIT);
    unlink(path);
    CHECK_FAILURE(file_read(path, 9, arena, &content), ERROR_SYSTEM);
    CHECK_FAILURE(file_read(".", 9, arena, &content), ERROR_SYSTEM);
}

int main(void)
{
    RUN(whole_file_is_read);
    RUN(errors_name_the_kind);
    return test_end();
}
