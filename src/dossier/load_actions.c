#include "dossier/load.h"

static void bind(struct query *query, int place, const struct yaml *entry, const char *key)
{
    struct bytes text = bytes_trim(yaml_text(entry, key));

    if (text.size == 0)
        query_bind_null(query, place);
    else
        query_bind_text(query, place, text);
}

static struct error *read_action(struct loading *loading, struct query *insert,
                                 const struct yaml *entry, size_t place)
{
    static const char *const known[] = {"subject", "owner", "due", "state", "note"};

    if (entry->kind != YAML_MAP || yaml_text(entry, "subject").size == 0)
        return mistake_add(loading,
                           &(struct mistake){.severity = MISTAKE_ERROR,
                                             .line = entry->line,
                                             .what = "this action has no subject",
                                             .why = "it must say what is to be done: a "
                                                    "unit, a provision or a table",
                                             .advice = "use proviso assign"});
    query_bind_integer(insert, 1, (int64_t)place);
    for (size_t i = 0; i < COUNT_OF(known); i++)
        bind(insert, (int)i + 2, entry, known[i]);
    query_bind_integer(insert, 7, entry->line);
    return query_step(insert);
}

static struct error *read_sign_off(struct query *insert, const struct yaml *entry)
{
    static const char *const known[] = {"step", "by", "at", "note"};

    for (size_t i = 0; i < COUNT_OF(known); i++)
        bind(insert, (int)i + 1, entry, known[i]);
    return query_step(insert);
}

struct error *load_actions(struct loading *loading)
{
    const struct yaml *file;
    struct query action = {.statement = NULL}, sign_off = {.statement = NULL};

    TRY(load_file(loading, "actions.yaml", &file));
    if (file == NULL)
        return NULL;
    const struct yaml *actions = yaml_get(file, "actions"),
                      *sign_offs = yaml_get(file, "sign_offs");
    struct error *error =
        query_open(loading->db, "INSERT INTO action VALUES(?,?,?,?,?,?,?)", &action);
    if (error == NULL)
        error = query_open(loading->db, "INSERT OR REPLACE INTO sign_off VALUES(?,?,?,?)",
                           &sign_off);
    for (size_t i = 0; actions != NULL && i < actions->count && error == NULL; i++)
        error = read_action(loading, &action, &actions->items[i], i);
    for (size_t i = 0; sign_offs != NULL && i < sign_offs->count && error == NULL; i++)
        if (sign_offs->items[i].kind == YAML_MAP)
            error = read_sign_off(&sign_off, &sign_offs->items[i]);
    query_close(&action);
    query_close(&sign_off);
    return error;
}
