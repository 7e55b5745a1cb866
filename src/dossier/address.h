#ifndef DOSSIER_ADDRESS_H
#define DOSSIER_ADDRESS_H

#include "base/arena.h"

/* Addresses of web pages (RFC 3986): found in the text of a field, compared, resolved. */

struct address {
    struct bytes written; /* as it stands in the text */
    bool secure;          /* https */
    const char *host;     /* in lower case */
    uint32_t port;
    struct bytes path; /* with the query, without the fragment; at least "/" */
};

/*
 * Reads TEXT as one address of http or https. False when it is none, or carries a user name, which
 * serves to mislead readers alone. In ARENA; borrows from TEXT.
 */
bool address_read(struct bytes text, struct arena *arena, struct address *out);

/*
 * Cuts the next address from *REST, without the punctuation of the sentence behind it. False when
 * none is left.
 */
bool address_next(struct bytes *rest, struct arena *arena, struct address *out);

/* Does the text hold addresses alone, parted by blanks, commas or semicolons? At least one. */
bool address_is_all(struct bytes text, struct arena *arena);

enum address_match {
    ADDRESS_OTHER,
    ADDRESS_VARIANT, /* asked by https in place of http, or with another slash at the end */
    ADDRESS_SAME,
};

/* Is ASKED what DECLARED means? Another page of the same host is another page. */
enum address_match address_match(const struct address *declared, const struct address *asked);

/* Does its host mean nothing outside of some network: 192.168.0.1, camera.local, intranet? */
bool address_is_private(const struct address *address);

/* The address of TARGET, which stands in a redirect from BASE; in ARENA. False when it is none. */
bool address_resolve(const struct address *base, struct bytes target, struct arena *arena,
                     struct address *out);

#endif
