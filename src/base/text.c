#include "base/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

struct text *text_new(void)
{
    return mem_alloc(sizeof(struct text));
}

void text_free(struct text *text)
{
    if (text == NULL)
        return;
    mem_free(text->data);
    mem_free(text);
}

const char *text_string(const struct text *text)
{
    return text->data == NULL ? "" : text->data;
}

struct bytes text_bytes(const struct text *text)
{
    return bytes_from(text->data, text->size);
}

void text_clear(struct text *text)
{
    text->size = 0;
    if (text->data != NULL)
        text->data[0] = '\0';
}

static void reserve(struct text *text, size_t more)
{
    if (text->capacity - text->size > more)
        return;
    size_t capacity = text->capacity == 0 ? 256 : text->capacity;
    while (capacity - text->size <= more)
        capacity *= 2;
    text->data = mem_grow(text->data, capacity);
    text->capacity = capacity;
}

void text_add_bytes(struct text *text, struct bytes bytes)
{
    reserve(text, bytes.size);
    mem_copy(text->data + text->size, bytes.data, bytes.size);
    text->size += bytes.size;
    text->data[text->size] = '\0';
}

void text_add(struct text *text, const char *string)
{
    text_add_bytes(text, bytes_of(string));
}

void text_add_char(struct text *text, char c)
{
    text_add_bytes(text, bytes_from(&c, 1));
}

void text_addf(struct text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size <= 0)
        return;
    reserve(text, (size_t)size);
    va_start(arguments, format);
    (void)vsnprintf(text->data + text->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    text->size += (size_t)size;
}

/* The size of a well-formed UTF-8 sequence at the start (Unicode, table 3-7), or 0. */
static size_t sequence(struct bytes bytes)
{
    static const struct {
        uint8_t first_low, first_high, second_low, second_high;
        size_t size;
    } rows[] = {
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    uint8_t first = bytes_at(bytes, 0);
    uint8_t second = bytes_at(bytes, 1);

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (first < rows[i].first_low || first > rows[i].first_high)
            continue;
        if (rows[i].size == 1)
            return 1;
        if (rows[i].size > bytes.size || second < rows[i].second_low ||
            second > rows[i].second_high)
            return 0;
        for (size_t j = 2; j < rows[i].size; j++)
            if ((bytes_at(bytes, j) & 0xc0) != 0x80)
                return 0;
        return rows[i].size;
    }
    return 0;
}

typedef void escape_function(struct text *text, struct bytes sequence);

/* Hands each sequence of BYTES to ESCAPE; a byte that is none comes alone with its top bit set. */
static void each(struct text *text, struct bytes bytes, escape_function *escape)
{
    for (size_t at = 0; at < bytes.size;) {
        struct bytes rest = bytes_from_offset(bytes, at);
        size_t size = sequence(rest);
        escape(text, bytes_slice(rest, 0, size == 0 ? 1 : size));
        at += size == 0 ? 1 : size;
    }
}

static bool is_bad(struct bytes s)
{
    return s.size == 1 && s.data[0] >= 0x80;
}

static bool is_control(struct bytes s)
{
    return (s.size == 1 && (s.data[0] < 0x20 || s.data[0] == 0x7f)) ||
           (s.size == 2 && s.data[0] == 0xc2 && s.data[1] < 0xa0);
}

/* U+200E … U+202E and U+2066 … U+2069 turn the direction of what follows: never let through. */
static bool is_direction(struct bytes s)
{
    return s.size == 3 && s.data[0] == 0xe2 &&
           ((s.data[1] == 0x80 && s.data[2] >= 0x8e && s.data[2] <= 0xae && s.data[2] != 0x90 &&
             (s.data[2] <= 0x8f || s.data[2] >= 0xa8)) ||
            (s.data[1] == 0x81 && s.data[2] >= 0xa6 && s.data[2] <= 0xa9));
}

static void escape_terminal(struct text *text, struct bytes s)
{
    if (!is_bad(s) && !is_control(s) && !is_direction(s)) {
        text_add_bytes(text, s);
        return;
    }
    for (size_t i = 0; i < s.size; i++)
        text_addf(text, "\\x%02x", s.data[i]);
}

static void escape_html(struct text *text, struct bytes s)
{
    if (is_bad(s) || is_direction(s) ||
        (is_control(s) && s.data[0] != '\n' && s.data[0] != '\t'))
        text_add(text, "\xef\xbf\xbd");
    else if (s.data[0] == '&')
        text_add(text, "&amp;");
    else if (s.data[0] == '<')
        text_add(text, "&lt;");
    else if (s.data[0] == '>')
        text_add(text, "&gt;");
    else if (s.data[0] == '"')
        text_add(text, "&quot;");
    else if (s.data[0] == '\'')
        text_add(text, "&#39;");
    else
        text_add_bytes(text, s);
}

static void escape_json(struct text *text, struct bytes s)
{
    if (is_bad(s))
        text_add(text, "\xef\xbf\xbd");
    else if (s.data[0] == '"')
        text_add(text, "\\\"");
    else if (s.data[0] == '\\')
        text_add(text, "\\\\");
    else if (s.data[0] == '\n')
        text_add(text, "\\n");
    else if (is_control(s))
        text_addf(text, "\\u%04x", s.data[s.size - 1]);
    else
        text_add_bytes(text, s);
}

void text_add_terminal(struct text *text, struct bytes bytes)
{
    each(text, bytes, escape_terminal);
}

void text_add_html(struct text *text, struct bytes bytes)
{
    each(text, bytes, escape_html);
}

void text_add_json(struct text *text, struct bytes bytes)
{
    text_add_char(text, '"');
    each(text, bytes, escape_json);
    text_add_char(text, '"');
}

static void escape_csv(struct text *text, struct bytes s)
{
    if (is_bad(s))
        text_add(text, "\xef\xbf\xbd");
    else if (s.data[0] == '"')
        text_add(text, "\"\"");
    else
        text_add_bytes(text, s);
}

void text_add_csv(struct text *text, struct bytes bytes)
{
    bool formula = bytes.size > 0 && strchr("=+-@\t\r", bytes.data[0]) != NULL;

    text_add_char(text, '"');
    if (formula)
        text_add_char(text, '\'');
    each(text, bytes, escape_csv);
    text_add_char(text, '"');
}

void text_add_hex(struct text *text, struct bytes bytes)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < bytes.size; i++) {
        text_add_char(text, digits[bytes.data[i] >> 4]);
        text_add_char(text, digits[bytes.data[i] & 15]);
    }
}

void text_add_size(struct text *text, uint64_t size)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    double value = (double)size;
    size_t unit = 0;

    if (size < 1024) {
        text_addf(text, "%" PRIu64 " byte%s", size, size == 1 ? "" : "s");
        return;
    }
    for (value /= 1024; value >= 1023.95 && unit + 1 < COUNT_OF(units); unit++)
        value /= 1024;
    text_addf(text, "%.1f %s", value, units[unit]);
}

void text_add_count(struct text *text, uint64_t count)
{
    if (count >= 1000) {
        text_add_count(text, count / 1000);
        text_addf(text, ",%03" PRIu64, count % 1000);
    } else {
        text_addf(text, "%" PRIu64, count);
    }
}

void text_add_counted(struct text *text, uint64_t count, const char *noun)
{
    text_add_count(text, count);
    text_addf(text, " %s%s", noun, count == 1 ? "" : "s");
}
