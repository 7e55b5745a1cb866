#ifndef INSPECT_SERVICE_SCRIPT_H
#define INSPECT_SERVICE_SCRIPT_H

#include "inspect/service_boot.h"
#include "inspect/shell.h"

/*
 * A shell that runs nothing: it follows a boot script, keeps its variables, decides the tests
 * that the file system decides, and notes the programs that would be started. Internal to the
 * boot walk: service_script.c has the control flow, service_word.c the expansion of words,
 * service_command.c the commands, service_test.c the tests, service_uci.c what OpenWrt adds.
 */

enum status {
    STATUS_TRUE,
    STATUS_FALSE,
    STATUS_ABSENT, /* false, because a file is not there as delivered */
    STATUS_UNKNOWN,
};

struct field {
    struct bytes text; /* what could not be known stands in it as written */
    bool unknown;
    bool unsure; /* known, if a condition we could not decide is true */
    bool glob;   /* has an unquoted * ? or [ */
};

struct fields {
    struct field *items;
    size_t count, capacity;
};

struct variable {
    struct bytes name;
    struct field value;
    bool exported;
};

/* The file that commands come from. For a text from eval or sh -c, LINE says where it stands. */
struct script_source {
    const struct system_node *file;
    struct bytes content;
    struct bytes line; /* has data: every command stands on this line */
};

struct script_function {
    struct bytes name;
    const struct shell_script *script;
    const struct script_source *source;
    size_t at;
};

/* A function being called, a subshell, or the script itself. */
struct frame {
    struct frame *parent;
    bool process;            /* exit ends here */
    bool loop;               /* one turn of a loop: break and continue end it */
    bool broke;              /* … by break */
    enum boot_level base;    /* of the call */
    enum boot_level local;   /* by the conditions inside it so far */
    enum boot_level cap;     /* after an exit or return that may have happened */
    struct fields arguments; /* $1 … */
    struct bytes name;       /* $0 */
};

/* One shell process. */
struct machine {
    struct boot *boot;
    struct variable *variables;
    size_t variable_count, variable_capacity;
    struct script_function *functions;
    size_t function_count, function_capacity;
    struct frame *frame;
    const char *starter;
    enum status status;
    bool open;           /* variables may come from files we do not have */
    bool soft;           /* what happens now happens because a file is absent */
    bool broke;          /* a break was reached */
    struct procd *procd; /* the instance being described */
};

struct parser {
    struct machine *machine;
    const struct shell_script *script;
    const struct script_source *source;
    size_t at;
};

enum boot_level script_level(const struct machine *machine);
/* Runs CONTENT in MACHINE, as `.` and eval do. */
enum status script_run(struct machine *machine, const struct script_source *source);
/* Calls the function NAME. False: there is none. */
bool script_call(struct machine *machine, struct bytes name, const struct fields *arguments,
                 enum status *status);
bool script_has_function(const struct machine *machine, const char *name);
/* Ends the function (return), or all up to the process (exit). */
void script_leave(struct machine *machine, bool process);
/* Ends the turn of the loop (continue), or the loop (break). */
void script_leave_loop(struct machine *machine, bool whole);
struct boot_place script_place(const struct parser *parser, struct bytes part);

struct field script_get(const struct machine *machine, struct bytes name);
void script_set(struct machine *machine, struct bytes name, struct field value);
void script_export(struct machine *machine, struct bytes name);

/* Expands a word as written into fields, split at blanks where it is not quoted. */
void word_expand(struct machine *machine, struct bytes word, struct fields *out);
/* … into one, for assignments and case. */
struct field word_expand_one(struct machine *machine, struct bytes word);
/* What $(INNER) prints, where that is plain to see; WHOLE is how it is written. */
struct field word_substitute(struct machine *machine, struct bytes inner, struct bytes whole);
void field_add(struct machine *machine, struct fields *fields, struct field field);
struct field field_known(struct bytes text);
/* Replaces patterns by the names in the file system they match. */
void word_glob(struct machine *machine, const struct fields *in, struct fields *out);

/* Runs one command of which the words are expanded. PART is where it stands. */
enum status command_run(struct parser *parser, struct fields *words, struct bytes part);
/* Evaluates the words of a test, without [ and ]. */
enum status test_evaluate(struct machine *machine, const struct field *words, size_t count);

/* OpenWrt's configuration and procd functions. False: NAME is none of them. */
bool uci_command(struct parser *parser, const struct fields *words, struct bytes part,
                 enum status *status);

#endif
