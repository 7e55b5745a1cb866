#ifndef INSPECT_KEY_DER_H
#define INSPECT_KEY_DER_H

#include "base/arena.h"
#include "base/cursor.h"

/*
 * The distinguished encoding of ASN.1 (X.690), as keys and certificates use it: one byte tags,
 * definite lengths. An element is believed only when it lies wholly inside.
 */
struct key_der {
    uint8_t tag;
    struct bytes whole; /* with tag and length */
    struct bytes content;
};

enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BITS = 0x03,
    DER_OCTETS = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_UTC_TIME = 0x17,
    DER_TIME = 0x18,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT_0 = 0xa0, /* [0], constructed; [1] follows */
    DER_CONTEXT_1 = 0xa1,
    DER_CONTEXT_3 = 0xa3,
};

/* The next element, whatever it is. False at the end and when it is malformed. */
bool key_der_next(struct cursor *c, struct key_der *out);

/* The next element when it has TAG; otherwise false, and the cursor stays. */
bool key_der_take(struct cursor *c, uint8_t tag, struct key_der *out);

/* An INTEGER that is not negative, without leading zeros; the cursor stays when there is none. */
bool key_der_integer(struct cursor *c, struct bytes *out);

/* A BIT STRING of whole bytes. */
bool key_der_bits(struct cursor *c, struct bytes *out);

/* All of BYTES as one SEQUENCE: a cursor over its content. */
bool key_der_open(struct bytes bytes, struct cursor *out);

/* The number of bits of a magnitude: 0 for 0. */
int key_der_bit_count(struct bytes magnitude);

/* Writing: an element of TAG, an INTEGER, a BIT STRING, two stretches joined; in ARENA. */
struct bytes key_der_make(struct arena *arena, uint8_t tag, struct bytes content);
struct bytes key_der_make_integer(struct arena *arena, struct bytes magnitude);
struct bytes key_der_make_bits(struct arena *arena, struct bytes content);
struct bytes key_der_join(struct arena *arena, struct bytes a, struct bytes b);

#endif
