#include "dossier/amend.h"

#include "base/text.h"
#include "base/yaml.h"
#include "test.h"

/* What is added in most tests: two entries, the first with a text of several lines. */
static const char items[] =
    "- ID: New-1\n  Description: |-\n    two\n    lines\n\n- ID: New-2\n";

static struct bytes append(const char *content, const char *added, struct arena *arena)
{
    struct amend amend = {"file.yaml", bytes_of(content), arena};
    struct bytes out = bytes_of("(nothing)");

    CHECK_SUCCESS(amend_append(&amend, "entries", bytes_of(added), &out));
    return out;
}

static void refused(const char *content)
{
    owned(arena) arena = arena_new();
    struct amend amend = {"file.yaml", bytes_of(content), arena};
    struct bytes out = bytes_of("(untouched)");

    CHECK_FAILURE(amend_append(&amend, "entries", bytes_of(items), &out), ERROR_INPUT);
    CHECK_BYTES(out, "(untouched)");
}

TEST(an_empty_list_is_filled)
{
    owned(arena) arena = arena_new();

    CHECK_BYTES(
        append("# head\nentries: []\n", items, arena),
        "# head\nentries:\n  - ID: New-1\n    Description: |-\n      two\n      lines\n\n"
        "  - ID: New-2\n");
    CHECK_BYTES(append("entries: [ ]  # none yet\n# end\n", "- ID: a\n", arena),
                "entries:  # none yet\n  - ID: a\n# end\n");
    CHECK_BYTES(append("entries:\n", "- ID: a\n", arena), "entries:\n  - ID: a\n");
    CHECK_BYTES(append("entries: ~", "- ID: a\n", arena), "entries:\n  - ID: a\n");
    CHECK_BYTES(append("entries: null # x\nnote: y\n", "- ID: a\n", arena),
                "entries: # x\n  - ID: a\nnote: y\n");
    CHECK_BYTES(append("\"entries\": []\n", "- ID: a\n", arena), "\"entries\":\n  - ID: a\n");
}

TEST(a_missing_list_is_made)
{
    owned(arena) arena = arena_new();

    CHECK_BYTES(append("", "- ID: a\n", arena), "entries:\n  - ID: a\n");
    CHECK_BYTES(append("# only words", "- ID: a\n", arena),
                "# only words\nentries:\n  - ID: a\n");
    CHECK_BYTES(append("table: 1-AuthMech\n# end\n", "- ID: a\n", arena),
                "table: 1-AuthMech\n# end\nentries:\n  - ID: a\n");
    CHECK_BYTES(append("---\nnote: x\n...\n", "- ID: a\n", arena),
                "---\nnote: x\nentries:\n  - ID: a\n...\n");
}

TEST(comments_and_spacing_stay)
{
    owned(arena) arena = arena_new();

    CHECK_BYTES(
        append("entries:\n    # first\n    -   ID: 'a'   # why\n\n        # inside\n\n"
               "  # behind\nnote: \"x\"   \n# end",
               "- ID: b\n", arena),
        "entries:\n    # first\n    -   ID: 'a'   # why\n\n        # inside\n    - ID: b\n\n"
        "  # behind\nnote: \"x\"   \n# end");
    CHECK_BYTES(
        append("entries:\n- ID: a\n  Description: >-\n    folded\n\n    text\n# end\n",
               "- ID: b\n", arena),
        "entries:\n- ID: a\n  Description: >-\n    folded\n\n    text\n- ID: b\n# end\n");
    CHECK_BYTES(append("- ID: a\n# end\n", "- ID: b\n", arena), "- ID: a\n- ID: b\n# end\n");
    CHECK_BYTES(append("entries:\n  -\n    ID: a\n", "- ID: b\n", arena),
                "entries:\n  -\n    ID: a\n  - ID: b\n");
}

TEST(a_hash_in_a_block_of_text_is_no_comment)
{
    owned(arena) arena = arena_new();

    CHECK_BYTES(
        append("entries:\n  - ID: a\n    Description: |\n      text\n\n      # still text\n"
               "  # a comment\nnote: x\n",
               "- ID: b\n", arena),
        "entries:\n  - ID: a\n    Description: |\n      text\n\n      # still text\n"
        "  - ID: b\n  # a comment\nnote: x\n");
}

TEST(texts_that_break_the_margin_stay)
{
    owned(arena) arena = arena_new();

    CHECK_BYTES(
        append("entries:\n  - ID: \"a\n# in quotes\nb\"\n  - [x,\ny]\n", "- ID: b\n", arena),
        "entries:\n  - ID: \"a\n# in quotes\nb\"\n  - [x,\ny]\n  - ID: b\n");
}

TEST(line_ends_stay)
{
    owned(arena) arena = arena_new();

    CHECK_BYTES(append("entries: []\r\n# end\r\n", "- ID: a\n  x: y\n", arena),
                "entries:\r\n  - ID: a\r\n    x: y\r\n# end\r\n");
    CHECK_BYTES(append("entries:\r\n  - ID: a\r\n", "- ID: b\n", arena),
                "entries:\r\n  - ID: a\r\n  - ID: b\r\n");
    CHECK_BYTES(append("entries:\n  - ID: a", "- ID: b\n", arena),
                "entries:\n  - ID: a\n  - ID: b\n");
    CHECK_BYTES(append("\xef\xbb\xbf"
                       "entries: []\n",
                       "- ID: a\n", arena),
                "\xef\xbb\xbf"
                "entries:\n  - ID: a\n");
}

TEST(what_cannot_be_changed_safely_is_left_alone)
{
    refused("entries: [{ID: a}]\n");
    refused("entries: {ID: a}\n");
    refused("entries: one text\n");
    refused("{entries: []}\n");
    refused("{entries: [], note: x}\n");
    refused("one text\n");
    refused("entries: [\n]\n");
    refused("entries:\n\t- ID: a\n");
    refused("entries: []\nentries: []\n");
    refused("entries: &a []\n");
}

static struct bytes fill(const char *content, const struct amend_field *fields, size_t count,
                         struct arena *arena)
{
    struct amend amend = {"product.yaml", bytes_of(content), arena};
    struct bytes out = bytes_of("(nothing)");

    CHECK_SUCCESS(amend_fill(&amend, fields, count, &out));
    return out;
}

TEST(empty_fields_are_filled)
{
    owned(arena) arena = arena_new();
    struct amend_field fields[] = {{"name", bytes_of("Lumi: 2"), NULL},
                                   {"model", bytes_of("LV2"), "from a.txt:3"}};
    struct amend_field comment = {"name", bytes_of(NULL), "perhaps X"};

    CHECK_BYTES(fill("name:   # as sold\nmodel: ''\nother: [1]\n", fields, 2, arena),
                "name: 'Lumi: 2'   # as sold\nmodel: LV2  # from a.txt:3\nother: [1]\n");
    CHECK_BYTES(fill("other: x\r\n", fields, 2, arena),
                "other: x\r\nname: 'Lumi: 2'\r\nmodel: LV2  # from a.txt:3\r\n");
    CHECK_BYTES(fill("name:\nx: y\n", &comment, 1, arena), "name:  # perhaps X\nx: y\n");
    CHECK_BYTES(fill("", fields, 1, arena), "name: 'Lumi: 2'\n");
}

TEST(a_value_is_never_replaced)
{
    owned(arena) arena = arena_new();
    struct amend_field field = {"name", bytes_of("new"), NULL};
    static const char *const contents[] = {"name: old\n",      "name: '0'\n",
                                           "name:\n  a: b\n",  "name:\n  deeper\n",
                                           "name: |\n  old\n", "- name:\n"};

    for (size_t i = 0; i < COUNT_OF(contents); i++) {
        struct amend amend = {"product.yaml", bytes_of(contents[i]), arena};
        struct bytes out = bytes_of("(untouched)");
        CHECK_FAILURE(amend_fill(&amend, &field, 1, &out), ERROR_INPUT);
        CHECK_BYTES(out, "(untouched)");
    }
}

TEST(fields_of_an_entry_are_filled)
{
    owned(arena) arena = arena_new();
    struct amend_field fields[] = {{"support", bytes_of("N"), NULL},
                                   {"detail", bytes_of("why # not"), NULL},
                                   {"drafted", bytes_of("evidence: x:1"), NULL}};
    struct amend amend = {"ics.yaml",
                          bytes_of("provisions:\n  # a\n  - provision: 5.1-1\n    support:\n"
                                   "    detail:\n\n  - provision: 5.1-2\n    support:   # Y?\n"
                                   "    detail: ''\n  - {provision: 5.1-3, support: }\n"),
                          arena};
    struct bytes out = bytes_of("(nothing)");

    CHECK_SUCCESS(amend_fill_entry(&amend, "provisions", 1, fields, 3, &out));
    CHECK_BYTES(out, "provisions:\n  # a\n  - provision: 5.1-1\n    support:\n"
                     "    detail:\n\n  - provision: 5.1-2\n    drafted: 'evidence: x:1'\n"
                     "    support: N   # Y?\n    detail: 'why # not'\n"
                     "  - {provision: 5.1-3, support: }\n");
    CHECK_FAILURE(amend_fill_entry(&amend, "provisions", 2, fields, 3, &out), ERROR_INPUT);
    CHECK_FAILURE(amend_fill_entry(&amend, "provisions", 3, fields, 3, &out), ERROR_INPUT);
}

/* Whatever stands before and behind: either refused, or nothing but the entry is new. */
TEST(all_cuts_of_a_file_are_safe)
{
    static const char whole[] =
        "# a\n---\ntable: x\nentries:\n  - ID: \"a\n\n  b\"\n    T: |2\n"
        "       # x\n    L: [1,\n 2]\n  # c\nnote: >\n  folded\n\n...\n";
    size_t done = 0;

    for (size_t size = 0; size < sizeof whole; size++) {
        owned(arena) arena = arena_new();
        struct amend amend = {"file.yaml", bytes_from(whole, size), arena};
        struct bytes out;
        const struct yaml *tree;
        struct error *error = amend_append(&amend, "entries", bytes_of(items), &out);
        if (error == NULL) {
            done++;
            CHECK_SUCCESS(yaml_read(out, "out", arena, &tree));
        }
        error_free(error);
    }
    CHECK_TRUE(done > 20);
}

int main(void)
{
    RUN(an_empty_list_is_filled);
    RUN(a_missing_list_is_made);
    RUN(comments_and_spacing_stay);
    RUN(a_hash_in_a_block_of_text_is_no_comment);
    RUN(texts_that_break_the_margin_stay);
    RUN(line_ends_stay);
    RUN(what_cannot_be_changed_safely_is_left_alone);
    RUN(empty_fields_are_filled);
    RUN(a_value_is_never_replaced);
    RUN(fields_of_an_entry_are_filled);
    RUN(all_cuts_of_a_file_are_safe);
    return test_end();
}
