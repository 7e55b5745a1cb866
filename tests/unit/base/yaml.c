#include "base/yaml.h"

#include "base/text.h"
#include "test.h"

static const struct yaml *read_good(struct arena *arena, const char *text)
{
    const struct yaml *root = NULL;

    CHECK_SUCCESS(yaml_read(bytes_of(text), "test.yaml", arena, &root));
    return root;
}

/* TEXT must be refused with a reason that begins with PLACE. */
static void refused(struct bytes text, const char *place)
{
    owned(arena) arena = arena_new();
    const struct yaml *root = NULL;
    owned(error) error = yaml_read(text, "test.yaml", arena, &root);

    CHECK_TRUE(error != NULL && error_kind(error) == ERROR_INPUT && root == NULL);
    const char *got = error == NULL ? "accepted" : error_line(error);
    if (!bytes_starts(bytes_of(got), place)) {
        test_ok = false;
        printf("# wanted %s, got %s\n", place, got);
    }
}

TEST(values_keep_their_lines)
{
    owned(arena) arena = arena_new();
    const struct yaml *root = read_good(arena, "# a comment\n"
                                               "schema: 1\n"
                                               "list:\n"
                                               "  - one\n"
                                               "  - {a: 'x', b: \"y\\n\"}\n"
                                               "\n"
                                               "block: |\n"
                                               "  first\n"
                                               "  second\n"
                                               "folded: >-\n"
                                               "  one\n"
                                               "  line\n");
    const struct yaml *list = yaml_get(root, "list");

    CHECK_INT(root->kind, YAML_MAP);
    CHECK_INT(yaml_integer(root, "schema", 0), 1);
    CHECK_INT(list->kind, YAML_LIST);
    CHECK_INT(list->count, 2);
    CHECK_INT(list->items[0].line, 4);
    CHECK_INT(list->items[1].line, 5);
    CHECK_BYTES(yaml_text(&list->items[1], "a"), "x");
    CHECK_BYTES(yaml_text(&list->items[1], "b"), "y\n");
    CHECK_BYTES(yaml_text(root, "block"), "first\nsecond\n");
    CHECK_INT(yaml_get(root, "block")->line, 7);
    CHECK_BYTES(yaml_text(root, "folded"), "one line");
    CHECK_BYTES(root->keys[3].text, "folded");
    CHECK_INT(root->keys[3].line, 10);
}

TEST(null_is_told_from_text)
{
    owned(arena) arena = arena_new();
    const struct yaml *root =
        read_good(arena, "a:\nb: ~\nc: null\nd: 'null'\ne: ''\nf: \"~\"\ng: no\n");

    CHECK_TRUE(yaml_is_null(yaml_get(root, "a")) && yaml_is_null(yaml_get(root, "b")) &&
               yaml_is_null(yaml_get(root, "c")));
    CHECK_TRUE(!yaml_is_null(yaml_get(root, "d")) && !yaml_is_null(yaml_get(root, "e")) &&
               !yaml_is_null(yaml_get(root, "f")));
    CHECK_TRUE(yaml_is_null(yaml_get(root, "missing")));
    CHECK_BYTES(yaml_text(root, "g"), "no");
    CHECK_TRUE(yaml_string(root, "a", arena) == NULL);
    CHECK_STRING(yaml_string(root, "d", arena), "null");
    CHECK_TRUE(yaml_get(NULL, "a") == NULL);
    CHECK_TRUE(yaml_get(yaml_get(root, "d"), "a") == NULL);
    CHECK_INT(yaml_integer(root, "g", -5), -5);
}

TEST(an_empty_file_is_an_empty_map)
{
    owned(arena) arena = arena_new();

    CHECK_INT(read_good(arena, "")->count, 0);
    CHECK_INT(read_good(arena, "# nothing\n")->count, 0);
}

TEST(mistakes_are_told_where_they_stand)
{
    refused(bytes_of("a: 1\nb: 2\na: 3\n"), "test.yaml:3: ");
    refused(bytes_of("a:\n  b: 1\n  c: 1\n  b: 2\n"), "test.yaml:4: ");
    refused(bytes_of("a: &x 1\n"), "test.yaml:1: ");
    refused(bytes_of("a: 1\nb: *x\n"), "test.yaml:2: ");
    refused(bytes_of("a: !!int 1\n"), "test.yaml:1: ");
    refused(bytes_of("a: 1\n\n? [b]\n: 2\n"), "test.yaml:3: ");
    refused(bytes_of("a: 1\n---\nb: 2\n"), "test.yaml:2: ");
    refused(bytes_of("a: [1, 2\n"), "test.yaml:");
    refused(bytes_of("a: \"1\n"), "test.yaml:");
    refused(bytes_of("\tb: 1\n"), "test.yaml:1: ");
    refused(bytes_of("a: \xff\xfe\n"), "test.yaml:");
    refused(bytes_from("a: \0\n", 5), "test.yaml:");
}

/* A long map has its keys compared too. */
TEST(a_key_twice_is_found_in_a_long_map)
{
    owned(text) text = text_new();

    for (unsigned i = 0; i < 300; i++)
        text_addf(text, "key%u: 1\n", i);
    text_add(text, "key123: 2\n");
    refused(text_bytes(text), "test.yaml:301: ");
}

TEST(depth_has_a_limit)
{
    owned(text) text = text_new();
    owned(arena) arena = arena_new();
    const struct yaml *root;

    for (unsigned i = 0; i < 20; i++)
        text_add(text, "[");
    for (unsigned i = 0; i < 20; i++)
        text_add(text, "]");
    CHECK_SUCCESS(yaml_read(text_bytes(text), "test.yaml", arena, &root));
    text_clear(text);
    for (unsigned i = 0; i < 100000; i++)
        text_add(text, "[");
    refused(text_bytes(text), "test.yaml:1: ");
    text_clear(text);
    for (unsigned i = 0; i < 100; i++)
        text_add(text, "- ");
    refused(text_bytes(text), "test.yaml:1: ");
}

/* Nine lines that would be a billion values; the first anchor is refused. */
TEST(a_billion_laughs_are_refused)
{
    owned(text) text = text_new();

    text_add(text, "a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (char c = 'b'; c <= 'i'; c++)
        text_addf(text, "%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n", c, c, c - 1,
                  c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
    refused(text_bytes(text), "test.yaml:1: ");
}

TEST(any_bytes_end_in_success_or_an_error)
{
    static const char sample[] =
        "rules:\n  - unit: a\n    fail: [{rows: SELECT 1, because: \"x {y}\"}]\n"
        "    ask: >-\n      Is it?\n# end\n";
    uint64_t state = 3;

    for (unsigned i = 0; i < 5000; i++) {
        owned(arena) arena = arena_new();
        char copy[sizeof sample];
        const struct yaml *root;
        mem_copy(copy, sample, sizeof sample);
        for (unsigned j = 0; j <= i % 4; j++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            copy[(state >> 33) % (sizeof sample - 1)] = (char)(state >> 56);
        }
        struct error *error =
            yaml_read(bytes_from(copy, sizeof sample - 1), "test.yaml", arena, &root);
        CHECK_TRUE(error == NULL || error_kind(error) == ERROR_INPUT);
        error_free(error);
    }
}

int main(void)
{
    RUN(values_keep_their_lines);
    RUN(null_is_told_from_text);
    RUN(an_empty_file_is_an_empty_map);
    RUN(mistakes_are_told_where_they_stand);
    RUN(a_key_twice_is_found_in_a_long_map);
    RUN(depth_has_a_limit);
    RUN(a_billion_laughs_are_refused);
    RUN(any_bytes_end_in_success_or_an_error);
    return test_end();
}
