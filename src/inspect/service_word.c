#include "base/limits.h"
#include "base/text.h"
#include "inspect/service_script.h"

/* A word being expanded: the field under way, and those that are done. */
struct expansion {
    struct machine *machine;
    struct fields *out;
    struct text *text;
    struct field field;
    bool started; /* the field under way exists, even when empty */
    bool split;
};

struct field field_known(struct bytes text)
{
    return (struct field){.text = text};
}

void field_add(struct machine *machine, struct fields *fields, struct field field)
{
    if (fields->count >= LIMIT_SCRIPT_FIELDS) {
        machine->boot->limited = true;
        return;
    }
    fields->items = arena_grow(machine->boot->arena, fields->items, &fields->capacity,
                               fields->count + 1, sizeof *fields->items);
    fields->items[fields->count++] = field;
}

static void add(struct expansion *e, struct bytes bytes)
{
    e->started = true;
    if (bytes.size > LIMIT_SCRIPT_FIELD || e->text->size > LIMIT_SCRIPT_FIELD) {
        e->field.unknown = true;
        return;
    }
    text_add_bytes(e->text, bytes);
}

static void finish(struct expansion *e)
{
    if (!e->started)
        return;
    e->field.text = arena_copy(e->machine->boot->arena, text_bytes(e->text));
    field_add(e->machine, e->out, e->field);
    e->field = (struct field){.unknown = false};
    e->started = false;
    text_clear(e->text);
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* Puts in the value of a parameter: split at blanks unless it is quoted. */
static void add_value(struct expansion *e, struct field value, bool quoted)
{
    struct bytes rest = value.text, word;

    if (quoted || !e->split) {
        e->field.unknown |= value.unknown;
        e->field.unsure |= value.unsure;
        if (quoted || value.text.size > 0)
            add(e, value.text);
        return;
    }
    if (rest.size > 0 && is_blank(bytes_at(rest, 0)))
        finish(e);
    while (bytes_next_word(&rest, &word)) {
        add(e, word);
        e->field.unknown |= value.unknown;
        e->field.unsure |= value.unsure;
        e->field.glob |= bytes_find_byte(word, '*') != SIZE_MAX;
        if (rest.size > 0)
            finish(e);
    }
}

static void add_arguments(struct expansion *e, bool quoted)
{
    const struct fields *arguments = &e->machine->frame->arguments;

    for (size_t i = 0; i < arguments->count; i++) {
        if (i > 0)
            finish(e);
        add_value(e, arguments->items[i], quoted);
    }
}

/* ${NAME#pattern} and its kin: cuts what matches from one end. */
static struct bytes cut(struct bytes value, struct bytes pattern, uint8_t side, bool longest)
{
    for (size_t i = 0; i <= value.size && value.size <= 512; i++) {
        size_t size = longest ? value.size - i : i;
        struct bytes part = side == '#' ? bytes_slice(value, 0, size)
                                        : bytes_from_offset(value, value.size - size);
        if (shell_match(pattern, part))
            return side == '#' ? bytes_from_offset(value, size)
                               : bytes_slice(value, 0, value.size - size);
    }
    return value;
}

static size_t name_size(struct bytes text)
{
    size_t size = 0;

    while (size < text.size && shell_is_name(bytes_slice(text, 0, 1)) &&
           (shell_is_name(bytes_slice(text, size, 1)) ||
            (bytes_at(text, size) >= '0' && bytes_at(text, size) <= '9')))
        size++;
    if (size == 0 && text.size > 0 &&
        bytes_find_byte(bytes_of("@*#?$!-0123456789"), bytes_at(text, 0)) != SIZE_MAX)
        size = 1;
    return size;
}

/* ${…}: INNER is what stands between the braces, WHOLE the text as written. */
static struct field parameter(struct machine *machine, struct bytes inner, struct bytes whole)
{
    size_t size = name_size(inner);
    struct bytes name = bytes_slice(inner, 0, size);
    struct bytes rest = bytes_from_offset(inner, size);
    struct field value = script_get(machine, name);

    if (size == 0 || machine->boot->nesting >= LIMIT_SCRIPT_CALLS)
        return (struct field){.text = whole, .unknown = true};
    bool colon = bytes_at(rest, 0) == ':';
    uint8_t operator= bytes_at(rest, colon ? 1 : 0);
    struct bytes word = bytes_from_offset(rest, colon ? 2 : 1);
    if (rest.size == 0)
        return value;
    if (value.unknown)
        return (struct field){.text = whole, .unknown = true};
    if (operator== '#' || operator== '%') {
        bool longest = bytes_at(rest, 1) == operator;
        word = bytes_from_offset(rest, longest ? 2 : 1);
        machine->boot->nesting++;
        struct field pattern = word_expand_one(machine, word);
        machine->boot->nesting--;
        value.text = cut(value.text, pattern.text, operator, longest);
        return value;
    }
    bool wanted = operator== '+' ? value.text.size > 0 : value.text.size == 0;
    if (operator!= '-' && operator!= '=' && operator!= '+' && operator!= '?')
        return (struct field){.text = whole, .unknown = true};
    if (!wanted)
        return operator== '+' ? (struct field){.unsure = value.unsure} : value;
    machine->boot->nesting++;
    struct field other = word_expand_one(machine, word);
    machine->boot->nesting--;
    other.unsure |= value.unsure;
    if (operator== '=')
        script_set(machine, name, other);
    return other;
}

/* $… at AT; returns one past it. */
static size_t dollar(struct expansion *e, struct bytes word, size_t at, bool quoted)
{
    size_t end = shell_span(word, at);
    struct bytes whole = bytes_slice(word, at, end - at);

    if (bytes_starts(whole, "${")) {
        struct bytes inner = bytes_slice(whole, 2, whole.size < 3 ? 0 : whole.size - 3);
        if (bytes_is(inner, "@") || bytes_is(inner, "*"))
            add_arguments(e, quoted);
        else
            add_value(e, parameter(e->machine, inner, whole), quoted);
        return end;
    }
    if (end > at) {
        struct bytes inner = bytes_slice(whole, 2, whole.size < 3 ? 0 : whole.size - 3);
        add_value(e, word_substitute(e->machine, inner, whole), quoted);
        return end;
    }
    struct bytes after = bytes_from_offset(word, at + 1);
    size_t size = name_size(after);
    struct bytes name = bytes_slice(after, 0, size);
    if (size == 0) {
        add(e, bytes_slice(word, at, 1));
        return at + 1;
    }
    if (bytes_is(name, "@") || bytes_is(name, "*")) {
        add_arguments(e, quoted);
        return at + 1 + size;
    }
    struct field value = script_get(e->machine, name);
    if (value.unknown && value.text.size == 0)
        value.text = bytes_slice(word, at, size + 1);
    add_value(e, value, quoted);
    return at + 1 + size;
}

static void expand_double(struct expansion *e, struct bytes inner)
{
    size_t i = 0;

    e->started |= !bytes_is(inner, "$@");
    while (i < inner.size) {
        uint8_t c = bytes_at(inner, i);
        if (c == '$') {
            i = dollar(e, inner, i, true);
        } else if (c == '`') {
            size_t end = shell_span(inner, i);
            add_value(e,
                      (struct field){.text = bytes_slice(inner, i, end - i), .unknown = true},
                      true);
            i = end > i ? end : i + 1;
        } else if (c == '\\' && i + 1 < inner.size) {
            uint8_t next = bytes_at(inner, i + 1);
            bool plain = next == '$' || next == '`' || next == '"' || next == '\\';
            if (next != '\n')
                add(e, bytes_slice(inner, plain ? i + 1 : i, plain ? 1 : 2));
            i += 2;
        } else {
            add(e, bytes_slice(inner, i++, 1));
        }
    }
}

static size_t expand_step(struct expansion *e, struct bytes word, size_t at)
{
    uint8_t c = bytes_at(word, at);
    size_t end = shell_span(word, at);
    struct bytes span = bytes_slice(word, at, end - at);
    struct bytes inner = bytes_slice(span, 1, span.size < 2 ? 0 : span.size - 2);

    if (c == '\\') {
        if (bytes_at(word, at + 1) != '\n')
            add(e, bytes_slice(word, at + 1, 1));
        return at + 2;
    }
    if (c == '\'') {
        add(e, inner);
        return end;
    }
    if (c == '"') {
        expand_double(e, inner);
        return end;
    }
    if (c == '`') {
        add_value(e, (struct field){.text = span, .unknown = true}, false);
        return end > at ? end : at + 1;
    }
    if (c == '$')
        return dollar(e, word, at, false);
    e->field.glob |= c == '*' || c == '?' || c == '[';
    add(e, bytes_slice(word, at, 1));
    return at + 1;
}

static void expand(struct machine *machine, struct bytes word, bool split, struct fields *out)
{
    owned(text) text = text_new();
    struct expansion e = {.machine = machine, .out = out, .text = text, .split = split};

    word = bytes_slice(word, 0, LIMIT_SCRIPT_FIELD);
    for (size_t at = 0; at < word.size;)
        at = expand_step(&e, word, at);
    finish(&e);
}

void word_expand(struct machine *machine, struct bytes word, struct fields *out)
{
    expand(machine, word, true, out);
}

struct field word_expand_one(struct machine *machine, struct bytes word)
{
    struct fields fields = {.count = 0};

    expand(machine, word, false, &fields);
    return fields.count == 0 ? (struct field){.unknown = false} : fields.items[0];
}

/* The names in one directory that match. Patterns above the last component are not followed. */
static bool glob_one(struct machine *machine, struct field field, struct fields *out)
{
    struct bytes base = path_base(field.text);
    struct bytes folder = bytes_slice(field.text, 0, field.text.size - base.size);
    struct bytes clean = node_path_clean(machine->boot->arena, folder);
    struct arena *arena = machine->boot->arena;
    size_t count, found = 0;

    if (bytes_at(field.text, 0) != '/' || bytes_find_byte(folder, '*') != SIZE_MAX ||
        base.size > 256)
        return false;
    const struct system_node *real = system_find(machine->boot->system, folder);
    if (real != NULL)
        clean = real->node->path;
    char *prefix = arena_printf(arena, "%.*s/", (int)clean.size, (const char *)clean.data);
    const struct system_node *nodes = system_under(machine->boot->system, prefix, &count);
    for (size_t i = 0; i < count && i < 20000; i++) {
        struct bytes rest = bytes_from_offset(nodes[i].node->path, clean.size + 1);
        if (bytes_find_byte(rest, '/') != SIZE_MAX || !shell_match(base, rest) ||
            bytes_at(rest, 0) == '.')
            continue;
        char *path =
            arena_printf(arena, "%.*s%.*s", (int)folder.size, (const char *)folder.data,
                         (int)rest.size, (const char *)rest.data);
        struct field match = {.text = bytes_of(path), .unsure = field.unsure};
        field_add(machine, out, match);
        found++;
    }
    return found > 0;
}

void word_glob(struct machine *machine, const struct fields *in, struct fields *out)
{
    for (size_t i = 0; i < in->count; i++)
        if (!in->items[i].glob || in->items[i].unknown || !glob_one(machine, in->items[i], out))
            field_add(machine, out, in->items[i]);
}
