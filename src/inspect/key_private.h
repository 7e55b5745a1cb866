#ifndef INSPECT_KEY_PRIVATE_H
#define INSPECT_KEY_PRIVATE_H

#include "inspect/key_public.h"

/* A private key, as far as it can be read without a pass phrase. */
struct key_private {
    struct key_public half; /* the public half; its type alone when the key is encrypted */
    const char *encoding;   /* pem der openssh putty dropbear jwk usign */
    bool encrypted;
};

/*
 * DER of PKCS #1, SEC 1, DSA or PKCS #8 (RFC 8017, 5915, 5958), decoded by OpenSSL. An
 * EncryptedPrivateKeyInfo is accepted by its structure.
 */
bool key_private_from_der(struct bytes der, struct arena *arena, struct key_private *out);

/* "openssh-key-v1" (openssh: PROTOCOL.key): the decoded body of the PEM. */
bool key_private_from_openssh(struct bytes body, struct arena *arena, struct key_private *out);

/* A host key file of dropbear: the public blob and the private numbers, nothing behind. */
bool key_private_from_dropbear(struct bytes content, struct arena *arena,
                               struct key_private *out);

/* A PuTTY-User-Key-File of version 2 or 3. */
bool key_private_from_putty(struct bytes content, struct arena *arena, struct key_private *out);

/* Cheap looks at the first bytes. */
bool key_private_may_be_der(struct bytes content);
bool key_private_may_be_dropbear(struct bytes content);
bool key_private_may_be_putty(struct bytes content);

#endif
