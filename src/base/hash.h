#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/bytes.h"

/* SHA-256 (FIPS 180-4), by OpenSSL. */
struct sha256 {
    uint8_t bytes[32];
};

struct sha256 hash_sha256(struct bytes bytes);

/* CRC-32 as in IEEE 802.3, the one of zlib, gzip, U-Boot. */
uint32_t hash_crc32(struct bytes bytes);

#endif
