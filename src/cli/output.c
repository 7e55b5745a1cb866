#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "pipeline/pipeline.h"

static bool progress_shown;

static int write_error; /* errno of the first write to standard output that failed */

void output_text(const struct text *text)
{
    if (fwrite(text_string(text), 1, text->size, stdout) < text->size && write_error == 0)
        write_error = errno;
}

const char *output_name(struct arena *arena, const char *name)
{
    owned(text) shown = text_new();

    text_add_terminal(shown, bytes_of(name));
    return arena_string(arena, text_bytes(shown));
}

struct error *output_end(void)
{
    if (fflush(stdout) != 0 && write_error == 0)
        write_error = errno;
    if (write_error == 0)
        return NULL;
    return error_hint(
        error_wrap(error_new(ERROR_SYSTEM, "standard output: %s", strerrordesc_np(write_error)),
                   "cannot print the results"),
        "see that the disk is not full and that the program behind the pipe reads all of it");
}

bool output_is_terminal(void)
{
    return isatty(STDOUT_FILENO) == 1;
}

bool output_has_colour(void)
{
    const char *no_colour = getenv("NO_COLOR"); /* no-color.org */
    const char *terminal = getenv("TERM");

    return output_is_terminal() && (no_colour == NULL || *no_colour == '\0') &&
           terminal != NULL && !bytes_is(bytes_of(terminal), "dumb");
}

/* One line in bytes on standard error, from half a second on, ten times a second. */
void output_progress(void *context, uint64_t bytes, uint64_t nodes)
{
    static uint64_t began, last;
    uint64_t now = pipeline_clock_ms();

    (void)context;
    if (began == 0)
        began = now;
    if (now - began < 500 || now - last < 100 || isatty(STDERR_FILENO) != 1)
        return;
    last = now;
    progress_shown = true;
    owned(text) line = text_new();
    text_add(line, "\r  ");
    text_add_size(line, bytes);
    text_add(line, " read, ");
    text_add_count(line, nodes);
    text_add(line, " nodes\033[K");
    fputs(text_string(line), stderr);
}

void output_progress_end(void)
{
    if (progress_shown)
        fputs("\r\033[K", stderr);
    progress_shown = false;
}
