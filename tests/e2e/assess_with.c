/*
 * assess_with WORKER SECONDS IMAGE STORE [WORKERS]: assesses IMAGE with another program as the
 * worker, and writes the store. For tests of what a worker can do that has been taken over.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "judge/judge.h"
#include "pipeline/pipeline.h"
#include "store/store.h"

static struct error *assess(char **arguments)
{
    struct pipeline_options options = {
        .workers = arguments[4] == NULL ? 2 : (unsigned)strtoul(arguments[4], NULL, 10),
        .worker = arguments[0],
        .seconds_limit = (unsigned)strtoul(arguments[1], NULL, 10),
    };
    owned(assessment) assessment = NULL;
    struct bytes image;
    sqlite3 *db;

    TRY(pipeline_run(arguments[2], &options, &assessment));
    TRY(store_new(&db));
    TRY(store_fill(db, assessment));
    TRY(judge_run(db));
    TRY(store_serialize(db, &image));
    TRY(store_write(arguments[3], image));
    sqlite3_free((void *)(uintptr_t)image.data);
    sqlite3_close(db);
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc != 5 && argc != 6)
        return 2;
    struct error *error = assess(argv + 1);
    if (error == NULL)
        return 0;
    owned(text) message = text_new();
    error_print(error, message);
    fputs(text_string(message), stderr);
    error_free(error);
    return 3;
}
