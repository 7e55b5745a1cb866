#include "dossier/captured.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "dossier/files.h"
#include "dossier/page.h"
#include "model/query.h"

static int by_file(const void *left, const void *right)
{
    const struct captured *a = left, *b = right;

    return strcmp(a->file, b->file);
}

struct captured *captured_list(struct dossier *dossier, size_t *count)
{
    DIR *folder = opendir(dossier_path(dossier, "evidence"));
    struct captured *list = NULL;
    const struct dirent *entry;
    size_t capacity = 0;

    *count = 0;
    if (folder == NULL)
        return NULL;
    while ((entry = readdir(folder)) != NULL && *count < LIMIT_DOSSIER_EVIDENCE) {
        if (!files_is_capture(entry->d_name))
            continue;
        const char *file = arena_printf(dossier->arena, "evidence/%s", entry->d_name);
        list = arena_grow(dossier->arena, list, &capacity, *count + 1, sizeof *list);
        list[(*count)++] = (struct captured){
            .file = file, .path = dossier_path(dossier, file), .why = "it was not read"};
    }
    closedir(folder);
    if (*count > 1)
        qsort(list, *count, sizeof *list, by_file);
    for (size_t i = LIMIT_CAPTURE_FILES; i < *count; i++)
        list[i].why =
            arena_printf(dossier->arena, "at most %u captures are read", LIMIT_CAPTURE_FILES);
    return list;
}

static const char forget[] =
    "DELETE FROM capture; DELETE FROM exchange; DELETE FROM declared_page;"
    "DELETE FROM coverage WHERE name = 'evidence.captures';"
    "DELETE FROM mistake WHERE file LIKE 'evidence/%';";

struct loading {
    sqlite3 *db;
    struct arena *arena;
    int64_t next; /* number of the next row, counted down */
    struct query observation, declaration, exchange, capture, mistake;
};

static void bind_text(struct query *query, int place, struct bytes text)
{
    if (text.size == 0)
        query_bind_null(query, place);
    else
        query_bind_text(query, place, text);
}

/* An exchange as a row that a rule can name as its proof. */
static struct error *add_proof(struct loading *loading, const struct captured *captured,
                               const struct capture_record *record, const char *hex)
{
    struct query *insert = &loading->declaration;
    owned(text) excerpt = text_new();

    text_addf(excerpt, "%.*s: %" PRIu32 " %.*s, %.*s; sha256 %s", (int)record->url.size,
              (const char *)record->url.data, record->status, (int)record->type.size,
              (const char *)record->type.data, (int)record->date.size,
              (const char *)record->date.data, hex);
    query_bind_integer(&loading->observation, 1, loading->next);
    TRY(query_step(&loading->observation));
    query_bind_integer(insert, 1, loading->next);
    query_bind_string(insert, 2, captured->file);
    query_bind_text(insert, 3, text_bytes(excerpt));
    query_bind_text(insert, 4, record->url);
    return query_step(insert);
}

static struct error *add_exchange(struct loading *loading, const struct captured *captured,
                                  const struct capture_record *record, const char *hex)
{
    struct query *insert = &loading->exchange;
    bool asked = (record->flags & CAPTURE_ASKED) != 0;
    const uint32_t known[] = {CAPTURE_COOKIE, CAPTURE_IDENTITY};

    TRY(add_proof(loading, captured, record, hex));
    query_bind_integer(insert, 1, loading->next);
    query_bind_string(insert, 2, captured->file);
    query_bind_integer(insert, 3, record->record);
    query_bind_text(insert, 4, record->url);
    bind_text(insert, 5, record->date);
    query_bind_integer(insert, 6, record->status);
    bind_text(insert, 7, record->location);
    bind_text(insert, 8, record->type);
    bind_text(insert, 9, record->title);
    query_bind_integer(insert, 10, record->letters);
    query_bind_integer(insert, 11, asked);
    for (int i = 0; i < 2; i++)
        if (asked)
            query_bind_integer(insert, 12 + i, (record->flags & known[i]) != 0);
        else
            query_bind_null(insert, 12 + i);
    query_bind_integer(insert, 14, (record->flags & CAPTURE_PASSWORD) != 0);
    bind_text(insert, 15, record->trouble);
    return query_step(insert);
}

static struct error *add_mistake(struct loading *loading, const struct captured *captured,
                                 const char *what, struct bytes why)
{
    struct query *insert = &loading->mistake;

    query_bind_string(insert, 1, captured->file);
    query_bind_string(insert, 2, what);
    query_bind_text(insert, 3, why);
    query_bind_string(insert, 4, "capture the page again: wget --warc-file=NAME ADDRESS");
    return query_step(insert);
}

static struct error *add_file(struct loading *loading, const struct captured *captured,
                              const char *hex, size_t exchanges, size_t losses)
{
    struct query *insert = &loading->capture;
    bool read = captured->capture != NULL;

    query_bind_string(insert, 1, captured->file);
    query_bind_string(insert, 2, read ? hex : NULL);
    query_bind_integer(insert, 3, (int64_t)exchanges);
    query_bind_integer(insert, 4, read && losses == 0);
    query_bind_string(insert, 5, captured->why);
    if (read)
        query_bind_string(insert, 5, losses == 0 ? NULL : "parts of it could not be read");
    return query_step(insert);
}

static struct error *load_file(struct loading *loading, struct captured *captured)
{
    const struct capture *capture = captured->capture;
    size_t count = capture == NULL ? 0 : capture->count, losses = 0;
    owned(text) hex = text_new();

    text_add_hex(hex, bytes_from(captured->sha256.bytes, sizeof captured->sha256.bytes));
    captured->observation = loading->next;
    if (capture == NULL)
        TRY(add_mistake(loading, captured, "this capture of web pages cannot be read",
                        bytes_of(captured->why)));
    for (size_t i = 0; i < count; i++, loading->next--) {
        const struct capture_record *record = &capture->records[i];
        if (record->kind == CAPTURE_EXCHANGE)
            TRY(add_exchange(loading, captured, record, text_string(hex)));
        else if (losses++ == 0)
            TRY(add_mistake(loading, captured,
                            arena_printf(loading->arena,
                                         "record %" PRIu32 " of this capture"
                                         " cannot be read",
                                         record->record),
                            record->trouble));
    }
    return add_file(loading, captured, text_string(hex), count - losses, losses);
}

static const char cover[] =
    "INSERT INTO coverage SELECT 'evidence.captures', count(*) > 0 AND MIN(complete) = 1,"
    " COALESCE(SUM(exchanges), 0), CASE WHEN count(*) = 0 THEN 'no page was captured'"
    " WHEN MIN(complete) = 1 THEN '' ELSE 'not all of the captures could be read' END"
    " FROM capture";

static struct error *load_all(struct loading *loading, struct captured *list, size_t count)
{
    const struct {
        struct query *query;
        const char *sql;
    } queries[] = {
        {&loading->observation, "INSERT INTO observation VALUES(?, 'declaration')"},
        {&loading->declaration,
         "INSERT INTO declaration(id, path, excerpt, entry, ixit_table, drafted)"
         " VALUES(?, ?, ?, ?, 'capture', 0)"},
        {&loading->exchange, "INSERT INTO exchange VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
        {&loading->capture, "INSERT INTO capture VALUES(?,?,?,?,?)"},
        {&loading->mistake,
         "INSERT INTO mistake SELECT COALESCE(MAX(place), 0) + 1, ?1, 0, 'warning', ?2, ?3, ?4,"
         " NULL, NULL, NULL FROM mistake"},
    };

    for (size_t i = 0; i < COUNT_OF(queries); i++)
        TRY(query_open(loading->db, queries[i].sql, queries[i].query));
    for (size_t i = 0; i < count; i++)
        TRY(load_file(loading, &list[i]));
    TRY(page_derive(loading->db, list, count));
    return query_run(loading->db, cover);
}

struct error *captured_load(struct dossier *dossier, sqlite3 *db, struct captured *list,
                            size_t count)
{
    struct loading loading = {.db = db, .arena = dossier->arena};

    TRY(query_run(db, forget));
    loading.next =
        query_number(db, "SELECT MIN(0, COALESCE(MIN(id), 0)) - 1 FROM observation", -1);
    struct error *error = load_all(&loading, list, count);
    query_close(&loading.observation);
    query_close(&loading.declaration);
    query_close(&loading.exchange);
    query_close(&loading.capture);
    query_close(&loading.mistake);
    return error;
}
