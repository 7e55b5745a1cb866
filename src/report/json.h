#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "base/text.h"
#include "model/query.h"
#include "report/sql.h"

/* The lists that assessment.json is made of. */

/* Adds more fields to the object of ROW; INNER is what the caller handed down. */
typedef struct error *json_more(struct text *out, const struct query *row, struct query *inner);

/* "KEY": [ one object a row ]; MORE, or NULL, adds to the object of the row at hand. */
struct error *json_rows(sqlite3 *db, struct text *out, const char *key, const char *sql,
                        json_more *more, struct query *inner) MUST_CHECK;
/* "KEY": { the one row }, or an empty object. */
struct error *json_object(sqlite3 *db, struct text *out, const char *key,
                          const char *sql) MUST_CHECK;
/* "KEY": [ … ] of the rows of INNER, whose placeholder is the first column of ROW. */
struct error *json_list(struct text *out, const char *key, const struct query *row,
                        struct query *inner) MUST_CHECK;

/* What the dossier holds, and what follows for the whole: json_dossier.c */
struct error *json_dossier(sqlite3 *db, struct text *out) MUST_CHECK;

#endif
