#include "inspect/key_private.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "base/limits.h"
#include "inspect/key_der.h"

/* The kinds of DER a private key comes in. */
enum shape { SHAPE_NONE, SHAPE_PKCS1, SHAPE_SEC1, SHAPE_DSA, SHAPE_PKCS8, SHAPE_ENCRYPTED };

static enum shape shape_of_pkcs8(struct cursor c)
{
    static const char *const wanted[] = {
        "\x2a\x86\x48\x86\xf7\x0d\x01\x01", /* PKCS #1 */
        "\x2a\x86\x48\xce\x3d\x02\x01",     /* elliptic curve */
        "\x2a\x86\x48\xce\x38\x04\x01",     /* DSA */
        "\x2b\x65\x6e",
        "\x2b\x65\x6f",
        "\x2b\x65\x70",
        "\x2b\x65\x71",
    };
    struct key_der algorithm, oid, key;

    if (!key_der_take(&c, DER_SEQUENCE, &algorithm) || !key_der_take(&c, DER_OCTETS, &key))
        return SHAPE_NONE;
    struct cursor a = cursor_over(algorithm.content);
    if (!key_der_take(&a, DER_OID, &oid))
        return SHAPE_NONE;
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        if (bytes_starts(oid.content, wanted[i]))
            return i == 2 && c.bytes.size > LIMIT_KEY_DSA ? SHAPE_NONE : SHAPE_PKCS8;
    return SHAPE_NONE;
}

/* Sorts DER out by its structure, so that OpenSSL sees nothing that is no key. */
static enum shape shape_of(struct bytes der)
{
    struct bytes number;
    struct key_der element;
    struct cursor c;
    unsigned numbers = 0;

    if (der.size > LIMIT_KEY_DER || !key_der_open(der, &c))
        return SHAPE_NONE;
    if (key_der_take(&c, DER_SEQUENCE, &element))
        return key_der_take(&c, DER_OCTETS, &element) && cursor_left(&c) == 0 &&
                       element.content.size >= 16
                   ? SHAPE_ENCRYPTED
                   : SHAPE_NONE;
    if (!key_der_integer(&c, &number) || number.size > 1)
        return SHAPE_NONE;
    if (key_der_take(&c, DER_OCTETS, &element))
        return bytes_at(number, 0) == 1 ? SHAPE_SEC1 : SHAPE_NONE;
    if (shape_of_pkcs8(c) != SHAPE_NONE)
        return SHAPE_PKCS8;
    while (key_der_integer(&c, &number))
        numbers++;
    return numbers == 8 ? SHAPE_PKCS1 : numbers == 5 ? SHAPE_DSA : SHAPE_NONE;
}

/* EncryptedPrivateKeyInfo: the scheme must be one of PKCS #5 or PKCS #12. */
static bool is_encrypted(struct bytes der)
{
    struct key_der algorithm, oid;
    struct cursor c;

    if (!key_der_open(der, &c) || !key_der_take(&c, DER_SEQUENCE, &algorithm))
        return false;
    struct cursor a = cursor_over(algorithm.content);
    return key_der_take(&a, DER_OID, &oid) &&
           (bytes_starts(oid.content, "\x2a\x86\x48\x86\xf7\x0d\x01\x05") ||
            bytes_starts(oid.content, "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01"));
}

static const char *type_of(const EVP_PKEY *key)
{
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
        return "rsa";
    case EVP_PKEY_EC:
        return "ec";
    case EVP_PKEY_DSA:
        return "dsa";
    default:
        return NULL;
    }
}

/* Takes the public half out of KEY: through its SubjectPublicKeyInfo. */
static bool read_half(EVP_PKEY *key, struct arena *arena, struct key_public *out)
{
    unsigned char *der = NULL;
    int size = i2d_PUBKEY(key, &der);
    bool ok = false;

    if (size > 0) {
        struct bytes spki = arena_copy(arena, bytes_from(der, (size_t)size));
        ok = key_public_from_spki(spki, arena, out);
    }
    OPENSSL_free(der);
    if (ok && out->bits == 0)
        out->bits = EVP_PKEY_get_bits(key);
    if (ok && out->type == NULL)
        out->type = type_of(key);
    return ok && out->bits > 0 && out->type != NULL;
}

static bool decode(struct bytes der, enum shape shape, struct arena *arena,
                   struct key_public *out)
{
    const unsigned char *at = der.data;

    /* A worker may open no file: not even the configuration of OpenSSL. */
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
    EVP_PKEY *key = shape == SHAPE_SEC1 ? d2i_PrivateKey(EVP_PKEY_EC, NULL, &at, (long)der.size)
                                        : d2i_AutoPrivateKey(NULL, &at, (long)der.size);
    bool ok = key != NULL && read_half(key, arena, out);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return ok;
}

bool key_private_from_der(struct bytes der, struct arena *arena, struct key_private *out)
{
    struct key_private key = {.encoding = "der"};
    enum shape shape = shape_of(der);

    if (shape == SHAPE_NONE)
        return false;
    if (shape == SHAPE_ENCRYPTED) {
        if (!is_encrypted(der))
            return false;
        key.encrypted = true;
    } else if (!decode(der, shape, arena, &key.half)) {
        return false;
    }
    *out = key;
    return true;
}

bool key_private_may_be_der(struct bytes content)
{
    struct cursor c;

    return content.size >= 32 && bytes_at(content, 0) == DER_SEQUENCE &&
           key_der_open(content, &c);
}
