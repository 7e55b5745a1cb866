#include "dossier/yaml_write.h"

#include <string.h>

#include "base/utf8.h"

#define STEP 2U

/* Must it be escaped: a control, what turns the direction of text, what ends a line elsewhere? */
static bool is_special(uint32_t character)
{
    return utf8_is_control(character) || utf8_is_direction(character) ||
           utf8_is_separator(character) || utf8_is_none(character);
}

/* What a text is made of, as far as the choice of its form asks. */
struct shape {
    bool special; /* other than line ends */
    bool lines;   /* it has a line end */
};

static struct shape shape_of(struct bytes text)
{
    struct cursor c = cursor_over(text);
    struct shape shape = {false, false};

    while (cursor_left(&c) > 0) {
        bool bad;
        uint32_t character = utf8_next(&c, &bad);
        shape.lines = shape.lines || character == '\n';
        shape.special = shape.special || bad || (is_special(character) && character != '\n');
    }
    return shape;
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* Would some reader of YAML take it for a number, a date or a time? 5.1-1 and 2.1.1 are none. */
static bool is_numeric(struct bytes text)
{
    size_t digits = 0, dots = 0, dashes = 0, others = 0;
    uint8_t first = bytes_at(text, 0);

    if (!is_digit(first) && strchr("+-.", first) == NULL)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = bytes_at(text, i);
        digits += is_digit(byte);
        dots += byte == '.';
        dashes += byte == '-' && (i == 0 || (bytes_at(text, i - 1) | 0x20) != 'e');
        others += !is_digit(byte) && strchr("._-+:eExXoaAbBcCdDfFTtZ ", byte) == NULL;
    }
    bool date = dashes >= 2 && digits >= 6 && bytes_at(text, 4) == '-';
    return digits == 0 || (others == 0 && dots <= 1 && (dashes == 0 || first == '-' || date)) ||
           (date && others == 0);
}

static bool is_word(struct bytes text)
{
    static const char *const words[] = {"null", "yes", "no", "true", "false", "on", "off"};

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (bytes_is_nocase(text, words[i]))
            return true;
    return false;
}

/* May TEXT, one line without special characters, stand without quotes? */
static bool is_plain(struct bytes text)
{
    uint8_t first = bytes_at(text, 0), last = bytes_at(text, text.size - 1);

    if (text.size == 0 || strchr(" \"'#%@`&*!|>{}[],?:-=~<\\", first) != NULL || last == ' ' ||
        last == ':')
        return false;
    return !bytes_contains(text, ": ") && !bytes_contains(text, " #") && !is_word(text) &&
           !is_numeric(text);
}

/*
 * May TEXT stand as a block? Not when an editor that strips blanks at the end of lines would
 * change it, and not when its first line begins with a blank, which needs a mark few can read.
 */
static bool is_block(struct bytes text)
{
    uint8_t first = bytes_at(text, 0);

    return first != ' ' && first != '\n' && !bytes_contains(text, " \n") &&
           !bytes_ends(text, " ") && !bytes_ends(text, "\n\n");
}

static void pad(struct text *out, unsigned columns)
{
    for (unsigned i = 0; i < columns; i++)
        text_add_char(out, ' ');
}

static void add_block(struct text *out, unsigned indent, struct bytes text)
{
    struct bytes line;

    text_add(out, bytes_ends(text, "\n") ? "|\n" : "|-\n");
    while (bytes_next_line(&text, &line)) {
        if (line.size > 0)
            pad(out, indent);
        text_add_bytes(out, line);
        text_add_char(out, '\n');
    }
}

static void add_single(struct text *out, struct bytes text)
{
    text_add_char(out, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (bytes_at(text, i) == '\'')
            text_add_char(out, '\'');
        text_add_bytes(out, bytes_slice(text, i, 1));
    }
    text_add_char(out, '\'');
}

static void add_escaped(struct text *out, uint32_t character, struct bytes as_it_is)
{
    if (character == '"' || character == '\\')
        text_add_char(out, '\\');
    if (character == 0)
        text_add(out, "\xef\xbf\xbd");
    else if (character == '\n')
        text_add(out, "\\n");
    else if (character == '\t')
        text_add(out, "\\t");
    else if (!is_special(character))
        text_add_bytes(out, as_it_is);
    else if (character < 0x100)
        text_addf(out, "\\x%02X", character);
    else if (character < 0x10000)
        text_addf(out, "\\u%04X", character);
    else
        text_addf(out, "\\U%08X", character);
}

static void add_double(struct text *out, struct bytes text)
{
    struct cursor c = cursor_over(text);

    text_add_char(out, '"');
    while (cursor_left(&c) > 0) {
        bool bad;
        size_t at = cursor_offset(&c);
        uint32_t character = utf8_next(&c, &bad);
        add_escaped(out, bad ? 0 : character, bytes_slice(text, at, cursor_offset(&c) - at));
    }
    text_add_char(out, '"');
}

/* The value behind "key:" or "-", with the blank before it and the line end. */
static void add_value(struct text *out, unsigned indent, struct bytes text)
{
    struct shape shape = shape_of(text);

    text_add_char(out, ' ');
    if (!shape.special && shape.lines && is_block(text)) {
        add_block(out, indent + STEP, text);
        return;
    }
    if (shape.special || shape.lines)
        add_double(out, text);
    else if (is_plain(text))
        text_add_bytes(out, text);
    else
        add_single(out, text);
    text_add_char(out, '\n');
}

/* The margin of a line, or the dash that waits. */
static void add_margin(struct yaml_writer *writer)
{
    if (writer->at_item)
        pad(writer->out, writer->indent - STEP);
    else
        pad(writer->out, writer->indent);
    if (writer->at_item)
        text_add(writer->out, "- ");
    writer->at_item = false;
}

static void add_key(struct yaml_writer *writer, struct bytes key)
{
    struct shape shape = shape_of(key);

    add_margin(writer);
    if (shape.special || shape.lines)
        add_double(writer->out, key);
    else if (is_plain(key))
        text_add_bytes(writer->out, key);
    else
        add_single(writer->out, key);
    text_add_char(writer->out, ':');
}

void yaml_write_bytes_key(struct yaml_writer *writer, struct bytes key, struct bytes text)
{
    add_key(writer, key);
    add_value(writer->out, writer->indent, text);
}

void yaml_write_text(struct yaml_writer *writer, const char *key, struct bytes text)
{
    yaml_write_bytes_key(writer, bytes_of(key), text);
}

void yaml_write_string(struct yaml_writer *writer, const char *key, const char *string)
{
    yaml_write_text(writer, key, bytes_of(string));
}

void yaml_write_null(struct yaml_writer *writer, const char *key)
{
    add_key(writer, bytes_of(key));
    text_add_char(writer->out, '\n');
}

void yaml_write_empty(struct yaml_writer *writer, const char *key)
{
    add_key(writer, bytes_of(key));
    text_add(writer->out, " []\n");
}

void yaml_write_open(struct yaml_writer *writer, const char *key)
{
    yaml_write_null(writer, key);
    writer->indent += STEP;
}

void yaml_write_item(struct yaml_writer *writer, struct bytes text)
{
    add_margin(writer);
    text_add_char(writer->out, '-');
    add_value(writer->out, writer->indent, text);
}

void yaml_write_item_open(struct yaml_writer *writer)
{
    writer->indent += STEP;
    writer->at_item = true;
}

void yaml_write_close(struct yaml_writer *writer)
{
    writer->indent -= STEP;
    writer->at_item = false;
}

/* A line of a comment: there is no way to escape in it, and a control would spoil the file. */
static void add_line(struct text *out, struct bytes line)
{
    struct cursor c = cursor_over(line);

    text_add(out, cursor_left(&c) > 0 ? "# " : "#");
    while (cursor_left(&c) > 0) {
        bool bad;
        size_t at = cursor_offset(&c);
        bool special = is_special(utf8_next(&c, &bad));
        if (bad || special)
            text_add(out, "\xef\xbf\xbd");
        else
            text_add_bytes(out, bytes_slice(line, at, cursor_offset(&c) - at));
    }
    text_add_char(out, '\n');
}

void yaml_write_comment(struct yaml_writer *writer, struct bytes comment)
{
    struct bytes line;

    while (bytes_next_line(&comment, &line)) {
        pad(writer->out, writer->indent);
        add_line(writer->out, line);
    }
}
