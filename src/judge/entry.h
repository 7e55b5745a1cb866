#ifndef JUDGE_ENTRY_H
#define JUDGE_ENTRY_H

#include <sqlite3.h>

#include "base/error.h"
#include "base/yaml.h"

/* From an entry of a knowledge file to a row of a table: what the readers of schemes/ share. */

/* ERROR_INPUT that says WHAT at the line of VALUE in the file NAME. */
struct error *entry_fault(const char *name, const struct yaml *value,
                          const char *what) MUST_CHECK;

/* ENTRY must be a map, and each of its keys one of the words of KNOWN, which one blank parts. */
struct error *entry_check(const char *name, const struct yaml *entry,
                          const char *known) MUST_CHECK;

/* Does WORD stand among the words of LIST, which one blank parts? */
bool entry_among(struct bytes word, const char *list);

/* Runs SQL with the values for its placeholders; one without data is NULL. */
struct error *entry_insert(sqlite3 *db, const char *sql, const struct bytes *values,
                           size_t count) MUST_CHECK;
#define ENTRY_INSERT(db, sql, ...)                             \
    entry_insert(db, sql, (const struct bytes[]){__VA_ARGS__}, \
                 COUNT_OF(((const struct bytes[]){__VA_ARGS__})))

struct bytes entry_number(size_t number, struct arena *arena);
/* The scalars of the list (or the scalar) at KEY, joined by ", "; no bytes when it is not there. */
struct bytes entry_joined(const struct yaml *entry, const char *key, struct arena *arena);
/* How many there are in the list at KEY. */
size_t entry_count(const struct yaml *entry, const char *key);

#endif
