/*
 * The harness of captured pages: reads one as the worker does, takes its records over as the parent
 * does, and holds them against a declaration. The first byte of the input says what the rest is:
 *
 *     0 a capture, plain or packed; 1 the answer of a server, put into a capture that is else
 *     sound; 2 the text of a field, searched for addresses; 3 records as a worker might send them
 */
#include <stdio.h>
#include <stdlib.h>

#include "capture/warc.h"
#include "dossier/address.h"
#include "dossier/page.h"
#include "model/query.h"
#include "store/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_BYTES (1U << 20)
#define URL         "https://a.example/policy"

static void demand(struct error *error)
{
    if (error == NULL)
        return;
    fprintf(stderr, "%s\n", error_line(error));
    abort();
}

struct keeping {
    struct capture_sink sink;
    struct capture *capture;
};

/* Over the wire and back, as between worker and parent: what a worker says must fit. */
static struct error *keep(struct capture_sink *sink, const struct capture_record *record)
{
    struct capture *capture = ((struct keeping *)(void *)sink)->capture;
    owned(text) wire = text_new();
    struct capture_record received;

    capture_write(wire, record);
    struct cursor c = cursor_over(text_bytes(wire));
    capture_read(&c, &received);
    if (!cursor_ok(&c) || cursor_left(&c) != 0)
        abort();
    struct error *error = capture_add(capture, &received);
    if (error != NULL && error_kind(error) == ERROR_INPUT)
        demand(error);
    return error;
}

/* The store is made once; each input leaves it as it was. */
static sqlite3 *store(void)
{
    static sqlite3 *db;

    if (db != NULL)
        return db;
    demand(store_new(&db));
    demand(query_run(db,
                     "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT);"
                     "INSERT INTO meta VALUES('date', '2026-11-20');"
                     "INSERT INTO declaration(id, ixit_table, drafted)"
                     " VALUES(-1, '2-UserInfo', 0);"
                     "INSERT INTO declared_field VALUES(-1, '2-UserInfo', '', 1,"
                     " 'Publication of Vulnerability Disclosure Policy', '" URL "', 7, 0)"));
    return db;
}

static void derive(struct capture *capture)
{
    struct captured list = {.file = "evidence/a.warc", .capture = capture, .observation = -100};

    demand(query_run(store(), "DELETE FROM declared_page"));
    demand(page_derive(store(), &list, 1));
}

static void read_file(struct bytes file)
{
    owned(capture) capture = capture_new();
    struct keeping keeping = {.sink.record = keep, .capture = capture};

    error_free(warc_read(file, &keeping.sink)); /* what came before a mistake is taken too */
    derive(capture);
}

static void read_answer(struct bytes answer)
{
    owned(text) file = text_new();

    text_add(file,
             "WARC/1.0\r\nWARC-Type: request\r\nWARC-Record-ID: <q>\r\nWARC-Target-URI: " URL
             "\r\nContent-Type: application/http\r\nContent-Length: 18\r\n\r\n"
             "GET / HTTP/1.1\r\n\r\n\r\n\r\n");
    text_addf(file,
              "WARC/1.0\r\nWARC-Type: response\r\nWARC-Concurrent-To: <q>\r\n"
              "WARC-Date: 2026-11-19T10:00:00Z\r\nWARC-Target-URI: " URL
              "\r\nContent-Type: application/http\r\nContent-Length: %zu\r\n\r\n",
              answer.size);
    text_add_bytes(file, answer);
    read_file(text_bytes(file));
}

static void read_text(struct bytes text)
{
    owned(arena) arena = arena_new();
    struct address address, target;
    struct bytes rest = text;

    (void)address_is_all(text, arena);
    while (address_next(&rest, arena, &address))
        (void)address_resolve(&address, bytes_slice(text, 0, LIMIT_NAME), arena, &target);
}

static void read_records(struct bytes wire)
{
    owned(capture) capture = capture_new();
    struct cursor c = cursor_over(wire);

    while (cursor_ok(&c) && cursor_left(&c) > 0) {
        struct capture_record record;
        capture_read(&c, &record);
        if (cursor_ok(&c))
            error_free(capture_add(capture, &record));
    }
    derive(capture);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const readers[])(struct bytes) = {read_file, read_answer, read_text,
                                                    read_records};
    struct bytes input = bytes_slice(bytes_from(data, size), 1, INPUT_BYTES);
    size_t kind = bytes_at(bytes_from(data, size), 0);

    if (size > 0 && kind < COUNT_OF(readers))
        readers[kind](input);
    return 0;
}
