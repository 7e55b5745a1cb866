#ifndef DOSSIER_DRAFT_ROWS_H
#define DOSSIER_DRAFT_ROWS_H

#include "base/limits.h"
#include "dossier/dossier.h"
#include "dossier/form.h"
#include "model/query.h"

/* What the parts of the drafting share. Everything lives in the dossier's arena. */

/* One field that is filled in, or, with a target, one that refers. */
struct proposal_field {
    const struct form_field *field;
    struct bytes text;
    const struct form_table *target; /* then `text` holds keys of proposals, one a line */
};

enum proposal_state {
    PROPOSAL_NEW,
    PROPOSAL_KNOWN,   /* drafted before, and its entry stands */
    PROPOSAL_SAME,    /* a person's entry speaks of the same */
    PROPOSAL_REMOVED, /* drafted before, and removed */
    PROPOSAL_NONE,    /* the table says that there is none */
};

/* One thing that the firmware shows, and the entry that it would become. */
struct proposal {
    const struct form_table *table;
    const char *key, *origin, *shows;
    const char *ask; /* what a person has to add */
    struct text *evidence;
    size_t evidence_count;
    struct proposal_field *fields;
    size_t field_count, field_capacity;
    const char **same; /* texts by which an entry that speaks of it is known */
    size_t same_count;
    enum proposal_state state;
    const char *id; /* of the entry; NULL when there is none */
    bool is_lost;   /* known, and not in drafts.yaml */
};

struct proposals {
    struct proposal **items; /* in the order of the drafts */
    size_t count, capacity;
    bool is_cut; /* there were more than LIMIT_DRAFT_ENTRIES */
};

/* What the drafts of the catalogue find in DB. Close with proposals_close. */
struct error *proposals_read(sqlite3 *db, const struct form *form, struct arena *arena,
                             struct proposals *out) MUST_CHECK;
void proposals_close(struct proposals *proposals);

/*
 * TEMPLATE with the columns of ROW for {column}; [a part] whose column is empty is left out.
 * Control bytes of the columns become blanks, and the whole is cut to LIMIT_DRAFT_TEXT bytes.
 * *MISSING, where not NULL: a column outside of brackets is empty.
 */
struct bytes draft_expand(const struct query *row, struct bytes template, struct arena *arena,
                          bool *missing);

/* "etc/shadow:1": where the observation was made; "" when that is not known. */
struct error *draft_place(sqlite3 *db, int64_t observation, struct arena *arena,
                          const char **out) MUST_CHECK;

#endif
