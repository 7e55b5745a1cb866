#include "inspect/key_der.h"

/* The length behind a tag: short, or up to four bytes. False for the indefinite form. */
static bool read_length(struct cursor *c, uint64_t *out)
{
    uint8_t first = cursor_u8(c);

    *out = first;
    if (first < 0x80)
        return cursor_ok(c);
    if (first == 0x80 || first > 0x84)
        return false;
    *out = 0;
    for (unsigned i = first & 0x7fU; i > 0; i--)
        *out = *out << 8 | cursor_u8(c);
    return cursor_ok(c);
}

bool key_der_next(struct cursor *c, struct key_der *out)
{
    size_t start = cursor_offset(c);
    struct cursor at = *c;
    uint64_t length;

    if (cursor_left(c) < 2)
        return false;
    out->tag = cursor_u8(&at);
    if ((out->tag & 0x1f) == 0x1f || !read_length(&at, &length) || length > cursor_left(&at))
        return false;
    out->content = cursor_bytes(&at, length);
    out->whole = bytes_slice(c->bytes, start, cursor_offset(&at) - start);
    *c = at;
    return true;
}

bool key_der_take(struct cursor *c, uint8_t tag, struct key_der *out)
{
    struct cursor at = *c;

    if (!key_der_next(&at, out) || out->tag != tag)
        return false;
    *c = at;
    return true;
}

static struct bytes without_zeros(struct bytes bytes)
{
    size_t zeros = 0;

    while (zeros < bytes.size && bytes_at(bytes, zeros) == 0)
        zeros++;
    return bytes_from_offset(bytes, zeros);
}

bool key_der_integer(struct cursor *c, struct bytes *out)
{
    struct cursor at = *c;
    struct key_der element;

    if (!key_der_take(&at, DER_INTEGER, &element) || element.content.size == 0 ||
        (bytes_at(element.content, 0) & 0x80) != 0)
        return false;
    *out = without_zeros(element.content);
    *c = at;
    return true;
}

bool key_der_bits(struct cursor *c, struct bytes *out)
{
    struct cursor at = *c;
    struct key_der element;

    if (!key_der_take(&at, DER_BITS, &element) || element.content.size == 0 ||
        bytes_at(element.content, 0) != 0)
        return false;
    *out = bytes_from_offset(element.content, 1);
    *c = at;
    return true;
}

bool key_der_open(struct bytes bytes, struct cursor *out)
{
    struct cursor c = cursor_over(bytes);
    struct key_der element;

    if (!key_der_take(&c, DER_SEQUENCE, &element) || cursor_left(&c) > 0)
        return false;
    *out = cursor_over(element.content);
    return true;
}

int key_der_bit_count(struct bytes magnitude)
{
    struct bytes bytes = without_zeros(magnitude);

    if (bytes.size == 0 || bytes.size > INT32_MAX / 8)
        return 0;
    return (int)(bytes.size * 8) - (__builtin_clz(bytes_at(bytes, 0)) - 24);
}

struct bytes key_der_join(struct arena *arena, struct bytes a, struct bytes b)
{
    uint8_t *data = arena_alloc(arena, a.size + b.size);

    if (a.size > 0)
        mem_copy(data, a.data, a.size);
    if (b.size > 0)
        mem_copy(data + a.size, b.data, b.size);
    return bytes_from(data, a.size + b.size);
}

struct bytes key_der_make(struct arena *arena, uint8_t tag, struct bytes content)
{
    uint8_t head[6] = {tag};
    size_t size = 1;

    if (content.size < 0x80) {
        head[size++] = (uint8_t)content.size;
    } else {
        unsigned count = content.size > 0xffffff ? 4
                         : content.size > 0xffff ? 3
                         : content.size > 0xff   ? 2
                                                 : 1;
        head[size++] = (uint8_t)(0x80 | count);
        for (unsigned i = count; i > 0; i--)
            head[size++] = (uint8_t)(content.size >> (8 * (i - 1)));
    }
    return key_der_join(arena, bytes_from(head, size), content);
}

struct bytes key_der_make_integer(struct arena *arena, struct bytes magnitude)
{
    static const uint8_t zero;
    struct bytes bytes = without_zeros(magnitude);

    if (bytes.size == 0 || (bytes_at(bytes, 0) & 0x80) != 0)
        bytes = key_der_join(arena, bytes_from(&zero, 1), bytes);
    return key_der_make(arena, DER_INTEGER, bytes);
}

struct bytes key_der_make_bits(struct arena *arena, struct bytes content)
{
    static const uint8_t zero;

    return key_der_make(arena, DER_BITS, key_der_join(arena, bytes_from(&zero, 1), content));
}
