#include "report/emit.h"

#include <assert.h>
#include <inttypes.h>

/* What needs no escape is most of every report: it is copied at once. */
static bool is_plain(struct bytes bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t c = bytes.data[i];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
            return false;
    }
    return true;
}

static void add_value(struct text *out, struct bytes value)
{
    if (!is_plain(value)) {
        text_add_json(out, value);
        return;
    }
    text_add_char(out, '"');
    text_add_bytes(out, value);
    text_add_char(out, '"');
}

static void new_line(struct emit *emit)
{
    static const char blanks[] = "\n                                                        ";

    text_add_bytes(emit->out, bytes_from(blanks, 1 + (size_t)emit->depth));
}

static void begin(struct emit *emit, const char *key)
{
    if (emit->has_value)
        text_add_char(emit->out, ',');
    if (emit->depth > 0)
        new_line(emit);
    emit->has_value = true;
    if (key != NULL) {
        text_add_char(emit->out, '"');
        text_add(emit->out, key);
        text_add(emit->out, "\": ");
    }
}

static void begin_nested(struct emit *emit, const char *key, char first, char last)
{
    begin(emit, key);
    assert(emit->depth < sizeof emit->ends);
    text_add_char(emit->out, first);
    emit->ends[emit->depth++] = last;
    emit->has_value = false;
}

void emit_object(struct emit *emit, const char *key)
{
    begin_nested(emit, key, '{', '}');
}

void emit_list(struct emit *emit, const char *key)
{
    begin_nested(emit, key, '[', ']');
}

void emit_end(struct emit *emit)
{
    assert(emit->depth > 0);
    emit->depth--;
    if (emit->has_value)
        new_line(emit);
    text_add_char(emit->out, emit->ends[emit->depth]);
    if (emit->depth == 0)
        text_add_char(emit->out, '\n');
    emit->has_value = true;
}

void emit_text(struct emit *emit, const char *key, struct bytes value)
{
    begin(emit, key);
    add_value(emit->out, value);
}

void emit_string(struct emit *emit, const char *key, const char *value)
{
    emit_text(emit, key, bytes_of(value));
}

void emit_number(struct emit *emit, const char *key, int64_t value)
{
    begin(emit, key);
    text_addf(emit->out, "%" PRId64, value);
}

void emit_flag(struct emit *emit, const char *key, bool value)
{
    begin(emit, key);
    text_add(emit->out, value ? "true" : "false");
}

void emit_some(struct emit *emit, const char *key, struct bytes value)
{
    if (value.size > 0)
        emit_text(emit, key, value);
}

void emit_decimal(struct emit *emit, const char *key, const char *value)
{
    begin(emit, key);
    text_add(emit->out, value);
}

void emit_pair(struct emit *emit, const char *name, struct bytes value)
{
    if (value.size == 0)
        return;
    emit_object(emit, NULL);
    emit_string(emit, "name", name);
    emit_text(emit, "value", value);
    emit_end(emit);
}
