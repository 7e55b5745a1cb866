#include "base/hash.h"
#include "report/machine.h"

void machine_add_uuid(struct text *out, const char *kind, struct bytes a, struct bytes b)
{
    static const size_t groups[] = {4, 2, 2, 2, 6};
    owned(text) name = text_new();
    size_t at = 0;

    text_addf(name, "proviso %s", kind);
    text_add_char(name, '\0');
    text_add_bytes(name, a);
    text_add_char(name, '\0');
    text_add_bytes(name, b);
    struct sha256 hash = hash_sha256(text_bytes(name));
    hash.bytes[6] = (uint8_t)((hash.bytes[6] & 0x0f) | 0x50); /* RFC 9562: version 5, … */
    hash.bytes[8] = (uint8_t)((hash.bytes[8] & 0x3f) | 0x80); /* … of its variant */
    for (size_t i = 0; i < COUNT_OF(groups); at += groups[i++]) {
        text_add(out, i == 0 ? "" : "-");
        text_add_hex(out, bytes_slice(bytes_from(hash.bytes, 16), at, groups[i]));
    }
}

/* What a segment of a path may hold as it is, and says nothing anywhere else. */
static bool is_segment_byte(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~' || c == '@' || c == '+' || c == ',';
}

void machine_add_uri(struct text *out, struct bytes path)
{
    struct bytes part;
    bool first = true;

    while (bytes_next_field(&path, '/', &part)) {
        if (part.size == 0)
            continue;
        if (!first)
            text_add_char(out, '/');
        first = false;
        if (bytes_is(part, ".") || bytes_is(part, "..")) { /* a reader must not climb by it */
            text_add(out, part.size == 1 ? "_" : "__");
            continue;
        }
        for (size_t i = 0; i < part.size; i++) {
            if (is_segment_byte(part.data[i]))
                text_add_char(out, (char)part.data[i]);
            else
                text_addf(out, "%%%02X", part.data[i]);
        }
    }
    text_add(out, first ? "_" : "");
}

struct bytes machine_cut(struct bytes text, size_t limit, bool *cut)
{
    size_t end = text.size;

    if (end > limit)
        for (end = limit; end > 0 && limit - end < 4 && (bytes_at(text, end) & 0xc0) == 0x80;)
            end--;
    *cut = end < text.size;
    return bytes_slice(text, 0, end);
}
