#ifndef INSPECT_SETTING_READ_H
#define INSPECT_SETTING_READ_H

#include "inspect/check.h"

/*
 * Reads configuration files as the programs read them. One function a dialect; each adds what it
 * finds to a list, in the order of the file, and says which values are in force.
 */

struct setting {
    const char *program;
    struct bytes scope; /* listener, block, section; empty: the whole program */
    struct bytes name, value;
    const char *origin; /* file, argument, default */
    bool effective;
    const struct system_node *file;
    struct bytes line; /* a slice of the content of FILE; empty: all of it */
};

struct settings {
    const struct system *system;
    struct arena *arena;
    struct setting *items;
    size_t count, capacity;
    size_t includes;
};

enum wins {
    WINS_FIRST, /* sshd */
    WINS_LAST,  /* most */
    WINS_ALL,   /* every line adds: rocommunity */
};

/* How a plain file of names and values is written. */
struct keyvalue {
    uint8_t separator; /* '=' or ' ' for white space; '=' with blanks around is allowed */
    enum wins wins;
    bool sections; /* [name] lines begin a scope */
};

/* Adds a setting and settles it with those before it. */
struct setting *setting_add(struct settings *settings, const char *program, struct bytes scope,
                            struct bytes name, struct bytes value, enum wins wins);

void setting_read_keyvalue(struct settings *settings, const char *program,
                           const struct system_node *file, struct keyvalue how);
void setting_read_sshd(struct settings *settings, const struct system_node *file);
void setting_read_lighttpd(struct settings *settings, const struct system_node *file);
void setting_read_nginx(struct settings *settings, const struct system_node *file);
void setting_read_mosquitto(struct settings *settings, const struct system_node *file);
void setting_read_snmpd(struct settings *settings, const struct system_node *file);
void setting_read_uci(struct settings *settings, const char *program,
                      const struct system_node *file);
void setting_read_httpd(struct settings *settings, const struct system_node *file);
void setting_read_proftpd(struct settings *settings, const struct system_node *file);
/* Who may log in: the terminals of /etc/securetty for root, and what PAM asks ("auth"). */
void setting_read_securetty(struct settings *settings, const struct system_node *file);
void setting_read_pam(struct settings *settings, const struct system_node *file);

/* NAME in lower case, in the arena. */
struct bytes setting_lower(struct arena *arena, struct bytes name);
/* Without one pair of quotes around it. */
struct bytes setting_unquoted(struct bytes value);
/* Up to a comment that begins with '#' after a blank, outside quotes. */
struct bytes setting_uncommented(struct bytes line);

/* The files a pattern names ("/etc/x/" + "conf.d/" + "*.conf"); calls READ for each. */
void setting_include(struct settings *settings, const struct system_node *from,
                     struct bytes pattern,
                     void (*read)(struct settings *, const struct system_node *));

/* A file that stands beside the real one: *.example, *.default, documentation. */
bool setting_is_example(struct bytes path);

#endif
