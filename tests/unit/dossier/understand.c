/*
 * What sentences are understood to say. The sentences stand in files of YAML, which are the
 * arguments: `table`, the fields, and under `gives` every value that is not NULL, row by row. What
 * is not under `gives` must not be understood.
 */
#include "dossier/understand.h"

#include "base/file.h"
#include "base/text.h"
#include "base/yaml.h"
#include "judge/catalogue.h"
#include "model/query.h"
#include "store/store.h"
#include "test.h"

struct sentences {
    sqlite3 *db;
    const struct yaml *list;
};

static void add_field(sqlite3 *db, int64_t id, struct bytes table, struct bytes entry,
                      int64_t place, struct bytes field, struct bytes value, int64_t line)
{
    struct query query;

    CHECK_SUCCESS(query_open(db,
                             "INSERT INTO declared_field(observation, ixit_table, entry, "
                             "place, field, value, line) VALUES(?,?,?,?,?,?,?)",
                             &query));
    query_bind_integer(&query, 1, id);
    query_bind_text(&query, 2, table);
    query_bind_text(&query, 3, entry);
    query_bind_integer(&query, 4, place);
    query_bind_text(&query, 5, field);
    query_bind_text(&query, 6, value);
    query_bind_integer(&query, 7, line);
    CHECK_SUCCESS(query_step(&query));
    query_close(&query);
}

/* The first table that has rows of the entry, with its columns that are said. */
static void add_rows(sqlite3 *db, int64_t id, const char *table, const char *prefix,
                     const char *columns, const char *filter, struct text *out)
{
    owned(text) sql = text_new();
    struct query query;
    bool found = false;

    text_addf(sql, "SELECT %s FROM %s WHERE observation = %lld %s ORDER BY rowid", columns,
              table, (long long)id, filter);
    CHECK_SUCCESS(query_open(db, text_string(sql), &query));
    for (;;) {
        CHECK_SUCCESS(query_next(&query, &found));
        if (!found)
            break;
        owned(text) row = text_new();
        for (int i = 0; i < query_columns(&query); i++) {
            if (query_is_null(&query, i))
                continue;
            const char *name = query_column_name(&query, i);
            text_addf(row, " %s%s%.*s", name[0] == '=' ? "" : name, name[0] == '=' ? "" : "=",
                      (int)query_text(&query, i).size,
                      (const char *)query_text(&query, i).data);
        }
        if (row->size > 0)
            text_addf(out, "%s%s%s", out->size > 0 ? "; " : "", prefix, text_string(row));
    }
    query_close(&query);
}

/* Everything that is said of the entry, in the order of the tables below. */
static void describe(sqlite3 *db, int64_t id, struct text *out)
{
    add_rows(db, id, "declared_authentication", "auth",
             "password, cryptographic AS crypto, users, machines, network, origin, changeable,"
             " factory_only, brute_force",
             "", out);
    add_rows(db, id, "declared_account", "account", "account AS name, present", "", out);
    add_rows(
        db, id, "declared_update", "update",
        "network, automatic, can_automate, can_enable, can_disable, can_postpone, notifies,"
        " notify_enable, notify_disable, warns_disruption AS warns, disrupts,"
        " checks_initial AS initial, checks_periodic AS periodic, integrity, authenticity,"
        " by_device",
        "", out);
    add_rows(db, id, "declared_interface", "interface",
             "interface AS is_a, status, permanence, debug, exposure, network, port, air", "",
             out);
    add_rows(db, id, "declared_listener", "port",
             "transport AS via, port AS nr, service, status, network", "", out);
    add_rows(db, id, "declared_service", "service",
             "service AS name, status, network, debug, configuration", "", out);
    add_rows(db, id, "declared_component", "component", "name, version, updatable", "", out);
    add_rows(db, id, "declared_mechanism", "mechanism",
             "name || CASE WHEN excluded = 1 THEN ' excluded' WHEN excluded IS NULL THEN"
             " ' unclear' ELSE '' END || ' ' || standing AS '='",
             "", out);
    add_rows(db, id, "declared_parameter", "parameter",
             "type, identity, in_source, provisioned_in_source AS provisioned, for_update,"
             " for_service, generated_for_update, generated_for_service, origin",
             "", out);
    add_rows(db, id, "declared_guarantee", "guarantee", "property AS '='", "", out);
    add_rows(db, id, "declared_data", "data",
             "sensitive, to_service, at_service, consent, aggregation_only", "", out);
}

static void add_sentences(struct sentences *s)
{
    for (size_t i = 0; i < s->list->count; i++) {
        const struct yaml *sentence = &s->list->items[i];
        int64_t id = -1 - (int64_t)i;
        int64_t place = 0;
        for (size_t j = 0; j < sentence->count; j++) {
            struct bytes key = sentence->keys[j].text;
            if (bytes_is(key, "table") || bytes_is(key, "gives"))
                continue;
            add_field(s->db, id, yaml_text(sentence, "table"), bytes_of("entry"), place++, key,
                      sentence->items[j].text, sentence->line);
        }
    }
}

/* What was understood of a sentence that gives something else. */
static void explain(sqlite3 *db, int64_t id)
{
    struct query query;
    bool found = false;

    CHECK_SUCCESS(query_open(
        db, "SELECT name, value, excerpt FROM statement WHERE observation = ?", &query));
    query_bind_integer(&query, 1, id);
    for (;;) {
        CHECK_SUCCESS(query_next(&query, &found));
        if (!found)
            break;
        printf("#     %.*s = %.*s: %.*s\n", (int)query_text(&query, 0).size,
               (const char *)query_text(&query, 0).data, (int)query_text(&query, 1).size,
               (const char *)query_text(&query, 1).data, (int)query_text(&query, 2).size,
               (const char *)query_text(&query, 2).data);
    }
    query_close(&query);
}

static void check_sentences(struct sentences *s, const char *name)
{
    int wrong = 0;

    for (size_t i = 0; i < s->list->count; i++) {
        const struct yaml *sentence = &s->list->items[i];
        owned(text) got = text_new();
        describe(s->db, -1 - (int64_t)i, got);
        if (bytes_equal(text_bytes(got), yaml_text(sentence, "gives")))
            continue;
        test_ok = false;
        wrong++;
        printf("# %s:%u: gives \"%s\", wanted \"%.*s\"\n", name, sentence->line,
               text_string(got), (int)yaml_text(sentence, "gives").size,
               (const char *)yaml_text(sentence, "gives").data);
        explain(s->db, -1 - (int64_t)i);
    }
    printf("# %s: %zu of %zu are understood as they should be\n", name,
           s->list->count - (size_t)wrong, s->list->count);
}

static const char *file_name;

TEST(sentences)
{
    owned(arena) arena = arena_new();
    struct sentences s = {0};
    const struct yaml *file = NULL;
    struct bytes content = bytes_of(NULL);

    CHECK_SUCCESS(file_read(file_name, UINT64_C(1) << 24, arena, &content));
    CHECK_SUCCESS(yaml_read(content, file_name, arena, &file));
    s.list = yaml_get(file, "sentences");
    CHECK_SUCCESS(store_new(&s.db));
    if (s.list == NULL || s.db == NULL)
        return;
    CHECK_SUCCESS(query_run(s.db, "CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY,"
                                  " value TEXT); BEGIN"));
    add_sentences(&s);
    CHECK_SUCCESS(understand_run(s.db));
    check_sentences(&s, file_name);
    sqlite3_close(s.db);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        file_name = argv[i];
        RUN(sentences);
    }
    return test_end();
}
