#ifndef INSPECT_SHELL_H
#define INSPECT_SHELL_H

#include "base/arena.h"

/*
 * Cuts a POSIX shell script into words and operators, as far as a reader of boot scripts needs it
 * (POSIX.1-2017, Shell Command Language, section 2.3). One pass, linear in the size of the script
 * whatever it holds: nesting is followed to LIMIT_SHELL_NESTING, an open quote runs to the end.
 * Comments and here-documents are left out.
 */

enum shell_kind {
    SHELL_END,      /* after the last token; asked for again, it comes again */
    SHELL_WORD,     /* text holds its quotes and substitutions as written */
    SHELL_OPERATOR, /* ; & && || | ( ) ;; < > and so on */
    SHELL_NEWLINE,
};

struct shell_token {
    enum shell_kind kind;
    struct bytes text; /* a slice of the script */
};

struct shell_script {
    struct bytes source;
    struct shell_token *tokens; /* `count` of them; the last is SHELL_END */
    size_t count;
    bool complete; /* false: the script has more tokens than we read */
};

/* The tokens of SOURCE. They live in ARENA and borrow from SOURCE. */
struct shell_script shell_read(struct bytes source, struct arena *arena);

/* The line of SOURCE that PART, a slice of it, begins on, without its end. */
struct bytes shell_line(struct bytes source, struct bytes part);

/*
 * The end of the substitution or quote that begins at AT of TEXT ($( ${ ` ' "), one past its last
 * byte. AT itself when nothing begins there.
 */
size_t shell_span(struct bytes text, size_t at);

/* Is NAME a variable's name: a letter or underscore, then letters, digits, underscores? */
bool shell_is_name(struct bytes name);

/* Does TEXT match the shell pattern (* ? [set], \ quotes)? Bounded: at most one retry a byte. */
bool shell_match(struct bytes pattern, struct bytes text);

#endif
