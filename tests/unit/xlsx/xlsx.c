#include "xlsx/xlsx.h"

#include "base/arena.h"
#include "test.h"
#include "unit/sheet/print.h"
#include "xlsx/clean.h"

static void clean(struct bytes text, const char *wanted)
{
    owned(text) out = text_new();

    clean_text(text, out);
    CHECK_BYTES(text_bytes(out), wanted);
}

TEST(a_cell_holds_what_xml_can)
{
    clean(bytes_of("a\tb\nc"), "a\tb\nc");
    clean(bytes_of("a\r\nb\rc\r"), "a\nb\nc\n");
    clean(bytes_of("a\x1b[31m\x07"), "a\xef\xbf\xbd[31m\xef\xbf\xbd");
    clean(bytes_of("\xff\xc3\xa4\xed\xa0\x80"),
          "\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    clean(bytes_of("\xef\xbf\xbe\xef\xbf\xbf\xe2\x80\xae"),
          "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    clean(bytes_from("a\0b", 3), "a\xef\xbf\xbd"
                                 "b");
    clean(bytes_of("_x0041_ _xZZZZ_ _x00"), "_x005F_x0041_ _xZZZZ_ _x00");
}

TEST(a_long_text_is_cut_and_says_so)
{
    owned(text) text = text_new();

    for (unsigned i = 0; i < 100; i++)
        text_add(text, "\xf0\x9f\x98\x80"); /* two units each */
    CHECK_TRUE(!clean_cut(text, 200));
    CHECK_INT(text->size, 400);
    CHECK_TRUE(clean_cut(text, 199));
    CHECK_TRUE(
        bytes_ends(text_bytes(text), "\xf0\x9f\x98\x80\n[cut here: 61 more characters]"));
}

static struct error *write_all(struct xlsx *xlsx, const char *const *texts, size_t count)
{
    static const char *const choices[] = {"Y", "N", "N/A"};
    static const double widths[] = {10, 20};

    TRY(xlsx_sheet(xlsx, "Sheet & <one>"));
    xlsx_widths(xlsx, widths, COUNT_OF(widths));
    xlsx_freeze(xlsx, 1, 1);
    TRY(xlsx_string(xlsx, 0, 0, "Heading", XLSX_HEADING));
    TRY(xlsx_note(xlsx, 0, 0, bytes_of("what\nit means")));
    TRY(xlsx_choices(xlsx, 1, 9, 0, choices, COUNT_OF(choices)));
    for (uint32_t i = 0; i < count; i++)
        TRY(xlsx_string(xlsx, i + 1, 0, texts[i], XLSX_TEXT));
    TRY(xlsx_number(xlsx, 1, 1, -12, XLSX_PASS));
    TRY(xlsx_text(xlsx, 2, 1, bytes_of(NULL), XLSX_DRAFT));
    xlsx_filter(xlsx, 0, (uint32_t)count, 1);
    return NULL;
}

static void write_book(const char *const *texts, size_t count, struct text *out)
{
    struct xlsx *xlsx = NULL;

    CHECK_SUCCESS(xlsx_new("a title", "a \x01 subject", "2026-11-20T10:00:00Z", &xlsx));
    CHECK_SUCCESS(write_all(xlsx, texts, count));
    CHECK_SUCCESS(xlsx_end(xlsx, out));
    xlsx_free(xlsx);
}

TEST(texts_come_back_as_they_were)
{
    static const char *const texts[] = {
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "'quoted",
        "plain",
        " blanks ",
        "two\nlines",
        "tab\there",
        "\"<&>'",
        "_x0041_",
        "{=1}",
        "http://a",
        "1.10",
        "2026-11-20",
        "TRUE",
        "\xe4\xb8\xad\xf0\x9f\x98\x80",
    };
    owned(text) book = text_new();
    owned(text) again = text_new();
    owned(text) printed = text_new();
    owned(text) wanted = text_new();

    write_book(texts, COUNT_OF(texts), book);
    write_book(texts, COUNT_OF(texts), again);
    CHECK_TRUE(bytes_equal(text_bytes(book), text_bytes(again)));
    print_book(text_bytes(book), printed);
    text_add(wanted, "sheet \"Sheet & <one>\"\nA1 text \"Heading\"\n");
    for (uint32_t i = 0; i < COUNT_OF(texts); i++) {
        text_addf(wanted, "A%u text ", i + 2);
        text_add_json(wanted, bytes_of(texts[i]));
        text_add_char(wanted, '\n');
        if (i == 0)
            text_add(wanted, "B2 number \"-12\"\n");
    }
    text_add(wanted, "A1 note \"what\\nit means\"\n");
    CHECK_BYTES(text_bytes(printed), text_string(wanted));
}

TEST(a_text_over_the_limit_is_counted)
{
    owned(text) large = text_new();
    owned(text) out = text_new();
    struct xlsx *xlsx = NULL;

    while (large->size <= 40000)
        text_add(large, "0123456789");
    CHECK_SUCCESS(xlsx_new("", "", NULL, &xlsx));
    CHECK_SUCCESS(xlsx_sheet(xlsx, "one"));
    CHECK_SUCCESS(xlsx_text(xlsx, 0, 0, text_bytes(large), XLSX_TEXT));
    CHECK_INT(xlsx_cut(xlsx), 1);
    CHECK_SUCCESS(xlsx_end(xlsx, out));
    xlsx_free(xlsx);
}

/* A date of its own stands in the file, however long its subject: else the clock would. */
TEST(a_long_subject_is_cut)
{
    owned(text) subject = text_new();
    owned(text) book = text_new();
    owned(text) core = text_new();
    struct xlsx *xlsx = NULL;

    while (subject->size <= 1000)
        text_add(subject, "\xe4\xb8\xad ");
    CHECK_SUCCESS(xlsx_new("a title", text_string(subject), "2019-03-04", &xlsx));
    CHECK_SUCCESS(xlsx_sheet(xlsx, "one"));
    CHECK_SUCCESS(xlsx_end(xlsx, book));
    xlsx_free(xlsx);
    print_part(text_bytes(book), "docProps/core.xml", core);
    CHECK_TRUE(bytes_contains(text_bytes(core), "2019-03-04T00:00:00Z</dcterms:created>"));
    CHECK_TRUE(bytes_contains(text_bytes(core), "[cut here: "));
}

TEST(a_name_that_no_sheet_can_have_is_an_error)
{
    struct xlsx *xlsx = NULL;

    CHECK_SUCCESS(xlsx_new("", "", NULL, &xlsx));
    CHECK_SUCCESS(xlsx_sheet(xlsx, "one"));
    CHECK_FAILURE(xlsx_sheet(xlsx, "one"), ERROR_INTERNAL);
    CHECK_FAILURE(xlsx_sheet(xlsx, "a/b"), ERROR_INTERNAL);
    CHECK_FAILURE(xlsx_sheet(xlsx, "0123456789012345678901234567890123"), ERROR_INTERNAL);
    xlsx_free(xlsx);
}

int main(void)
{
    RUN(a_cell_holds_what_xml_can);
    RUN(a_long_text_is_cut_and_says_so);
    RUN(texts_come_back_as_they_were);
    RUN(a_text_over_the_limit_is_counted);
    RUN(a_long_subject_is_cut);
    RUN(a_name_that_no_sheet_can_have_is_an_error);
    return test_end();
}
