#ifndef INSPECT_PATTERNS_H
#define INSPECT_PATTERNS_H

#include "inspect/check.h"

/*
 * All patterns of all checks in one database, so that one pass over a file finds the places every
 * check wants to look at. tools/patterns compiles it when Proviso is built; here it is loaded
 * ready-made, or compiled again when this processor cannot run what was built.
 *
 * A hit is a pattern and where it ended, no more: the check looks closer itself.
 */

/* Hits of one check in one file. */
struct hit_list {
    bool wanted; /* by the caller: false leaves the list empty */
    struct hit *hits;
    size_t count;
    size_t capacity;
    bool cut; /* there were more than LIMIT_HITS_FILE */
};

/* Makes the database ready. Does nothing when it is. */
struct error *patterns_load(void) MUST_CHECK;
void patterns_unload(void);

/*
 * Passes once over CONTENT. PER_CHECK has check_count lists, in the order of checks.def; they are
 * emptied first, and their hits live in ARENA. A list that is cut keeps the first hits.
 */
struct error *patterns_scan(struct bytes content, struct arena *arena,
                            struct hit_list *per_check) MUST_CHECK;

/* The greatest number of bytes a match of this pattern of CHECK can have. */
uint32_t patterns_width(const char *check, uint32_t pattern);

/* Made by tools/patterns from knowledge/. */
struct pattern_row {
    const char *expression;
    const char *check;
    uint32_t number; /* within the check */
    uint32_t width;  /* longest match */
    unsigned flags;
};

extern const struct pattern_row pattern_rows[];
extern const size_t pattern_row_count;
extern const unsigned char pattern_database[];
extern const size_t pattern_database_size;

#endif
