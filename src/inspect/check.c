#include "inspect/check.h"

#include "base/limits.h"

#define CHECK(name) extern const struct check check_##name;
#include "inspect/checks.def"
#undef CHECK

#define CHECK(name) &check_##name,
const struct check *const checks[] = {
#include "inspect/checks.def"
};
#undef CHECK
const size_t check_count = COUNT_OF(checks);

/* The first node whose path is not before PATH. */
static size_t lower_bound(const struct system *system, struct bytes path)
{
    size_t low = 0, high = system->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (bytes_compare(system->nodes[middle].node->path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct system_node *system_at(const struct system *system, struct bytes path)
{
    size_t at = lower_bound(system, path);

    if (at == system->count || !bytes_equal(system->nodes[at].node->path, path))
        return NULL;
    return &system->nodes[at];
}

const struct system_node *system_under(const struct system *system, const char *prefix,
                                       size_t *count)
{
    size_t from = lower_bound(system, bytes_of(prefix));
    size_t to = from;

    while (to < system->count && bytes_starts(system->nodes[to].node->path, prefix))
        to++;
    *count = to - from;
    return to == from ? NULL : &system->nodes[from];
}

/* A path being resolved: done components in `path`, the others still in `rest`. */
struct walk {
    uint8_t path[LIMIT_NAME];
    size_t size;
};

static void step_up(struct walk *walk)
{
    while (walk->size > 0 && walk->path[walk->size - 1] != '/')
        walk->size--;
    if (walk->size > 0)
        walk->size--;
}

static bool step_down(struct walk *walk, struct bytes name)
{
    if (name.size + 1 > sizeof walk->path - walk->size)
        return false;
    if (walk->size > 0)
        walk->path[walk->size++] = '/';
    mem_copy(walk->path + walk->size, name.data, name.size);
    walk->size += name.size;
    return true;
}

/* Resolves REST from where WALK is; links inside cost one of *LINKS each. False: too long. */
static bool resolve(const struct system *system, struct walk *walk, struct bytes rest,
                    unsigned *links)
{
    struct bytes name;

    while (bytes_next_field(&rest, '/', &name)) {
        if (name.size == 0 || bytes_is(name, "."))
            continue;
        if (bytes_is(name, "..")) {
            step_up(walk);
            continue;
        }
        if (!step_down(walk, name))
            return false;
        const struct system_node *found = system_at(system, bytes_from(walk->path, walk->size));
        if (found == NULL || found->node->kind != NODE_LINK)
            continue;
        if (*links == 0)
            return false;
        (*links)--;
        if (bytes_at(found->node->target, 0) == '/')
            walk->size = 0;
        else
            step_up(walk);
        if (!resolve(system, walk, found->node->target, links))
            return false;
    }
    return true;
}

const struct system_node *system_find(const struct system *system, struct bytes path)
{
    struct walk walk = {.size = 0};
    unsigned links = LIMIT_LINKS;

    if (!resolve(system, &walk, path, &links))
        return NULL;
    return system_at(system, bytes_from(walk.path, walk.size));
}

struct bytes system_follow(const struct system *system, struct bytes path, struct arena *arena)
{
    struct walk walk = {.size = 0};
    unsigned links = LIMIT_LINKS;

    if (!resolve(system, &walk, path, &links))
        return bytes_of(NULL);
    return arena_copy(arena, bytes_from(walk.path, walk.size));
}

const struct system_node *system_find_string(const struct system *system, const char *path)
{
    return system_find(system, bytes_of(path));
}

struct evidence evidence_node(const struct node *node)
{
    return (struct evidence){.node = node->id};
}

struct evidence evidence_part(const struct node *node, struct bytes content, uint64_t offset,
                              uint64_t length)
{
    return (struct evidence){
        .node = node->id,
        .offset = offset,
        .length = length,
        .excerpt = bytes_slice(bytes_slice(content, offset, length), 0, LIMIT_EXCERPT),
    };
}

struct evidence evidence_line(const struct node *node, struct bytes content, struct bytes line)
{
    uint64_t offset = line.data == NULL ? 0 : (uint64_t)(line.data - content.data);
    struct evidence evidence = evidence_part(node, content, offset, line.size);

    evidence.line = (uint32_t)bytes_count(bytes_slice(content, 0, offset), '\n') + 1;
    return evidence;
}
