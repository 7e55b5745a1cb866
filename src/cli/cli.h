#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/error.h"
#include "base/text.h"
#include "pipeline/pipeline.h"
#include "report/report.h"
#include "store/store.h"

/*
 * The command line. A command is one file and one row COMMAND(name) in commands.def; its options
 * are a table, from which --help is made too.
 */

enum exit_code {
    EXIT_NOTHING_FAILED = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_MACHINE = 3,
    EXIT_BUG = 4,
};

struct option_row {
    const char *name;  /* "output": given as --output VALUE or --output=VALUE */
    char letter;       /* 'o', or 0 */
    const char *value; /* what --help calls the value; NULL: the option takes none */
    const char *meaning;
};

#define CLI_MOST_OPTIONS   24
#define CLI_MOST_ARGUMENTS 64

struct command;

/* What stood on the command line. `values` go with the option rows: NULL when not given. */
struct line {
    const struct command *command;
    const char *values[CLI_MOST_OPTIONS];
    const char *arguments[CLI_MOST_ARGUMENTS];
    size_t argument_count;
};

struct command {
    const char *name;
    const char *arguments; /* for the usage line: "IMAGE" */
    const char *summary;   /* one line */
    const char *example;   /* one line, or several */
    const struct option_row *options;
    size_t option_count;
    size_t least, most; /* arguments */
    /* *CODE is EXIT_NOTHING_FAILED before. */
    struct error *(*run)(const struct line *line, enum exit_code *code);
};

extern const struct command *const commands[];
extern const size_t command_count;

/* The value of an option, or NULL; "" for one that takes none and was given. */
const char *line_value(const struct line *line, const char *option);
bool line_has(const struct line *line, const char *option);
/* The value as a number in [least, most], or OTHERWISE when not given. */
struct error *line_number(const struct line *line, const char *option, uint64_t least,
                          uint64_t most, uint64_t otherwise, uint64_t *out) MUST_CHECK;

/* options.c */
struct error *line_read(const struct command *command, int argc, char **argv, struct line *out,
                        bool *help) MUST_CHECK;
void command_help(const struct command *command, struct text *out);
void program_help(struct text *out);

/* output.c: the only place that prints. */
void output_text(const struct text *text);
/* When everything is printed: fails when some of it could not be written. */
/* NAME, which somebody typed or a file has, as a terminal may be shown it; in ARENA. */
const char *output_name(struct arena *arena, const char *name);
struct error *output_end(void) MUST_CHECK;
bool output_is_terminal(void);
bool output_has_colour(void);
void output_progress(void *context, uint64_t bytes, uint64_t nodes);
void output_progress_end(void);

#endif
