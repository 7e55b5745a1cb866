#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

/* SHA-256 (FIPS 180-4), by OpenSSL. */
struct sha256 {
    uint8_t bytes[32];
};

struct sha256 hash_sha256(struct bytes bytes);

/* The same of a regular file of any size, with its size. ERROR_SYSTEM when it cannot be read. */
struct error *hash_file(const char *path, struct sha256 *out, uint64_t *size) MUST_CHECK;

/* CRC-32 as in IEEE 802.3, the one of zlib, gzip, U-Boot. */
uint32_t hash_crc32(struct bytes bytes);

#endif
