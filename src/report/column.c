#include "report/column.h"

/* The bytes of the character at the start: 1 for what is no UTF-8. */
static size_t size_of(struct bytes text, uint32_t *point)
{
    uint8_t first = bytes_at(text, 0);
    size_t size = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

    *point = size == 1 ? first : first & (0xffU >> (size + 1));
    if (size > text.size)
        return 1;
    for (size_t i = 1; i < size; i++)
        *point = *point << 6 | (bytes_at(text, i) & 0x3fU);
    return size;
}

/* Cells of a character, by the blocks of Unicode: near enough to lay out a table. */
static size_t cells_of(uint32_t point)
{
    static const struct {
        uint32_t first, last;
        size_t cells;
    } blocks[] = {
        {0x300, 0x36f, 0},   {0x200b, 0x200d, 0}, {0xfe00, 0xfe0f, 0},   {0x1100, 0x115f, 2},
        {0x2e80, 0xa4cf, 2}, {0xac00, 0xd7a3, 2}, {0xf900, 0xfaff, 2},   {0xfe30, 0xfe6f, 2},
        {0xff00, 0xff60, 2}, {0xffe0, 0xffe6, 2}, {0x1f300, 0x1faff, 2}, {0x20000, 0x3fffd, 2},
    };

    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        if (point >= blocks[i].first && point <= blocks[i].last)
            return blocks[i].cells;
    return 1;
}

/* How many bytes at the start fill at most WIDTH cells. */
static size_t fitting(struct bytes text, size_t width)
{
    size_t used = 0, at = 0;

    while (at < text.size) {
        uint32_t point;
        size_t size = size_of(bytes_from_offset(text, at), &point);
        used += cells_of(point);
        if (used > width)
            break;
        at += size;
    }
    return at;
}

size_t column_width(struct bytes text)
{
    size_t width = 0;

    for (size_t at = 0; at < text.size;) {
        uint32_t point;
        at += size_of(bytes_from_offset(text, at), &point);
        width += cells_of(point);
    }
    return width;
}

void column_pad(struct text *out, struct bytes text, size_t width)
{
    size_t used = column_width(text);

    text_add_bytes(out, text);
    if (used < width)
        text_addf(out, "%*s", (int)(width - used), "");
}

void column_shorten(struct text *out, struct bytes path, size_t width)
{
    size_t all = column_width(path);

    if (all <= width) {
        text_add_bytes(out, path);
        return;
    }
    size_t head = (width - 1) / 3, tail = width - 1 - head;
    text_add_bytes(out, bytes_slice(path, 0, fitting(path, head)));
    text_add(out, "…");
    /* The end is what tells files apart: leave out so much that the rest fits. */
    struct bytes rest = bytes_from_offset(path, fitting(path, all - tail));
    while (column_width(rest) > tail) {
        uint32_t point;
        rest = bytes_from_offset(rest, size_of(rest, &point));
    }
    text_add_bytes(out, rest);
}

bool column_next_line(struct bytes *rest, size_t width, struct bytes *line)
{
    struct bytes text = bytes_trim(*rest);
    size_t end = fitting(text, width);

    if (text.size == 0)
        return false;
    if (end < text.size) {
        size_t blank = end;
        while (blank > 0 && bytes_at(text, blank) != ' ')
            blank--;
        if (blank > 0)
            end = blank;
        if (end == 0)
            end = 1; /* a cell wider than the column */
    }
    *line = bytes_slice(text, 0, end);
    *rest = bytes_from_offset(text, end);
    return true;
}
