#include "judge/scope.h"

#include "test.h"
#include "unit/judge/store.h"
#include "unit/report/store.h"

/*
 * The scope rules: every product of tests/golden/scope/vectors.yaml, and what is not known or
 * cannot be.
 */

static const char *vectors;

static void evaluate(sqlite3 *db, struct arena *arena, const char *yaml,
                     struct scope_result *result)
{
    struct scope_product product;
    const struct yaml *map;

    CHECK_SUCCESS(yaml_read(bytes_of(yaml), "product.yaml", arena, &map));
    CHECK_SUCCESS(scope_from_yaml(db, "product.yaml", map, arena, &product));
    CHECK_SUCCESS(scope_evaluate(db, &product, arena, result));
}

static const char *joined(const struct scope_lines *lines, struct arena *arena)
{
    owned(text) out = text_new();

    for (size_t i = 0; i < lines->count; i++)
        text_addf(out, "%s%s", i == 0 ? "" : ", ", lines->lines[i].id);
    return arena_string(arena, text_bytes(out));
}

static const char *yaml_joined(const struct yaml *list, struct arena *arena)
{
    owned(text) out = text_new();

    for (size_t i = 0; i < list->count; i++) {
        text_add(out, i == 0 ? "" : ", ");
        text_add_bytes(out, list->items[i].text);
    }
    return arena_string(arena, text_bytes(out));
}

static void compare(const struct yaml *vector, const char *key, const struct scope_lines *lines,
                    struct arena *arena)
{
    const struct yaml *wanted = yaml_get(yaml_get(vector, "expected"), key);

    if (wanted == NULL)
        return;
    if (strcmp(joined(lines, arena), yaml_joined(wanted, arena)) != 0)
        printf("# %.*s, %s\n", (int)yaml_text(vector, "id").size,
               (const char *)yaml_text(vector, "id").data, key);
    CHECK_STRING(joined(lines, arena), yaml_joined(wanted, arena));
}

TEST(every_vector_gives_what_is_expected)
{
    owned(arena) arena = arena_new();
    const struct yaml *file;
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(yaml_read(store_file(vectors, arena), vectors, arena, &file));
    const struct yaml *list = yaml_get(file, "vectors");
    CHECK_INT(list->count, 17);
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml *vector = &list->items[i];
        struct scope_product product;
        struct scope_result result;
        CHECK_SUCCESS(scope_from_yaml(db, vectors, yaml_get(vector, "facts"), arena, &product));
        CHECK_SUCCESS(scope_evaluate(db, &product, arena, &result));
        CHECK_STRING(result.scope,
                     arena_string(arena, yaml_text(yaml_get(vector, "expected"), "scope")));
        compare(vector, "primary", &result.primary, arena);
        compare(vector, "complementary", &result.complementary, arena);
        compare(vector, "regimes", &result.regimes, arena);
        compare(vector, "red_points", &result.points, arena);
        compare(vector, "notices", &result.notices, arena);
        CHECK_INT(result.undecided.count, 0);
        CHECK_INT(result.ask_count, 0);
    }
    sqlite3_close(db);
}

/* The same facts from the table dut, as a dossier leaves them there. */
TEST(a_store_gives_the_same_as_the_file)
{
    owned(arena) arena = arena_new();
    struct scope_product product;
    struct scope_result result;
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(query_run(
        db, "INSERT INTO dut(field, value) VALUES ('network_connected', 'true'),"
            " ('consumer_use', 'yes'), ('has_radio', 'True'), ('internet_capable', 'true'),"
            " ('personal_data', 'true'), ('category', 'ip_camera'), ('markets', 'EU, UK'),"
            " ('placing_date', '2026-11-20'), ('moves_money', 'perhaps'), ('name', 'Cam')"));
    CHECK_SUCCESS(scope_from_store(db, arena, &product));
    CHECK_SUCCESS(scope_evaluate(db, &product, arena, &result));
    CHECK_STRING(result.scope, "in");
    CHECK_STRING(joined(&result.regimes, arena), "eu-red-da, eu-cra, uk-psti");
    CHECK_STRING(joined(&result.points, arena),
                 "d, e"); /* "perhaps" is not known: no point f */
    sqlite3_close(db);
}

TEST(what_is_missing_is_asked_for_and_not_guessed)
{
    owned(arena) arena = arena_new();
    struct scope_result result;
    sqlite3 *db = store_empty();

    evaluate(db, arena, "name: x\n", &result);
    CHECK_STRING(result.scope, "undecided");
    CHECK_INT(result.primary.count + result.regimes.count + result.notices.count, 0);
    CHECK_INT(result.ask_count, 8);
    CHECK_STRING(result.asks[0].fact, "network_connected");

    /* UK: without the category nobody knows whether it is exempt. */
    evaluate(db, arena,
             "{network_connected: true, consumer_use: true, has_radio: true, markets: [UK]}",
             &result);
    CHECK_STRING(result.scope, "in");
    CHECK_STRING(joined(&result.primary, arena), "EN303645");
    CHECK_INT(result.regimes.count, 0);
    CHECK_STRING(joined(&result.undecided, arena), "uk-psti");
    CHECK_STRING(result.undecided.lines[0].because, "category");
    CHECK_INT(result.ask_count, 1);

    /* A rule that cannot fire either way asks for nothing. */
    evaluate(db, arena, "{network_connected: true, consumer_use: true, markets: [JP]}",
             &result);
    CHECK_STRING(joined(&result.regimes, arena), "jp-jc-star");
    CHECK_INT(result.ask_count, 0);

    /* A later scope rule decides nothing before an earlier one is decided. */
    evaluate(db, arena, "{consumer_use: true, markets: [UK], category: hub}", &result);
    CHECK_STRING(result.scope, "undecided");
    CHECK_INT(result.regimes.count, 0);
    sqlite3_close(db);
}

TEST(an_exemption_says_why)
{
    owned(arena) arena = arena_new();
    struct scope_result result;
    sqlite3 *db = store_empty();

    evaluate(db, arena,
             "{network_connected: true, consumer_use: true, has_radio: true, category: laptop,"
             " markets: [UK, AU], placing_date: 2026-11-20}",
             &result);
    CHECK_STRING(joined(&result.regimes, arena), "au-code-of-practice");
    CHECK_STRING(joined(&result.notes, arena), "uk-psti, au-smart-device-rules");
    CHECK_STRING(result.notes.lines[0].rule, "L6");
    sqlite3_close(db);
}

TEST(a_market_without_rules_is_named)
{
    owned(arena) arena = arena_new();
    struct scope_result result;
    sqlite3 *db = store_empty();

    evaluate(db, arena,
             "{network_connected: true, consumer_use: true, category: hub, markets: [CA, NI]}",
             &result);
    CHECK_STRING(joined(&result.notes, arena), "CA, NI");
    CHECK_TRUE(bytes_starts(bytes_of(result.notes.lines[0].why), "no rule here"));
    CHECK_TRUE(bytes_starts(bytes_of(result.notes.lines[1].why), "Northern Ireland"));
    sqlite3_close(db);
}

TEST(rules_of_ones_own_come_last_or_take_a_place)
{
    owned(arena) arena = arena_new();
    struct scope_result result;
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(catalogue_add(
        db, "schemes/own.yaml",
        bytes_of(
            "regime_rules:\n"
            "  - {id: X1, all: [{fact: markets, op: contains, value: CA}], regimes: [own]}\n"
            "  - {id: L22, all: [{fact: markets, op: contains, value: SA}], regimes: "
            "[vn]}\n")));
    evaluate(db, arena,
             "{network_connected: true, consumer_use: true, category: hub, markets: [CA, SA]}",
             &result);
    CHECK_STRING(joined(&result.regimes, arena), "vn, sa-cst-iot, own");
    CHECK_INT(result.notes.count, 0);
    sqlite3_close(db);
}

static void refused(sqlite3 *db, const char *yaml, const char *wanted)
{
    owned(arena) arena = arena_new();
    struct scope_product product;
    const struct yaml *map;

    CHECK_SUCCESS(yaml_read(bytes_of(yaml), "product.yaml", arena, &map));
    struct error *error = scope_from_yaml(db, "product.yaml", map, arena, &product);
    CHECK_STRING(error == NULL ? "accepted" : error_line(error), wanted);
    error_free(error);
}

TEST(values_that_cannot_be_are_refused_where_they_stand)
{
    sqlite3 *db = store_empty();

    refused(db, "a: 1\nhas_radio: perhaps\n", "product.yaml:2: has_radio is true or false");
    refused(db, "has_radio: [true]\n", "product.yaml:1: has_radio is true or false");
    refused(db, "placing_date: 20.11.2026\n",
            "product.yaml:1: placing_date is a date such as 2026-11-20");
    refused(db, "cls_target_level: high\n",
            "product.yaml:1: cls_target_level is a whole number");
    refused(db, "markets: [{a: b}]\n", "product.yaml:1: markets is a list of words");
    refused(db, "sector: farming\n",
            "product.yaml:1: sector is one of: none, medical, vehicle,"
            " critical_infrastructure, industrial, professional");
    refused(db, "- a\n", "product.yaml:1: a product is a map of facts");
    sqlite3_close(db);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    vectors = argv[1];
    RUN(every_vector_gives_what_is_expected);
    RUN(a_store_gives_the_same_as_the_file);
    RUN(what_is_missing_is_asked_for_and_not_guessed);
    RUN(an_exemption_says_why);
    RUN(a_market_without_rules_is_named);
    RUN(rules_of_ones_own_come_last_or_take_a_place);
    RUN(values_that_cannot_be_are_refused_where_they_stand);
    return test_end();
}
