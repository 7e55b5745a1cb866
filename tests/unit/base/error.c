#include "base/error.h"

#include "base/text.h"
#include "test.h"

static struct error *sample(void)
{
    struct error *error = error_new(ERROR_INPUT, "the inode table starts at byte %d", 9437200);

    error = error_wrap(error, "router.bin > %s, byte 0x%x", "rootfs.sqsh", 0x120040);
    error = error_wrap(error, "cannot unpack router.bin");
    return error_hint(error, "the download may be cut short: compare its size");
}

TEST(a_person_reads_what_in_why_try)
{
    owned(text) out = text_new();
    owned(error) error = sample();

    error_print(error, out);
    CHECK_STRING(text_string(out), "cannot unpack router.bin\n"
                                   "  in   router.bin > rootfs.sqsh, byte 0x120040\n"
                                   "  why  the inode table starts at byte 9437200\n"
                                   "  try  the download may be cut short: compare its size\n");
}

TEST(one_line_has_every_level)
{
    owned(error) error = sample();

    CHECK_STRING(error_line(error),
                 "cannot unpack router.bin: router.bin > rootfs.sqsh, byte 0x120040: "
                 "the inode table starts at byte 9437200");
    CHECK_STRING(error_reason(error), "the inode table starts at byte 9437200");
    CHECK_STRING(error_what(error), "cannot unpack router.bin");
    CHECK_STRING(error_advice(error), "the download may be cut short: compare its size");
    CHECK_INT(error_kind(error), ERROR_INPUT);
}

TEST(a_bare_error_is_its_own_cause)
{
    owned(text) out = text_new();
    owned(error) error = error_new(ERROR_USAGE, "no such option: %s", "--x");

    error_print(error, out);
    CHECK_STRING(text_string(out), "no such option: --x\n");
    CHECK_STRING(error_reason(error), "no such option: --x");
    CHECK_TRUE(error_advice(error) == NULL);
}

TEST(success_stays_success)
{
    CHECK_SUCCESS(error_wrap(NULL, "in %s", "x"));
    CHECK_SUCCESS(error_hint(NULL, "try %s", "x"));
    error_free(NULL);
    error_drop(NULL);
}

TEST(the_last_hint_counts)
{
    owned(error) error = error_hint(error_hint(error_new(ERROR_LIMIT, "full"), "one"), "two");

    CHECK_STRING(error_advice(error), "two");
    CHECK_STRING(error_kind_name(ERROR_LIMIT), "limit");
}

/* A name that an image gives reaches a terminal through an error. */
TEST(what_is_printed_is_escaped)
{
    owned(text) out = text_new();
    owned(error) error = error_wrap(error_new(ERROR_INPUT, "bad name \x1b[2J"), "a\nb");

    error_print(error, out);
    CHECK_TRUE(strchr(text_string(out), '\x1b') == NULL);
}

static struct error *tried(struct error *error, bool *reached)
{
    *reached = false;
    TRY(error);
    *reached = true;
    return NULL;
}

TEST(try_passes_errors_up)
{
    bool reached;

    CHECK_SUCCESS(tried(NULL, &reached));
    CHECK_TRUE(reached);
    CHECK_FAILURE(tried(error_new(ERROR_SYSTEM, "no"), &reached), ERROR_SYSTEM);
    CHECK_TRUE(!reached);
}

int main(void)
{
    RUN(a_person_reads_what_in_why_try);
    RUN(one_line_has_every_level);
    RUN(a_bare_error_is_its_own_cause);
    RUN(success_stays_success);
    RUN(the_last_hint_counts);
    RUN(what_is_printed_is_escaped);
    RUN(try_passes_errors_up);
    return test_end();
}
