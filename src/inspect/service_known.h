#ifndef INSPECT_SERVICE_KNOWN_H
#define INSPECT_SERVICE_KNOWN_H

#include "base/bytes.h"

/*
 * What is known of daemons by their name: the table made from knowledge/services/ when the
 * program is built. Flags are 1, 0, or -1 for unknown; a missing word is NULL.
 */
struct service_known {
    const char *name;
    const char *protocol;
    const char *transport;
    int port;
    int listens, plain, authenticated, debug;
    const char *port_option;    /* options that name its port: "-p --port" */
    const char *address_option; /* … the address it binds to */
    const char *tls_option;     /* … that make it speak TLS */
    const char *once_option;    /* … with which it does one thing and ends */
};

struct setting_known {
    const char *program, *name, *value;
};

extern const struct service_known service_table[]; /* by name */
extern const size_t service_table_count;
extern const struct setting_known setting_table[];
extern const size_t setting_table_count;
extern const char *const ordinary_table[]; /* by name: commands that end by themselves */
extern const size_t ordinary_table_count;

/* The entry for a program's base name, or NULL. */
const struct service_known *service_known_find(struct bytes name);
/* Is this an ordinary command, which does its work and ends? */
bool service_known_ordinary(struct bytes name);

/* Does WORD stand in LIST, words with a blank between? LIST may be NULL. */
bool service_known_listed(const char *list, struct bytes word);

#endif
