#ifndef INSPECT_KEY_PEM_H
#define INSPECT_KEY_PEM_H

#include "base/arena.h"

/*
 * Textual encodings (RFC 7468, RFC 1421) wherever they stand: in a file of their own, in the
 * middle of another, or as a string of a program, a script, JSON or XML, with \n escapes,
 * quotes that end and begin again, or &#10; in between.
 */
struct key_pem {
    struct bytes label; /* "RSA PRIVATE KEY" */
    struct bytes body;  /* decoded, in the arena */
    size_t offset;      /* of "-----BEGIN" in the content */
    size_t length;      /* to the end of the last line */
    bool encrypted;     /* by DEK-Info: the body is cipher text */
};

/*
 * The next one from *AT on, which moves behind it. What has no end line or no clean base64
 * between is passed over. False when there is no further one.
 */
bool key_pem_next(struct bytes content, size_t *at, struct arena *arena, struct key_pem *out);

/* Is there a first line anywhere? */
bool key_pem_begins(struct bytes content);

/*
 * Base64 (RFC 4648), with the alphabet for files or for URLs, padded or not, in ARENA. White
 * space is no digit. False when TEXT is empty or not clean.
 */
bool key_base64(struct bytes text, struct arena *arena, struct bytes *out);

#endif
