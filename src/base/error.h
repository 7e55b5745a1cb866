#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

/*
 * Why something failed, for the person at the keyboard. A function that can fail returns
 * `struct error *`; NULL is success. The caller owns the error: it passes it up (TRY), or reports
 * it, or frees it with error_free.
 *
 * An error has four parts: what failed, where (input, node, byte: one line for each level that
 * wrapped it), why (the value found and the value needed) and what to do.
 */

enum error_kind {
    ERROR_USAGE,       /* the user asked for something impossible: exit 2 */
    ERROR_INPUT,       /* the bytes are malformed: an observation */
    ERROR_LIMIT,       /* a limit of ours was reached: an observation */
    ERROR_UNSUPPORTED, /* well formed, but we cannot read it yet: an observation */
    ERROR_SYSTEM,      /* the machine said no: exit 3 */
    ERROR_INTERNAL,    /* our bug: exit 4 */
};

struct error;
struct text;

/* Makes an error of KIND; FORMAT says what failed and why, in lower case, without a full stop. */
struct error *error_new(enum error_kind kind, const char *format, ...) MUST_CHECK PRINTF(2, 3)
    __attribute__((returns_nonnull));

/* Adds where: the new text stands in front of what ERROR says. NULL stays NULL. */
struct error *error_wrap(struct error *error, const char *format, ...) MUST_CHECK PRINTF(2, 3);

/* Adds what to do. NULL stays NULL. A second hint replaces the first. */
struct error *error_hint(struct error *error, const char *format, ...) MUST_CHECK PRINTF(2, 3);

enum error_kind error_kind(const struct error *error);
const char *error_kind_name(enum error_kind kind); /* "usage", "input", … */

/* The innermost text (the cause), the outermost text (the undertaking), the hint or NULL. */
const char *error_reason(const struct error *error);
const char *error_what(const struct error *error);
const char *error_advice(const struct error *error);

/* One line: every level, outermost first, joined by ": ". The string lives as long as ERROR. */
const char *error_line(struct error *error);

/* The block a person reads: what, in, why, try; one line each, each ended by a newline. */
void error_print(const struct error *error, struct text *out);

void error_free(struct error *error);
DEFINE_OWNED(error)

/* Frees ERROR where its reason does not matter: a second choice follows. */
static inline void error_drop(struct error *error)
{
    error_free(error);
}

#ifdef __clang_analyzer__ /* it does not believe returns_nonnull, nor that NULL stays NULL */
static inline struct error *error_certain(bool is_error, struct error *error)
{
    if (is_error != (error != NULL))
        __builtin_unreachable();
    return error;
}
#define error_new(...) error_certain(true, (error_new)(__VA_ARGS__))
#define error_wrap(wrapped, ...)                                          \
    __extension__({                                                       \
        struct error *inner_ = (wrapped);                                 \
        error_certain(inner_ != NULL, (error_wrap)(inner_, __VA_ARGS__)); \
    })
#endif

#define TRY(call)                          \
    do {                                   \
        struct error *try_error_ = (call); \
        if (try_error_ != NULL)            \
            return try_error_;             \
    } while (0)

#endif
