#include "base/bytes.h"

#include "test.h"

TEST(slices_stay_inside)
{
    struct bytes b = bytes_of("0123456789");

    CHECK_BYTES(bytes_slice(b, 2, 3), "234");
    CHECK_BYTES(bytes_slice(b, 8, 100), "89");
    CHECK_BYTES(bytes_slice(b, 10, 1), "");
    CHECK_BYTES(bytes_slice(b, 11, 1), "");
    CHECK_BYTES(bytes_slice(b, UINT64_MAX, UINT64_MAX), "");
    CHECK_BYTES(bytes_slice(b, 1, UINT64_MAX), "123456789");
    CHECK_BYTES(bytes_from_offset(b, 9), "9");
    CHECK_BYTES(bytes_from_offset(b, UINT64_MAX), "");
    CHECK_BYTES(bytes_slice(bytes_of(NULL), 0, 5), "");
}

TEST(has_does_not_overflow)
{
    struct bytes b = bytes_of("0123456789");

    CHECK_TRUE(bytes_has(b, 0, 10));
    CHECK_TRUE(bytes_has(b, 10, 0));
    CHECK_TRUE(!bytes_has(b, 11, 0));
    CHECK_TRUE(!bytes_has(b, 1, 10));
    CHECK_TRUE(!bytes_has(b, 5, UINT64_MAX));
    CHECK_TRUE(!bytes_has(b, UINT64_MAX, 2));
    CHECK_TRUE(!bytes_has(b, UINT64_MAX - 3, 5));
}

TEST(comparisons)
{
    CHECK_TRUE(bytes_equal(bytes_of(""), bytes_of(NULL)));
    CHECK_TRUE(!bytes_equal(bytes_of("a"), bytes_of("ab")));
    CHECK_TRUE(bytes_is(bytes_from("a\0b", 3), "a") == false);
    CHECK_TRUE(bytes_is_nocase(bytes_of("PasSwd"), "passwd"));
    CHECK_TRUE(!bytes_is_nocase(bytes_of("passw"), "passwd"));
    CHECK_TRUE(bytes_starts(bytes_of("etc/passwd"), "etc/"));
    CHECK_TRUE(!bytes_starts(bytes_of("et"), "etc/"));
    CHECK_TRUE(bytes_ends(bytes_of("a.pem"), ".pem"));
    CHECK_TRUE(!bytes_ends(bytes_of("pem"), ".pem"));
    CHECK_TRUE(bytes_compare(bytes_of("a"), bytes_of("b")) < 0);
    CHECK_TRUE(bytes_compare(bytes_of("a"), bytes_of("a/b")) < 0);
    CHECK_TRUE(bytes_compare(bytes_of("\xff"), bytes_of("a")) > 0);
    CHECK_INT(bytes_compare(bytes_of("a"), bytes_of("a")), 0);
    CHECK_INT(bytes_compare(bytes_of(NULL), bytes_of("")), 0);
}

TEST(searching)
{
    struct bytes b = bytes_of("one two two");

    CHECK_INT(bytes_find_string(b, "two"), 4);
    CHECK_TRUE(bytes_find_string(b, "three") == SIZE_MAX);
    CHECK_TRUE(bytes_find_string(bytes_of("tw"), "two") == SIZE_MAX);
    CHECK_INT(bytes_find_string(b, ""), 0);
    CHECK_TRUE(bytes_find(bytes_of(NULL), bytes_of("a")) == SIZE_MAX);
    CHECK_INT(bytes_find_byte(b, 't'), 4);
    CHECK_INT(bytes_count(b, 'o'), 3);
    CHECK_INT(bytes_at(b, 10), 'o');
    CHECK_INT(bytes_at(b, 11), 0);
    CHECK_INT(bytes_at(b, SIZE_MAX), 0);
    CHECK_TRUE(bytes_contains(b, "e t"));
}

TEST(lines)
{
    struct bytes rest = bytes_of("one\r\n\ntwo\rx\nlast"), line;

    CHECK_TRUE(bytes_next_line(&rest, &line));
    CHECK_BYTES(line, "one");
    CHECK_TRUE(bytes_next_line(&rest, &line));
    CHECK_BYTES(line, "");
    CHECK_TRUE(bytes_next_line(&rest, &line));
    CHECK_BYTES(line, "two\rx");
    CHECK_TRUE(bytes_next_line(&rest, &line));
    CHECK_BYTES(line, "last");
    CHECK_TRUE(!bytes_next_line(&rest, &line));
    rest = bytes_of("only\n");
    CHECK_TRUE(bytes_next_line(&rest, &line));
    CHECK_TRUE(!bytes_next_line(&rest, &line));
    rest = bytes_of("");
    CHECK_TRUE(!bytes_next_line(&rest, &line));
}

TEST(fields_and_words)
{
    struct bytes rest = bytes_of("root::0:"), part;
    const char *const wanted[] = {"root", "", "0"}; /* an empty one at the very end is none */

    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        CHECK_TRUE(bytes_next_field(&rest, ':', &part));
        CHECK_BYTES(part, wanted[i]);
    }
    CHECK_TRUE(!bytes_next_field(&rest, ':', &part));
    rest = bytes_of(" \t one\r\n two ");
    CHECK_TRUE(bytes_next_word(&rest, &part));
    CHECK_BYTES(part, "one");
    CHECK_TRUE(bytes_next_word(&rest, &part));
    CHECK_BYTES(part, "two");
    CHECK_TRUE(!bytes_next_word(&rest, &part));
    CHECK_BYTES(bytes_trim(bytes_of(" \t\r\n\v\f")), "");
    CHECK_BYTES(bytes_trim(bytes_of("\n a b \n")), "a b");
}

TEST(lists_and_dates)
{
    CHECK_TRUE(bytes_lists(bytes_of("EU, UK,SG"), bytes_of("UK")));
    CHECK_TRUE(bytes_lists(bytes_of(" d "), bytes_of("d")));
    CHECK_TRUE(!bytes_lists(bytes_of("EU, UK"), bytes_of("E")));
    CHECK_TRUE(!bytes_lists(bytes_of("EU,, UK"), bytes_of("")));
    CHECK_TRUE(!bytes_lists(bytes_of(""), bytes_of("EU")));
    CHECK_TRUE(bytes_is_date(bytes_of("2026-11-20")));
    const char *const bad[] = {"",           "2026-11-2",  "2026-11-200",
                               "2026/11/20", "20261-1-20", "2026-1a-20"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CHECK_TRUE(!bytes_is_date(bytes_of(bad[i])));
}

TEST(numbers)
{
    uint64_t out = 7;

    CHECK_TRUE(bytes_to_u64(bytes_of("0"), &out) && out == 0);
    CHECK_TRUE(bytes_to_u64(bytes_of("18446744073709551615"), &out) && out == UINT64_MAX);
    CHECK_TRUE(bytes_to_u64(bytes_of("0xfF"), &out) && out == 255);
    CHECK_TRUE(bytes_to_u64(bytes_of("0xffffffffffffffff"), &out) && out == UINT64_MAX);
    const char *const bad[] = {"",
                               "-1",
                               "+1",
                               " 1",
                               "1 ",
                               "1a",
                               "0x",
                               "0xg",
                               "18446744073709551616",
                               "0x10000000000000000",
                               "99999999999999999999999"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (bytes_to_u64(bytes_of(bad[i]), &out)) {
            test_ok = false;
            printf("# \"%s\" is taken for %" PRIu64 "\n", bad[i], out);
        }
}

TEST(text_or_not)
{
    const char *const text[] = {"a", "tab\there\r\n", "gr\xc3\xbc\xc3\x9f", "\xe2\x82\xac",
                                "\xf0\x9f\x98\x80"};
    /* NUL, escape, cut, overlong, surrogate, beyond U+10FFFF, a lone continuation, DEL */
    const struct bytes other[] = {bytes_from("a\0b", 3),
                                  bytes_of("\x1b[2J"),
                                  bytes_of("\xc3"),
                                  bytes_of("\xc0\xaf"),
                                  bytes_of("\xe0\x80\xaf"),
                                  bytes_of("\xed\xa0\x80"),
                                  bytes_of("\xf4\x90\x80\x80"),
                                  bytes_of("\x80"),
                                  bytes_of(""),
                                  bytes_of("\xf8\x88\x80\x80\x80")};

    for (size_t i = 0; i < COUNT_OF(text); i++)
        CHECK_TRUE(bytes_is_text(bytes_of(text[i])));
    for (size_t i = 0; i < COUNT_OF(other); i++)
        if (bytes_is_text(other[i])) {
            test_ok = false;
            printf("# %zu is taken for text\n", i);
        }
}

TEST(entropy)
{
    uint8_t every[256];

    for (size_t i = 0; i < sizeof every; i++)
        every[i] = (uint8_t)i;
    CHECK_TRUE(bytes_entropy(bytes_from(every, sizeof every)) > 7.999);
    CHECK_TRUE(bytes_entropy(bytes_of("aaaaaaaa")) < 0.001);
    CHECK_TRUE(bytes_entropy(bytes_of("")) < 0.001);
    CHECK_TRUE(bytes_entropy(bytes_of("abababab")) > 0.999);
    CHECK_TRUE(bytes_entropy(bytes_of("abababab")) < 1.001);
}

int main(void)
{
    RUN(slices_stay_inside);
    RUN(has_does_not_overflow);
    RUN(comparisons);
    RUN(searching);
    RUN(lines);
    RUN(fields_and_words);
    RUN(lists_and_dates);
    RUN(numbers);
    RUN(text_or_not);
    RUN(entropy);
    return test_end();
}
