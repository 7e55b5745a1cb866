#include "model/capture.h"

#include "test.h"

static struct capture_record record_of(const char *text)
{
    return (struct capture_record){.kind = CAPTURE_EXCHANGE,
                                   .record = 7,
                                   .status = 200,
                                   .flags = CAPTURE_ASKED | CAPTURE_PDF,
                                   .letters = 12,
                                   .url = bytes_of("https://a/"),
                                   .date = bytes_of("2026-11-20T10:00:00Z"),
                                   .location = bytes_of("/b"),
                                   .type = bytes_of("text/html"),
                                   .title = bytes_of("T"),
                                   .fields = bytes_of("user"),
                                   .text = bytes_of(text),
                                   .trouble = bytes_of("cut")};
}

TEST(a_record_travels)
{
    const struct capture_record sent = record_of("some text");
    owned(text) wire = text_new();
    struct capture_record got;

    capture_write(wire, &sent);
    struct cursor c = cursor_over(text_bytes(wire));
    capture_read(&c, &got);
    CHECK_TRUE(cursor_ok(&c) && cursor_left(&c) == 0);
    CHECK_INT(got.record, 7);
    CHECK_INT(got.status, 200);
    CHECK_INT(got.flags, CAPTURE_ASKED | CAPTURE_PDF);
    CHECK_INT(got.letters, 12);
    CHECK_BYTES(got.url, "https://a/");
    CHECK_BYTES(got.date, "2026-11-20T10:00:00Z");
    CHECK_BYTES(got.location, "/b");
    CHECK_BYTES(got.type, "text/html");
    CHECK_BYTES(got.title, "T");
    CHECK_BYTES(got.fields, "user");
    CHECK_BYTES(got.text, "some text");
    CHECK_BYTES(got.trouble, "cut");
    for (size_t size = 0; size < wire->size; size++) {
        c = cursor_over(bytes_slice(text_bytes(wire), 0, size));
        capture_read(&c, &got);
        CHECK_TRUE(!cursor_ok(&c));
    }
    wire->data[0] = 9; /* no kind of record */
    c = cursor_over(text_bytes(wire));
    capture_read(&c, &got);
    CHECK_TRUE(!cursor_ok(&c));
}

TEST(what_is_kept_is_a_copy)
{
    owned(capture) capture = capture_new();
    char text[] = "some text";
    struct capture_record record = record_of(text);

    CHECK_SUCCESS(capture_add(capture, &record));
    text[0] = 'x';
    CHECK_INT(capture->count, 1);
    CHECK_BYTES(capture->records[0].text, "some text");
}

TEST(what_no_reader_can_have_said_is_refused)
{
    owned(capture) capture = capture_new();
    owned(text) large = text_new();

    while (large->size <= LIMIT_CAPTURE_TEXT)
        text_add(large, "0123456789abcdef");
    struct capture_record record = record_of(text_string(large));
    CHECK_FAILURE(capture_add(capture, &record), ERROR_INPUT);
    record = record_of("x");
    record.title = text_bytes(large);
    CHECK_FAILURE(capture_add(capture, &record), ERROR_INPUT);
    record = record_of("x");
    for (unsigned i = 0; i < LIMIT_CAPTURE_RECORDS + LIMIT_CAPTURE_LOSSES; i++)
        CHECK_SUCCESS(capture_add(capture, &record));
    CHECK_FAILURE(capture_add(capture, &record), ERROR_LIMIT);
}

int main(void)
{
    RUN(a_record_travels);
    RUN(what_is_kept_is_a_copy);
    RUN(what_no_reader_can_have_said_is_refused);
    return test_end();
}
