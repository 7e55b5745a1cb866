#ifndef DOSSIER_UNDERSTAND_MECHANISM_H
#define DOSSIER_UNDERSTAND_MECHANISM_H

#include "dossier/understand_table.h"

/* The mechanisms of knowledge/cryptography with their standing. */

struct mechanism {
    const char *name, *kind, *standing, *reason;
    unsigned least; /* of a family: the smallest size of this row */
    bool is_size;
};

struct mechanisms {
    struct mechanism *items;
    size_t count, capacity;
};

/* NULL when the list does not have it. */
const struct mechanism *mechanism_named(const struct mechanisms *all, const char *name);
/* A family at a size: "RSA", 2048. NULL when it is no family. */
const struct mechanism *mechanism_sized(const struct mechanisms *all, const char *family,
                                        unsigned size);
/* The one that stands worse, with the kind of A; either may be NULL. */
const struct mechanism *mechanism_worse(const struct mechanism *a, const struct mechanism *b,
                                        struct arena *arena);

#endif
