#ifndef INSPECT_SERVICE_BOOT_H
#define INSPECT_SERVICE_BOOT_H

#include "base/limits.h"
#include "inspect/check.h"

/*
 * What a system starts when it boots, found by following init as init would go: inittab, systemd
 * units, scripts and what they call. Scripts are interpreted without running anything: what the
 * file system decides is decided, what only the device knows leaves a command conditional.
 *
 * The walk is a pure function of the system. Both `service` and `setting` make it.
 */

struct machine;

enum boot_level {
    BOOT_DEAD,  /* never reached */
    BOOT_OFF,   /* there, but switched off as delivered */
    BOOT_MAYBE, /* depends on what only the device knows */
    BOOT_SURE,
};

static inline enum boot_level boot_lower(enum boot_level a, enum boot_level b)
{
    return a < b ? a : b;
}

/* Where a command stands. LINE is a slice of the content of FILE. */
struct boot_place {
    const struct system_node *file;
    struct bytes line;
};

struct boot_service {
    struct bytes program; /* resolved where it could be: /usr/sbin/telnetd */
    struct bytes name;    /* telnetd */
    struct bytes *words;  /* the command; words[0] is the program as written */
    size_t word_count;
    struct bytes arguments; /* the words behind the first, one blank between */
    struct bytes account;   /* empty: unknown */
    const char *starter;
    enum boot_level level;
    int exists;    /* 1, 0, or -1 for unknown */
    bool applet;   /* of busybox */
    bool daemon;   /* stays: respawned, put in the background, a unit, a start-stop-daemon */
    bool askfirst; /* busybox init waits for a key */
    struct bytes console;  /* the terminal it sits on; empty: none */
    struct bytes service;  /* name of the service in inetd.conf; empty: none */
    struct bytes address;  /* of the socket it is handed; empty: unknown or all */
    const char *transport; /* of that socket; NULL: none */
    int port;              /* of that socket; 0: none */
    struct boot_place place;
};

struct boot {
    const struct system *system;
    struct arena *arena;
    struct boot_service *services;
    size_t count, capacity;
    struct bytes mounts[64]; /* clean paths that scripts or fstab mount something on */
    size_t mount_count;
    unsigned steps;
    unsigned depth; /* scripts inside each other now */
    const struct system_node *running[LIMIT_BOOT_DEPTH];
    unsigned nesting;             /* commands inside each other now */
    size_t memory;                /* of the arena when the walk began */
    const struct machine *parent; /* the shell whose variables a script inherits; NULL: none */
    bool limited;                 /* a limit ended the walk early: more may be started */
};

/* Walks the boot of SYSTEM. Result and all it points to live in ARENA or borrow from SYSTEM. */
struct boot *boot_walk(const struct system *system, struct arena *arena);

/* Must the content of this file be kept for the walk? */
bool boot_keeps(const struct node *node, struct bytes content);

/*
 * Notes that WORDS are run. The row is made with the program looked up; the caller may set more
 * in what is returned. NULL when the command is none that stays, or over the limit.
 */
struct boot_service *boot_start(struct boot *boot, const struct bytes *words, size_t count,
                                enum boot_level level, const char *starter,
                                struct boot_place place);

/* The node a command name stands for, looked up along PATH when it has no slash. */
const struct system_node *boot_program(const struct boot *boot, struct bytes name,
                                       struct bytes *path);

/* Is PATH on something that the image does not show: a mount, a RAM disk, /proc? */
bool boot_hidden(const struct boot *boot, struct bytes path);
void boot_mounted(struct boot *boot, struct bytes path);

/* Runs the script FILE with its arguments, as another process. */
void boot_script(struct boot *boot, const struct system_node *file, const struct bytes *words,
                 size_t count, enum boot_level level, const char *starter);

/* Runs one shell command line that stands in the file of PLACE. */
void boot_command(struct boot *boot, struct bytes command, enum boot_level level,
                  const char *starter, struct boot_place place);

/* Is this file a shell script (by its first line, or text that may be executed)? */
bool boot_is_script(const struct system_node *file);

/* The ways of starting, one file each. False: this system is not started that way. */
bool inittab_walk(struct boot *boot);
bool unit_walk(struct boot *boot);
/* The scripts of a runlevel ('2', 'S'), or, for 0, those that an unknown init must be using. */
void sysv_walk(struct boot *boot, int runlevel);
/* Scripts that nothing starts. */
void sysv_disabled(struct boot *boot);
/* Those that ask the programs found so far to start others. */
void inetd_walk(struct boot *boot);
void cron_walk(struct boot *boot);

#endif
