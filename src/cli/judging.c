#include "cli/judging.h"

#include <string.h>

#include "cli/common.h"
#include "cli/writing.h"
#include "dossier/captured.h"
#include "dossier/consistency.h"
#include "dossier/understand.h"
#include "judge/judge.h"
#include "model/query.h"
#include "pipeline/capture.h"

struct error *judging_store(sqlite3 **out)
{
    owned(assessment) described = NULL;
    sqlite3 *db;

    TRY(pipeline_describe(NULL, &described));
    TRY(store_new(&db));
    struct error *error = store_begin(db, described);
    if (error == NULL)
        *out = db;
    else
        sqlite3_close(db);
    return error;
}

/* A capture that cannot be read leaves its units open, and the rest is judged. */
static struct error *read_capture(struct dossier *dossier, struct captured *captured,
                                  bool unlocked)
{
    owned(error) error =
        pipeline_capture(captured->path, NULL, unlocked, &captured->sha256, &captured->capture);

    if (error == NULL)
        return NULL;
    if (error_kind(error) != ERROR_USAGE)
        return take(error);
    captured->why = arena_printf(dossier->arena, "%s", error_line(error));
    return NULL;
}

static struct error *read_captures(struct dossier *dossier, sqlite3 *db, bool unlocked)
{
    size_t count;
    struct captured *list = captured_list(dossier, &count);
    struct error *error = NULL;

    for (size_t i = 0; i < count && i < LIMIT_CAPTURE_FILES && error == NULL; i++)
        error = read_capture(dossier, &list[i], unlocked);
    if (error == NULL)
        error = captured_load(dossier, db, list, count);
    for (size_t i = 0; i < count; i++)
        capture_free(list[i].capture);
    return error;
}

struct error *judging_read(struct dossier *dossier, sqlite3 *db, const char *edition,
                           bool unlocked)
{
    TRY(dossier_load(dossier, db, edition));
    TRY(read_captures(dossier, db, unlocked));
    TRY(understand_run(db));
    /* How large the tables are now decides how a rule's query is run. */
    TRY(query_run(db, "PRAGMA analysis_limit = 400; ANALYZE"));
    return consistency_run(db);
}

static struct error *set_edition(sqlite3 *db, const char *edition)
{
    struct query query;

    TRY(query_open(db, "INSERT OR REPLACE INTO meta VALUES('edition', ?)", &query));
    query_bind_string(&query, 1, edition == NULL ? "3.1.3" : edition);
    struct error *error = query_step(&query);
    query_close(&query);
    return error;
}

struct error *judging_run(struct dossier *dossier, sqlite3 *db, const char *edition,
                          bool unlocked)
{
    if (dossier == NULL)
        TRY(set_edition(db, edition));
    else
        TRY(judging_read(dossier, db, edition, unlocked));
    return judge_run(db);
}

static struct error *judge_again(struct dossier *dossier, sqlite3 *db, const char *edition)
{
    TRY(query_run(db, "BEGIN IMMEDIATE"));
    struct error *error = judging_run(dossier, db, edition, false);
    if (error == NULL)
        return query_run(db, "COMMIT");
    error_free(query_run(db, "ROLLBACK"));
    return error;
}

/* An assessment that other rules judged: what was observed is kept, and judged by ours. */
static struct error *renew(struct dossier *dossier, const char *path, const char *edition,
                           sqlite3 **out)
{
    sqlite3 *db = NULL;

    TRY(judging_store(&db));
    struct error *error = store_renew(db, path);
    if (error == NULL)
        error = judging_run(dossier, db, edition, false);
    if (error == NULL)
        error = writing_store(db, dossier->folder);
    if (error == NULL)
        *out = db;
    else
        sqlite3_close(db);
    return error;
}

static struct error *open_kept(struct dossier *dossier, const char *edition, sqlite3 **out)
{
    const char *path = dossier_path(dossier, "assessment.db");
    sqlite3 *db = NULL;
    bool same = false;

    TRY(store_open_again(path, &same, &db));
    struct error *error = same ? judge_again(dossier, db, edition) : NULL;
    if (error == NULL && same) {
        *out = db;
        return NULL;
    }
    sqlite3_close(db);
    return error == NULL ? renew(dossier, path, edition, out) : error;
}

static struct error *open_new(struct dossier *dossier, const char *edition, sqlite3 **out)
{
    sqlite3 *db = NULL;

    TRY(judging_store(&db));
    struct error *error = judging_run(dossier, db, edition, false);
    if (error == NULL) {
        error_drop(writing_store(db, dossier->folder)); /* a folder that is only read will do */
        *out = db;
        return NULL;
    }
    sqlite3_close(db);
    return error;
}

struct error *judging_open(const char *folder, const char *edition, struct dossier **dossier,
                           sqlite3 **db)
{
    struct dossier *opened = NULL;

    TRY(dossier_open(folder, false, &opened));
    struct error *error = dossier_has(opened, "assessment.db") ? open_kept(opened, edition, db)
                                                               : open_new(opened, edition, db);
    if (error == NULL)
        *dossier = opened;
    else
        dossier_close(opened);
    return error;
}

int64_t judging_failures(sqlite3 *db, const char *fail_on)
{
    if (strcmp(fail_on, "never") == 0)
        return 0;
    if (strcmp(fail_on, "any") == 0)
        return query_number(db, "SELECT count(*) FROM verdict WHERE outcome = 'fail'", 1);
    return query_number(db,
                        "SELECT count(*) FROM provision_verdict AS v JOIN provision AS p"
                        " ON p.id = v.provision AND p.edition ="
                        " (SELECT value FROM meta WHERE key = 'edition')"
                        " WHERE v.outcome = 'fail' AND p.base = 'M'",
                        1);
}

struct error *judging_options(const struct line *line, const char **edition,
                              const char **fail_on)
{
    const char *value = line_value(line, "fail-on");

    *fail_on = value == NULL ? "mandatory" : value;
    if (strcmp(*fail_on, "mandatory") != 0 && strcmp(*fail_on, "any") != 0 &&
        strcmp(*fail_on, "never") != 0)
        return error_hint(error_wrap(error_new(ERROR_USAGE, "it knows no %s", value),
                                     "cannot understand --fail-on"),
                          "say mandatory, any or never");
    return common_edition(line, edition);
}
