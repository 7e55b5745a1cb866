#include "cli/cli.h"
#include "cli/common.h"
#include "cli/writing.h"

static const struct option_row options[] = {
    {"format", 'f', "NAME", "which report to write; see --list"},
    {"output", 'o', "FILE", "write it to FILE; without, or with -, to standard output"},
    {"list", 0, NULL, "show the reports there are, and write none"},
};

static void add_names(struct text *out)
{
    for (size_t i = 0; i < report_count; i++)
        text_addf(out, "%s%s",
                  i == 0                 ? ""
                  : i + 1 < report_count ? ", "
                                         : " or ",
                  reports[i]->name);
}

/* NAME: what was given, NULL when nothing was. */
static struct error *no_report(const char *name)
{
    owned(text) names = text_new();

    add_names(names);
    if (name == NULL)
        return error_hint(error_wrap(error_new(ERROR_USAGE, "it is not said which one"),
                                     "cannot write a report"),
                          "give --format %s", text_string(names));
    return error_hint(error_wrap(error_new(ERROR_USAGE, "there is no report called %s", name),
                                 "cannot understand --format"),
                      "say %s", text_string(names));
}

static void list_reports(void)
{
    owned(text) out = text_new();

    for (size_t i = 0; i < report_count; i++)
        text_addf(out, "%-16s  %s\n", reports[i]->name, reports[i]->title);
    output_text(out);
}

static struct error *write_report(const struct line *line, const struct report *report)
{
    owned(text) content = text_new();
    sqlite3 *db;

    TRY(common_open(line->arguments[0], &db));
    struct error *error = error_wrap(report->write(db, content), "writing the %s report of %s",
                                     report->name, line->arguments[0]);
    sqlite3_close(db);
    TRY(error);
    return writing_output(line_value(line, "output"), content, report->name);
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    const char *name = line_value(line, "format");
    const struct report *report = name == NULL ? NULL : report_named(name);

    (void)code;
    if (line_has(line, "list")) {
        list_reports();
        return NULL;
    }
    if (report == NULL)
        return no_report(name);
    if (line->argument_count == 0)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "no assessment is given"),
                       "cannot write a report"),
            "proviso report FOLDER --format %s, where FOLDER has an assessment.db",
            report->name);
    return write_report(line, report);
}

const struct command command_report = {
    .name = "report",
    .arguments = "ASSESSMENT",
    .summary = "write a report of an assessment: SARIF, JUnit, SBOM, OSCAL and others",
    .example = "proviso report out/ --format sarif -o proviso.sarif",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 0,
    .most = 1,
    .run = run,
};
