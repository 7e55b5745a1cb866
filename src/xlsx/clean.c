#include "xlsx/clean.h"

#include "base/utf8.h"

/* Is it "_xHHHH_"? */
static bool is_escape(struct bytes text)
{
    if (bytes_at(text, 0) != '_' || bytes_at(text, 1) != 'x' || bytes_at(text, 6) != '_')
        return false;
    for (size_t i = 2; i < 6; i++) {
        uint8_t byte = bytes_at(text, i), letter = byte | 0x20;
        if (!(byte >= '0' && byte <= '9') && !(letter >= 'a' && letter <= 'f'))
            return false;
    }
    return true;
}

void clean_text(struct bytes text, struct text *out)
{
    struct cursor c = cursor_over(text);

    while (cursor_left(&c) > 0) {
        size_t at = cursor_offset(&c);
        bool bad;
        uint32_t character = utf8_next(&c, &bad);
        if (character == '\r' && bytes_at(text, at + 1) == '\n')
            continue;
        if (character == '_' && is_escape(bytes_slice(text, at, 7)))
            text_add(out, "_x005F_");
        else if (character == '\r')
            text_add_char(out, '\n');
        else if (character == '\n' || character == '\t')
            text_add_char(out, (char)character);
        else if (utf8_is_control(character) || utf8_is_direction(character) ||
                 utf8_is_none(character))
            utf8_add(out, UTF8_REPLACEMENT);
        else
            utf8_add(out, character);
    }
}

/* What TEXT counts in UTF-16, and where the character begins that goes over UNITS of it. */
static size_t count(struct bytes text, size_t units, size_t *end)
{
    struct cursor c = cursor_over(text);
    size_t counted = 0;
    bool bad;

    *end = text.size;
    while (cursor_left(&c) > 0) {
        size_t at = cursor_offset(&c);
        counted += utf8_next(&c, &bad) > 0xffff ? 2 : 1;
        if (counted > units && *end == text.size)
            *end = at;
    }
    return counted;
}

bool clean_cut(struct text *text, size_t units)
{
    static const size_t room = 60; /* for what is said at the end */
    size_t end;
    size_t all = count(text_bytes(text), units, &end);

    if (all <= units)
        return false;
    (void)count(text_bytes(text), units - room, &end);
    text->size = end;
    text_addf(text, "\n[cut here: %zu more characters]", all - (units - room));
    return true;
}

size_t clean_lines(struct bytes text, size_t width)
{
    struct cursor c = cursor_over(text);
    size_t lines = 1, at = 0;
    bool bad;

    while (cursor_left(&c) > 0) {
        uint32_t character = utf8_next(&c, &bad);
        size_t cells = character >= 0x1100 && character < 0xfffd ? 2 : 1; /* about: Asian */
        if (character >= 0x2000 && character < 0x2e80)
            cells = 1;
        at += cells;
        if (character != '\n' && at <= width)
            continue;
        lines++;
        at = character == '\n' ? 0 : cells;
    }
    return lines;
}
