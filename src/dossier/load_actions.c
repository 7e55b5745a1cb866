#include <string.h>

#include "dossier/action.h"
#include "dossier/load.h"
#include "dossier/translate.h"

static void bind(struct query *query, int place, const struct yaml *entry, const char *key)
{
    struct bytes text = bytes_trim(yaml_text(entry, key));

    if (text.size == 0)
        query_bind_null(query, place);
    else
        query_bind_text(query, place, text);
}

/* What the subject is called in the edition at hand; none when it is so called already. */
static struct error *find_subjects(struct loading *loading, const char *subject,
                                   struct translated *out)
{
    const char *other = translate_other(loading->edition);
    struct translated here;

    *out = (struct translated){.count = 0};
    if (strcmp(loading->written, loading->edition) == 0) {
        TRY(translate(loading->db, loading->edition, subject, loading->arena, &here));
        if (here.kind != NULL)
            return NULL;
    }
    return translate(loading->db, other, subject, loading->arena, out);
}

struct action {
    const struct yaml *entry;
    struct query *insert;
    int64_t place;
};

static const char *const action_keys[] = {"subject", "owner", "due", "state", "note"};

static struct error *write_action(struct action *action, const char *subject, const char *given)
{
    query_bind_integer(action->insert, 1, action->place++);
    query_bind_string(action->insert, 2, subject);
    for (size_t i = 1; i < COUNT_OF(action_keys); i++)
        bind(action->insert, (int)i + 2, action->entry, action_keys[i]);
    query_bind_integer(action->insert, 7, action->entry->line);
    query_bind_string(action->insert, 8, given);
    return query_step(action->insert);
}

/* An action of the other edition is one of each unit or provision that its subject is here. */
static struct error *read_action(struct loading *loading, struct action *action)
{
    struct bytes subject = bytes_trim(yaml_text(action->entry, "subject"));
    struct bytes state = bytes_trim(yaml_text(action->entry, "state"));
    struct translated subjects;

    if (subject.size == 0)
        return mistake_here(loading, action->entry->line, "this action has no subject",
                            "it must say what is to be done: a unit, a provision or a table",
                            "use proviso assign");
    TRY(load_keys(loading, action->entry, "an action", action_keys, COUNT_OF(action_keys)));
    if (state.size > 0 && !action_is_state(state))
        TRY(mistake_here(loading, yaml_get(action->entry, "state")->line,
                         "this action has no such state", "it is open, doing or done",
                         "use proviso assign"));
    const char *given = arena_string(loading->arena, subject);
    TRY(find_subjects(loading, given, &subjects));
    if (subjects.count == 0)
        return write_action(action, given, NULL);
    for (size_t i = 0; i < subjects.count; i++)
        TRY(write_action(action, subjects.ids[i],
                         strcmp(subjects.ids[i], given) == 0 ? NULL : given));
    return NULL;
}

static struct error *read_sign_off(struct loading *loading, struct query *insert,
                                   const struct yaml *entry)
{
    static const char *const known[] = {"step", "by", "at", "note"};

    if (!action_is_step(bytes_trim(yaml_text(entry, "step"))))
        return mistake_here(loading, entry->line, "an evaluation has no step of that name",
                            "the six steps are shown by proviso signoff",
                            "use proviso signoff");
    TRY(load_keys(loading, entry, "a sign-off", known, COUNT_OF(known)));
    for (size_t i = 0; i < COUNT_OF(known); i++)
        bind(insert, (int)i + 1, entry, known[i]);
    return query_step(insert);
}

struct error *load_actions(struct loading *loading)
{
    static const char *const keys[] = {"actions", "sign_offs"};
    const struct yaml *file, *lists[COUNT_OF(keys)];
    struct query insert = {.statement = NULL}, sign_off = {.statement = NULL};
    struct action action = {.insert = &insert};

    TRY(load_file(loading, "actions.yaml", &file));
    if (file == NULL)
        return NULL;
    TRY(load_list(loading, file, keys, COUNT_OF(keys), lists));
    const struct yaml *actions = lists[0], *sign_offs = lists[1];
    struct error *error =
        query_open(loading->db, "INSERT INTO action VALUES(?,?,?,?,?,?,?,?)", &insert);
    if (error == NULL)
        error = query_open(loading->db, "INSERT OR REPLACE INTO sign_off VALUES(?,?,?,?)",
                           &sign_off);
    for (size_t i = 0; actions != NULL && i < actions->count && error == NULL; i++) {
        action.entry = &actions->items[i];
        error = read_action(loading, &action);
    }
    for (size_t i = 0; sign_offs != NULL && i < sign_offs->count && error == NULL; i++)
        error = read_sign_off(loading, &sign_off, &sign_offs->items[i]);
    query_close(&insert);
    query_close(&sign_off);
    return error;
}
