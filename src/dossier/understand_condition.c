#include "dossier/understand_table.h"

/*
 * The conditions and features of table B.1. Each has queries (knowledge/catalogue/conditions.yaml):
 * a row of `holds` decides that it holds, one of `fails` that it does not. Without either it does
 * not hold when every table it is read from is declared, by a person, and no row of `open` says
 * that something in them was not understood. All else stays undecided.
 */
struct condition {
    struct bytes id, tables, because, otherwise;
    const char *holds, *fails, *open;
};

/* What a condition came to. */
struct outcome {
    int holds; /* 1, 0, -1 */
    struct bytes because;
    bool has_observation;
    int64_t observation;
};

static const char *text_or_null(const struct query *row, int column, struct arena *arena)
{
    return query_is_null(row, column) ? NULL : arena_string(arena, query_text(row, column));
}

/* The first row of SQL: its observation (column 0) and what it is about (column 1). */
static struct error *first_row(sqlite3 *db, const char *sql, struct arena *arena, bool *found,
                               struct outcome *out, const char *because)
{
    struct query row;

    *found = false;
    if (sql == NULL)
        return NULL;
    TRY(query_open_untrusted(db, sql, &row));
    struct error *error = query_next(&row, found);
    if (error == NULL && *found) {
        struct bytes what = query_columns(&row) > 1 ? query_text(&row, 1) : bytes_of(NULL);
        out->has_observation = !query_is_null(&row, 0);
        out->observation = query_integer(&row, 0);
        out->because =
            bytes_of(arena_printf(arena, "%s%s%.*s", because, what.size > 0 ? ": " : "",
                                  (int)what.size, (const char *)what.data));
    }
    query_close(&row);
    return error;
}

/* The first table of the list that nobody has declared; no bytes when all are. */
static struct error *undeclared(sqlite3 *db, struct bytes tables, struct bytes *out)
{
    struct bytes table;
    struct query query;

    *out = bytes_of(NULL);
    TRY(query_open(db,
                   "SELECT 1 FROM ixit_state WHERE ixit_table = ? AND declared = 1"
                   " AND (entries > 0 OR none_because IS NOT NULL)",
                   &query));
    struct error *error = NULL;
    while (error == NULL && out->size == 0 && bytes_next_word(&tables, &table)) {
        bool found = false;
        query_bind_text(&query, 1, table);
        error = query_next(&query, &found);
        query_reset(&query);
        if (!found)
            *out = table;
    }
    query_close(&query);
    return error;
}

/* Conditions that a field decides which holds yes and no, or a choice, and nothing else. */
static const struct {
    const char *id, *table, *field;
} structured[] = {
    {"16", "10-SecParam", "Type"},
    {"n", "13-SoftServ", "Allows Configuration"},
    {"q", "15-PhyIntf", "Debug Interface"},
    {"r", "15-PhyIntf", "Debug Interface"},
};

/*
 * May it be said not to hold? Only where structure says so: every table it is read from has no
 * entry at all, or the one field that decides it is closed in every entry. Prose can show that a
 * condition holds; that it does not would take a mandatory provision out of the test.
 */
static struct error *may_deny(sqlite3 *db, const struct condition *condition, bool *out)
{
    struct bytes tables = condition->tables, table;
    struct query query;
    const char *field = NULL;
    int64_t entries = 0, closed = 0;

    for (size_t i = 0; i < COUNT_OF(structured); i++)
        if (bytes_is(condition->id, structured[i].id))
            field = structured[i].field;
    TRY(query_open(db,
                   "SELECT count(*), COALESCE(SUM(EXISTS (SELECT 1 FROM declared_field AS f"
                   " WHERE f.observation = d.id AND f.field = ?2 AND f.closed = 1)), 0)"
                   " FROM declaration AS d WHERE d.ixit_table = ?1",
                   &query));
    struct error *error = NULL;
    while (error == NULL && bytes_next_word(&tables, &table)) {
        bool found = false;
        query_bind_text(&query, 1, table);
        query_bind_string(&query, 2, field);
        error = query_next(&query, &found);
        entries += found ? query_integer(&query, 0) : 0;
        closed += found ? query_integer(&query, 1) : 0;
        query_reset(&query);
    }
    query_close(&query);
    *out = entries == 0 || (field != NULL && closed == entries);
    return error;
}

/*
 * What the dossier itself says under conditions:, where no field carries it. That such a condition
 * does not hold takes mandatory provisions out of the test: the maker's word alone does not do.
 */
static bool is_stated(const struct condition *condition)
{
    return condition->tables.size == 0;
}

/*
 * Does another table speak of what a table of the condition, declared to be empty, should hold?
 * Then that table is not believed.
 */
static struct error *doubt_empty(sqlite3 *db, struct bytes tables, struct arena *arena,
                                 bool *found, struct outcome *out)
{
    struct bytes table;
    struct query query;

    *found = false;
    TRY(query_open(db,
                   "SELECT open, because FROM condition_query WHERE edition = 'any' AND id = ?",
                   &query));
    struct error *error = NULL;
    while (error == NULL && !*found && bytes_next_word(&tables, &table)) {
        bool known = false;
        query_bind_text(&query, 1, table);
        error = query_next(&query, &known);
        if (error == NULL && known)
            error = first_row(db, arena_string(arena, query_text(&query, 0)), arena, found, out,
                              arena_string(arena, query_text(&query, 1)));
        query_reset(&query);
    }
    query_close(&query);
    return error;
}

static struct error *decide(sqlite3 *db, const struct condition *condition, struct arena *arena,
                            struct outcome *out)
{
    const char *because = arena_string(arena, condition->because);
    struct bytes missing;
    bool found;

    TRY(first_row(db, condition->holds, arena, &found, out, because));
    out->holds = 1;
    if (found)
        return NULL;
    bool may;
    TRY(may_deny(db, condition, &may));
    out->holds = 0;
    TRY(first_row(db, condition->fails, arena, &found, out,
                  arena_string(arena, condition->otherwise)));
    if (found && may && !is_stated(condition))
        return NULL;
    out->holds = -1;
    out->has_observation = false;
    if (found && is_stated(condition)) {
        out->because =
            bytes_of(arena_printf(arena, "%.*s; a person has to confirm it",
                                  (int)out->because.size, (const char *)out->because.data));
        return NULL;
    }
    if (condition->tables.size == 0) {
        out->because = bytes_of("no IXIT field carries it; product.yaml may say it");
        return NULL;
    }
    TRY(undeclared(db, condition->tables, &missing));
    if (missing.size > 0) {
        out->because = bytes_of(arena_printf(arena, "%.*s is not declared", (int)missing.size,
                                             (const char *)missing.data));
        return NULL;
    }
    TRY(first_row(db, condition->open, arena, &found, out, "it is not clear"));
    if (!found)
        TRY(doubt_empty(db, condition->tables, arena, &found, out));
    if (found)
        return NULL;
    if (!may) {
        out->because = bytes_of(arena_printf(
            arena, "%.*s, as far as the prose is understood; a person has to confirm it",
            (int)condition->otherwise.size, (const char *)condition->otherwise.data));
        return NULL;
    }
    out->holds = 0;
    out->because = condition->otherwise;
    return NULL;
}

static struct error *put_outcome(struct query *insert, struct bytes id,
                                 const struct outcome *outcome)
{
    query_bind_text(insert, 1, id);
    put_tri(insert, 2, outcome->holds);
    query_bind_text(insert, 3, outcome->because);
    query_bind_null(insert, 4);
    if (outcome->has_observation)
        query_bind_integer(insert, 4, outcome->observation);
    return query_step(insert);
}

static struct error *decide_all(sqlite3 *db, struct query *rows, struct query *insert)
{
    bool found = false;

    TRY(query_next(rows, &found));
    while (found) {
        owned(arena) arena = arena_new();
        struct condition condition = {
            .id = arena_copy(arena, query_text(rows, 0)),
            .tables = arena_copy(arena, query_text(rows, 1)),
            .holds = text_or_null(rows, 2, arena),
            .fails = text_or_null(rows, 3, arena),
            .open = text_or_null(rows, 4, arena),
            .because = arena_copy(arena, query_text(rows, 5)),
            .otherwise = arena_copy(arena, query_text(rows, 6)),
        };
        struct outcome outcome = {.holds = -1};
        TRY(error_wrap(decide(db, &condition, arena, &outcome), "condition %.*s of table B.1",
                       (int)condition.id.size, (const char *)condition.id.data));
        TRY(put_outcome(insert, condition.id, &outcome));
        TRY(query_next(rows, &found));
    }
    return NULL;
}

struct error *understand_conditions(sqlite3 *db)
{
    struct query rows, insert;

    TRY(query_open(db, "INSERT OR REPLACE INTO condition_state VALUES(?,?,?,?)", &insert));
    struct error *error = query_open(
        db,
        "SELECT id, tables, holds, fails, open, because, otherwise FROM condition_query"
        " WHERE edition = COALESCE((SELECT value FROM meta WHERE key = 'edition'), '3.1.3')"
        " ORDER BY rowid",
        &rows);
    if (error == NULL) {
        error = decide_all(db, &rows, &insert);
        query_close(&rows);
    }
    query_close(&insert);
    return error;
}
