#include "model/capture.h"

#include "model/wire.h"

struct capture *capture_new(void)
{
    struct capture *capture = mem_alloc(sizeof *capture);

    capture->arena = arena_new();
    return capture;
}

void capture_free(struct capture *capture)
{
    if (capture == NULL)
        return;
    arena_free(capture->arena);
    mem_free(capture);
}

/* The texts of a record, and how long each may be. */
static struct bytes *text_of(struct capture_record *record, size_t i, size_t *most)
{
    const struct {
        struct bytes *text;
        size_t most;
    } texts[] = {
        {&record->url, LIMIT_CAPTURE_URL},      {&record->date, LIMIT_CAPTURE_WORD},
        {&record->location, LIMIT_CAPTURE_URL}, {&record->type, LIMIT_CAPTURE_WORD},
        {&record->title, LIMIT_CAPTURE_WORD},   {&record->fields, LIMIT_CAPTURE_FIELDS},
        {&record->text, LIMIT_CAPTURE_TEXT},    {&record->trouble, LIMIT_CAPTURE_WORD},
    };

    if (i >= COUNT_OF(texts))
        return NULL;
    *most = texts[i].most;
    return texts[i].text;
}

struct error *capture_add(struct capture *capture, const struct capture_record *record)
{
    struct capture_record copy = *record;
    struct bytes *text;
    size_t most;

    for (size_t i = 0; (text = text_of(&copy, i, &most)) != NULL; i++) {
        if (text->size > most)
            return error_new(ERROR_INPUT, "a text of %zu bytes where %zu are the most",
                             text->size, most);
        capture->size += text->size;
    }
    if (capture->count >= LIMIT_CAPTURE_RECORDS + LIMIT_CAPTURE_LOSSES ||
        capture->size > LIMIT_CAPTURE_TEXTS)
        return error_new(ERROR_LIMIT, "more than %u exchanges, or than %u MiB of text in them",
                         LIMIT_CAPTURE_RECORDS, LIMIT_CAPTURE_TEXTS >> 20);
    for (size_t i = 0; (text = text_of(&copy, i, &most)) != NULL; i++)
        *text = arena_copy(capture->arena, *text);
    capture->records = arena_grow(capture->arena, capture->records, &capture->capacity,
                                  capture->count + 1, sizeof *capture->records);
    capture->records[capture->count++] = copy;
    return NULL;
}

void capture_write(struct text *out, const struct capture_record *record)
{
    struct capture_record copy = *record;
    struct bytes *text;
    size_t most;

    wire_u8(out, (uint8_t)record->kind);
    wire_u32(out, record->record);
    wire_u32(out, record->status);
    wire_u32(out, record->flags);
    wire_u32(out, record->letters);
    for (size_t i = 0; (text = text_of(&copy, i, &most)) != NULL; i++)
        wire_text(out, *text);
}

void capture_read(struct cursor *c, struct capture_record *out)
{
    uint8_t kind = cursor_u8(c);
    struct bytes *text;
    size_t most;

    *out = (struct capture_record){.kind = (enum capture_kind)kind, .record = cursor_u32le(c)};
    out->status = cursor_u32le(c);
    out->flags = cursor_u32le(c);
    out->letters = cursor_u32le(c);
    for (size_t i = 0; (text = text_of(out, i, &most)) != NULL; i++)
        *text = wire_read_text(c);
    if (kind > CAPTURE_LOSS)
        cursor_skip(c, (uint64_t)cursor_left(c) + 1); /* not a record: latch the cursor */
}
