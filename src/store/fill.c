#include "base/path.h"
#include "base/text.h"
#include "model/query.h"
#include "store/coverage.h"
#include "store/store.h"

static const char schema[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT);"
    "CREATE TABLE node(id INTEGER PRIMARY KEY, parent INTEGER, path TEXT, name TEXT, kind TEXT,"
    " size INTEGER, mode INTEGER, uid INTEGER, gid INTEGER, major INTEGER, minor INTEGER,"
    " target TEXT, sha256 TEXT, format TEXT, offset INTEGER, system INTEGER, inner_path TEXT);"
    "CREATE TABLE span(node INTEGER, offset INTEGER, length INTEGER, kind TEXT, what TEXT,"
    " entropy REAL);"
    "CREATE TABLE map(\"offset\" INTEGER PRIMARY KEY, length INTEGER, kind TEXT,"
    " what TEXT, node INTEGER, entropy REAL);"
    "CREATE TABLE unread(id INTEGER PRIMARY KEY, node INTEGER, path TEXT, bytes INTEGER,"
    " reason TEXT);"
    "CREATE TABLE coverage(name TEXT PRIMARY KEY, complete INTEGER, looked_at INTEGER, detail "
    "TEXT);"
    "CREATE TABLE observation(id INTEGER PRIMARY KEY, observable TEXT);"
    "CREATE TABLE observable(name TEXT PRIMARY KEY, meaning TEXT, checked_by TEXT);"
    "CREATE TABLE observable_column(observable TEXT, place INTEGER, name TEXT, type TEXT,"
    " meaning TEXT);";

/* What rules join by: without these a store of a million rows is judged in minutes. */
static const struct {
    const char *table, *columns;
} indexes[] = {
    {"node", "system, name"}, {"service", "name"},
    {"service", "protocol"},  {"setting", "program, name"},
    {"login", "account"},     {"certificate", "spki_sha256"},
    {"key", "spki_sha256"},   {"product", "what"},
    {"device", "kind"},       {"kernel_option", "name"},
    {"component", "name"},    {"setting", "value"},
    {"service", "port"},      {"endpoint", "\"update\", plain"},
};

static struct error *add_meta(sqlite3 *db, const char *key, struct bytes value)
{
    struct query query;

    TRY(query_open(db, "INSERT INTO meta VALUES(?,?)", &query));
    query_bind_string(&query, 1, key);
    query_bind_text(&query, 2, value);
    struct error *error = query_step(&query);
    query_close(&query);
    return error;
}

static struct error *begin_meta(sqlite3 *db)
{
    owned(text) text = text_new();

    text_addf(text, "%d", STORE_VERSION);
    TRY(add_meta(db, "store_version", text_bytes(text)));
    TRY(add_meta(db, "program", bytes_of("proviso " PROVISO_VERSION)));
    TRY(add_meta(db, "knowledge", bytes_of(store_knowledge())));
    return add_meta(db, "edition", bytes_of("3.1.3"));
}

static struct error *fill_meta(sqlite3 *db, const struct assessment *assessment)
{
    owned(text) text = text_new();

    TRY(add_meta(db, "input", bytes_of(assessment->input)));
    TRY(add_meta(db, "input_kind", bytes_of(assessment->is_folder ? "folder" : "image")));
    TRY(add_meta(db, "locked", bytes_of(assessment->locked ? "1" : "0")));
    if (assessment->date != NULL) {
        TRY(add_meta(db, "date", bytes_of(assessment->date)));
        TRY(add_meta(db, "date_given", bytes_of("1")));
    }
    text_clear(text);
    text_add_hex(text, bytes_from(assessment->nodes[0].node.sha256.bytes, 32));
    TRY(add_meta(db, "sha256", text_bytes(text)));
    text_clear(text);
    text_addf(text, "%llu", (unsigned long long)assessment->nodes[0].node.size);
    TRY(add_meta(db, "size", text_bytes(text)));
    text_clear(text);
    text_addf(text, "%llu", (unsigned long long)assessment->bytes_read);
    return add_meta(db, "bytes_read", text_bytes(text));
}

static void bind_known(struct query *query, int place, bool known, uint64_t value)
{
    if (known)
        query_bind_integer(query, place, (int64_t)value);
    else
        query_bind_null(query, place);
}

static struct error *add_node(struct query *query, const struct assessment_node *entry,
                              struct text *hash)
{
    const struct node *node = &entry->node;
    bool device = node->kind == NODE_CHAR || node->kind == NODE_BLOCK;

    text_clear(hash);
    text_add_hex(hash, bytes_from(node->sha256.bytes, sizeof node->sha256.bytes));
    query_bind_integer(query, 1, node->id);
    bind_known(query, 2, node->parent != NODE_NONE, node->parent);
    query_bind_text(query, 3, entry->full_path);
    query_bind_text(query, 4, path_base(entry->full_path));
    query_bind_string(query, 5, node_shown_kind(node));
    query_bind_integer(query, 6, (int64_t)node->size);
    bind_known(query, 7, node->has_owner, node->mode);
    bind_known(query, 8, node->has_owner, node->uid);
    bind_known(query, 9, node->has_owner, node->gid);
    bind_known(query, 10, device, node->major);
    bind_known(query, 11, device, node->minor);
    query_bind_string(query, 12, NULL);
    if (node->kind == NODE_LINK)
        query_bind_text(query, 12, node->target);
    query_bind_string(query, 13, NULL);
    if (node->has_sha256)
        query_bind_text(query, 13, text_bytes(hash));
    query_bind_string(query, 14, NULL);
    if (node->format.size > 0)
        query_bind_text(query, 14, node->format);
    bind_known(query, 15, node->has_offset, node->offset);
    bind_known(query, 16, node->parent != NODE_NONE, node->parent);
    query_bind_text(query, 17, node->path);
    return query_step(query);
}

static struct error *fill_nodes(sqlite3 *db, const struct assessment *assessment)
{
    owned(text) hash = text_new();
    struct query query;
    struct error *error = NULL;

    TRY(query_open(db, "INSERT INTO node VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", &query));
    for (size_t i = 0; i < assessment->node_count && error == NULL; i++)
        error = add_node(&query, &assessment->nodes[i], hash);
    query_close(&query);
    return error;
}

static struct error *fill_spans(sqlite3 *db, const struct assessment *assessment)
{
    struct query query;
    struct error *error = NULL;

    TRY(query_open(db, "INSERT INTO span VALUES(?,?,?,?,?,?/1000.0)", &query));
    for (size_t i = 0; i < assessment->span_count && error == NULL; i++) {
        const struct assessment_span *span = &assessment->spans[i];
        query_bind_integer(&query, 1, span->node);
        query_bind_integer(&query, 2, (int64_t)span->span.offset);
        query_bind_integer(&query, 3, (int64_t)span->span.length);
        query_bind_string(&query, 4, span_kind_name(span->span.kind));
        query_bind_string(&query, 5, span->span.what);
        query_bind_integer(&query, 6, (int64_t)(span->span.entropy * 1000));
        error = query_step(&query);
    }
    query_close(&query);
    return error;
}

static struct error *fill_unread(sqlite3 *db, const struct assessment *assessment)
{
    struct query query;
    struct error *error = NULL;

    TRY(query_open(db, "INSERT INTO unread VALUES(?,?,?,?,?)", &query));
    for (size_t i = 0; i < assessment->unread_count && error == NULL; i++) {
        const struct assessment_unread *lost = &assessment->unread[i];
        query_bind_integer(&query, 1, (int64_t)i + 1);
        query_bind_integer(&query, 2, lost->node);
        query_bind_text(&query, 3, lost->path);
        query_bind_integer(&query, 4, (int64_t)lost->bytes);
        query_bind_text(&query, 5, lost->reason);
        error = query_step(&query);
    }
    query_close(&query);
    return error;
}

static struct error *create_observable(sqlite3 *db, const struct observable *observable)
{
    owned(text) sql = text_new();

    text_addf(sql,
              "CREATE TABLE \"%s\"(id INTEGER PRIMARY KEY, node INTEGER, path TEXT,"
              " \"offset\" INTEGER, length INTEGER, line INTEGER, excerpt TEXT",
              observable->name);
    for (size_t i = 0; i < observable->column_count; i++)
        text_addf(sql, ", \"%s\" %s", observable->columns[i].name,
                  observable->columns[i].type == COLUMN_TEXT ? "TEXT" : "INTEGER");
    text_add(sql, ")");
    return query_run(db, text_string(sql));
}

static struct error *describe_observable(sqlite3 *db, const struct observable *observable,
                                         const char *check)
{
    struct query query;
    struct error *error;

    TRY(query_open(db, "INSERT OR IGNORE INTO observable VALUES(?,?,?)", &query));
    query_bind_string(&query, 1, observable->name);
    query_bind_string(&query, 2, observable->meaning);
    query_bind_string(&query, 3, check);
    error = query_step(&query);
    query_close(&query);
    TRY(error);
    TRY(query_open(db, "INSERT INTO observable_column VALUES(?,?,?,?,?)", &query));
    for (size_t i = 0; i < observable->column_count && error == NULL; i++) {
        query_bind_string(&query, 1, observable->name);
        query_bind_integer(&query, 2, (int64_t)i);
        query_bind_string(&query, 3, observable->columns[i].name);
        query_bind_string(&query, 4,
                          observable->columns[i].type == COLUMN_TEXT ? "text" : "integer");
        query_bind_string(&query, 5, observable->columns[i].meaning);
        error = query_step(&query);
    }
    query_close(&query);
    return error;
}

static const char *check_of(const struct assessment *assessment, size_t observable)
{
    for (size_t i = 0; i < assessment->check_count; i++)
        for (size_t j = 0; j < assessment->checks[i].observable_count; j++)
            if (assessment->checks[i].observables[j] == observable)
                return assessment->checks[i].name;
    return NULL;
}

static struct error *open_insert(sqlite3 *db, const struct observable *observable,
                                 struct query *out)
{
    owned(text) sql = text_new();

    text_addf(sql, "INSERT INTO \"%s\" VALUES(?,?,?,?,?,?,?", observable->name);
    for (size_t i = 0; i < observable->column_count; i++)
        text_add(sql, ",?");
    text_add(sql, ")");
    return query_open(db, text_string(sql), out);
}

static struct error *add_row(struct query *query, const struct assessment *assessment,
                             const struct observation *row, int64_t id)
{
    const struct evidence *evidence = &row->evidence;
    owned(text) excerpt = text_new();

    query_bind_integer(query, 1, id);
    query_bind_integer(query, 2, evidence->node);
    query_bind_text(query, 3, assessment->nodes[evidence->node].node.path);
    query_bind_integer(query, 4, (int64_t)evidence->offset);
    query_bind_integer(query, 5, (int64_t)evidence->length);
    bind_known(query, 6, evidence->line > 0, evidence->line);
    text_add_terminal(excerpt, evidence->excerpt);
    query_bind_text(query, 7, text_bytes(excerpt));
    for (size_t i = 0; i < row->observable->column_count; i++) {
        int place = (int)i + 8;
        if (row->values[i].kind == VALUE_INTEGER)
            query_bind_integer(query, place, row->values[i].integer);
        else if (row->values[i].kind == VALUE_TEXT)
            query_bind_text(query, place, row->values[i].text);
        else
            query_bind_null(query, place);
    }
    return query_step(query);
}

/* The rows of all observables, numbered through: they stand sorted by observable. */
static struct error *fill_rows(sqlite3 *db, const struct assessment *assessment)
{
    const struct observable *current = NULL;
    struct query insert = {.statement = NULL}, index;
    struct error *error = NULL;

    TRY(query_open(db, "INSERT INTO observation VALUES(?,?)", &index));
    for (size_t i = 0; i < assessment->observation_count && error == NULL; i++) {
        const struct observation *row = assessment->observations[i];
        if (row->observable != current) {
            query_close(&insert);
            current = row->observable;
            error = open_insert(db, current, &insert);
        }
        if (error == NULL)
            error = add_row(&insert, assessment, row, (int64_t)i + 1);
        query_bind_integer(&index, 1, (int64_t)i + 1);
        query_bind_string(&index, 2, row->observable->name);
        if (error == NULL)
            error = query_step(&index);
    }
    query_close(&insert);
    query_close(&index);
    return error;
}

static struct error *create_indexes(sqlite3 *db)
{
    for (size_t i = 0; i < COUNT_OF(indexes); i++) {
        const char *table = indexes[i].table;
        char sql[200];
        if (sqlite3_table_column_metadata(db, NULL, table, NULL, NULL, NULL, NULL, NULL,
                                          NULL) != SQLITE_OK)
            continue;
        sqlite3_snprintf(sizeof sql, sql, "CREATE INDEX \"%w_by_%d\" ON \"%w\"(%s)", table,
                         (int)i, table, indexes[i].columns);
        TRY(query_run(db, sql));
    }
    return query_run(db, "ANALYZE");
}

/* The tables, and what the checks can observe. */
static struct error *begin(sqlite3 *db, const struct assessment *assessment)
{
    TRY(query_run(db, schema));
    TRY(begin_meta(db));
    for (size_t i = 0; i < assessment->observable_count; i++) {
        TRY(create_observable(db, &assessment->observables[i]));
        TRY(describe_observable(db, &assessment->observables[i], check_of(assessment, i)));
    }
    return NULL;
}

static struct error *fill_all(sqlite3 *db, const struct assessment *assessment)
{
    TRY(begin(db, assessment));
    TRY(fill_meta(db, assessment));
    TRY(fill_nodes(db, assessment));
    TRY(fill_spans(db, assessment));
    TRY(fill_unread(db, assessment));
    TRY(fill_rows(db, assessment));
    TRY(coverage_fill(db, assessment));
    return create_indexes(db);
}

struct error *store_fill(sqlite3 *db, const struct assessment *assessment)
{
    TRY(query_run(db, "BEGIN"));
    TRY(fill_all(db, assessment));
    return query_run(db, "COMMIT");
}

struct error *store_begin(sqlite3 *db, const struct assessment *described)
{
    TRY(query_run(db, "BEGIN"));
    TRY(begin(db, described));
    TRY(create_indexes(db));
    return query_run(db, "COMMIT");
}
