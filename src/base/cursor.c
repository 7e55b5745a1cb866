#include "base/cursor.h"

struct cursor cursor_over(struct bytes bytes)
{
    return (struct cursor){.bytes = bytes};
}

struct cursor cursor_at(struct bytes bytes, uint64_t offset)
{
    struct cursor c = cursor_over(bytes);

    cursor_seek(&c, offset);
    return c;
}

size_t cursor_left(const struct cursor *c)
{
    return c->failed ? 0 : c->bytes.size - c->at;
}

size_t cursor_offset(const struct cursor *c)
{
    return c->at;
}

bool cursor_ok(const struct cursor *c)
{
    return !c->failed;
}

struct error *cursor_check(const struct cursor *c, const char *what)
{
    if (!c->failed)
        return NULL;
    return error_new(ERROR_INPUT,
                     "%s is cut short: %zu bytes wanted at byte %zu, the end is at %zu", what,
                     c->wanted, c->failed_at, c->bytes.size);
}

/* Steps over COUNT bytes and says where they begin, or latches and gives false. */
static bool step(struct cursor *c, uint64_t count, size_t *from)
{
    if (count > cursor_left(c)) {
        if (!c->failed) {
            c->failed = true;
            c->failed_at = c->at;
            c->wanted = count > SIZE_MAX ? SIZE_MAX : (size_t)count;
        }
        return false;
    }
    *from = c->at;
    c->at += (size_t)count;
    return true;
}

void cursor_skip(struct cursor *c, uint64_t count)
{
    size_t from;

    (void)step(c, count, &from);
}

void cursor_align(struct cursor *c, size_t alignment)
{
    size_t over = c->at % alignment;

    if (over != 0)
        cursor_skip(c, alignment - over);
}

void cursor_seek(struct cursor *c, uint64_t offset)
{
    if (c->failed)
        return;
    c->at = 0;
    cursor_skip(c, offset);
}

static uint64_t little(struct cursor *c, size_t count)
{
    uint64_t value = 0;
    size_t from;

    if (!step(c, count, &from))
        return 0;
    for (size_t i = count; i > 0; i--)
        value = value << 8 | c->bytes.data[from + i - 1];
    return value;
}

static uint64_t big(struct cursor *c, size_t count)
{
    uint64_t value = 0;
    size_t from;

    if (!step(c, count, &from))
        return 0;
    for (size_t i = 0; i < count; i++)
        value = value << 8 | c->bytes.data[from + i];
    return value;
}

uint8_t cursor_u8(struct cursor *c)
{
    return (uint8_t)little(c, 1);
}

uint16_t cursor_u16le(struct cursor *c)
{
    return (uint16_t)little(c, 2);
}

uint16_t cursor_u16be(struct cursor *c)
{
    return (uint16_t)big(c, 2);
}

uint32_t cursor_u32le(struct cursor *c)
{
    return (uint32_t)little(c, 4);
}

uint32_t cursor_u32be(struct cursor *c)
{
    return (uint32_t)big(c, 4);
}

uint64_t cursor_u64le(struct cursor *c)
{
    return little(c, 8);
}

uint64_t cursor_u64be(struct cursor *c)
{
    return big(c, 8);
}

struct bytes cursor_bytes(struct cursor *c, uint64_t count)
{
    size_t from;

    if (!step(c, count, &from))
        return (struct bytes){NULL, 0};
    return bytes_slice(c->bytes, from, count);
}

struct bytes cursor_text(struct cursor *c, size_t count)
{
    struct bytes text = cursor_bytes(c, count);
    size_t end = bytes_find_byte(text, 0);

    return end == SIZE_MAX ? text : bytes_slice(text, 0, end);
}

struct bytes cursor_string(struct cursor *c)
{
    struct bytes rest = bytes_slice(c->bytes, c->at, cursor_left(c));
    size_t end = bytes_find_byte(rest, 0);

    if (end == SIZE_MAX) {
        cursor_skip(c, (uint64_t)cursor_left(c) + 1);
        return (struct bytes){NULL, 0};
    }
    cursor_skip(c, (uint64_t)end + 1);
    return bytes_slice(rest, 0, end);
}
