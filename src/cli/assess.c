#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/common.h"
#include "judge/judge.h"
#include "model/query.h"

static const char store_name[] = "assessment.db";

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

/* Makes the folders that FOLDER lies in. What cannot be made shows when FOLDER itself is. */
static void make_way(const char *folder)
{
    owned(text) way = text_new();

    for (const char *slash = strchr(folder + 1, '/'); *folder != '\0' && slash != NULL;
         slash = strchr(slash + 1, '/')) {
        text_clear(way);
        text_add_bytes(way, bytes_from(folder, (size_t)(slash - folder)));
        mkdir(text_string(way), 0777);
    }
}

/* Makes the folder, or sees that it can be written to; *MADE says which. */
static struct error *make_folder(const char *folder, bool *made)
{
    struct stat status;

    make_way(folder);
    *made = mkdir(folder, 0777) == 0;
    if (*made || (errno == EEXIST && stat(folder, &status) == 0 && S_ISDIR(status.st_mode) &&
                  access(folder, W_OK | X_OK) == 0))
        return NULL;
    return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s",
                                           errno == EEXIST ? "there is a file of that name"
                                                           : strerrordesc_np(errno)),
                                 "cannot write to the folder %s", folder),
                      "choose a folder you may write to with -o");
}

/* The name under which a file of the output folder waits until all of them are written. */
static void add_path(struct text *path, const char *folder, const char *name, bool waiting)
{
    text_clear(path);
    text_addf(path, "%s/%s%s", folder, name, waiting ? ".new" : "");
}

static struct error *write_report(sqlite3 *db, const struct report *report, const char *path)
{
    owned(text) content = text_new();

    TRY(report->write(db, content));
    return store_write(path, text_bytes(content));
}

static struct error *write_waiting(sqlite3 *db, const char *folder, struct text *path)
{
    struct bytes image;

    for (size_t i = 0; i < report_count; i++) {
        if (reports[i]->file_name == NULL)
            continue;
        add_path(path, folder, reports[i]->file_name, true);
        TRY(error_wrap(write_report(db, reports[i], text_string(path)), "writing the %s report",
                       reports[i]->name));
    }
    add_path(path, folder, store_name, true);
    TRY(store_serialize(db, &image));
    struct error *error = store_write(text_string(path), image);
    sqlite3_free((void *)(uintptr_t)image.data);
    return error;
}

/* Gives a waiting file its name, or removes it. */
static struct error *settle_file(const char *folder, const char *name, bool keep)
{
    owned(text) waiting = text_new();
    owned(text) path = text_new();

    add_path(waiting, folder, name, true);
    add_path(path, folder, name, false);
    if (!keep)
        unlink(text_string(waiting));
    else if (rename(text_string(waiting), text_string(path)) != 0)
        return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(errno)),
                                     "cannot write %s", text_string(path)),
                          "choose a folder you may write to with -o");
    return NULL;
}

static struct error *write_set(sqlite3 *db, const char *folder)
{
    owned(text) path = text_new();
    struct error *error = write_waiting(db, folder, path);
    bool keep = error == NULL;

    for (size_t i = 0; i <= report_count; i++) {
        const char *name = i < report_count ? reports[i]->file_name : store_name;
        struct error *late = name == NULL ? NULL : settle_file(folder, name, keep);
        if (error == NULL)
            error = late;
        else
            error_free(late);
    }
    return error;
}

/*
 * All files of the output folder or none: two runs into one folder wait for each other, and a
 * signal to end waits for the few milliseconds that the writing takes.
 */
static struct error *write_reports(sqlite3 *db, const char *folder)
{
    int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    sigset_t ends, before;

    if (lock >= 0)
        (void)flock(lock, LOCK_EX); /* a file system without locks is no reason to stop */
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, &before);
    struct error *error = write_set(db, folder);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (lock >= 0)
        close(lock);
    return error;
}

/* A device, pipe or link is written to as it stands: it must not be replaced by a file. */
static struct error *write_in_place(const char *path, struct bytes content)
{
    FILE *file = fopen(path, "we");
    bool ok = file != NULL && fwrite(content.data, 1, content.size, file) == content.size;
    int reason = errno;

    if (file != NULL && fclose(file) != 0 && ok) {
        reason = errno;
        ok = false;
    }
    if (ok)
        return NULL;
    return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(reason)),
                                 "cannot write %s", path),
                      "choose another file with --json");
}

static struct error *write_json(sqlite3 *db, const char *path)
{
    owned(text) content = text_new();
    struct stat status;

    TRY(report_named("json")->write(db, content));
    if (strcmp(path, "-") == 0) {
        output_text(content);
        return NULL;
    }
    return lstat(path, &status) == 0 && !S_ISREG(status.st_mode)
               ? write_in_place(path, text_bytes(content))
               : store_write(path, text_bytes(content));
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

static int64_t failures(sqlite3 *db, const char *fail_on)
{
    if (strcmp(fail_on, "never") == 0)
        return 0;
    if (strcmp(fail_on, "any") == 0)
        return query_number(db, "SELECT count(*) FROM verdict WHERE outcome = 'fail'", 0);
    return query_number(
        db,
        "SELECT count(*) FROM provision_verdict AS v JOIN provision AS p"
        " ON p.id = v.provision AND p.edition = (SELECT value FROM meta WHERE key = 'edition')"
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
        return error_hint(error_wrap(error_new(ERROR_USAGE, "it knows no %s", value),
                                     "cannot understand --fail-on"),
                          "say mandatory, any or never");
    if (edition != NULL && strcmp(edition, "3.1.3") != 0)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "there are no rules for edition %s", edition),
                       "cannot understand --edition"),
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
    TRY(check_readable(db, line->arguments[0]));
    TRY(show(line, db, (double)(pipeline_clock_ms() - began) / 1000));
    if (failures(db, fail_on) > 0)
        *code = EXIT_FAILED;
    return NULL;
}

static struct error *assess(const struct line *line, struct pipeline_options *pipeline,
                            enum exit_code *code)
{
    uint64_t began = pipeline_clock_ms();
    owned(assessment) assessment = NULL;
    sqlite3 *db = NULL;

    TRY(pipeline_run(line->arguments[0], pipeline, &assessment));
    TRY(common_refuse(line->arguments[0], assessment));
    TRY(store_new(&db));
    struct error *error = judge_and_show(line, db, assessment, began, code);
    sqlite3_close(db);
    return error;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    struct pipeline_options pipeline = {.progress = output_progress,
                                        .date = line_value(line, "date")};
    const char *folder = line_value(line, "output"), *fail_on;
    bool made = false;

    TRY(check_values(line, &fail_on));
    TRY(common_options(line, &pipeline));
    if (folder != NULL)
        TRY(make_folder(folder, &made));
    struct error *error = assess(line, &pipeline, code);
    if (error != NULL && made)
        rmdir(folder); /* nothing is in it */
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
