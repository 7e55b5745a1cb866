#ifndef INSPECT_KEY_KNOWN_H
#define INSPECT_KEY_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/hash.h"

/*
 * Keys that the public knows: sample and test keys of boot loaders, updaters and libraries, and
 * keys found in shipped firmware. The table is made from knowledge/keys/ when Proviso is built.
 */
struct key_known {
    struct sha256 spki;
    const char *as;       /* what it is, in a few words, with the products it was met in */
    const char *category; /* test, leaked, sample, demo-ca, trusted, … */
    const char *source;   /* the repository that publishes it */
    unsigned tier;        /* 1 … 4; 9: a genuine key, listed so that it is not mistaken */
    bool private_public;  /* the private half itself is published */
};

struct key_known_index {
    struct sha256 digest;
    size_t row;
};

extern const struct key_known key_known_rows[];
extern const size_t key_known_row_count;
extern const struct key_known_index key_known_pkcs1[], key_known_ssh[], key_known_certificate[];
extern const size_t key_known_pkcs1_count, key_known_ssh_count, key_known_certificate_count;

#define KEY_KNOWN_TRUSTED 9 /* the tier of genuine keys */

/* By SHA-256 of the DER SubjectPublicKeyInfo. NULL when nobody knows it. */
const struct key_known *key_known_by_spki(const struct sha256 *digest);
/* By SHA-256 of the DER RSAPublicKey of PKCS#1, which is what MCUboot keeps of an RSA key. */
const struct key_known *key_known_by_pkcs1(const struct sha256 *digest);
/* By SHA-256 of the SSH public key blob. */
const struct key_known *key_known_by_ssh(const struct sha256 *digest);
/* By SHA-256 of the DER certificate. */
const struct key_known *key_known_by_certificate(const struct sha256 *digest);

#endif
