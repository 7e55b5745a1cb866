/*
 * Workbooks that other programs wrote, as text, against what is expected:
 *
 *     golden INPUT.XLSX EXPECTED [INPUT.XLSX EXPECTED …]
 *     golden INPUT.XLSX                                   prints it, to accept it
 */
#include "base/file.h"
#include "test.h"
#include "unit/sheet/print.h"

static char **words;

static void read_book(const char *path, struct text *out)
{
    owned(arena) arena = arena_new();
    struct bytes file;

    CHECK_SUCCESS(file_read(path, 1 << 20, arena, &file));
    print_book(file, out);
}

TEST(workbook_is_read_as_expected)
{
    owned(arena) arena = arena_new();
    owned(text) out = text_new();
    struct bytes expected = {NULL, 0}, got, wanted;

    read_book(words[0], out);
    CHECK_SUCCESS(file_read(words[1], 1 << 20, arena, &expected));
    CHECK_TRUE(bytes_equal(text_bytes(out), expected));
    struct bytes rest = text_bytes(out);
    for (int line = 1; line < 100000 && (rest.size > 0 || expected.size > 0); line++) {
        got = wanted = bytes_of(NULL);
        (void)bytes_next_line(&rest, &got);
        (void)bytes_next_line(&expected, &wanted);
        if (bytes_equal(got, wanted))
            continue;
        printf("# line %d\n# is     %.*s\n# wanted %.*s\n", line, (int)got.size,
               (const char *)got.data, (int)wanted.size, (const char *)wanted.data);
        return;
    }
}

int main(int argc, char **argv)
{
    owned(text) out = text_new();

    if (argc == 2) {
        read_book(argv[1], out);
        fwrite(text_string(out), 1, out->size, stdout);
        return 0;
    }
    for (words = argv + 1; words + 1 < argv + argc; words += 2)
        RUN(workbook_is_read_as_expected);
    return test_end();
}
