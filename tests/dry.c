#include "dry.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "inspect/patterns.h"
#include "unpack/raw.h"

#define GROW(dry, what)                                                                 \
    ((dry)->what##s = arena_grow((dry)->arena, (dry)->what##s, &(dry)->what##_capacity, \
                                 (dry)->what##_count + 1, sizeof *(dry)->what##s),      \
     &(dry)->what##s[(dry)->what##_count++])

static struct dry *of(struct sink *sink)
{
    return (struct dry *)(void *)sink;
}

static uint32_t add_node(struct dry *dry, const struct node *node, struct bytes content)
{
    uint32_t id = (uint32_t)dry->node_count;
    struct dry_node *fresh = GROW(dry, node);

    fresh->node = *node;
    fresh->node.id = id;
    fresh->node.target = arena_copy(dry->arena, node->target);
    fresh->node.xattrs = arena_copy(dry->arena, node->xattrs);
    fresh->content = content;
    if (content.data != NULL && node->kind != NODE_DIR && node->kind != NODE_LINK) {
        fresh->node.size = content.size;
        fresh->node.has_sha256 = true;
        fresh->node.sha256 = hash_sha256(content);
    }
    return id;
}

static struct bytes join(struct dry *dry, struct bytes parent, struct bytes path)
{
    path = node_path_clean(dry->arena, path);
    if (parent.size == 0)
        return path;
    if (bytes_is(path, "."))
        return parent;
    return bytes_of(arena_printf(dry->arena, "%.*s/%.*s", (int)parent.size,
                                 (const char *)parent.data, (int)path.size,
                                 (const char *)path.data));
}

static void open_node(struct dry *dry, uint32_t id);

static struct error *on_node(struct sink *sink, const struct node *node, struct content content,
                             uint32_t *index)
{
    struct dry *dry = of(sink);
    struct node full = *node;
    struct bytes bytes = {NULL, 0};

    if (dry->node_count >= LIMIT_NODES_CONTAINER || dry->total > dry->limit)
        return error_new(ERROR_LIMIT, "more nodes or bytes than a test may read");
    full.parent = node->parent == 0 ? dry->container : node->parent;
    full.path = join(dry, dry->nodes[full.parent].node.path, node->path);
    if (content.kind == CONTENT_SLICE)
        bytes = bytes_slice(dry->container_image, content.offset, content.size);
    else if (content.kind == CONTENT_NOW)
        bytes = arena_copy(dry->arena, content.bytes);
    if (content.kind == CONTENT_SLICE) {
        full.offset = content.offset;
        full.has_offset = true;
    }
    dry->total += bytes.size;
    uint32_t id = add_node(dry, &full, bytes);
    dry->nodes[id].system = dry->container;
    if (content.kind == CONTENT_LATER)
        dry->nodes[id].node.xattrs = arena_copy(dry->arena, content.handle);
    *index = id;
    return NULL;
}

static void on_observe(struct sink *sink, const struct observation *observation)
{
    struct dry *dry = of(sink);
    struct observation *copy =
        observation_new(dry->arena, observation->observable, observation->evidence);

    for (size_t i = 0; i < observation->observable->column_count; i++) {
        copy->values[i] = observation->values[i];
        copy->values[i].text = arena_copy(dry->arena, observation->values[i].text);
    }
    copy->evidence.excerpt = arena_copy(dry->arena, observation->evidence.excerpt);
    *GROW(dry, observation) = copy;
}

static void on_span(struct sink *sink, const struct span *span)
{
    struct dry *dry = of(sink);
    struct dry_span *fresh = GROW(dry, span);

    fresh->container = dry->container;
    fresh->span = *span;
    fresh->span.what = arena_string(dry->arena, bytes_of(span->what));
}

static void on_unread(struct sink *sink, struct bytes path, uint64_t bytes, const char *reason)
{
    struct dry *dry = of(sink);
    struct bytes full = join(dry, dry->nodes[dry->container].node.path, path);

    dry->unread = arena_grow(dry->arena, dry->unread, &dry->unread_capacity,
                             dry->unread_count + 1, sizeof *dry->unread);
    dry->unread[dry->unread_count++] =
        bytes_of(arena_printf(dry->arena, "%.*s: %" PRIu64 " bytes: %s", (int)full.size,
                              full.size == 0 ? "" : (const char *)full.data, bytes, reason));
}

static struct buffer *on_buffer(struct sink *sink)
{
    struct dry *dry = of(sink);

    dry->buffer.size = 0;
    return &dry->buffer;
}

static const struct sink_actions actions = {
    .node = on_node,
    .observe = on_observe,
    .span = on_span,
    .unread = on_unread,
    .buffer = on_buffer,
};

#define DRY_BUFFER (512UL << 20)

struct dry *dry_new(void)
{
    struct dry *dry = mem_alloc(sizeof *dry);

    dry->sink.actions = &actions;
    dry->arena = arena_new();
    dry->limit = DRY_BUFFER;
    dry->buffer.memory = mmap(NULL, DRY_BUFFER, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (dry->buffer.memory == MAP_FAILED)
        abort();
    dry->buffer.capacity = DRY_BUFFER;
    return dry;
}

void dry_free(struct dry *dry)
{
    if (dry == NULL)
        return;
    munmap(dry->buffer.memory, DRY_BUFFER);
    arena_free(dry->arena);
    mem_free(dry);
}

/* The end of the furthest span that the container at hand has. */
static uint64_t explained_end(const struct dry *dry, uint32_t id)
{
    uint64_t end = 0;

    for (size_t i = 0; i < dry->span_count; i++)
        if (dry->spans[i].container == id &&
            dry->spans[i].span.offset + dry->spans[i].span.length > end)
            end = dry->spans[i].span.offset + dry->spans[i].span.length;
    return end;
}

/* Runs FORMAT over a node and makes the contents it promised for later. */
static struct error *walk(struct dry *dry, const struct format *format, uint32_t id)
{
    owned(arena) arena = arena_new();
    size_t first = dry->node_count;

    dry->container = id;
    dry->container_image = dry->nodes[id].content;
    dry->nodes[id].node.format = bytes_of(format->name);
    struct container container = {
        .image = dry->container_image,
        .name = path_base(dry->nodes[id].node.path),
        .arena = arena,
    };
    struct error *error = format->unpack(&container, &dry->sink);
    if (error == NULL && dry->tails)
        error = raw_search_tail(format, &container, explained_end(dry, id), &dry->sink);
    for (size_t i = first; i < dry->node_count && error == NULL; i++) {
        struct bytes handle = dry->nodes[i].node.xattrs;
        if (dry->nodes[i].node.kind != NODE_FILE || dry->nodes[i].content.data != NULL ||
            handle.size == 0 || format->read == NULL || dry->total > dry->limit)
            continue;
        struct buffer *buffer = on_buffer(&dry->sink);
        struct error *failure = format->read(&container, handle, buffer);
        if (failure != NULL) {
            sink_unread_error(&dry->sink, dry->nodes[i].node.path, dry->nodes[i].node.size,
                              failure);
            continue;
        }
        struct node *node = &dry->nodes[i].node;
        dry->nodes[i].content = arena_copy(dry->arena, buffer_bytes(buffer));
        node->size = buffer->size;
        node->has_sha256 = true;
        node->sha256 = hash_sha256(dry->nodes[i].content);
        dry->total += buffer->size;
    }
    return error;
}

static void open_node(struct dry *dry, uint32_t id)
{
    const struct format *format = format_of(dry->nodes[id].content, NULL);
    size_t first = dry->node_count;

    if (dry->nodes[id].content.size == 0 || dry->depth >= LIMIT_DEPTH ||
        dry->nodes[id].node.format.size > 0)
        return;
    if (format != NULL && format->is_leaf != NULL && format->is_leaf(dry->nodes[id].content)) {
        dry->nodes[id].node.format = bytes_of(format->name);
        return;
    }
    if (format != NULL && dry->nodes[id].node.kind == NODE_CONTAINER &&
        raw_should_open(format, dry->nodes[id].content))
        format = format_named(bytes_of("raw"));
    if (format == NULL)
        format = format_named(bytes_of("raw"));
    if (format == NULL ||
        (id != 0 && bytes_is(bytes_of(format->name), "raw") &&
         dry->nodes[id].node.kind != NODE_CONTAINER && dry->nodes[id].node.has_owner))
        return;
    struct error *error = walk(dry, format, id);
    sink_unread_error(&dry->sink, bytes_of(""), 0, error);
    size_t last = dry->node_count;
    dry->depth++;
    for (size_t i = first; i < last; i++)
        if (dry->nodes[i].content.data != NULL)
            open_node(dry, (uint32_t)i);
    dry->depth--;
}

static uint32_t add_root(struct dry *dry, struct bytes image, const char *name)
{
    struct node root = {.parent = NODE_NONE, .kind = NODE_CONTAINER};

    (void)name;
    return add_node(dry, &root, image);
}

void dry_unpack(struct dry *dry, struct bytes image, const char *name)
{
    dry->tails = true;
    open_node(dry, add_root(dry, image, name));
}

struct error *dry_unpack_one(struct dry *dry, const struct format *format, struct bytes image)
{
    return walk(dry, format, add_root(dry, image, ""));
}

static void add_one(struct dry *dry, const char *path, const char *relative)
{
    struct stat status;
    char target[LIMIT_NAME];
    struct node node = {.path = bytes_of(relative), .has_owner = true};
    struct bytes content = {NULL, 0};

    if (lstat(path, &status) != 0)
        return;
    node.mode = status.st_mode & 07777;
    if (S_ISDIR(status.st_mode)) {
        node.kind = NODE_DIR;
    } else if (S_ISLNK(status.st_mode)) {
        ssize_t size = readlink(path, target, sizeof target);
        node.kind = NODE_LINK;
        node.target = bytes_from(target, size < 0 ? 0 : (size_t)size);
    } else if (S_ISREG(status.st_mode)) {
        node.kind = NODE_FILE;
        error_drop(file_read(path, LIMIT_FILE_BYTES, dry->arena, &content));
        const struct format *format = format_of(content, NULL);
        node.format = bytes_of(format == NULL ? NULL : format->name);
    } else {
        return;
    }
    node.path = arena_copy(dry->arena, node.path);
    add_node(dry, &node, content);
}

static void add_folder(struct dry *dry, const char *folder, const char *relative,
                       unsigned depth)
{
    struct dirent **entries;
    struct stat status;
    int count = scandir(folder, &entries, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && depth < LIMIT_DEPTH) {
            char *path = arena_printf(dry->arena, "%s/%s", folder, name);
            char *inner = *relative == '\0' ? arena_printf(dry->arena, "%s", name)
                                            : arena_printf(dry->arena, "%s/%s", relative, name);
            add_one(dry, path, inner);
            if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode))
                add_folder(dry, path, inner, depth + 1);
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

struct error *dry_add_folder(struct dry *dry, const char *folder)
{
    add_root(dry, bytes_of(""), "");
    dry->nodes[0].node.kind = NODE_CONTAINER;
    dry->nodes[0].node.format = bytes_of("folder");
    add_folder(dry, folder, "", 0);
    if (dry->node_count < 2)
        return error_new(ERROR_SYSTEM, "no files in %s", folder);
    return NULL;
}

/* Paths of a system are within it: the prefix of its container is cut. */
static struct bytes inner_path(const struct dry *dry, const struct dry_node *node)
{
    struct bytes prefix = dry->nodes[node->system].node.path;

    return prefix.size == 0 ? node->node.path
                            : bytes_from_offset(node->node.path, prefix.size + 1);
}

static void inspect_file(struct dry *dry, const struct check *check,
                         const struct dry_node *node, struct arena *arena)
{
    struct node inner = node->node;
    struct file file = {.node = &inner, .content = node->content};

    inner.path = inner_path(dry, node);
    if (check->wants == NULL || !check->wants(&inner, node->content))
        return;
    struct hit_list *lists = arena_array(arena, check_count, sizeof *lists);
    for (size_t i = 0; i < check_count; i++)
        lists[i].wanted = check->has_patterns && checks[i] == check;
    sink_unread_error(&dry->sink, inner.path, 0, patterns_scan(node->content, arena, lists));
    for (size_t i = 0; i < check_count; i++) {
        if (checks[i] != check)
            continue;
        file.hits = lists[i].hits;
        file.hit_count = lists[i].count;
        if (lists[i].cut)
            sink_unread(&dry->sink, inner.path, 0, "more pattern hits than the limit");
    }
    sink_unread_error(&dry->sink, inner.path, 0, check->run(&file, arena, &dry->sink));
}

static int by_path(const void *a, const void *b)
{
    const struct system_node *left = a, *right = b;

    return bytes_compare(left->node->path, right->node->path);
}

static void inspect_system(struct dry *dry, const struct check *check, uint32_t container,
                           struct arena *arena)
{
    struct system_node *nodes = arena_array(arena, dry->node_count + 1, sizeof *nodes);
    size_t count = 0;

    for (size_t i = 0; i < dry->node_count; i++) {
        if (dry->nodes[i].system != container || i == container)
            continue;
        struct node *inner = arena_alloc(arena, sizeof *inner);
        *inner = dry->nodes[i].node;
        inner->path = inner_path(dry, &dry->nodes[i]);
        nodes[count].node = inner;
        if (inner->kind == NODE_FILE && check->keeps != NULL &&
            check->keeps(inner, dry->nodes[i].content) &&
            dry->nodes[i].content.size <= LIMIT_KEPT_FILE) {
            nodes[count].content = dry->nodes[i].content;
            nodes[count].has_content = true;
        }
        count++;
    }
    qsort(nodes, count, sizeof *nodes, by_path);
    struct system system = {.nodes = nodes, .count = count, .complete = true};
    if (count > 0)
        sink_unread_error(&dry->sink, bytes_of(""), 0,
                          check->run_system(&system, arena, &dry->sink));
}

void dry_inspect(struct dry *dry, const struct check *only)
{
    owned(arena) arena = arena_new();
    size_t count = dry->node_count;

    dry->container = 0;
    for (size_t c = 0; c < check_count; c++) {
        const struct check *check = checks[c];
        if (only != NULL && check != only)
            continue;
        for (size_t i = 0; i < count; i++)
            if (dry->nodes[i].node.kind == NODE_FILE)
                inspect_file(dry, check, &dry->nodes[i], arena);
        for (uint32_t i = 0; i < count && check->run_system != NULL; i++)
            if (dry->nodes[i].node.kind == NODE_CONTAINER || dry->nodes[i].node.format.size > 0)
                inspect_system(dry, check, i, arena);
    }
}

const struct dry_node *dry_find(const struct dry *dry, const char *path)
{
    for (size_t i = 0; i < dry->node_count; i++)
        if (bytes_is(dry->nodes[i].node.path, path))
            return &dry->nodes[i];
    return NULL;
}

struct bytes dry_value(struct dry *dry, const struct observation *observation,
                       const char *column)
{
    const struct observable *observable = observation->observable;

    for (size_t i = 0; i < observable->column_count; i++) {
        const struct value *value = &observation->values[i];
        if (strcmp(observable->columns[i].name, column) != 0)
            continue;
        if (value->kind == VALUE_INTEGER)
            return bytes_of(arena_printf(dry->arena, "%" PRId64, value->integer));
        return value->text;
    }
    return bytes_of("no such column");
}

const struct observation *dry_nth(const struct dry *dry, const char *observable, size_t nth)
{
    for (size_t i = 0; i < dry->observation_count; i++)
        if (strcmp(dry->observations[i]->observable->name, observable) == 0 && nth-- == 0)
            return dry->observations[i];
    return NULL;
}

static void print_node(const struct dry_node *node, struct text *out)
{
    text_addf(out, "%s ", node_kind_name(node->node.kind));
    text_add_terminal(out, node->node.path);
    text_addf(out, " size=%" PRIu64, node->node.size);
    if (node->node.has_owner)
        text_addf(out, " mode=%04o owner=%u:%u", node->node.mode, node->node.uid,
                  node->node.gid);
    if (node->node.kind == NODE_CHAR || node->node.kind == NODE_BLOCK)
        text_addf(out, " device=%u:%u", node->node.major, node->node.minor);
    if (node->node.target.size > 0) {
        text_add(out, " -> ");
        text_add_terminal(out, node->node.target);
    }
    if (node->node.format.size > 0)
        text_addf(out, " format=%.*s", (int)node->node.format.size,
                  (const char *)node->node.format.data);
    if (node->node.has_offset)
        text_addf(out, " at=0x%" PRIx64, node->node.offset);
    if (node->node.has_sha256) {
        text_add(out, " sha256=");
        text_add_hex(out, bytes_from(node->node.sha256.bytes, 32));
    }
    text_add_char(out, '\n');
}

static void print_observation(const struct dry *dry, const struct observation *observation,
                              struct text *out)
{
    const struct observable *observable = observation->observable;

    text_addf(out, "%s ", observable->name);
    text_add_terminal(out, dry->nodes[observation->evidence.node].node.path);
    if (observation->evidence.line > 0)
        text_addf(out, ":%u", observation->evidence.line);
    for (size_t i = 0; i < observable->column_count; i++) {
        const struct value *value = &observation->values[i];
        if (value->kind == VALUE_NULL)
            continue;
        text_addf(out, " %s=", observable->columns[i].name);
        if (value->kind == VALUE_INTEGER)
            text_addf(out, "%" PRId64, value->integer);
        else
            text_add_json(out, value->text);
    }
    text_add_char(out, '\n');
}

void dry_print(const struct dry *dry, struct text *out)
{
    for (size_t i = 0; i < dry->node_count; i++)
        print_node(&dry->nodes[i], out);
    for (size_t i = 0; i < dry->span_count; i++) {
        const struct dry_span *span = &dry->spans[i];
        text_addf(out, "span [%u] 0x%" PRIx64 "+0x%" PRIx64 " %s %s\n", span->container,
                  span->span.offset, span->span.length, span_kind_name(span->span.kind),
                  span->span.what);
    }
    for (size_t i = 0; i < dry->unread_count; i++) {
        text_add(out, "unread ");
        text_add_terminal(out, dry->unread[i]);
        text_add_char(out, '\n');
    }
    for (size_t i = 0; i < dry->observation_count; i++)
        print_observation(dry, dry->observations[i], out);
}
