/*
 * Writes a report of the hand-made store and compares it with what is expected:
 *
 *     golden STORE.SQL REPORT EXPECTED        REPORT: json, html, terminal, explain-UNIT
 *     golden STORE.SQL REPORT                 prints it, to accept it
 *
 * STORE.SQL,MORE.SQL: one laid over the other.
 */
#include "report/explain.h"
#include "report/report.h"
#include "test.h"
#include "unit/report/store.h"

static struct error *write_report(sqlite3 *db, const char *name, struct text *out)
{
    const struct report *report = report_named(name);
    struct terminal_options options = {.seconds = -1, .folder = "out/", .failures = 20};

    if (bytes_starts(bytes_of(name), "explain-"))
        return explain_write(db, name + sizeof "explain-" - 1,
                             &(struct explain_options){.path = "camera/"}, out);
    if (report == NULL)
        return terminal_write(db, &options, out);
    if (strcmp(name, "html") != 0)
        return report->write(db, out);
    /* Without the style sheet, which changes more often than what the page says. */
    owned(text) page = text_new();
    TRY(report->write(db, page));
    text_add_bytes(out, bytes_from_offset(text_bytes(page),
                                          bytes_find_string(text_bytes(page), "</style>")));
    return NULL;
}

/* Says the first line in which the two differ. */
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

static char **words;

TEST(report_is_as_expected)
{
    owned(arena) arena = arena_new();
    owned(text) out = text_new();
    sqlite3 *db = store_from(words[1]);
    struct bytes expected = store_file(words[3], arena);

    CHECK_TRUE(db != NULL);
    if (db == NULL)
        return;
    CHECK_SUCCESS(write_report(db, words[2], out));
    CHECK_TRUE(bytes_equal(text_bytes(out), expected));
    if (!bytes_equal(text_bytes(out), expected))
        show_difference(text_bytes(out), expected);
    sqlite3_close(db);
}

int main(int argc, char **argv)
{
    owned(text) out = text_new();

    words = argv;
    if (argc == 4) {
        RUN(report_is_as_expected);
        return test_end();
    }
    sqlite3 *db = argc == 3 ? store_from(argv[1]) : NULL;
    struct error *error = db == NULL ? NULL : write_report(db, argv[2], out);
    fwrite(text_string(out), 1, out->size, stdout);
    sqlite3_close(db);
    if (error != NULL)
        fprintf(stderr, "%s\n", error_line(error));
    bool failed = db == NULL || error != NULL;
    error_free(error);
    return failed;
}
