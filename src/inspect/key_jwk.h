#ifndef INSPECT_KEY_JWK_H
#define INSPECT_KEY_JWK_H

#include "inspect/key_private.h"

/* Private keys as JSON Web Keys, alone or in a set or in other JSON. */

/* Cheap: JSON that names a key type. */
bool key_jwk_may_be(struct bytes content);

/*
 * The next private key from *AT on, which moves behind it; OFFSET is where its object begins.
 * Keys without a private part are passed over.
 */
bool key_jwk_next(struct bytes content, size_t *at, struct arena *arena,
                  struct key_private *out, size_t *offset);

#endif
