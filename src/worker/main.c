/*
 * proviso-worker: reads hostile bytes, and can do nothing else. Started by proviso alone:
 *
 *     proviso-worker WORKERS OWN IMAGE-SIZE SPILL-TOP locked|unlocked
 *
 * with jobs on descriptor 0, frames on 1, the image on 3, the spills on 4 …. It says what it can
 * do, locks itself, and only then reads its first job. `proviso-worker --describe` ends after the
 * first part.
 */
#include <iconv.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "inspect/patterns.h"
#include "sandbox/sandbox.h"
#include "worker/worker.h"

void job_done(struct worker *worker, struct error *error)
{
    size_t mark = wire_begin(worker->out, WIRE_DONE);

    wire_u8(worker->out, error == NULL ? 0 : (uint8_t)(error_kind(error) + 1));
    wire_text(worker->out, bytes_of(error == NULL ? "" : error_line(error)));
    wire_u64(worker->out, worker->spill_top);
    wire_end(worker->out, mark);
    channel_flush(worker);
    error_free(error);
}

/* What libraries want to open or look up once is done while that is still allowed. */
static struct error *prepare(void)
{
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_LOAD_CRYPTO_STRINGS |
                            OPENSSL_INIT_ADD_ALL_CIPHERS | OPENSSL_INIT_ADD_ALL_DIGESTS,
                        NULL);
    EVP_MD_free(EVP_MD_fetch(NULL, "SHA256", NULL));
    iconv_t conversion = iconv_open("UTF-8", "ASCII");
    if (conversion != (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr) */
        iconv_close(conversion);
    return patterns_load();
}

static struct error *start(struct worker *worker, char **arguments)
{
    uint64_t numbers[4];

    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        if (!bytes_to_u64(bytes_of(arguments[i]), &numbers[i]))
            return error_new(ERROR_USAGE, "not a number: %s", arguments[i]);
    if (numbers[0] == 0 || numbers[0] > LIMIT_WORKERS || numbers[1] >= numbers[0])
        return error_new(ERROR_USAGE, "not a pool: %s workers, number %s", arguments[0],
                         arguments[1]);
    TRY(memory_map(worker, (uint32_t)numbers[0], (uint32_t)numbers[1], numbers[2], numbers[3]));
    TRY(prepare());
    struct error *error = sandbox_enter(sandbox_default());
    worker->locked = error == NULL && sandbox_default() == SANDBOX_COMPUTE;
    if (strcmp(arguments[4], "unlocked") != 0)
        return error;
    error_free(error); /* the user has said that it may be so, and the report will */
    return NULL;
}

static struct error *serve(struct worker *worker)
{
    for (;;) {
        enum wire_kind kind = WIRE_DONE;
        struct bytes payload = {NULL, 0};
        bool end;

        arena_reset(worker->job);
        TRY(channel_read(worker->job, &kind, &payload, &end));
        if (end)
            return NULL;
        struct cursor c = cursor_over(payload);
        if (kind == WIRE_OPEN)
            job_open(worker, &c);
        else if (kind == WIRE_READ)
            job_read(worker, &c);
        else if (kind == WIRE_SYSTEM)
            job_system(worker, &c);
        else if (kind == WIRE_CHECK)
            job_check(worker, &c);
        else if (kind == WIRE_BOOK)
            job_book(worker);
        else if (kind == WIRE_CAPTURE)
            job_capture(worker);
        else
            return error_new(ERROR_INTERNAL, "a job of kind %d", (int)kind);
    }
}

static struct error *run(struct worker *worker, int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--describe") == 0) {
        describe(worker);
        return NULL;
    }
    if (argc != 6)
        return error_hint(error_new(ERROR_USAGE, "proviso-worker is started by proviso alone"),
                          "run proviso assess IMAGE");
    TRY(start(worker, argv + 1));
    describe(worker);
    return serve(worker);
}

int main(int argc, char **argv)
{
    struct worker worker = {.out = text_new(), .job = arena_new(), .file = arena_new()};
    owned(error) error = run(&worker, argc, argv);

    if (error == NULL)
        return 0;
    owned(text) message = text_new();
    error_print(error, message);
    (void)!write(STDERR_FILENO, message->data, message->size);
    return error_kind(error) == ERROR_USAGE ? 2 : error_kind(error) == ERROR_SYSTEM ? 3 : 4;
}
