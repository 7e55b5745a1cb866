#include "judge/judge.h"

#include "base/limits.h"
#include "test.h"
#include "unit/judge/store.h"

#define UNIT "5.1-1-1-a"

/* What becomes of UNIT when its rule is TEXT and SETUP was run over the empty store. */
static const char *outcome(struct arena *arena, const char *text, const char *setup)
{
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(store_rules(db, text));
    CHECK_SUCCESS(query_run(db, "UPDATE coverage SET complete = 0, looked_at = 0"));
    CHECK_SUCCESS(query_run(db, setup));
    CHECK_SUCCESS(judge_run(db));
    const char *answer =
        store_text(db, arena,
                   "SELECT outcome || ' ' || automatic || ' ' || counter_examples"
                   " || ' ' || looked_at || ' [' || missing || ']'"
                   " FROM verdict WHERE unit = '" UNIT "'");
    sqlite3_close(db);
    return answer;
}

#define COVER_ALL "UPDATE coverage SET complete = 1, looked_at = 7"
#define ONE_LOGIN "INSERT INTO login(id, account) VALUES(1001, 'root'), (1002, 'admin')"
#define FAIL                                                                                   \
    "    fail:\n      - rows: SELECT account, id AS observation FROM login ORDER BY account\n" \
    "        because: account {account} is bad\n"
#define COVERED    "    covered: [unpack.complete, inspect.login]\n"
#define ASK        "    ask: Is it good?\n"
#define RULE(body) "rules:\n  - unit: " UNIT "\n" body

TEST(outcomes_follow_the_table)
{
    owned(arena) arena = arena_new();
    struct {
        const char *rule, *setup, *wanted;
    } rows[] = {
        /* Some rows: fail, whatever else. */
        {RULE(FAIL COVERED ASK), ONE_LOGIN "; " COVER_ALL, "fail 1 2 14 []"},
        {RULE(FAIL COVERED), ONE_LOGIN, "fail 1 2 0 [unpack.complete, inspect.login]"},
        {RULE(FAIL), ONE_LOGIN, "fail 1 2 0 []"},
        /* None, all covered, nothing to ask: pass. */
        {RULE(FAIL COVERED), COVER_ALL, "pass 1 0 14 []"},
        /* None, all covered, something to ask: open. */
        {RULE(FAIL COVERED ASK), COVER_ALL, "open 0 0 14 []"},
        /* None, something not covered, or unheard of: open, and it says what. */
        {RULE(FAIL COVERED), "UPDATE coverage SET complete = name <> 'inspect.login'",
         "open 0 0 0 [inspect.login]"},
        {RULE(FAIL "    covered: [unpack.complete, person]\n"), COVER_ALL,
         "open 0 0 7 [person]"},
        {RULE(FAIL COVERED), "DELETE FROM coverage",
         "open 0 0 0 [unpack.complete, inspect.login]"},
        {RULE(FAIL COVERED ASK), "SELECT 1", "open 0 0 0 [unpack.complete, inspect.login]"},
        /* Nothing that must be looked at, and nothing to ask: absence proves nothing. */
        {RULE(FAIL), COVER_ALL, "open 0 0 0 []"},
        {RULE(""), COVER_ALL, "open 0 0 0 []"},
        /* An empty question is none, but one that stands there is. */
        {RULE(FAIL COVERED "    ask: ''\n"), COVER_ALL, "pass 1 0 14 []"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *got = outcome(arena, rows[i].rule, rows[i].setup);
        if (strcmp(got, rows[i].wanted) != 0)
            printf("# row %zu of the table\n", i);
        CHECK_STRING(got, rows[i].wanted);
    }
}

TEST(a_unit_without_rule_is_open)
{
    owned(arena) arena = arena_new();

    CHECK_STRING(outcome(arena, "rules: []\n",
                         COVER_ALL "; DELETE FROM rule; DELETE FROM rule_fail;"
                                   "DELETE FROM rule_covered"),
                 "open 0 0 0 []");
}

TEST(counter_examples_are_kept_in_order)
{
    owned(arena) arena = arena_new();
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(store_rules(db, RULE(FAIL)));
    CHECK_SUCCESS(query_run(db, ONE_LOGIN));
    CHECK_SUCCESS(judge_run(db));
    CHECK_STRING(
        store_text(db, arena,
                   "SELECT group_concat(place || ' ' || observation || ' ' || because ||"
                   " ' ' || severity, '; ') FROM (SELECT * FROM counter_example"
                   " WHERE unit = '" UNIT "' ORDER BY place)"),
        "0 1002 account admin is bad 2; 1 1001 account root is bad 2");
    sqlite3_close(db);
}

TEST(counter_examples_end_at_the_limit)
{
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(store_rules(db, RULE(FAIL)));
    CHECK_SUCCESS(
        query_run(db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                      " WHERE i < 5000) INSERT INTO login(id, account) SELECT i, i FROM n"));
    CHECK_SUCCESS(judge_run(db));
    CHECK_INT(
        query_number(db, "SELECT count(*) FROM counter_example WHERE unit = '" UNIT "'", -1),
        LIMIT_JUDGE_ROWS);
    sqlite3_close(db);
}

/* Gives every unit of a case a rule: the first one fails when FAILS, all others pass. */
static void rule_case(sqlite3 *db, struct arena *arena, const char *test_case, bool fails)
{
    owned(text) rules = text_new();
    struct query units;
    bool found = false;

    text_add(rules, "rules:\n");
    CHECK_SUCCESS(query_open(db,
                             "SELECT id FROM unit WHERE edition = '3.1.3' AND test_case = ?"
                             " ORDER BY place",
                             &units));
    query_bind_string(&units, 1, test_case);
    for (;;) {
        CHECK_SUCCESS(query_next(&units, &found));
        if (!found)
            break;
        text_addf(rules, "  - unit: %s\n    covered: [unpack.complete]\n",
                  arena_string(arena, query_text(&units, 0)));
        if (fails)
            text_add(rules, "    fail:\n      - rows: SELECT 1001 AS observation\n"
                            "        because: always\n");
        fails = false;
    }
    query_close(&units);
    CHECK_SUCCESS(store_rules(db, text_string(rules)));
}

static const char *case_outcome(sqlite3 *db, struct arena *arena, const char *test_case)
{
    return store_text(db, arena,
                      arena_printf(arena,
                                   "SELECT outcome FROM case_verdict WHERE test_case = '%s'",
                                   test_case));
}

static const char *provision_outcome(sqlite3 *db, struct arena *arena, const char *test_case)
{
    return store_text(
        db, arena,
        arena_printf(arena,
                     "SELECT v.outcome FROM provision_verdict AS v JOIN test_case AS c"
                     " ON c.provision = v.provision WHERE c.edition = '3.1.3' AND c.id = '%s'",
                     test_case));
}

/* Every case of the catalogue in turn: one failed unit fails it and its provision. */
TEST(one_failure_fails_case_and_provision)
{
    owned(arena) arena = arena_new();
    struct query cases;
    bool found = false;
    size_t plain = 0, alternative = 0;
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(query_run(db, "DELETE FROM rule_fail; " COVER_ALL));
    CHECK_SUCCESS(
        query_open(db,
                   "SELECT id, combine LIKE 'all_or_%' FROM test_case WHERE edition = '3.1.3'"
                   " GROUP BY provision, combine ORDER BY combine LIKE 'all_or_%' DESC, place",
                   &cases));
    for (;;) {
        CHECK_SUCCESS(query_next(&cases, &found));
        if (!found || plain + alternative > 30)
            break;
        const char *test_case = arena_string(arena, query_text(&cases, 0));
        bool may_have_another = query_integer(&cases, 1) == 1;
        sqlite3 *one = store_empty();
        CHECK_SUCCESS(query_run(one, "DELETE FROM rule_fail; " COVER_ALL));
        rule_case(one, arena, test_case, true);
        CHECK_SUCCESS(judge_run(one));
        CHECK_STRING(case_outcome(one, arena, test_case), may_have_another ? "open" : "fail");
        CHECK_STRING(provision_outcome(one, arena, test_case),
                     may_have_another ? "open" : "fail");
        plain += !may_have_another;
        alternative += may_have_another;
        sqlite3_close(one);
    }
    query_close(&cases);
    sqlite3_close(db);
    CHECK_TRUE(plain > 10);
    CHECK_TRUE(alternative >= 1);
}

/* The one unit of such a case fails when no mechanism is sound: its rule sees to that. */
TEST(a_case_of_mechanisms_has_one_unit)
{
    sqlite3 *db = store_empty();

    CHECK_INT(
        query_number(db,
                     "SELECT count(*) FROM test_case AS c WHERE c.edition = '3.1.3' AND"
                     " c.combine = 'at_least_one_mechanism' AND (SELECT count(*) FROM unit"
                     " AS u WHERE u.test_case = c.id AND u.edition = c.edition"
                     " AND u.verb <> 'action') = 1",
                     -1),
        4);
    CHECK_INT(query_number(db,
                           "SELECT count(*) FROM test_case WHERE edition = '3.1.3' AND"
                           " combine = 'at_least_one_mechanism'",
                           -1),
              4);
    sqlite3_close(db);
}

TEST(a_pass_needs_all)
{
    owned(arena) arena = arena_new();
    sqlite3 *db = store_empty();
    struct query cases;
    bool found = false;
    const char *provision = store_text(
        db, arena,
        "SELECT provision FROM test_case WHERE id = '5.1-1-1' AND edition = '3.1.3'");

    CHECK_SUCCESS(query_run(db, COVER_ALL));
    rule_case(db, arena, "5.1-1-1", false);
    CHECK_SUCCESS(judge_run(db));
    CHECK_STRING(case_outcome(db, arena, "5.1-1-1"), "pass");
    CHECK_STRING(provision_outcome(db, arena, "5.1-1-1"), "open"); /* its other case is open */

    CHECK_SUCCESS(query_open(
        db, "SELECT id FROM test_case WHERE edition = '3.1.3' AND provision = ?", &cases));
    query_bind_string(&cases, 1, provision);
    for (;;) {
        CHECK_SUCCESS(query_next(&cases, &found));
        if (!found)
            break;
        rule_case(db, arena, arena_string(arena, query_text(&cases, 0)), false);
    }
    query_close(&cases);
    CHECK_SUCCESS(judge_run(db));
    CHECK_STRING(provision_outcome(db, arena, "5.1-1-1"), "pass");
    sqlite3_close(db);
}

TEST(judging_twice_gives_the_same)
{
    owned(arena) arena = arena_new();
    static const char all[] =
        "SELECT group_concat(unit || outcome || counter_examples || missing)"
        " FROM verdict";
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(query_run(db, ONE_LOGIN));
    CHECK_SUCCESS(judge_run(db));
    const char *first = store_text(db, arena, all);
    CHECK_SUCCESS(judge_run(db));
    CHECK_STRING(store_text(db, arena, all), first);
    sqlite3_close(db);
}

/* A store that somebody tampered with: the name of an observable is never SQL. */
TEST(names_of_observables_are_names)
{
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(query_run(
        db, "INSERT INTO observation VALUES(77, 'login\" AS x); CREATE TABLE planted(a);"
            " SELECT (SELECT 1 FROM \"login')"));
    CHECK_SUCCESS(store_rules(db, "rules:\n- unit: " UNIT "\n  fail:\n"
                                  "  - {rows: SELECT 77 AS observation, because: x}\n"));
    error_drop(judge_run(db));
    CHECK_INT(query_number(db, "SELECT count(*) FROM sqlite_master WHERE name = 'planted'", -1),
              0);
    sqlite3_close(db);
}

/* Takes LIMIT_JUDGE_SECONDS: the query of a laboratory's own rule that would never end proves
 * nothing, and its unit does not pass. */
TEST(a_query_without_end_is_stopped)
{
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(store_rules(
        db,
        RULE("    fail:\n"
             "      - rows: WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)\n"
             "          SELECT i AS observation FROM n WHERE i < 0\n"
             "        because: never\n")));
    owned(arena) arena = arena_new();
    CHECK_SUCCESS(query_run(db, COVER_ALL));
    CHECK_SUCCESS(judge_run(db));
    CHECK_STRING(store_text(db, arena, "SELECT outcome FROM verdict WHERE unit = '5.1-1-1-a'"),
                 "open");
    CHECK_TRUE(
        strstr(store_text(db, arena, "SELECT because FROM unclear WHERE unit = '5.1-1-1-a'"),
               "rules/test.yaml:2") != NULL);
    sqlite3_close(db);
}

/* Each is judged as a rule and must end in an error that names the rule, with nothing done. */
TEST(a_rule_may_only_select)
{
    static const char *const statements[] = {
        "INSERT INTO login(id) VALUES(1)",
        "UPDATE unit SET verb = NULL",
        "DELETE FROM unit",
        "DROP TABLE unit",
        "CREATE TABLE mine(id INTEGER)",
        "ATTACH '/tmp/proviso-test-attached' AS other",
        "PRAGMA user_version = 7",
        "PRAGMA database_list",
        "VACUUM INTO '/tmp/proviso-test-vacuumed'",
        "BEGIN",
        "ROLLBACK",
        "REINDEX",
        "SELECT load_extension('/tmp/x.so') AS observation",
        "SELECT 1 AS observation; DELETE FROM unit",
        "SELECT 1 AS observation; SELECT 2 AS observation",
        "EXPLAIN DELETE FROM unit",
        "WITH x AS (SELECT 1) INSERT INTO login(id) SELECT * FROM x",
        "-- nothing",
        "SELECT FROM WHERE",
        "SELECT id AS observation FROM no_such_table",
        "SELECT no_such_column AS observation FROM login",
    };
    owned(arena) arena = arena_new();

    for (size_t i = 0; i < COUNT_OF(statements); i++) {
        sqlite3 *db = store_empty();
        CHECK_SUCCESS(store_rules(
            db,
            arena_printf(arena, RULE("    fail:\n      - rows: \"%s\"\n        because: bad\n"),
                         statements[i])));
        struct error *error = judge_run(db);
        if (error == NULL || strstr(error_line(error), "rules/test.yaml:2") == NULL)
            printf("# %s: %s\n", statements[i], error == NULL ? "accepted" : error_line(error));
        CHECK_TRUE(error != NULL && strstr(error_line(error), "rules/test.yaml:2") != NULL);
        error_free(error);
        CHECK_INT(query_number(db, "SELECT count(*) FROM unit WHERE edition = '3.1.3'", -1),
                  258);
        CHECK_INT(query_number(db, "SELECT count(*) FROM pragma_database_list", -1), 1);
        sqlite3_close(db);
    }
}

int main(void)
{
    RUN(outcomes_follow_the_table);
    RUN(a_unit_without_rule_is_open);
    RUN(counter_examples_are_kept_in_order);
    RUN(counter_examples_end_at_the_limit);
    RUN(one_failure_fails_case_and_provision);
    RUN(a_case_of_mechanisms_has_one_unit);
    RUN(a_pass_needs_all);
    RUN(judging_twice_gives_the_same);
    RUN(a_rule_may_only_select);
    RUN(names_of_observables_are_names);
    RUN(a_query_without_end_is_stopped);
    return test_end();
}
