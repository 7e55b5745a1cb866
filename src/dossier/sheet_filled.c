#include <string.h>

#include "base/yaml.h"
#include "dossier/load.h"
#include "dossier/sheet_import.h"

/* Keys whose values come with an empty form. */
static bool is_given(const char *name, struct bytes key)
{
    static const char *const of_ics[] = {"provision", "status",     "requirement",
                                         "condition", "conditions", "features"};

    if (strcmp(name, "product.yaml") == 0)
        return bytes_is(key, "edition");
    for (size_t i = 0; strcmp(name, "ics.yaml") == 0 && i < COUNT_OF(of_ics); i++)
        if (name_same(key, of_ics[i]))
            return true;
    return bytes_is(key, "table");
}

/* Does VALUE hold anything? Below a map of NAME what comes with its form does not count. */
static bool holds_something(const char *name, const struct yaml *value)
{
    if (value->kind == YAML_SCALAR)
        return !yaml_is_null(value) && bytes_trim(value->text).size > 0;
    for (size_t i = 0; i < value->count; i++)
        if (!(value->kind == YAML_MAP && is_given(name, value->keys[i].text)) &&
            holds_something(name, &value->items[i]))
            return true;
    return false;
}

/* A list of one text says what the text says. */
static const struct yaml *plain(const struct yaml *value)
{
    return value != NULL && value->kind == YAML_LIST && value->count == 1 &&
                   value->items[0].kind == YAML_SCALAR
               ? &value->items[0]
               : value;
}

/* Does everything that OLD holds stand in FRESH as well? */
static bool keeps(const struct yaml *old, const struct yaml *fresh)
{
    if (!holds_something("", old))
        return true;
    old = plain(old);
    fresh = plain(fresh);
    if (fresh == NULL || (old->kind != fresh->kind && old->kind != YAML_SCALAR))
        return false;
    if (old->kind == YAML_SCALAR)
        return fresh->kind == YAML_SCALAR &&
               bytes_equal(bytes_trim(old->text), bytes_trim(fresh->text));
    if (old->kind == YAML_LIST && old->count > fresh->count)
        return false;
    for (size_t i = 0; i < old->count; i++) {
        const struct yaml *other = old->kind == YAML_LIST ? &fresh->items[i] : NULL;
        for (size_t j = 0; old->kind == YAML_MAP && j < fresh->count && other == NULL; j++)
            if (bytes_equal(old->keys[i].text, fresh->keys[j].text))
                other = &fresh->items[j];
        if (!keeps(&old->items[i], other))
            return false;
    }
    return true;
}

enum sheet_state sheet_state_of(const char *name, struct bytes there, struct bytes content,
                                struct arena *arena)
{
    const struct yaml *old = NULL, *fresh = NULL;
    struct error *error = yaml_read(there, name, arena, &old);

    if (there.size == 0) {
        error_free(error);
        return SHEET_EMPTY;
    }
    if (error == NULL)
        error = yaml_read(content, name, arena, &fresh);
    if (error != NULL) {
        error_free(error); /* whatever it is, somebody wrote it */
        return SHEET_FILLED;
    }
    if (keeps(old, fresh) && keeps(fresh, old))
        return SHEET_SAME;
    if (!holds_something(name, old))
        return SHEET_EMPTY;
    return keeps(old, fresh) ? SHEET_KEPT : SHEET_FILLED;
}
