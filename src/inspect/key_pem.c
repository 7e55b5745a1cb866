#include "inspect/key_pem.h"

#include "base/limits.h"

#define BEGIN "-----BEGIN "
#define END   "-----END "

bool key_pem_begins(struct bytes content)
{
    return bytes_find_string(content, BEGIN) != SIZE_MAX;
}

/* The values of base64 digits, of both alphabets; 64: no digit. */
static const uint8_t digits_of[128] = {
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 62,
    64, 62, 64, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64, 64, 64, 64, 64, 64, 64, 0,
    1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
    23, 24, 25, 64, 64, 64, 64, 63, 64, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38,
    39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 64, 64, 64, 64, 64,
};

static unsigned digit(uint8_t c)
{
    return c < sizeof digits_of ? digits_of[c] : 64;
}

bool key_base64(struct bytes text, struct arena *arena, struct bytes *out)
{
    size_t size = 0, digits = text.size;
    unsigned held = 0, bits = 0;

    while (digits > 0 && text.size - digits < 2 && bytes_at(text, digits - 1) == '=')
        digits--;
    if (digits == 0 || digits % 4 == 1 || (digits < text.size && text.size % 4 != 0))
        return false;
    uint8_t *data = arena_alloc(arena, digits / 4 * 3 + 3);
    for (size_t i = 0; i < digits; i++) {
        unsigned value = digit(text.data[i]);
        if (value == 64)
            return false;
        held = (held << 6 | value) & 0xffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            data[size++] = (uint8_t)(held >> bits);
        }
    }
    *out = bytes_from(data, size);
    return true;
}

/* The label of a line of dashes: capital letters, digits and spaces up to five dashes. */
static bool read_label(struct bytes rest, struct bytes *out)
{
    size_t size = 0;

    while (size <= LIMIT_PEM_LABEL) {
        uint8_t c = bytes_at(rest, size);
        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != ' ')
            break;
        size++;
    }
    *out = bytes_slice(rest, 0, size);
    return size > 0 && size <= LIMIT_PEM_LABEL &&
           bytes_starts(bytes_from_offset(rest, size), "-----");
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* How many bytes at AT are an escape for white space, or a backslash in front of a digit. */
static size_t escape_size(struct bytes text, size_t at)
{
    static const char *const escapes[] = {"\\n",   "\\r",    "\\t",   "\\\\n", "\\\\r", "\\/",
                                          "\\\n",  "\\\r\n", "&#10;", "&#13;", "&#xA;", "&#xD;",
                                          "&#xa;", "&#xd;",  "%0A",   "%0D",   "%0a",   "%0d"};
    struct bytes rest = bytes_slice(text, at, 5);

    for (size_t i = 0; i < COUNT_OF(escapes); i++)
        if (bytes_starts(rest, escapes[i]))
            return bytes_is(bytes_of(escapes[i]), "\\/") ? 1 : bytes_of(escapes[i]).size;
    return 0;
}

/* Behind a closing quote: where the string goes on after white space and a joining sign. */
static size_t skip_to_quote(struct bytes text, size_t at)
{
    uint8_t quote = bytes_at(text, at);
    size_t i = at + 1;

    while (i < text.size && i - at < 200) {
        uint8_t c = bytes_at(text, i);
        if (c == quote)
            return i + 1;
        if (!is_space(c) && c != '+' && c != '.' && c != ',' && c != '\\')
            break;
        i++;
    }
    return 0;
}

/*
 * Copies the base64 digits from AT on to OUT until a dash. Gives where the dash is, or 0 when
 * something else comes first.
 */
static size_t collect(struct bytes text, size_t at, uint8_t *out, size_t *size)
{
    while (at < text.size) {
        uint8_t c = text.data[at];
        size_t escape;
        if (c == '-') {
            return at;
        } else if (c == '=' || (digit(c) < 64 && c != '_')) {
            out[(*size)++] = c;
            at++;
        } else if (is_space(c)) {
            at++;
        } else if (c == '"' || c == '\'') {
            at = skip_to_quote(text, at);
            if (at == 0)
                return 0;
        } else if ((escape = escape_size(text, at)) > 0) {
            at += escape;
        } else {
            return 0;
        }
    }
    return 0;
}

/* Behind the headers of RFC 1421: after the initialisation vector of "DEK-Info: NAME,HEX". */
static size_t skip_headers(struct bytes text, bool *encrypted)
{
    size_t info = bytes_find_string(text, "DEK-Info:");
    size_t comma, at;

    *encrypted = false;
    if (info == SIZE_MAX || info > 200 ||
        (comma = bytes_find_byte(bytes_slice(text, info, 80), ',')) == SIZE_MAX)
        return 0;
    *encrypted = true;
    for (at = info + comma + 1; at < text.size; at++) {
        uint8_t c = bytes_at(text, at);
        if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'F') && !(c >= 'a' && c <= 'f'))
            break;
    }
    return at;
}

/* Reads one whose BEGIN stands at OFFSET. */
static bool read_one(struct bytes content, size_t offset, struct arena *arena,
                     struct key_pem *out)
{
    size_t start = offset + sizeof BEGIN - 1;
    struct bytes again;

    if (!read_label(bytes_from_offset(content, start), &out->label))
        return false;
    start += out->label.size + 5;
    struct bytes text = bytes_slice(content, start, LIMIT_PEM_BODY);
    size_t from = skip_headers(bytes_slice(text, 0, LIMIT_PEM_HEADERS), &out->encrypted);
    /* The first dash ends the body, so that a file of nothing but first lines costs one pass. */
    size_t end = bytes_find_byte(bytes_from_offset(text, from), '-');
    if (end == SIZE_MAX || !bytes_starts(bytes_from_offset(text, from + end), END))
        return false;
    end += from;
    if (!read_label(bytes_from_offset(text, end + sizeof END - 1), &again) ||
        !bytes_equal(out->label, again))
        return false;
    text = bytes_slice(text, 0, end + 1);
    uint8_t *digits = arena_alloc(arena, text.size);
    size_t size = 0;
    if (collect(text, from, digits, &size) != end ||
        !key_base64(bytes_from(digits, size), arena, &out->body))
        return false;
    out->offset = offset;
    out->length = start + end + sizeof END - 1 + again.size + 5 - offset;
    return true;
}

bool key_pem_next(struct bytes content, size_t *at, struct arena *arena, struct key_pem *out)
{
    for (;;) {
        size_t found = bytes_find_string(bytes_from_offset(content, *at), BEGIN);
        if (found == SIZE_MAX)
            return false;
        size_t offset = *at + found;
        if (read_one(content, offset, arena, out)) {
            *at = offset + out->length;
            return true;
        }
        *at = offset + sizeof BEGIN - 1;
    }
}
