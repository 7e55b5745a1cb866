#include "base/text.h"

#include <stdlib.h>

#include "test.h"

/* Not UTF-8: a lone continuation, cut, overlong, a surrogate, beyond U+10FFFF, five bytes. */
static const char *const broken[] = {"\x80",
                                     "\xc3",
                                     "\xc0\xaf",
                                     "\xe0\x80\xaf",
                                     "\xed\xa0\x80",
                                     "\xf4\x90\x80\x80",
                                     "\xf8\x88\x80\x80\x80",
                                     "\xff",
                                     "\xe2\x82"};

static void expect(void (*add)(struct text *, struct bytes), struct bytes given,
                   const char *wanted)
{
    owned(text) text = text_new();

    add(text, given);
    CHECK_STRING(text_string(text), wanted);
}

TEST(terminals_get_no_control)
{
    expect(text_add_terminal, bytes_of("plain \xc3\xbc \xe2\x82\xac"),
           "plain \xc3\xbc \xe2\x82\xac");
    expect(text_add_terminal, bytes_of("\x1b[2J\r\n\t\x7f"), "\\x1b[2J\\x0d\\x0a\\x09\\x7f");
    expect(text_add_terminal,
           bytes_of("\xc2\x9b"
                    "31m"),
           "\\xc2\\x9b31m"); /* the 8-bit CSI */
    expect(text_add_terminal, bytes_from("a\0b", 3), "a\\x00b");
    expect(text_add_terminal,
           bytes_of("a\xe2\x80\xae"
                    "cod.exe"),
           "a\\xe2\\x80\\xaecod.exe");
    expect(text_add_terminal, bytes_of("\xff"), "\\xff");
}

TEST(html_gets_no_markup)
{
    expect(text_add_html, bytes_of("<a href=\"x\" title='y'>&amp;"),
           "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;");
    expect(text_add_html, bytes_from("a\0b\x1b", 4),
           "a\xef\xbf\xbd"
           "b\xef\xbf\xbd");
    expect(text_add_html, bytes_of("a\n\tb"), "a\n\tb");
    expect(text_add_html, bytes_of("\xe2\x80\xaex"), "\xef\xbf\xbdx");
}

TEST(json_is_always_valid)
{
    expect(text_add_json, bytes_of("a\"b\\c\n\t\x1b"), "\"a\\\"b\\\\c\\n\\u0009\\u001b\"");
    expect(text_add_json, bytes_from("\0", 1), "\"\\u0000\"");
    expect(text_add_json, bytes_of("\xc3\xbc\xf0\x9f\x98\x80"), "\"\xc3\xbc\xf0\x9f\x98\x80\"");
    expect(text_add_json, bytes_of(""), "\"\"");
    expect(text_add_json, bytes_of("\x7f\xc2\x80\xc2\x9f\xc2\xa0"),
           "\"\\u007f\\u0080\\u009f\xc2\xa0\"");
}

TEST(csv_is_no_formula)
{
    expect(text_add_csv, bytes_of("a,b"), "\"a,b\"");
    expect(text_add_csv, bytes_of("say \"x\""), "\"say \"\"x\"\"\"");
    expect(text_add_csv, bytes_of("=cmd|' /C calc'!A0"), "\"'=cmd|' /C calc'!A0\"");
    expect(text_add_csv, bytes_of("+1"), "\"'+1\"");
    expect(text_add_csv, bytes_of("-1"), "\"'-1\"");
    expect(text_add_csv, bytes_of("@x"), "\"'@x\"");
    expect(text_add_csv, bytes_of(""), "\"\"");
}

/* Every escaper gives UTF-8 for every input, and keeps what is around the broken bytes. */
TEST(what_is_not_utf8_is_replaced)
{
    void (*const escapers[])(struct text *, struct bytes) = {text_add_terminal, text_add_html,
                                                             text_add_json, text_add_csv};
    owned(text) given = text_new();
    owned(text) out = text_new();

    for (size_t i = 0; i < COUNT_OF(broken); i++)
        for (size_t j = 0; j < COUNT_OF(escapers); j++) {
            text_clear(given);
            text_clear(out);
            text_addf(given, "a%sb", broken[i]);
            escapers[j](out, text_bytes(given));
            CHECK_TRUE(bytes_is_text(text_bytes(out)));
            CHECK_TRUE(strchr(text_string(out), 'a') != NULL &&
                       strchr(text_string(out), 'b') != NULL);
        }
}

/* 20,000 random strings: no control byte, no bare quote or angle, always UTF-8. */
TEST(random_bytes_never_get_through)
{
    owned(text) out = text_new();
    uint64_t state = 7;

    for (unsigned i = 0; i < 20000; i++) {
        uint8_t bytes[24];
        size_t size = i % sizeof bytes;
        for (size_t j = 0; j < size; j++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            bytes[j] = (uint8_t)(state >> 56);
        }
        text_clear(out);
        text_add_terminal(out, bytes_from(bytes, size));
        for (size_t j = 0; j < out->size; j++)
            if ((uint8_t)out->data[j] < 0x20 || out->data[j] == 0x7f)
                test_ok = false;
        CHECK_TRUE(size == 0 || bytes_is_text(text_bytes(out)));
        text_clear(out);
        text_add_html(out, bytes_from(bytes, size));
        CHECK_TRUE(strpbrk(text_string(out), "<>\"'") == NULL &&
                   strlen(text_string(out)) == out->size);
        text_clear(out);
        text_add_json(out, bytes_from(bytes, size));
        CHECK_TRUE(bytes_is_text(text_bytes(out)));
    }
}

TEST(texts_grow)
{
    owned(text) text = text_new();

    CHECK_STRING(text_string(text), "");
    for (unsigned i = 0; i < 5000; i++)
        text_addf(text, "%u,", i);
    CHECK_TRUE(text->size == strlen(text_string(text)));
    CHECK_TRUE(bytes_ends(text_bytes(text), "4998,4999,"));
    text_clear(text);
    CHECK_STRING(text_string(text), "");
    text_add_bytes(text, bytes_from("a\0b", 3));
    CHECK_INT(text->size, 3);
    text_free(NULL);
}

TEST(numbers_for_people)
{
    const struct {
        uint64_t size;
        const char *wanted;
    } rows[] = {{0, "0 bytes"},         {1, "1 byte"},        {1023, "1023 bytes"},
                {1024, "1.0 KiB"},      {3985408, "3.8 MiB"}, {1048575, "1.0 MiB"},
                {5ULL << 40, "5.0 TiB"}};
    owned(text) text = text_new();

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        text_clear(text);
        text_add_size(text, rows[i].size);
        CHECK_STRING(text_string(text), rows[i].wanted);
    }
    text_clear(text);
    text_add_count(text, 1234567);
    text_add_char(text, ' ');
    text_add_count(text, 999);
    text_add_char(text, ' ');
    text_add_count(text, 1000);
    CHECK_STRING(text_string(text), "1,234,567 999 1,000");
    text_clear(text);
    text_add_hex(text, bytes_from("\0\xff\x1a", 3));
    CHECK_STRING(text_string(text), "00ff1a");
}

TEST(a_noun_goes_with_its_number)
{
    owned(text) out = text_new();

    text_add_counted(out, 0, "error");
    text_add(out, ", ");
    text_add_counted(out, 1, "error");
    text_add(out, ", ");
    text_add_counted(out, 1234, "file system");
    CHECK_STRING(text_string(out), "0 errors, 1 error, 1,234 file systems");
}

int main(void)
{
    RUN(terminals_get_no_control);
    RUN(html_gets_no_markup);
    RUN(json_is_always_valid);
    RUN(csv_is_no_formula);
    RUN(what_is_not_utf8_is_replaced);
    RUN(random_bytes_never_get_through);
    RUN(texts_grow);
    RUN(numbers_for_people);
    RUN(a_noun_goes_with_its_number);
    return test_end();
}
