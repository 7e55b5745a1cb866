#ifndef INSPECT_LOGIN_BOOT_H
#define INSPECT_LOGIN_BOOT_H

#include "inspect/check.h"

/*
 * Which passwd and shadow the running system reads. Often /etc/passwd is a link into a memory
 * file system, and a start script copies the real one there.
 */

struct login_active {
    const struct system_node *node; /* NULL: none in the image */
    bool made_at_boot; /* the file is a link whose target the device makes itself */
    bool echoed;       /* NODE is the script that writes it, line by line */
    bool several;      /* start scripts put different files there: NODE is only one of them */
};

/* Accounts whose password a start script sets: what the image says of them is not in force. */
struct login_changes {
    struct bytes accounts[16];
    size_t count;
    bool all; /* or it edits the file itself */
};

/* Is this a script that the system may run while it starts, and that copies files? */
bool login_boot_keeps(const struct node *node, struct bytes content);

/* The file that NAME ("passwd", "shadow") of /etc is on the running system. */
struct login_active login_boot_active(const struct system *system, const char *name,
                                      struct arena *arena);

/* Hands every line that SCRIPT writes to /etc/NAME to VISIT, as far as the script shows it. */
void login_boot_lines(const struct system *system, const struct system_node *script,
                      const char *name, struct arena *arena,
                      void (*visit)(void *context, struct bytes text, uint32_t line_number),
                      void *context);

/* Which accounts get another password whenever the system starts? */
struct login_changes login_boot_changes(const struct system *system, struct arena *arena);
bool login_boot_changed(const struct login_changes *changes, struct bytes account);

#endif
