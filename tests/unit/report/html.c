#include "report/explain.h"
#include "report/report.h"
#include "test.h"
#include "unit/report/store.h"

static const char *script;  /* tests/golden/report/store.sql */
static const char *dossier; /* … with dossier.sql laid over it */

static void run(sqlite3 *db, const char *sql)
{
    CHECK_SUCCESS(query_run(db, sql));
}

static struct text *page_of(sqlite3 *db)
{
    struct text *out = text_new();

    CHECK_SUCCESS(report_named("html")->write(db, out));
    return out;
}

static size_t count(const struct text *page, const char *needle)
{
    struct bytes rest = text_bytes(page);
    size_t found = 0;

    for (size_t at = bytes_find_string(rest, needle); at != SIZE_MAX;
         at = bytes_find_string(rest, needle)) {
        rest = bytes_from_offset(rest, at + 1);
        found++;
    }
    return found;
}

static bool has(const struct text *page, const char *needle)
{
    return bytes_contains(text_bytes(page), needle);
}

TEST(page_escapes_markup)
{
    sqlite3 *db = store_from(script);
    owned(text) page = page_of(db);

    CHECK_INT(count(page, "<script"), 0);
    CHECK_INT(count(page, "<b>\""), 0);
    CHECK_TRUE(has(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    CHECK_TRUE(has(page, "&quot;quoted&quot; &amp; \\x00"));
    CHECK_TRUE(has(page, "squashfs &lt;data&gt;"));
    sqlite3_close(db);
}

TEST(page_escapes_inside_attributes)
{
    sqlite3 *db = store_from(script);

    run(db, "UPDATE provision SET requirement = '\" onmouseover=\"alert(1)'");
    run(db, "UPDATE meta SET value = '</title><script>alert(1)</script>' WHERE key = 'input'");
    run(db, "UPDATE map SET kind = '\"><img src=x>', what = '</title><svg onload=x>'");
    owned(text) page = page_of(db);
    CHECK_INT(count(page, "\" onmouseover"), 0);
    CHECK_INT(count(page, "<script"), 0);
    CHECK_INT(count(page, "<img"), 0);
    CHECK_INT(count(page, "<svg onload"), 0);
    sqlite3_close(db);
}

TEST(page_shows_no_control_or_direction)
{
    static const char hostile[] = "a\0b\x1b[31mc\xe2\x80\xae"
                                  "d\xff\xc0\x80";
    sqlite3 *db = store_from(script);
    struct query query;

    CHECK_SUCCESS(
        query_open(db, "UPDATE login SET account = ?, path = ?, excerpt = ?", &query));
    for (int place = 1; place <= 3; place++)
        query_bind_text(&query, place, bytes_from(hostile, sizeof hostile - 1));
    CHECK_SUCCESS(query_step(&query));
    query_close(&query);
    owned(text) page = page_of(db);
    CHECK_INT(bytes_find_byte(text_bytes(page), 0), SIZE_MAX);
    CHECK_INT(bytes_find_byte(text_bytes(page), 0x1b), SIZE_MAX);
    CHECK_INT(count(page, "\xe2\x80\xae"), 0);
    CHECK_INT(bytes_find_byte(text_bytes(page), 0xff), SIZE_MAX);
    CHECK_TRUE(bytes_is_text(text_bytes(page)));
    sqlite3_close(db);
}

TEST(page_cuts_long_texts_and_says_so)
{
    sqlite3 *db = store_from(script);
    owned(text) before = page_of(db);

    run(db, "UPDATE login SET excerpt = replace(hex(zeroblob(524288)), '00', '<&')");
    run(db, "UPDATE counter_example SET because = replace(hex(zeroblob(524288)), '00', 'é')");
    owned(text) page = page_of(db);
    CHECK_TRUE(page->size < before->size + 32768);
    CHECK_TRUE(has(page, "more bytes"));
    CHECK_TRUE(bytes_is_text(text_bytes(page))); /* no character was cut in two */
    sqlite3_close(db);
}

TEST(page_is_the_same_every_time)
{
    sqlite3 *db = store_from(script), *again = store_from(script);
    owned(text) first = page_of(db);
    owned(text) second = page_of(db);
    owned(text) third = page_of(again);

    CHECK_TRUE(bytes_equal(text_bytes(first), text_bytes(second)));
    CHECK_TRUE(bytes_equal(text_bytes(first), text_bytes(third)));
    sqlite3_close(db);
    sqlite3_close(again);
}

TEST(page_refers_to_nothing_outside)
{
    sqlite3 *db = store_from(script);
    owned(text) page = page_of(db);

    CHECK_INT(count(page, " src="), 0);
    CHECK_INT(count(page, "url("), count(page, "url(#"));
    CHECK_INT(count(page, "@import"), 0);
    CHECK_INT(count(page, "href=") - count(page, "href=#") - count(page, "href=\"#"), 1);
    CHECK_TRUE(has(page, "<link rel=icon href=\"data:,\">"));
    CHECK_TRUE(has(page, "default-src 'none'"));
    sqlite3_close(db);
}

TEST(page_says_what_was_not_checked)
{
    sqlite3 *db = store_from(script);
    owned(text) page = page_of(db);

    CHECK_TRUE(has(page, "No check of this kind was run")); /* there is no table of services */
    CHECK_TRUE(
        has(page, "No private key was found.")); /* there is one of keys, and it is empty */
    CHECK_TRUE(has(page, "not everything: 4096 bytes"));
    sqlite3_close(db);
}

TEST(page_says_when_there_was_no_sandbox)
{
    sqlite3 *db = store_from(script);
    owned(text) locked = page_of(db);

    run(db, "UPDATE meta SET value = '0' WHERE key = 'locked'");
    owned(text) unlocked = page_of(db);
    CHECK_TRUE(!has(locked, "without the sandbox"));
    CHECK_TRUE(has(unlocked, "without the sandbox"));
    sqlite3_close(db);
}

TEST(page_bounds_tables_and_says_so)
{
    sqlite3 *db = store_from(script);

    run(db, "CREATE TABLE component(id INTEGER PRIMARY KEY, node INTEGER, path TEXT, "
            "\"offset\" INTEGER,"
            " length INTEGER, line INTEGER, excerpt TEXT, name TEXT, version TEXT, grade TEXT,"
            " source TEXT, licence TEXT)");
    run(db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
            " INSERT INTO component SELECT 100 + i, 3, 'usr/lib/' || i, 0, 0, NULL, '',"
            " 'part-' || i, '1.' || i, 'A', 'opkg', 'MIT' FROM n");
    owned(text) page = page_of(db);
    CHECK_TRUE(has(page, "and 9,500 more in <code>assessment.db</code>"));
    CHECK_TRUE(page->size < 1000000);
    sqlite3_close(db);
}

TEST(page_tells_counter_examples_from_failures)
{
    sqlite3 *db = store_from(script);
    owned(text) page = page_of(db);
    size_t refuted = bytes_find_string(text_bytes(page), "id=\"x-5.1-1\"");
    size_t between = bytes_find_string(text_bytes(page), "that refute no provision");
    size_t other = bytes_find_string(text_bytes(page), "id=\"x-5.1-2A\"");

    CHECK_TRUE(refuted < between && between < other && other != SIZE_MAX);
    CHECK_TRUE(has(page, "1 of 3</strong> mandatory provisions is refuted."));
    CHECK_TRUE(has(page, "<li>an observation of the live device (TLS)</li><li>a person&#39;s"));
    sqlite3_close(db);
}

static void check_tags(const char *path)
{
    static const char *const names[] = {
        "section", "div",    "details", "dl",   "dt",   "dd", "ul",      "li",
        "ol",      "table",  "tbody",   "tr",   "td",   "th", "article", "a",
        "h2",      "h3",     "h4",      "h5",   "span", "p",  "strong",  "figure",
        "main",    "header", "svg",     "code", "pre"};
    sqlite3 *db = store_from(path);
    owned(text) page = page_of(db);

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        owned(text) plain = text_new();
        owned(text) with = text_new();
        owned(text) close = text_new();
        text_addf(plain, "<%s>", names[i]);
        text_addf(with, "<%s ", names[i]);
        text_addf(close, "</%s>", names[i]);
        CHECK_INT(count(page, text_string(plain)) + count(page, text_string(with)),
                  count(page, text_string(close)));
    }
    sqlite3_close(db);
}

TEST(page_closes_what_it_opens)
{
    check_tags(script);
    check_tags(dossier);
}

TEST(page_states_conformity_only_where_all_is_settled)
{
    static const char passes[] =
        "UPDATE overall SET outcome = 'pass', because = 'all pass';"
        "UPDATE provision_verdict SET outcome = 'pass';"
        "UPDATE verdict SET stale = NULL; UPDATE answer SET stale = NULL;"
        "UPDATE declaration SET drafted = 0; DELETE FROM mistake;";
    static const struct {
        const char *change;
        bool states;
    } rows[] = {
        {"", true},
        {"UPDATE provision_verdict SET outcome = 'not-applicable' WHERE provision = '5.4-3'",
         true},
        {"UPDATE provision_verdict SET outcome = 'not-run' WHERE provision = '5.1-3'", true},
        {"UPDATE overall SET outcome = 'fail'", false},
        {"UPDATE overall SET outcome = 'open'", false},
        {"UPDATE overall SET outcome = 'inconclusive'", false},
        {"UPDATE overall SET outcome = 'Pass'", false},
        {"DELETE FROM overall", false},
        {"UPDATE provision_verdict SET outcome = 'open' WHERE provision = '5.4-1'", false},
        {"DELETE FROM provision_verdict WHERE provision = '5.4-1'", false},
        {"UPDATE provision_verdict SET outcome = 'not-run' WHERE provision = '5.4-1'", false},
        {"INSERT INTO answer(unit, stale) VALUES('5.4-1-1-a', 'x')", false},
        {"INSERT INTO answer(unit, stale) VALUES('5.5-2-2', 'a case')", false},
        {"UPDATE verdict SET disputed = 1 WHERE unit = '5.4-1-1-a'", false},
        {"UPDATE declaration SET drafted = 1 WHERE id = -1", false},
        {"INSERT INTO mistake(place, severity) VALUES (9, 'error')", false},
        {"INSERT INTO mistake(place, severity) VALUES (9, 'warning')", true},
        {"DELETE FROM meta WHERE key = 'dossier'", false},
        {"UPDATE meta SET value = '0' WHERE key = 'locked'", false},
        {"DROP TABLE mistake; CREATE TABLE mistake(place INTEGER)", false},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        sqlite3 *db = store_from(dossier);
        owned(text) page = text_new();
        run(db, passes);
        run(db, "UPDATE verdict SET disputed = 0");
        run(db, rows[i].change);
        error_drop(report_named("html")->write(db, page));
        CHECK_INT(has(page, "class=statement>"), rows[i].states);
        sqlite3_close(db);
    }
}

TEST(page_keeps_a_dispute_and_a_stale_answer_visible)
{
    sqlite3 *db = store_from(dossier);
    owned(text) page = page_of(db);

    CHECK_TRUE(has(page, "<strong>1</strong> proven failure is disputed. It stays a failure."));
    CHECK_TRUE(has(page, "<strong>Disputed: </strong><a href=\"#u-5.1-1-1-a\">"));
    CHECK_TRUE(has(page, "<span class=\"badge warn\">disputed</span> <b>5.1-1-1-a</b>"));
    CHECK_TRUE(has(page, "the firmware has changed since"));
    CHECK_TRUE(has(page, "no, stale: "));
    CHECK_TRUE(has(page, "Contradiction: "));
    sqlite3_close(db);
}

TEST(page_bounds_the_dossier_and_says_so)
{
    sqlite3 *db = store_from(dossier);

    run(db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
            " INSERT INTO declaration SELECT -100 - i, 0, 'ixit/10-SecParam.yaml', 0, 0, i, '',"
            " '10-SecParam', 'SecParam-' || i, 0 FROM n");
    run(db,
        "INSERT INTO declared_field SELECT id, ixit_table, entry, 0, 'Description', 'x', line"
        " FROM declaration WHERE id < -100");
    run(db, "UPDATE rule_beside SET rows = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT"
            " i + 1 FROM n) SELECT i FROM n' WHERE place = 2");
    owned(text) page = page_of(db);
    CHECK_TRUE(has(page, "9,982 more entries of this table"));
    CHECK_TRUE(has(page, "and 8,003 more in <code>assessment.db</code>"));
    CHECK_TRUE(has(page, "There are more rows than can be laid out here"));
    CHECK_TRUE(page->size < 2000000);
    sqlite3_close(db);
}

TEST(page_goes_on_behind_a_query_that_fails)
{
    sqlite3 *db = store_from(dossier);

    run(db,
        "UPDATE rule_beside SET rows = 'SELECT wish FROM nowhere' WHERE place = 0;"
        "UPDATE rule_beside SET rows = 'DELETE FROM login' WHERE place = 1;"
        "UPDATE rule_beside SET rows = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
        " FROM n) SELECT i FROM n WHERE i < 20 OR i > 100000000' WHERE place = 2");
    owned(text) page = page_of(db);
    CHECK_TRUE(has(page, "The rule&#39;s query is wrong: no such table: nowhere"));
    CHECK_TRUE(has(page, "The rule&#39;s query is wrong: not authorized"));
    CHECK_TRUE(has(page, "There are more rows than can be laid out here"));
    CHECK_INT(count(page, "<table"), count(page, "</table>"));
    CHECK_INT(query_number(db, "SELECT count(*) FROM login", 0), 2);
    sqlite3_close(db);
}

/* A rule of a laboratory's own may select nothing but where to find its rows. */
TEST(rows_that_name_an_observation_alone_are_shown)
{
    static const struct explain_options options = {.path = "out"};
    sqlite3 *db = store_from(dossier);
    owned(text) paper = text_new();
    owned(text) screen = text_new();

    run(db, "UPDATE rule_beside SET rows = 'SELECT 4711 AS observation, 12 AS id'");
    owned(text) page = page_of(db);
    CHECK_TRUE(has(page, ">4711</td>"));
    CHECK_SUCCESS(report_named("pdf")->write(db, paper));
    CHECK_SUCCESS(explain_write(db, "5.4-2-1-a", &options, screen));
    CHECK_TRUE(has(screen, "4711"));
    sqlite3_close(db);
}

/* `answer` takes a case whose verdict has an alternative, and no other. */
TEST(a_case_says_how_to_conclude_it_where_that_counts)
{
    static const struct explain_options options = {.path = "camera"};
    static const char *const combines[] = {"all", "at_least_one_mechanism",
                                           "all_components_covered", "all_or_no_user_data"};

    for (size_t i = 0; i < COUNT_OF(combines); i++) {
        owned(arena) arena = arena_new();
        owned(text) screen = text_new();
        sqlite3 *db = store_from(dossier);
        run(db, arena_printf(arena, "UPDATE test_case SET combine = '%s'", combines[i]));
        CHECK_SUCCESS(explain_write(db, "5.4-2-1", &options, screen));
        CHECK_INT(has(screen, "proviso answer camera 5.4-2-1"), i == 3);
        sqlite3_close(db);
    }
}

/* Its name stands in the title of the file and in the outline, which take UTF-8 alone. */
TEST(paper_takes_a_product_of_any_name)
{
    sqlite3 *db = store_from(script);
    owned(text) paper = text_new();

    run(db, "CREATE TABLE product(id INTEGER, what TEXT, value TEXT);"
            "INSERT INTO product VALUES(1, 'model', CAST(x'4c756d69ff1b5be280ae' AS TEXT));"
            "UPDATE provision SET id = CAST(x'ff1b' AS TEXT) WHERE id = '5.1-1'");
    CHECK_SUCCESS(report_named("pdf")->write(db, paper));
    CHECK_TRUE(bytes_starts(text_bytes(paper), "%PDF"));
    sqlite3_close(db);
}

/* One sentence that is proven by the dossier and by the image shows the proof it says it has. */
TEST(a_sentence_with_two_proofs_keeps_its_evidence)
{
    static const struct explain_options options = {.path = "camera"};
    static const struct terminal_options all = {.seconds = -1, .failures = 100};
    sqlite3 *db = store_from(dossier);
    owned(text) sheet = text_new();
    owned(text) screen = text_new();

    run(db, "DELETE FROM counter_example; INSERT INTO counter_example VALUES"
            " ('5.1-1-1-a', 0, 2, 'twice proven', 3, NULL),"
            " ('5.1-1-1-a', 1, -1, 'twice proven', 1, 'declared and found');"
            "UPDATE declaration SET path = 'ixit/here.yaml', line = 4711 WHERE id = -1");
    owned(text) page = page_of(db);
    CHECK_TRUE(has(page, "declared in </span><code class=place>ixit/here.yaml:4711"));
    CHECK_SUCCESS(explain_write(db, "5.1-1-1-a", &options, sheet));
    CHECK_TRUE(has(sheet, "ixit/here.yaml:4711"));
    CHECK_SUCCESS(terminal_write(db, &all, screen));
    CHECK_TRUE(has(screen, "4711"));
    sqlite3_close(db);
}

/* Path and line of the same row, whichever of them is for updates. */
TEST(an_address_is_first_seen_where_it_is)
{
    sqlite3 *db = store_from(script);

    run(db,
        "CREATE TABLE endpoint(id INTEGER, path TEXT, line INTEGER, \"offset\" INTEGER,"
        " url TEXT, host TEXT, plain INTEGER, \"update\" INTEGER, private INTEGER,"
        " documentation INTEGER);"
        "INSERT INTO endpoint VALUES(1, 'bin/a', 3, 0, 'http://u.example', 'u.example', 1, 0,"
        " 0, 0), (2, 'bin/b', 9, 0, 'http://u.example', 'u.example', 1, 1, 0, 0),"
        " (3, 'bin/c', 7, 0, 'http://u.example', 'u.example', 1, 0, 0, 0)");
    owned(text) page = page_of(db);
    CHECK_TRUE(has(page, "bin/a:3"));
    CHECK_INT(count(page, "bin/b"), 0);
    sqlite3_close(db);
}

TEST(page_is_written_without_an_image)
{
    sqlite3 *db = store_from(dossier);

    run(db, "DELETE FROM meta WHERE key IN ('input', 'input_kind', 'size', 'sha256', 'locked');"
            "DELETE FROM meta WHERE key LIKE 'bytes%'; DELETE FROM node; DELETE FROM map;"
            "DELETE FROM unread");
    owned(text) page = page_of(db);
    CHECK_TRUE(has(page, "<strong>No firmware was assessed</strong>"));
    CHECK_TRUE(!has(page, "id=\"map\""));
    sqlite3_close(db);
}

int main(int argc, char **argv)
{
    script = argc > 1 ? argv[1] : "tests/golden/report/store.sql";
    dossier =
        argc > 2 ? argv[2] : "tests/golden/report/store.sql,tests/golden/report/dossier.sql";
    if (access(script, R_OK) != 0) {
        printf("1..0 # SKIP cannot read %s: give its path\n", script);
        return 0;
    }
    RUN(page_escapes_markup);
    RUN(page_escapes_inside_attributes);
    RUN(page_shows_no_control_or_direction);
    RUN(page_cuts_long_texts_and_says_so);
    RUN(page_is_the_same_every_time);
    RUN(page_refers_to_nothing_outside);
    RUN(page_says_what_was_not_checked);
    RUN(page_says_when_there_was_no_sandbox);
    RUN(page_bounds_tables_and_says_so);
    RUN(page_tells_counter_examples_from_failures);
    RUN(page_closes_what_it_opens);
    RUN(page_states_conformity_only_where_all_is_settled);
    RUN(page_keeps_a_dispute_and_a_stale_answer_visible);
    RUN(page_bounds_the_dossier_and_says_so);
    RUN(page_goes_on_behind_a_query_that_fails);
    RUN(rows_that_name_an_observation_alone_are_shown);
    RUN(a_case_says_how_to_conclude_it_where_that_counts);
    RUN(paper_takes_a_product_of_any_name);
    RUN(a_sentence_with_two_proofs_keeps_its_evidence);
    RUN(an_address_is_first_seen_where_it_is);
    RUN(page_is_written_without_an_image);
    return test_end();
}
