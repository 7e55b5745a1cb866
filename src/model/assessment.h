#ifndef MODEL_ASSESSMENT_H
#define MODEL_ASSESSMENT_H

#include "model/observation.h"
#include "model/sink.h"
#include "model/tree.h"

/*
 * Everything known about one product: what was given, every node found in it, every fact stated,
 * what lies where, and what could not be read. The pipeline fills one; the store keeps it.
 */

/* A check or format as its worker describes it. */
struct assessment_check {
    const char *name, *title;
    bool has_system; /* it looks at whole file systems too */
    const uint32_t *observables;
    size_t observable_count;
    uint64_t looked_at; /* files and file systems it saw */
    uint64_t failed;    /* … and could not look at */
};

struct assessment_format {
    const char *name, *title, *source;
    bool is_tree;
};

struct assessment_node {
    struct node node;
    struct bytes full_path; /* through all containers; the root has the path "" */
    uint32_t depth;         /* containers above it */
};

struct assessment_span {
    uint32_t node;
    struct span span;
};

struct assessment_unread {
    uint32_t node;     /* the container, or the node itself */
    struct bytes path; /* full, of what could not be read */
    uint64_t bytes;    /* lost, as far as is known */
    struct bytes reason;
};

struct assessment {
    struct arena *arena;
    const char *input; /* base name of what was given */
    const char *date;  /* set once by the caller; NULL: none */
    bool is_folder;    /* a directory was given */
    bool locked;       /* the workers were locked; false only where the user said so */

    struct observable *observables;
    size_t observable_count;
    struct assessment_check *checks;
    size_t check_count;
    struct assessment_format *formats;
    size_t format_count;

    struct assessment_node *nodes; /* the root first */
    size_t node_count, node_capacity;
    struct observation **observations; /* evidence.node is an index of `nodes` */
    size_t observation_count, observation_capacity;
    struct assessment_span *spans;
    size_t span_count, span_capacity;
    struct assessment_unread *unread;
    size_t unread_count, unread_capacity;
    uint64_t bytes_read; /* of all contents together */
};

struct assessment *assessment_new(void);
void assessment_free(struct assessment *assessment);
DEFINE_OWNED(assessment)

/* Adds a copy; the full path is made from that of its parent. Returns its id. */
uint32_t assessment_add_node(struct assessment *assessment, const struct node *node);
void assessment_add_unread(struct assessment *assessment, uint32_t node, struct bytes path,
                           uint64_t bytes, struct bytes reason);

/*
 * Puts everything in the one order that depends on the input alone, whichever worker was faster:
 * nodes by full path, observations by observable, node, place and values.
 */
void assessment_sort(struct assessment *assessment);

const struct assessment_format *assessment_format_named(const struct assessment *assessment,
                                                        struct bytes name);

#endif
