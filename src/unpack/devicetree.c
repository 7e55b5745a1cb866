#include "unpack/devicetree.h"

#include "base/limits.h"
#include "base/size.h"

#define MAGIC        0xd00dfeedU
#define HEADER_BYTES 40

enum token {
    TOKEN_BEGIN = 1,
    TOKEN_LEAVE = 2,
    TOKEN_PROPERTY = 3,
    TOKEN_NOP = 4,
    TOKEN_END = 9,
};

bool devicetree_open(struct bytes image, struct devicetree *out)
{
    struct cursor c = cursor_over(image);

    if (cursor_u32be(&c) != MAGIC)
        return false;
    uint32_t total = cursor_u32be(&c);
    uint32_t structure = cursor_u32be(&c), strings = cursor_u32be(&c);
    uint32_t reserved = cursor_u32be(&c);
    uint32_t version = cursor_u32be(&c), compatible = cursor_u32be(&c);
    cursor_skip(&c, 4);
    uint32_t strings_size = cursor_u32be(&c), structure_size = cursor_u32be(&c);

    if (!cursor_ok(&c) || version < 16 || version > 32 || compatible > 17 || compatible < 1)
        return false;
    if (version == 16)
        structure_size = total < structure ? 0 : total - structure;
    if (total < HEADER_BYTES || structure < HEADER_BYTES || structure % 4 != 0 ||
        reserved < HEADER_BYTES - 4 || reserved > total || structure > total ||
        structure_size > total - structure || strings > total || strings_size > total - strings)
        return false;
    *out = (struct devicetree){.blob = bytes_slice(image, 0, total), .total = total};
    out->strings = bytes_slice(out->blob, strings, strings_size);
    out->structure =
        cursor_over(bytes_slice(out->blob, 0, (uint64_t)structure + structure_size));
    cursor_seek(&out->structure, structure);
    return true;
}

static bool read_property(struct devicetree *tree)
{
    uint32_t size = cursor_u32be(&tree->structure);
    uint32_t name = cursor_u32be(&tree->structure);
    struct cursor names = cursor_at(tree->strings, name);

    tree->value_offset = cursor_offset(&tree->structure);
    tree->value = cursor_bytes(&tree->structure, size);
    cursor_align(&tree->structure, 4);
    tree->name = cursor_string(&names);
    return cursor_ok(&tree->structure) && cursor_ok(&names) && tree->depth > 0;
}

enum devicetree_event devicetree_next(struct devicetree *tree)
{
    struct cursor *c = &tree->structure;
    uint32_t token;

    if (tree->leaving)
        tree->depth--;
    tree->leaving = false;
    do
        token = cursor_u32be(c);
    while (token == TOKEN_NOP && cursor_ok(c));
    if (!cursor_ok(c))
        return DEVICETREE_BROKEN;
    switch (token) {
    case TOKEN_BEGIN:
        tree->name = cursor_string(c);
        cursor_align(c, 4);
        if (!cursor_ok(c) || tree->depth >= LIMIT_DEVICETREE_DEPTH)
            return DEVICETREE_BROKEN;
        tree->depth++;
        return DEVICETREE_NODE;
    case TOKEN_LEAVE:
        if (tree->depth == 0)
            return DEVICETREE_BROKEN;
        tree->leaving = true;
        return DEVICETREE_LEAVE;
    case TOKEN_PROPERTY:
        return read_property(tree) ? DEVICETREE_PROPERTY : DEVICETREE_BROKEN;
    case TOKEN_END:
        return tree->depth == 0 ? DEVICETREE_END : DEVICETREE_BROKEN;
    default:
        return DEVICETREE_BROKEN;
    }
}

unsigned devicetree_bits(struct bytes image)
{
    struct devicetree tree;
    enum devicetree_event event;
    bool any = false;

    if (!devicetree_open(image, &tree))
        return 0;
    do {
        event = devicetree_next(&tree);
        any = any || event == DEVICETREE_NODE;
    } while (event != DEVICETREE_END && event != DEVICETREE_BROKEN);
    if (event == DEVICETREE_END)
        return any ? 32 + 64 + 32 : 0;
    /* Cut short: the header stands alone, with its versions and offsets. */
    return any && tree.blob.size < tree.total ? 32 + 32 : 0;
}

bool devicetree_cell(struct bytes value, uint32_t *out)
{
    struct cursor c = cursor_over(value);

    *out = cursor_u32be(&c);
    return value.size == 4;
}
