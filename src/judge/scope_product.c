#include "base/text.h"
#include "judge/entry.h"
#include "judge/scope.h"
#include "model/query.h"

/* The value as it is compared, or no bytes when a fact of TYPE cannot have it. */
static struct bytes normal(struct bytes text, struct bytes type, struct bytes choices)
{
    static const char yes[] = "true True TRUE yes Yes YES on",
                      no[] = "false False FALSE no No NO off";
    uint64_t number;

    text = bytes_trim(text);
    if (bytes_is(type, "bool"))
        return bytes_of(entry_among(text, yes)  ? "true"
                        : entry_among(text, no) ? "false"
                                                : NULL);
    if ((bytes_is(type, "enum") && !bytes_lists(choices, text)) ||
        (bytes_is(type, "int") && !bytes_to_u64(text, &number)) ||
        (bytes_is(type, "date") && !bytes_is_date(text)))
        return bytes_of(NULL);
    return text;
}

static struct error *wrong_value(const char *name, const struct yaml *value,
                                 const struct query *fact)
{
    struct bytes choices = query_text(fact, 2), type = query_text(fact, 1);
    const char *wanted = bytes_is(type, "bool")   ? "true or false"
                         : bytes_is(type, "int")  ? "a whole number"
                         : bytes_is(type, "date") ? "a date such as 2026-11-20"
                         : bytes_is(type, "list") ? "a list of words"
                                                  : "one of:";

    bool is_enum = bytes_is(type, "enum");
    return error_wrap(error_new(ERROR_INPUT, "%.*s is %s%s%.*s", (int)query_text(fact, 0).size,
                                (const char *)query_text(fact, 0).data, wanted,
                                is_enum ? " " : "", is_enum ? (int)choices.size : 0,
                                (const char *)choices.data),
                      "%s:%u", name, value->line);
}

static struct error *read_fact(const char *name, const struct yaml *map,
                               const struct query *fact, struct arena *arena,
                               struct scope_product *out)
{
    const char *id = arena_string(arena, query_text(fact, 0));
    const struct yaml *value = yaml_get(map, id);

    if (yaml_is_null(value))
        return NULL;
    bool is_list = bytes_is(query_text(fact, 1), "list");
    if (value->kind == YAML_MAP || (value->kind == YAML_LIST && !is_list))
        return wrong_value(name, value, fact);
    for (size_t i = 0; i < value->count; i++)
        if (value->items[i].kind != YAML_SCALAR)
            return wrong_value(name, &value->items[i], fact);
    struct bytes found =
        normal(entry_joined(map, id, arena), query_text(fact, 1), query_text(fact, 2));
    if (found.data == NULL)
        return wrong_value(name, value, fact);
    out->facts[out->count++] = (struct scope_fact){id, arena_copy(arena, found)};
    return NULL;
}

static size_t fact_count(sqlite3 *db)
{
    return (size_t)query_number(db, "SELECT count(*) FROM scope_fact", 0);
}

struct error *scope_from_yaml(sqlite3 *db, const char *name, const struct yaml *map,
                              struct arena *arena, struct scope_product *out)
{
    struct query fact;
    bool found = false;

    if (map->kind != YAML_MAP)
        return entry_fault(name, map, "a product is a map of facts");
    *out =
        (struct scope_product){.facts = arena_array(arena, fact_count(db), sizeof *out->facts)};
    TRY(query_open(db, "SELECT id, type, choices FROM scope_fact ORDER BY place", &fact));
    struct error *error = query_next(&fact, &found);
    while (error == NULL && found) {
        error = read_fact(name, map, &fact, arena, out);
        if (error == NULL)
            error = query_next(&fact, &found);
    }
    query_close(&fact);
    return error;
}

struct error *scope_from_store(sqlite3 *db, struct arena *arena, struct scope_product *out)
{
    struct query fact;
    bool found = false;

    *out =
        (struct scope_product){.facts = arena_array(arena, fact_count(db), sizeof *out->facts)};
    TRY(query_open(db,
                   "SELECT f.id, f.type, f.choices, d.value FROM scope_fact AS f JOIN dut AS d"
                   " ON d.field = f.id WHERE d.value IS NOT NULL ORDER BY f.place",
                   &fact));
    struct error *error = query_next(&fact, &found);
    while (error == NULL && found) {
        struct bytes value =
            normal(query_text(&fact, 3), query_text(&fact, 1), query_text(&fact, 2));
        if (value.data != NULL)
            out->facts[out->count++] = (struct scope_fact){
                arena_string(arena, query_text(&fact, 0)), arena_copy(arena, value)};
        error = query_next(&fact, &found);
    }
    query_close(&fact);
    return error;
}
