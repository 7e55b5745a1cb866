/* Does a guess make a hash? libxcrypt answers for crypt(5), OpenSSL and our MD5 for the rest. */
#include <crypt.h>
#include <openssl/evp.h>

#include "base/arena.h"
#include "inspect/login_hash.h"
#include "inspect/login_md5.h"

#define SALT_BYTES 66 /* of the longest salt login_hash.c accepts, decoded */

/* A mosquitto hash taken apart. */
struct mosquitto {
    struct bytes salt;
    uint8_t salt_room[SALT_BYTES + 3];
    uint8_t digest[66 + 3];
};

/* Decodes base64 of at most 88 characters, checked before. */
static size_t decode(struct bytes text, uint8_t *out)
{
    int size = EVP_DecodeBlock(out, text.data, (int)text.size);
    size_t padding = 0;

    while (padding < 2 && padding < text.size && text.data[text.size - 1 - padding] == '=')
        padding++;
    return size < 0 ? 0 : (size_t)size - padding;
}

static void take_apart(const struct login_hash *hash, struct mosquitto *out)
{
    struct bytes before = bytes_slice(hash->text, 0, hash->text.size - 89), salt = {NULL, 0};

    while (bytes_next_field(&before, '$', &salt))
        continue;
    out->salt = bytes_from(out->salt_room, decode(salt, out->salt_room));
    (void)decode(bytes_from_offset(hash->text, hash->text.size - 88), out->digest);
}

static bool digest_fits(const EVP_MD *kind, struct bytes first, struct bytes second,
                        struct bytes wanted)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    bool ok = context != NULL && EVP_DigestInit_ex(context, kind, NULL) == 1 &&
              EVP_DigestUpdate(context, first.data, first.size) == 1 &&
              EVP_DigestUpdate(context, second.data, second.size) == 1 &&
              EVP_DigestFinal_ex(context, digest, &size) == 1;

    EVP_MD_CTX_free(context);
    return ok && size == wanted.size && bytes_equal(bytes_from(digest, size), wanted);
}

static size_t find_mosquitto(const struct login_hash *hash, const struct bytes *guesses,
                             size_t count)
{
    struct mosquitto parts = {0};

    take_apart(hash, &parts);
    struct bytes wanted = bytes_from(parts.digest, 64);
    for (size_t i = 0; i < count; i++) {
        uint8_t digest[64];
        if (hash->scheme == LOGIN_MOSQUITTO_SHA512) {
            if (digest_fits(EVP_sha512(), guesses[i], parts.salt, wanted))
                return i;
            continue;
        }
        if (PKCS5_PBKDF2_HMAC((const char *)guesses[i].data, (int)guesses[i].size,
                              parts.salt.data, (int)parts.salt.size, (int)hash->rounds,
                              EVP_sha512(), 64, digest) == 1 &&
            bytes_equal(bytes_from(digest, 64), wanted))
            return i;
    }
    return SIZE_MAX;
}

static size_t find_sha1(const struct login_hash *hash, const struct bytes *guesses,
                        size_t count)
{
    uint8_t digest[21 + 3];

    (void)decode(bytes_from_offset(hash->text, 5), digest);
    for (size_t i = 0; i < count; i++)
        if (digest_fits(EVP_sha1(), guesses[i], bytes_of(""), bytes_from(digest, 20)))
            return i;
    return SIZE_MAX;
}

static size_t find_md5(const struct login_hash *hash, const struct bytes *guesses, size_t count)
{
    struct login_md5 wanted = {.magic = bytes_of(hash->scheme == LOGIN_MD5 ? "$1$" : "$apr1$")};
    size_t salt = wanted.magic.size;
    size_t end = hash->text.size - LOGIN_MD5_TEXT;

    wanted.salt = bytes_slice(hash->text, salt, end - 1 - salt);
    if (!login_md5_read(bytes_from_offset(hash->text, end), wanted.digest))
        return SIZE_MAX;
    return login_md5_find(&wanted, guesses, count);
}

static size_t find_crypt(const struct login_hash *hash, const struct bytes *guesses,
                         size_t count)
{
    owned(arena) arena = arena_new();
    struct crypt_data *data = arena_alloc(arena, sizeof *data);
    const char *setting = arena_string(arena, hash->text);

    for (size_t i = 0; i < count; i++) {
        owned(arena) one = arena_new();
        const char *made =
            crypt_rn(arena_string(one, guesses[i]), setting, data, (int)sizeof *data);
        if (made != NULL && bytes_is(hash->text, made))
            return i;
    }
    return SIZE_MAX;
}

size_t login_hash_find(const struct login_hash *hash, const struct bytes *guesses, size_t count)
{
    if (hash->scheme == LOGIN_NONE || hash->cost == LOGIN_COST_UNKNOWN)
        return SIZE_MAX;
    if (hash->scheme == LOGIN_MD5 || hash->scheme == LOGIN_APR1)
        return find_md5(hash, guesses, count);
    if (hash->scheme == LOGIN_MOSQUITTO_SHA512 || hash->scheme == LOGIN_MOSQUITTO_PBKDF2)
        return find_mosquitto(hash, guesses, count);
    if (hash->scheme == LOGIN_HTPASSWD_SHA1)
        return find_sha1(hash, guesses, count);
    return find_crypt(hash, guesses, count);
}
