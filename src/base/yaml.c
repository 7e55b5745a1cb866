#include "base/yaml.h"

#include <stdlib.h>
#include <yaml.h>

#include "base/limits.h"

struct reader {
    yaml_parser_t parser;
    const char *name;
    struct arena *arena;
    size_t nodes;
};

/* Children gathered while a list or map is open. */
struct gather {
    struct yaml *keys, *items;
    size_t key_capacity, item_capacity, count;
};

static struct error *fault(const struct reader *reader, size_t line, const char *what)
{
    return error_wrap(error_new(ERROR_INPUT, "%s", what), "%s:%zu", reader->name, line + 1);
}

static struct error *next(struct reader *reader, yaml_event_t *event)
{
    if (yaml_parser_parse(&reader->parser, event) != 0)
        return NULL;
    return fault(reader, reader->parser.problem_mark.line,
                 reader->parser.problem == NULL ? "not YAML" : reader->parser.problem);
}

static struct error *read_value(struct reader *reader, yaml_event_t *event, unsigned depth,
                                struct yaml *out);

static int by_text(const void *left, const void *right)
{
    const struct yaml *a = *(const struct yaml *const *)left,
                      *b = *(const struct yaml *const *)right;
    int order = bytes_compare(a->text, b->text);

    return order != 0 ? order : (a > b) - (a < b);
}

/* The keys of a whole map: each stands there once. */
static struct error *check_keys(const struct reader *reader, const struct gather *gather)
{
    const struct yaml **sorted = arena_array(reader->arena, gather->count + 1, sizeof *sorted);

    for (size_t i = 0; i < gather->count; i++)
        sorted[i] = &gather->keys[i];
    qsort(sorted, gather->count, sizeof *sorted, by_text);
    for (size_t i = 1; i < gather->count; i++)
        if (bytes_equal(sorted[i - 1]->text, sorted[i]->text))
            return fault(reader, sorted[i]->line - 1, "this key stands here twice");
    return NULL;
}

/* One key and its value, or one value; the event that starts it is at hand. */
static struct error *read_member(struct reader *reader, yaml_event_t *event, unsigned depth,
                                 bool is_map, struct gather *gather)
{
    struct arena *arena = reader->arena;
    size_t needed = gather->count + 1;

    gather->items =
        arena_grow(arena, gather->items, &gather->item_capacity, needed, sizeof *gather->items);
    if (is_map) {
        gather->keys = arena_grow(arena, gather->keys, &gather->key_capacity, needed,
                                  sizeof *gather->keys);
        TRY(read_value(reader, event, depth, &gather->keys[gather->count]));
        if (gather->keys[gather->count].kind != YAML_SCALAR)
            return fault(reader, gather->keys[gather->count].line - 1,
                         "a key must be plain text");
        TRY(next(reader, event));
    }
    TRY(read_value(reader, event, depth, &gather->items[gather->count]));
    gather->count++;
    return NULL;
}

static struct error *read_members(struct reader *reader, unsigned depth, struct yaml *out)
{
    struct gather gather = {.count = 0};
    bool is_map = out->kind == YAML_MAP;

    for (;;) {
        yaml_event_t event;
        TRY(next(reader, &event));
        if (event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            break;
        }
        TRY(read_member(reader, &event, depth, is_map, &gather));
    }
    if (is_map)
        TRY(check_keys(reader, &gather));
    out->keys = gather.keys;
    out->items = gather.items;
    out->count = gather.count;
    return NULL;
}

/* Takes EVENT, which starts a value, and frees it. */
static struct error *read_value(struct reader *reader, yaml_event_t *event, unsigned depth,
                                struct yaml *out)
{
    size_t line = event->start_mark.line;
    yaml_event_type_t type = event->type;
    bool marked = false;

    *out = (struct yaml){.line = (unsigned)line + 1};
    if (type == YAML_SCALAR_EVENT) {
        out->text = arena_copy(reader->arena,
                               bytes_from(event->data.scalar.value, event->data.scalar.length));
        out->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        marked = event->data.scalar.anchor != NULL || event->data.scalar.tag != NULL;
    } else if (type == YAML_SEQUENCE_START_EVENT) {
        out->kind = YAML_LIST;
        marked =
            event->data.sequence_start.anchor != NULL || event->data.sequence_start.tag != NULL;
    } else if (type == YAML_MAPPING_START_EVENT) {
        out->kind = YAML_MAP;
        marked =
            event->data.mapping_start.anchor != NULL || event->data.mapping_start.tag != NULL;
    } else {
        marked = true;
    }
    yaml_event_delete(event);
    if (marked)
        return fault(reader, line, "anchors, aliases and tags are not used here");
    if (depth >= LIMIT_YAML_DEPTH || ++reader->nodes > LIMIT_YAML_NODES)
        return fault(reader, line, "deeper or larger than is read");
    return out->kind == YAML_SCALAR ? NULL : read_members(reader, depth + 1, out);
}

static struct error *read_document(struct reader *reader, const struct yaml **out)
{
    struct yaml *root = arena_alloc(reader->arena, sizeof *root);
    yaml_event_t event;

    *root = (struct yaml){.kind = YAML_MAP, .line = 1};
    for (;;) {
        TRY(next(reader, &event));
        yaml_event_type_t type = event.type;
        if (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_START_EVENT) {
            yaml_event_delete(&event);
            continue;
        }
        if (type == YAML_STREAM_END_EVENT) { /* an empty file is an empty map */
            yaml_event_delete(&event);
            *out = root;
            return NULL;
        }
        break;
    }
    TRY(read_value(reader, &event, 0, root));
    TRY(next(reader, &event));
    yaml_event_delete(&event);
    TRY(next(reader, &event));
    yaml_event_type_t type = event.type;
    size_t line = event.start_mark.line;
    yaml_event_delete(&event);
    if (type != YAML_STREAM_END_EVENT)
        return fault(reader, line, "a second document begins here; one is read");
    *out = root;
    return NULL;
}

struct error *yaml_read(struct bytes bytes, const char *name, struct arena *arena,
                        const struct yaml **out)
{
    struct reader reader = {.name = name, .arena = arena};

    if (yaml_parser_initialize(&reader.parser) == 0)
        return error_new(ERROR_SYSTEM, "no memory to read %s", name);
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    static const uint8_t nothing;
    yaml_parser_set_input_string(&reader.parser, bytes.size == 0 ? &nothing : bytes.data,
                                 bytes.size);
    struct error *error = read_document(&reader, out);
    yaml_parser_delete(&reader.parser);
    return error;
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
    if (map == NULL || map->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (bytes_is(map->keys[i].text, key))
            return &map->items[i];
    return NULL;
}

bool yaml_is_null(const struct yaml *value)
{
    return value == NULL || (value->kind == YAML_SCALAR && value->plain &&
                             (value->text.size == 0 || bytes_is(value->text, "~") ||
                              bytes_is(value->text, "null")));
}

struct bytes yaml_text(const struct yaml *map, const char *key)
{
    const struct yaml *value = yaml_get(map, key);

    return yaml_is_null(value) ? bytes_of(NULL) : value->text;
}

const char *yaml_string(const struct yaml *map, const char *key, struct arena *arena)
{
    const struct yaml *value = yaml_get(map, key);

    return yaml_is_null(value) || value->kind != YAML_SCALAR ? NULL
                                                             : arena_string(arena, value->text);
}

int64_t yaml_integer(const struct yaml *map, const char *key, int64_t otherwise)
{
    uint64_t number;

    if (!bytes_to_u64(yaml_text(map, key), &number) || number > INT64_MAX)
        return otherwise;
    return (int64_t)number;
}
