#include "judge/judge.h"

#include <time.h>

#include "base/limits.h"
#include "base/text.h"
#include "judge/rule.h"
#include "model/query.h"

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS verdict(unit TEXT PRIMARY KEY, outcome TEXT, automatic INTEGER,"
    " counter_examples INTEGER, looked_at INTEGER, missing TEXT);"
    "CREATE TABLE IF NOT EXISTS counter_example(unit TEXT, place INTEGER, observation INTEGER,"
    " because TEXT, severity INTEGER, PRIMARY KEY(unit, place));"
    "CREATE TABLE IF NOT EXISTS case_verdict(test_case TEXT PRIMARY KEY, outcome TEXT);"
    "CREATE TABLE IF NOT EXISTS provision_verdict(provision TEXT PRIMARY KEY, outcome TEXT);"
    "DELETE FROM verdict; DELETE FROM counter_example; DELETE FROM case_verdict;"
    "DELETE FROM provision_verdict;";

/* One failed unit fails its case, unless the case offers an alternative. */
static const char fold_cases[] =
    "INSERT INTO case_verdict"
    " SELECT c.id, CASE"
    "   WHEN SUM(v.outcome = 'fail') > 0 AND (c.combine IS NULL OR c.combine NOT IN"
    "     ('at_least_one_mechanism', 'a_or_(b_and_(c_or_d))')) THEN 'fail'"
    "   WHEN SUM(v.outcome <> 'pass') = 0 THEN 'pass' ELSE 'open' END"
    " FROM test_case AS c JOIN unit AS u ON u.test_case = c.id AND u.edition = c.edition"
    " JOIN verdict AS v ON v.unit = u.id WHERE c.edition = '3.1.3' GROUP BY c.id";

static const char fold_provisions[] =
    "INSERT INTO provision_verdict"
    " SELECT p.id, CASE WHEN SUM(v.outcome = 'fail') > 0 THEN 'fail'"
    "   WHEN SUM(v.outcome <> 'pass') = 0 THEN 'pass' ELSE 'open' END"
    " FROM provision AS p JOIN test_case AS c ON c.provision = p.id AND c.edition = p.edition"
    " JOIN case_verdict AS v ON v.test_case = c.id WHERE p.edition = '3.1.3' GROUP BY p.id";

struct judging {
    sqlite3 *db;
    struct query insert_verdict, insert_counter, covered;
    struct timespec deadline;
};

static int out_of_time(void *context)
{
    const struct judging *judging = context;
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > judging->deadline.tv_sec;
}

static void start_clock(struct judging *judging)
{
    clock_gettime(CLOCK_MONOTONIC, &judging->deadline);
    judging->deadline.tv_sec += LIMIT_JUDGE_SECONDS;
}

static int column_called(const struct query *row, const char *name)
{
    for (int i = 0; i < query_columns(row); i++)
        if (bytes_is(bytes_of(query_column_name(row, i)), name))
            return i;
    return -1;
}

static struct error *add_counter(struct judging *judging, struct bytes unit, int64_t place,
                                 const struct query *row, struct bytes because,
                                 int64_t severity)
{
    struct query *insert = &judging->insert_counter;
    int observation = column_called(row, "observation");
    owned(text) sentence = text_new();

    if (observation < 0)
        return error_new(ERROR_USAGE, "its query selects no column called observation");
    TRY(rule_because(row, because, sentence));
    query_bind_text(insert, 1, unit);
    query_bind_integer(insert, 2, place);
    query_bind_integer(insert, 3, query_integer(row, observation));
    query_bind_text(insert, 4, text_bytes(sentence));
    query_bind_integer(insert, 5, severity);
    return query_step(insert);
}

/* Runs one query for counter-examples; *COUNT rises with each. */
static struct error *run_fail(struct judging *judging, struct bytes unit,
                              const struct query *fail, int64_t *count)
{
    owned(arena) arena = arena_new();
    const char *sql = arena_string(arena, query_text(fail, 0));
    struct query rows;
    bool found = false;

    start_clock(judging);
    TRY(query_open_untrusted(judging->db, sql, &rows));
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found && *count < LIMIT_JUDGE_ROWS) {
        error = add_counter(judging, unit, (*count)++, &rows, query_text(fail, 1),
                            query_integer(fail, 2));
        if (error == NULL)
            error = query_next(&rows, &found);
    }
    query_close(&rows);
    return error;
}

static struct error *run_fails(struct judging *judging, struct bytes unit, int64_t *count)
{
    struct query fails;
    bool found = false;

    TRY(query_open(judging->db,
                   "SELECT f.rows, f.because, f.severity, r.file, r.line FROM rule_fail AS f"
                   " JOIN rule AS r ON r.unit = f.unit WHERE f.unit = ? ORDER BY f.place",
                   &fails));
    query_bind_text(&fails, 1, unit);
    struct error *error = query_next(&fails, &found);
    while (error == NULL && found) {
        error = run_fail(judging, unit, &fails, count);
        if (error != NULL)
            error = error_wrap(error, "the rule for %.*s, %.*s:%lld", (int)unit.size,
                               (const char *)unit.data, (int)query_text(&fails, 3).size,
                               (const char *)query_text(&fails, 3).data,
                               (long long)query_integer(&fails, 4));
        else
            error = query_next(&fails, &found);
    }
    query_close(&fails);
    return error;
}

/* What must have been looked at and was not, as names joined by ", ". */
static struct error *find_missing(struct judging *judging, struct bytes unit,
                                  struct text *missing, int64_t *looked_at, int64_t *wanted)
{
    struct query *covered = &judging->covered;
    bool found = false;

    *looked_at = *wanted = 0;
    query_bind_text(covered, 1, unit);
    struct error *error = query_next(covered, &found);
    while (error == NULL && found) {
        (*wanted)++;
        if (query_integer(covered, 1) == 0) {
            if (missing->size > 0)
                text_add(missing, ", ");
            text_add_bytes(missing, query_text(covered, 0));
        } else {
            *looked_at += query_integer(covered, 2);
        }
        error = query_next(covered, &found);
    }
    query_reset(covered);
    return error;
}

/* UNITS is at a row of id and whether there is a rule that asks something. */
static struct error *judge_unit(struct judging *judging, const struct query *units)
{
    struct bytes unit = query_text(units, 0);
    bool has_rule = query_integer(units, 1) != 0;
    bool asks = query_integer(units, 2) != 0;
    int64_t count = 0, looked_at, wanted;
    owned(text) missing = text_new();

    TRY(run_fails(judging, unit, &count));
    TRY(find_missing(judging, unit, missing, &looked_at, &wanted));
    bool passes = has_rule && count == 0 && missing->size == 0 && wanted > 0 && !asks;
    struct query *insert = &judging->insert_verdict;
    query_bind_text(insert, 1, unit);
    query_bind_string(insert, 2, count > 0 ? "fail" : passes ? "pass" : "open");
    query_bind_integer(insert, 3, count > 0 || passes);
    query_bind_integer(insert, 4, count);
    query_bind_integer(insert, 5, looked_at);
    query_bind_text(insert, 6, text_bytes(missing));
    return query_step(insert);
}

static struct error *judge_units(struct judging *judging)
{
    struct query units;
    bool found = false;

    TRY(query_open(judging->db,
                   "SELECT u.id, r.unit IS NOT NULL, r.ask IS NOT NULL FROM unit AS u"
                   " LEFT JOIN rule AS r ON r.unit = u.id WHERE u.edition = '3.1.3'"
                   " ORDER BY u.place",
                   &units));
    struct error *error = query_next(&units, &found);
    while (error == NULL && found) {
        error = judge_unit(judging, &units);
        if (error == NULL)
            error = query_next(&units, &found);
    }
    query_close(&units);
    return error;
}

static struct error *judge_all(struct judging *judging)
{
    TRY(query_open(judging->db, "INSERT INTO verdict VALUES(?,?,?,?,?,?)",
                   &judging->insert_verdict));
    TRY(query_open(judging->db, "INSERT INTO counter_example VALUES(?,?,?,?,?)",
                   &judging->insert_counter));
    TRY(query_open(judging->db,
                   "SELECT r.name, COALESCE(c.complete, 0), COALESCE(c.looked_at, 0)"
                   " FROM rule_covered AS r LEFT JOIN coverage AS c ON c.name = r.name"
                   " WHERE r.unit = ? ORDER BY r.place",
                   &judging->covered));
    TRY(judge_units(judging));
    TRY(query_run(judging->db, fold_cases));
    return query_run(judging->db, fold_provisions);
}

struct error *judge_run(sqlite3 *db)
{
    struct judging judging = {.db = db};

    TRY(query_run(db, schema));
    TRY(query_run(db, "BEGIN"));
    start_clock(&judging);
    sqlite3_progress_handler(db, 100000, out_of_time, &judging);
    struct error *error = judge_all(&judging);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    query_close(&judging.insert_verdict);
    query_close(&judging.insert_counter);
    query_close(&judging.covered);
    if (error == NULL)
        error = query_run(db, "COMMIT");
    return error;
}
