#include "inspect/key_public.h"

#include <string.h>

#include "inspect/key_der.h"

/* A curve with the content of its OID (SEC 2, RFC 5639) and the names others give it. */
static const struct curve {
    const char *name, *ssh, *jwk;
    const char *oid;
    size_t oid_size;
    int bits;
} curves[] = {
    {"secp256r1", "nistp256", "P-256", "\x2a\x86\x48\xce\x3d\x03\x01\x07", 8, 256},
    {"secp384r1", "nistp384", "P-384", "\x2b\x81\x04\x00\x22", 5, 384},
    {"secp521r1", "nistp521", "P-521", "\x2b\x81\x04\x00\x23", 5, 521},
    {"secp256k1", NULL, "secp256k1", "\x2b\x81\x04\x00\x0a", 5, 256},
    {"secp224r1", NULL, NULL, "\x2b\x81\x04\x00\x21", 5, 224},
    {"secp192r1", NULL, NULL, "\x2a\x86\x48\xce\x3d\x03\x01\x01", 8, 192},
    {"secp160k1", NULL, NULL, "\x2b\x81\x04\x00\x09", 5, 160},
    {"secp160r1", NULL, NULL, "\x2b\x81\x04\x00\x08", 5, 160},
    {"secp192k1", NULL, NULL, "\x2b\x81\x04\x00\x1f", 5, 192},
    {"secp224k1", NULL, NULL, "\x2b\x81\x04\x00\x20", 5, 224},
    {"brainpoolP160r1", NULL, NULL, "\x2b\x24\x03\x03\x02\x08\x01\x01\x01", 9, 160},
    {"brainpoolP192r1", NULL, NULL, "\x2b\x24\x03\x03\x02\x08\x01\x01\x03", 9, 192},
    {"brainpoolP224r1", NULL, NULL, "\x2b\x24\x03\x03\x02\x08\x01\x01\x05", 9, 224},
    {"brainpoolP256r1", NULL, NULL, "\x2b\x24\x03\x03\x02\x08\x01\x01\x07", 9, 256},
    {"brainpoolP320r1", NULL, NULL, "\x2b\x24\x03\x03\x02\x08\x01\x01\x09", 9, 320},
    {"brainpoolP384r1", NULL, NULL, "\x2b\x24\x03\x03\x02\x08\x01\x01\x0b", 9, 384},
    {"brainpoolP512r1", NULL, NULL, "\x2b\x24\x03\x03\x02\x08\x01\x01\x0d", 9, 512},
    {"sm2", NULL, NULL, "\x2a\x81\x1c\xcf\x55\x01\x82\x2d", 8, 256},
};

enum { RSA, RSA_PSS, EC, DSA, X25519, X448, ED25519, ED448 };

/* An algorithm of a SubjectPublicKeyInfo. */
static const struct algorithm {
    const char *type;
    const char *oid;
    size_t oid_size;
    int bits;   /* of the key, where the algorithm fixes it */
    size_t raw; /* bytes of the key then */
} algorithms[] = {
    [RSA] = {"rsa", "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9, 0, 0},
    [RSA_PSS] = {"rsa", "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", 9, 0,
                 0}, /* for RSASSA-PSS alone */
    [EC] = {"ec", "\x2a\x86\x48\xce\x3d\x02\x01", 7, 0, 0},
    [DSA] = {"dsa", "\x2a\x86\x48\xce\x38\x04\x01", 7, 0, 0},
    [X25519] = {"x25519", "\x2b\x65\x6e", 3, 256, 32},
    [X448] = {"x448", "\x2b\x65\x6f", 3, 448, 56},
    [ED25519] = {"ed25519", "\x2b\x65\x70", 3, 256, 32},
    [ED448] = {"ed448", "\x2b\x65\x71", 3, 456, 57},
};

static const struct curve *curve_of_oid(struct bytes oid)
{
    for (size_t i = 0; i < COUNT_OF(curves); i++)
        if (bytes_equal(oid, bytes_from(curves[i].oid, curves[i].oid_size)))
            return &curves[i];
    return NULL;
}

static const struct curve *curve_named(struct bytes name)
{
    for (size_t i = 0; i < COUNT_OF(curves); i++)
        if (bytes_is(name, curves[i].name) ||
            (curves[i].ssh != NULL && bytes_is(name, curves[i].ssh)) ||
            (curves[i].jwk != NULL && bytes_is(name, curves[i].jwk)))
            return &curves[i];
    return NULL;
}

static const struct algorithm *algorithm_of_oid(struct bytes oid)
{
    for (size_t i = 0; i < COUNT_OF(algorithms); i++)
        if (bytes_equal(oid, bytes_from(algorithms[i].oid, algorithms[i].oid_size)))
            return &algorithms[i];
    return NULL;
}

/* Writing of SSH strings (RFC 4251, section 5). */
static struct bytes ssh_string(struct arena *arena, struct bytes text)
{
    uint8_t size[4] = {(uint8_t)(text.size >> 24), (uint8_t)(text.size >> 16),
                       (uint8_t)(text.size >> 8), (uint8_t)text.size};

    return key_der_join(arena, bytes_from(size, sizeof size), text);
}

static struct bytes ssh_number(struct arena *arena, struct bytes magnitude)
{
    static const uint8_t zero;

    if (magnitude.size > 0 && (bytes_at(magnitude, 0) & 0x80) != 0)
        magnitude = key_der_join(arena, bytes_from(&zero, 1), magnitude);
    return ssh_string(arena, magnitude);
}

static struct bytes ssh_add(struct arena *arena, struct bytes blob, struct bytes part)
{
    return key_der_join(arena, blob, part);
}

static bool read_rsa(struct bytes der, struct arena *arena, struct key_public *out)
{
    struct bytes modulus, exponent;
    struct cursor c;

    if (!key_der_open(der, &c) || !key_der_integer(&c, &modulus) ||
        !key_der_integer(&c, &exponent) || cursor_left(&c) > 0 || exponent.size == 0)
        return false;
    out->bits = key_der_bit_count(modulus);
    out->ssh = ssh_string(arena, bytes_of("ssh-rsa"));
    out->ssh = ssh_add(arena, out->ssh, ssh_number(arena, exponent));
    out->ssh = ssh_add(arena, out->ssh, ssh_number(arena, modulus));
    return out->bits > 0;
}

static bool read_dsa(struct cursor behind, struct bytes der, struct arena *arena,
                     struct key_public *out)
{
    struct cursor c = cursor_over(der);
    struct key_der parameters;
    struct bytes part[4];

    if (!key_der_integer(&c, &part[3]) || cursor_left(&c) > 0)
        return false;
    if (!key_der_take(&behind, DER_SEQUENCE, &parameters))
        return true; /* inherited: no size, no SSH form */
    c = cursor_over(parameters.content);
    for (size_t i = 0; i < 3; i++)
        if (!key_der_integer(&c, &part[i]))
            return false;
    out->bits = key_der_bit_count(part[0]);
    out->ssh = ssh_string(arena, bytes_of("ssh-dss"));
    for (size_t i = 0; i < 4; i++)
        out->ssh = ssh_add(arena, out->ssh, ssh_number(arena, part[i]));
    return out->bits > 0;
}

static bool read_ec(struct cursor parameters, struct bytes point, struct arena *arena,
                    struct key_public *out)
{
    struct key_der oid;
    const struct curve *curve =
        key_der_take(&parameters, DER_OID, &oid) ? curve_of_oid(oid.content) : NULL;
    uint8_t form = bytes_at(point, 0);

    if (point.size < 17 || form < 2 || form > 7 || form == 5)
        return false;
    if (curve == NULL)
        return true;
    size_t field = ((size_t)curve->bits + 7) / 8;
    if (point.size != 1 + field * (form < 4 ? 1 : 2))
        return false;
    out->curve = curve->name;
    out->bits = curve->bits;
    if (curve->ssh == NULL || form != 4)
        return true;
    out->ssh = ssh_string(arena, bytes_of(arena_printf(arena, "ecdsa-sha2-%s", curve->ssh)));
    out->ssh = ssh_add(arena, out->ssh, ssh_string(arena, bytes_of(curve->ssh)));
    out->ssh = ssh_add(arena, out->ssh, ssh_string(arena, point));
    return true;
}

static bool read_raw(const struct algorithm *algorithm, struct bytes raw, struct arena *arena,
                     struct key_public *out)
{
    if (raw.size != algorithm->raw)
        return false;
    out->bits = algorithm->bits;
    if (strcmp(algorithm->type, "ed25519") == 0)
        out->ssh =
            ssh_add(arena, ssh_string(arena, bytes_of("ssh-ed25519")), ssh_string(arena, raw));
    return true;
}

bool key_public_from_spki(struct bytes spki, struct arena *arena, struct key_public *out)
{
    struct key_public key = {.spki = spki};
    struct key_der algorithm, oid;
    struct bytes bits;
    struct cursor c;

    if (!key_der_open(spki, &c) || !key_der_take(&c, DER_SEQUENCE, &algorithm) ||
        !key_der_bits(&c, &bits) || cursor_left(&c) > 0)
        return false;
    struct cursor a = cursor_over(algorithm.content);
    if (!key_der_take(&a, DER_OID, &oid))
        return false;
    const struct algorithm *known = algorithm_of_oid(oid.content);
    if (known != NULL) {
        bool ok;
        key.type = known->type;
        if (known->raw > 0)
            ok = read_raw(known, bits, arena, &key);
        else if (strcmp(key.type, "rsa") == 0)
            ok = read_rsa(bits, arena, &key);
        else if (strcmp(key.type, "ec") == 0)
            ok = read_ec(a, bits, arena, &key);
        else
            ok = read_dsa(a, bits, arena, &key);
        if (!ok)
            return false;
    }
    key.digest = hash_sha256(spki);
    key.known = key_known_by_spki(&key.digest);
    *out = key;
    return true;
}

/* A SubjectPublicKeyInfo of ALGORITHM, with PARAMETERS as they are written, around BITS. */
static bool from_parts(const struct algorithm *algorithm, struct bytes parameters,
                       struct bytes bits, struct arena *arena, struct key_public *out)
{
    struct bytes oid =
        key_der_make(arena, DER_OID, bytes_from(algorithm->oid, algorithm->oid_size));
    struct bytes head = key_der_make(arena, DER_SEQUENCE, key_der_join(arena, oid, parameters));
    struct bytes tail = key_der_make_bits(arena, bits);

    return key_public_from_spki(
        key_der_make(arena, DER_SEQUENCE, key_der_join(arena, head, tail)), arena, out);
}

bool key_public_from_pkcs1(struct bytes der, struct arena *arena, struct key_public *out)
{
    struct bytes none = key_der_make(arena, DER_NULL, bytes_of(""));

    return from_parts(&algorithms[RSA], none, der, arena, out);
}

bool key_public_from_rsa(struct bytes modulus, struct bytes exponent, struct arena *arena,
                         struct key_public *out)
{
    struct bytes numbers = key_der_join(arena, key_der_make_integer(arena, modulus),
                                        key_der_make_integer(arena, exponent));

    return key_public_from_pkcs1(key_der_make(arena, DER_SEQUENCE, numbers), arena, out);
}

bool key_public_from_ec(struct bytes name, struct bytes point, struct arena *arena,
                        struct key_public *out)
{
    const struct curve *curve = curve_named(name);

    if (curve == NULL)
        return false;
    struct bytes oid = key_der_make(arena, DER_OID, bytes_from(curve->oid, curve->oid_size));
    return from_parts(&algorithms[EC], oid, point, arena, out);
}

bool key_public_from_raw(const char *type, struct bytes raw, struct arena *arena,
                         struct key_public *out)
{
    for (size_t i = X25519; i < COUNT_OF(algorithms); i++)
        if (strcmp(algorithms[i].type, type) == 0)
            return from_parts(&algorithms[i], bytes_of(""), raw, arena, out);
    return false;
}

struct bytes key_ssh_string(struct cursor *c)
{
    uint32_t size = cursor_u32be(c);

    return cursor_bytes(c, size);
}

static bool from_ssh_dsa(struct cursor *c, struct arena *arena, struct key_public *out)
{
    struct bytes numbers = bytes_of("");

    for (int i = 0; i < 3; i++)
        numbers = key_der_join(arena, numbers, key_der_make_integer(arena, key_ssh_string(c)));
    struct bytes y = key_der_make_integer(arena, key_ssh_string(c));
    return cursor_ok(c) &&
           from_parts(&algorithms[DSA], key_der_make(arena, DER_SEQUENCE, numbers), y, arena,
                      out);
}

bool key_public_from_ssh(struct bytes blob, struct arena *arena, struct key_public *out)
{
    struct cursor c = cursor_over(blob);
    struct bytes type = key_ssh_string(&c);
    bool ok = false;

    if (bytes_is(type, "ssh-rsa")) {
        struct bytes exponent = key_ssh_string(&c);
        struct bytes modulus = key_ssh_string(&c);
        ok = cursor_ok(&c) && key_public_from_rsa(modulus, exponent, arena, out);
    } else if (bytes_is(type, "ssh-dss")) {
        ok = from_ssh_dsa(&c, arena, out);
    } else if (bytes_is(type, "ssh-ed25519")) {
        ok = key_public_from_raw("ed25519", key_ssh_string(&c), arena, out);
    } else if (bytes_starts(type, "ecdsa-sha2-")) {
        struct bytes curve = key_ssh_string(&c);
        ok = key_public_from_ec(curve, key_ssh_string(&c), arena, out);
    }
    return ok && cursor_ok(&c) && cursor_left(&c) == 0;
}

const char *key_public_fingerprint(const struct key_public *key, struct arena *arena)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char text[44] = "";
    unsigned held = 0, bits = 0;
    size_t size = 0;

    if (key->ssh.size == 0)
        return NULL;
    struct sha256 digest = hash_sha256(key->ssh);
    for (size_t i = 0; i < sizeof digest.bytes; i++) {
        held = (held << 8 | digest.bytes[i]) & 0xffff;
        for (bits += 8; bits >= 6; bits -= 6)
            text[size++] = digits[held >> (bits - 6) & 63];
    }
    text[size++] = digits[held << (6 - bits) & 63];
    return arena_printf(arena, "SHA256:%.*s", (int)size, text);
}

const char *key_hex(struct bytes bytes, struct arena *arena)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(arena, 2 * bytes.size + 1);

    for (size_t i = 0; i < bytes.size; i++) {
        text[2 * i] = digits[bytes_at(bytes, i) >> 4];
        text[2 * i + 1] = digits[bytes_at(bytes, i) & 15];
    }
    return text;
}
