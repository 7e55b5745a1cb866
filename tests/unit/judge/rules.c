/*
 * Every rule of knowledge/rules, held against its golden cases and against the catalogue.
 *
 *     rules FILE.YAML…     files of cases, and files of rules
 */

#include "base/file.h"
#include "base/limits.h"
#include "base/yaml.h"
#include "test.h"
#include "unit/judge/store.h"

static struct arena *arena;
static char **files;
static int file_count;

static struct error *read_yaml(const char *path, const struct yaml **out)
{
    struct bytes content;

    TRY(file_read(path, LIMIT_KNOWLEDGE_FILE, arena, &content));
    return yaml_read(content, path, arena, out);
}

static bool has_column(sqlite3 *db, struct bytes table, const char *column)
{
    char *sql =
        arena_printf(arena, "SELECT count(*) FROM pragma_table_info('%.*s') WHERE name = '%s'",
                     (int)table.size, (const char *)table.data, column);

    return query_number(db, sql, 0) == 1;
}

/* INSERT INTO "table"("a", "b", "id") VALUES(?,?,?) */
static const char *insert_sql(const struct yaml *columns, struct bytes table, bool give_id)
{
    owned(text) sql = text_new();

    text_addf(sql, "INSERT INTO \"%.*s\"(", (int)table.size, (const char *)table.data);
    for (size_t i = 0; i < columns->count; i++)
        text_addf(sql, "%s\"%.*s\"", i > 0 ? "," : "", (int)columns->keys[i].text.size,
                  (const char *)columns->keys[i].text.data);
    text_addf(sql, "%s) VALUES(", give_id ? ",id" : "");
    for (size_t i = 0; i < columns->count + give_id; i++)
        text_add(sql, i > 0 ? ",?" : "?");
    text_add(sql, ")");
    return arena_string(arena, text_bytes(sql));
}

/* Puts the rows of a case into DB; ids that are not named are larger than 1000. */
static void load_rows(sqlite3 *db, const struct yaml *rows)
{
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        struct bytes table = yaml_text(&rows->items[i], "table");
        const struct yaml *columns = yaml_get(&rows->items[i], "columns");
        struct query insert;
        if (columns == NULL || columns->kind != YAML_MAP) {
            CHECK_TRUE(false && "a row of a case needs columns");
            continue;
        }
        bool give_id = yaml_get(columns, "id") == NULL && has_column(db, table, "id") &&
                       !has_column(db, table, "observation");
        struct error *error = query_open(db, insert_sql(columns, table, give_id), &insert);
        if (error != NULL) {
            printf("# row at line %u of the cases:\n", rows->items[i].line);
            CHECK_SUCCESS(error);
            continue;
        }
        for (size_t j = 0; j < columns->count; j++) {
            query_bind_text(&insert, (int)j + 1, columns->items[j].text);
            if (yaml_is_null(&columns->items[j]))
                query_bind_null(&insert, (int)j + 1);
        }
        if (give_id)
            query_bind_integer(&insert, (int)columns->count + 1, 1001 + (int64_t)i);
        CHECK_SUCCESS(query_step(&insert));
        query_close(&insert);
    }
}

static int64_t count_of(sqlite3 *db, struct bytes unit, const char *format,
                        struct bytes sentence)
{
    struct query query;
    bool found = false;

    CHECK_SUCCESS(query_open(db, format, &query));
    query_bind_text(&query, 1, unit);
    if (sentence.size > 0)
        query_bind_text(&query, 2, sentence);
    CHECK_SUCCESS(query_next(&query, &found));
    int64_t count = found ? query_integer(&query, 0) : -1;
    query_close(&query);
    return count;
}

static void say_counters(sqlite3 *db, struct bytes unit)
{
    struct query query;
    bool found = true;

    CHECK_SUCCESS(query_open(db, "SELECT because FROM counter_example WHERE unit = ?", &query));
    query_bind_text(&query, 1, unit);
    for (;;) {
        CHECK_SUCCESS(query_next(&query, &found));
        if (!found)
            break;
        printf("#     it says: %.*s\n", (int)query_text(&query, 0).size,
               (const char *)query_text(&query, 0).data);
    }
    query_close(&query);
}

static const char all_queries[] =
    "SELECT unit, 'fail' AS kind, place, rows, edition FROM rule_fail UNION ALL"
    " SELECT unit, 'unclear', place, rows, edition FROM rule_unclear ORDER BY 1, 2, 3";

/* The units whose rules speak for UNIT: those that continue one of edition 2.1.1. */
#define SPEAKING                                                    \
    "(SELECT COALESCE(s.new, g.id) FROM (SELECT ?1 AS id) AS g"     \
    " LEFT JOIN unit_succession AS s ON s.old = g.id AND '2.1.1' =" \
    " (SELECT value FROM meta WHERE key = 'edition'))"

/* Which queries of the unit found a row in a case; kept over all cases. */
static void note_queries(sqlite3 *db, sqlite3 *seen, struct bytes unit)
{
    struct query queries, rows, note;
    bool found = false, any = false;

    CHECK_SUCCESS(
        query_open(db,
                   arena_printf(arena,
                                "SELECT q.* FROM (%s) AS q JOIN meta AS m ON m.key = 'edition'"
                                " WHERE unit IN %s AND COALESCE(q.edition, m.value) = m.value",
                                all_queries, SPEAKING),
                   &queries));
    query_bind_text(&queries, 1, unit);
    for (;;) {
        CHECK_SUCCESS(query_next(&queries, &found));
        if (!found)
            break;
        CHECK_SUCCESS(
            query_open_untrusted(db, arena_string(arena, query_text(&queries, 3)), &rows));
        CHECK_SUCCESS(query_next(&rows, &any));
        query_close(&rows);
        if (!any)
            continue;
        CHECK_SUCCESS(query_open(seen, "INSERT OR IGNORE INTO seen VALUES(?,?,?)", &note));
        query_bind_text(&note, 1, query_text(&queries, 0));
        query_bind_text(&note, 2, query_text(&queries, 1));
        query_bind_integer(&note, 3, query_integer(&queries, 2));
        CHECK_SUCCESS(query_step(&note));
        query_close(&note);
    }
    query_close(&queries);
}

/* Everything that the rules of the unit want looked at has been. */
static void cover_all(sqlite3 *db)
{
    CHECK_SUCCESS(query_run(db, "DELETE FROM coverage; INSERT INTO coverage"
                                " SELECT DISTINCT name, 1, 100, '' FROM rule_covered"));
}

/* Leaves the rules for UNIT alone in the store: the others cost time and say nothing here. */
static void leave_alone(sqlite3 *db, struct bytes unit)
{
    static const char *const statements[] = {
        "DELETE FROM rule_fail WHERE unit NOT IN " SPEAKING,
        "DELETE FROM rule_unclear WHERE unit NOT IN " SPEAKING};

    for (size_t i = 0; i < COUNT_OF(statements); i++) {
        struct query query;
        CHECK_SUCCESS(query_open(db, statements[i], &query));
        query_bind_text(&query, 1, unit);
        CHECK_SUCCESS(query_step(&query));
        query_close(&query);
    }
}

/* A case is one of edition 3.1.3 unless it names the other. */
static void set_edition(sqlite3 *db, struct bytes edition)
{
    struct query query;

    if (edition.size == 0)
        return;
    CHECK_SUCCESS(query_open(db, "UPDATE meta SET value = ? WHERE key = 'edition'", &query));
    query_bind_text(&query, 1, edition);
    CHECK_SUCCESS(query_step(&query));
    query_close(&query);
    CHECK_INT(sqlite3_changes(db), 1);
}

/* What a case says of one set of rows. */
struct expectation {
    const char *key;     /* the rows in the case */
    const char *outcome; /* NULL: anything but fail */
    bool covered;        /* after everything was looked at */
    const char *says;    /* the key of a sentence that must be among those of TABLE */
    const char *sentences;
};

static const struct expectation expectations[] = {
    {"fails", "fail", false, "says",
     "SELECT count(*) FROM counter_example WHERE unit = ?"
     " AND because = ?"},
    {"holds", NULL, false, NULL, NULL},
    {"passes", "pass", true, NULL, NULL},
    {"unclear", "open", true, "doubts",
     "SELECT count(*) FROM unclear WHERE unit = ?"
     " AND because = ?"},
};

static void check_expectation(const struct yaml *one, const struct expectation *expected,
                              sqlite3 *seen)
{
    struct bytes unit = yaml_text(one, "unit");
    bool before = test_ok;

    test_ok = true;
    sqlite3 *db = store_empty();
    set_edition(db, yaml_text(one, "edition"));
    load_rows(db, yaml_get(one, expected->key));
    leave_alone(db, unit);
    if (expected->covered)
        cover_all(db);
    CHECK_SUCCESS(judge_run(db));
    char *sql =
        arena_printf(arena, "SELECT count(*) FROM verdict WHERE unit = ? AND outcome %s '%s'",
                     expected->outcome == NULL ? "<>" : "=",
                     expected->outcome == NULL ? "fail" : expected->outcome);
    CHECK_INT(count_of(db, unit, sql, bytes_of(NULL)), 1);
    if (expected->says != NULL)
        CHECK_TRUE(count_of(db, unit, expected->sentences, yaml_text(one, expected->says)) >=
                   1);
    note_queries(db, seen, unit);
    if (!test_ok) {
        say_counters(db, unit);
        printf("#   in the case at line %u: %.*s, %.*s, %s\n", one->line, (int)unit.size,
               (const char *)unit.data, (int)yaml_text(one, "case").size,
               (const char *)yaml_text(one, "case").data, expected->key);
    }
    sqlite3_close(db);
    test_ok = before && test_ok;
}

static void check_case(const struct yaml *one, sqlite3 *seen)
{
    size_t found = 0;

    for (size_t i = 0; i < COUNT_OF(expectations); i++) {
        if (yaml_get(one, expectations[i].key) == NULL)
            continue;
        check_expectation(one, &expectations[i], seen);
        found++;
    }
    CHECK_TRUE(found > 0);
}

TEST(every_case_is_judged_as_it_says)
{
    sqlite3 *seen = NULL;
    size_t count = 0;

    CHECK_INT(sqlite3_open(":memory:", &seen), SQLITE_OK);
    CHECK_SUCCESS(query_run(seen, "CREATE TABLE seen(unit TEXT, kind TEXT, place INTEGER,"
                                  " UNIQUE(unit, kind, place))"));
    for (int i = 0; i < file_count; i++) {
        const struct yaml *file = NULL;
        CHECK_SUCCESS(read_yaml(files[i], &file));
        const struct yaml *list = yaml_get(file, "cases");
        for (size_t j = 0; list != NULL && j < list->count; j++, count++)
            check_case(&list->items[j], seen);
    }
    CHECK_TRUE(count > 80);

    /* A query that no case makes find a row is a query nobody has seen work. */
    sqlite3 *db = store_empty();
    struct query query;
    bool found = true;
    CHECK_SUCCESS(query_open(db, all_queries, &query));
    for (;;) {
        CHECK_SUCCESS(query_next(&query, &found));
        if (!found)
            break;
        char *sql = arena_printf(
            arena, "SELECT count(*) FROM seen WHERE unit = ? AND kind = ? AND place = %d",
            (int)query_integer(&query, 2));
        if (count_of(seen, query_text(&query, 0), sql, query_text(&query, 1)) == 0) {
            test_ok = false;
            printf("# no golden case makes %.*s query %d of %.*s find a row\n",
                   (int)query_text(&query, 1).size, (const char *)query_text(&query, 1).data,
                   (int)query_integer(&query, 2) + 1, (int)query_text(&query, 0).size,
                   (const char *)query_text(&query, 0).data);
        }
    }
    query_close(&query);
    sqlite3_close(db);
    sqlite3_close(seen);
}

/* Counted in the files: in the store a second entry would have replaced the first. */
TEST(every_unit_has_exactly_one_rule)
{
    sqlite3 *db = store_empty();
    size_t entries = 0;

    CHECK_INT(query_number(db, "SELECT count(*) FROM unit WHERE edition = '3.1.3'", -1), 258);
    CHECK_INT(query_number(db,
                           "SELECT count(*) FROM unit AS u JOIN rule AS r ON r.unit = u.id"
                           " WHERE u.edition = '3.1.3'",
                           -1),
              258);
    /* And each unit of the earlier edition that nothing continues. */
    CHECK_INT(query_number(db,
                           "SELECT count(*) FROM unit AS u JOIN rule AS r ON r.unit = u.id"
                           " WHERE u.edition = '2.1.1' AND NOT EXISTS"
                           " (SELECT 1 FROM unit_succession AS s WHERE s.old = u.id)",
                           -1),
              7);
    CHECK_INT(query_number(db, "SELECT count(*) FROM rule", -1), 258 + 7);
    for (int i = 0; i < file_count; i++) {
        const struct yaml *file = NULL;
        CHECK_SUCCESS(read_yaml(files[i], &file));
        const struct yaml *rules = yaml_get(file, "rules");
        CHECK_TRUE(rules != NULL || yaml_get(file, "cases") != NULL);
        entries += rules == NULL ? 0 : rules->count;
        CHECK_TRUE(yaml_text(file, "source").size > 0 && yaml_text(file, "licence").size > 0);
    }
    CHECK_INT(entries, 258 + 7);
    sqlite3_close(db);
}

static bool selects(const struct query *rows, struct bytes name)
{
    for (int i = 0; i < query_columns(rows); i++)
        if (bytes_is(name, query_column_name(rows, i)))
            return true;
    return false;
}

/* Tables and columns exist, and the sentence names columns that are selected. */
static void check_query(sqlite3 *db, struct bytes unit, const char *sql, struct bytes because)
{
    struct query rows;
    struct error *error = query_open_untrusted(db, sql, &rows);

    if (error != NULL) {
        printf("# rule of %.*s\n", (int)unit.size, (const char *)unit.data);
        CHECK_SUCCESS(error);
        return;
    }
    bool good = selects(&rows, bytes_of("observation"));
    while (bytes_find_byte(because, '{') != SIZE_MAX) {
        because = bytes_from_offset(because, bytes_find_byte(because, '{') + 1);
        size_t end = bytes_find_byte(because, '}');
        good = good && end != SIZE_MAX && selects(&rows, bytes_slice(because, 0, end));
    }
    if (!good) {
        test_ok = false;
        printf("# rule of %.*s: observation or a placeholder is not selected\n", (int)unit.size,
               (const char *)unit.data);
    }
    query_close(&rows);
}

/* Runs CHECK over every row of an SQL statement of unit, query, sentence. */
static size_t check_queries(sqlite3 *db, const char *sql)
{
    struct query queries;
    bool found = false;
    size_t count = 0;

    CHECK_SUCCESS(query_open(db, sql, &queries));
    for (;;) {
        CHECK_SUCCESS(query_next(&queries, &found));
        if (!found)
            break;
        check_query(db, query_text(&queries, 0), arena_string(arena, query_text(&queries, 1)),
                    query_text(&queries, 2));
        count++;
    }
    query_close(&queries);
    return count;
}

TEST(every_query_reads_what_exists)
{
    sqlite3 *db = store_empty();
    struct query beside, rows;
    bool found = false;

    CHECK_TRUE(check_queries(db, "SELECT unit, rows, because FROM rule_fail") >= 50);
    (void)check_queries(db, "SELECT unit, rows, because FROM rule_unclear");
    CHECK_INT(query_number(
                  db, "SELECT count(*) FROM rule_fail WHERE severity NOT BETWEEN 1 AND 3", -1),
              0);
    CHECK_SUCCESS(query_open(db, "SELECT rows FROM rule_beside", &beside));
    for (;;) {
        CHECK_SUCCESS(query_next(&beside, &found));
        if (!found)
            break;
        CHECK_SUCCESS(
            query_open_untrusted(db, arena_string(arena, query_text(&beside, 0)), &rows));
        query_close(&rows);
    }
    query_close(&beside);
    sqlite3_close(db);
}

static bool coverage_is_known(struct bytes name)
{
    static const char *const others[] = {
        "unpack.complete", "capture.traffic", "person",         "declared.ICS",
        "probe.tcp-ports", "probe.udp-ports", "probe.tls",      "probe.http",
        "probe.ssh",       "probe.mqtt",      "probe.bluetooth"};

    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (bytes_is(name, others[i]))
            return true;
    for (size_t i = 0; i < check_count; i++)
        if (bytes_is(name, arena_printf(arena, "inspect.%s", checks[i]->name)))
            return true;
    if (bytes_is(name, "evidence.captures"))
        return true;
    /* An IXIT table: declared.15-PhyIntf */
    uint64_t number = 0;
    struct bytes table = bytes_from_offset(name, strlen("declared."));
    size_t dash = bytes_find_byte(table, '-');
    return bytes_starts(name, "declared.") && dash != SIZE_MAX &&
           bytes_to_u64(bytes_slice(table, 0, dash), &number) && number >= 1 && number <= 29;
}

TEST(every_covered_name_is_known)
{
    sqlite3 *db = store_empty();
    struct query names;
    bool found = false;

    CHECK_SUCCESS(query_open(db, "SELECT DISTINCT name FROM rule_covered", &names));
    for (;;) {
        CHECK_SUCCESS(query_next(&names, &found));
        if (!found)
            break;
        if (!coverage_is_known(query_text(&names, 0))) {
            test_ok = false;
            printf("# nothing covers \"%.*s\"\n", (int)query_text(&names, 0).size,
                   (const char *)query_text(&names, 0).data);
        }
    }
    query_close(&names);
    sqlite3_close(db);
}

/* Silence is no pass: an image in which everything was read and nothing was found. */
TEST(firmware_alone_passes_nothing)
{
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(
        query_run(db, "DELETE FROM coverage;"
                      "INSERT INTO coverage SELECT DISTINCT name, 1, 100, '' FROM rule_covered"
                      " WHERE name LIKE 'inspect.%' OR name LIKE 'unpack.%'"));
    CHECK_SUCCESS(judge_run(db));
    CHECK_INT(query_number(db, "SELECT count(*) FROM verdict", -1), 258);
    CHECK_INT(query_number(db, "SELECT count(*) FROM verdict WHERE outcome = 'pass'", -1), 0);
    CHECK_INT(query_number(db, "SELECT count(*) FROM verdict WHERE outcome = 'fail'", -1), 0);
    CHECK_INT(
        query_number(db, "SELECT count(*) FROM provision_verdict WHERE outcome <> 'open'", -1),
        0);
    sqlite3_close(db);
}

/* With everything covered, only a rule that leaves nothing to ask may pass. */
TEST(a_question_keeps_a_unit_open)
{
    sqlite3 *db = store_empty();

    CHECK_SUCCESS(query_run(db, "DELETE FROM coverage; INSERT INTO coverage"
                                " SELECT DISTINCT name, 1, 100, '' FROM rule_covered"));
    CHECK_SUCCESS(judge_run(db));
    CHECK_INT(query_number(db,
                           "SELECT count(*) FROM verdict AS v JOIN rule AS r ON r.unit = v.unit"
                           " JOIN unit AS u ON u.id = v.unit AND u.edition = '3.1.3'"
                           " WHERE v.outcome = 'pass' AND r.ask IS NOT NULL"
                           " AND u.verb <> 'action'",
                           -1),
              0);
    CHECK_INT(query_number(db,
                           "SELECT count(*) FROM rule AS r WHERE r.ask IS NULL AND NOT EXISTS"
                           " (SELECT 1 FROM rule_covered AS c WHERE c.unit = r.unit)",
                           -1),
              0);
    sqlite3_close(db);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    arena = arena_new();
    files = argv + 1;
    file_count = argc - 1;
    RUN(every_unit_has_exactly_one_rule);
    RUN(every_query_reads_what_exists);
    RUN(every_covered_name_is_known);
    RUN(every_case_is_judged_as_it_says);
    RUN(firmware_alone_passes_nothing);
    RUN(a_question_keeps_a_unit_open);
    arena_free(arena);
    return test_end();
}
