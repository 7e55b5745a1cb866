#ifndef DOSSIER_FORM_H
#define DOSSIER_FORM_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/error.h"

/* The IXIT pro forma, as the catalogue has it. Everything lives in the arena. */

enum field_kind {
    FIELD_ID,
    FIELD_TEXT,
    FIELD_BOOL,
    FIELD_LIST,
    FIELD_ENUM,      /* one of `choices` */
    FIELD_ENUM_LIST, /* some of them */
    FIELD_REF,       /* the id of a row of one of the tables `choices` */
    FIELD_REF_LIST,
};

struct form_field {
    const char *name, *old_name, *sql_name, *type, *meaning;
    enum field_kind kind;
    const char **choices;
    size_t choice_count;
    bool old_only; /* of edition 2.1.1 alone */
};

struct form_table {
    int number;
    const char *name, *old_name, *title, *sql_name, *meaning;
    const char *short_name, *old_short; /* without the number: "LogIntf", "ExtAPI" */
    bool is_record;                     /* one set of fields; otherwise a list of entries */
    struct form_field *fields;
    size_t field_count;
};

struct form {
    struct form_table *tables;
    size_t table_count;
};

/* ERROR_USAGE when a table is not called NUMBER-NAME, which knowledge of one's own can do. */
struct error *form_read(sqlite3 *db, struct arena *arena, struct form *out) MUST_CHECK;

/*
 * The table that NAME means, in whatever spelling: "28-LogIntf", "28-ExtAPI", "IXIT 28 LogIntf",
 * "28-logintf.yaml" without its ending. NULL when there is none.
 */
const struct form_table *form_table(const struct form *form, struct bytes name);
/* The table that a file is about, "ixit/28-LogIntf.yaml" or its name there alone; .yml will do. */
const struct form_table *form_file(const struct form *form, const char *name);
/*
 * Is LABEL an ID as the table's entries have them, its short name in either edition and a number:
 * "LogIntf-7", "ExtAPI 7"? *NUMBER is that, or 0 when it has over nine digits.
 */
bool form_is_label(const struct form_table *table, struct bytes label, uint64_t *number);
const struct form_field *form_field(const struct form_table *table, struct bytes name);

#endif
