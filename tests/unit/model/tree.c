#include "model/tree.h"

#include "test.h"

static void cleans(const char *given, const char *wanted)
{
    owned(arena) arena = arena_new();

    CHECK_BYTES(node_path_clean(arena, bytes_of(given)), wanted);
}

TEST(paths_are_cleaned)
{
    cleans("etc/passwd", "etc/passwd");
    cleans("/etc/passwd", "etc/passwd");
    cleans("./etc//passwd/", "etc/passwd");
    cleans("etc/./passwd/.", "etc/passwd");
    cleans("///", ".");
    cleans("", ".");
    cleans(".", ".");
    cleans("././", ".");
    cleans("..", "..");
    cleans("../../etc/passwd", "../../etc/passwd"); /* a name like any other: data */
    cleans("a/../b", "a/../b");
    cleans(".../..a/.b", ".../..a/.b");
    cleans("a\\b/ c \n", "a\\b/ c \n");
}

TEST(cleaning_twice_changes_nothing)
{
    static const char alphabet[] = "a./\\b";
    uint64_t state = 11;

    for (unsigned i = 0; i < 5000; i++) {
        owned(arena) arena = arena_new();
        char name[16];
        for (size_t j = 0; j < sizeof name; j++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            name[j] = alphabet[(state >> 40) % (sizeof alphabet - 1)];
        }
        struct bytes once = node_path_clean(arena, bytes_from(name, i % (sizeof name + 1)));
        struct bytes twice = node_path_clean(arena, once);
        CHECK_TRUE(bytes_equal(once, twice));
        CHECK_TRUE(once.size > 0 && bytes_at(once, 0) != '/' && !bytes_ends(once, "/"));
        CHECK_TRUE(!bytes_contains(once, "//") && !bytes_contains(once, "/./"));
    }
}

TEST(a_name_keeps_its_bytes)
{
    owned(arena) arena = arena_new();
    struct bytes name = bytes_from("a\0b/\xff", 5);

    CHECK_TRUE(bytes_equal(node_path_clean(arena, name), name));
}

TEST(kinds_have_names)
{
    CHECK_STRING(node_kind_name(NODE_FILE), "file");
    CHECK_STRING(node_kind_name(NODE_CONTAINER), "container");
}

int main(void)
{
    RUN(paths_are_cleaned);
    RUN(cleaning_twice_changes_nothing);
    RUN(a_name_keeps_its_bytes);
    RUN(kinds_have_names);
    return test_end();
}
