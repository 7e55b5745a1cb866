#include <string.h>

#include "cli/cli.h"

static size_t place_of(const struct command *command, const char *name)
{
    for (size_t i = 0; i < command->option_count; i++)
        if (strcmp(command->options[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

const char *line_value(const struct line *line, const char *option)
{
    size_t place = place_of(line->command, option);

    return place == SIZE_MAX ? NULL : line->values[place];
}

bool line_has(const struct line *line, const char *option)
{
    return line_value(line, option) != NULL;
}

struct error *line_number(const struct line *line, const char *option, uint64_t least,
                          uint64_t most, uint64_t otherwise, uint64_t *out)
{
    const char *value = line_value(line, option);
    uint64_t number;

    *out = otherwise;
    if (value == NULL)
        return NULL;
    if (!bytes_to_u64(bytes_of(value), &number) || number < least || number > most)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "%s is no whole number from %llu to %llu", value,
                                 (unsigned long long)least, (unsigned long long)most),
                       "cannot understand --%s", option),
            "see proviso %s --help", line->command->name);
    *out = number;
    return NULL;
}

static struct error *wrong(const struct command *command, const char *what,
                           const char *argument)
{
    return error_hint(error_wrap(error_new(ERROR_USAGE, "%s %s", what, argument),
                                 "cannot understand the command line"),
                      "see proviso %s --help", command->name);
}

/* Sets the option in ARGUMENT (--name, --name=value, -n, -nvalue); NEXT may be its value. */
static struct error *read_option(const struct command *command, const char *argument,
                                 const char *next, struct line *out, bool *took_next)
{
    bool is_long = argument[1] == '-';
    struct bytes name = bytes_of(argument + (is_long ? 2 : 1));
    const char *value = is_long                                      ? strchr(argument, '=')
                        : argument[1] != '\0' && argument[2] != '\0' ? argument + 1
                                                                     : NULL;

    if (is_long && value != NULL)
        name = bytes_slice(name, 0, (size_t)(value - argument) - 2);
    for (size_t i = 0; i < command->option_count; i++) {
        const struct option_row *row = &command->options[i];
        if (is_long ? !bytes_is(name, row->name)
                    : row->letter == 0 || argument[1] != row->letter)
            continue;
        if (row->value == NULL && value != NULL)
            return wrong(command, "this option takes no value:", argument);
        *took_next = row->value != NULL && value == NULL;
        if (*took_next && next == NULL)
            return wrong(command, "this option needs a value:", argument);
        out->values[i] = row->value == NULL ? "" : value == NULL ? next : value + 1;
        return NULL;
    }
    return wrong(command, "no such option:", argument);
}

struct error *line_read(const struct command *command, int argc, char **argv, struct line *out,
                        bool *help)
{
    bool options_over = false;

    *out = (struct line){.command = command};
    *help = false;
    for (int i = 0; i < argc; i++) {
        const char *argument = argv[i];
        bool took_next = false;
        if (!options_over && strcmp(argument, "--") == 0) {
            options_over = true;
        } else if (!options_over &&
                   (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0)) {
            *help = true;
            return NULL;
        } else if (!options_over && argument[0] == '-' && argument[1] != '\0') {
            TRY(read_option(command, argument, i + 1 < argc ? argv[i + 1] : NULL, out,
                            &took_next));
            i += took_next;
        } else {
            if (out->argument_count == command->most)
                return wrong(command, "one argument too many:", argument);
            out->arguments[out->argument_count++] = argument;
        }
    }
    if (out->argument_count < command->least)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "an argument is missing: proviso %s %s",
                                 command->name, command->arguments),
                       "cannot understand the command line"),
            "for example: %s", command->example);
    return NULL;
}

void command_help(const struct command *command, struct text *out)
{
    text_addf(out, "proviso %s %s%s\n\n%s\n", command->name,
              command->option_count > 0 ? "[OPTION]… " : "", command->arguments,
              command->summary);
    if (command->option_count > 0)
        text_add(out, "\nOptions:\n");
    for (size_t i = 0; i < command->option_count; i++) {
        const struct option_row *row = &command->options[i];
        size_t from = out->size;
        if (row->letter != 0)
            text_addf(out, "  -%c, ", row->letter);
        else
            text_add(out, "      ");
        text_addf(out, "--%s%s%s", row->name, row->value == NULL ? "" : " ",
                  row->value == NULL ? "" : row->value);
        size_t width = out->size - from;
        text_addf(out, "%*s%s\n", width < 28 ? (int)(28 - width) : 2, "", row->meaning);
    }
    text_addf(out, "\nExample:\n  %s\n", command->example);
}

void program_help(struct text *out)
{
    text_add(out, "Does this product meet ETSI EN 303 645, and what proves it?\n\n"
                  "  proviso COMMAND [OPTION]… [ARGUMENT]…\n\nCommands:\n");
    for (size_t i = 0; i < command_count; i++)
        text_addf(out, "  %-9s %-24s %s\n", commands[i]->name, commands[i]->arguments,
                  commands[i]->summary);
    text_add(
        out,
        "\n  proviso COMMAND --help    more about one\n"
        "  proviso --version\n\n"
        "Exit codes: 0 no mandatory provision fails, 1 at least one fails, 2 wrong usage,\n"
        "3 the machine refused, 4 a mistake in Proviso.\n\n"
        "Example:\n  proviso assess router.bin -o out/\n");
}
