#ifndef UNPACK_DEVICETREE_H
#define UNPACK_DEVICETREE_H

#include "base/cursor.h"

/*
 * Walks a flattened device tree (Devicetree Specification 0.4, chapter 5), which is also what a
 * FIT image is. Version 16 and 17 are read; both are still made.
 */

enum devicetree_event {
    DEVICETREE_NODE,     /* a node begins: `name`, `depth` (the root has 1) */
    DEVICETREE_LEAVE,    /* the node of `depth` ends */
    DEVICETREE_PROPERTY, /* of the node of `depth`: `name`, `value` */
    DEVICETREE_END,      /* the whole tree was walked and is sound */
    DEVICETREE_BROKEN,   /* it ends too soon, or has a token that is none */
};

struct devicetree {
    struct bytes blob;    /* from its first byte, `total` bytes or what there is of them */
    struct bytes strings; /* names of properties */
    struct cursor structure;
    uint64_t total; /* bytes, as the header says */
    unsigned depth;
    bool leaving;
    /* of the last event */
    struct bytes name;
    struct bytes value;
    uint64_t value_offset; /* of `value` in the blob */
};

/* Reads the header. False when it is none: a magic, a version and offsets that fit together. */
bool devicetree_open(struct bytes image, struct devicetree *out);

/* The next event. After DEVICETREE_END and DEVICETREE_BROKEN there is none. */
enum devicetree_event devicetree_next(struct devicetree *tree);

/* The magic, and a walk to the end: so many bits. 0 when it is none. */
unsigned devicetree_bits(struct bytes image);

/* A property value of one cell. False when it has not four bytes. */
bool devicetree_cell(struct bytes value, uint32_t *out);

#endif
