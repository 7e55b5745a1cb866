#ifndef INSPECT_KEY_PUBLIC_H
#define INSPECT_KEY_PUBLIC_H

#include "base/arena.h"
#include "base/cursor.h"
#include "inspect/key_known.h"

/*
 * The public half of a key, whatever form it was met in: everything is turned into a
 * SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7), whose SHA-256 names the key.
 */
struct key_public {
    const char *type;  /* rsa, ec, dsa, ed25519, ed448, x25519, x448, …; NULL: unknown */
    const char *curve; /* of ec: secp256r1, …; NULL: none, or one without a name */
    int bits;          /* 0: unknown */
    struct bytes spki; /* DER; empty: not known */
    struct sha256 digest;
    struct bytes ssh; /* the blob of RFC 4253, section 6.6; empty: SSH has no form for it */
    const struct key_known *known;
};

/* False when the bytes are no such key. The result borrows them, or has them in ARENA. */
bool key_public_from_spki(struct bytes spki, struct arena *arena, struct key_public *out);
bool key_public_from_ssh(struct bytes blob, struct arena *arena, struct key_public *out);
bool key_public_from_pkcs1(struct bytes der, struct arena *arena, struct key_public *out);
bool key_public_from_rsa(struct bytes modulus, struct bytes exponent, struct arena *arena,
                         struct key_public *out);
/* CURVE by its name here, in SSH or in JWK; POINT as in SEC 1. */
bool key_public_from_ec(struct bytes curve, struct bytes point, struct arena *arena,
                        struct key_public *out);
/* TYPE: ed25519, ed448, x25519 or x448. */
bool key_public_from_raw(const char *type, struct bytes raw, struct arena *arena,
                         struct key_public *out);

/* "SHA256:…" as ssh-keygen prints it, or NULL. */
const char *key_public_fingerprint(const struct key_public *key, struct arena *arena);
/* Lower-case hexadecimal, in ARENA. */
const char *key_hex(struct bytes bytes, struct arena *arena);

/* Reads an SSH string: a length of four bytes and the bytes. */
struct bytes key_ssh_string(struct cursor *c);

#endif
