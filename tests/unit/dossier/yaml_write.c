#include "dossier/yaml_write.h"

#include "base/yaml.h"
#include "test.h"

/* TEXT as a value of a map, of a list and of a map in a list, and as a key: all come back. */
static void round_trip(struct bytes text, struct bytes wanted)
{
    owned(arena) arena = arena_new();
    owned(text) out = text_new();
    struct yaml_writer writer = {.out = out};
    const struct yaml *root = NULL;

    yaml_write_comment(&writer, text);
    yaml_write_text(&writer, "first", text);
    yaml_write_open(&writer, "list");
    yaml_write_item(&writer, text);
    yaml_write_item_open(&writer);
    yaml_write_text(&writer, "inner", text);
    yaml_write_string(&writer, "behind", "x");
    yaml_write_close(&writer);
    yaml_write_close(&writer);
    yaml_write_text(&writer, "last", text);
    struct error *error = yaml_read(text_bytes(out), "written", arena, &root);
    const struct yaml *list = error == NULL ? yaml_get(root, "list") : NULL;
    bool ok = list != NULL && list->count == 2 && root->count == 3 &&
              bytes_equal(yaml_get(root, "first")->text, wanted) &&
              bytes_equal(yaml_get(root, "last")->text, wanted) &&
              !yaml_is_null(yaml_get(root, "first")) &&
              bytes_equal(list->items[0].text, wanted) &&
              bytes_equal(yaml_get(&list->items[1], "inner")->text, wanted) &&
              bytes_is(yaml_text(&list->items[1], "behind"), "x");
    if (!ok) {
        test_ok = false;
        printf("# %s\n", error == NULL ? "it came back as something else" : error_line(error));
        for (struct bytes rest = text_bytes(out), line; bytes_next_line(&rest, &line);)
            printf("#   %.*s\n", (int)line.size, (const char *)line.data);
    }
    error_free(error);
}

static const char *const nasty[] = {
    "",
    " ",
    "  two",
    "end ",
    "\t",
    "\ttab",
    "tab\t",
    "a\tb",
    "\n",
    "\n\n",
    "a\n",
    "a\n\n",
    "a\n\n\n",
    "\na",
    "a\nb",
    "a\n b\nc",
    " a\nb",
    "a \nb",
    "a\n\tb",
    "a\n\nb\n",
    "a\n \nb",
    "a\r\nb",
    "a\rb",
    "a: b",
    "a:",
    ":a",
    "a:b",
    "http://x.y/z#w",
    "a #b",
    "a#b",
    "#",
    "# no comment",
    "'",
    "''",
    "\"",
    "it's",
    "say \"x\"",
    "\"a\" 'b'",
    "\\",
    "\\n",
    "C:\\x",
    "-",
    "- a",
    "-a",
    "--",
    "---",
    "--- a",
    "...",
    "?",
    "? a",
    "!",
    "!!str x",
    "&a",
    "*a",
    "%a",
    "%YAML 1.1",
    "@a",
    "`a",
    "|",
    ">",
    "|-",
    "{",
    "{a: b}",
    "[",
    "[]",
    "]",
    ",",
    "=",
    "<<",
    "~",
    "null",
    "Null",
    "NULL",
    "yes",
    "No",
    "no",
    "TRUE",
    "off",
    "Y",
    "N",
    "N/A",
    "n",
    "1",
    "1.10",
    "0",
    "-1",
    "+1",
    "0x1f",
    "0o17",
    "1e5",
    ".5",
    ".inf",
    "-.inf",
    ".nan",
    "1_000",
    "12:30",
    "12:30:45",
    "190:20:30",
    "2026-11-20",
    "2026-11-20 10:00:00",
    "2026-11-20T10:00:00Z",
    "3.1.3",
    "5.1-1",
    "5.1-2A",
    "1.2.3.4",
    "+49 30 1",
    "=1+1",
    "@SUM(A1)",
    "\xc3\xbc"
    "ber",
    "\xe4\xb8\xad\xe6\x96\x87",
    "\xf0\x9f\x94\x92 locked",
    "\xc2\xa0",
    "\xc2\x85",
    "a\xc2\x85"
    "b",
    "\xe2\x80\xa8",
    "a\xe2\x80\xa9"
    "b",
    "\xe2\x80\xae"
    "evil",
    "\xef\xbb\xbf",
    "\xef\xbb\xbfx",
    "\xef\xbf\xbe",
    "\xef\xbf\xbf",
    "\xf0\x9f\xbf\xbf",
    "\x7f",
    "\x01",
    "\x1b[31m",
    "a\x08",
    "a\nb\x07",
    "key: |\n  block\n",
    "- a\n- b\n",
    "# a\n# b\n",
    "---\n...\n",
    "a\n  indented\n    more\nback\n",
    "ends with colon:\nnext",
    "trailing\n\n  \n",
};

TEST(nasty_texts_come_back)
{
    for (size_t i = 0; i < COUNT_OF(nasty); i++)
        round_trip(bytes_of(nasty[i]), bytes_of(nasty[i]));
}

TEST(every_text_of_three_odd_bytes_comes_back)
{
    static const char set[] = "a1 \t\n\r:#'\"-|>&*!%@`{}[],?~\\=.\x1b";
    char text[4] = "";

    for (size_t i = 0; i + 1 < sizeof set; i++)
        for (size_t j = 0; j + 1 < sizeof set; j++)
            for (size_t k = 0; k + 1 < sizeof set; k++) {
                text[0] = set[i];
                text[1] = set[j];
                text[2] = set[k];
                round_trip(bytes_of(text), bytes_of(text));
            }
}

TEST(what_is_no_text_is_replaced)
{
    round_trip(bytes_of("a\xff"
                        "b"),
               bytes_of("a\xef\xbf\xbd"
                        "b"));
    round_trip(bytes_of("\xc3"), bytes_of("\xef\xbf\xbd"));
    round_trip(bytes_of("\xc0\x80"), bytes_of("\xef\xbf\xbd\xef\xbf\xbd"));
    round_trip(bytes_of("\xed\xa0\x80"), bytes_of("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"));
    round_trip(bytes_of("\xf4\x90\x80\x80"),
               bytes_of("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"));
    round_trip(bytes_from("a\0b", 3), bytes_of("a\xef\xbf\xbd"
                                               "b"));
}

TEST(long_texts_come_back)
{
    owned(text) text = text_new();

    for (unsigned i = 0; i < 3000; i++)
        text_addf(text, "word %u: and more, ", i);
    text_add(text, "end");
    round_trip(text_bytes(text), text_bytes(text));
    text_clear(text);
    for (unsigned i = 0; i < 3000; i++)
        text_addf(text, "line %u\n", i);
    round_trip(text_bytes(text), text_bytes(text));
}

/* What a person finds in the file. */
TEST(the_form_is_the_plainest_that_is_safe)
{
    owned(text) out = text_new();
    struct yaml_writer writer = {.out = out};

    yaml_write_comment(&writer, bytes_of("one\n\ntwo"));
    yaml_write_string(&writer, "name", "Lumi View 2 (outdoor)");
    yaml_write_string(&writer, "edition", "3.1.3");
    yaml_write_string(&writer, "version", "1.10");
    yaml_write_string(&writer, "url", "https://example.com/a?b=c#d");
    yaml_write_string(&writer, "date", "2026-11-20");
    yaml_write_string(&writer, "Authentication Factor", "password: chosen by the user");
    yaml_write_null(&writer, "nothing");
    yaml_write_empty(&writer, "none");
    yaml_write_open(&writer, "provisions");
    yaml_write_item_open(&writer);
    yaml_write_string(&writer, "provision", "5.1-1");
    yaml_write_string(&writer, "support", "N/A");
    yaml_write_string(&writer, "detail", "one\n\n  two");
    yaml_write_close(&writer);
    yaml_write_item(&writer, bytes_of("Yes"));
    yaml_write_close(&writer);
    yaml_write_string(&writer, "14", "a\n");
    CHECK_BYTES(text_bytes(out), "# one\n#\n# two\n"
                                 "name: Lumi View 2 (outdoor)\n"
                                 "edition: 3.1.3\n"
                                 "version: '1.10'\n"
                                 "url: https://example.com/a?b=c#d\n"
                                 "date: '2026-11-20'\n"
                                 "Authentication Factor: 'password: chosen by the user'\n"
                                 "nothing:\n"
                                 "none: []\n"
                                 "provisions:\n"
                                 "  - provision: 5.1-1\n"
                                 "    support: N/A\n"
                                 "    detail: |-\n"
                                 "      one\n"
                                 "\n"
                                 "        two\n"
                                 "  - 'Yes'\n"
                                 "'14': |\n"
                                 "  a\n");
}

int main(void)
{
    RUN(nasty_texts_come_back);
    RUN(every_text_of_three_odd_bytes_comes_back);
    RUN(what_is_no_text_is_replaced);
    RUN(long_texts_come_back);
    RUN(the_form_is_the_plainest_that_is_safe);
    return test_end();
}
