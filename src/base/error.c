#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"

/* One level: its text, and what it was wrapped around. The innermost holds the kind. */
struct error {
    enum error_kind kind;
    char *message;
    char *hint;
    char *line;
    struct error *cause;
};

PRINTF(1, 0) static char *formatted(const char *format, va_list arguments)
{
    va_list again;

    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    char *string = mem_alloc((size_t)(size < 0 ? 0 : size) + 1);
    (void)vsnprintf(string, (size_t)(size < 0 ? 0 : size) + 1, format, again);
    va_end(again);
    return string;
}

struct error *(error_new)(enum error_kind kind, const char *format, ...)
{
    struct error *error = mem_alloc(sizeof *error);
    va_list arguments;

    error->kind = kind;
    va_start(arguments, format);
    error->message = formatted(format, arguments);
    va_end(arguments);
    return error;
}

struct error *(error_wrap)(struct error *error, const char *format, ...)
{
    va_list arguments;

    if (error == NULL)
        return NULL;
    struct error *outer = mem_alloc(sizeof *outer);
    outer->kind = error->kind;
    outer->cause = error;
    outer->hint = take(error->hint);
    va_start(arguments, format);
    outer->message = formatted(format, arguments);
    va_end(arguments);
    return outer;
}

struct error *error_hint(struct error *error, const char *format, ...)
{
    va_list arguments;

    if (error == NULL)
        return NULL;
    mem_free(error->hint);
    va_start(arguments, format);
    error->hint = formatted(format, arguments);
    va_end(arguments);
    return error;
}

enum error_kind error_kind(const struct error *error)
{
    return error->kind;
}

const char *error_kind_name(enum error_kind kind)
{
    static const char *const names[] = {"usage",       "input",  "limit",
                                        "unsupported", "system", "internal"};

    return names[kind];
}

const char *error_reason(const struct error *error)
{
    while (error->cause != NULL)
        error = error->cause;
    return error->message;
}

const char *error_what(const struct error *error)
{
    return error->message;
}

const char *error_advice(const struct error *error)
{
    return error->hint;
}

const char *error_line(struct error *error)
{
    owned(text) text = text_new();

    text_add(text, error->message);
    for (const struct error *level = error->cause; level != NULL; level = level->cause) {
        text_add(text, ": ");
        text_add(text, level->message);
    }
    mem_free(error->line);
    error->line = mem_string(text_string(text));
    return error->line;
}

void error_print(const struct error *error, struct text *out)
{
    text_add_terminal(out, bytes_of(error->message));
    text_add_char(out, '\n');
    for (const struct error *level = error->cause; level != NULL; level = level->cause) {
        text_add(out, level->cause == NULL ? "  why  " : "  in   ");
        text_add_terminal(out, bytes_of(level->message));
        text_add_char(out, '\n');
    }
    if (error->hint != NULL) {
        text_add(out, "  try  ");
        text_add_terminal(out, bytes_of(error->hint));
        text_add_char(out, '\n');
    }
}

void error_free(struct error *error)
{
    while (error != NULL) {
        struct error *cause = error->cause;
        mem_free(error->message);
        mem_free(error->hint);
        mem_free(error->line);
        mem_free(error);
        error = cause;
    }
}
