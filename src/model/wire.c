#include "model/wire.h"

#include "base/limits.h"

void wire_u8(struct text *out, uint8_t value)
{
    text_add_bytes(out, bytes_from(&value, 1));
}

void wire_u32(struct text *out, uint32_t value)
{
    uint8_t bytes[4];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
    text_add_bytes(out, bytes_from(bytes, sizeof bytes));
}

void wire_u64(struct text *out, uint64_t value)
{
    wire_u32(out, (uint32_t)value);
    wire_u32(out, (uint32_t)(value >> 32));
}

void wire_text(struct text *out, struct bytes text)
{
    text = bytes_slice(text, 0, UINT32_MAX);
    wire_u32(out, (uint32_t)text.size);
    text_add_bytes(out, text);
}

struct bytes wire_read_text(struct cursor *c)
{
    uint32_t size = cursor_u32le(c);

    return cursor_bytes(c, size);
}

size_t wire_begin(struct text *out, enum wire_kind kind)
{
    size_t mark = out->size;

    wire_u32(out, 0);
    wire_u8(out, (uint8_t)kind);
    return mark;
}

void wire_end(struct text *out, size_t mark)
{
    size_t size = out->size - mark - 4;

    for (size_t i = 0; i < 4; i++)
        out->data[mark + i] = (char)(uint8_t)(size >> 8 * i);
}

struct error *wire_next(struct bytes *stream, bool *found, enum wire_kind *kind,
                        struct bytes *payload)
{
    struct cursor c = cursor_over(*stream);
    uint32_t size = cursor_u32le(&c);

    *found = false;
    if (!cursor_ok(&c))
        return NULL;
    if (size == 0 || size > LIMIT_MESSAGE)
        return error_new(ERROR_INPUT, "a frame of %u bytes", size);
    struct bytes frame = cursor_bytes(&c, size);
    if (!cursor_ok(&c))
        return NULL;
    *kind = (enum wire_kind)bytes_at(frame, 0);
    *payload = bytes_from_offset(frame, 1);
    *stream = bytes_from_offset(*stream, (uint64_t)size + 4);
    *found = true;
    return NULL;
}

void wire_place(struct text *out, struct wire_place place)
{
    wire_u32(out, place.region);
    wire_u64(out, place.offset);
    wire_u64(out, place.size);
}

struct wire_place wire_read_place(struct cursor *c)
{
    struct wire_place place;

    place.region = cursor_u32le(c);
    place.offset = cursor_u64le(c);
    place.size = cursor_u64le(c);
    return place;
}

void wire_node(struct text *out, const struct node *node)
{
    wire_u32(out, node->id);
    wire_u32(out, node->parent);
    wire_u8(out, (uint8_t)node->kind);
    wire_u8(out, (uint8_t)((node->has_owner ? 1 : 0) | (node->has_offset ? 2 : 0) |
                           (node->has_sha256 ? 4 : 0)));
    wire_text(out, node->path);
    wire_text(out, node->target);
    wire_text(out, node->format);
    wire_text(out, node->xattrs);
    wire_u64(out, node->size);
    wire_u64(out, node->offset);
    wire_u32(out, node->mode);
    wire_u32(out, node->uid);
    wire_u32(out, node->gid);
    wire_u32(out, node->major);
    wire_u32(out, node->minor);
    if (node->has_sha256)
        text_add_bytes(out, bytes_from(node->sha256.bytes, sizeof node->sha256.bytes));
}

static void read_sha256(struct cursor *c, struct sha256 *out)
{
    struct bytes hash = cursor_bytes(c, sizeof out->bytes);

    if (hash.size == sizeof out->bytes)
        mem_copy(out->bytes, hash.data, hash.size);
}

void wire_read_node(struct cursor *c, struct node *out)
{
    *out = (struct node){.id = cursor_u32le(c)};
    out->parent = cursor_u32le(c);
    uint8_t kind = cursor_u8(c);
    uint8_t flags = cursor_u8(c);
    out->kind = kind > NODE_CONTAINER ? NODE_FILE : (enum node_kind)kind;
    out->has_owner = (flags & 1) != 0;
    out->has_offset = (flags & 2) != 0;
    out->has_sha256 = (flags & 4) != 0;
    out->path = wire_read_text(c);
    out->target = wire_read_text(c);
    out->format = wire_read_text(c);
    out->xattrs = wire_read_text(c);
    out->size = cursor_u64le(c);
    out->offset = cursor_u64le(c);
    out->mode = cursor_u32le(c) & 07777;
    out->uid = cursor_u32le(c);
    out->gid = cursor_u32le(c);
    out->major = cursor_u32le(c);
    out->minor = cursor_u32le(c);
    if (out->has_sha256)
        read_sha256(c, &out->sha256);
}

void wire_content(struct text *out, const struct wire_content *content)
{
    wire_u32(out, content->item);
    wire_u64(out, content->size);
    text_add_bytes(out, bytes_from(content->sha256.bytes, sizeof content->sha256.bytes));
    wire_text(out, content->format);
    wire_u32(out, content->opens);
    wire_u32(out, content->kept);
    wire_place(out, content->place);
    wire_u64(out, content->checks);
}

void wire_read_content(struct cursor *c, struct wire_content *out)
{
    *out = (struct wire_content){.item = cursor_u32le(c)};
    out->size = cursor_u64le(c);
    read_sha256(c, &out->sha256);
    out->format = wire_read_text(c);
    out->opens = cursor_u32le(c);
    out->kept = cursor_u32le(c);
    out->place = wire_read_place(c);
    out->checks = cursor_u64le(c);
}

void wire_unread(struct text *out, const struct wire_unread *unread)
{
    wire_u32(out, unread->item);
    wire_text(out, bytes_slice(unread->path, 0, LIMIT_NAME));
    wire_u64(out, unread->bytes);
    wire_text(out, bytes_slice(unread->reason, 0, LIMIT_NAME));
}

void wire_read_unread(struct cursor *c, struct wire_unread *out)
{
    *out = (struct wire_unread){.item = cursor_u32le(c)};
    out->path = wire_read_text(c);
    out->bytes = cursor_u64le(c);
    out->reason = wire_read_text(c);
}

void wire_open(struct text *out, const struct wire_open *open)
{
    wire_place(out, open->place);
    wire_text(out, open->name);
    wire_text(out, open->format);
    wire_u32(out, open->replay);
    wire_u32(out, open->done);
    wire_u32(out, open->flags);
    wire_u32(out, open->avoid_count);
    for (uint32_t i = 0; i < open->avoid_count && i < WIRE_AVOID; i++)
        wire_u64(out, open->avoid[i]);
    wire_u32(out, open->crashed_count);
    for (uint32_t i = 0; i < open->crashed_count && i < WIRE_CRASHED; i++)
        wire_u32(out, open->crashed[i]);
}

void wire_read_open(struct cursor *c, struct wire_open *out)
{
    *out = (struct wire_open){.place = wire_read_place(c)};
    out->name = wire_read_text(c);
    out->format = wire_read_text(c);
    out->replay = cursor_u32le(c);
    out->done = cursor_u32le(c);
    out->flags = cursor_u32le(c);
    uint32_t count = cursor_u32le(c);
    for (uint32_t i = 0; i < count && i < WIRE_AVOID; i++)
        out->avoid[out->avoid_count++] = cursor_u64le(c);
    count = cursor_u32le(c);
    for (uint32_t i = 0; i < count && i < WIRE_CRASHED; i++)
        out->crashed[out->crashed_count++] = cursor_u32le(c);
}

void wire_row(struct text *out, uint32_t index, const struct observation *observation)
{
    const struct evidence *evidence = &observation->evidence;

    wire_u32(out, index);
    wire_u32(out, evidence->node);
    wire_u64(out, evidence->offset);
    wire_u64(out, evidence->length);
    wire_u32(out, evidence->line);
    wire_text(out, bytes_slice(evidence->excerpt, 0, LIMIT_EXCERPT));
    for (size_t i = 0; i < observation->observable->column_count; i++) {
        const struct value *value = &observation->values[i];
        wire_u8(out, (uint8_t)value->kind);
        if (value->kind == VALUE_INTEGER)
            wire_u64(out, (uint64_t)value->integer);
        else if (value->kind == VALUE_TEXT)
            wire_text(out, bytes_slice(value->text, 0, LIMIT_PATH));
    }
}

struct observation *wire_read_row(struct cursor *c, const struct observable *observable,
                                  struct arena *arena)
{
    struct evidence evidence = {.node = cursor_u32le(c)};

    evidence.offset = cursor_u64le(c);
    evidence.length = cursor_u64le(c);
    evidence.line = cursor_u32le(c);
    evidence.excerpt = wire_read_text(c);
    struct observation *row = observation_new(arena, observable, evidence);
    for (size_t i = 0; i < observable->column_count; i++) {
        struct value *value = &row->values[i];
        uint8_t kind = cursor_u8(c);
        if (kind == VALUE_INTEGER && observable->columns[i].type == COLUMN_INTEGER) {
            value->kind = VALUE_INTEGER;
            value->integer = (int64_t)cursor_u64le(c);
        } else if (kind == VALUE_TEXT && observable->columns[i].type == COLUMN_TEXT) {
            value->kind = VALUE_TEXT;
            value->text = wire_read_text(c);
        } else if (kind != VALUE_NULL) {
            cursor_skip(c, (uint64_t)cursor_left(c) + 1); /* not a row: latch the cursor */
        }
    }
    return row;
}
