#include "squashfs.h"

#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "samples.h"
#include "test.h"

extern const struct format format_squashfs;

/* A tree with everything a block, a fragment or an inode can be. */
static const char source_script[] =
    "mkdir -p tree/sub/deeper tree/empty-folder tree/huge && cd tree\n"
    "random() { seq $1 300000 | gzip -nc | head -c $2; }\n"
    "text() { yes \"line $1 of a file that packs well\" | head -c $2; }\n"
    ": > empty; printf x > one-byte\n"
    "for n in 1 2 3 4 5 6 7 8 9; do text $n $((n * 333)) > small-$n; done\n"
    "text a 131072 > one-block; text b 262144 > two-blocks; text c 300001 > blocks-and-tail\n"
    "random 1 200000 > noise; random 2 4096 > noise-page; random 3 70000 > sub/noise\n"
    "cp two-blocks duplicate; cp small-3 sub/duplicate-tail\n"
    "truncate -s 3000000 sparse; printf middle | dd of=sparse bs=1 seek=1000000 conv=notrunc "
    "2>/dev/null; truncate -s 500000 hole; printf end >> hole\n"
    "ln noise sub/hard-link; ln -s ../noise sub/link; ln -s / root-link\n"
    "ln -s $(head -c 900 /dev/zero | tr '\\0' t) long-target\n"
    "mkfifo fifo; printf '#!/bin/sh\\n' > tool; chmod 4755 tool; chmod 1777 sub; chmod 0600 "
    "noise\n"
    "for i in $(seq 700); do echo $i > huge/a-rather-long-name-for-a-directory-index-$i; done\n"
    ": > $(head -c 255 /dev/zero | tr '\\0' n)\n"
    "d=.; for i in $(seq 40); do d=$d/level-$i; mkdir $d; done; echo bottom > $d/bottom\n"
    "printf 'x\\ny' > \"$(printf 'name with\\nnew line')\"\n";

static bool has_xattrs;

static struct bytes image_made_with(struct arena *arena, const char *options)
{
    char *script =
        arena_printf(arena,
                     "mksquashfs tree image -noappend -no-progress "
                     "-p 'console c 600 0 5 5 1' -p 'disk b 660 0 6 8 300' %s >log 2>&1",
                     options);

    return samples_shell(script) ? samples_read(arena, "image") : (struct bytes){NULL, 0};
}

static enum node_kind kind_of(mode_t mode)
{
    return S_ISDIR(mode)    ? NODE_DIR
           : S_ISLNK(mode)  ? NODE_LINK
           : S_ISFIFO(mode) ? NODE_FIFO
                            : NODE_FILE;
}

/* The content that a handle gives, by a container that has never walked. */
static struct error *read_listed(struct list *list, struct container *reader,
                                 const struct listed *listed, struct bytes *content)
{
    struct buffer *buffer = sink_buffer(&list->sink);

    TRY(format_squashfs.read(reader, listed->handle, buffer));
    *content = buffer_bytes(buffer);
    return NULL;
}

static void check_against_source(struct list *list, struct container *reader,
                                 const struct listed *listed)
{
    owned(arena) arena = arena_new();
    char *name = arena_printf(arena, "tree/%s", arena_string(arena, listed->node.path));
    char *path = arena_printf(arena, "%s/%s", samples_folder, name);
    struct bytes content = {NULL, 0};
    struct stat status;

    if (lstat(path, &status) != 0) {
        CHECK_STRING(path, "a path of the source");
        return;
    }
    CHECK_INT(listed->node.kind, kind_of(status.st_mode));
    CHECK_TRUE(listed->node.has_owner);
    CHECK_INT(listed->node.mode, status.st_mode & 07777);
    CHECK_INT(listed->node.uid, status.st_uid);
    CHECK_INT(listed->node.gid, status.st_gid);
    if (S_ISLNK(status.st_mode)) {
        char target[1024];
        ssize_t size = readlink(path, target, sizeof target);
        CHECK_TRUE(bytes_equal(listed->node.target, bytes_from(target, (size_t)size)));
    } else if (S_ISREG(status.st_mode)) {
        CHECK_INT(listed->node.size, status.st_size);
        CHECK_INT(listed->handle.size, 8);
        CHECK_SUCCESS(read_listed(list, reader, listed, &content));
        if (!bytes_equal(content, samples_read(arena, name)))
            CHECK_STRING(path, "the content of the source");
    }
}

static size_t source_count(struct arena *arena)
{
    uint64_t count = 0;

    CHECK_TRUE(samples_shell("find tree -printf x | wc -c > count"));
    CHECK_TRUE(bytes_to_u64(bytes_trim(samples_read(arena, "count")), &count));
    return (size_t)count;
}

static void check_devices(const struct list *list)
{
    const struct listed *console = list_find(list, "console"), *disk = list_find(list, "disk");

    CHECK_TRUE(console != NULL && disk != NULL);
    if (console == NULL || disk == NULL)
        return;
    CHECK_INT(console->node.kind, NODE_CHAR);
    CHECK_INT(console->node.mode, 0600);
    CHECK_INT(console->node.gid, 5);
    CHECK_INT(console->node.major, 5);
    CHECK_INT(console->node.minor, 1);
    CHECK_INT(disk->node.kind, NODE_BLOCK);
    CHECK_INT(disk->node.gid, 6);
    CHECK_INT(disk->node.major, 8);
    CHECK_INT(disk->node.minor, 300);
}

static void check_image(const char *options)
{
    owned(arena) arena = arena_new();
    owned(list) list = list_new();
    struct bytes image = image_made_with(arena, options);
    struct container container = {.image = image, .arena = arena};
    struct container reader = container;
    bool was_ok = test_ok;

    test_ok = true;
    CHECK_TRUE(image.size > 0);
    CHECK_TRUE(format_squashfs.recognise(image) > 200);
    CHECK_INT(format_squashfs.measure(image), image.size);
    CHECK_SUCCESS(format_squashfs.unpack(&container, &list->sink));
    CHECK_INT(list->unread, 0);
    CHECK_STRING(list->reason, "");
    CHECK_INT(list->count, source_count(arena) + 2);
    CHECK_TRUE(!list->gap);
    CHECK_INT(list->explained, image.size);
    for (size_t i = 0; i < list->count; i++)
        if (list->nodes[i].node.kind != NODE_CHAR && list->nodes[i].node.kind != NODE_BLOCK)
            check_against_source(list, &reader, &list->nodes[i]);
    check_devices(list);
    if (!test_ok)
        printf("# … with %s\n", options);
    test_ok = test_ok && was_ok;
}

TEST(every_compressor)
{
    static const char *const options[] = {
        "-comp gzip",
        "-comp lzma",
        "-comp lzo",
        "-comp xz",
        "-comp lz4",
        "-comp zstd",
        "-comp gzip -Xcompression-level 1 -Xwindow-size 8",
        "-comp lzo -Xalgorithm lzo1x_1 -b 64K",
        "-comp lz4 -Xhc",
        "-comp xz -Xbcj x86,arm,armthumb,powerpc,sparc,ia64 -Xdict-size 100%",
        "-comp xz -Xdict-size 32K",
        "-comp zstd -Xcompression-level 3"};

    for (size_t i = 0; i < COUNT_OF(options); i++)
        check_image(options[i]);
}

TEST(every_block_size)
{
    static const char *const options[] = {
        "-comp gzip -b 4K",  "-comp gzip -b 8K",   "-comp lzo -b 16K", "-comp xz -b 32K",
        "-comp lz4 -b 256K", "-comp zstd -b 512K", "-comp gzip -b 1M", "-comp lzma -b 1M",
        "-comp lzo -b 1M",   "-comp xz -b 1M",     "-comp lz4 -b 4K",  "-comp lzma -b 4K"};

    for (size_t i = 0; i < COUNT_OF(options); i++)
        check_image(options[i]);
}

TEST(every_way_to_store)
{
    static const char *const options[] = {"-no-fragments",
                                          "-always-use-fragments",
                                          "-noI",
                                          "-noD",
                                          "-noF",
                                          "-noI -noId -noD -noF -noX",
                                          "-no-duplicates",
                                          "-no-hardlinks",
                                          "-no-sparse",
                                          "-no-exports",
                                          "-no-xattrs",
                                          "-noI -no-fragments -b 4K",
                                          "-tailends -b 8K -comp xz",
                                          "-nopad",
                                          "-all-time 0 -reproducible"};

    for (size_t i = 0; i < COUNT_OF(options); i++)
        check_image(options[i]);
}

TEST(extended_attributes)
{
    owned(arena) arena = arena_new();
    owned(list) list = list_new();
    static const char wanted[] = "user.one\0\5\0\0\0value";
    static const char *const paths[] = {"small-1", "small-2", "sub", "empty-folder"};
    struct container container = {.image = image_made_with(arena, ""), .arena = arena};

    CHECK_SUCCESS(format_squashfs.unpack(&container, &list->sink));
    CHECK_INT(list->unread, 0);
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        const struct listed *listed = list_find(list, paths[i]);
        struct bytes xattrs = listed == NULL ? bytes_of("") : listed->node.xattrs;
        CHECK_TRUE(bytes_find(xattrs, bytes_from(wanted, sizeof wanted - 1)) != SIZE_MAX);
        /* the long one is the same for all, and so stored once, out of line */
        CHECK_INT(xattrs.size, sizeof wanted - 1 + sizeof "user.long" + 4 + 2000);
    }
    const struct listed *without = list_find(list, "small-3");
    CHECK_TRUE(without != NULL && without->node.xattrs.size == 0);
}

static void set_xattrs(void)
{
    static const char *const paths[] = {"small-1", "small-2", "sub", "empty-folder"};
    owned(arena) arena = arena_new();
    char value[2000];

    memset(value, 'v', sizeof value);
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        char *path = arena_printf(arena, "%s/tree/%s", samples_folder, paths[i]);
        has_xattrs = setxattr(path, "user.one", "value", 5, 0) == 0 &&
                     setxattr(path, "user.long", value, sizeof value, 0) == 0;
    }
}

/* Files come in the order of their data, each fragment block once; links to one file together. */
TEST(order_of_files)
{
    owned(arena) arena = arena_new();
    owned(list) list = list_new();
    struct container container = {.image = image_made_with(arena, "-b 4K"), .arena = arena};
    bool file_met = false;

    CHECK_SUCCESS(format_squashfs.unpack(&container, &list->sink));
    CHECK_BYTES(list->nodes[0].node.path, ".");
    for (size_t i = 0; i < list->count; i++) {
        CHECK_TRUE(!file_met || list->nodes[i].node.kind == NODE_FILE);
        file_met = list->nodes[i].node.kind == NODE_FILE;
        if (i > 0 && bytes_is(list->nodes[i].node.path, "sub/hard-link"))
            CHECK_TRUE(bytes_is(list->nodes[i - 1].node.path, "noise") ||
                       bytes_is(list->nodes[i + 1].node.path, "noise"));
    }
}

TEST(hostile_handles)
{
    owned(arena) arena = arena_new();
    owned(list) list = list_new();
    struct container container = {.image = image_made_with(arena, ""), .arena = arena};
    uint8_t handle[8] = {0};

    CHECK_FAILURE(format_squashfs.read(&container, bytes_of(""), &list->buffer), ERROR_INPUT);
    for (uint64_t seed = 1, i = 0; i < 3000; i++) {
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        for (unsigned b = 0; b < 8; b++)
            handle[b] = (uint8_t)(b < 2 || seed >> 60 == b ? seed >> (8 * b) : 0);
        error_free(format_squashfs.read(&container, bytes_from(handle, sizeof handle),
                                        sink_buffer(&list->sink)));
    }
}

/* Everything an image gives, with as much of it read as can be. */
static struct error *read_all(struct list *list, struct bytes image)
{
    owned(arena) arena = arena_new();
    struct container container = {.image = image, .arena = arena};
    struct bytes content;

    list->count = 0;
    list->unread = 0;
    if (format_squashfs.recognise(image) == 0)
        return error_new(ERROR_INPUT, "not recognised");
    (void)format_squashfs.measure(image);
    TRY(format_squashfs.unpack(&container, &list->sink));
    for (size_t i = 0; i < list->count; i++)
        if (list->nodes[i].node.kind == NODE_FILE)
            error_free(read_listed(list, &container, &list->nodes[i], &content));
    return NULL;
}

static const char *const small_images[] = {
    "-comp gzip",
    "-comp xz",
    "-comp lzo -b 4K",
    "-comp lzma",
    "-comp lz4",
    "-comp zstd",
    "-comp gzip -noI -noId -noX",
    "-comp gzip -noI -noId -noD -noF -noX -b 4K",
};

static struct bytes small_image(struct arena *arena, const char *options)
{
    char *script = arena_printf(
        arena, "mksquashfs small image -noappend -no-progress %s >log 2>&1", options);

    return samples_shell(script) ? samples_read(arena, "image") : (struct bytes){NULL, 0};
}

/* In memory of exactly its size, so that a sanitizer sees a step past its end. */
static struct error *read_all_of_copy(struct list *list, struct bytes image, uint64_t seed)
{
    uint8_t *copy = mem_alloc(image.size);
    unsigned flips = seed == 0 ? 0 : 1 + (unsigned)(seed >> 60);

    mem_copy(copy, image.data, image.size);
    for (unsigned i = 0; i < flips && image.size > 0; i++) {
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        size_t at = (size_t)((seed >> 24) % image.size);
        copy[at] = (seed >> 62) == 0 ? 0xff : (uint8_t)(seed >> 16);
    }
    struct error *error = read_all(list, bytes_from(copy, image.size));
    mem_free(copy);
    return error;
}

TEST(cut_short)
{
    for (size_t k = 0; k < COUNT_OF(small_images); k++) {
        owned(arena) arena = arena_new();
        struct bytes image = small_image(arena, small_images[k]);
        CHECK_TRUE(image.size > 0);
        for (uint64_t i = 0; i < 64; i++) {
            owned(list) list = list_new();
            struct bytes part = bytes_slice(image, 0, image.size * i / 64);
            struct error *error = read_all_of_copy(list, part, 0);
            CHECK_TRUE(error != NULL || list->unread > 0 || list->count > 15);
            error_free(error);
        }
    }
}

TEST(corrupted)
{
    for (size_t k = 0; k < COUNT_OF(small_images); k++) {
        owned(arena) arena = arena_new();
        struct bytes image = small_image(arena, small_images[k]);
        for (uint64_t i = 1; i <= 2000 / COUNT_OF(small_images); i++) {
            owned(list) list = list_new();
            error_free(read_all_of_copy(list, image, i * 0x9e3779b97f4a7c15ULL));
        }
    }
}

/* One bad data block costs its own file; the table of owners costs the owners. */
TEST(damage_stays_where_it_is)
{
    owned(arena) arena = arena_new();
    owned(list) list = list_new();
    struct bytes image = small_image(arena, "-comp xz -no-fragments");
    uint8_t *copy = arena_alloc(arena, image.size);
    struct container container = {.image = bytes_from(copy, image.size), .arena = arena};
    struct bytes content;
    size_t bad = 0;

    mem_copy(copy, image.data, image.size);
    size_t block = bytes_find(bytes_from_offset(image, 128), bytes_from("\xfd"
                                                                        "7zXZ",
                                                                        6)) +
                   128;
    copy[block + 40] ^= 0x55;
    CHECK_SUCCESS(format_squashfs.unpack(&container, &list->sink));
    for (size_t i = 0; i < list->count; i++) {
        struct error *error = list->nodes[i].node.kind == NODE_FILE
                                  ? read_listed(list, &container, &list->nodes[i], &content)
                                  : NULL;
        bad += error != NULL;
        error_free(error);
    }
    CHECK_INT(bad, 1);
    CHECK_INT(list->unread, 0);
}

/* Puts TO over the only place of FROM in a copy of IMAGE, AT bytes from where it begins. */
static struct bytes patched(struct arena *arena, struct bytes image, const char *from, int at,
                            struct bytes to)
{
    uint8_t *copy = arena_alloc(arena, image.size);
    size_t place = bytes_find_string(image, from);

    mem_copy(copy, image.data, image.size);
    CHECK_TRUE(place != SIZE_MAX);
    mem_copy(copy + place + at, to.data, to.size);
    return bytes_from(copy, image.size);
}

TEST(names_that_lie)
{
    static const char *const names[] = {"../../evil", "evil/name!"};
    owned(arena) arena = arena_new();
    struct bytes image = small_image(arena, "-noI -noId");

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        owned(list) list = list_new();
        struct bytes bad = patched(arena, image, "victimname", 0, bytes_of(names[i]));
        CHECK_SUCCESS(read_all(list, bad));
        CHECK_INT(list->unread, 1);
        CHECK_TRUE(list->count > 15);
    }
}

/* An entry of a directory that names the root again: eight bytes before its name. */
TEST(directory_in_itself)
{
    owned(arena) arena = arena_new();
    owned(list) list = list_new();
    struct bytes image = small_image(arena, "-noI -noId");
    struct bytes root = bytes_slice(image, 32, 2); /* offset of its inode, in the only block */

    CHECK_SUCCESS(read_all(list, patched(arena, image, "loopfolder", -8, root)));
    CHECK_INT(list->unread, 1);
    CHECK_STRING(list->reason,
                 "outer/loopfolder: a directory that is in two places, or in itself");
}

TEST(other_versions)
{
    owned(arena) arena = arena_new();
    owned(list) list = list_new();
    uint8_t third[128] = {
        'h', 's', 'q', 's', 5, [28] = 3, [32] = 0, [34] = 16, [53] = 1, [64] = 2};
    struct container container = {.image = bytes_from(third, sizeof third), .arena = arena};

    CHECK_TRUE(format_squashfs.recognise(container.image) > 64);
    CHECK_FAILURE(format_squashfs.unpack(&container, &list->sink), ERROR_UNSUPPORTED);
    third[34] = 17; /* a block size that its logarithm denies */
    CHECK_INT(format_squashfs.recognise(container.image), 0);
    CHECK_INT(format_squashfs.recognise(bytes_of("hsqs")), 0);
}

struct writer {
    uint8_t bytes[1024];
    size_t size;
    bool big, big_sizes;
};

static void put(struct writer *w, unsigned size, uint64_t value)
{
    for (unsigned i = 0; i < size; i++)
        w->bytes[w->size++] = (uint8_t)(value >> 8 * (w->big ? size - 1 - i : i));
}

/* The size of a metadata block stored as it is, in its own byte order. */
static void put_size(struct writer *w, uint16_t size)
{
    bool big = w->big;

    w->big = w->big_sizes;
    put(w, 2, 0x8000U | size);
    w->big = big;
}

static void put_inode(struct writer *w, uint16_t type, uint16_t mode, uint32_t number)
{
    put(w, 2, type);
    put(w, 2, mode);
    put(w, 4, 0); /* owners: the first and the first */
    put(w, 4, 0);
    put(w, 4, number);
}

static void put_text(struct writer *w, const char *text)
{
    while (*text != '\0')
        w->bytes[w->size++] = (uint8_t)*text++;
}

/* One file, "name", in the root; nothing is packed. */
static void write_image(struct writer *w)
{
    enum { DATA = 96, INODES = DATA + 5, DIRECTORIES = INODES + 70, IDS = DIRECTORIES + 26 };
    static const uint64_t tables[] = {IDS + 6,     UINT64_MAX, INODES,
                                      DIRECTORIES, UINT64_MAX, UINT64_MAX};

    put_text(w, w->big ? "sqsh" : "hsqs");
    put(w, 4, 2);
    put(w, 4, 0);
    put(w, 4, 4096);
    put(w, 4, 0);
    put(w, 2, 1);
    put(w, 2, 12);
    put(w, 2, 0);
    put(w, 2, 1);
    put(w, 4, w->big ? 0x00040000 : 4);
    put(w, 8, 36);
    put(w, 8, IDS + 14);
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        put(w, 8, tables[i]);
    put_text(w, "hello");
    put_size(w, 68);
    put_inode(w, 2, 0644, 1);
    put(w, 4, DATA);
    put(w, 4, UINT32_MAX);
    put(w, 4, 0);
    put(w, 4, 5);
    put(w, 4, 0x01000005);
    put_inode(w, 1, 0755, 2);
    put(w, 4, 0);
    put(w, 4, 2);
    put(w, 2, 27);
    put(w, 2, 0);
    put(w, 4, 3);
    put_size(w, 24);
    put(w, 8, 0); /* a run of one entry, in the first block */
    put(w, 4, 1);
    put(w, 4, 0);
    put(w, 2, 2);
    put(w, 2, 3);
    put_text(w, "name");
    put_size(w, 4);
    put(w, 4, 1000);
    put(w, 8, IDS);
}

TEST(byte_orders)
{
    for (unsigned k = 0; k < 3; k++) {
        owned(arena) arena = arena_new();
        owned(list) list = list_new();
        struct writer w = {.big = k > 0, .big_sizes = k > 1};
        struct bytes content = {NULL, 0};

        write_image(&w);
        struct container container = {.image = bytes_from(w.bytes, w.size), .arena = arena};
        CHECK_TRUE(format_squashfs.recognise(container.image) > 200);
        CHECK_INT(format_squashfs.measure(container.image), w.size);
        CHECK_SUCCESS(format_squashfs.unpack(&container, &list->sink));
        const struct listed *listed = list_find(list, "name");
        CHECK_TRUE(listed != NULL);
        if (listed == NULL)
            continue;
        CHECK_INT(listed->node.uid, 1000);
        CHECK_INT(listed->node.mode, 0644);
        CHECK_SUCCESS(read_listed(list, &container, listed, &content));
        CHECK_BYTES(content, "hello");
    }
}

static const char small_script[] =
    "mkdir -p small/outer/loopfolder small/other; cd small\n"
    "for n in 1 2 3 4 5 6 7 8 9 10; do seq $n $((n * 150)) > file-$n; done\n"
    "echo inside > outer/loopfolder/inside; echo v > other/victimname; ln -s file-1 link\n"
    "ln file-2 other/hard; mkfifo pipe; truncate -s 100000 hole; seq 20000 > long\n";

int main(void)
{
    if (!samples_make("command -v mksquashfs >/dev/null")) {
        SKIP(squashfs, "mksquashfs is not installed (squashfs-tools)");
        return test_end();
    }
    if (!samples_shell(source_script) || !samples_shell(small_script)) {
        printf("Bail out! cannot make the files to pack\n");
        return 1;
    }
    set_xattrs();
    RUN(every_compressor);
    RUN(every_block_size);
    RUN(every_way_to_store);
    if (has_xattrs)
        RUN(extended_attributes);
    else
        SKIP(extended_attributes, "the file system of /tmp keeps no attributes of users");
    RUN(order_of_files);
    RUN(hostile_handles);
    RUN(cut_short);
    RUN(corrupted);
    RUN(damage_stays_where_it_is);
    RUN(names_that_lie);
    RUN(directory_in_itself);
    RUN(byte_orders);
    RUN(other_versions);
    return test_end();
}
