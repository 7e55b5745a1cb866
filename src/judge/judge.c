#include "judge/judge.h"

#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/text.h"
#include "judge/fold.h"
#include "judge/gap.h"
#include "judge/rule.h"
#include "model/query.h"

#define EDITION EDITION_AT_HAND

static const char schema[] =
    "DROP TABLE IF EXISTS verdict; DROP TABLE IF EXISTS counter_example;"
    "DROP TABLE IF EXISTS unclear; DROP TABLE IF EXISTS case_verdict;"
    "DROP TABLE IF EXISTS provision_verdict; DROP TABLE IF EXISTS overall;"
    "DROP TABLE IF EXISTS gap;"
    "CREATE TABLE verdict(unit TEXT PRIMARY KEY, outcome TEXT, automatic INTEGER,"
    " counter_examples INTEGER, looked_at INTEGER, missing TEXT, because TEXT, answer TEXT,"
    " disputed INTEGER, stale TEXT);"
    "CREATE TABLE counter_example(unit TEXT, place INTEGER, observation INTEGER,"
    " because TEXT, severity INTEGER, contradiction TEXT, PRIMARY KEY(unit, place));"
    "CREATE TABLE unclear(unit TEXT, place INTEGER, observation INTEGER, because TEXT,"
    " PRIMARY KEY(unit, place));"
    "CREATE TABLE case_verdict(test_case TEXT PRIMARY KEY, outcome TEXT, because TEXT);"
    "CREATE TABLE provision_verdict(provision TEXT PRIMARY KEY, outcome TEXT, because TEXT);"
    "CREATE TABLE overall(outcome TEXT, because TEXT);"
    "CREATE TABLE gap(place INTEGER PRIMARY KEY, kind TEXT, urgency INTEGER, provision TEXT,"
    " unit TEXT, what TEXT, advice TEXT, file TEXT, line INTEGER, owner TEXT, due TEXT,"
    " state TEXT);";

/*
 * Which rules speak for a unit of the edition at hand. Rules are written for units of V3.1.3; a
 * unit of V2.1.1 is judged by the rules of the units that continue it. What proves a failure of
 * the successor proves one here unless the successor asks for more; what passes the successor
 * passes here unless it asks for less.
 */
static const char choose_rules[] =
    "DROP TABLE IF EXISTS unit_rule;"
    "CREATE TABLE unit_rule(unit TEXT, rule TEXT, place INTEGER, fails INTEGER,"
    " passes INTEGER, PRIMARY KEY(unit, rule));"
    "INSERT INTO unit_rule SELECT u.id, r.unit, 0, 1, 1 FROM unit AS u"
    " JOIN rule AS r ON r.unit = u.id WHERE u.edition = " EDITION
    " AND (u.edition = '3.1.3' OR NOT EXISTS (SELECT 1 FROM unit_succession AS s"
    "                                         WHERE s.old = u.id));"
    "INSERT INTO unit_rule SELECT u.id, r.unit, n.place,"
    " s.change IN ('same', 'reworded', 'narrower', 'moved'),"
    " s.change IN ('same', 'reworded', 'wider', 'moved')"
    " FROM unit AS u JOIN unit_succession AS s ON s.old = u.id"
    " JOIN rule AS r ON r.unit = s.new JOIN unit AS n ON n.id = s.new AND n.edition = '3.1.3'"
    " WHERE u.edition = '2.1.1' AND u.edition = " EDITION ";";

struct judging {
    sqlite3 *db;
    struct query insert_verdict, insert_counter, insert_unclear;
    struct query fails, unclears, prose, covered, answer;
    struct timespec deadline;
};

/* What was found out about one unit. */
struct ruling {
    struct bytes unit;
    bool has_rule, asks, passes; /* passes: nothing stands against an automatic pass */
    int64_t fails, unclear, looked_at, wanted;
    struct text *missing;
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

/* The row at hand of a rule's query, with its sentence: unit, place, observation, because. */
static struct error *bind_row(struct query *insert, struct bytes unit, int64_t place,
                              const struct query *row, struct bytes because,
                              struct text *sentence)
{
    int observation = rule_column(row, bytes_of("observation"));

    if (observation < 0)
        return error_new(ERROR_USAGE, "its query selects no column called observation");
    TRY(rule_because(row, because, sentence));
    query_bind_text(insert, 1, unit);
    query_bind_integer(insert, 2, place);
    query_bind_integer(insert, 3, query_integer(row, observation));
    query_bind_text(insert, 4, text_bytes(sentence));
    return NULL;
}

/*
 * Runs one query of a rule. FROM is at a row of rows, because, file, line, and, for a fail,
 * severity and contradiction. *COUNT rises with each row that INSERT takes.
 */
static struct error *run_rows(struct judging *judging, struct bytes unit,
                              const struct query *from, struct query *insert, int64_t *count)
{
    owned(arena) arena = arena_new();
    const char *sql = arena_string(arena, query_text(from, 0));
    struct query rows;
    bool found = false;

    start_clock(judging);
    TRY(query_open_untrusted(judging->db, sql, &rows));
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found && *count < LIMIT_JUDGE_ROWS) {
        owned(text) sentence = text_new();
        error = bind_row(insert, unit, (*count)++, &rows, query_text(from, 1), sentence);
        if (error == NULL && query_columns(from) > 4) {
            query_bind_integer(insert, 5, query_integer(from, 4));
            query_bind_null(insert, 6);
            if (!query_is_null(from, 5))
                query_bind_text(insert, 6, query_text(from, 5));
        }
        if (error == NULL)
            error = query_step(insert);
        if (error == NULL)
            error = query_next(&rows, &found);
    }
    query_close(&rows);
    return error;
}

/* A query that takes too long proves nothing, and keeps its unit from passing. */
static struct error *note_too_long(struct judging *judging, struct bytes unit,
                                   const struct query *from, int64_t *unclear)
{
    struct query *insert = &judging->insert_unclear;
    owned(text) sentence = text_new();

    text_addf(sentence,
              "a query of its rule (%.*s:%lld) was stopped after %d seconds: not all of it was"
              " judged",
              (int)query_text(from, 2).size, (const char *)query_text(from, 2).data,
              (long long)query_integer(from, 3), LIMIT_JUDGE_SECONDS);
    query_bind_text(insert, 1, unit);
    query_bind_integer(insert, 2, (*unclear)++);
    query_bind_integer(insert, 3, 0);
    query_bind_text(insert, 4, text_bytes(sentence));
    return query_step(insert);
}

/* Runs every query that FROM lists for the unit. */
static struct error *run_list(struct judging *judging, struct bytes unit, struct query *from,
                              struct query *insert, int64_t *count, int64_t *unclear)
{
    bool found = false;

    query_bind_text(from, 1, unit);
    struct error *error = query_next(from, &found);
    while (error == NULL && found) {
        error = run_rows(judging, unit, from, insert, count);
        if (error != NULL && error_kind(error) == ERROR_LIMIT) {
            error_free(error);
            start_clock(judging);
            error = note_too_long(judging, unit, from, unclear);
        }
        if (error != NULL)
            error = error_wrap(error, "the rule for %.*s, %.*s:%lld", (int)unit.size,
                               (const char *)unit.data, (int)query_text(from, 2).size,
                               (const char *)query_text(from, 2).data,
                               (long long)query_integer(from, 3));
        else
            error = query_next(from, &found);
    }
    query_reset(from);
    return error;
}

/* What must have been looked at and was not, as names joined by ", ". */
static struct error *find_missing(struct judging *judging, struct ruling *ruling)
{
    struct query *covered = &judging->covered;
    bool found = false;

    query_bind_text(covered, 1, ruling->unit);
    struct error *error = query_next(covered, &found);
    while (error == NULL && found) {
        ruling->wanted++;
        if (query_integer(covered, 1) == 0) {
            if (ruling->missing->size > 0)
                text_add(ruling->missing, ", ");
            text_add_bytes(ruling->missing, query_text(covered, 0));
        } else {
            ruling->looked_at += query_integer(covered, 2);
        }
        error = query_next(covered, &found);
    }
    query_reset(covered);
    return error;
}

/*
 * Writes the verdict. A person's answer decides what the program leaves open, may be stricter
 * than an automatic pass, and can only dispute an automatic fail.
 */
static struct error *write_verdict(struct judging *judging, const struct ruling *ruling)
{
    struct query *insert = &judging->insert_verdict, *answer = &judging->answer;
    const char *outcome = ruling->fails > 0 ? "fail" : ruling->passes ? "pass" : "open";
    bool answered = false;

    query_bind_text(answer, 1, ruling->unit);
    struct error *error = query_next(answer, &answered);
    struct bytes said = answered ? query_text(answer, 0) : bytes_of(NULL);
    bool stale = answered && !query_is_null(answer, 2);
    bool counts = answered && !stale && ruling->fails == 0 && !bytes_is(said, outcome);

    /* Somebody found more than the program does: that has to be looked at again first. */
    if (stale && ruling->passes && !bytes_is(said, "pass"))
        outcome = "open";

    query_bind_text(insert, 1, ruling->unit);
    query_bind_string(insert, 2, outcome);
    if (counts)
        query_bind_text(insert, 2, said);
    query_bind_integer(insert, 3, !counts && strcmp(outcome, "open") != 0);
    query_bind_integer(insert, 4, ruling->fails);
    query_bind_integer(insert, 5, ruling->looked_at);
    query_bind_text(insert, 6, text_bytes(ruling->missing));
    for (int column = 7; column <= 10; column++)
        query_bind_null(insert, column);
    if (answered) {
        query_bind_text(insert, 7, query_text(answer, 1));
        query_bind_text(insert, 8, said);
        query_bind_integer(insert, 9, !stale && ruling->fails > 0 && !bytes_is(said, "fail"));
    }
    if (stale)
        query_bind_text(insert, 10, query_text(answer, 2));
    if (error == NULL)
        error = query_step(insert);
    query_reset(answer);
    return error;
}

/*
 * What a unit without a question reads in prose. The program may find a failure there; that it
 * found none is no pass: words can say the opposite of what was looked for in them.
 */
static struct error *note_prose(struct judging *judging, struct ruling *ruling)
{
    query_bind_text(&judging->prose, 1, ruling->unit);
    query_bind_integer(&judging->prose, 2, ruling->unclear);
    TRY(query_step(&judging->prose));
    ruling->unclear += sqlite3_changes(judging->db);
    return NULL;
}

/* UNITS is at a row of id, whether there are rules, whether one asks, whether all may pass. */
static struct error *judge_unit(struct judging *judging, const struct query *units)
{
    owned(text) missing = text_new();
    struct ruling ruling = {.unit = query_text(units, 0),
                            .has_rule = query_integer(units, 1) != 0,
                            .asks = query_integer(units, 2) != 0,
                            .missing = missing};

    TRY(run_list(judging, ruling.unit, &judging->fails, &judging->insert_counter, &ruling.fails,
                 &ruling.unclear));
    TRY(run_list(judging, ruling.unit, &judging->unclears, &judging->insert_unclear,
                 &ruling.unclear, &ruling.unclear));
    TRY(find_missing(judging, &ruling));
    if (ruling.has_rule && !ruling.asks && ruling.fails == 0)
        TRY(note_prose(judging, &ruling));
    ruling.passes = ruling.has_rule && ruling.fails == 0 && ruling.unclear == 0 &&
                    missing->size == 0 && ruling.wanted > 0 && !ruling.asks &&
                    query_integer(units, 3) != 0;
    return write_verdict(judging, &ruling);
}

static struct error *judge_units(struct judging *judging)
{
    struct query units;
    bool found = false;

    TRY(query_open(judging->db,
                   "SELECT u.id, MAX(r.unit IS NOT NULL), MAX(r.ask IS NOT NULL AND r.asks),"
                   " MIN(COALESCE(m.passes, 0)) FROM unit AS u"
                   " LEFT JOIN unit_rule AS m ON m.unit = u.id"
                   " LEFT JOIN rule AS r ON r.unit = m.rule WHERE u.edition = " EDITION
                   " GROUP BY u.id ORDER BY u.place",
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

static struct error *open_queries(struct judging *judging)
{
    const struct {
        struct query *query;
        const char *sql;
    } queries[] = {
        {&judging->insert_verdict, "INSERT INTO verdict VALUES(?,?,?,?,?,?,?,?,?,?)"},
        {&judging->insert_counter, "INSERT INTO counter_example VALUES(?,?,?,?,?,?)"},
        {&judging->insert_unclear, "INSERT INTO unclear VALUES(?,?,?,?)"},
        {&judging->fails,
         "SELECT f.rows, f.because, r.file, r.line, f.severity, f.contradiction"
         " FROM unit_rule AS m JOIN rule AS r ON r.unit = m.rule"
         " JOIN rule_fail AS f ON f.unit = m.rule WHERE m.unit = ?"
         " AND (f.edition = " EDITION " OR (f.edition IS NULL AND m.fails))"
         " ORDER BY m.place, f.place"},
        {&judging->unclears,
         "SELECT f.rows, f.because, r.file, r.line FROM unit_rule AS m"
         " JOIN rule AS r ON r.unit = m.rule JOIN rule_unclear AS f ON f.unit = m.rule"
         " WHERE m.unit = ? AND COALESCE(f.edition, " EDITION ") = " EDITION
         " ORDER BY m.place, f.place"},
        {&judging->prose,
         "INSERT INTO unclear SELECT ?1, ?2 + row_number() OVER (ORDER BY f.observation DESC,"
         " f.place), f.observation, CASE f.entry WHEN f.ixit_table THEN '' ELSE f.entry || ': '"
         " END || f.field || ' is prose, and a person has to confirm what it says: \"' ||"
         " substr(f.value, 1, 160) || CASE WHEN length(f.value) > 160 THEN '…' ELSE '' END ||"
         " '\"' FROM (SELECT DISTINCT ixit_table, field FROM unit_ixit WHERE unit = ?1"
         "  AND edition = " EDITION ") AS x CROSS JOIN declared_field AS f"
         " WHERE f.ixit_table = x.ixit_table AND f.field = CASE x.field WHEN '*' THEN f.field"
         "  ELSE x.field END AND f.closed = 0 ORDER BY f.observation DESC, f.place LIMIT 100"},
        {&judging->covered, "SELECT r.name, COALESCE(c.complete, 0), COALESCE(c.looked_at, 0)"
                            " FROM unit_rule AS m JOIN rule_covered AS r ON r.unit = m.rule"
                            " LEFT JOIN coverage AS c ON c.name = r.name WHERE m.unit = ?"
                            " GROUP BY r.name ORDER BY m.place, r.place"},
        {&judging->answer, "SELECT outcome, because, stale FROM answer WHERE unit = ?"},
    };

    for (size_t i = 0; i < COUNT_OF(queries); i++)
        TRY(query_open(judging->db, queries[i].sql, queries[i].query));
    return NULL;
}

static void close_queries(struct judging *judging)
{
    struct query *const queries[] = {&judging->insert_verdict, &judging->insert_counter,
                                     &judging->insert_unclear, &judging->fails,
                                     &judging->unclears,       &judging->prose,
                                     &judging->covered,        &judging->answer};

    for (size_t i = 0; i < COUNT_OF(queries); i++)
        query_close(queries[i]);
}

/* Where the queries of a unit look at one field of a record alone, that field is the proof. */
#define POINT_AT_FIELD(table, queries)                                                     \
    "UPDATE " table " SET observation = COALESCE((SELECT MAX(f.id) FROM declaration AS d"  \
    " JOIN unit_ixit AS x ON x.edition = " EDITION " AND x.unit = " table ".unit"          \
    " AND x.ixit_table = d.ixit_table JOIN declaration AS f ON f.entry = x.field"          \
    " AND f.ixit_table = d.ixit_table || '.field' JOIN ixit_column AS c"                   \
    " ON c.ixit_table = x.ixit_table AND c.name = x.field"                                 \
    " WHERE d.id = " table ".observation AND d.entry = d.ixit_table AND EXISTS (SELECT 1"  \
    "  FROM unit_rule AS m JOIN " queries " AS q ON q.unit = m.rule WHERE m.unit = x.unit" \
    "  AND instr(q.rows, '.' || c.sql_name) > 0) HAVING count(*) = 1), observation)"       \
    " WHERE observation < 0;"

struct error *judge_run(sqlite3 *db)
{
    struct judging judging = {.db = db};

    TRY(query_run(db, "SAVEPOINT judging"));
    start_clock(&judging);
    sqlite3_progress_handler(db, 100000, out_of_time, &judging);
    struct error *error = query_run(db, schema);
    if (error == NULL)
        error = query_run(db, choose_rules);
    if (error == NULL)
        error = open_queries(&judging);
    if (error == NULL)
        error = judge_units(&judging);
    if (error == NULL)
        error = query_run(db, POINT_AT_FIELD("counter_example", "rule_fail")
                                  POINT_AT_FIELD("unclear", "rule_unclear"));
    close_queries(&judging);
    start_clock(&judging);
    if (error == NULL)
        error = fold_verdicts(db);
    if (error == NULL)
        error = gap_fill(db);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    if (error == NULL)
        return query_run(db, "RELEASE judging");
    error_free(query_run(db, "ROLLBACK TO judging; RELEASE judging"));
    return error;
}
