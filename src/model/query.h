#ifndef MODEL_QUERY_H
#define MODEL_QUERY_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/*
 * A thin layer over SQLite statements: an error says which statement and why, a value comes as
 * bytes or a number. The database is our own store; a rule's SQL is a stranger's and goes through
 * query_open_untrusted.
 */

struct query {
    sqlite3_stmt *statement;
    sqlite3 *db;
};

/* Runs statements that give nothing back. */
struct error *query_run(sqlite3 *db, const char *sql) MUST_CHECK;

struct error *query_open(sqlite3 *db, const char *sql, struct query *out) MUST_CHECK;

/* The same, for one SELECT alone: anything that writes, attaches or asks the machine is refused. */
struct error *query_open_untrusted(sqlite3 *db, const char *sql, struct query *out) MUST_CHECK;

void query_close(struct query *query);

/* Values for the placeholders, counted from 1. The text must live until the query is stepped. */
void query_bind_text(struct query *query, int place, struct bytes text);
void query_bind_string(struct query *query, int place, const char *string); /* NULL: null */
void query_bind_integer(struct query *query, int place, int64_t integer);
void query_bind_null(struct query *query, int place);

/* The next row: *FOUND is false behind the last one. */
struct error *query_next(struct query *query, bool *found) MUST_CHECK;
/* Runs a statement that gives no rows, and makes it ready for the next. */
struct error *query_step(struct query *query) MUST_CHECK;
void query_reset(struct query *query);

/* Values of the row at hand. The texts live until the next step. */
int query_columns(const struct query *query);
const char *query_column_name(const struct query *query, int column);
struct bytes query_text(const struct query *query, int column);
int64_t query_integer(const struct query *query, int column);
bool query_is_null(const struct query *query, int column);

/* Adds the row at hand as a JSON object; an infinite number, which JSON lacks, is null. */
void query_add_json(const struct query *query, struct text *out);

/* One number: the first column of the first row; OTHERWISE when there is none, or an error. */
int64_t query_number(sqlite3 *db, const char *sql, int64_t otherwise);

/*
 * One text: the first column of the first row of SQL, in ARENA. ARGUMENT stands for its placeholder
 * ?1, where it has one. *OUT is NULL when there is no row, or nothing in it.
 */
struct error *query_string(sqlite3 *db, const char *sql, const char *argument,
                           struct arena *arena, const char **out) MUST_CHECK;
/* The same for what can be left out: NULL also when the store cannot be asked. */
const char *query_value(sqlite3 *db, const char *sql, const char *argument,
                        struct arena *arena);

#endif
