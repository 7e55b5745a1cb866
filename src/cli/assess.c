#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "cli/cli.h"
#include "cli/common.h"
#include "judge/judge.h"
#include "model/query.h"

static const struct option_row options[] = {
    {"output", 'o', "DIR", "write report.html, assessment.json and assessment.db there"},
    {"json", 0, "FILE", "write assessment.json to FILE (- for standard output)"},
    {"edition", 0, "3.1.3", "edition of EN 303 645 to assess against"},
    {"fail-on", 0, "WHAT", "exit 1 on: mandatory (default), any, never"},
    {"date", 0, "TEXT", "date of the assessment, as it shall stand in the report"},
    {"knowledge", 0, "DIR", "rules of your own, laid over the built-in ones"},
    COMMON_OPTIONS,
    {"quiet", 'q', NULL, "print nothing but errors"},
};

static struct error *make_folder(const char *folder)
{
    if (mkdir(folder, 0777) == 0 || errno == EEXIST)
        return NULL;
    return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(errno)),
                                 "cannot make the folder %s", folder),
                      "choose a folder you may write to with -o");
}

static struct error *write_report(sqlite3 *db, const struct report *report, const char *folder)
{
    owned(text) content = text_new();
    owned(text) path = text_new();

    TRY(report->write(db, content));
    text_addf(path, "%s/%s", folder, report->file_name);
    return store_write(text_string(path), text_bytes(content));
}

static struct error *write_reports(sqlite3 *db, const char *folder)
{
    owned(text) path = text_new();
    struct bytes image;

    TRY(make_folder(folder));
    for (size_t i = 0; i < report_count; i++)
        if (reports[i]->file_name != NULL)
            TRY(error_wrap(write_report(db, reports[i], folder), "writing the %s report",
                           reports[i]->name));
    text_addf(path, "%s/assessment.db", folder);
    TRY(store_serialize(db, &image));
    struct error *error = store_write(text_string(path), image);
    sqlite3_free((void *)(uintptr_t)image.data);
    return error;
}

static struct error *write_json(sqlite3 *db, const char *path)
{
    owned(text) content = text_new();

    TRY(report_named("json")->write(db, content));
    if (strcmp(path, "-") != 0)
        return store_write(path, text_bytes(content));
    output_text(content);
    return NULL;
}

/* Nothing of it could be read: that is not an assessment that failed nothing. */
static struct error *check_readable(sqlite3 *db, const char *path)
{
    int64_t dark = query_number(db,
                                "SELECT SUM(length) FROM map WHERE kind IN ('encrypted','unknown')", 0);
    int64_t encrypted = query_number(db, "SELECT SUM(length) FROM map WHERE kind = 'encrypted'", 0);
    int64_t all = query_number(db, "SELECT SUM(length) FROM map", 1);

    if (query_number(db, "SELECT count(*) FROM node WHERE kind NOT IN ('container') AND"
                         " COALESCE(format, '') NOT IN ('unknown', 'encrypted', 'text')", 0) > 0)
        return NULL;
    if (encrypted * 10 >= all * 9)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "its bytes look random from end to end, as encrypted ones do"),
                       "cannot look into %s", path),
            "ask the maker for the unencrypted image, or read it from the device");
    if (dark * 10 >= all * 9)
        return error_hint(error_wrap(error_new(ERROR_USAGE, "nothing in it has a format that is known"),
                                     "cannot look into %s", path),
                          "proviso list formats says what is read; is it the whole image?");
    return NULL;
}

static int64_t failures(sqlite3 *db, const char *fail_on)
{
    if (strcmp(fail_on, "never") == 0)
        return 0;
    if (strcmp(fail_on, "any") == 0)
        return query_number(db, "SELECT count(*) FROM verdict WHERE outcome = 'fail'", 0);
    return query_number(db,
                        "SELECT count(*) FROM provision_verdict AS v JOIN provision AS p"
                        " ON p.id = v.provision AND p.edition = '3.1.3'"
                        " WHERE v.outcome = 'fail' AND p.base = 'M'",
                        0);
}

static struct error *check_values(const struct line *line, const char **fail_on)
{
    const char *edition = line_value(line, "edition");
    const char *value = line_value(line, "fail-on");

    *fail_on = value == NULL ? "mandatory" : value;
    if (strcmp(*fail_on, "mandatory") != 0 && strcmp(*fail_on, "any") != 0 &&
        strcmp(*fail_on, "never") != 0)
        return error_hint(error_new(ERROR_USAGE, "--fail-on knows no %s", value),
                          "say mandatory, any or never");
    if (edition != NULL && strcmp(edition, "3.1.3") != 0)
        return error_hint(error_new(ERROR_USAGE, "there are no rules for edition %s", edition),
                          "leave --edition out, or say 3.1.3");
    return NULL;
}

static struct error *show(const struct line *line, sqlite3 *db, double seconds)
{
    owned(text) screen = text_new();
    struct terminal_options terminal = {
        .colour = output_has_colour(),
        .seconds = seconds,
        .folder = line_value(line, "output"),
        .failures = 20,
    };
    const char *json = line_value(line, "json");

    if (terminal.folder != NULL)
        TRY(write_reports(db, terminal.folder));
    if (json != NULL)
        TRY(write_json(db, json));
    if (line_has(line, "quiet") || (json != NULL && strcmp(json, "-") == 0))
        return NULL;
    TRY(terminal_write(db, &terminal, screen));
    output_progress_end();
    output_text(screen);
    return NULL;
}

static struct error *judge_and_show(const struct line *line, sqlite3 *db,
                                    const struct assessment *assessment, uint64_t began,
                                    enum exit_code *code)
{
    const char *fail_on, *knowledge = line_value(line, "knowledge");

    TRY(check_values(line, &fail_on));
    if (knowledge != NULL)
        TRY(common_overlay(db, knowledge));
    TRY(store_fill(db, assessment));
    TRY(judge_run(db));
    TRY(show(line, db, (double)(pipeline_clock_ms() - began) / 1000));
    if (failures(db, fail_on) > 0)
        *code = EXIT_FAILED;
    return check_readable(db, line->arguments[0]);
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    struct pipeline_options pipeline = {.progress = output_progress,
                                        .date = line_value(line, "date")};
    uint64_t began = pipeline_clock_ms();
    owned(assessment) assessment = NULL;
    const char *fail_on;
    sqlite3 *db = NULL;

    TRY(check_values(line, &fail_on));
    if (line_has(line, "output"))
        TRY(make_folder(line_value(line, "output")));
    TRY(common_options(line, &pipeline));
    TRY(pipeline_run(line->arguments[0], &pipeline, &assessment));
    TRY(common_refuse_text(line->arguments[0], assessment));
    TRY(store_new(&db));
    struct error *error = judge_and_show(line, db, assessment, began, code);
    sqlite3_close(db);
    return error;
}

const struct command command_assess = {
    .name = "assess",
    .arguments = "IMAGE|DIR",
    .summary = "assess a firmware image, an archive or a root file system",
    .example = "proviso assess router.bin -o out/",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 1,
    .run = run,
};
