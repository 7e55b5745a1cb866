#ifndef DOSSIER_SHEET_FORM_H
#define DOSSIER_SHEET_FORM_H

#include <sqlite3.h>

#include "dossier/form.h"

/*
 * What the sheets of a dossier's workbook are called and what stands in their headings: shared by
 * who writes them and who reads them. One sheet for product.yaml, one for the ICS, one for each
 * IXIT table, one for the answers.
 */

#define SHEET_DUT     "DUT"
#define SHEET_ICS     "ICS"
#define SHEET_ANSWERS "Answers"
#define SHEET_DRAFTED "Drafted"

/* A fact of product.yaml: its key, with dots between the maps it lies in. */
struct sheet_fact {
    const char *key, *meaning;
    const char **choices;
    size_t choice_count;
    bool is_list;
};

struct sheet_facts {
    struct sheet_fact *list;
    size_t count, capacity;
};

/* Who the product is and who made it, then the facts that decide what applies to it. */
struct error *sheet_facts_read(sqlite3 *db, struct arena *arena,
                               struct sheet_facts *out) MUST_CHECK;

/* The key that a heading means, "Firmware version" or "firmware.0.version"; NULL: none. */
const char *sheet_fact_key(const struct sheet_facts *facts, struct bytes heading,
                           struct arena *arena);

/* Columns of the sheets that are no IXIT table. */
struct sheet_column {
    const char *heading;
    const char *key;     /* in the YAML; NULL: given to read, not taken over */
    const char *meaning; /* for the note */
    const char *aliases; /* other headings it is known by, with '|' between */
    double width;
};

extern const struct sheet_column sheet_ics[], sheet_answers[];
extern const size_t sheet_ics_count, sheet_answers_count;

/* The column of that heading, or NULL. */
const struct sheet_column *sheet_column_of(const struct sheet_column *columns, size_t count,
                                           struct bytes heading);

/*
 * Ways to read a heading, the plainest first: as it stands, its first line, without what stands in
 * brackets, without a number before it or a mark of a footnote behind it, behind a colon.
 */
struct sheet_spellings {
    struct bytes list[8];
    size_t count;
};
struct sheet_spellings sheet_spellings(struct bytes heading);

/* Letters and digits alone count, in any case; one of the words between the '|' of LIST? */
bool sheet_word_among(struct bytes word, const char *list);

/*
 * "5.1.1", "5.1‑1", "Provision 5.1-1" and "Provision 5.1-1 Where passwords …" as the ids are
 * written: only separators differ, and its text may follow.
 */
bool sheet_same_id(struct bytes said, struct bytes id);

#endif
