#include "inspect/key_jwk.h"

#include <string.h>

#include "base/limits.h"
#include "inspect/key_der.h"
#include "inspect/key_pem.h"

/* The members of one object that make a key (RFC 7517, RFC 7518, RFC 8037). */
struct members {
    size_t start;
    struct bytes kty, crv, n, e, x, y, d;
};

struct scanner {
    struct bytes text;
    size_t at;
    struct members stack[LIMIT_JWK_DEPTH];
    size_t depth;
    struct bytes name; /* the last string in front of a colon */
    bool has_name;
};

/* The string that begins behind the quote at AT; escapes are left as they are. */
static bool read_string(struct scanner *s, struct bytes *out)
{
    size_t start = s->at + 1, end = start;

    while (end < s->text.size && bytes_at(s->text, end) != '"')
        end += bytes_at(s->text, end) == '\\' ? 2 : 1;
    if (end >= s->text.size)
        return false;
    *out = bytes_slice(s->text, start, end - start);
    s->at = end + 1;
    return true;
}

static void set_member(struct members *object, struct bytes name, struct bytes value)
{
    const struct {
        const char *name;
        struct bytes *value;
    } wanted[] = {{"kty", &object->kty}, {"crv", &object->crv}, {"n", &object->n},
                  {"e", &object->e},     {"x", &object->x},     {"y", &object->y},
                  {"d", &object->d}};

    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        if (bytes_is(name, wanted[i].name))
            *wanted[i].value = value;
}

static bool read_string_member(struct scanner *s)
{
    struct bytes string;

    if (!read_string(s, &string))
        return false;
    while (strchr(" \t\r\n", bytes_at(s->text, s->at)) != NULL && s->at < s->text.size)
        s->at++;
    if (bytes_at(s->text, s->at) == ':') {
        s->at++;
        s->name = string;
        s->has_name = true;
    } else if (s->has_name && s->depth > 0) {
        set_member(&s->stack[s->depth - 1], s->name, string);
        s->has_name = false;
    }
    return true;
}

static bool make_ec(const struct members *object, struct arena *arena, struct key_public *out)
{
    static const uint8_t uncompressed = 4;
    struct bytes x, y, d;

    if (!key_base64(object->x, arena, &x) || !key_base64(object->y, arena, &y) ||
        !key_base64(object->d, arena, &d) || x.size != y.size || d.size > x.size)
        return false;
    struct bytes point = key_der_join(arena, bytes_from(&uncompressed, 1), x);
    return key_public_from_ec(object->crv, key_der_join(arena, point, y), arena, out);
}

static bool make_okp(const struct members *object, struct arena *arena, struct key_public *out)
{
    static const char *const curves[][2] = {
        {"Ed25519", "ed25519"}, {"Ed448", "ed448"}, {"X25519", "x25519"}, {"X448", "x448"}};
    struct bytes x, d;

    if (!key_base64(object->x, arena, &x) || !key_base64(object->d, arena, &d) ||
        d.size != x.size)
        return false;
    for (size_t i = 0; i < COUNT_OF(curves); i++)
        if (bytes_is(object->crv, curves[i][0]))
            return key_public_from_raw(curves[i][1], x, arena, out);
    return false;
}

static bool make_key(const struct members *object, struct arena *arena, struct key_private *out)
{
    struct key_private key = {.encoding = "jwk"};
    struct bytes n, e, d;
    bool ok = false;

    if (object->d.size == 0)
        return false;
    if (bytes_is(object->kty, "RSA"))
        ok = key_base64(object->n, arena, &n) && key_base64(object->e, arena, &e) &&
             key_base64(object->d, arena, &d) && d.size <= n.size &&
             key_public_from_rsa(n, e, arena, &key.half);
    else if (bytes_is(object->kty, "EC"))
        ok = make_ec(object, arena, &key.half);
    else if (bytes_is(object->kty, "OKP"))
        ok = make_okp(object, arena, &key.half);
    if (ok)
        *out = key;
    return ok;
}

bool key_jwk_may_be(struct bytes content)
{
    struct bytes text = bytes_trim(content);
    uint8_t first = bytes_at(text, 0);

    return (first == '{' || first == '[') && bytes_contains(text, "\"kty\"");
}

bool key_jwk_next(struct bytes content, size_t *at, struct arena *arena,
                  struct key_private *out, size_t *offset)
{
    struct scanner s = {.text = content, .at = *at};

    while (s.at < content.size) {
        uint8_t c = bytes_at(content, s.at);
        if (c == '"') {
            if (!read_string_member(&s))
                break;
            continue;
        }
        if (c == '{' && s.depth < LIMIT_JWK_DEPTH)
            s.stack[s.depth++] = (struct members){.start = s.at};
        else if (c == '{')
            break;
        if (c == '{' || c == ',' || c == '[')
            s.has_name = false;
        s.at++;
        if (c != '}' || s.depth == 0)
            continue;
        s.depth--;
        if (!make_key(&s.stack[s.depth], arena, out))
            continue;
        *offset = s.stack[s.depth].start;
        *at = s.at;
        return true;
    }
    *at = content.size;
    return false;
}
