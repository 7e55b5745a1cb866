#include "report/column.h"

#include "base/arena.h"
#include "test.h"

TEST(column_counts_cells)
{
    CHECK_INT(column_width(bytes_of("")), 0);
    CHECK_INT(column_width(bytes_of("etc/passwd")), 10);
    CHECK_INT(column_width(bytes_of("Prüfung")), 7);
    CHECK_INT(column_width(bytes_of("摄像头")), 6);
    CHECK_INT(column_width(bytes_of("e\xcc\x81")), 1); /* a combining accent */
    CHECK_INT(column_width(bytes_of("\xf0\x9f")), 2);  /* cut short: each byte one cell */
}

TEST(column_pads_to_cells)
{
    owned(text) out = text_new();

    column_pad(out, bytes_of("ü"), 3);
    column_pad(out, bytes_of("long"), 2);
    CHECK_BYTES(text_bytes(out), "ü  long");
}

TEST(column_leaves_out_the_middle)
{
    owned(text) out = text_new();

    column_shorten(out, bytes_of("usr/share/application/certificates/key.pem"), 20);
    CHECK_BYTES(text_bytes(out), "usr/sh…cates/key.pem");
    CHECK_INT(column_width(text_bytes(out)), 20);
    text_clear(out);
    column_shorten(out, bytes_of("摄像头摄像头摄像头摄像头"), 9);
    CHECK_TRUE(column_width(text_bytes(out)) <= 9);
    CHECK_TRUE(bytes_is_text(text_bytes(out)));
    text_clear(out);
    column_shorten(out, bytes_of("etc/passwd"), 10);
    CHECK_BYTES(text_bytes(out), "etc/passwd");
}

TEST(column_wraps_at_blanks)
{
    struct bytes rest = bytes_of("one two three  abcdefghijkl"), line;

    CHECK_TRUE(column_next_line(&rest, 8, &line));
    CHECK_BYTES(line, "one two");
    CHECK_TRUE(column_next_line(&rest, 8, &line));
    CHECK_BYTES(bytes_trim(line), "three");
    CHECK_TRUE(column_next_line(&rest, 8, &line));
    CHECK_BYTES(line, "abcdefgh");
    CHECK_TRUE(column_next_line(&rest, 8, &line));
    CHECK_BYTES(line, "ijkl");
    CHECK_TRUE(!column_next_line(&rest, 8, &line));
}

TEST(column_always_ends)
{
    struct bytes rest = bytes_of("摄像头"), line;
    int lines = 0;

    while (lines < 20 && column_next_line(&rest, 1, &line))
        lines++;
    CHECK_TRUE(lines < 20);
}

int main(void)
{
    RUN(column_counts_cells);
    RUN(column_pads_to_cells);
    RUN(column_leaves_out_the_middle);
    RUN(column_wraps_at_blanks);
    RUN(column_always_ends);
    return test_end();
}
