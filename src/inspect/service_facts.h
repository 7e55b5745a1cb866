#ifndef INSPECT_SERVICE_FACTS_H
#define INSPECT_SERVICE_FACTS_H

#include "base/limits.h"
#include "inspect/service_boot.h"
#include "inspect/setting_read.h"

/*
 * What a started program offers, from what is known of it, its arguments and its configuration.
 * Flags are 1, 0, or -1 for unknown; a port of 0 and an empty text are unknown too.
 */
struct service_fact {
    const char *protocol, *transport;
    int port;
    int listens, plain, authenticated, debug;
    struct bytes address;
    struct bytes console;
};

/* Writes what SERVICE offers, one a port, at least one; returns how many. */
size_t service_facts(const struct boot *boot, const struct boot_service *service,
                     struct service_fact facts[LIMIT_SERVICE_PORTS]);

/* The value of an option (-p 23, -p23, --port 23, --port=23); *AT goes on from where it stood. */
bool service_option(const struct boot_service *service, const char *names, size_t *at,
                    struct bytes *value);

/* Does a short option with this letter stand among the words, also in a cluster? */
bool service_has_flag(const struct boot_service *service, char letter);

/* "80", "0.0.0.0:80", "[::]:80", ":80": false when there is no port in it. */
bool service_address(struct bytes text, struct bytes *address, int *port);

/* What the configuration of web, message and other servers says: facts filled, or 0. */
size_t service_configured(const struct boot *boot, const struct boot_service *service,
                          const struct service_fact *usual, struct service_fact *facts);

#endif
