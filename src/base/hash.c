#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/arena.h"

struct sha256 hash_sha256(struct bytes bytes)
{
    static const uint8_t nothing;
    struct sha256 hash;

    SHA256(bytes.size == 0 ? &nothing : bytes.data, bytes.size, hash.bytes);
    return hash;
}

static bool digest_all(int fd, EVP_MD_CTX *digest, uint64_t *size)
{
    enum { PIECE = 1 << 20 };
    uint8_t *piece = mem_alloc(PIECE);
    ssize_t got;

    *size = 0;
    for (;;) {
        got = read(fd, piece, PIECE);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || EVP_DigestUpdate(digest, piece, (size_t)got) != 1)
            break;
        *size += (uint64_t)got;
    }
    mem_free(piece);
    return got == 0;
}

struct error *hash_file(const char *path, struct sha256 *out, uint64_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    struct stat status;

    bool ok = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && digest != NULL &&
              EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1 &&
              digest_all(fd, digest, size) && EVP_DigestFinal_ex(digest, out->bytes, NULL) == 1;
    EVP_MD_CTX_free(digest);
    if (fd >= 0)
        close(fd);
    if (ok)
        return NULL;
    return error_hint(error_new(ERROR_SYSTEM, "cannot read %s", path),
                      "check that it is a file and that you may read it");
}

uint32_t hash_crc32(struct bytes bytes)
{
    return (uint32_t)crc32_z(0, bytes.data, bytes.size);
}
