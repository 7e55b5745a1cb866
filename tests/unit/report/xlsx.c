/*
 * The workbook of a hand-made store, read back, against what is expected:
 *
 *     xlsx STORE.SQL EXPECTED [STORE.SQL EXPECTED …]
 *     xlsx STORE.SQL                                    prints it, to accept it
 */
#include "report/report.h"
#include "test.h"
#include "unit/report/store.h"
#include "unit/sheet/print.h"

static char **words;

/* The workbook that the store at PATH gives, as text, to OUT; the same bytes when asked twice. */
static void write_book(const char *path, struct text *out)
{
    owned(text) first = text_new();
    owned(text) second = text_new();
    sqlite3 *db = store_from(path);

    CHECK_TRUE(db != NULL);
    if (db == NULL)
        return;
    CHECK_SUCCESS(report_named("xlsx")->write(db, first));
    CHECK_SUCCESS(report_named("xlsx")->write(db, second));
    CHECK_TRUE(bytes_equal(text_bytes(first), text_bytes(second)));
    print_book(text_bytes(first), out);
    sqlite3_close(db);
}

static void show_difference(struct bytes got, struct bytes wanted)
{
    struct bytes a, b;

    for (int line = 1; line < 1000000; line++) {
        bool more = bytes_next_line(&got, &a), other = bytes_next_line(&wanted, &b);
        if (!more && !other)
            return;
        if (more && other && bytes_equal(a, b))
            continue;
        printf("# line %d\n# is     %.*s\n# wanted %.*s\n", line, more ? (int)a.size : 0,
               (const char *)a.data, other ? (int)b.size : 0, (const char *)b.data);
        return;
    }
}

TEST(workbook_is_as_expected)
{
    owned(arena) arena = arena_new();
    owned(text) out = text_new();
    struct bytes expected = store_file(words[1], arena);

    write_book(words[0], out);
    CHECK_TRUE(bytes_equal(text_bytes(out), expected));
    if (!bytes_equal(text_bytes(out), expected))
        show_difference(text_bytes(out), expected);
}

int main(int argc, char **argv)
{
    owned(text) out = text_new();

    if (argc == 2) {
        write_book(argv[1], out);
        fwrite(text_string(out), 1, out->size, stdout);
        return 0;
    }
    for (words = argv + 1; words + 1 < argv + argc; words += 2)
        RUN(workbook_is_as_expected);
    return test_end();
}
