#include "inspect/certificate_read.h"

#include "base/limits.h"
#include "base/text.h"
#include "inspect/key_der.h"

/* Signature algorithms by the content of their OID (RFC 3279, 4055, 5758, 8410, GB/T). */
static const struct {
    const char *oid;
    const char *name;
    bool weak;
} signatures[] = {
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x02", "md2WithRSAEncryption", true},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x03", "md4WithRSAEncryption", true},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04", "md5WithRSAEncryption", true},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05", "sha1WithRSAEncryption", true},
    {"\x2b\x0e\x03\x02\x1d", "sha1WithRSA", true},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", "sha256WithRSAEncryption", false},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c", "sha384WithRSAEncryption", false},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d", "sha512WithRSAEncryption", false},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e", "sha224WithRSAEncryption", false},
    {"\x2a\x86\x48\xce\x38\x04\x03", "dsaWithSHA1", true},
    {"\x60\x86\x48\x01\x65\x03\x04\x03\x01", "dsa_with_SHA224", false},
    {"\x60\x86\x48\x01\x65\x03\x04\x03\x02", "dsa_with_SHA256", false},
    {"\x2a\x86\x48\xce\x3d\x04\x01", "ecdsa-with-SHA1", true},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x01", "ecdsa-with-SHA224", false},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x02", "ecdsa-with-SHA256", false},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x03", "ecdsa-with-SHA384", false},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x04", "ecdsa-with-SHA512", false},
    {"\x2b\x65\x70", "ED25519", false},
    {"\x2b\x65\x71", "ED448", false},
    {"\x2a\x81\x1c\xcf\x55\x01\x83\x75", "SM2-with-SM3", false},
};

/* Attributes of a Name that have a short form, by the content of their OID. */
static const struct {
    const char *oid, *name;
} attributes[] = {
    {"\x55\x04\x03", "CN"},
    {"\x55\x04\x06", "C"},
    {"\x55\x04\x07", "L"},
    {"\x55\x04\x08", "ST"},
    {"\x55\x04\x0a", "O"},
    {"\x55\x04\x0b", "OU"},
    {"\x55\x04\x04", "SN"},
    {"\x55\x04\x05", "serialNumber"},
    {"\x55\x04\x09", "street"},
    {"\x55\x04\x0c", "title"},
    {"\x55\x04\x2a", "GN"},
    {"\x55\x04\x61", "organizationIdentifier"},
    {"\x55\x04\x0f", "businessCategory"},
    {"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", "UID"},
    {"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", "DC"},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", "emailAddress"},
};

static void add_oid(struct text *out, struct bytes oid)
{
    uint64_t value = 0;
    bool first = true;

    for (size_t i = 0; i < oid.size && i < 40; i++) {
        uint8_t byte = bytes_at(oid, i);
        value = (value & UINT32_MAX) << 7 | (byte & 0x7fU);
        if ((byte & 0x80) != 0)
            continue;
        if (first)
            text_addf(out, "%u.", value < 40 ? 0U : value < 80 ? 1U : 2U);
        uint64_t base = value < 40 ? 0 : value < 80 ? 40 : 80;
        text_addf(out, "%s%llu", first ? "" : ".",
                  (unsigned long long)(first ? value - base : value));
        first = false;
        value = 0;
    }
}

/* A string of two or four bytes a character, as UTF-8; what is no character becomes '?'. */
static void add_wide(struct text *out, struct bytes value, unsigned width)
{
    struct cursor c = cursor_over(value);

    while (cursor_left(&c) >= width) {
        uint32_t code = width == 2 ? cursor_u16be(&c) : cursor_u32be(&c);
        if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || code == 0)
            code = '?';
        if (code < 0x80) {
            text_add_char(out, (char)code);
        } else if (code < 0x800) {
            text_addf(out, "%c%c", (char)(0xc0 | code >> 6), (char)(0x80 | (code & 63)));
        } else if (code < 0x10000) {
            text_addf(out, "%c%c%c", (char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 63)),
                      (char)(0x80 | (code & 63)));
        } else {
            text_addf(out, "%c%c%c%c", (char)(0xf0 | code >> 18),
                      (char)(0x80 | (code >> 12 & 63)), (char)(0x80 | (code >> 6 & 63)),
                      (char)(0x80 | (code & 63)));
        }
    }
}

static void add_value(struct text *out, const struct key_der *value)
{
    struct bytes content = value->content;

    if (value->tag == 0x1e || value->tag == 0x1c) { /* BMPString, UniversalString */
        add_wide(out, content, value->tag == 0x1e ? 2 : 4);
        return;
    }
    for (size_t i = 0; i < content.size; i++) {
        uint8_t c = bytes_at(content, i);
        if (c == ',' || c == '+' || c == '"' || c == '\\' || c == '<' || c == '>' || c == ';')
            text_add_char(out, '\\');
        if (c >= 0x80 && value->tag != 0x0c) /* TeletexString and its like: as Latin-1 */
            text_addf(out, "%c%c", (char)(0xc0 | c >> 6), (char)(0x80 | (c & 63)));
        else
            text_add_char(out, c < 0x20 || c == 0x7f ? '?' : (char)c);
    }
}

static void add_attribute(struct text *out, struct bytes pair)
{
    struct cursor c = cursor_over(pair);
    struct key_der oid, value;
    const char *name = NULL;

    if (!key_der_take(&c, DER_OID, &oid) || !key_der_next(&c, &value))
        return;
    for (size_t i = 0; i < COUNT_OF(attributes) && name == NULL; i++)
        if (bytes_is(oid.content, attributes[i].oid))
            name = attributes[i].name;
    if (name != NULL)
        text_add(out, name);
    else
        add_oid(out, oid.content);
    text_add_char(out, '=');
    add_value(out, &value);
}

const char *certificate_name(struct bytes name, struct arena *arena)
{
    owned(text) out = text_new();
    struct key_der sets[LIMIT_NAME_PARTS], pair;
    struct cursor c;
    size_t count = 0;

    if (!key_der_open(name, &c))
        return "";
    while (count < LIMIT_NAME_PARTS && key_der_take(&c, DER_SET, &sets[count]))
        count++;
    for (size_t i = count; i > 0; i--) {
        struct cursor set = cursor_over(sets[i - 1].content);
        for (bool first = true; key_der_take(&set, DER_SEQUENCE, &pair); first = false) {
            if (i < count || !first)
                text_add_char(out, first ? ',' : '+');
            add_attribute(out, pair.content);
        }
    }
    return arena_string(arena, bytes_slice(text_bytes(out), 0, LIMIT_NAME_TEXT));
}

/* UTCTime or GeneralizedTime as YYYY-MM-DD; NULL when it is neither. */
static const char *read_date(struct cursor *c, struct arena *arena)
{
    struct key_der time;
    struct bytes digits;
    uint64_t number;

    if (!key_der_next(c, &time) || (time.tag != DER_UTC_TIME && time.tag != DER_TIME))
        return NULL;
    size_t year_digits = time.tag == DER_TIME ? 4 : 2;
    digits = bytes_slice(time.content, 0, year_digits + 4);
    for (size_t i = 0; i < year_digits + 4; i++)
        if (bytes_at(digits, i) < '0' || bytes_at(digits, i) > '9')
            return NULL;
    if (!bytes_to_u64(digits, &number))
        return NULL;
    unsigned year = (unsigned)(number / 10000);
    unsigned month = (unsigned)(number / 100 % 100), day = (unsigned)(number % 100);
    if (year_digits == 2)
        year += year < 50 ? 2000 : 1900; /* RFC 5280, section 4.1.2.5.1 */
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return NULL;
    return arena_printf(arena, "%04u-%02u-%02u", year, month, day);
}

/* RSASSA-PSS names its hash in the parameters; the default is SHA-1 (RFC 4055, section 3.1). */
static bool pss_is_weak(struct cursor parameters)
{
    struct key_der sequence, hash, algorithm, oid;

    if (!key_der_take(&parameters, DER_SEQUENCE, &sequence))
        return true;
    struct cursor c = cursor_over(sequence.content);
    if (!key_der_take(&c, DER_CONTEXT_0, &hash))
        return true;
    c = cursor_over(hash.content);
    if (!key_der_take(&c, DER_SEQUENCE, &algorithm))
        return true;
    c = cursor_over(algorithm.content);
    return !key_der_take(&c, DER_OID, &oid) ||
           !bytes_starts(oid.content, "\x60\x86\x48\x01\x65\x03\x04\x02");
}

static bool read_signature(struct bytes algorithm, struct arena *arena, struct certificate *out)
{
    struct cursor c = cursor_over(algorithm);
    struct key_der oid;

    if (!key_der_take(&c, DER_OID, &oid))
        return false;
    if (bytes_is(oid.content, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")) {
        out->signature = "rsassaPss";
        out->signature_weak = pss_is_weak(c);
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(signatures); i++) {
        if (!bytes_is(oid.content, signatures[i].oid))
            continue;
        out->signature = signatures[i].name;
        out->signature_weak = signatures[i].weak;
        return true;
    }
    owned(text) digits = text_new();
    add_oid(digits, oid.content);
    out->signature = arena_string(arena, text_bytes(digits));
    return true;
}

/* basicConstraints (RFC 5280, section 4.2.1.9) among the EXTENSIONS. */
static int read_ca(struct bytes extensions)
{
    struct cursor all, c;
    struct key_der extension, oid, value, flag;

    if (!key_der_open(extensions, &all))
        return 0;
    while (key_der_take(&all, DER_SEQUENCE, &extension)) {
        c = cursor_over(extension.content);
        if (!key_der_take(&c, DER_OID, &oid) || !bytes_is(oid.content, "\x55\x1d\x13"))
            continue;
        key_der_take(&c, DER_BOOLEAN, &flag); /* critical */
        if (!key_der_take(&c, DER_OCTETS, &value) || !key_der_open(value.content, &c))
            return 0;
        return key_der_take(&c, DER_BOOLEAN, &flag) && bytes_at(flag.content, 0) != 0 ? 1 : 0;
    }
    return 0;
}

/* The part that is signed: from the version to the extensions. */
static bool read_signed_part(struct bytes part, struct arena *arena, struct certificate *out)
{
    struct cursor c = cursor_over(part), validity;
    struct key_der element, version = {.content = {NULL, 0}}, serial, subject, issuer, spki;

    bool versioned = key_der_take(&c, DER_CONTEXT_0, &version);
    if (!key_der_take(&c, DER_INTEGER, &serial) || !key_der_take(&c, DER_SEQUENCE, &element) ||
        !key_der_take(&c, DER_SEQUENCE, &issuer) || !key_der_take(&c, DER_SEQUENCE, &element) ||
        !key_der_take(&c, DER_SEQUENCE, &subject) || !key_der_take(&c, DER_SEQUENCE, &spki))
        return false;
    validity = cursor_over(element.content);
    out->not_before = read_date(&validity, arena);
    out->not_after = read_date(&validity, arena);
    out->serial = serial.content;
    out->subject_der = subject.whole;
    out->issuer_der = issuer.whole;
    out->self_signed = bytes_equal(subject.whole, issuer.whole);
    out->ca = versioned && bytes_at(version.content, version.content.size - 1) == 2 ? 0 : -1;
    while (key_der_next(&c, &element))
        if (element.tag == DER_CONTEXT_3)
            out->ca = read_ca(element.content);
    if (!key_public_from_spki(spki.whole, arena, &out->key))
        out->key = (struct key_public){.spki = spki.whole, .digest = hash_sha256(spki.whole)};
    return cursor_left(&c) == 0;
}

bool certificate_read(struct bytes der, struct arena *arena, struct certificate *out)
{
    struct certificate certificate = {.der = der};
    struct key_der part, algorithm, bits;
    struct cursor c;

    if (!key_der_open(der, &c) || !key_der_take(&c, DER_SEQUENCE, &part) ||
        !key_der_take(&c, DER_SEQUENCE, &algorithm) || !key_der_take(&c, DER_BITS, &bits) ||
        cursor_left(&c) > 0 || !read_signature(algorithm.content, arena, &certificate) ||
        !read_signed_part(part.content, arena, &certificate))
        return false;
    certificate.digest = hash_sha256(der);
    *out = certificate;
    return true;
}

bool certificate_next_in_pkcs7(struct bytes der, size_t *at, struct bytes *out)
{
    struct key_der oid, outer, version, hashes, data, set, one;
    struct cursor c;

    if (!key_der_open(der, &c) || !key_der_take(&c, DER_OID, &oid) ||
        !bytes_is(oid.content, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02") ||
        !key_der_take(&c, DER_CONTEXT_0, &outer) || !key_der_open(outer.content, &c))
        return false;
    if (!key_der_take(&c, DER_INTEGER, &version) || !key_der_take(&c, DER_SET, &hashes) ||
        !key_der_take(&c, DER_SEQUENCE, &data) || !key_der_take(&c, DER_CONTEXT_0, &set))
        return false;
    c = cursor_at(set.content, *at);
    if (!key_der_take(&c, DER_SEQUENCE, &one))
        return false;
    *at = cursor_offset(&c);
    *out = one.whole;
    return true;
}
