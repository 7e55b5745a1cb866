#include "report/machine.h"

#include "report/emit.h"
#include "report/machine_date.h"
#include "report/markdown_text.h"
#include "test.h"

static void check_date(const char *given, const char *wanted, bool has_time)
{
    owned(arena) arena = arena_new();
    bool got_time;
    const char *got = machine_date(arena, bytes_of(given), &got_time);

    CHECK_STRING(got == NULL ? "none" : got, wanted);
    CHECK_INT(got_time, has_time);
}

TEST(dates_come_in_utc)
{
    check_date("2026-01-02", "2026-01-02T00:00:00Z", false);
    check_date(" 2026-01-02T03:04:05Z ", "2026-01-02T03:04:05Z", true);
    check_date("2026-01-01t23:30:00.123456-01:00", "2026-01-02T00:30:00Z", true);
    check_date("2024-02-29 00:00:00+14:00", "2024-02-28T10:00:00Z", true);
    static const char *const wrong[] = {
        "",
        "today",
        "2026-1-2",
        "2026-13-01",
        "2026-02-29",
        "2026-00-10",
        "1969-12-31",
        "2026-01-02x",
        "2026-01-02T24:00:00Z",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04:05+1:00",
        "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:60Z",
        "2026-01-02T03:04:05Zz",
        "2 January 2026",
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        check_date(wrong[i], "none", false);
}

static void check_uri(const char *path, const char *wanted)
{
    owned(text) out = text_new();

    machine_add_uri(out, bytes_of(path));
    CHECK_STRING(text_string(out), wanted);
}

TEST(addresses_are_relative_and_do_not_climb)
{
    check_uri("etc/passwd", "etc/passwd");
    check_uri("//etc//x/", "etc/x");
    check_uri("../../etc/./passwd", "__/__/etc/_/passwd");
    check_uri("...", "...");
    check_uri("//", "_");
    check_uri("squashfs@40000/etc", "squashfs@40000/etc");
    check_uri("http://x?y#z", "http%3A/x%3Fy%23z");
    check_uri("a b%\xff\"<é", "a%20b%25%FF%22%3C%C3%A9");
}

TEST(ids_are_the_same_every_time)
{
    owned(text) one = text_new();
    owned(text) two = text_new();

    machine_add_uuid(one, "x", bytes_of("ab"), bytes_of("c"));
    machine_add_uuid(two, "x", bytes_of("a"), bytes_of("bc"));
    CHECK_INT(one->size, 36);
    CHECK_INT(text_string(one)[14], '5');
    CHECK_TRUE(strcmp(text_string(one), text_string(two)) != 0);
    text_clear(two);
    machine_add_uuid(two, "x", bytes_of("ab"), bytes_of("c"));
    CHECK_STRING(text_string(one), text_string(two));
}

TEST(text_is_cut_between_characters)
{
    bool cut;

    CHECK_INT(machine_cut(bytes_of("abé"), 3, &cut).size, 2);
    CHECK_TRUE(cut);
    CHECK_INT(machine_cut(bytes_of("abé"), 4, &cut).size, 4);
    CHECK_TRUE(!cut);
    CHECK_INT(machine_cut(bytes_of("a😀"), 4, &cut).size, 1);
    CHECK_INT(machine_cut(bytes_of("\x80\x80\x80\x80\x80\x80\x80"), 5, &cut).size, 1);
}

static void check_markdown(const char *given, const char *wanted)
{
    owned(text) out = text_new();

    markdown_add(out, bytes_of(given));
    CHECK_STRING(text_string(out), wanted);
}

TEST(markdown_is_words)
{
    check_markdown("plain words, 3.0.11 (x)", "plain words, 3.0.11 (x)");
    check_markdown("<b>&amp;", "&lt;b&gt;&amp;amp;");
    check_markdown("1. x", "1\\. x");
    check_markdown("12) x", "12\\) x");
    check_markdown("- x - y", "\\- x - y");
    check_markdown("# x #y", "\\# x \\#y");
    check_markdown("#12", "\\#\xe2\x80\x8b"
                          "12");
    check_markdown("@all", "\\@\xe2\x80\x8b"
                           "all");
    check_markdown("a@b.example", "a\\@\xe2\x80\x8b"
                                  "b.example");
    check_markdown("squashfs@40000/etc", "squashfs@40000/etc");
    check_markdown("squashfs@40000", "squashfs@40000");
    check_markdown("http://www.x", "http\\://www\\.x");
    check_markdown("[a](b)|`*_~$!{}\\", "\\[a\\](b)\\|\\`\\*\\_\\~\\$\\!\\{\\}\\\\");
    check_markdown("a\nb\x1b", "a\\\\x0ab\\\\x1b");
}

TEST(json_is_well_formed)
{
    owned(text) out = text_new();
    struct emit emit = {.out = out};

    emit_object(&emit, NULL);
    emit_list(&emit, "empty");
    emit_end(&emit);
    emit_list(&emit, "some");
    emit_number(&emit, NULL, -3);
    emit_flag(&emit, NULL, true);
    emit_end(&emit);
    emit_some(&emit, "nothing", bytes_of(""));
    emit_text(&emit, "text", bytes_of("a\"\\\x01\xff"));
    emit_end(&emit);
    CHECK_STRING(text_string(out), "{\n \"empty\": [],\n \"some\": [\n  -3,\n  true\n ],\n"
                                   " \"text\": \"a\\\"\\\\\\u0001\xef\xbf\xbd\"\n}\n");
}

int main(void)
{
    RUN(dates_come_in_utc);
    RUN(addresses_are_relative_and_do_not_climb);
    RUN(ids_are_the_same_every_time);
    RUN(text_is_cut_between_characters);
    RUN(markdown_is_words);
    RUN(json_is_well_formed);
    return test_end();
}
