#ifndef DOSSIER_PAGE_FIND_H
#define DOSSIER_PAGE_FIND_H

#include "dossier/address.h"
#include "dossier/captured.h"

/* An address looked up in the captures, and the redirects from it followed. */

struct page_visit {
    const struct captured *captured; /* NULL: nobody captured it */
    size_t first, last;              /* records of the first and of the final exchange */
    bool exact;                      /* the first is of the very address, not of a variant */
    struct address final;            /* of the last */
    unsigned hops;
    const char *broken; /* why the way does not end at an answer, or NULL */
    uint32_t flags;     /* CAPTURE_COOKIE, _IDENTITY of any request on the way */
    bool known;         /* every request on the way was kept, and is a GET */
};

/* The newest visit of DECLARED: of the very address where there is one, else of a variant. */
void page_find(const struct address *declared, const struct captured *list, size_t count,
               struct arena *arena, struct page_visit *out);

#endif
