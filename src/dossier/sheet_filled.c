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

bool sheet_is_filled(const char *name, struct bytes content, struct arena *arena)
{
    const struct yaml *file = NULL;
    struct error *error = yaml_read(content, name, arena, &file);

    if (error == NULL)
        return holds_something(name, file);
    error_free(error); /* whatever it is, somebody wrote it */
    return content.size > 0;
}
