#include "report/explain.h"

#include "cli/cli.h"
#include "cli/common.h"

static struct error *run(const struct line *line, enum exit_code *code)
{
    const struct explain_options options = {.path = line->arguments[0],
                                            .colour = output_has_colour()};
    owned(text) out = text_new();
    sqlite3 *db;

    (void)code;
    TRY(common_open(line->arguments[0], &db));
    struct error *error = explain_write(db, line->arguments[1], &options, out);
    sqlite3_close(db);
    TRY(error);
    output_text(out);
    return NULL;
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "ASSESSMENT UNIT",
    .summary = "show one test unit, case or provision: outcome, proof, question, rule",
    .example = "proviso explain out/assessment.db 5.1-1-2-c",
    .least = 2,
    .most = 2,
    .run = run,
};
