#ifndef INSPECT_ADDRESS_H
#define INSPECT_ADDRESS_H

#include "base/arena.h"
#include "base/bytes.h"

/* Addresses of peers in text: URLs, host names, IP addresses. */

enum address_kind {
    ADDRESS_HOST,
    ADDRESS_IPV4,
    ADDRESS_IPV6,
};

struct address {
    struct bytes text;   /* as it stands, cut to LIMIT_EXCERPT */
    struct bytes scheme; /* as it stands; empty for a bare host */
    struct bytes host;
    uint32_t port; /* 0: none given and none implied */
    enum address_kind kind;
    bool plain, plain_known; /* no encryption by its scheme */
    bool is_private;    /* loopback, private, link-local, multicast, a name without a domain */
    bool documentation; /* a host that is named, not contacted */
};

/*
 * The URL whose "://" stands at COLON in TEXT. False when its scheme is none we know, or its host
 * is no complete, valid one ("%s", "${host}", "foo").
 */
bool address_of_url(struct bytes text, size_t colon, struct address *out);

/*
 * A host name with two labels and a real top-level domain, or an IP address, with an optional
 * port, and nothing else in TEXT. STRICT wants one of the common endings, and two labels only
 * where no file ends so.
 */
bool address_of_host(struct bytes text, bool strict, struct address *out);

/* Does WORD stand in TEXT as a word of its own, letters compared without case? */
bool address_has_word(struct bytes text, const char *word);

#endif
