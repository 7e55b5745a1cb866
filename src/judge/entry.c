#include "judge/entry.h"

#include "base/text.h"
#include "model/query.h"

struct error *entry_fault(const char *name, const struct yaml *value, const char *what)
{
    return error_wrap(error_new(ERROR_INPUT, "%s", what), "%s:%u", name, value->line);
}

bool entry_among(struct bytes word, const char *list)
{
    struct bytes rest = bytes_of(list), next;

    while (bytes_next_word(&rest, &next))
        if (bytes_equal(word, next))
            return true;
    return false;
}

struct error *entry_check(const char *name, const struct yaml *entry, const char *known)
{
    if (entry->kind != YAML_MAP)
        return entry_fault(name, entry, "this must be a map of keys and values");
    for (size_t i = 0; i < entry->count; i++)
        if (!entry_among(entry->keys[i].text, known))
            return error_wrap(error_new(ERROR_INPUT, "the key %.*s is not known here: %s",
                                        (int)entry->keys[i].text.size,
                                        (const char *)entry->keys[i].text.data, known),
                              "%s:%u", name, entry->keys[i].line);
    return NULL;
}

struct error *entry_insert(sqlite3 *db, const char *sql, const struct bytes *values,
                           size_t count)
{
    struct query query;

    TRY(query_open(db, sql, &query));
    for (size_t i = 0; i < count; i++) {
        if (values[i].data == NULL)
            query_bind_null(&query, (int)i + 1);
        else
            query_bind_text(&query, (int)i + 1, values[i]);
    }
    struct error *error = query_step(&query);
    query_close(&query);
    return error;
}

struct bytes entry_number(size_t number, struct arena *arena)
{
    return bytes_of(arena_printf(arena, "%zu", number));
}

struct bytes entry_joined(const struct yaml *entry, const char *key, struct arena *arena)
{
    const struct yaml *value = yaml_get(entry, key);
    owned(text) joined = text_new();

    if (value == NULL)
        return bytes_of(NULL);
    if (value->kind == YAML_SCALAR)
        return value->text;
    for (size_t i = 0; value->kind == YAML_LIST && i < value->count; i++) {
        text_add(joined, i == 0 ? "" : ", ");
        text_add_bytes(joined, value->items[i].text);
    }
    return arena_copy(arena, text_bytes(joined));
}

size_t entry_count(const struct yaml *entry, const char *key)
{
    const struct yaml *list = yaml_get(entry, key);

    return list == NULL || list->kind != YAML_LIST ? 0 : list->count;
}
