#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/common.h"
#include "cli/judging.h"
#include "cli/writing.h"
#include "model/query.h"

static const struct option_row options[] = {
    {"output", 'o', "DIR", "write report.html, assessment.json and assessment.db there"},
    {"json", 0, "FILE", "write assessment.json to FILE (- for standard output)"},
    {"dossier", 0, "DIR", "what the maker declares of it; its assessment.db is written anew"},
    {"firmware", 0, "FILE", "of a DOSSIER: the image, where product.yaml does not name it"},
    {"edition", 0, "3.1.3|2.1.1", "edition of EN 303 645 to assess against"},
    {"fail-on", 0, "WHAT", "exit 1 on: " JUDGING_FAIL_ON},
    {"date", 0, "TEXT", "date of the assessment, as it shall stand in the report"},
    {"knowledge", 0, "DIR", "rules of your own, laid over the built-in ones"},
    COMMON_OPTIONS,
    {"quiet", 'q', NULL, "print nothing but errors"},
};

static struct error *write_json(sqlite3 *db, const char *path)
{
    owned(text) content = text_new();

    TRY(report_named("json")->write(db, content));
    if (strcmp(path, "-") == 0) {
        output_text(content);
        return NULL;
    }
    return writing_file(path, text_bytes(content), "--json");
}

static int64_t mapped(sqlite3 *db, const char *kind)
{
    owned(text) sql = text_new();

    text_addf(sql, "SELECT COALESCE(SUM(length), 0) FROM map WHERE '%s' IN ('any', kind)",
              kind);
    return query_number(db, text_string(sql), 0);
}

/* Nothing of it could be read: that is not an assessment that failed nothing. */
static struct error *check_readable(sqlite3 *db, const char *path)
{
    int64_t encrypted = mapped(db, "encrypted"), padding = mapped(db, "padding");
    int64_t unknown = mapped(db, "unknown"), all = mapped(db, "any");
    const char *why = NULL, *advice = NULL;

    if (query_number(db,
                     "SELECT count(*) FROM node WHERE kind NOT IN ('container') AND"
                     " COALESCE(format, '') NOT IN ('unknown', 'encrypted', 'text')",
                     0) > 0)
        return NULL;
    if ((encrypted + unknown + padding) * 10 >= all * 9) {
        bool cut =
            query_number(db, "SELECT count(*) FROM unread WHERE reason LIKE '%cut short%'", 0) >
            0;
        why = cut ? "what it begins with is cut short, and nothing of it can be read"
                  : "nothing in it has a format that is known";
        advice = cut ? "the download or the dump is not whole: compare its size with the "
                       "maker's page"
                     : "proviso list formats says what is read; is it the whole image?";
    }
    if (encrypted * 10 >= all * 9) {
        why = "its bytes look random from end to end, as encrypted ones do";
        advice = "ask the maker for the unencrypted image, or read it from the device";
    }
    if (padding * 10 >= all * 9) {
        why = "it holds next to nothing but padding (one byte repeated)";
        advice = "the download or the dump may have failed: get it again";
    }
    if (why == NULL)
        return NULL;
    return error_hint(
        error_wrap(error_new(ERROR_USAGE, "%s", why), "cannot look into %s", path), "%s",
        advice);
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
        TRY(writing_reports(db, terminal.folder));
    if (json != NULL)
        TRY(write_json(db, json));
    if (line_has(line, "quiet") || (json != NULL && strcmp(json, "-") == 0))
        return NULL;
    TRY(terminal_write(db, &terminal, screen));
    output_progress_end();
    output_text(screen);
    return NULL;
}

/* What one run assesses. */
struct run {
    const struct line *line;
    struct pipeline_options pipeline;
    const char *edition, *fail_on;
    struct dossier *dossier; /* or NULL */
    const char *image;
    uint64_t began;
};

static struct error *judge_and_show(struct run *run, sqlite3 *db,
                                    const struct assessment *assessment, enum exit_code *code)
{
    const char *knowledge = line_value(run->line, "knowledge");

    if (knowledge != NULL)
        TRY(common_overlay(db, knowledge));
    TRY(store_fill(db, assessment));
    TRY(judging_run(run->dossier, db, run->edition, run->pipeline.unlocked));
    TRY(check_readable(db, run->image));
    if (run->dossier != NULL)
        TRY(writing_store(db, run->dossier->folder));
    TRY(show(run->line, db, (double)(pipeline_clock_ms() - run->began) / 1000));
    if (judging_failures(db, run->fail_on) > 0)
        *code = EXIT_FAILED;
    return NULL;
}

static struct error *assess(struct run *run, enum exit_code *code)
{
    owned(assessment) assessment = NULL;
    sqlite3 *db = NULL;

    TRY(pipeline_run(run->image, &run->pipeline, &assessment));
    TRY(common_refuse(run->image, assessment));
    TRY(store_new(&db));
    struct error *error = judge_and_show(run, db, assessment, code);
    sqlite3_close(db);
    return error;
}

static struct error *into_folder(struct run *run, enum exit_code *code)
{
    const char *folder = line_value(run->line, "output");
    bool made = false;

    if (folder != NULL)
        TRY(writing_folder(folder, &made));
    struct error *error = assess(run, code);
    if (error != NULL && made)
        rmdir(folder); /* nothing is in it */
    return error;
}

/* The firmware that product.yaml names, or --firmware does. */
static struct error *find_image(struct run *run)
{
    const char *given = line_value(run->line, "firmware");
    const char *named = NULL;

    if (given != NULL) {
        run->image = given;
        return NULL;
    }
    TRY(dossier_firmware(run->dossier, &named));
    if (named == NULL)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "its product.yaml names no firmware"),
                       "cannot assess %s", run->dossier->folder),
            "write firmware: [{file: …}] into product.yaml, or give --firmware FILE;"
            " proviso judge %s goes without",
            run->dossier->folder);
    run->image = named;
    return NULL;
}

static struct error *assess_dossier(struct run *run, const char *folder, enum exit_code *code)
{
    TRY(dossier_open(folder, false, &run->dossier));
    struct error *error = find_image(run);
    if (error == NULL)
        error = into_folder(run, code);
    dossier_close(run->dossier);
    return error;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    struct run run = {
        .line = line,
        .image = line->arguments[0],
        .began = pipeline_clock_ms(),
        .pipeline = {.progress = output_progress, .date = line_value(line, "date")}};
    const char *folder = line_value(line, "dossier");

    TRY(judging_options(line, &run.edition, &run.fail_on));
    TRY(common_options(line, &run.pipeline));
    if (folder == NULL && dossier_is(line->arguments[0]))
        return assess_dossier(&run, line->arguments[0], code);
    if (folder == NULL)
        return into_folder(&run, code);
    TRY(dossier_open(folder, false, &run.dossier));
    struct error *error = into_folder(&run, code);
    dossier_close(run.dossier);
    return error;
}

const struct command command_assess = {
    .name = "assess",
    .arguments = "IMAGE|DIR|DOSSIER",
    .summary = "assess a firmware image, an archive, a root file system or a dossier",
    .example = "proviso assess router.bin -o out/",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 1,
    .run = run,
};
