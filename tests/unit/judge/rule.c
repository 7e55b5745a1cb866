#include "judge/rule.h"

#include "test.h"
#include "unit/judge/store.h"

#define FAIL "    fail: [{rows: SELECT 1 AS observation, because: so}]\n"

/* TEXT must be refused, at LINE, with a reason that holds WORD. */
static void refused(const char *text, unsigned line, const char *word)
{
    sqlite3 *db = store_empty();
    struct error *error = store_rules(db, text);
    owned(arena) arena = arena_new();
    const char *got = error == NULL ? "accepted" : error_line(error);
    char *place = arena_printf(arena, "rules/test.yaml:%u: ", line);

    if (strstr(got, place) == NULL || strstr(got, word) == NULL) {
        test_ok = false;
        printf("# wanted \"%s\" at line %u, got: %s\n", word, line, got);
    }
    if (error != NULL)
        CHECK_INT(error_kind(error), ERROR_INPUT);
    error_free(error);
    sqlite3_close(db);
}

TEST(a_malformed_file_is_refused_where_it_stands)
{
    refused("other: 1\n", 1, "list of rules");
    refused("rules: 5\n", 1, "list of rules");
    refused("rules: {unit: a}\n", 1, "list of rules");
    refused("rules:\n  - one\n", 2, "map");
    refused("rules:\n  - [one]\n", 2, "map");
    refused("rules:\n  - unit: 5.1-1-1-a\n    unit: 5.1-1-1-b\n", 3, "twice");
    refused("rules: [\n", 2, "");
    refused("rules:\n  - unit: &here 5.1-1-1-a\n", 2, "anchor");
}

TEST(a_malformed_unit_is_refused)
{
    refused("rules:\n  - ask: what?\n", 2, "no unit");
    refused("rules:\n  - unit:\n    ask: what?\n", 2, "no unit");
    refused("rules:\n  - unit: [5.1-1-1-a]\n", 2, "unit");
    refused("rules:\n\n  - unit: 5.1-1-1-a\n    colour: red\n", 4, "colour");
    refused("rules:\n  - unit: 5.99-1-1-a\n    ask: what?\n", 2, "5.99-1-1-a");
    refused("rules:\n  - unit: 5.1-1-1-a\n    ask: a\n  - unit: 5.1-1-1-a\n    ask: b\n", 4,
            "line 2");
}

TEST(a_malformed_fail_is_refused)
{
    refused("rules:\n  - unit: 5.1-1-1-a\n    fail: yes\n", 3, "fail");
    refused("rules:\n  - unit: 5.1-1-1-a\n    fail: {rows: SELECT 1, because: so}\n", 3,
            "fail");
    refused("rules:\n  - unit: 5.1-1-1-a\n    fail:\n      - rows: SELECT 1\n", 4, "because");
    refused("rules:\n  - unit: 5.1-1-1-a\n    fail:\n      - because: so\n", 4, "rows");
    refused("rules:\n  - unit: 5.1-1-1-a\n    fail:\n      - rows: [SELECT 1]\n        "
            "because: so\n",
            4, "rows");
    refused(
        "rules:\n  - unit: 5.1-1-1-a\n    fail:\n      - rows: SELECT 1\n        because: so\n"
        "        why: x\n",
        6, "why");
    refused("rules:\n  - unit: 5.1-1-1-a\n    fail:\n      - rows: SELECT 1 AS a\n"
            "        because: \"it is {a\"\n",
            4, "placeholder");
    refused(
        "rules:\n  - unit: 5.1-1-1-a\n    fail:\n      - rows: SELECT 1\n        because: so\n"
        "        severity: high\n",
        4, "severity");
    refused(
        "rules:\n  - unit: 5.1-1-1-a\n    fail:\n      - rows: SELECT 1\n        because: so\n"
        "        severity: 4\n",
        4, "severity");
}

/* A question that is not read as one would let a unit pass. */
TEST(a_malformed_ask_or_covered_is_refused)
{
    refused("rules:\n  - unit: 5.1-1-1-a\n    ask: [one, two]\n", 3, "ask");
    refused("rules:\n  - unit: 5.1-1-1-a\n    ask: {one: two}\n", 3, "ask");
    refused("rules:\n  - unit: 5.1-1-1-a\n    fix: [one]\n", 3, "fix");
    refused("rules:\n  - unit: 5.1-1-1-a\n    covered: unpack.complete\n", 3, "covered");
    refused("rules:\n  - unit: 5.1-1-1-a\n    covered:\n      - [person]\n", 4, "covered");
    refused("rules:\n  - unit: 5.1-1-1-a\n    covered:\n      - person\n      - ''\n", 5,
            "covered");
    refused("rules:\n  - unit: 5.1-1-1-a\n    ask: is it?\n    ask_when: never\n", 4,
            "ask_when");
    refused("rules:\n  - unit: 5.1-1-1-a\n    ask_when: unclear\n    unclear:\n"
            "      - rows: SELECT 1 AS observation\n        because: so\n",
            3, "ask_when");
    refused("rules:\n  - unit: 5.1-1-1-a\n    ask: is it?\n    ask_when: unclear\n", 4,
            "ask_when");
}

TEST(a_rule_replaces_the_one_before)
{
    owned(arena) arena = arena_new();
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(store_rules(db, "rules:\n  - unit: 5.1-1-1-a\n    covered: [person]\n"
                                  "    ask: first?\n" FAIL));
    CHECK_SUCCESS(store_rules(db, "rules:\n  - unit: 5.1-1-1-a\n    ask: \"  second?\\n\"\n"));
    CHECK_STRING(store_text(db, arena, "SELECT ask FROM rule WHERE unit = '5.1-1-1-a'"),
                 "second?");
    CHECK_INT(query_number(db, "SELECT count(*) FROM rule", -1), 258 + 7);
    CHECK_INT(query_number(db, "SELECT count(*) FROM rule_fail WHERE unit = '5.1-1-1-a'", -1),
              0);
    CHECK_INT(
        query_number(db, "SELECT count(*) FROM rule_covered WHERE unit = '5.1-1-1-a'", -1), 0);
    sqlite3_close(db);
}

static struct error *because(const char *sql, const char *template, struct text *out)
{
    sqlite3 *db = store_empty();
    struct query row;
    bool found = false;

    CHECK_SUCCESS(query_open(db, sql, &row));
    CHECK_SUCCESS(query_next(&row, &found));
    struct error *error = rule_because(&row, bytes_of(template), out);
    query_close(&row);
    sqlite3_close(db);
    return error;
}

TEST(a_sentence_is_filled_from_the_row)
{
    owned(text) out = text_new();

    CHECK_SUCCESS(because("SELECT 'root' AS account, 23 AS port, NULL AS gone",
                          "{account} on {port}{gone}: {account}", out));
    CHECK_STRING(text_string(out), "root on 23: root");
    text_clear(out);
    CHECK_SUCCESS(because("SELECT '{port}' AS account, 23 AS port", "{account}", out));
    CHECK_STRING(text_string(out), "{port}"); /* what the image says is no template */
    CHECK_FAILURE(because("SELECT 1 AS a", "{b}", out), ERROR_USAGE);
    CHECK_FAILURE(because("SELECT 1 AS a", "{a", out), ERROR_USAGE);
}

int main(void)
{
    RUN(a_malformed_file_is_refused_where_it_stands);
    RUN(a_malformed_unit_is_refused);
    RUN(a_malformed_fail_is_refused);
    RUN(a_malformed_ask_or_covered_is_refused);
    RUN(a_rule_replaces_the_one_before);
    RUN(a_sentence_is_filled_from_the_row);
    return test_end();
}
