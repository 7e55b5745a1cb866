#include "cli/judging.h"
#include "cli/writing.h"
#include "model/query.h"

static const struct option_row options[] = {
    {"output", 'o', "DIR",
     "write report.html, assessment.json and assessment.db there as well"},
    {"edition", 0, "3.1.3|2.1.1", "judge against that edition of EN 303 645"},
    {"fail-on", 0, "WHAT", "exit 1 on: " JUDGING_FAIL_ON},
    {"quiet", 'q', NULL, "print nothing but errors"},
};

static struct error *show(const struct line *line, sqlite3 *db)
{
    owned(text) screen = text_new();
    struct terminal_options terminal = {.colour = output_has_colour(),
                                        .seconds = -1,
                                        .folder = line_value(line, "output"),
                                        .failures = 20};

    if (terminal.folder != NULL)
        TRY(writing_reports(db, terminal.folder));
    if (line_has(line, "quiet"))
        return NULL;
    TRY(terminal_write(db, &terminal, screen));
    output_text(screen);
    return NULL;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    const char *edition, *fail_on;
    struct dossier *dossier = NULL;
    sqlite3 *db = NULL;

    TRY(judging_options(line, &edition, &fail_on));
    TRY(judging_open(line->arguments[0], edition, &dossier, &db));
    /* The first judgement of a dossier whose firmware was never assessed is kept as well. */
    struct error *error =
        dossier_has(dossier, "assessment.db") ? NULL : writing_store(db, line->arguments[0]);
    if (error == NULL)
        error = show(line, db);
    if (error == NULL && judging_failures(db, fail_on) > 0)
        *code = EXIT_FAILED;
    sqlite3_close(db);
    dossier_close(dossier);
    return error;
}

const struct command command_judge = {
    .name = "judge",
    .arguments = "DOSSIER",
    .summary = "judge a dossier again: after an answer, or a change of ICS and IXIT",
    .example = "proviso judge camera/",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 1,
    .run = run,
};
