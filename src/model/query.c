#include "model/query.h"

#include <math.h>

static struct error *failure(sqlite3 *db, const char *sql)
{
    int code = sqlite3_errcode(db);
    enum error_kind kind = code == SQLITE_INTERRUPT                          ? ERROR_LIMIT
                           : code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? ERROR_INPUT
                           : code == SQLITE_AUTH || code == SQLITE_ERROR     ? ERROR_USAGE
                                                                             : ERROR_SYSTEM;

    if (kind == ERROR_SYSTEM) {
        const char *path = sqlite3_db_filename(db, "main");
        return error_hint(
            error_wrap(error_new(kind, "%s", sqlite3_errmsg(db)), "cannot work with %s",
                       path == NULL || *path == '\0' ? "the store in memory" : path),
            "check that you may write there and that the disk is not full; nothing was "
            "changed");
    }
    return error_wrap(error_new(kind, "%s", sqlite3_errmsg(db)), "in the query %s", sql);
}

struct error *query_run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return failure(db, sql);
    return NULL;
}

struct error *query_open(sqlite3 *db, const char *sql, struct query *out)
{
    struct query query = {.db = db};

    if (sqlite3_prepare_v2(db, sql, -1, &query.statement, NULL) != SQLITE_OK)
        return failure(db, sql);
    *out = query;
    return NULL;
}

static int select_alone(void *context, int action, const char *first, const char *second,
                        const char *third, const char *fourth)
{
    (void)context, (void)first, (void)second, (void)third, (void)fourth;
    if (action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_RECURSIVE)
        return SQLITE_OK;
    if (action == SQLITE_FUNCTION && second != NULL &&
        sqlite3_stricmp(second, "load_extension") != 0)
        return SQLITE_OK;
    return SQLITE_DENY;
}

struct error *query_open_untrusted(sqlite3 *db, const char *sql, struct query *out)
{
    struct query query = {.db = db};
    const char *rest = NULL;

    sqlite3_set_authorizer(db, select_alone, NULL);
    int result = sqlite3_prepare_v2(db, sql, -1, &query.statement, &rest);
    sqlite3_set_authorizer(db, NULL, NULL);
    if (result != SQLITE_OK)
        return error_hint(failure(db, sql), "a query is one SELECT over the tables of `proviso "
                                            "list observables`");
    if (query.statement == NULL || bytes_trim(bytes_of(rest)).size > 0) {
        query_close(&query);
        return error_hint(error_new(ERROR_USAGE, "a query is exactly one statement"),
                          "write one SELECT, without a second statement behind it");
    }
    if (!sqlite3_stmt_readonly(query.statement)) {
        query_close(&query);
        return error_new(ERROR_USAGE, "a query may only read");
    }
    *out = query;
    return NULL;
}

void query_close(struct query *query)
{
    sqlite3_finalize(query->statement);
    query->statement = NULL;
}

void query_bind_text(struct query *query, int place, struct bytes text)
{
    sqlite3_bind_text64(query->statement, place, text.size == 0 ? "" : (const char *)text.data,
                        text.size, SQLITE_STATIC, SQLITE_UTF8);
}

void query_bind_string(struct query *query, int place, const char *string)
{
    if (string == NULL)
        sqlite3_bind_null(query->statement, place);
    else
        query_bind_text(query, place, bytes_of(string));
}

void query_bind_integer(struct query *query, int place, int64_t integer)
{
    sqlite3_bind_int64(query->statement, place, integer);
}

void query_bind_null(struct query *query, int place)
{
    sqlite3_bind_null(query->statement, place);
}

struct error *query_next(struct query *query, bool *found)
{
    int result = sqlite3_step(query->statement);

    if (result != SQLITE_ROW && result != SQLITE_DONE)
        return failure(query->db, sqlite3_sql(query->statement));
    *found = result == SQLITE_ROW;
    return NULL;
}

struct error *query_step(struct query *query)
{
    bool found;
    struct error *error = query_next(query, &found);

    query_reset(query);
    return error;
}

void query_reset(struct query *query)
{
    sqlite3_reset(query->statement);
}

int query_columns(const struct query *query)
{
    return sqlite3_column_count(query->statement);
}

const char *query_column_name(const struct query *query, int column)
{
    return sqlite3_column_name(query->statement, column);
}

struct bytes query_text(const struct query *query, int column)
{
    const unsigned char *text = sqlite3_column_text(query->statement, column);

    return bytes_from(
        text, text == NULL ? 0 : (size_t)sqlite3_column_bytes(query->statement, column));
}

int64_t query_integer(const struct query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

bool query_is_null(const struct query *query, int column)
{
    return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

int64_t query_number(sqlite3 *db, const char *sql, int64_t otherwise)
{
    struct query query;
    bool found = false;
    struct error *error = query_open(db, sql, &query);

    if (error != NULL) {
        error_free(error);
        return otherwise;
    }
    error = query_next(&query, &found);
    int64_t number = error == NULL && found ? query_integer(&query, 0) : otherwise;
    error_free(error);
    query_close(&query);
    return number;
}

struct error *query_string(sqlite3 *db, const char *sql, const char *argument,
                           struct arena *arena, const char **out)
{
    struct query query;
    bool found = false;

    *out = NULL;
    TRY(query_open(db, sql, &query));
    if (sqlite3_bind_parameter_count(query.statement) > 0)
        query_bind_string(&query, 1, argument);
    struct error *error = query_next(&query, &found);
    if (error == NULL && found && !query_is_null(&query, 0))
        *out = arena_string(arena, query_text(&query, 0));
    query_close(&query);
    return error;
}

const char *query_value(sqlite3 *db, const char *sql, const char *argument, struct arena *arena)
{
    const char *value;

    error_drop(query_string(db, sql, argument, arena, &value));
    return value;
}

void query_add_json(const struct query *query, struct text *out)
{
    text_add_char(out, '{');
    for (int i = 0; i < query_columns(query); i++) {
        int type = sqlite3_column_type(query->statement, i);
        text_add(out, i == 0 ? "" : ", ");
        text_add_json(out, bytes_of(query_column_name(query, i)));
        text_add(out, ": ");
        if (type == SQLITE_TEXT || type == SQLITE_BLOB)
            text_add_json(out, query_text(query, i));
        else if (type == SQLITE_NULL || (type == SQLITE_FLOAT &&
                                         !isfinite(sqlite3_column_double(query->statement, i))))
            text_add(out, "null");
        else
            text_add_bytes(out, query_text(query, i));
    }
    text_add_char(out, '}');
}
