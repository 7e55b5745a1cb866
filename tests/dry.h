#ifndef TESTS_DRY_H
#define TESTS_DRY_H

#include "base/text.h"
#include "inspect/check.h"
#include "unpack/format.h"

/*
 * The whole of unpacking and inspecting in one process, without sandbox, pipe or store: for unit
 * tests, fuzzers and a quick look. What the worker does in production, done plainly.
 */

struct dry_node {
    struct node node;     /* path is full: through all containers */
    struct bytes content; /* empty for what has none */
    uint32_t system;      /* the container it lies in */
};

struct dry_span {
    uint32_t container;
    struct span span;
};

struct dry {
    struct sink sink;
    struct arena *arena;
    struct dry_node *nodes;
    size_t node_count, node_capacity;
    struct observation **observations;
    size_t observation_count, observation_capacity;
    struct dry_span *spans;
    size_t span_count, span_capacity;
    struct bytes *unread; /* one line each: path, colon, reason */
    size_t unread_count, unread_capacity;
    uint64_t total; /* bytes of content so far */
    uint64_t limit; /* … and where to stop: fuzzers keep it low */
    unsigned depth;
    bool tails;         /* what lies behind a container is searched */
    uint32_t container; /* being walked */
    struct bytes container_image;
    struct buffer buffer;
};

struct dry *dry_new(void);
void dry_free(struct dry *dry);
DEFINE_OWNED(dry)

/* Adds IMAGE as a root called NAME and opens it and everything in it. */
void dry_unpack(struct dry *dry, struct bytes image, const char *name);
/* The same, but the root is opened by FORMAT alone, and nothing below it is. */
struct error *dry_unpack_one(struct dry *dry, const struct format *format, struct bytes image);
/* Adds a directory of this machine as a file system. */
struct error *dry_add_folder(struct dry *dry, const char *folder);
/* Runs CHECK, or every check when it is NULL, over all nodes. */
void dry_inspect(struct dry *dry, const struct check *check);

/* The node with this full path, or NULL. */
const struct dry_node *dry_find(const struct dry *dry, const char *path);

/* The value of a column as text ("" for NULL), for tests that look at one. */
struct bytes dry_value(struct dry *dry, const struct observation *observation,
                       const char *column);
/* The Nth observation of an observable, or NULL. */
const struct observation *dry_nth(const struct dry *dry, const char *observable, size_t nth);

/* Everything as text: nodes one a line, observations as column=value. */
void dry_print(const struct dry *dry, struct text *out);

#endif
