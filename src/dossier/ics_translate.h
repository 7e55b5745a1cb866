#ifndef DOSSIER_ICS_TRANSLATE_H
#define DOSSIER_ICS_TRANSLATE_H

#include "dossier/load.h"
#include "dossier/reason.h"

/* A row of the ICS. */
struct ics_row {
    const char *id;
    const char *given; /* the ids it was translated from; NULL: it is as it was written */
    const char *support;
    struct bytes detail;
    unsigned line;
    bool drafted;
    enum reason reason;
    int64_t observation;
};

struct ics_rows {
    struct ics_row *list;
    size_t count, capacity;
};

void ics_add(struct ics_rows *rows, struct arena *arena, const struct ics_row *row);
/* The row of that id, or NULL. */
const struct ics_row *ics_find(const struct ics_rows *rows, const char *id);

/*
 * The rows OTHERS, whose ids are those of the other edition, as rows of the edition at hand: OUT.
 * A provision that has a row among OWN keeps it. One that was split takes the row of the whole if
 * that is Y; the whole takes what all its parts say alike. What cannot be translated is told.
 */
struct error *ics_translate(struct loading *loading, const struct ics_rows *own,
                            const struct ics_rows *others, struct ics_rows *out) MUST_CHECK;

#endif
