#ifndef MODEL_OBSERVATION_H
#define MODEL_OBSERVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

/*
 * An observable is a kind of fact: in the store it is one table. An observation is one fact: a
 * row, with the evidence that proves it. It holds no opinion.
 *
 * Each check and probe declares its observables as constants in its own file. The columns every
 * table has (id, node, path, offset, length, line, excerpt) come from the evidence and are not
 * declared. A value that is not set is NULL: unknown.
 */

enum column_type {
    COLUMN_TEXT,
    COLUMN_INTEGER, /* numbers, and flags: 1 or 0 */
};

struct column {
    const char *name; /* snake case, as in SQL */
    enum column_type type;
    const char *meaning;
};

struct observable {
    const char *name; /* of the table */
    const char *meaning;
    const struct column *columns;
    size_t column_count;
};

/* Where the proof is: LENGTH bytes from OFFSET of the content of NODE (0 bytes: all of it). */
struct evidence {
    uint32_t node;
    uint64_t offset;
    uint64_t length;
    uint32_t line;        /* counted from 1; 0 where lines mean nothing */
    struct bytes excerpt; /* cut to LIMIT_EXCERPT; may hold any bytes */
};

enum value_kind {
    VALUE_NULL,
    VALUE_INTEGER,
    VALUE_TEXT,
};

struct value {
    enum value_kind kind;
    int64_t integer;
    struct bytes text;
};

struct observation {
    const struct observable *observable;
    struct evidence evidence;
    struct value *values; /* one a column, in the order of the columns */
};

/* An observation with every value NULL. It lives in ARENA and borrows the texts put into it. */
struct observation *observation_new(struct arena *arena, const struct observable *observable,
                                    struct evidence evidence);

/* Set the column called NAME, which must exist and be of the type. */
void observation_text(struct observation *observation, const char *name, struct bytes text);
void observation_string(struct observation *observation, const char *name, const char *string);
void observation_integer(struct observation *observation, const char *name, int64_t integer);
void observation_flag(struct observation *observation, const char *name, bool flag);

#endif
