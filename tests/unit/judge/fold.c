/* How verdicts of units fold into cases, provisions and the product, and what the ICS takes out. */

#include "test.h"
#include "unit/judge/store.h"

static struct arena *arena;

/* A dossier in which everything is supported and an assessor has passed every unit. */
static const char all_pass[] =
    "INSERT OR REPLACE INTO meta VALUES('dossier', '1');"
    "INSERT INTO ics SELECT id, 'Y', 'as described', 0, 1, -1, 1, NULL FROM provision"
    " WHERE edition = (SELECT value FROM meta WHERE key = 'edition');"
    "INSERT INTO answer SELECT id, 'pass', 'looked at', 'A. Person', '2026-11-20T10:00:00Z', "
    "NULL,"
    " 1, -1, NULL FROM unit WHERE edition = (SELECT value FROM meta WHERE key = 'edition')"
    " AND verb <> 'action';";

struct expected {
    const char *title;
    const char *change; /* SQL over the dossier in which everything passes */
    const char *provision, *outcome, *overall;
};

static const struct expected cases[] = {
    {"everything passes", "", "5.1-1", "pass", "pass"},
    {"a unit fails", "UPDATE answer SET outcome = 'fail' WHERE unit = '5.1-1-1-a'", "5.1-1",
     "fail", "fail"},
    {"a unit is inconclusive",
     "UPDATE answer SET outcome = 'inconclusive' WHERE unit = '5.1-1-1-a'", "5.1-1",
     "inconclusive", "inconclusive"},
    {"a failure weighs more",
     "UPDATE answer SET outcome = 'inconclusive' WHERE unit = '5.1-1-1-a';"
     "UPDATE answer SET outcome = 'fail' WHERE unit = '5.1-1-2-b'",
     "5.1-1", "fail", "fail"},
    {"a unit nobody answered", "DELETE FROM answer WHERE unit = '5.1-1-1-a'", "5.1-1", "open",
     "open"},
    {"an answer that is stale", "UPDATE answer SET stale = 'changed' WHERE unit = '5.1-1-1-a'",
     "5.1-1", "open", "open"},
    {"a recommendation declared as followed fails",
     "UPDATE answer SET outcome = 'fail' WHERE unit = '5.7-1-1-a'", "5.7-1", "fail", "fail"},
    {"a recommendation that is not followed",
     "UPDATE ics SET support = 'N' WHERE provision = '5.7-1';"
     "UPDATE answer SET outcome = 'fail' WHERE unit = '5.7-1-1-a'",
     "5.7-1", "not-run", "pass"},
    {"a recommendation called not applicable although it is",
     "UPDATE ics SET support = 'N/A' WHERE provision = '5.1-2A'", "5.1-2A", "not-run", "pass"},
    {"a mandatory provision that is not supported",
     "UPDATE ics SET support = 'N' WHERE provision = '5.2-1'", "5.2-1", "fail", "fail"},
    {"not applicable without a condition",
     "UPDATE ics SET support = 'N/A' WHERE provision = '5.2-1'", "5.2-1", "fail", "fail"},
    {"not applicable, and the condition does not hold",
     "UPDATE ics SET support = 'N/A' WHERE provision = '5.1-3';"
     "INSERT INTO condition_state VALUES('c', 0, 'no login', -1)",
     "5.1-3", "not-applicable", "pass"},
    {"not applicable, but the product shows it",
     "UPDATE ics SET support = 'N/A' WHERE provision = '5.1-3';"
     "INSERT INTO condition_state VALUES('c', 0, 'no login', -1);"
     "INSERT INTO rule_fail VALUES('5.1-3-1-a', 0, 'SELECT 1 AS observation', 'a login is "
     "there',"
     " 2, 'not applicable by the ICS, and there', NULL)",
     "5.1-3", "fail", "fail"},
    {"not applicable, but the condition holds",
     "UPDATE ics SET support = 'N/A' WHERE provision = '5.1-3';"
     "INSERT INTO condition_state VALUES('c', 1, 'a login', -1)",
     "5.1-3", "fail", "fail"},
    {"not applicable, nobody knows the condition, and an assessor agrees",
     "UPDATE ics SET support = 'N/A' WHERE provision = '5.1-3';"
     "INSERT INTO condition_state VALUES('c', NULL, NULL, NULL);"
     "INSERT INTO answer VALUES('5.1-3', 'not-applicable', 'looked', 'A', '', NULL, 1, -1, "
     "NULL)",
     "5.1-3", "not-applicable", "pass"},
    {"an assessor agrees to what does not need it: a mandatory provision without condition",
     "UPDATE ics SET support = 'N/A' WHERE provision = '5.2-1';"
     "INSERT INTO answer VALUES('5.2-1', 'not-applicable', 'looked', 'A', '', NULL, 1, -1, "
     "NULL)",
     "5.2-1", "fail", "fail"},
    {"a mistake in the dossier",
     "INSERT INTO mistake(place, file, line, severity, what) VALUES(1, 'ics.yaml', 1, 'error', "
     "'x')",
     "5.2-1", "pass", "open"},
    {"a proven failure in a case of mechanisms is not answered away",
     "INSERT INTO rule_fail VALUES('5.3-2-1-a', 0, 'SELECT 1 AS observation', 'unsigned', 2, "
     "NULL,"
     " NULL); INSERT INTO answer VALUES('5.3-2-1', 'pass', 'no', 'A', '', NULL, 1, -1, NULL)",
     "5.3-2", "fail", "fail"},
    {"not applicable, and nobody knows the condition",
     "UPDATE ics SET support = 'N/A' WHERE provision = '5.1-3';"
     "INSERT INTO condition_state VALUES('c', NULL, NULL, NULL)",
     "5.1-3", "open", "open"},
    {"not applicable without a reason",
     "UPDATE ics SET support = 'N/A', detail = '', reasoned = 0 WHERE provision = '5.1-3';"
     "INSERT INTO condition_state VALUES('c', 0, 'no login', -1)",
     "5.1-3", "open", "open"},
    {"not applicable, for a reason that fits anything",
     "UPDATE ics SET support = 'N/A', detail = 'not needed', reasoned = NULL"
     " WHERE provision = '5.1-3';"
     "INSERT INTO condition_state VALUES('c', 0, 'no login', -1)",
     "5.1-3", "open", "open"},
    {"not applicable, for a reason that fits anything, and an assessor agrees",
     "UPDATE ics SET support = 'N/A', detail = 'not needed', reasoned = NULL"
     " WHERE provision = '5.1-3';"
     "INSERT INTO condition_state VALUES('c', 0, 'no login', -1);"
     "INSERT INTO answer VALUES('5.1-3', 'not-applicable', 'looked', 'A', '', NULL, 1, -1, "
     "NULL)",
     "5.1-3", "not-applicable", "pass"},
    {"not applicable without any reason, and an assessor agrees",
     "UPDATE ics SET support = 'N/A', detail = '', reasoned = 0 WHERE provision = '5.1-3';"
     "INSERT INTO condition_state VALUES('c', 0, 'no login', -1);"
     "INSERT INTO answer VALUES('5.1-3', 'not-applicable', 'looked', 'A', '', NULL, 1, -1, "
     "NULL)",
     "5.1-3", "open", "open"},
    {"one of two conditions does not hold",
     "UPDATE ics SET support = 'N/A' WHERE provision = '5.1-5';"
     "INSERT INTO condition_state VALUES('14', 1, '', -1), ('e', 0, '', -1)",
     "5.1-5", "not-applicable", "pass"},
    {"one of two conditions is not known",
     "UPDATE ics SET support = 'N/A' WHERE provision = '5.1-5';"
     "INSERT INTO condition_state VALUES('14', 1, '', -1), ('e', NULL, '', -1)",
     "5.1-5", "open", "open"},
    {"a row nobody filled in", "UPDATE ics SET support = '' WHERE provision = '5.2-1'", "5.2-1",
     "open", "open"},
    {"a row that is missing", "DELETE FROM ics WHERE provision = '5.2-1'", "5.2-1", "open",
     "open"},
    {"a row nobody confirmed", "UPDATE ics SET drafted = 1 WHERE provision = '5.2-1'", "5.2-1",
     "open", "open"},
    {"a failure in a row nobody filled in",
     "UPDATE ics SET support = '' WHERE provision = '5.2-1';"
     "UPDATE answer SET outcome = 'fail' WHERE unit = '5.2-1-1-a'",
     "5.2-1", "fail", "fail"},
    {"without a dossier nothing passes as a whole", "DELETE FROM meta WHERE key = 'dossier'",
     "5.2-1", "pass", "open"},
    {"user data may be absent: the case is concluded itself",
     "UPDATE answer SET outcome = 'fail' WHERE unit = '5.11-1-1-a';"
     "INSERT INTO answer VALUES('5.11-1-1', 'pass', 'it stores none', '', '', NULL, 1, -1, "
     "NULL)",
     "5.11-1", "pass", "pass"},
    {"debug interfaces: access control alone is enough",
     "UPDATE answer SET outcome = 'fail' WHERE unit IN ('5.6-4A-1-b', '5.6-4A-1-c')", "5.6-4A",
     "pass", "pass"},
    {"debug interfaces: disabling alone is enough",
     "UPDATE answer SET outcome = 'fail' WHERE unit = '5.6-4A-1-a'", "5.6-4A", "pass", "pass"},
    {"debug interfaces: neither, and there is one",
     "UPDATE answer SET outcome = 'fail' WHERE unit IN ('5.6-4A-1-a', '5.6-4A-1-c');"
     "INSERT INTO declared_interface(observation, kind, debug) VALUES(-1, 'physical', 1)",
     "5.6-4A", "fail", "fail"},
    {"debug interfaces: of several, it may be another",
     "UPDATE answer SET outcome = 'fail' WHERE unit IN ('5.6-4A-1-a', '5.6-4A-1-c');"
     "INSERT INTO declared_interface(observation, kind, debug) VALUES(-1, 'physical', 1),"
     " (-2, 'physical', 1)",
     "5.6-4A", "open", "open"},
    {"debug interfaces: an assessor fails the case, access control or not",
     "INSERT INTO answer VALUES('5.6-4A-1', 'fail', 'it opens', '', '', NULL, 1, -1, NULL)",
     "5.6-4A", "fail", "fail"},
    {"a case that somebody failed has to be looked at again, not passed by its units",
     "INSERT INTO answer VALUES('5.11-1-1', 'fail', 'it stays', '', '', 'changed', 1, -1, "
     "NULL)",
     "5.11-1", "open", "open"},
    {"a case that somebody passed passes by its units as well",
     "INSERT INTO answer VALUES('5.11-1-1', 'pass', 'gone', '', '', 'changed', 1, -1, NULL)",
     "5.11-1", "pass", "pass"},
    {"a preparation that somebody failed has to be looked at again",
     "INSERT INTO answer VALUES('5.1-4-2-a', 'fail', 'cannot', '', '', 'changed', 1, -1, NULL)",
     "5.1-4", "open", "open"},
    {"a recommendation that the ICS says nothing of",
     "UPDATE ics SET support = '' WHERE provision = '5.7-1'", "5.7-1", "open", "open"},
    {"a recommendation that the ICS says nothing of, and a failure: nobody said it is followed",
     "UPDATE ics SET support = '' WHERE provision = '5.7-1';"
     "UPDATE answer SET outcome = 'fail' WHERE unit = '5.7-1-1-a'",
     "5.7-1", "fail", "open"},
    {"a recommendation of which nobody confirmed that it is not followed",
     "UPDATE ics SET support = 'N', drafted = 1 WHERE provision = '5.7-1'", "5.7-1", "open",
     "open"},
    {"an entry of the IXIT that nobody confirmed: units keep what a person said",
     "INSERT INTO declaration(id, path, line, ixit_table, entry, drafted)"
     " VALUES(-9, 'ixit/1-AuthMech.yaml', 3, '1-AuthMech', 'AuthMech-1', 1)",
     "5.1-1", "pass", "open"},
};

/* Rules of their own would decide some of it: here the folding alone is looked at. */
static sqlite3 *judged(const char *edition, const char *change)
{
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(query_run(db, "DELETE FROM rule_fail; DELETE FROM rule_unclear"));
    CHECK_SUCCESS(
        query_run(db, arena_printf(arena, "UPDATE meta SET value = '%s' WHERE key = 'edition'",
                                   edition)));
    CHECK_SUCCESS(query_run(db, all_pass));
    CHECK_SUCCESS(query_run(db, change));
    CHECK_SUCCESS(judge_run(db));
    return db;
}

/* Nothing is better than its parts, but for the cases whose verdict has an alternative. */
static void check_parts(sqlite3 *db)
{
    static const char *const better[] = {
        "SELECT count(*) FROM case_verdict AS k JOIN test_case AS c ON c.id = k.test_case"
        " AND c.edition = (SELECT value FROM meta WHERE key = 'edition') AND NOT c.alternative"
        " JOIN unit AS u ON u.test_case = c.id AND u.edition = c.edition"
        " JOIN verdict AS v ON v.unit = u.id WHERE k.outcome = 'pass' AND v.outcome <> 'pass'",
        "SELECT count(*) FROM provision_verdict AS w JOIN test_case AS c"
        " ON c.provision = w.provision"
        " AND c.edition = (SELECT value FROM meta WHERE key = 'edition')"
        " JOIN case_verdict AS k ON k.test_case = c.id"
        " JOIN applicability AS a ON a.provision = w.provision"
        " WHERE w.outcome = 'pass' AND (k.outcome <> 'pass' OR a.state <> 'run')",
        "SELECT count(*) FROM overall JOIN provision_verdict AS w JOIN provision AS p"
        " ON p.id = w.provision"
        " AND p.edition = (SELECT value FROM meta WHERE key = 'edition')"
        " WHERE overall.outcome = 'pass' AND NOT (w.outcome IN ('pass', 'not-applicable')"
        "  OR (p.base = 'R' AND w.outcome = 'not-run'))",
        "SELECT count(*) FROM overall WHERE outcome = 'pass' AND ((SELECT count(*) FROM"
        " provision_verdict) <> (SELECT count(*) FROM provision WHERE edition = (SELECT value"
        " FROM meta WHERE key = 'edition')) OR EXISTS (SELECT 1 FROM declaration WHERE drafted)"
        " OR EXISTS (SELECT 1 FROM mistake WHERE severity = 'error'))",
    };

    for (size_t i = 0; i < COUNT_OF(better); i++)
        CHECK_INT(query_number(db, better[i], -1), 0);
}

TEST(folding)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool before = test_ok;
        test_ok = true;
        sqlite3 *db = judged("3.1.3", cases[i].change);
        CHECK_STRING(store_text(db, arena,
                                arena_printf(arena,
                                             "SELECT outcome FROM provision_verdict"
                                             " WHERE provision = '%s'",
                                             cases[i].provision)),
                     cases[i].outcome);
        CHECK_STRING(store_text(db, arena, "SELECT outcome FROM overall"), cases[i].overall);
        check_parts(db);
        /* What keeps a dossier from passing stands in the gap; where it passes nothing does. */
        bool passes = strcmp(cases[i].overall, "pass") == 0;
        if (query_number(db, "SELECT count(*) FROM meta WHERE key = 'dossier'", -1) == 1)
            CHECK_INT(query_number(db,
                                   passes ? "SELECT count(*) > 0 FROM gap WHERE urgency < 5"
                                            " AND kind <> 'stale'"
                                          : "SELECT count(*) > 0 FROM gap WHERE urgency < 5",
                                   -1),
                      !passes);
        if (!test_ok)
            printf("#   in: %s\n", cases[i].title);
        sqlite3_close(db);
        test_ok = before && test_ok;
    }
}

TEST(both_editions_pass_as_a_whole)
{
    sqlite3 *db = judged("2.1.1", "");

    CHECK_STRING(store_text(db, arena, "SELECT outcome FROM overall"), "pass");
    CHECK_INT(query_number(db, "SELECT count(*) FROM verdict", 0), 226);
    CHECK_INT(
        query_number(db, "SELECT count(*) FROM provision_verdict WHERE outcome = 'pass'", 0),
        68);
    sqlite3_close(db);
    db = judged("3.1.3", "");
    CHECK_INT(
        query_number(db, "SELECT count(*) FROM provision_verdict WHERE outcome = 'pass'", 0),
        78);
    CHECK_INT(query_number(db, "SELECT count(*) FROM case_verdict WHERE outcome = 'pass'", 0),
              131);
    CHECK_INT(
        query_number(db, "SELECT count(*) FROM gap WHERE kind IN ('question', 'failure')", 0),
        0);
    sqlite3_close(db);
}

/* Units of the later edition that the alternatives of a case name are not those of the earlier. */
TEST(debug_interfaces_of_the_earlier_edition_need_all)
{
    sqlite3 *db =
        judged("2.1.1", "UPDATE answer SET outcome = 'fail' WHERE unit = '5.6-4-1-b'");

    CHECK_STRING(store_text(db, arena,
                            "SELECT outcome FROM case_verdict WHERE test_case ="
                            " '5.6-4-1'"),
                 "fail");
    CHECK_STRING(store_text(db, arena, "SELECT outcome FROM overall"), "fail");
    sqlite3_close(db);
}

/* No unit of it fails: the reason is the assessor's own, and stands where the provision does. */
TEST(a_case_that_a_person_fails_says_why)
{
    sqlite3 *db = judged(
        "3.1.3",
        "INSERT INTO answer VALUES('5.11-1-1', 'fail', 'it stays', '', '', NULL, 1, -7, NULL)");

    CHECK_STRING(store_text(db, arena,
                            "SELECT because FROM provision_verdict WHERE provision ="
                            " '5.11-1'"),
                 "an assessor says of 5.11-1-1: it stays");
    CHECK_STRING(store_text(db, arena,
                            "SELECT provision || ' ' || what FROM gap"
                            " WHERE kind = 'failure'"),
                 "5.11-1 an assessor says of 5.11-1-1: it stays");
    sqlite3_close(db);
    db = judged("3.1.3",
                "UPDATE answer SET outcome = 'fail' WHERE unit IN ('5.6-4A-1-a', '5.6-4A-1-c');"
                "INSERT INTO declared_interface(observation, kind, debug) VALUES(-1, 'x', 1)");
    CHECK_STRING(store_text(db, arena,
                            "SELECT outcome || COALESCE(because, '') FROM"
                            " case_verdict WHERE test_case = '5.6-4A-1'"),
                 "fail");
    sqlite3_close(db);
}

/* What keeps the whole from passing stands in the gap, also when no unit waits for it. */
TEST(the_gap_names_drafts_and_answers_that_count_no_longer)
{
    sqlite3 *db = judged(
        "3.1.3",
        "INSERT INTO declaration(id, path, line, ixit_table, entry, drafted)"
        " VALUES(-9, 'ixit/1-AuthMech.yaml', 3, '1-AuthMech', 'AuthMech-1', 1),"
        " (-10, 'ixit/1-AuthMech.yaml', 9, '1-AuthMech', 'AuthMech-2', 1);"
        "INSERT INTO answer VALUES('5.11-1-1', 'pass', '', '', '', 'changed', 1, -1, NULL),"
        " ('5.1-3', 'not-applicable', '', '', '', 'changed', 1, -1, NULL)");

    CHECK_STRING(store_text(db, arena, "SELECT because FROM overall"),
                 "2 entries of the dossier are drafts that nobody has confirmed");
    CHECK_STRING(store_text(db, arena,
                            "SELECT what || '; ' || file || ':' || line FROM gap"
                            " WHERE kind = 'declaration'"),
                 "2 entries of 1-AuthMech are drafts that nobody has confirmed;"
                 " ixit/1-AuthMech.yaml:3");
    CHECK_STRING(store_text(db, arena,
                            "SELECT group_concat(provision, ' ') FROM gap"
                            " WHERE kind = 'stale'"),
                 "5.1-3 5.11-1");
    sqlite3_close(db);
}

/* Units, cases and rows of the ICS as they come: a few hundred outcomes at a time. */
TEST(no_mixture_is_better_than_its_parts)
{
    static const char *const editions[] = {"2.1.1", "3.1.3"};
    static const char *const outcomes[] = {"pass", "fail", "open", "inconclusive"};
    int64_t provisions[COUNT_OF(outcomes)] = {0};

    for (unsigned seed = 1; seed <= 24; seed++) {
        /* A number out of the id and the seed, the same in every run. */
        const char *roll = arena_printf(
            arena, "(unicode(substr(hex(%s), -2)) * %u + length(%s) * 7 + rowid * %u) %% 97",
            "unit", seed * 5 + 3, "unit", seed * 11 + 1);
        sqlite3 *db = judged(
            editions[seed % 2],
            arena_printf(
                arena,
                "UPDATE answer SET outcome = 'fail' WHERE %s < %u;"
                "UPDATE answer SET outcome = 'inconclusive' WHERE %s BETWEEN 20 AND %u;"
                "UPDATE answer SET stale = 'changed' WHERE %s BETWEEN 40 AND %u;"
                "DELETE FROM answer WHERE %s BETWEEN 60 AND %u;"
                "UPDATE ics SET support = CASE (rowid * %u) %% 13 WHEN 0 THEN 'N' WHEN 1"
                " THEN 'N/A' WHEN 2 THEN '' ELSE 'Y' END, drafted = (rowid * %u) %% 17 = 0",
                roll, seed % 4, roll, 20 + seed % 3, roll, 39 + seed % 5, roll, 59 + seed % 3,
                seed, seed));
        check_parts(db);
        for (size_t i = 0; i < COUNT_OF(outcomes); i++)
            provisions[i] += query_number(
                db,
                arena_printf(arena,
                             "SELECT count(*) FROM provision_verdict WHERE outcome = '%s'",
                             outcomes[i]),
                0);
        sqlite3_close(db);
    }
    for (size_t i = 0; i < COUNT_OF(outcomes); i++)
        CHECK_TRUE(provisions[i] > 20);
}

/* A failure that the program proves stays one, whatever a person says. */
TEST(an_answer_cannot_undo_a_proof)
{
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(store_rules(db, "rules:\n- unit: 5.2-1-1-a\n  fail:\n"
                                  "  - {rows: SELECT 1 AS observation, because: proven}\n"));
    CHECK_SUCCESS(query_run(db, all_pass));
    CHECK_SUCCESS(judge_run(db));
    CHECK_STRING(store_text(db, arena,
                            "SELECT outcome || automatic || disputed || answer || because"
                            " FROM verdict WHERE unit = '5.2-1-1-a'"),
                 "fail11passlooked at");
    CHECK_STRING(store_text(db, arena, "SELECT outcome FROM overall"), "fail");
    sqlite3_close(db);
}

/* A pass that the program gives can be made stricter. */
TEST(an_answer_may_be_stricter)
{
    static const char rule[] = "rules:\n- unit: 5.2-1-1-a\n  covered: [unpack.complete]\n";
    static const char *const said[] = {"pass", "fail", "inconclusive"};

    for (size_t i = 0; i < COUNT_OF(said); i++) {
        sqlite3 *db = store_empty();
        CHECK_SUCCESS(store_rules(db, rule));
        CHECK_SUCCESS(query_run(db, all_pass));
        CHECK_SUCCESS(query_run(db,
                                "INSERT OR REPLACE INTO coverage VALUES('unpack.complete', 1,"
                                " 1, '')"));
        CHECK_SUCCESS(query_run(
            db, arena_printf(arena, "UPDATE answer SET outcome = '%s' WHERE unit = '5.2-1-1-a'",
                             said[i])));
        CHECK_SUCCESS(judge_run(db));
        CHECK_STRING(store_text(db, arena,
                                "SELECT outcome || automatic FROM verdict"
                                " WHERE unit = '5.2-1-1-a'"),
                     arena_printf(arena, "%s%d", said[i], i == 0));
        sqlite3_close(db);
    }
}

int main(void)
{
    arena = arena_new();
    RUN(folding);
    RUN(both_editions_pass_as_a_whole);
    RUN(debug_interfaces_of_the_earlier_edition_need_all);
    RUN(a_case_that_a_person_fails_says_why);
    RUN(the_gap_names_drafts_and_answers_that_count_no_longer);
    RUN(no_mixture_is_better_than_its_parts);
    RUN(an_answer_cannot_undo_a_proof);
    RUN(an_answer_may_be_stricter);
    arena_free(arena);
    return test_end();
}
