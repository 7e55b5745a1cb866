#include "report/licence.h"

#include "base/limits.h"

struct reading {
    struct bytes rest;
    struct text *out;
    unsigned depth;
    bool joined; /* an operator, an exception or a plus was seen */
    bool has_reference;
};

static bool is_id_byte(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == ':';
}

/* The next word, or one of the three marks; empty at the end and at a byte that fits nowhere. */
static struct bytes peek(struct reading *reading)
{
    struct bytes text = reading->rest = bytes_trim(reading->rest);
    size_t size = 0;

    if (bytes_starts(text, "(") || bytes_starts(text, ")") || bytes_starts(text, "+"))
        return bytes_slice(text, 0, 1);
    while (size < text.size && is_id_byte(text.data[size]))
        size++;
    return bytes_slice(text, 0, size);
}

static void skip(struct reading *reading, struct bytes word)
{
    reading->rest = bytes_from_offset(reading->rest, word.size);
}

/* The name as the list spells it, or NULL. */
static const char *spelled(const char *const *names, size_t count, struct bytes word)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_is_nocase(word, names[i]))
            return names[i];
    return NULL;
}

static bool is_reference(struct bytes word)
{
    size_t prefix = sizeof "LicenseRef-" - 1;

    return bytes_starts(word, "LicenseRef-") && word.size > prefix &&
           bytes_find_byte(word, ':') == SIZE_MAX;
}

/* Adds WORD behind a blank, where it is not the first of its bracket. */
static void add_word(struct reading *reading, const char *word)
{
    size_t size = reading->out->size;

    if (size > 0 && bytes_at(text_bytes(reading->out), size - 1) != '(')
        text_add_char(reading->out, ' ');
    text_add(reading->out, word);
}

static bool read_licence(struct reading *reading)
{
    struct bytes word = peek(reading);
    const char *id = spelled(licence_ids, licence_id_count, word);
    bool directly_plus;

    if (id == NULL && !is_reference(word))
        return false;
    skip(reading, word);
    directly_plus = bytes_starts(reading->rest, "+");
    if (id != NULL) {
        add_word(reading, id);
    } else {
        add_word(reading, "");
        text_add_bytes(reading->out, word);
        reading->has_reference = true;
    }
    if (directly_plus && id != NULL) {
        skip(reading, bytes_of("+"));
        text_add_char(reading->out, '+');
        reading->joined = true;
    }
    if (!bytes_is_nocase(peek(reading), "WITH"))
        return true;
    skip(reading, bytes_of("WITH"));
    word = peek(reading);
    const char *exception = spelled(licence_exceptions, licence_exception_count, word);
    if (exception == NULL)
        return false;
    skip(reading, word);
    add_word(reading, "WITH");
    add_word(reading, exception);
    reading->joined = true;
    return true;
}

static bool read_expression(struct reading *reading);

static bool read_operand(struct reading *reading)
{
    if (!bytes_is(peek(reading), "("))
        return read_licence(reading);
    if (reading->depth == LIMIT_LICENCE_DEPTH)
        return false;
    reading->depth++;
    skip(reading, bytes_of("("));
    add_word(reading, "(");
    if (!read_expression(reading) || !bytes_is(peek(reading), ")"))
        return false;
    skip(reading, bytes_of(")"));
    text_add_char(reading->out, ')');
    reading->depth--;
    reading->joined = true;
    return true;
}

static bool read_expression(struct reading *reading)
{
    if (!read_operand(reading))
        return false;
    for (;;) {
        struct bytes word = peek(reading);
        bool is_and = bytes_is_nocase(word, "AND");
        if (!is_and && !bytes_is_nocase(word, "OR"))
            return true;
        skip(reading, word);
        add_word(reading, is_and ? "AND" : "OR");
        reading->joined = true;
        if (!read_operand(reading))
            return false;
    }
}

enum licence_kind licence_read(struct bytes stated, struct text *out)
{
    owned(text) expression = text_new();
    struct reading reading = {.rest = bytes_trim(stated), .out = expression};

    if (reading.rest.size == 0)
        return LICENCE_NONE;
    if (reading.rest.size > LIMIT_LICENCE_TEXT || !read_expression(&reading) ||
        bytes_trim(reading.rest).size > 0) {
        text_add_bytes(out, bytes_trim(stated));
        return LICENCE_NAME;
    }
    text_add_bytes(out, text_bytes(expression));
    if (reading.has_reference)
        return LICENCE_REFERENCE;
    return reading.joined ? LICENCE_EXPRESSION : LICENCE_ID;
}
