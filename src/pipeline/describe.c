#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pipeline/run.h"

static struct error *listen_to(int fd, struct assessment *assessment)
{
    owned(text) heard = text_new();
    uint8_t chunk[4096];
    enum wire_kind kind = WIRE_DONE;
    struct bytes payload;
    bool found;

    for (;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        text_add_bytes(heard, bytes_from(chunk, (size_t)got));
    }
    struct bytes stream = text_bytes(heard);
    TRY(wire_next(&stream, &found, &kind, &payload));
    if (!found || kind != WIRE_HELLO)
        return error_new(ERROR_SYSTEM, "proviso-worker does not say what it can do");
    return hello_read(assessment, payload);
}

struct error *pipeline_describe(const char *worker, struct assessment **out)
{
    owned(assessment) assessment = assessment_new();
    const char *program;
    int results[2];

    TRY(pool_find_program(worker, assessment->arena, &program));
    if (pipe2(results, 0) != 0)
        return error_new(ERROR_SYSTEM, "no pipe: %s", strerrordesc_np(errno));
    pid_t pid = fork();
    if (pid == 0) {
        char name[] = "proviso-worker", argument[] = "--describe";
        char *const arguments[] = {name, argument, NULL}, *const nothing[] = {NULL};
        dup2(results[1], STDOUT_FILENO);
        execve(program, arguments, nothing);
        _exit(127);
    }
    close(results[1]);
    struct error *error = pid < 0 ? error_new(ERROR_SYSTEM, "cannot start proviso-worker")
                                  : listen_to(results[0], assessment);
    close(results[0]);
    if (pid > 0)
        waitpid(pid, NULL, 0);
    TRY(error);
    *out = take(assessment);
    return NULL;
}
