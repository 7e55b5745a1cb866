#include "base/bytes.h"

#include <math.h>
#include <string.h>

struct bytes bytes_of(const char *string)
{
    return (struct bytes){(const uint8_t *)string, string == NULL ? 0 : strlen(string)};
}

struct bytes bytes_from(const void *data, size_t size)
{
    return (struct bytes){data, size};
}

struct bytes bytes_slice(struct bytes bytes, uint64_t offset, uint64_t size)
{
    if (offset >= bytes.size)
        return (struct bytes){NULL, 0};
    size_t left = bytes.size - (size_t)offset;
    return (struct bytes){bytes.data + offset, size < left ? (size_t)size : left};
}

struct bytes bytes_from_offset(struct bytes bytes, uint64_t offset)
{
    return bytes_slice(bytes, offset, UINT64_MAX);
}

bool bytes_has(struct bytes bytes, uint64_t offset, uint64_t size)
{
    return offset <= bytes.size && size <= bytes.size - offset;
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool bytes_is(struct bytes bytes, const char *string)
{
    return bytes_equal(bytes, bytes_of(string));
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

bool bytes_is_nocase(struct bytes bytes, const char *string)
{
    struct bytes other = bytes_of(string);

    if (bytes.size != other.size)
        return false;
    for (size_t i = 0; i < bytes.size; i++)
        if (lower(bytes.data[i]) != lower(other.data[i]))
            return false;
    return true;
}

bool bytes_starts(struct bytes bytes, const char *prefix)
{
    struct bytes other = bytes_of(prefix);

    return bytes.size >= other.size && bytes_equal(bytes_slice(bytes, 0, other.size), other);
}

bool bytes_ends(struct bytes bytes, const char *suffix)
{
    struct bytes other = bytes_of(suffix);

    if (other.size == 0)
        return true;
    return bytes.size >= other.size &&
           bytes_equal(bytes_from_offset(bytes, bytes.size - other.size), other);
}

int bytes_compare(struct bytes a, struct bytes b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);

    if (order != 0)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

size_t bytes_find(struct bytes bytes, struct bytes needle)
{
    if (needle.size == 0)
        return 0;
    if (bytes.size == 0)
        return SIZE_MAX;
    const uint8_t *at = memmem(bytes.data, bytes.size, needle.data, needle.size);
    return at == NULL ? SIZE_MAX : (size_t)(at - bytes.data);
}

size_t bytes_find_string(struct bytes bytes, const char *needle)
{
    return bytes_find(bytes, bytes_of(needle));
}

size_t bytes_find_byte(struct bytes bytes, uint8_t byte)
{
    const uint8_t *at = bytes.size == 0 ? NULL : memchr(bytes.data, byte, bytes.size);

    return at == NULL ? SIZE_MAX : (size_t)(at - bytes.data);
}

bool bytes_contains(struct bytes bytes, const char *needle)
{
    return bytes_find_string(bytes, needle) != SIZE_MAX;
}

uint8_t bytes_at(struct bytes bytes, size_t offset)
{
    return offset < bytes.size ? bytes.data[offset] : 0;
}

size_t bytes_count(struct bytes bytes, uint8_t byte)
{
    size_t count = 0;

    for (size_t i = 0; i < bytes.size; i++)
        count += bytes.data[i] == byte;
    return count;
}

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct bytes bytes_trim(struct bytes bytes)
{
    while (bytes.size > 0 && is_space(bytes.data[0]))
        bytes = bytes_from_offset(bytes, 1);
    while (bytes.size > 0 && is_space(bytes.data[bytes.size - 1]))
        bytes.size--;
    return bytes;
}

bool bytes_next_line(struct bytes *rest, struct bytes *line)
{
    if (!bytes_next_field(rest, '\n', line))
        return false;
    if (line->size > 0 && line->data[line->size - 1] == '\r')
        line->size--;
    return true;
}

bool bytes_next_field(struct bytes *rest, uint8_t separator, struct bytes *field)
{
    if (rest->data == NULL || (rest->size == 0))
        return false;
    size_t end = bytes_find_byte(*rest, separator);
    if (end == SIZE_MAX) {
        *field = *rest;
        *rest = (struct bytes){NULL, 0};
        return true;
    }
    *field = bytes_from(rest->data, end);
    *rest = bytes_from(rest->data + end + 1, rest->size - end - 1);
    return true;
}

bool bytes_next_word(struct bytes *rest, struct bytes *word)
{
    size_t end = 0;

    while (rest->size > 0 && is_space(rest->data[0]))
        *rest = bytes_from(rest->data + 1, rest->size - 1);
    if (rest->size == 0)
        return false;
    while (end < rest->size && !is_space(rest->data[end]))
        end++;
    *word = bytes_from(rest->data, end);
    *rest = bytes_from(rest->data + end, rest->size - end);
    return true;
}

static int digit_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

bool bytes_lists(struct bytes list, struct bytes word)
{
    struct bytes field;

    while (word.size > 0 && bytes_next_field(&list, ',', &field))
        if (bytes_equal(bytes_trim(field), word))
            return true;
    return false;
}

bool bytes_is_date(struct bytes bytes)
{
    static const char form[] = "dddd-dd-dd";

    for (size_t i = 0; form[i] != '\0'; i++) {
        uint8_t c = bytes_at(bytes, i);
        if (form[i] == 'd' ? c < '0' || c > '9' : c != '-')
            return false;
    }
    return bytes.size == sizeof form - 1;
}

bool bytes_to_u64(struct bytes bytes, uint64_t *out)
{
    uint64_t value = 0;
    int base = 10;

    if (bytes_starts(bytes, "0x") || bytes_starts(bytes, "0X")) {
        base = 16;
        bytes = bytes_from_offset(bytes, 2);
    }
    if (bytes.size == 0)
        return false;
    for (size_t i = 0; i < bytes.size; i++) {
        int digit = digit_value(bytes.data[i]);
        if (digit >= base || value > (UINT64_MAX - (uint64_t)digit) / (uint64_t)base)
            return false;
        value = value * (uint64_t)base + (uint64_t)digit;
    }
    *out = value;
    return true;
}

bool bytes_all(struct bytes bytes, uint8_t value)
{
    if (bytes.size == 0)
        return true;
    return bytes.data[0] == value &&
           (bytes.size == 1 || memcmp(bytes.data, bytes.data + 1, bytes.size - 1) == 0);
}

/* The length of the UTF-8 sequence at the start of BYTES, 0 when it is not one. */
static size_t utf8_length(struct bytes bytes)
{
    uint8_t first = bytes_at(bytes, 0);
    size_t length = first < 0x80   ? 1
                    : first < 0xc2 ? 0
                    : first < 0xe0 ? 2
                    : first < 0xf0 ? 3
                    : first < 0xf5 ? 4
                                   : 0;

    uint8_t second = bytes_at(bytes, 1);

    if (length > bytes.size)
        return 0;
    /* Overlong forms, surrogates, and what is beyond U+10FFFF (Unicode, table 3-7). */
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
        (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f))
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((bytes.data[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

bool bytes_is_text(struct bytes bytes)
{
    if (bytes.size == 0)
        return false;
    while (bytes.size > 0) {
        uint8_t c = bytes.data[0];
        size_t length = utf8_length(bytes);
        if (length == 0 || c == 0x7f || (c < 0x20 && !is_space(c)))
            return false;
        bytes = bytes_from(bytes.data + length, bytes.size - length);
    }
    return true;
}

double bytes_entropy(struct bytes bytes)
{
    size_t counts[4][256] = {{0}};
    double entropy = 0;
    size_t i = 0;

    if (bytes.size == 0)
        return 0;
    for (; i + 4 <= bytes.size; i += 4)
        for (size_t lane = 0; lane < 4; lane++)
            counts[lane][bytes.data[i + lane]]++;
    for (; i < bytes.size; i++)
        counts[0][bytes.data[i]]++;
    for (size_t value = 0; value < 256; value++) {
        size_t count =
            counts[0][value] + counts[1][value] + counts[2][value] + counts[3][value];
        double share = (double)count / (double)bytes.size;
        if (count > 0)
            entropy -= share * log2(share);
    }
    return entropy;
}
