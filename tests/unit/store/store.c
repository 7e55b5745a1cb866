#include "store/store.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/query.h"
#include "samples.h"
#include "test.h"

static const struct column columns[] = {{"account", COLUMN_TEXT, ""},
                                        {"uid", COLUMN_INTEGER, ""},
                                        {"order", COLUMN_TEXT, "a keyword of SQL"}};

static struct assessment *sample(void)
{
    struct assessment *assessment = assessment_new();
    struct node root = {.parent = NODE_NONE, .kind = NODE_CONTAINER, .size = 100};
    struct node file = {.parent = 0, .path = bytes_of("etc/passwd"), .size = 9};

    assessment->input = "a \"name\".bin";
    assessment->observables =
        arena_array(assessment->arena, 1, sizeof *assessment->observables);
    assessment->observables[0] =
        (struct observable){"login", "accounts", columns, COUNT_OF(columns)};
    assessment->observable_count = 1;
    (void)assessment_add_node(assessment, &root);
    uint32_t id = assessment_add_node(assessment, &file);
    struct evidence evidence = {.node = id, .line = 1, .excerpt = bytes_of("\x1b[2Jroot")};
    struct observation *row =
        observation_new(assessment->arena, &assessment->observables[0], evidence);
    observation_string(row, "account", "root');DROP TABLE login;--");
    assessment->observations =
        arena_grow(assessment->arena, NULL, &assessment->observation_capacity, 1,
                   sizeof *assessment->observations);
    assessment->observations[assessment->observation_count++] = row;
    assessment_sort(assessment);
    return assessment;
}

/* A store with one row in it, as bytes; free with sqlite3_free. */
static struct bytes written(void)
{
    owned(assessment) assessment = sample();
    struct bytes bytes = {NULL, 0};
    sqlite3 *db = NULL;

    CHECK_SUCCESS(store_new(&db));
    CHECK_SUCCESS(store_fill(db, assessment));
    CHECK_SUCCESS(store_serialize(db, &bytes));
    sqlite3_close(db);
    return bytes;
}

static char *place(struct arena *arena, const char *name)
{
    return arena_printf(arena, "%s/%s", samples_folder, name);
}

static size_t files_in_folder(void)
{
    struct dirent **entries;
    int count = scandir(samples_folder, &entries, NULL, alphasort);

    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return (size_t)count - 2;
}

TEST(the_same_assessment_gives_the_same_bytes)
{
    struct bytes one = written(), other = written();

    CHECK_TRUE(one.size > 4096);
    CHECK_TRUE(bytes_equal(one, other));
    sqlite3_free((void *)(uintptr_t)one.data);
    sqlite3_free((void *)(uintptr_t)other.data);
}

TEST(what_was_written_is_read)
{
    owned(arena) arena = arena_new();
    char *path = place(arena, "good.db");
    struct bytes bytes = written();
    sqlite3 *db = NULL;
    struct query query;
    bool found = false;

    CHECK_SUCCESS(store_write(path, bytes));
    CHECK_SUCCESS(store_open(path, &db));
    CHECK_SUCCESS(
        query_open(db, "SELECT account, uid, path, line, excerpt FROM login", &query));
    CHECK_SUCCESS(query_next(&query, &found));
    CHECK_TRUE(found);
    CHECK_BYTES(query_text(&query, 0), "root');DROP TABLE login;--");
    CHECK_TRUE(query_is_null(&query, 1));
    CHECK_BYTES(query_text(&query, 2), "etc/passwd");
    CHECK_INT(query_integer(&query, 3), 1);
    CHECK_BYTES(query_text(&query, 4), "\\x1b[2Jroot");
    query_close(&query);
    CHECK_INT(query_number(db, "SELECT count(*) FROM unit WHERE edition = '3.1.3'", 0), 258);
    CHECK_FAILURE(query_run(db, "DELETE FROM login"), ERROR_SYSTEM); /* it is open to be read */
    sqlite3_close(db);
    sqlite3_free((void *)(uintptr_t)bytes.data);
}

TEST(writing_leaves_one_file_or_none)
{
    owned(arena) arena = arena_new();
    size_t before = files_in_folder();
    struct stat status;

    CHECK_SUCCESS(store_write(place(arena, "report"), bytes_of("first")));
    CHECK_SUCCESS(store_write(place(arena, "report"), bytes_of("second")));
    CHECK_INT(files_in_folder(), before + 1);
    CHECK_BYTES(samples_read(arena, "report"), "second");
    CHECK_FAILURE(store_write(place(arena, "no/such/folder"), bytes_of("x")), ERROR_SYSTEM);
    /* A folder stands where the file should: nothing is left beside it. */
    CHECK_TRUE(mkdir(place(arena, "folder"), 0777) == 0);
    CHECK_FAILURE(store_write(place(arena, "folder"), bytes_of("x")), ERROR_SYSTEM);
    CHECK_INT(files_in_folder(), before + 2);
    CHECK_SUCCESS(store_write(place(arena, "empty"), bytes_of("")));
    CHECK_TRUE(stat(place(arena, "empty"), &status) == 0 && status.st_size == 0);
}

static void refused(const char *path, const char *word)
{
    sqlite3 *db = NULL;
    struct error *error = store_open(path, &db);

    CHECK_TRUE(error != NULL && db == NULL);
    if (error == NULL) {
        sqlite3_close(db);
        return;
    }
    CHECK_INT(error_kind(error), ERROR_USAGE);
    CHECK_TRUE(error_advice(error) != NULL);
    if (strstr(error_line(error), word) == NULL) {
        test_ok = false;
        printf("# wanted \"%s\" in %s\n", word, error_line(error));
    }
    error_free(error);
}

TEST(what_is_no_store_is_refused)
{
    owned(arena) arena = arena_new();
    sqlite3 *db;

    refused(place(arena, "missing.db"), "cannot read");
    refused(samples_folder, "cannot read");
    CHECK_SUCCESS(
        store_write(place(arena, "garbage.db"), bytes_of("this is no database at all")));
    refused(place(arena, "garbage.db"), "not an assessment");
    CHECK_SUCCESS(store_write(place(arena, "nothing.db"), bytes_of("")));
    refused(place(arena, "nothing.db"), "not an assessment");
    CHECK_INT(sqlite3_open(place(arena, "foreign.db"), &db), SQLITE_OK);
    CHECK_SUCCESS(query_run(db, "CREATE TABLE meta(key TEXT, value TEXT)"));
    sqlite3_close(db);
    refused(place(arena, "foreign.db"), "not an assessment");
}

TEST(a_newer_store_is_refused)
{
    owned(arena) arena = arena_new();
    struct bytes bytes = written();
    sqlite3 *db;

    CHECK_SUCCESS(store_write(place(arena, "newer.db"), bytes));
    CHECK_INT(sqlite3_open(place(arena, "newer.db"), &db), SQLITE_OK);
    CHECK_SUCCESS(query_run(db, "UPDATE meta SET value = 999 WHERE key = 'store_version'"));
    sqlite3_close(db);
    refused(place(arena, "newer.db"), "newer");
    sqlite3_free((void *)(uintptr_t)bytes.data);
}

/* Every cut is noticed when it is opened, not in the middle of a report. */
/* Another program holds it for a moment, as `judge` does when it commits. */
TEST(a_store_that_is_being_written_is_waited_for)
{
    owned(arena) arena = arena_new();
    char *path = place(arena, "busy.db");
    struct bytes bytes = written();
    sqlite3 *writer = NULL, *db = NULL;

    CHECK_SUCCESS(store_write(path, bytes));
    sqlite3_free((void *)(uintptr_t)bytes.data);
    pid_t child = fork();
    if (child == 0) {
        bool held = sqlite3_open(path, &writer) == SQLITE_OK &&
                    sqlite3_exec(writer, "BEGIN EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK;
        usleep(600000);
        _exit(held ? 0 : 1);
    }
    usleep(200000); /* until it holds it; were it later, the store would be free all along */
    CHECK_SUCCESS(store_open(path, &db));
    sqlite3_close(db);
    int status = -1;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
}

TEST(a_truncated_store_is_refused)
{
    owned(arena) arena = arena_new();
    struct bytes bytes = written();
    char *path = place(arena, "cut.db");

    for (unsigned i = 0; i < 64; i++) {
        CHECK_SUCCESS(store_write(path, bytes_slice(bytes, 0, bytes.size * i / 64)));
        refused(path, "cannot read");
    }
    sqlite3_free((void *)(uintptr_t)bytes.data);
}

/* Damage inside: refused, or read without harm. */
TEST(a_damaged_store_does_no_harm)
{
    owned(arena) arena = arena_new();
    struct bytes bytes = written();
    uint8_t *copy = arena_alloc(arena, bytes.size);
    char *path = place(arena, "damaged.db");
    uint64_t state = 9;

    for (unsigned i = 0; i < 60; i++) {
        sqlite3 *db = NULL;
        mem_copy(copy, bytes.data, bytes.size);
        for (unsigned j = 0; j < 20; j++)
            copy[samples_random(&state) % (i % 2 == 0 ? 4096 : bytes.size)] =
                (uint8_t)samples_random(&state);
        CHECK_SUCCESS(store_write(path, bytes_from(copy, bytes.size)));
        struct error *error = store_open(path, &db);
        if (error == NULL) {
            (void)query_number(db, "SELECT count(*) FROM login JOIN node", 0);
            (void)query_number(db, "SELECT count(*) FROM unit JOIN rule ON rule.unit = unit.id",
                               0);
            sqlite3_close(db);
        } else {
            CHECK_INT(error_kind(error), ERROR_USAGE);
            error_free(error);
        }
    }
    sqlite3_free((void *)(uintptr_t)bytes.data);
}

int main(void)
{
    if (!samples_make(":"))
        return 2;
    RUN(the_same_assessment_gives_the_same_bytes);
    RUN(what_was_written_is_read);
    RUN(writing_leaves_one_file_or_none);
    RUN(what_is_no_store_is_refused);
    RUN(a_newer_store_is_refused);
    RUN(a_store_that_is_being_written_is_waited_for);
    RUN(a_truncated_store_is_refused);
    RUN(a_damaged_store_does_no_harm);
    return test_end();
}
