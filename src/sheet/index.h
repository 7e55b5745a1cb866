#ifndef SHEET_INDEX_H
#define SHEET_INDEX_H

#include "sheet/package.h"

/*
 * What the workbook part of a package lists: its sheets in their order, and the parts that they
 * share (ECMA-376 part 1, section 18.2; relationships: part 2, section 9.3).
 */

struct relation {
    struct bytes id, type; /* type: the last component of its name, "worksheet" */
    struct bytes target;   /* name of a part; of an external one, as it stands there */
    bool external;
};

struct relations {
    struct relation *list;
    size_t count, capacity;
};

/* The relationships of PART (nothing: of the package); none when it has none. */
struct error *relations_read(struct package *package, struct bytes part,
                             struct relations *out) MUST_CHECK;

/* The first of TYPE, or NULL. */
const struct relation *relations_of_type(const struct relations *relations, const char *type);

struct index_sheet {
    struct bytes name;
    struct bytes part; /* nothing: its relationship is missing */
    bool hidden;
    bool other; /* a chart or macro sheet: it has no cells */
};

struct index {
    struct index_sheet *sheets;
    size_t count, capacity;
    struct bytes strings, styles; /* names of parts; nothing: there is none */
    bool since_1904;              /* days count from 1904-01-01 */
};

struct error *index_read(struct package *package, struct index *out) MUST_CHECK;

#endif
