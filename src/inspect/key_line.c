#include "inspect/key_line.h"

#include "inspect/key_pem.h"

static bool is_type(struct bytes word)
{
    return bytes_is(word, "ssh-rsa") || bytes_is(word, "ssh-dss") ||
           bytes_is(word, "ssh-ed25519") || bytes_starts(word, "ecdsa-sha2-nistp");
}

/* Cuts the options: up to white space outside double quotes. */
static struct bytes cut_options(struct bytes *line)
{
    bool quoted = false;
    size_t at = 0;

    for (; at < line->size; at++) {
        uint8_t c = bytes_at(*line, at);
        if (c == '"' && (at == 0 || bytes_at(*line, at - 1) != '\\'))
            quoted = !quoted;
        else if (!quoted && (c == ' ' || c == '\t'))
            break;
    }
    struct bytes options = bytes_slice(*line, 0, at);
    *line = bytes_trim(bytes_from_offset(*line, at));
    return options;
}

bool key_line_read(struct bytes line, struct arena *arena, struct key_line *out)
{
    struct key_line key = {.options = {NULL, 0}};
    struct bytes rest = bytes_trim(line), type, text, blob;

    if (rest.size == 0 || bytes_at(rest, 0) == '#')
        return false;
    struct bytes peek = rest;
    if (bytes_next_word(&peek, &type) && !is_type(type))
        key.options = cut_options(&rest);
    if (!bytes_next_word(&rest, &type) || !is_type(type) || !bytes_next_word(&rest, &text) ||
        !key_base64(text, arena, &blob) || !key_public_from_ssh(blob, arena, &key.half))
        return false;
    key.comment = bytes_trim(rest);
    *out = key;
    return true;
}

#define USIGN_COMMENT "untrusted comment: "
#define USIGN_PUBLIC  42  /* "Ed", 8 bytes of fingerprint, 32 of key */
#define USIGN_PRIVATE 104 /* "Ed", "BK", rounds, salt, checksum, fingerprint, 64 of key */

bool key_usign_may_be(struct bytes content)
{
    return bytes_starts(content, USIGN_COMMENT);
}

bool key_usign_read(struct bytes content, struct arena *arena, struct key_usign *out)
{
    struct key_usign key = {.is_private = false};
    struct bytes rest = content, line, body;

    if (!key_usign_may_be(content) || !bytes_next_line(&rest, &line))
        return false;
    key.comment = bytes_trim(bytes_from_offset(line, sizeof USIGN_COMMENT - 1));
    if (!bytes_next_line(&rest, &line) || !key_base64(bytes_trim(line), arena, &body) ||
        !bytes_starts(body, "Ed"))
        return false;
    struct cursor c = cursor_at(body, 2);
    if (body.size == USIGN_PRIVATE && bytes_is(cursor_bytes(&c, 2), "BK")) {
        key.is_private = true;
        key.encrypted = cursor_u32be(&c) != 0;
        cursor_skip(&c, 16 + 8 + 8 + 32); /* the public half is the second of the 64 bytes */
    } else if (body.size == USIGN_PUBLIC) {
        cursor_skip(&c, 8);
    } else {
        return false;
    }
    if (key.encrypted)
        key.half.type = "ed25519";
    else if (!key_public_from_raw("ed25519", cursor_bytes(&c, 32), arena, &key.half))
        return false;
    *out = key;
    return true;
}
