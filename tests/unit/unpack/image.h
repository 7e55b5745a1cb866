#ifndef TESTS_UNIT_UNPACK_IMAGE_H
#define TESTS_UNIT_UNPACK_IMAGE_H

/*
 * Images for the tests of formats: built byte by byte in memory, or by the tools that make such
 * images in the field (mkimage, dtc, mksquashfs), and the three statements that are true of every
 * format: spans cover the image once, a cut image ends well, a damaged image ends well.
 */

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dry.h"
#include "test.h"
#include "unpack/format.h"

struct image {
    uint8_t *bytes;
    size_t size, capacity;
};

static inline void image_add(struct image *image, const void *bytes, size_t size)
{
    if (image->capacity - image->size < size) {
        image->capacity = (image->size + size) * 2;
        image->bytes = realloc(image->bytes, image->capacity);
    }
    if (size > 0)
        memcpy(image->bytes + image->size, bytes, size);
    image->size += size;
}

static inline void image_text(struct image *image, const char *text)
{
    image_add(image, text, strlen(text));
}

static inline void image_be32(struct image *image, uint32_t value)
{
    uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                        (uint8_t)value};
    image_add(image, bytes, 4);
}

static inline void image_le32(struct image *image, uint32_t value)
{
    uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                        (uint8_t)(value >> 24)};
    image_add(image, bytes, 4);
}

/* Up to SIZE bytes, with VALUE. */
static inline void image_pad(struct image *image, size_t size, uint8_t value)
{
    while (image->size < size)
        image_add(image, &value, 1);
}

static inline uint64_t image_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* COUNT bytes that no format knows and no packer shrinks. */
static inline void image_noise(struct image *image, size_t count, uint64_t seed)
{
    seed = seed * 2 + 1;
    for (size_t i = 0; i < count; i += 8) {
        uint64_t value = image_random(&seed);
        image_add(image, &value, count - i < 8 ? count - i : 8);
    }
}

static inline struct bytes image_bytes(const struct image *image)
{
    return bytes_from(image->bytes, image->size);
}

static inline void image_clear(struct image *image)
{
    free(image->bytes);
    *image = (struct image){0};
}

/* A folder of its own for each run; image_shell works in it. */
static inline const char *image_folder(void)
{
    static char folder[] = "/tmp/proviso-test-XXXXXX";
    static bool made;

    if (!made && mkdtemp(folder) == NULL)
        exit(2);
    made = true;
    return folder;
}

/* Runs a line of shell in image_folder. False when it fails, or a tool is not there. */
static inline bool image_shell(const char *line)
{
    char command[4096];
    char shell[] = "/bin/sh", flag[] = "-c";
    char *arguments[] = {shell, flag, command, NULL};
    extern char **environ;
    pid_t child;
    int status;

    snprintf(command, sizeof command, "cd %s && { %s ; } >/dev/null 2>&1", image_folder(),
             line);
    if (posix_spawn(&child, shell, NULL, NULL, arguments, environ) != 0 ||
        waitpid(child, &status, 0) != child)
        return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static inline struct image image_read(const char *name)
{
    struct image image = {0};
    char path[4096];
    uint8_t chunk[65536];
    ssize_t got;

    snprintf(path, sizeof path, "%s/%s", image_folder(), name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && (got = read(fd, chunk, sizeof chunk)) > 0)
        image_add(&image, chunk, (size_t)got);
    if (fd >= 0)
        close(fd);
    return image;
}

static inline void image_write(const char *name, struct bytes bytes)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", image_folder(), name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, bytes.data, bytes.size) != (ssize_t)bytes.size)
        exit(2);
    close(fd);
}

static inline void image_clean_up(void)
{
    image_shell("rm -rf \"$PWD\"");
}

static inline int image_by_offset(const void *left, const void *right)
{
    const struct span *a = left, *b = right;

    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* Do the spans of the root cover SIZE bytes, each exactly once? */
static inline bool image_is_covered(const struct dry *dry, uint64_t size)
{
    struct span *spans = calloc(dry->span_count + 1, sizeof *spans);
    size_t count = 0;
    uint64_t at = 0;

    for (size_t i = 0; i < dry->span_count; i++)
        if (dry->spans[i].container == 0 && dry->spans[i].span.length > 0)
            spans[count++] = dry->spans[i].span;
    qsort(spans, count, sizeof *spans, image_by_offset);
    for (size_t i = 0; i < count && spans[i].offset == at; i++)
        at += spans[i].length;
    bool covered = at == size;
    if (!covered)
        printf("# the spans stop fitting at byte %" PRIu64 " of %" PRIu64 "\n", at, size);
    free(spans);
    return covered;
}

/* Opens IMAGE with FORMAT, also when it bids nothing for it: nothing may crash. */
static inline void image_try(const struct format *format, struct bytes image)
{
    owned(dry) dry = dry_new();

    (void)format->recognise(image);
    if (format->measure != NULL)
        (void)format->measure(image);
    error_free(dry_unpack_one(dry, format, image));
}

/* Cut at every 64th part, and 2,000 copies with some bytes changed. Each copy has its own end. */
static inline void image_torture(const struct format *format, struct bytes image)
{
    uint64_t seed = 0x9e3779b97f4a7c15;

    for (size_t i = 0; i <= 64; i++) {
        size_t size = image.size * i / 64;
        uint8_t *copy = malloc(size + (size == 0));
        memcpy(copy, image.data, size);
        image_try(format, bytes_from(copy, size));
        free(copy);
    }
    for (size_t i = 0; i < 2000; i++) {
        uint8_t *copy = malloc(image.size);
        memcpy(copy, image.data, image.size);
        for (size_t changes = 1 + image_random(&seed) % 8; changes > 0; changes--) {
            size_t reach = i % 2 == 0 && image.size > 512 ? 512 : image.size; /* headers */
            copy[image_random(&seed) % reach] = (uint8_t)image_random(&seed);
        }
        image_try(format, bytes_from(copy, image.size));
        free(copy);
    }
}

/* The node with this full path must be there, with this content. */
#define CHECK_NODE(dry, name, wanted)                           \
    do {                                                        \
        const struct dry_node *node_ = dry_find((dry), (name)); \
        CHECK_TRUE(node_ != NULL);                              \
        if (node_ != NULL)                                      \
            CHECK_TRUE(bytes_equal(node_->content, (wanted)));  \
    } while (0)

#endif
