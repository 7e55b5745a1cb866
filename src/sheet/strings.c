#include "sheet/strings.h"

#include <string.h>

#include "base/utf8.h"
#include "model/book.h"
#include "sheet/xml.h"

void strings_start(struct strings_run *run, const char *name, const char *const *attributes)
{
    /* <strike/> is a run struck through; <strike val="0"/> is none. */
    if (strcmp(name, "strike") == 0 && xml_is_on(attributes, "val", true))
        run->struck = true;
    if (strcmp(name, "t") == 0)
        run->in_text = true;
    else if (strcmp(name, "rPh") == 0)
        run->phonetic++;
}

void strings_end(struct strings_run *run, const char *name)
{
    if (strcmp(name, "t") == 0)
        run->in_text = false;
    else if (strcmp(name, "rPh") == 0 && run->phonetic > 0)
        run->phonetic--;
}

void strings_text(struct strings_run *run, struct bytes text)
{
    if (run->in_text && run->phonetic == 0)
        text_add_bytes(run->text, text);
}

/* The number in "_x000D_" at the start of TEXT. False when no such thing stands there. */
static bool escaped(struct bytes text, uint32_t *out)
{
    uint32_t value = 0;

    if (bytes_at(text, 0) != '_' || bytes_at(text, 1) != 'x' || bytes_at(text, 6) != '_')
        return false;
    for (size_t i = 2; i < 6; i++) {
        uint8_t byte = bytes_at(text, i);
        uint32_t digit = byte >= '0' && byte <= '9'   ? byte - (uint32_t)'0'
                         : byte >= 'a' && byte <= 'f' ? byte - (uint32_t)'a' + 10
                         : byte >= 'A' && byte <= 'F' ? byte - (uint32_t)'A' + 10
                                                      : 16;
        if (digit == 16)
            return false;
        value = value * 16 + digit;
    }
    *out = value;
    return true;
}

static void decode(struct bytes text, struct text *out)
{
    size_t at = 0;

    while (at < text.size) {
        struct bytes rest = bytes_from_offset(text, at);
        size_t plain = bytes_find_string(rest, "_x");
        uint32_t value;
        plain = plain == SIZE_MAX ? rest.size : plain;
        text_add_bytes(out, bytes_slice(rest, 0, plain));
        at += plain;
        if (at >= text.size)
            break;
        if (escaped(bytes_from_offset(text, at), &value)) {
            utf8_add(out, value); /* half of a pair gives U+FFFD */
            at += 7;
        } else {
            text_add_char(out, '_');
            at++;
        }
    }
}

struct bytes strings_clean(struct arena *arena, struct bytes text)
{
    owned(text) decoded = text_new();
    owned(text) lines = text_new();

    if (bytes_find_string(text, "_x") == SIZE_MAX && bytes_find_byte(text, '\r') == SIZE_MAX)
        return arena_copy(arena, text);
    decode(text, decoded);
    text = text_bytes(decoded);
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = bytes_at(text, i);
        if (byte == '\r' && bytes_at(text, i + 1) != '\n')
            text_add_char(lines, '\n');
        else if (byte != '\r')
            text_add_char(lines, (char)byte);
    }
    return arena_copy(arena, text_bytes(lines));
}

struct reading {
    struct package *package;
    struct strings *out;
    struct strings_run run;
};

static struct error *on_start(void *context, const char *name, const char *const *attributes)
{
    struct reading *reading = context;

    if (strcmp(name, "si") == 0) {
        text_clear(reading->run.text);
        reading->run.struck = false;
    }
    strings_start(&reading->run, name, attributes);
    return NULL;
}

static struct error *on_end(void *context, const char *name)
{
    struct reading *reading = context;
    struct strings *out = reading->out;

    strings_end(&reading->run, name);
    if (strcmp(name, "si") != 0)
        return NULL;
    if (out->count >= LIMIT_BOOK_CELLS)
        return error_new(ERROR_LIMIT, "more than %u texts", LIMIT_BOOK_CELLS);
    out->list = arena_grow(reading->package->arena, out->list, &out->capacity, out->count + 1,
                           sizeof *out->list);
    out->list[out->count++] = (struct string){
        .text = strings_clean(reading->package->arena, text_bytes(reading->run.text)),
        .struck = reading->run.struck,
    };
    return NULL;
}

static struct error *on_text(void *context, struct bytes text)
{
    struct reading *reading = context;

    strings_text(&reading->run, text);
    return NULL;
}

struct error *strings_read(struct package *package, struct bytes part, struct strings *out)
{
    static const struct xml_handler handler = {on_start, on_end, on_text};
    owned(text) text = text_new();
    struct reading reading = {.package = package, .out = out, .run.text = text};
    const struct package_part *strings = part.size == 0 ? NULL : package_find(package, part);
    struct bytes content;

    *out = (struct strings){.count = 0};
    if (strings == NULL)
        return NULL;
    TRY(package_read(package, strings, &content));
    return error_wrap(xml_read(content, &handler, &reading), "%.*s is damaged", (int)part.size,
                      (const char *)part.data);
}
