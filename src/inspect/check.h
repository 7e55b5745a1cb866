#ifndef INSPECT_CHECK_H
#define INSPECT_CHECK_H

#include "base/arena.h"
#include "base/error.h"
#include "base/path.h"
#include "model/sink.h"

/*
 * A check notices things in files and states them as observations. There are two ways to look,
 * and a check may use both:
 *
 *  - `run` sees one file, while its bytes are in memory;
 *  - `run_system` sees a whole file system after all its files went by: every node of it, and the
 *    content of those small files that some check asked to keep. It is for facts that need
 *    several files: passwd and shadow, inittab and the scripts it starts, a key and its
 *    certificate.
 *
 * Both must give the same observations for the same input, in any order of files.
 *
 * Add one: src/inspect/NAME.c ending with `const struct check check_NAME`, a row CHECK(NAME) in
 * checks.def, and a case in tests/golden/inspect/NAME/.
 */

/* A place where a pattern of the check's own pattern file ended. */
struct hit {
    uint32_t pattern; /* the pattern's number in its file */
    size_t end;       /* offset just behind the match */
};

/* One file under the eyes of the checks. */
struct file {
    const struct node
        *node; /* path is within its file system; format says what was recognised */
    struct bytes content;
    const struct hit *hits; /* of this check, by rising end; at most LIMIT_HITS_FILE */
    size_t hit_count;
};

/* One node of a file system. */
struct system_node {
    const struct node *node;
    struct bytes content; /* empty unless kept */
    bool has_content;     /* kept (an empty file may be) */
};

struct system {
    const struct system_node *nodes; /* sorted by path, bytewise */
    size_t count;
    bool complete; /* every node and every kept content could be read */
};

struct check {
    const char *name;  /* "login"; the file is inspect/login.c */
    const char *title; /* "Accounts and passwords" */
    const struct observable *const *observables;
    size_t observable_count;

    /* Patterns to look for in every file it wants: knowledge/patterns/NAME.yaml. */
    bool has_patterns;

    /* Is it worth looking into this file? HEAD is its content. NULL: `run` is NULL too. */
    bool (*wants)(const struct node *node, struct bytes head);
    struct error *(*run)(const struct file *file, struct arena *arena, struct sink *sink);

    /* Must the content of this file be kept for run_system? NULL: none. */
    bool (*keeps)(const struct node *node, struct bytes content);
    struct error *(*run_system)(const struct system *system, struct arena *arena,
                                struct sink *sink);
};

/* All checks, in the order of checks.def. */
extern const struct check *const checks[];
extern const size_t check_count;

/*
 * The node at PATH as a process on the device would find it: symbolic links are followed inside
 * the system (absolute ones from its root), at most LIMIT_LINKS. NULL when there is none.
 * PATH may begin with '/'.
 */
const struct system_node *system_find(const struct system *system, struct bytes path);
const struct system_node *system_find_string(const struct system *system, const char *path);

/*
 * Where a process that makes or opens PATH would arrive, as a clean path in ARENA: links are
 * followed as above, also where what they name does not exist. No bytes when that goes on for
 * too long.
 */
struct bytes system_follow(const struct system *system, struct bytes path, struct arena *arena);

/* The node at exactly this clean path, no link followed. */
const struct system_node *system_at(const struct system *system, struct bytes path);

/*
 * The nodes whose path begins with PREFIX, a clean path ending in '/': they stand together, *COUNT
 * of them from the one returned. NULL when there are none.
 */
const struct system_node *system_under(const struct system *system, const char *prefix,
                                       size_t *count);

/* Evidence that all of a node, or some bytes of its content, prove a fact. */
struct evidence evidence_node(const struct node *node);
struct evidence evidence_part(const struct node *node, struct bytes content, uint64_t offset,
                              uint64_t length);
/* One line of a text file; LINE must be a slice of CONTENT. The line number is counted. */
struct evidence evidence_line(const struct node *node, struct bytes content, struct bytes line);

#endif
