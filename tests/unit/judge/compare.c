/* The partial retest plan: which answers of an earlier store may be kept. */
#include "judge/compare.h"

#include "test.h"
#include "unit/judge/store.h"

TEST(answers_to_cases_and_provisions_stand_in_the_plan)
{
    owned(arena) arena = arena_new();
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(query_run(db, "INSERT INTO meta VALUES('dossier', '1')"));
    CHECK_SUCCESS(
        query_run(db, "INSERT INTO answer SELECT column1, 'pass', 'x', 'A', '1', NULL, 1, -1, "
                      "NULL FROM (VALUES"
                      " ('5.11-1-1'), ('5.5-2-2'), ('5.6-4A-1'), ('5.1-3'), ('5.2-1-1-a'))"));
    CHECK_SUCCESS(judge_run(db));
    /* The earlier store: a copy of all that is compared. */
    CHECK_SUCCESS(query_run(db, "ATTACH ':memory:' AS old"));
    static const char *const tables[] = {"answer",     "verdict",           "counter_example",
                                         "observable", "observable_column", "declared_field",
                                         "ics",        "applicability",     "coverage"};
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        CHECK_SUCCESS(query_run(db, arena_printf(arena,
                                                 "CREATE TABLE old.%s AS SELECT * FROM"
                                                 " main.%s",
                                                 tables[i], tables[i])));
    CHECK_SUCCESS(query_run(db,
                            "DELETE FROM observable;"
                            "UPDATE answer SET stale = 'changed' WHERE unit IN ('5.11-1-1',"
                            " '5.2-1-1-a'); UPDATE answer SET at = '2' WHERE unit = '5.1-3';"
                            "DELETE FROM answer WHERE unit = '5.6-4A-1'"));
    CHECK_SUCCESS(judge_run(db));
    CHECK_SUCCESS(compare_run(db));
    static const char *const wanted[][2] = {
        {"5.11-1-1", "5.11-1 retest changed"},
        {"5.5-2-2", "5.5-2 keep nothing it rests on has changed"},
        {"5.6-4A-1", "5.6-4A open nobody has concluded it yet"},
        {"5.1-3", "5.1-3 answered concluded since: pass"},
        {"5.2-1-1-a", "5.2-1 retest changed"}};
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        CHECK_STRING(
            store_text(db, arena,
                       arena_printf(arena,
                                    "SELECT group_concat(provision || ' ' || class || ' '"
                                    " || why) FROM retest WHERE unit = '%s'",
                                    wanted[i][0])),
            wanted[i][1]);
    sqlite3_close(db);
}

int main(void)
{
    RUN(answers_to_cases_and_provisions_stand_in_the_plan);
    return test_end();
}
