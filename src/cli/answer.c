#include "dossier/answer.h"

#include "cli/actor.h"
#include "cli/judging.h"
#include "model/query.h"

static const struct option_row options[] = {
    {"because", 0, "TEXT", "why: what you did and what you saw"},
    {"evidence", 0, "FILE", "what shows it; copied into the dossier (several: FILE,FILE)"},
    {"from", 0, "FILE", "many answers at once: YAML, see doc/dossier.md"},
    {"edition", 0, "3.1.3|2.1.1", "of the unit (default: the dossier's)"},
    ACTOR_OPTIONS,
};

static const char **split(struct arena *arena, const char *list, size_t *count)
{
    struct bytes rest = bytes_of(list), part;
    const char **parts = NULL;
    size_t capacity = 0;

    *count = 0;
    while (bytes_next_field(&rest, ',', &part)) {
        parts = arena_grow(arena, parts, &capacity, *count + 1, sizeof *parts);
        parts[(*count)++] = arena_string(arena, part);
    }
    return parts;
}

static struct error *read_line(const struct line *line, struct arena *arena,
                               struct answer_given **given, size_t *count)
{
    const char *from = line_value(line, "from"), *evidence = line_value(line, "evidence");

    if (from != NULL && line->argument_count == 1 && !line_has(line, "because") &&
        evidence == NULL)
        return answer_read(from, arena, given, count);
    if (from != NULL)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "--from says all of it"), "cannot answer"),
            "write units, outcomes, reasons and evidence into %s, and leave them out here",
            from);
    if (line->argument_count != 3)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "a unit and an outcome are missing"),
                       "cannot answer"),
            "proviso answer DOSSIER 5.1-1-1-a pass --because TEXT, or --from FILE");
    *given = arena_alloc(arena, sizeof **given);
    **given = (struct answer_given){.unit = line->arguments[1],
                                    .outcome = line->arguments[2],
                                    .because = line_value(line, "because")};
    if (evidence != NULL)
        (*given)->evidence = split(arena, evidence, &(*given)->evidence_count);
    *count = 1;
    return NULL;
}

/* "5.1-1-1-a: fail, automatic; your objection is recorded" */
static struct error *say_verdict(sqlite3 *db, const char *unit, struct text *out)
{
    struct query row;
    bool found = false;

    TRY(query_open(db,
                   "SELECT outcome, automatic, disputed, stale FROM verdict WHERE unit = ?1"
                   " UNION ALL SELECT outcome, 0, 0, NULL FROM case_verdict"
                   " WHERE test_case = ?1",
                   &row));
    query_bind_string(&row, 1, unit);
    struct error *error = query_next(&row, &found);
    if (error == NULL && found) {
        text_addf(out, "%s: %.*s", unit, (int)query_text(&row, 0).size,
                  (const char *)query_text(&row, 0).data);
        if (query_integer(&row, 2) != 0)
            text_add(out, ", proven by the program; your objection is recorded and shown in "
                          "every report");
        else if (query_integer(&row, 1) != 0)
            text_add(out, ", decided by the program as well");
        if (!query_is_null(&row, 3)) {
            text_add(out, ", the answer is stale: ");
            text_add_terminal(out, query_text(&row, 3));
        }
        text_add_char(out, '\n');
    }
    query_close(&row);
    return error;
}

static struct error *say_all(const struct line *line, const char *edition,
                             const struct answer_given *given, size_t count)
{
    owned(text) out = text_new();
    owned(arena) arena = arena_new();
    struct dossier *dossier = NULL;
    sqlite3 *db = NULL;

    TRY(judging_open(line->arguments[0], edition, &dossier, &db));
    struct error *error = NULL;
    for (size_t i = 0; i < count && error == NULL; i++) {
        const char *unit;
        error = answer_unit(db, given[i].unit, arena, &unit);
        if (error == NULL && unit != NULL)
            error = say_verdict(db, unit, out);
    }
    sqlite3_close(db);
    dossier_close(dossier);
    output_text(out);
    return error;
}

static struct error *write_answers(const struct line *line, const char *edition,
                                   const struct journal_actor *actor,
                                   const struct answer_given *given, size_t count)
{
    struct dossier *locked = NULL, *dossier = NULL;
    sqlite3 *db = NULL;

    TRY(dossier_open(line->arguments[0], true, &locked));
    struct error *error = judging_open(line->arguments[0], edition, &dossier, &db);
    if (error == NULL)
        error = answer_write(locked, db, actor, given, count);
    sqlite3_close(db);
    dossier_close(dossier);
    dossier_close(locked);
    return error;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    owned(arena) arena = arena_new();
    const char *edition, *fail_on;
    struct journal_actor actor;
    struct answer_given *given;
    size_t count;

    (void)code;
    TRY(judging_options(line, &edition, &fail_on));
    TRY(actor_of(line, arena, &actor));
    TRY(read_line(line, arena, &given, &count));
    TRY(write_answers(line, edition, &actor, given, count));
    return error_wrap(say_all(line, edition, given, count),
                      "recorded; but %s cannot be judged with it", line->arguments[0]);
}

const struct command command_answer = {
    .name = "answer",
    .arguments = "DOSSIER [UNIT OUTCOME]",
    .summary = "record what you conclude of a test unit: pass, fail or inconclusive",
    .example = "proviso answer camera/ 5.2-1-1-a pass --because \"read the policy\"\n"
               "  proviso answer camera/ 5.1-2 not-applicable --because \"agree with the ICS\"",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 3,
    .run = run,
};
