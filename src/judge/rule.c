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
        return fault(name, map, "this must be a map of keys and values");
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

/* The value of KEY, where there is one, must be of KIND. A question that is not read as one would
 * let its unit pass. */
static struct error *check_kind(const char *name, const struct yaml *map, const char *key,
                                enum yaml_kind kind)
{
    const struct yaml *value = yaml_get(map, key);

    if (yaml_is_null(value) || value->kind == kind)
        return NULL;
    return error_wrap(
        error_new(ERROR_INPUT, "%s must be a %s", key, kind == YAML_LIST ? "list" : "text"),
        "%s:%u", name, value->line);
}

static bool placeholders_end(struct bytes template)
{
    size_t open;

    while ((open = bytes_find_byte(template, '{')) != SIZE_MAX) {
        template = bytes_from_offset(template, open);
        size_t close = bytes_find_byte(template, '}');
        if (close == SIZE_MAX)
            return false;
        template = bytes_from_offset(template, close);
    }
    return true;
}

static struct error *check_edition(const char *name, const struct yaml *entry)
{
    struct bytes edition = yaml_text(entry, "edition");

    if (edition.size > 0 && !bytes_is(edition, "3.1.3") && !bytes_is(edition, "2.1.1"))
        return fault(name, entry, "edition is 3.1.3 or 2.1.1");
    return NULL;
}

static struct error *check_fail(const char *name, const struct yaml *fail)
{
    static const char *const known[] = {"rows", "because", "severity", "contradiction",
                                        "edition"};

    TRY(check_keys(name, fail, known, COUNT_OF(known)));
    TRY(check_kind(name, fail, "contradiction", YAML_SCALAR));
    TRY(check_edition(name, fail));
    if (yaml_text(fail, "rows").size == 0 || yaml_text(fail, "because").size == 0)
        return fault(name, fail, "a counter-example needs rows and because");
    if (!placeholders_end(yaml_text(fail, "because")))
        return fault(name, fail, "a placeholder in because has no }");
    int64_t severity =
        yaml_integer(fail, "severity", yaml_get(fail, "severity") == NULL ? 2 : 0);
    if (severity < 1 || severity > 3)
        return fault(name, fail, "severity is 1, 2 or 3, the worst");
    return NULL;
}

static void bind_or_null(struct query *query, int place, struct bytes text)
{
    if (text.size == 0)
        query_bind_null(query, place);
    else
        query_bind_text(query, place, bytes_trim(text));
}

static struct error *add_fail(sqlite3 *db, const char *name, struct bytes unit, size_t place,
                              const struct yaml *fail)
{
    struct query query;

    TRY(check_fail(name, fail));
    TRY(query_open(db, "INSERT INTO rule_fail VALUES(?,?,?,?,?,?,?)", &query));
    query_bind_text(&query, 1, unit);
    query_bind_integer(&query, 2, (int64_t)place);
    query_bind_text(&query, 3, yaml_text(fail, "rows"));
    query_bind_text(&query, 4, yaml_text(fail, "because"));
    query_bind_integer(&query, 5, yaml_integer(fail, "severity", 2));
    bind_or_null(&query, 6, yaml_text(fail, "contradiction"));
    bind_or_null(&query, 7, yaml_text(fail, "edition"));
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

/* An entry of unclear (rows, because) or beside (title, rows): two texts, in that order. */
static struct error *add_pairs(sqlite3 *db, const char *name, const struct yaml *entry,
                               const char *key, const char *first, const char *second)
{
    const char *const known[] = {first, second, "edition"};
    const struct yaml *list = yaml_get(entry, key);
    struct query query;
    struct error *error = NULL;
    bool dated = strcmp(key, "unclear") == 0; /* it may count for one edition alone */
    char sql[64];

    sqlite3_snprintf(sizeof sql, sql, "INSERT INTO rule_%s VALUES(?,?,?,?%s)", key,
                     dated ? ",?" : "");
    TRY(query_open(db, sql, &query));
    for (size_t i = 0; list != NULL && i < list->count && error == NULL; i++) {
        const struct yaml *pair = &list->items[i];
        error = check_keys(name, pair, known, dated ? 3 : 2);
        if (error == NULL)
            error = check_edition(name, pair);
        if (error == NULL &&
            (yaml_text(pair, first).size == 0 || yaml_text(pair, second).size == 0 ||
             !placeholders_end(yaml_text(pair, "because"))))
            error = fault(name, pair, "this entry lacks a key, or a placeholder has no }");
        if (error != NULL)
            break;
        query_bind_text(&query, 1, yaml_text(entry, "unit"));
        query_bind_integer(&query, 2, (int64_t)i);
        query_bind_text(&query, 3, yaml_text(pair, first));
        query_bind_text(&query, 4, yaml_text(pair, second));
        if (dated)
            bind_or_null(&query, 5, yaml_text(pair, "edition"));
        error = query_step(&query);
    }
    query_close(&query);
    return error;
}

static struct error *forget(sqlite3 *db, struct bytes unit)
{
    static const char *const statements[] = {
        "DELETE FROM rule WHERE unit = ?",         "DELETE FROM rule_fail WHERE unit = ?",
        "DELETE FROM rule_covered WHERE unit = ?", "DELETE FROM rule_unclear WHERE unit = ?",
        "DELETE FROM rule_beside WHERE unit = ?",
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

static struct error *check_unit(sqlite3 *db, const char *name, const struct yaml *entry,
                                struct bytes unit)
{
    struct query query;
    bool found = false;

    if (unit.size == 0)
        return fault(name, entry, "this rule names no unit");
    TRY(query_open(db, "SELECT 1 FROM unit WHERE id = ?", &query));
    query_bind_text(&query, 1, unit);
    struct error *error = query_next(&query, &found);
    query_close(&query);
    if (error != NULL || found)
        return error;
    return error_wrap(error_new(ERROR_INPUT, "the standard has no unit %.*s", (int)unit.size,
                                (const char *)unit.data),
                      "%s:%u", name, entry->line);
}

static struct error *check_entry(sqlite3 *db, const char *name, const struct yaml *entry)
{
    static const char *const known[] = {"unit",   "fail", "unclear", "covered",
                                        "beside", "ask",  "fix"};
    const struct yaml *covered = yaml_get(entry, "covered");

    TRY(check_keys(name, entry, known, COUNT_OF(known)));
    TRY(check_kind(name, entry, "unit", YAML_SCALAR));
    TRY(check_kind(name, entry, "fail", YAML_LIST));
    TRY(check_kind(name, entry, "unclear", YAML_LIST));
    TRY(check_kind(name, entry, "covered", YAML_LIST));
    TRY(check_kind(name, entry, "beside", YAML_LIST));
    TRY(check_kind(name, entry, "ask", YAML_SCALAR));
    TRY(check_kind(name, entry, "fix", YAML_SCALAR));
    for (size_t i = 0; covered != NULL && i < covered->count; i++)
        if (covered->items[i].kind != YAML_SCALAR || covered->items[i].text.size == 0)
            return fault(name, &covered->items[i],
                         "covered lists names of what must be looked at");
    return check_unit(db, name, entry, yaml_text(entry, "unit"));
}

static struct error *add_entry(sqlite3 *db, const char *name, const struct yaml *entry)
{
    struct bytes unit = yaml_text(entry, "unit");
    const struct yaml *fails = yaml_get(entry, "fail");
    struct query query;

    TRY(check_entry(db, name, entry));
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
    TRY(add_pairs(db, name, entry, "unclear", "rows", "because"));
    TRY(add_pairs(db, name, entry, "beside", "title", "rows"));
    return add_covered(db, unit, yaml_get(entry, "covered"));
}

/* A second rule for a unit in one file is a slip; in another file it replaces the first. */
static struct error *check_twice(const char *name, const struct yaml *rules, size_t at)
{
    struct bytes unit = yaml_text(&rules->items[at], "unit");

    for (size_t i = 0; i < at; i++)
        if (unit.size > 0 && bytes_equal(unit, yaml_text(&rules->items[i], "unit")))
            return error_wrap(error_new(ERROR_INPUT, "%.*s has a rule in line %u already",
                                        (int)unit.size, (const char *)unit.data,
                                        rules->items[i].line),
                              "%s:%u", name, rules->items[at].line);
    return NULL;
}

struct error *rule_add(sqlite3 *db, const char *name, const struct yaml *file)
{
    const struct yaml *rules = yaml_get(file, "rules");

    if (rules == NULL || rules->kind != YAML_LIST)
        return fault(name, file, "there is no list of rules in it");
    for (size_t i = 0; i < rules->count; i++) {
        TRY(check_twice(name, rules, i));
        TRY(add_entry(db, name, &rules->items[i]));
    }
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
