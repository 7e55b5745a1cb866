/*
 * Writes what a scheme says of a store that a script made, and compares it with what is expected:
 *
 *     scheme STATE.SQL SCHEME FORM EXPECTED   FORM: html, text, json
 *     scheme STATE.SQL SCHEME FORM            prints it, to accept it
 *     scheme MET.SQL UNMET.SQL BLANKS.SQL OLD.SQL: what is true of all schemes
 */
#include "report/scheme.h"

#include "test.h"
#include "unit/judge/store.h"
#include "unit/report/store.h"

static char **words;

/* A judged store of a dossier, serialized. Requirements are named, not worded. */
static struct bytes judged(void)
{
    static struct bytes image;
    sqlite3 *db;

    if (image.data != NULL)
        return image;
    db = store_empty();
    CHECK_SUCCESS(judge_run(db));
    CHECK_SUCCESS(query_run(
        db, "UPDATE provision SET requirement = 'requirement of ' || id;"
            "DELETE FROM overall; INSERT INTO overall VALUES('open', NULL);"
            "DELETE FROM provision_verdict; INSERT INTO provision_verdict"
            " SELECT id, 'open', NULL FROM provision WHERE edition = '3.1.3';"
            "INSERT OR REPLACE INTO meta VALUES('dossier', '1'), ('program', 'proviso 0.0.0'),"
            " ('edition', '3.1.3'), ('date', '2026-11-20'), ('input', 'lc2.bin'),"
            " ('sha256', '000102'), ('locked', '1')"));
    CHECK_SUCCESS(store_serialize(db, &image));
    sqlite3_close(db);
    return image;
}

/* A copy of it, as the script at PATH changes it. */
static sqlite3 *store_at(const char *path)
{
    owned(arena) arena = arena_new();
    struct bytes image = judged();
    unsigned char *copy = sqlite3_malloc64(image.size);
    sqlite3 *db = NULL;

    CHECK_INT(sqlite3_open(":memory:", &db), SQLITE_OK);
    mem_copy(copy, image.data, image.size);
    CHECK_INT(sqlite3_deserialize(
                  db, "main", copy, (sqlite3_int64)image.size, (sqlite3_int64)image.size,
                  SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE),
              SQLITE_OK);
    CHECK_SUCCESS(query_run(db, (const char *)store_file(path, arena).data));
    return db;
}

static struct error *read_view(sqlite3 *db, const char *id, struct arena *arena,
                               struct scheme_view *view)
{
    struct scheme_options options = {.red_points = "d, e", .applies = NULL};

    return scheme_read(db, id, &options, arena, view);
}

static struct error *write_view(sqlite3 *db, const char *id, const char *form, struct text *out)
{
    owned(arena) arena = arena_new();
    owned(text) page = text_new();
    struct scheme_view view;

    TRY(read_view(db, id, arena, &view));
    if (strcmp(form, "json") == 0)
        scheme_json(&view, out);
    else if (strcmp(form, "text") == 0)
        scheme_text(&view, out);
    else
        scheme_html(&view, page);
    /* Without the style sheet, which changes more often than what the page says. */
    text_add_bytes(out, bytes_from_offset(text_bytes(page),
                                          bytes_find_string(text_bytes(page), "</style>")));
    return NULL;
}

static void show_difference(struct bytes got, struct bytes wanted)
{
    struct bytes a, b;

    for (int line = 1; line < 1000000; line++) {
        bool more = bytes_next_line(&got, &a), other = bytes_next_line(&wanted, &b);
        if (!more && !other)
            return;
        if (more && other && bytes_equal(a, b))
            continue;
        printf("# line %d\n# is     %.*s\n# wanted %.*s\n", line, more ? (int)a.size : 0,
               (const char *)a.data, other ? (int)b.size : 0, (const char *)b.data);
        return;
    }
}

TEST(scheme_is_as_expected)
{
    owned(arena) arena = arena_new();
    owned(text) out = text_new();
    sqlite3 *db = store_at(words[1]);
    struct bytes expected = store_file(words[4], arena);

    CHECK_SUCCESS(write_view(db, words[2], words[3], out));
    CHECK_TRUE(bytes_equal(text_bytes(out), expected));
    if (!bytes_equal(text_bytes(out), expected))
        show_difference(text_bytes(out), expected);
    sqlite3_close(db);
}

/* --- what is true of all ------------------------------------------------------------------- */

static const char leaves[] = "SELECT id FROM scheme AS s WHERE NOT EXISTS (SELECT 1 FROM scheme"
                             " AS c WHERE c.parent = s.id) ORDER BY id";

/* Runs CHECK over every scheme of the store that PATH makes. */
static void for_all(const char *path, void (*check)(const struct scheme_view *view))
{
    owned(arena) arena = arena_new();
    sqlite3 *db = store_at(path);
    struct query query;
    bool found = false;

    CHECK_SUCCESS(query_open(db, leaves, &query));
    CHECK_SUCCESS(query_next(&query, &found));
    while (found) {
        const char *id = arena_string(arena, query_text(&query, 0));
        struct scheme_view view;
        CHECK_SUCCESS(read_view(db, id, arena, &view));
        bool before = test_ok;
        check(&view);
        if (before && !test_ok)
            printf("# %s of %s\n", id, path);
        CHECK_SUCCESS(query_next(&query, &found));
    }
    query_close(&query);
    sqlite3_close(db);
}

static void is_final(const struct scheme_view *view)
{
    CHECK_INT(scheme_is_final(view), view->title != NULL && view->closed == NULL);
    CHECK_TRUE(view->standing == SCHEME_MET || view->standing == SCHEME_NONE ||
               view->view != NULL);
}

static void is_draft(const struct scheme_view *view)
{
    owned(text) page = text_new();

    CHECK_TRUE(!scheme_is_final(view));
    scheme_html(view, page);
    CHECK_TRUE(bytes_contains(text_bytes(page), "class=\"banner view\"") ||
               bytes_contains(text_bytes(page), "class=banner role=note>DRAFT"));
}

static void is_safe(const struct scheme_view *view)
{
    owned(text) page = text_new();

    scheme_html(view, page);
    CHECK_TRUE(!bytes_contains(text_bytes(page), "<script"));
    CHECK_TRUE(!bytes_contains(text_bytes(page), "<Home>"));
    CHECK_TRUE(!bytes_contains(text_bytes(page), "<admin>"));
}

static void carries_its_marks(const struct scheme_view *view)
{
    owned(text) page = text_new();
    owned(text) screen = text_new();
    bool uncertain = strcmp(view->confidence, "high") != 0;

    scheme_html(view, page);
    scheme_text(view, screen);
    for (size_t i = 0; i < view->fact_count; i++)
        uncertain = uncertain || (view->facts[i].confidence != NULL &&
                                  strcmp(view->facts[i].confidence, "high") != 0);
    if (uncertain) {
        CHECK_TRUE(bytes_contains(text_bytes(page), "<span class=mark>confidence "));
        CHECK_TRUE(bytes_contains(text_bytes(screen), "[confidence "));
    }
}

TEST(documents_are_final_only_when_all_is_met)
{
    for_all(words[1], is_final);
    for_all(words[2], is_draft);
    for_all(words[3], is_draft);
    for_all(words[4], is_draft);
}

TEST(words_of_a_dossier_never_become_markup)
{
    for_all(words[1], is_safe);
    for_all(words[2], is_safe);
}

TEST(what_is_uncertain_is_marked)
{
    for_all(words[3], carries_its_marks);
}

static bool has_stop(const struct scheme_view *view, const char *about)
{
    for (size_t i = 0; i < view->stop_count; i++)
        if (strcmp(view->stops[i].about, about) == 0)
            return true;
    return false;
}

TEST(each_thing_alone_makes_a_draft)
{
    static const char *const changes[][2] = {
        {"UPDATE provision_verdict SET outcome = 'fail' WHERE provision = '5.1-1'",
         "provision 5.1-1"},
        {"UPDATE provision_verdict SET outcome = 'inconclusive' WHERE provision = '5.2-1'",
         "provision 5.2-1"},
        {"UPDATE provision_verdict SET outcome = 'not-run' WHERE provision = '5.1-2'",
         "provision 5.1-2"},
        {"DELETE FROM provision_verdict WHERE provision = '5.3-13'", "provision 5.3-13"},
        {"UPDATE dut SET value = 'no' WHERE field = 'confirmed.psti-software.holds'",
         "confirmed.psti-software"},
        {"DELETE FROM dut WHERE field = 'confirmed.psti-software.because'",
         "confirmed.psti-software"},
        {"UPDATE dut SET value = 'maybe' WHERE field = 'confirmed.psti-software.holds'",
         "confirmed.psti-software"},
        {"DELETE FROM dut WHERE field = 'batch'", "batch"},
        {"UPDATE dut SET value = '  ' WHERE field = 'manufacturer.address'",
         "manufacturer.address"},
        {"UPDATE dut SET value = 'as long as possible' WHERE field = 'support_period'",
         "support_period"},
        {"UPDATE dut SET value = 'in May 2026-05-01' WHERE field = 'statement.date'",
         "statement.date"},
        {"DELETE FROM dut WHERE field = 'authorised_representatives.1.address'",
         "authorised_representatives.1.address"},
        {"DELETE FROM meta WHERE key = 'dossier'", "dossier"},
        {"INSERT INTO mistake(place, severity) VALUES(1, 'error')", "dossier"},
        {"INSERT INTO declaration(id, ixit_table, drafted) VALUES(-9, '20-SecBoot', 1)",
         "dossier"},
        {"UPDATE meta SET value = '0' WHERE key = 'locked'", "image"},
    };

    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        owned(arena) arena = arena_new();
        sqlite3 *db = store_at(words[1]);
        struct scheme_view view;
        CHECK_SUCCESS(query_run(db, changes[i][0]));
        CHECK_SUCCESS(read_view(db, "uk-psti", arena, &view));
        CHECK_INT(view.stop_count, 1);
        CHECK_TRUE(has_stop(&view, changes[i][1]));
        CHECK_TRUE(!scheme_is_final(&view));
        sqlite3_close(db);
    }
}

TEST(a_split_provision_takes_the_mandatory_half)
{
    owned(arena) arena = arena_new();
    sqlite3 *db = store_at(words[1]);
    struct scheme_view view;

    CHECK_SUCCESS(query_run(
        db, "UPDATE provision_verdict SET outcome = 'fail' WHERE provision = '5.6-4B'"));
    CHECK_SUCCESS(read_view(db, "sg-cls-2", arena, &view));
    CHECK_TRUE(scheme_is_final(&view));
    CHECK_SUCCESS(query_run(
        db, "UPDATE provision_verdict SET outcome = 'fail' WHERE provision = '6-3B'"));
    CHECK_SUCCESS(read_view(db, "sg-cls-2", arena, &view));
    CHECK_TRUE(has_stop(&view, "provision 6-3B"));
    sqlite3_close(db);
}

TEST(a_laboratory_states_conformity_of_the_whole_only)
{
    static const char *const changes[][2] = {
        {"UPDATE overall SET outcome = 'inconclusive'", "assessment"},
        {"INSERT INTO answer(unit, stale) VALUES('5.7-1-1-a', 'changed')", "answers"},
        {"UPDATE verdict SET disputed = 1 WHERE unit = '5.5-2-2-a'", "failures"},
    };

    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        owned(arena) arena = arena_new();
        sqlite3 *db = store_at(words[1]);
        struct scheme_view view;
        CHECK_SUCCESS(query_run(db, changes[i][0]));
        CHECK_SUCCESS(read_view(db, "en303645-soc", arena, &view));
        CHECK_INT(view.stop_count, 1);
        CHECK_TRUE(has_stop(&view, changes[i][1]));
        /* Another scheme takes other provisions, which these say nothing of. */
        CHECK_SUCCESS(read_view(db, "uk-psti", arena, &view));
        CHECK_TRUE(scheme_is_final(&view));
        sqlite3_close(db);
    }
}

TEST(a_product_without_name_and_image_is_called_so)
{
    static const char *const forms[] = {"html", "text", "json"};

    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        owned(text) out = text_new();
        sqlite3 *db = store_at(words[1]);
        CHECK_SUCCESS(query_run(db, "DELETE FROM dut WHERE field = 'name';"
                                    "DELETE FROM meta WHERE key = 'input'"));
        CHECK_SUCCESS(write_view(db, "uk-psti", forms[i], out));
        CHECK_TRUE(!bytes_contains(text_bytes(out), "(null)"));
        sqlite3_close(db);
    }
}

TEST(what_does_not_exist_is_said)
{
    owned(arena) arena = arena_new();
    sqlite3 *db = store_at(words[1]);
    struct scheme_view view;

    CHECK_FAILURE(read_view(db, "xx", arena, &view), ERROR_USAGE);
    CHECK_FAILURE(read_view(db, "sg-cls", arena, &view), ERROR_USAGE);
    CHECK_SUCCESS(query_run(db, "DROP TABLE scheme"));
    CHECK_FAILURE(read_view(db, "uk-psti", arena, &view), ERROR_USAGE);
    sqlite3_close(db);
}

/* Runs every writer over what is left of a store; a refusal is as good as a page. */
static void write_all(sqlite3 *db)
{
    static const char *const ids[] = {"uk-psti", "sg-cls-3", "eu-red-da", "en303645-soc",
                                      "au-code-of-practice"};
    static const char *const forms[] = {"html", "text", "json"};

    for (size_t i = 0; i < COUNT_OF(ids); i++)
        for (size_t j = 0; j < COUNT_OF(forms); j++) {
            owned(text) out = text_new();
            error_drop(write_view(db, ids[i], forms[j], out));
        }
}

TEST(a_store_with_holes_does_no_harm)
{
    sqlite3 *list = store_at(words[1]);
    struct query query;
    bool found = false;

    CHECK_SUCCESS(query_open(
        list,
        "SELECT 'UPDATE OR IGNORE \"' || m.name || '\" SET \"' || c.name || '\" = NULL'"
        " FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type ="
        " 'table' AND (m.name LIKE 'scheme%' OR m.name LIKE 'mapping%' OR m.name LIKE"
        " 'provision%' OR m.name IN ('meta', 'dut', 'overall'))",
        &query));
    CHECK_SUCCESS(query_next(&query, &found));
    while (found) {
        owned(arena) arena = arena_new();
        sqlite3 *db = store_at(words[1]);
        CHECK_SUCCESS(query_run(db, arena_string(arena, query_text(&query, 0))));
        write_all(db);
        sqlite3_close(db);
        CHECK_SUCCESS(query_next(&query, &found));
    }
    query_close(&query);
    sqlite3_close(list);
}

static int print_one(char **argv)
{
    owned(text) out = text_new();
    sqlite3 *db = store_at(argv[1]);
    struct error *error = db == NULL ? NULL : write_view(db, argv[2], argv[3], out);

    fwrite(text_string(out), 1, out->size, stdout);
    sqlite3_close(db);
    bool failed = db == NULL || error != NULL;
    error_drop(error);
    return failed;
}

int main(int argc, char **argv)
{
    words = argv;
    if (argc == 4)
        return print_one(argv);
    if (argc != 5)
        return 2;
    if (!bytes_ends(bytes_of(argv[2]), ".sql")) {
        RUN(scheme_is_as_expected);
        return test_end();
    }
    RUN(documents_are_final_only_when_all_is_met);
    RUN(words_of_a_dossier_never_become_markup);
    RUN(what_is_uncertain_is_marked);
    RUN(each_thing_alone_makes_a_draft);
    RUN(a_split_provision_takes_the_mandatory_half);
    RUN(a_laboratory_states_conformity_of_the_whole_only);
    RUN(a_product_without_name_and_image_is_called_so);
    RUN(what_does_not_exist_is_said);
    RUN(a_store_with_holes_does_no_harm);
    return test_end();
}
