#include "pipeline/folder.h"

#include "samples.h"
#include "test.h"

/* The archive made of the folder NAME, in ARENA; no bytes when there is an error. */
static struct bytes packed(struct arena *arena, const char *name, enum error_kind *kind)
{
    char *path = arena_printf(arena, "%s/%s", samples_folder, name);
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), out = -1;
    struct error *error = folder_pack(folder, path, 1U << 20, &out);

    close(folder);
    *kind = error == NULL ? ERROR_INTERNAL : error_kind(error);
    if (error != NULL) {
        CHECK_TRUE(strstr(error_line(error), path) != NULL);
        error_free(error);
        return bytes_of(NULL);
    }
    off_t size = lseek(out, 0, SEEK_END);
    uint8_t *memory = arena_alloc(arena, (size_t)size + 1);
    CHECK_INT(pread(out, memory, (size_t)size, 0), size);
    close(out);
    return bytes_from(memory, (size_t)size);
}

/* cpio, as an oracle, finds in it what is in the folder. */
TEST(cpio_reads_what_was_packed)
{
    owned(arena) arena = arena_new();
    enum error_kind kind;
    struct bytes archive = packed(arena, "root", &kind);
    char *path = arena_printf(arena, "%s/archive", samples_folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    CHECK_TRUE(archive.size > 0);
    CHECK_INT(write(fd, archive.data, archive.size), archive.size);
    close(fd);
    CHECK_TRUE(samples_shell("mkdir out && cd out && cpio --quiet -idm <../archive"));
    CHECK_TRUE(samples_shell("cmp root/etc/passwd out/etc/passwd && cmp root/large out/large"));
    CHECK_TRUE(samples_shell("[ \"$(readlink out/bin/sh)\" = busybox ]"));
    CHECK_TRUE(samples_shell("[ \"$(readlink out/outside)\" = /etc/hostname ]"));
    CHECK_TRUE(
        samples_shell("[ \"$(stat -c %a out/bin/busybox)\" = 4755 ] && test -d out/empty"));
    CHECK_TRUE(samples_shell("(cd root && find . | sort) >a; (cd out && find . | sort) >b"));
    CHECK_TRUE(samples_shell("cmp a b"));
}

TEST(the_same_folder_gives_the_same_bytes)
{
    owned(arena) arena = arena_new();
    enum error_kind kind;

    CHECK_TRUE(samples_shell("cp -a root again && touch again/etc/passwd"));
    struct bytes one = packed(arena, "root", &kind), other = packed(arena, "again", &kind);
    CHECK_TRUE(one.size > 0);
    CHECK_TRUE(bytes_equal(one, other));
}

TEST(a_folder_of_nothing_is_refused)
{
    owned(arena) arena = arena_new();
    enum error_kind kind;

    CHECK_INT(packed(arena, "nothing", &kind).size, 0);
    CHECK_INT(kind, ERROR_USAGE);
}

TEST(a_folder_too_large_is_refused)
{
    owned(arena) arena = arena_new();
    enum error_kind kind;

    CHECK_INT(packed(arena, "huge", &kind).size, 0);
    CHECK_INT(kind, ERROR_USAGE);
}

int main(void)
{
    if (!samples_make("umask 022; mkdir -p root/etc root/bin root/empty nothing huge\n"
                      "echo root:x:0:0::/:/bin/sh >root/etc/passwd\n"
                      "echo x >root/bin/busybox && chmod 4755 root/bin/busybox\n"
                      "ln -s busybox root/bin/sh; ln -s /etc/hostname root/outside\n"
                      "head -c 300001 /dev/zero >root/large; truncate -s 64M huge/file\n"
                      "echo 'a name' >'root/a name'"))
        return 2;
    RUN(cpio_reads_what_was_packed);
    RUN(the_same_folder_gives_the_same_bytes);
    RUN(a_folder_of_nothing_is_refused);
    RUN(a_folder_too_large_is_refused);
    return test_end();
}
