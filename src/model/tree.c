#include "model/tree.h"

const char *node_kind_name(enum node_kind kind)
{
    static const char *const names[] = {"file",  "dir",  "link",   "char",
                                        "block", "fifo", "socket", "container"};

    return names[kind];
}

const char *node_shown_kind(const struct node *node)
{
    static const char *const stretches[] = {"unknown", "text", "encrypted", "vmlinux"};

    for (size_t i = 0; i < COUNT_OF(stretches); i++)
        if (node->kind == NODE_FILE && !node->has_owner && node->has_offset &&
            bytes_is(node->format, stretches[i]))
            return node_kind_name(NODE_CONTAINER);
    return node_kind_name(node->kind);
}

struct bytes node_path_clean(struct arena *arena, struct bytes path)
{
    uint8_t *clean = arena_alloc(arena, path.size + 1);
    struct bytes name;
    size_t size = 0;

    while (bytes_next_field(&path, '/', &name)) {
        if (name.size == 0 || bytes_is(name, "."))
            continue;
        if (size > 0)
            clean[size++] = '/';
        mem_copy(clean + size, name.data, name.size);
        size += name.size;
    }
    return size == 0 ? bytes_of(".") : bytes_from(clean, size);
}
