#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#define COMMAND(name) extern const struct command command_##name;
#include "cli/commands.def"
#undef COMMAND

#define COMMAND(name) &command_##name,
const struct command *const commands[] = {
#include "cli/commands.def"
};
#undef COMMAND
const size_t command_count = COUNT_OF(commands);

static const struct command *command_called(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static enum exit_code code_of(enum error_kind kind)
{
    switch (kind) {
    case ERROR_USAGE:
    case ERROR_INPUT:
    case ERROR_LIMIT:
    case ERROR_UNSUPPORTED:
        return EXIT_USAGE;
    case ERROR_SYSTEM:
        return EXIT_MACHINE;
    case ERROR_INTERNAL:
        return EXIT_BUG;
    }
    return EXIT_BUG;
}

static struct error *run_command(const char *name, int argc, char **argv, enum exit_code *code)
{
    const struct command *command = command_called(name);
    struct line line;
    bool help;

    if (command == NULL)
        return error_hint(error_wrap(error_new(ERROR_USAGE, "no command is called %s", name),
                                     "cannot understand the command line"),
                          "see proviso --help");
    TRY(line_read(command, argc, argv, &line, &help));
    if (!help)
        return command->run(&line, code);
    owned(text) text = text_new();
    command_help(command, text);
    output_text(text);
    return NULL;
}

static struct error *run(int argc, char **argv, enum exit_code *code)
{
    owned(text) text = text_new();

    if (argc >= 2 && strcmp(argv[1], "--version") == 0)
        text_add(text, "proviso " PROVISO_VERSION "\n");
    else if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
                           strcmp(argv[1], "help") == 0))
        program_help(text);
    else if (argc >= 2)
        return run_command(argv[1], argc - 2, argv + 2, code);
    else
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "no command is given"), "nothing to do"),
            "proviso assess IMAGE assesses a firmware image; see proviso --help");
    output_text(text);
    return NULL;
}

/* A standard stream that is closed is opened, so that no file of ours ever takes its place. */
static void open_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0) /* opened the wrong way round: its use still fails */
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
    enum exit_code code = EXIT_NOTHING_FAILED;

    open_streams();
    struct error *error = run(argc, argv, &code);
    output_progress_end();
    if (error == NULL)
        error = output_end();
    if (error == NULL)
        return (int)code;
    owned(text) message = text_new();
    text_add(message, "proviso: ");
    error_print(error, message);
    if (error_kind(error) == ERROR_INTERNAL)
        text_add(message,
                 "  try  this is a mistake in Proviso: report it with the command you gave\n");
    fputs(text_string(message), stderr);
    code = code_of(error_kind(error));
    error_free(error);
    return (int)code;
}
