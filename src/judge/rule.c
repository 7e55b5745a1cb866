#include "judge/rule.h"

#include <string.h>

#include "base/text.h"
#include "judge/entry.h"
#include "model/query.h"

struct adding {
    sqlite3 *db;
    const char *name; /* of the file */
    struct arena *arena;
};

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
        return entry_fault(name, entry, "edition is 3.1.3 or 2.1.1");
    return NULL;
}

static struct error *check_fail(const char *name, const struct yaml *fail)
{
    TRY(entry_check(name, fail, "rows because severity contradiction edition"));
    TRY(check_kind(name, fail, "contradiction", YAML_SCALAR));
    TRY(check_edition(name, fail));
    if (yaml_text(fail, "rows").size == 0 || yaml_text(fail, "because").size == 0)
        return entry_fault(name, fail, "a counter-example needs rows and because");
    if (!placeholders_end(yaml_text(fail, "because")))
        return entry_fault(name, fail, "a placeholder in because has no }");
    int64_t severity =
        yaml_integer(fail, "severity", yaml_get(fail, "severity") == NULL ? 2 : 0);
    if (severity < 1 || severity > 3)
        return entry_fault(name, fail, "severity is 1, 2 or 3, the worst");
    return NULL;
}

/* No bytes where there is nothing to say. */
static struct bytes some(const struct yaml *map, const char *key)
{
    struct bytes text = yaml_text(map, key);

    return text.size == 0 ? bytes_of(NULL) : bytes_trim(text);
}

static struct error *add_fail(struct adding *adding, struct bytes unit, size_t place,
                              const struct yaml *fail)
{
    TRY(check_fail(adding->name, fail));
    return ENTRY_INSERT(adding->db, "INSERT INTO rule_fail VALUES(?,?,?,?,?,?,?)", unit,
                        entry_number(place, adding->arena), yaml_text(fail, "rows"),
                        yaml_text(fail, "because"),
                        entry_number((size_t)yaml_integer(fail, "severity", 2), adding->arena),
                        some(fail, "contradiction"), some(fail, "edition"));
}

/* The entries of unclear (rows, because) or beside (title, rows): two texts, in that order. */
static struct error *add_pairs(struct adding *adding, const struct yaml *entry, const char *key,
                               const char *sql, const char *first, const char *second)
{
    const struct yaml *list = yaml_get(entry, key);
    bool dated = strcmp(key, "unclear") == 0; /* it may count for one edition alone */
    const char *known =
        arena_printf(adding->arena, "%s %s%s", first, second, dated ? " edition" : "");

    for (size_t i = 0; i < entry_count(entry, key); i++) {
        const struct yaml *pair = &list->items[i];
        TRY(entry_check(adding->name, pair, known));
        TRY(check_edition(adding->name, pair));
        if (yaml_text(pair, first).size == 0 || yaml_text(pair, second).size == 0 ||
            !placeholders_end(yaml_text(pair, "because")))
            return entry_fault(adding->name, pair,
                               "this entry lacks a key, or a placeholder has no }");
        const struct bytes values[] = {yaml_text(entry, "unit"), entry_number(i, adding->arena),
                                       yaml_text(pair, first), yaml_text(pair, second),
                                       some(pair, "edition")};
        TRY(entry_insert(adding->db, sql, values, dated ? 5 : 4));
    }
    return NULL;
}

static struct error *forget(sqlite3 *db, struct bytes unit)
{
    static const char *const statements[] = {
        "DELETE FROM rule WHERE unit = ?",         "DELETE FROM rule_fail WHERE unit = ?",
        "DELETE FROM rule_covered WHERE unit = ?", "DELETE FROM rule_unclear WHERE unit = ?",
        "DELETE FROM rule_beside WHERE unit = ?",
    };

    for (size_t i = 0; i < COUNT_OF(statements); i++)
        TRY(ENTRY_INSERT(db, statements[i], unit));
    return NULL;
}

static struct error *check_unit(sqlite3 *db, const char *name, const struct yaml *entry,
                                struct bytes unit)
{
    struct query query;
    bool found = false;

    if (unit.size == 0)
        return entry_fault(name, entry, "this rule names no unit");
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
    static const struct {
        const char *key;
        enum yaml_kind kind;
    } keys[] = {{"unit", YAML_SCALAR},  {"fail", YAML_LIST},   {"unclear", YAML_LIST},
                {"covered", YAML_LIST}, {"beside", YAML_LIST}, {"ask", YAML_SCALAR},
                {"fix", YAML_SCALAR}};
    const struct yaml *covered = yaml_get(entry, "covered");
    const struct yaml *when = yaml_get(entry, "ask_when");

    TRY(entry_check(name, entry, "unit fail unclear covered beside ask ask_when fix"));
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        TRY(check_kind(name, entry, keys[i].key, keys[i].kind));
    if (when != NULL &&
        (!bytes_is(when->text, "unclear") || yaml_text(entry, "ask").size == 0 ||
         yaml_get(entry, "unclear") == NULL))
        return entry_fault(name, when, "ask_when is unclear, of a rule with ask and unclear");
    for (size_t i = 0; i < entry_count(entry, "covered"); i++)
        if (covered->items[i].kind != YAML_SCALAR || covered->items[i].text.size == 0)
            return entry_fault(name, &covered->items[i],
                               "covered lists names of what must be looked at");
    return check_unit(db, name, entry, yaml_text(entry, "unit"));
}

static struct error *add_entry(struct adding *adding, const struct yaml *entry)
{
    struct bytes unit = yaml_text(entry, "unit");
    const struct yaml *fails = yaml_get(entry, "fail"), *covered = yaml_get(entry, "covered");
    sqlite3 *db = adding->db;

    TRY(check_entry(db, adding->name, entry));
    TRY(forget(db, unit));
    TRY(ENTRY_INSERT(db, "INSERT INTO rule VALUES(?,?,?,?,?,?)", unit, some(entry, "ask"),
                     some(entry, "fix"), bytes_of(adding->name),
                     entry_number(entry->line, adding->arena),
                     bytes_of(yaml_get(entry, "ask_when") == NULL ? "1" : "0")));
    for (size_t i = 0; i < entry_count(entry, "fail"); i++)
        TRY(add_fail(adding, unit, i, &fails->items[i]));
    TRY(add_pairs(adding, entry, "unclear", "INSERT INTO rule_unclear VALUES(?,?,?,?,?)",
                  "rows", "because"));
    TRY(add_pairs(adding, entry, "beside", "INSERT INTO rule_beside VALUES(?,?,?,?)", "title",
                  "rows"));
    for (size_t i = 0; i < entry_count(entry, "covered"); i++)
        TRY(ENTRY_INSERT(db, "INSERT INTO rule_covered VALUES(?,?,?)", unit,
                         entry_number(i, adding->arena), covered->items[i].text));
    return NULL;
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
    owned(arena) arena = arena_new();
    struct adding adding = {db, name, arena};
    const struct yaml *rules = yaml_get(file, "rules");

    if (rules == NULL || rules->kind != YAML_LIST)
        return entry_fault(name, file, "there is no list of rules in it");
    for (size_t i = 0; i < rules->count; i++) {
        TRY(check_twice(name, rules, i));
        TRY(add_entry(&adding, &rules->items[i]));
    }
    return NULL;
}

int rule_column(const struct query *row, struct bytes name)
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
        int column = close == SIZE_MAX ? -1 : rule_column(row, name);
        if (column < 0)
            return error_new(ERROR_USAGE, "its query selects no column called %.*s",
                             (int)name.size, (const char *)name.data);
        text_add_bytes(out, query_text(row, column));
        template = bytes_from_offset(template, close + 1);
    }
    return NULL;
}
