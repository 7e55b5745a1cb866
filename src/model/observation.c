#include "model/observation.h"

#include <assert.h>
#include <string.h>

struct observation *observation_new(struct arena *arena, const struct observable *observable,
                                    struct evidence evidence)
{
    struct observation *observation = arena_alloc(arena, sizeof *observation);

    observation->observable = observable;
    observation->evidence = evidence;
    observation->values =
        arena_array(arena, observable->column_count, sizeof *observation->values);
    return observation;
}

static struct value *value_of(struct observation *observation, const char *name,
                              enum column_type type)
{
    const struct observable *observable = observation->observable;

    for (size_t i = 0; i < observable->column_count; i++)
        if (strcmp(observable->columns[i].name, name) == 0) {
            assert(observable->columns[i].type == type);
            return &observation->values[i];
        }
    assert(false && "no such column");
    return NULL;
}

void observation_text(struct observation *observation, const char *name, struct bytes text)
{
    struct value *value = value_of(observation, name, COLUMN_TEXT);

    *value = (struct value){.kind = VALUE_TEXT, .text = text};
}

void observation_string(struct observation *observation, const char *name, const char *string)
{
    if (string != NULL)
        observation_text(observation, name, bytes_of(string));
}

void observation_integer(struct observation *observation, const char *name, int64_t integer)
{
    struct value *value = value_of(observation, name, COLUMN_INTEGER);

    *value = (struct value){.kind = VALUE_INTEGER, .integer = integer};
}

void observation_flag(struct observation *observation, const char *name, bool flag)
{
    observation_integer(observation, name, flag ? 1 : 0);
}
