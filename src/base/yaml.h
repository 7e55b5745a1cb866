#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/arena.h"
#include "base/error.h"

/*
 * Reads the plain subset of YAML 1.1 that our knowledge and dossiers are written in (maps, lists,
 * scalars of every style; no anchors, aliases or tags) into a tree that keeps the line of every
 * value, so that a mistake is reported where it stands. Over libyaml.
 */

enum yaml_kind {
    YAML_SCALAR,
    YAML_LIST,
    YAML_MAP,
};

struct yaml {
    enum yaml_kind kind;
    struct bytes text;        /* of a scalar; empty otherwise */
    bool plain;               /* a scalar without quotes or block marks */
    unsigned line;            /* counted from 1 */
    const struct yaml *keys;  /* of a map, in the order of the file */
    const struct yaml *items; /* of a map or list */
    size_t count;
};

/*
 * Reads one document. NAME is the file's, for messages. The tree lives in ARENA. ERROR_INPUT with
 * file and line for what is not YAML, is not of the subset, has a key twice in one map, or is
 * deeper or larger than YAML_LIMIT_*.
 */
struct error *yaml_read(struct bytes bytes, const char *name, struct arena *arena,
                        const struct yaml **out) MUST_CHECK;

/* The value of KEY, or NULL. On something that is no map: NULL. NULL is allowed as MAP. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);

/* The text of the scalar at KEY; no bytes when there is none (or `null`, `~`, plain nothing). */
struct bytes yaml_text(const struct yaml *map, const char *key);
/* The same as a string in ARENA, or NULL. */
const char *yaml_string(const struct yaml *map, const char *key, struct arena *arena);
/* The integer at KEY, or OTHERWISE. */
int64_t yaml_integer(const struct yaml *map, const char *key, int64_t otherwise);
bool yaml_is_null(const struct yaml *value);

#endif
