#include "base/hash.h"

#include <openssl/sha.h>
#include <zlib.h>

struct sha256 hash_sha256(struct bytes bytes)
{
    static const uint8_t nothing;
    struct sha256 hash;

    SHA256(bytes.size == 0 ? &nothing : bytes.data, bytes.size, hash.bytes);
    return hash;
}

uint32_t hash_crc32(struct bytes bytes)
{
    return (uint32_t)crc32_z(0, bytes.data, bytes.size);
}
