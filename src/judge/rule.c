#include "judge/rule.h"

#include <string.h>

#include "base/text.h"
#include "model/query.h"

static struct error *fault(const char *name, const struct yaml *at, const char *what)
{
    return error_wrap(error_new(ERROR_INPUT, "%s", what), "%s:%u", name, at->line);
}

static struct error *check_keys(const char *name, const struct yaml *map,
                                const char *const *known, size_t count)
{
    if (map->kind != YAML_MAP)
        return fault(name, map, "a rule is a map of unit, fail, covered, ask and fix");
    for (size_t i = 0; i < map->count; i++) {
        bool found = false;
        for (size_t j = 0; j < count; j++)
            found = found || bytes_is(map->keys[i].text, known[j]);
        if (!found)
            return error_wrap(error_new(ERROR_INPUT, "no such key: %.*s",
                                        (int)map->keys[i].text.size,
                                        (const char *)map->keys[i].text.data),
                              "%s:%u", name, map->keys[i].line);
    }
    return NULL;
}

static struct error *add_fail(sqlite3 *db, const char *name, struct bytes unit, size_t place,
                              const struct yaml *fail)
{
    static const char *const known[] = {"rows", "because", "severity"};
    struct query query;

    TRY(check_keys(name, fail, known, COUNT_OF(known)));
    if (yaml_text(fail, "rows").size == 0 || yaml_text(fail, "because").size == 0)
        return fault(name, fail, "a counter-example needs rows and because");
    TRY(query_open(db, "INSERT INTO rule_fail VALUES(?,?,?,?,?)", &query));
    query_bind_text(&query, 1, unit);
    query_bind_integer(&query, 2, (int64_t)place);
    query_bind_text(&query, 3, yaml_text(fail, "rows"));
    query_bind_text(&query, 4, yaml_text(fail, "because"));
    query_bind_integer(&query, 5, yaml_integer(fail, "severity", 2));
    struct error *error = query_step(&query);
    query_close(&query);
    return error;
}

static struct error *add_covered(sqlite3 *db, struct bytes unit, const struct yaml *covered)
{
    struct query query;
    struct error *error = NULL;

    TRY(query_open(db, "INSERT INTO rule_covered VALUES(?,?,?)", &query));
    for (size_t i = 0; covered != NULL && i < covered->count && error == NULL; i++) {
        query_bind_text(&query, 1, unit);
        query_bind_integer(&query, 2, (int64_t)i);
        query_bind_text(&query, 3, covered->items[i].text);
        error = query_step(&query);
    }
    query_close(&query);
    return error;
}

static struct error *forget(sqlite3 *db, struct bytes unit)
{
    static const char *const statements[] = {
        "DELETE FROM rule WHERE unit = ?",
        "DELETE FROM rule_fail WHERE unit = ?",
        "DELETE FROM rule_covered WHERE unit = ?",
    };

    for (size_t i = 0; i < COUNT_OF(statements); i++) {
        struct query query;
        TRY(query_open(db, statements[i], &query));
        query_bind_text(&query, 1, unit);
        struct error *error = query_step(&query);
        query_close(&query);
        TRY(error);
    }
    return NULL;
}

static void bind_or_null(struct query *query, int place, struct bytes text)
{
    if (text.size == 0)
        query_bind_null(query, place);
    else
        query_bind_text(query, place, bytes_trim(text));
}

static struct error *add_entry(sqlite3 *db, const char *name, const struct yaml *entry)
{
    static const char *const known[] = {"unit", "fail", "covered", "ask", "fix"};
    struct bytes unit = yaml_text(entry, "unit");
    const struct yaml *fails = yaml_get(entry, "fail");
    struct query query;

    TRY(check_keys(name, entry, known, COUNT_OF(known)));
    if (unit.size == 0)
        return fault(name, entry, "this rule names no unit");
    TRY(forget(db, unit));
    TRY(query_open(db, "INSERT INTO rule VALUES(?,?,?,?,?)", &query));
    query_bind_text(&query, 1, unit);
    bind_or_null(&query, 2, yaml_text(entry, "ask"));
    bind_or_null(&query, 3, yaml_text(entry, "fix"));
    query_bind_string(&query, 4, name);
    query_bind_integer(&query, 5, entry->line);
    struct error *error = query_step(&query);
    query_close(&query);
    TRY(error);
    for (size_t i = 0; fails != NULL && i < fails->count; i++)
        TRY(add_fail(db, name, unit, i, &fails->items[i]));
    return add_covered(db, unit, yaml_get(entry, "covered"));
}

struct error *rule_add(sqlite3 *db, const char *name, const struct yaml *file)
{
    const struct yaml *rules = yaml_get(file, "rules");

    if (rules == NULL || rules->kind != YAML_LIST)
        return fault(name, file, "there is no list of rules in it");
    for (size_t i = 0; i < rules->count; i++)
        TRY(add_entry(db, name, &rules->items[i]));
    return NULL;
}

static int column_called(const struct query *row, struct bytes name)
{
    for (int i = 0; i < query_columns(row); i++)
        if (bytes_is(name, query_column_name(row, i)))
            return i;
    return -1;
}

struct error *rule_because(const struct query *row, struct bytes template, struct text *out)
{
    while (template.size > 0) {
        size_t open = bytes_find_byte(template, '{');
        text_add_bytes(out, bytes_slice(template, 0, open));
        if (open == SIZE_MAX)
            break;
        template = bytes_from_offset(template, open + 1);
        size_t close = bytes_find_byte(template, '}');
        struct bytes name = bytes_slice(template, 0, close);
        int column = close == SIZE_MAX ? -1 : column_called(row, name);
        if (column < 0)
            return error_new(ERROR_USAGE, "its query selects no column called %.*s",
                             (int)name.size, (const char *)name.data);
        text_add_bytes(out, query_text(row, column));
        template = bytes_from_offset(template, close + 1);
    }
    return NULL;
}
