#include "base/utf8.h"

#include "test.h"

/* TEXT as code points, "61 e4 fffd!": ! marks what was no UTF-8. */
static void points(struct bytes text, const char *wanted)
{
    owned(text) got = text_new();
    struct cursor c = cursor_over(text);
    bool bad;

    while (cursor_left(&c) > 0) {
        uint32_t character = utf8_next(&c, &bad);
        text_addf(got, "%s%x%s", got->size > 0 ? " " : "", character, bad ? "!" : "");
    }
    CHECK_BYTES(text_bytes(got), wanted);
}

TEST(characters_are_read)
{
    points(bytes_of("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), "61 e4 20ac 1f600");
    points(bytes_from("\0\x7f", 2), "0 7f");
    points(bytes_of("\xf4\x8f\xbf\xbf\xef\xbf\xbf"), "10ffff ffff");
}

TEST(what_is_no_utf8_is_passed_over_byte_by_byte)
{
    points(bytes_of("\x80z"), "fffd! 7a");
    points(bytes_of("\xc0\x80"), "fffd! fffd!");
    points(bytes_of("\xe0\x9f\xbf"), "fffd! fffd! fffd!");
    points(bytes_of("\xed\xa0\x80"), "fffd! fffd! fffd!");
    points(bytes_of("\xf4\x90\x80\x80"), "fffd! fffd! fffd! fffd!");
    points(bytes_of("\xf5z\xff"), "fffd! 7a fffd!");
    points(bytes_of("\xe2\x82"), "fffd! fffd!");
    points(bytes_of("\xe2\x82z"), "fffd! fffd! 7a");
}

TEST(every_character_comes_back)
{
    bool all = true;

    for (uint32_t character = 0; character <= 0x10ffff; character++) {
        owned(text) out = text_new();
        bool bad = false;
        utf8_add(out, character);
        struct cursor c = cursor_over(text_bytes(out));
        uint32_t got = utf8_next(&c, &bad);
        bool half = character >= 0xd800 && character < 0xe000;
        all =
            all && got == (half ? UTF8_REPLACEMENT : character) && !bad && cursor_left(&c) == 0;
        if (character == 0x3000)
            character = 0xd7f0; /* what lies between is alike */
        if (character == 0x10100)
            character = 0x10fff0;
    }
    CHECK_TRUE(all);
    owned(text) beyond = text_new();
    utf8_add(beyond, 0x110000);
    CHECK_BYTES(text_bytes(beyond), "\xef\xbf\xbd");
}

TEST(kinds_are_told_apart)
{
    CHECK_TRUE(utf8_is_control(0) && utf8_is_control('\n') && utf8_is_control(0x7f) &&
               utf8_is_control(0x9f) && !utf8_is_control(' ') && !utf8_is_control(0xa0));
    CHECK_TRUE(utf8_is_direction(0x202e) && utf8_is_direction(0x2066) &&
               !utf8_is_direction(0x2010));
    CHECK_TRUE(utf8_is_separator(0x2028) && !utf8_is_separator('\n'));
    CHECK_TRUE(utf8_is_none(0xfeff) && utf8_is_none(0xffff) && utf8_is_none(0x1fffe) &&
               !utf8_is_none(0xfffd));
}

TEST(a_cut_leaves_characters_whole)
{
    CHECK_BYTES(utf8_cut(bytes_of("a\xe2\x82\xac"
                                  "b"),
                         4),
                "a\xe2\x82\xac");
    CHECK_BYTES(utf8_cut(bytes_of("a\xe2\x82\xac"
                                  "b"),
                         3),
                "a");
    CHECK_BYTES(utf8_cut(bytes_of("abc"), 9), "abc");
    CHECK_BYTES(utf8_cut(bytes_of("abc"), 0), "");
}

int main(void)
{
    RUN(characters_are_read);
    RUN(what_is_no_utf8_is_passed_over_byte_by_byte);
    RUN(every_character_comes_back);
    RUN(kinds_are_told_apart);
    RUN(a_cut_leaves_characters_whole);
    return test_end();
}
