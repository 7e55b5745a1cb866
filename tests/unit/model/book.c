#include "model/book.h"

#include "test.h"

static struct error *add(struct book *book, enum book_kind kind, uint32_t row, uint32_t column,
                         const char *text)
{
    struct book_record record = {
        .kind = kind, .row = row, .column = column, .text = bytes_of(text)};

    return book_add(book, &record);
}

TEST(cells_are_found)
{
    owned(book) book = book_new();

    CHECK_SUCCESS(add(book, BOOK_SHEET, 0, 0, "one"));
    CHECK_SUCCESS(add(book, BOOK_TEXT, 3, 2, "b3"));
    CHECK_SUCCESS(add(book, BOOK_TEXT, 1, 5, "e1"));
    CHECK_SUCCESS(add(book, BOOK_NUMBER, 3, 1, "1"));
    CHECK_SUCCESS(add(book, BOOK_SHEET, 0, 0, "two"));
    CHECK_SUCCESS(add(book, BOOK_IGNORED, 0, 0, "macros"));
    CHECK_SUCCESS(add(book, BOOK_IGNORED, 0, 0, "macros"));
    book_sort(book);
    CHECK_INT(book->sheet_count, 2);
    CHECK_INT(book->ignored_count, 1);
    const struct book_sheet *sheet = &book->sheets[0];
    CHECK_STRING(sheet->name, "one");
    CHECK_INT(sheet->cell_count, 3);
    CHECK_INT(sheet->rows, 3);
    CHECK_INT(sheet->columns, 5);
    CHECK_BYTES(book_at(sheet, 3, 2)->text, "b3");
    CHECK_BYTES(book_at(sheet, 1, 5)->text, "e1");
    CHECK_TRUE(book_at(sheet, 2, 1) == NULL && book_at(sheet, 3, 3) == NULL);
    CHECK_INT(book_row(sheet, 2), 1);
    CHECK_INT(book_row(sheet, 4), 3);
    CHECK_TRUE(book_at(&book->sheets[1], 1, 1) == NULL);
}

TEST(what_no_sheet_can_have_is_refused)
{
    owned(book) book = book_new();
    struct book_record merge = {
        .kind = BOOK_MERGE, .row = 2, .column = 2, .last_row = 1, .last_column = 3};

    CHECK_FAILURE(add(book, BOOK_TEXT, 1, 1, "x"), ERROR_INPUT);
    CHECK_SUCCESS(add(book, BOOK_SHEET, 0, 0, "one"));
    CHECK_FAILURE(add(book, BOOK_TEXT, 0, 1, "x"), ERROR_INPUT);
    CHECK_FAILURE(add(book, BOOK_TEXT, 1, 0, "x"), ERROR_INPUT);
    CHECK_FAILURE(add(book, BOOK_TEXT, BOOK_ROWS + 1, 1, "x"), ERROR_INPUT);
    CHECK_FAILURE(add(book, BOOK_TEXT, 1, BOOK_COLUMNS + 1, "x"), ERROR_INPUT);
    CHECK_FAILURE(book_add(book, &merge), ERROR_INPUT);
    merge.last_row = 2;
    CHECK_SUCCESS(book_add(book, &merge));
    owned(text) large = text_new();
    while (large->size <= LIMIT_BOOK_TEXT)
        text_add(large, "0123456789abcdef");
    CHECK_FAILURE(add(book, BOOK_TEXT, 1, 1, text_string(large)), ERROR_LIMIT);
    for (uint32_t i = 1; i < LIMIT_BOOK_SHEETS; i++)
        CHECK_SUCCESS(add(book, BOOK_SHEET, 0, 0, "more"));
    CHECK_FAILURE(add(book, BOOK_SHEET, 0, 0, "one too many"), ERROR_LIMIT);
}

TEST(texts_together_have_a_limit)
{
    owned(book) book = book_new();
    owned(text) large = text_new();
    struct error *error = NULL;
    unsigned cells = 0;

    while (large->size < LIMIT_BOOK_TEXT)
        text_add(large, "0123456789abcdef");
    CHECK_SUCCESS(add(book, BOOK_SHEET, 0, 0, "one"));
    while (error == NULL && cells < 2000)
        error = add(book, BOOK_TEXT, ++cells, 1, text_string(large));
    CHECK_INT(cells, LIMIT_BOOK_BYTES / LIMIT_BOOK_TEXT + 1);
    CHECK_FAILURE(error, ERROR_LIMIT);
}

static void place(const char *text, uint32_t row, uint32_t column)
{
    owned(text) out = text_new();
    uint32_t got_row = 0, got_column = 0;

    CHECK_TRUE(book_read_place(bytes_of(text), &got_row, &got_column));
    CHECK_INT(got_row, row);
    CHECK_INT(got_column, column);
    book_add_place(out, row, column);
    CHECK_BYTES(text_bytes(out), text);
}

TEST(places_are_written_as_programs_write_them)
{
    static const char *const none[] = {"",
                                       "A",
                                       "1",
                                       "A0",
                                       "1A",
                                       "A1B",
                                       "AAAA1",
                                       "A1048577",
                                       "XFE1",
                                       "A-1",
                                       "$",
                                       "A1 ",
                                       "A99999999999",
                                       ("\xc3\x84"
                                        "1")};
    uint32_t row = 0, column = 0;

    place("A1", 1, 1);
    place("Z9", 9, 26);
    place("AA10", 10, 27);
    place("XFD1048576", BOOK_ROWS, BOOK_COLUMNS);
    CHECK_TRUE(book_read_place(bytes_of("$b$3"), &row, &column) && row == 3 && column == 2);
    for (size_t i = 0; i < COUNT_OF(none); i++)
        CHECK_TRUE(!book_read_place(bytes_of(none[i]), &row, &column));
}

TEST(records_travel)
{
    owned(text) wire = text_new();
    struct book_record sent = {BOOK_DATE, BOOK_FORMULA, 7, 8, 9, 10, bytes_of("2026-11-20")};
    struct book_record got;

    book_write(wire, &sent);
    for (size_t size = 0; size < wire->size; size++) {
        struct cursor cut = cursor_over(bytes_slice(text_bytes(wire), 0, size));
        book_read(&cut, &got);
        CHECK_TRUE(!cursor_ok(&cut));
    }
    struct cursor c = cursor_over(text_bytes(wire));
    book_read(&c, &got);
    CHECK_TRUE(cursor_ok(&c) && got.kind == BOOK_DATE && got.flags == BOOK_FORMULA);
    CHECK_TRUE(got.row == 7 && got.column == 8 && got.last_row == 9 && got.last_column == 10);
    CHECK_BYTES(got.text, "2026-11-20");
    wire->data[0] = BOOK_IGNORED + 1;
    struct cursor unknown = cursor_over(text_bytes(wire));
    book_read(&unknown, &got);
    CHECK_TRUE(!cursor_ok(&unknown));
}

int main(void)
{
    RUN(cells_are_found);
    RUN(what_no_sheet_can_have_is_refused);
    RUN(texts_together_have_a_limit);
    RUN(places_are_written_as_programs_write_them);
    RUN(records_travel);
    return test_end();
}
