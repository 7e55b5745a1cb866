#include "base/utf8.h"

uint32_t utf8_next(struct cursor *c, bool *bad)
{
    struct cursor start = *c;
    uint32_t first = cursor_u8(c);
    unsigned more = first < 0xc2 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    uint32_t value = more == 0 ? first : first & (0x3fU >> more);

    *bad = first > 0xf4 || (first >= 0x80 && more == 0);
    for (unsigned i = 0; i < more && !*bad; i++) {
        uint32_t byte = cursor_u8(c);
        *bad = !cursor_ok(c) || (byte & 0xc0) != 0x80;
        value = value << 6 | (byte & 0x3f);
    }
    *bad = *bad || (more == 2 && value < 0x800) || (more == 3 && value < 0x10000) ||
           value > 0x10ffff || (value >= 0xd800 && value < 0xe000);
    if (!*bad)
        return value;
    *c = start;
    cursor_skip(c, 1);
    return UTF8_REPLACEMENT;
}

static void add_byte(struct text *out, uint32_t byte)
{
    uint8_t value = (uint8_t)byte;

    text_add_bytes(out, bytes_from(&value, 1));
}

void utf8_add(struct text *out, uint32_t character)
{
    if (character > 0x10ffff || (character >= 0xd800 && character < 0xe000))
        character = UTF8_REPLACEMENT;
    if (character < 0x80) {
        add_byte(out, character);
        return;
    }
    unsigned more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    static const uint32_t marks[] = {0, 0xc0, 0xe0, 0xf0};
    add_byte(out, marks[more] | character >> 6 * more);
    while (more-- > 0)
        add_byte(out, 0x80 | (character >> 6 * more & 0x3f));
}

bool utf8_is_control(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

bool utf8_is_direction(uint32_t character)
{
    return character == 0x200e || character == 0x200f ||
           (character >= 0x202a && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069);
}

bool utf8_is_separator(uint32_t character)
{
    return character == 0x85 || character == 0x2028 || character == 0x2029;
}

bool utf8_is_none(uint32_t character)
{
    return character == 0xfeff || (character & 0xfffe) == 0xfffe;
}

struct bytes utf8_cut(struct bytes text, size_t limit)
{
    struct bytes shown = bytes_slice(text, 0, limit);

    while (shown.size > 0 && shown.size < text.size &&
           (bytes_at(text, shown.size) & 0xc0) == 0x80)
        shown.size--;
    return shown;
}
