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
};

/* Is this a script that the system may run while it starts, and that copies files? */
bool login_boot_keeps(const struct node *node, struct bytes content);

/* The file that NAME ("passwd", "shadow") of /etc is on the running system. */
struct login_active login_boot_active(const struct system *system, const char *name,
                                      struct arena *arena);

#endif
