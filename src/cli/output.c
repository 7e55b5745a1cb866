#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"
#include "pipeline/pipeline.h"

static bool progress_shown;

void output_text(const struct text *text)
{
    fwrite(text_string(text), 1, text->size, stdout);
}

bool output_is_terminal(void)
{
    return isatty(STDOUT_FILENO) == 1;
}

bool output_has_colour(void)
{
    const char *no_colour = getenv("NO_COLOR"); /* no-color.org */
    const char *terminal = getenv("TERM");

    return output_is_terminal() && (no_colour == NULL || *no_colour == '\0') && terminal != NULL &&
           !bytes_is(bytes_of(terminal), "dumb");
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
