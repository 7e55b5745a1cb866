#include "base/text.h"
#include "inspect/key_pem.h"
#include "inspect/key_private.h"

bool key_private_from_openssh(struct bytes body, struct arena *arena, struct key_private *out)
{
    struct key_private key = {.encoding = "openssh"};
    struct cursor c = cursor_over(body);

    if (!bytes_is(cursor_string(&c), "openssh-key-v1"))
        return false;
    struct bytes cipher = key_ssh_string(&c);
    key_ssh_string(&c); /* the name of the key derivation */
    key_ssh_string(&c); /* and its options */
    uint32_t count = cursor_u32be(&c);
    struct bytes blob = key_ssh_string(&c);
    struct bytes secret = key_ssh_string(&c);
    if (!cursor_ok(&c) || count != 1 || secret.size < 16 ||
        !key_public_from_ssh(blob, arena, &key.half))
        return false;
    key.encrypted = !bytes_is(cipher, "none");
    struct cursor s = cursor_over(secret);
    /* Two equal numbers stand in front, so that a wrong pass phrase shows. */
    if (!key.encrypted && cursor_u32be(&s) != cursor_u32be(&s))
        return false;
    *out = key;
    return true;
}

bool key_private_may_be_dropbear(struct bytes content)
{
    struct cursor c = cursor_over(bytes_slice(content, 0, 40));
    struct bytes type = key_ssh_string(&c);

    return bytes_is(type, "ssh-rsa") || bytes_is(type, "ssh-dss") ||
           bytes_is(type, "ssh-ed25519") || bytes_starts(type, "ecdsa-sha2-nistp");
}

/* Ed25519 keeps the seed and the public half in one string of 64 bytes. */
static bool dropbear_ed25519(struct cursor *c, struct arena *arena, struct key_public *out)
{
    struct bytes both = key_ssh_string(c);

    return both.size == 64 &&
           key_public_from_raw("ed25519", bytes_from_offset(both, 32), arena, out);
}

bool key_private_from_dropbear(struct bytes content, struct arena *arena,
                               struct key_private *out)
{
    struct key_private key = {.encoding = "dropbear"};
    struct cursor c = cursor_over(content);
    struct bytes type = key_ssh_string(&c);

    if (bytes_is(type, "ssh-ed25519")) {
        if (!dropbear_ed25519(&c, arena, &key.half) || cursor_left(&c) > 0)
            return false;
        *out = key;
        return true;
    }
    unsigned numbers = bytes_is(type, "ssh-dss") ? 4 : 2;
    unsigned secrets = bytes_is(type, "ssh-rsa") ? 3 : 1; /* of RSA the primes may be missing */
    for (unsigned i = 0; i < numbers; i++)
        key_ssh_string(&c);
    if (!cursor_ok(&c) ||
        !key_public_from_ssh(bytes_slice(content, 0, cursor_offset(&c)), arena, &key.half))
        return false;
    if (key_ssh_string(&c).size == 0)
        return false;
    for (unsigned i = 1; i < secrets && cursor_left(&c) > 0; i++)
        key_ssh_string(&c);
    if (!cursor_ok(&c) || cursor_left(&c) > 0)
        return false;
    *out = key;
    return true;
}

bool key_private_may_be_putty(struct bytes content)
{
    return bytes_starts(content, "PuTTY-User-Key-File-2: ") ||
           bytes_starts(content, "PuTTY-User-Key-File-3: ");
}

/* The value of the header NAME in LINE, or no bytes. */
static struct bytes header(struct bytes line, const char *name)
{
    if (!bytes_starts(line, name))
        return (struct bytes){NULL, 0};
    return bytes_trim(bytes_from_offset(line, bytes_of(name).size));
}

/* Joins the next COUNT lines of base64 and decodes them. */
static bool read_lines(struct bytes *rest, struct bytes count, struct arena *arena,
                       struct bytes *out)
{
    owned(text) text = text_new();
    struct bytes line;
    uint64_t lines;

    if (!bytes_to_u64(count, &lines) || lines == 0 || lines > 512)
        return false;
    for (uint64_t i = 0; i < lines; i++) {
        if (!bytes_next_line(rest, &line))
            return false;
        text_add_bytes(text, bytes_trim(line));
    }
    return key_base64(text_bytes(text), arena, out);
}

bool key_private_from_putty(struct bytes content, struct arena *arena, struct key_private *out)
{
    struct key_private key = {.encoding = "putty"};
    struct bytes rest = content, line, blob = {NULL, 0}, secret = {NULL, 0};
    struct bytes encryption = {NULL, 0};

    if (!key_private_may_be_putty(content))
        return false;
    while (bytes_next_line(&rest, &line)) {
        struct bytes lines = header(line, "Public-Lines:");
        if (lines.size > 0 && !read_lines(&rest, lines, arena, &blob))
            return false;
        lines = header(line, "Private-Lines:");
        if (lines.size > 0 && !read_lines(&rest, lines, arena, &secret))
            return false;
        if (bytes_starts(line, "Encryption:"))
            encryption = header(line, "Encryption:");
    }
    if (secret.size == 0 || encryption.size == 0 ||
        !key_public_from_ssh(blob, arena, &key.half))
        return false;
    key.encrypted = !bytes_is(encryption, "none");
    *out = key;
    return true;
}
