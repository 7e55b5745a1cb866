#include "base/cursor.h"

#include "test.h"

static const uint8_t sample[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

TEST(numbers_in_both_orders)
{
    struct cursor c = cursor_over(bytes_from(sample, sizeof sample));

    CHECK_INT(cursor_u8(&c), 1);
    CHECK_INT(cursor_u16le(&c), 0x0302);
    CHECK_INT(cursor_u16be(&c), 0x0405);
    CHECK_INT(cursor_offset(&c), 5);
    CHECK_INT(cursor_left(&c), 5);
    cursor_seek(&c, 0);
    CHECK_INT(cursor_u32le(&c), 0x04030201);
    CHECK_INT(cursor_u32be(&c), 0x05060708);
    cursor_seek(&c, 1);
    CHECK_TRUE(cursor_u64le(&c) == 0x0908070605040302);
    cursor_seek(&c, 1);
    CHECK_TRUE(cursor_u64be(&c) == 0x0203040506070809);
    CHECK_SUCCESS(cursor_check(&c, "the sample"));
}

/* After the first read past the end everything is zero, and stays so. */
TEST(a_failed_cursor_stays_failed)
{
    struct cursor c = cursor_over(bytes_from(sample, sizeof sample));

    cursor_skip(&c, 8);
    CHECK_INT(cursor_u32le(&c), 0);
    CHECK_TRUE(!cursor_ok(&c));
    CHECK_INT(cursor_left(&c), 0);
    CHECK_INT(cursor_u8(&c), 0);
    CHECK_INT(cursor_bytes(&c, 1).size, 0);
    CHECK_INT(cursor_bytes(&c, 0).size, 0);
    cursor_seek(&c, 0);
    CHECK_INT(cursor_u8(&c), 0);
    CHECK_TRUE(!cursor_ok(&c));
    CHECK_INT(c.failed_at, 8);
    CHECK_INT(c.wanted, 4);
    struct error *error = cursor_check(&c, "header");
    CHECK_TRUE(error != NULL && error_kind(error) == ERROR_INPUT);
    CHECK_TRUE(error != NULL && strstr(error_line(error), "header") != NULL);
    error_free(error);
}

TEST(every_step_is_measured)
{
    const uint64_t too_far[] = {11, UINT32_MAX, INT64_MAX, UINT64_MAX};

    for (size_t i = 0; i < COUNT_OF(too_far); i++) {
        struct cursor c = cursor_over(bytes_from(sample, sizeof sample));
        cursor_u8(&c);
        cursor_skip(&c, too_far[i]);
        CHECK_TRUE(!cursor_ok(&c));
        c = cursor_over(bytes_from(sample, sizeof sample));
        cursor_u8(&c);
        CHECK_INT(cursor_bytes(&c, too_far[i]).size, 0);
        CHECK_TRUE(!cursor_ok(&c));
        c = cursor_over(bytes_from(sample, sizeof sample));
        cursor_seek(&c, too_far[i]);
        CHECK_TRUE(!cursor_ok(&c));
        c = cursor_at(bytes_from(sample, sizeof sample), too_far[i]);
        CHECK_TRUE(!cursor_ok(&c));
    }
    struct cursor end = cursor_at(bytes_from(sample, sizeof sample), sizeof sample);
    CHECK_TRUE(cursor_ok(&end));
    CHECK_INT(cursor_left(&end), 0);
    struct cursor none = cursor_over(bytes_of(NULL));
    CHECK_INT(cursor_u8(&none), 0);
    CHECK_TRUE(!cursor_ok(&none));
}

/* Each width, at each distance from the end. */
TEST(no_width_reads_past_the_end)
{
    for (size_t size = 0; size < 9; size++) {
        struct cursor c = cursor_over(bytes_from(sample, size));
        (void)cursor_u16le(&c);
        CHECK_INT(cursor_ok(&c), size >= 2);
        c = cursor_over(bytes_from(sample, size));
        (void)cursor_u32be(&c);
        CHECK_INT(cursor_ok(&c), size >= 4);
        c = cursor_over(bytes_from(sample, size));
        (void)cursor_u64le(&c);
        CHECK_INT(cursor_ok(&c), size >= 8);
    }
}

TEST(alignment_counts_from_the_start)
{
    struct cursor c = cursor_over(bytes_from(sample, sizeof sample));

    cursor_align(&c, 4);
    CHECK_INT(cursor_offset(&c), 0);
    cursor_skip(&c, 1);
    cursor_align(&c, 4);
    CHECK_INT(cursor_offset(&c), 4);
    cursor_skip(&c, 5);
    cursor_align(&c, 4);
    CHECK_TRUE(!cursor_ok(&c));
}

TEST(texts)
{
    struct cursor c = cursor_over(bytes_from("name\0\0\0\0rest\0tail", 17));

    CHECK_BYTES(cursor_text(&c, 8), "name");
    CHECK_INT(cursor_offset(&c), 8);
    CHECK_BYTES(cursor_string(&c), "rest");
    CHECK_BYTES(cursor_string(&c), ""); /* no NUL behind it */
    CHECK_TRUE(!cursor_ok(&c));
    c = cursor_over(bytes_of("full"));
    CHECK_BYTES(cursor_text(&c, 4), "full");
    CHECK_TRUE(cursor_ok(&c));
}

int main(void)
{
    RUN(numbers_in_both_orders);
    RUN(a_failed_cursor_stays_failed);
    RUN(every_step_is_measured);
    RUN(no_width_reads_past_the_end);
    RUN(alignment_counts_from_the_start);
    RUN(texts);
    return test_end();
}
