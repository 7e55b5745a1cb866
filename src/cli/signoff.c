#include "cli/actor.h"
#include "cli/judging.h"
#include "dossier/action.h"
#include "model/query.h"

static const struct option_row options[] = {
    {"note", 0, "TEXT", "a remark to go with it"},
    ACTOR_OPTIONS,
};

/* The six steps, and who signed off each last. */
static struct error *show(sqlite3 *db)
{
    owned(text) out = text_new();
    struct query row;

    TRY(query_open(db, "SELECT who, at, note FROM sign_off WHERE step = ? ORDER BY at DESC",
                   &row));
    struct error *error = NULL;
    for (size_t i = 0; i < ACTION_STEPS && error == NULL; i++) {
        bool found = false;
        query_bind_string(&row, 1, action_steps[i].name);
        error = query_next(&row, &found);
        text_addf(out, "%zu  %-12s %s\n", i + 1, action_steps[i].name, action_steps[i].meaning);
        if (error == NULL && found) {
            text_add(out, "   signed off by ");
            text_add_terminal(out, query_text(&row, 0));
            text_add(out, ", ");
            text_add_terminal(out, query_text(&row, 1));
            if (query_text(&row, 2).size > 0)
                text_add(out, ": ");
            text_add_terminal(out, query_text(&row, 2));
            text_add(out, "\n");
        }
        query_reset(&row);
    }
    query_close(&row);
    output_text(out);
    return error;
}

static struct error *show_steps(const char *folder)
{
    struct dossier *dossier = NULL;
    sqlite3 *db = NULL;

    TRY(judging_open(folder, NULL, &dossier, &db));
    struct error *error = show(db);
    sqlite3_close(db);
    dossier_close(dossier);
    return error;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    owned(arena) arena = arena_new();
    struct journal_actor actor;
    struct dossier *dossier = NULL;

    (void)code;
    if (line->argument_count == 1)
        return show_steps(line->arguments[0]);
    if (!action_is_step(bytes_of(line->arguments[1])))
        return error_hint(error_wrap(error_new(ERROR_USAGE, "an evaluation has no step of that"
                                                            " name"),
                                     "cannot sign off %s", line->arguments[1]),
                          "say scope, declaration, execution, analysis, conclusion or "
                          "correction");
    TRY(actor_of(line, arena, &actor));
    TRY(actor_text(line, "note", false));
    TRY(dossier_open(line->arguments[0], true, &dossier));
    struct error *error =
        action_sign_off(dossier, &actor, line->arguments[1], line_value(line, "note"));
    dossier_close(dossier);
    return error == NULL ? show_steps(line->arguments[0]) : error;
}

const struct command command_signoff = {
    .name = "signoff",
    .arguments = "DOSSIER [STEP]",
    .summary = "the six steps of an evaluation: who signed off which, and when",
    .example = "proviso signoff camera/ declaration --by \"A. Evaluator\"",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 2,
    .run = run,
};
