#include "report/markdown_text.h"

#include <string.h>

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Would the byte at AT be a mark? Marks that need a bracket are harmless without it. */
static bool is_mark(struct bytes words, size_t at, bool only_digits)
{
    uint8_t c = words.data[at], next = bytes_at(words, at + 1);
    uint8_t before = at > 0 ? words.data[at - 1] : 0;

    if (strchr("\\`*_{}[]|~$!#", c) != NULL)
        return true;
    if (strchr("-+=", c) != NULL)
        return at == 0; /* a list, or a line under a title */
    if (c == '.' && (before == 'w' || before == 'W'))
        return true; /* "www." */
    if (c == '.' || c == ')')
        return only_digits && at > 0 && (next == ' ' || next == '\0'); /* "1. " */
    return c == ':' && (next == '/' || is_letter(next)); /* an address, or a small picture */
}

/*
 * Would a forge make a mention, an address or a reference of the mark at AT? Not of that in
 * squashfs@40000/etc, which is how a part of an image is called.
 */
static bool calls(struct bytes words, size_t at)
{
    uint8_t before = at > 0 ? words.data[at - 1] : 0;
    size_t end = at + 1;

    if (words.data[at] == '#')
        return is_digit(bytes_at(words, at + 1));
    if (words.data[at] != '@')
        return false;
    while (is_letter(bytes_at(words, end)) || is_digit(bytes_at(words, end)))
        end++;
    uint8_t behind = bytes_at(words, end);
    return (!is_letter(before) && !is_digit(before)) || behind == '.' || behind == '-' ||
           behind == '_';
}

void markdown_add(struct text *out, struct bytes bytes)
{
    owned(text) shown = text_new();
    bool only_digits = true; /* so far */

    text_add_terminal(shown, bytes); /* now it is UTF-8 without control characters */
    struct bytes words = text_bytes(shown);
    for (size_t i = 0; i < words.size; i++) {
        uint8_t c = words.data[i];
        if (c == '<')
            text_add(out, "&lt;");
        else if (c == '>')
            text_add(out, "&gt;");
        else if (c == '&')
            text_add(out, "&amp;");
        else if (calls(words, i)) /* a forge looks for these in the rendered text */
            text_addf(out, "\\%c\xe2\x80\x8b", c);
        else if (c < 0x80 && is_mark(words, i, only_digits))
            text_addf(out, "\\%c", c);
        else
            text_add_char(out, (char)c);
        only_digits = only_digits && is_digit(c);
    }
}
