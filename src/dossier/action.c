#include "dossier/action.h"

#include "base/text.h"
#include "base/yaml.h"
#include "dossier/amend.h"
#include "dossier/yaml_write.h"

static const char actions_name[] = "actions.yaml";

const struct action_step action_steps[ACTION_STEPS] = {
    {"scope", "the device under test, its versions and what belongs to it"},
    {"declaration", "ICS and IXIT are complete and consistent"},
    {"execution", "the test cases have been run"},
    {"analysis", "the verdicts follow from what was found"},
    {"conclusion", "the overall verdict and the report"},
    {"correction", "what failed has been corrected and tested again"},
};

bool action_is_step(struct bytes text)
{
    for (size_t i = 0; i < COUNT_OF(action_steps); i++)
        if (bytes_is(text, action_steps[i].name))
            return true;
    return false;
}

bool action_is_state(struct bytes text)
{
    return bytes_is(text, "open") || bytes_is(text, "doing") || bytes_is(text, "done");
}

/* One key of an entry and its value; an entry without a value leaves the key out. */
struct pair {
    const char *key, *value;
};

static struct error *read_file(struct dossier *dossier, struct bytes *content,
                               const struct yaml **out)
{
    TRY(dossier_file(dossier, actions_name, content));
    return error_hint(error_wrap(yaml_read(*content, actions_name, dossier->arena, out),
                                 "cannot add to %s", actions_name),
                      "mend the file first: proviso check shows the line");
}

static struct error *add_entry(struct dossier *dossier, const struct journal_actor *actor,
                               const char *list, const struct pair *pairs, size_t count,
                               const char *did)
{
    owned(text) entry = text_new();
    struct yaml_writer writer = {.out = entry};
    const struct yaml *file;
    struct bytes before, after;

    TRY(read_file(dossier, &before, &file));
    yaml_write_item_open(&writer);
    for (size_t i = 0; i < count; i++)
        if (pairs[i].value != NULL)
            yaml_write_string(&writer, pairs[i].key, pairs[i].value);
    yaml_write_close(&writer);
    struct amend amend = {actions_name, before, dossier->arena};
    TRY(amend_append(&amend, list, text_bytes(entry), &after));
    struct journal_file written = {.name = actions_name, .content = after};
    return journal_step(dossier, actor, did, &written, 1);
}

/* What the last entry about the subject says stays, as far as nothing else is given. */
static struct error *take_over(struct dossier *dossier, struct pair *pairs, size_t count)
{
    const struct yaml *file, *last = NULL;
    struct bytes content;

    TRY(read_file(dossier, &content, &file));
    const struct yaml *list = yaml_get(file, "actions");
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (bytes_is(yaml_text(&list->items[i], pairs[0].key), pairs[0].value))
            last = &list->items[i];
    for (size_t i = 1; i < count; i++)
        if (pairs[i].value == NULL)
            pairs[i].value = yaml_string(last, pairs[i].key, dossier->arena);
    return NULL;
}

struct error *action_assign(struct dossier *dossier, const struct journal_actor *actor,
                            const struct action_given *given)
{
    struct pair pairs[] = {{"subject", given->subject},
                           {"owner", given->owner},
                           {"due", given->due},
                           {"state", given->state},
                           {"note", given->note}};

    TRY(take_over(dossier, pairs, COUNT_OF(pairs)));
    const char *owner = pairs[1].value, *state = given->state;
    return add_entry(dossier, actor, "actions", pairs, COUNT_OF(pairs),
                     arena_printf(dossier->arena, "assign %s to %s%s%s", given->subject,
                                  owner == NULL ? "nobody" : owner, state == NULL ? "" : ", ",
                                  state == NULL ? "" : state));
}

struct error *action_sign_off(struct dossier *dossier, const struct journal_actor *actor,
                              const char *step, const char *note)
{
    const struct pair pairs[] = {
        {"step", step}, {"by", actor->by}, {"at", actor->at}, {"note", note}};

    return add_entry(dossier, actor, "sign_offs", pairs, COUNT_OF(pairs),
                     arena_printf(dossier->arena, "sign off %s", step));
}
