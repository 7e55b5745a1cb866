#ifndef MODEL_TREE_H
#define MODEL_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/hash.h"

/*
 * A node is one file found inside an input; a tree is all of them. Names are bytes as the image
 * has them: data, never a path of this machine.
 */

enum node_kind {
    NODE_FILE, /* a regular file, also when it was opened in turn (an archive, an ELF) */
    NODE_DIR,
    NODE_LINK, /* symbolic; `target` says where to */
    NODE_CHAR,
    NODE_BLOCK,
    NODE_FIFO,
    NODE_SOCKET,
    NODE_CONTAINER, /* a part of an image that no directory names: a partition, a payload */
};

/* "file", "dir", "link", "char", "block", "fifo", "socket", "container" */
const char *node_kind_name(enum node_kind kind);

struct node;

/*
 * The kind of NODE as its name: a stretch that the search of a raw image cut out, and that no
 * directory of the image names, is a "container" here, although it is read like a file.
 */
const char *node_shown_kind(const struct node *node);

#define NODE_ROOT 0U         /* the image itself */
#define NODE_NONE UINT32_MAX /* the parent of the root */

struct node {
    uint32_t id;     /* place in the tree */
    uint32_t parent; /* the container it was found in; directories are no parents */
    enum node_kind kind;
    /*
     * Within its container, cleaned: components joined by '/', no leading '/', no "." and no
     * empty ones. The root of a file system has the path "." as a directory.
     */
    struct bytes path;
    struct bytes target; /* of a link, as the image says */
    struct bytes format; /* name of the format that opened or recognised it; empty: none */
    uint64_t size;       /* of the content; 0 for what has none */
    uint64_t offset;     /* in its container, where that is known and contiguous */
    bool has_offset;
    bool has_owner; /* mode, uid and gid come from the image */
    uint32_t mode;  /* permission bits with setuid, setgid, sticky: 07777 */
    uint32_t uid, gid;
    uint32_t major, minor; /* of char and block */
    bool has_sha256;
    struct sha256 sha256; /* of the content */
    /* Extended attributes in the order of the image: name NUL value-length(u32le) value … */
    struct bytes xattrs;
};

/*
 * PATH cleaned as `struct node` wants it, in ARENA: no leading '/', no "." and no empty
 * components; ".." stays as it is, for it is a name like any other here. Nothing left gives ".".
 */
struct bytes node_path_clean(struct arena *arena, struct bytes path);

#endif
