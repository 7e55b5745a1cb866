#include "cli/actor.h"
#include "cli/common.h"
#include "cli/judging.h"
#include "dossier/action.h"
#include "dossier/answer.h"
#include "model/query.h"

static const struct option_row options[] = {
    {"owner", 0, "NAME", "who does it"},
    {"due", 0, "DATE", "until when, as 2026-12-31"},
    {"state", 0, "STATE", "open, doing or done"},
    {"note", 0, "TEXT", "what is to be done"},
    ACTOR_OPTIONS,
};

/* A unit, case, provision or IXIT table, as the catalogue spells it. */
static struct error *find_subject(const char *given, struct arena *arena, const char **out)
{
    struct query query;
    bool found = false;
    sqlite3 *db;

    TRY(store_new(&db));
    struct error *error = query_open(
        db,
        "SELECT id FROM unit WHERE id IN (?1, ?2) UNION ALL SELECT id FROM test_case"
        " WHERE id = ?2 UNION ALL SELECT id FROM provision WHERE id = ?2 UNION ALL SELECT name"
        " FROM ixit_table WHERE ?2 IN (name, old_name) UNION ALL SELECT 'ICS' WHERE ?2 = 'ICS'",
        &query);
    if (error == NULL) {
        query_bind_string(&query, 1, answer_tidy(bytes_of(given), arena));
        query_bind_string(&query, 2, given);
        error = query_next(&query, &found);
        *out = found ? arena_string(arena, query_text(&query, 0)) : NULL;
        query_close(&query);
    }
    sqlite3_close(db);
    return error;
}

static struct error *refuse(const char *what, const char *advice)
{
    return error_hint(error_wrap(error_new(ERROR_USAGE, "%s", what), "cannot assign"), "%s",
                      advice);
}

static struct error *check(const struct action_given *given)
{
    if (given->subject == NULL)
        return refuse("there is nothing of that name to be done",
                      "name a unit (5.1-1-1-a), a provision (5.1-1) or an IXIT table "
                      "(28-LogIntf), as proviso gap shows them");
    if (given->owner == NULL && given->due == NULL && given->state == NULL &&
        given->note == NULL)
        return refuse("nobody is named who does it", "give --owner NAME");
    if (given->due != NULL && !common_fits(given->due, "0000-00-00"))
        return refuse("the due date is no date", "write it as 2026-12-31");
    if (given->state != NULL && !action_is_state(bytes_of(given->state)))
        return refuse("there is no such state", "say open, doing or done");
    return NULL;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    owned(arena) arena = arena_new();
    struct journal_actor actor;
    struct dossier *dossier = NULL;
    struct action_given given = {.owner = line_value(line, "owner"),
                                 .due = line_value(line, "due"),
                                 .state = line_value(line, "state"),
                                 .note = line_value(line, "note")};

    (void)code;
    TRY(actor_of(line, arena, &actor));
    TRY(actor_text(line, "owner", true));
    TRY(actor_text(line, "note", false));
    TRY(find_subject(line->arguments[1], arena, &given.subject));
    TRY(check(&given));
    TRY(dossier_open(line->arguments[0], true, &dossier));
    struct error *error = action_assign(dossier, &actor, &given);
    dossier_close(dossier);
    return error;
}

const struct command command_assign = {
    .name = "assign",
    .arguments = "DOSSIER SUBJECT",
    .summary = "who does what until when: a unit, a provision or an IXIT table of the gap",
    .example = "proviso assign camera/ 28-LogIntf --owner \"Firmware team\" --due 2026-12-31",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 2,
    .most = 2,
    .run = run,
};
