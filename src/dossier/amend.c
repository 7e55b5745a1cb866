#include "dossier/amend.h"

#include <string.h>

#include "base/text.h"
#include "base/yaml.h"
#include "dossier/yaml_write.h"

/* A file on its way from one text to the next. */
struct amending {
    const struct amend *amend;
    const struct yaml *tree; /* of the content */
    size_t *starts;          /* where each line begins; one more stands at the end */
    size_t line_count;
    const char *newline;
};

static struct error *cannot(const struct amend *amend, unsigned line, const char *why)
{
    return error_hint(
        error_wrap(error_new(ERROR_INPUT, "%s", why), "cannot add to %s:%u", amend->name, line),
        "write it in lines of their own, indented with spaces, as proviso init does");
}

/* How many bytes the line end at AT has: those that YAML 1.1 knows; 0 when there is none. */
static size_t break_size(struct bytes content, size_t at)
{
    uint8_t byte = bytes_at(content, at), next = bytes_at(content, at + 1);

    if (byte == '\r')
        return next == '\n' ? 2 : 1;
    if (byte == '\n')
        return 1;
    if (byte == 0xc2 && next == 0x85)
        return 2;
    return byte == 0xe2 && next == 0x80 && (bytes_at(content, at + 2) | 1) == 0xa9 ? 3 : 0;
}

static void find_lines(struct amending *amending)
{
    struct bytes content = amending->amend->content;
    size_t capacity = 0, count = 0, *starts = NULL;

    starts = arena_grow(amending->amend->arena, starts, &capacity, 2, sizeof *starts);
    starts[count++] = 0;
    for (size_t i = 0; i < content.size;) {
        size_t size = break_size(content, i);
        i += size == 0 ? 1 : size;
        if (size == 0 || i >= content.size)
            continue;
        starts =
            arena_grow(amending->amend->arena, starts, &capacity, count + 2, sizeof *starts);
        starts[count++] = i;
    }
    starts[count] = content.size;
    amending->starts = starts;
    amending->line_count = content.size == 0 ? 0 : count;
    amending->newline = bytes_contains(content, "\r\n") ? "\r\n" : "\n";
}

/* Line NUMBER, counted from 1, with its end. */
static struct bytes line_at(const struct amending *amending, size_t number)
{
    if (number < 1 || number > amending->line_count)
        return bytes_of("");
    return bytes_slice(amending->amend->content, amending->starts[number - 1],
                       amending->starts[number] - amending->starts[number - 1]);
}

static size_t indent_of(struct bytes line)
{
    size_t indent = 0;

    while (bytes_at(line, indent) == ' ')
        indent++;
    return indent;
}

static bool is_comment(struct bytes line)
{
    return bytes_at(line, indent_of(line)) == '#';
}

static bool is_blank(struct bytes line)
{
    return bytes_trim(line).size == 0;
}

static bool is_mark(struct bytes line)
{
    return bytes_starts(line, "---") || bytes_starts(line, "...");
}

static struct error *begin(const struct amend *amend, struct amending *out)
{
    *out = (struct amending){.amend = amend};
    TRY(yaml_read(amend->content, amend->name, amend->arena, &out->tree));
    find_lines(out);
    return NULL;
}

/* TEXT with INDENT columns before each line that is not empty, and the file's line ends. */
static void add_indented(const struct amending *amending, struct bytes lines, size_t indent,
                         struct text *out)
{
    struct bytes line;

    while (bytes_next_line(&lines, &line)) {
        if (line.size > 0)
            text_addf(out, "%*s", (int)indent, "");
        text_add_bytes(out, line);
        text_add(out, amending->newline);
    }
}

/* What the file is with INSERTED at offset AT, and CUT bytes left out there. */
static struct bytes join(const struct amending *amending, size_t at, size_t cut,
                         struct bytes inserted)
{
    struct bytes content = amending->amend->content;
    struct bytes before = bytes_slice(content, 0, at);
    owned(text) out = text_new();

    text_add_bytes(out, before);
    if (cut == 0 && before.size > 0 && !bytes_ends(before, "\n") && !bytes_ends(before, "\r"))
        text_add(out, amending->newline);
    text_add_bytes(out, inserted);
    text_add_bytes(out, bytes_from_offset(content, at + cut));
    return arena_copy(amending->amend->arena, text_bytes(out));
}

static bool same(const struct yaml *a, const struct yaml *b)
{
    if (a->kind != b->kind || a->count != b->count || !bytes_equal(a->text, b->text) ||
        (a->kind == YAML_SCALAR && yaml_is_null(a) != yaml_is_null(b)))
        return false;
    for (size_t i = 0; i < a->count; i++)
        if ((a->kind == YAML_MAP && !bytes_equal(a->keys[i].text, b->keys[i].text)) ||
            !same(&a->items[i], &b->items[i]))
            return false;
    return true;
}

/* Are all keys of A in B, with the same values but for those of EXCEPT, and none else? */
static bool same_but(const struct yaml *a, const struct yaml *b,
                     const struct amend_field *except, size_t count)
{
    size_t found = 0;

    for (size_t i = 0; i < b->count; i++) {
        const char *excepted = NULL;
        for (size_t j = 0; j < count; j++)
            if (bytes_is(b->keys[i].text, except[j].key))
                excepted = except[j].key;
        const struct yaml *old = NULL;
        for (size_t j = 0; j < a->count; j++)
            if (bytes_equal(a->keys[j].text, b->keys[i].text))
                old = &a->items[j];
        found += old != NULL;
        if (excepted == NULL && (old == NULL || !same(old, &b->items[i])))
            return false;
    }
    return found == a->count;
}

static bool is_list_or_nothing(const struct yaml *value)
{
    return value == NULL || yaml_is_null(value) || value->kind == YAML_LIST;
}

/* Is NOW the list BEFORE and ADDED behind it? */
static bool is_longer(const struct yaml *before, const struct yaml *now,
                      const struct yaml *added)
{
    size_t old = yaml_is_null(before) ? 0 : before->count;

    if (now == NULL || now->kind != YAML_LIST || now->count != old + added->count)
        return false;
    for (size_t i = 0; i < now->count; i++)
        if (!same(i < old ? &before->items[i] : &added->items[i - old], &now->items[i]))
            return false;
    return true;
}

static struct error *check_append(const struct amend *amend, const struct amending *amending,
                                  const char *key, struct bytes items, struct bytes content)
{
    const struct yaml *before = amending->tree, *now, *added;
    struct error *error = yaml_read(content, amend->name, amend->arena, &now);

    TRY(yaml_read(items, "what is added", amend->arena, &added));
    if (error != NULL) {
        error_free(error);
        return cannot(amend, 1, "its layout leaves no place behind the last entry");
    }
    struct amend_field field = {.key = key};
    bool ok = before->kind == YAML_LIST
                  ? is_longer(before, now, added)
                  : now->kind == YAML_MAP &&
                        is_longer(yaml_get(before, key), yaml_get(now, key), added) &&
                        same_but(before, now, &field, 1);
    return ok ? NULL : cannot(amend, 1, "its layout leaves no place behind the last entry");
}

/*
 * The line behind which an entry is added; the first that holds something, and its column: FROM is
 * the first line that may belong to the list, END the first that cannot. A line behind the last
 * entry that is indented deeper than the dash belongs to it, even a comment: it may be part of a
 * block of text.
 */
static size_t last_line(const struct amending *amending, size_t from, size_t end, size_t *first,
                        size_t *indent)
{
    size_t last = from - 1;
    bool any = false;

    for (size_t i = from; i < end; i++) {
        struct bytes line = line_at(amending, i);
        if (is_mark(line) && any)
            break;
        if (is_mark(line) || is_blank(line) ||
            (is_comment(line) && (!any || indent_of(line) <= *indent)))
            continue;
        if (!any) {
            *first = i;
            *indent = indent_of(line);
        }
        any = true;
        last = i;
    }
    return last;
}

/* Where on the line of KEY its value stands, which is nothing, null or [] and no more. */
static bool empty_value(struct bytes line, const char *key, size_t *at, size_t *size)
{
    size_t start = bytes_find_string(line, key);

    if (start == SIZE_MAX)
        return false;
    struct bytes rest = bytes_from_offset(line, start + strlen(key));
    size_t colon = bytes_find_byte(rest, ':');
    if (colon == SIZE_MAX || colon > 1) /* a quote may stand before it */
        return false;
    start += strlen(key) + colon + 1;
    rest = bytes_from_offset(line, start);
    for (size_t i = 0; i < rest.size; i++)
        if (bytes_at(rest, i) == '#' && (i == 0 || bytes_at(rest, i - 1) == ' ')) {
            rest = bytes_slice(rest, 0, i);
            break;
        }
    struct bytes value = bytes_trim(rest);
    *at = start + (value.size == 0 ? 0 : bytes_find(rest, value));
    *size = value.size;
    static const char *const empty[] = {"", "~", "null", "[]", "''", "\"\""};
    for (size_t i = 0; i < COUNT_OF(empty); i++)
        if (bytes_is(value, empty[i]))
            return true;
    return bytes_at(value, 0) == '[' && bytes_ends(value, "]") &&
           bytes_trim(bytes_slice(value, 1, value.size - 2)).size == 0;
}

static size_t key_place(const struct yaml *map, const char *key)
{
    for (size_t i = 0; map->kind == YAML_MAP && i < map->count; i++)
        if (bytes_is(map->keys[i].text, key))
            return i;
    return SIZE_MAX;
}

/* Behind the last entry of a list that has some. */
static struct error *append_behind(const struct amending *amending, const struct yaml *list,
                                   size_t from, size_t end, struct bytes items,
                                   struct bytes *out)
{
    size_t first = 0, indent = 0, last = last_line(amending, from, end, &first, &indent);
    owned(text) text = text_new();

    if (bytes_at(line_at(amending, first), indent) != '-')
        return cannot(amending->amend, list->line,
                      "its entries stand in [ ]; here each begins with a dash of its own");
    add_indented(amending, items, indent, text);
    *out = join(amending, amending->starts[last], 0, text_bytes(text));
    return NULL;
}

/* In place of nothing: "entries: []" becomes "entries:" and the items. */
static struct error *append_first(const struct amending *amending, size_t number,
                                  const char *key, struct bytes items, struct bytes *out)
{
    struct bytes line = line_at(amending, number);
    size_t at, size;
    owned(text) text = text_new();

    if (!empty_value(line, key, &at, &size))
        return cannot(amending->amend, (unsigned)number,
                      "it is empty in a way that cannot be filled");
    struct bytes head = bytes_slice(line, 0, at);
    while (size > 0 && bytes_ends(head, " "))
        head = bytes_slice(head, 0, head.size - 1);
    struct bytes tail = bytes_from_offset(line, at + size);
    text_add_bytes(text, head);
    text_add_bytes(text, tail);
    if (break_size(tail, tail.size > 0 ? tail.size - 1 : 0) == 0)
        text_add(text, amending->newline);
    add_indented(amending, items, indent_of(line) + 2, text);
    *out = join(amending, amending->starts[number - 1], line.size, text_bytes(text));
    return NULL;
}

/* At the end of a map that has no such key. */
static void append_key(const struct amending *amending, const char *key, struct bytes items,
                       struct bytes *out)
{
    size_t first = 0, indent = 0;
    size_t last = last_line(amending, 1, amending->line_count + 1, &first, &indent);
    owned(text) text = text_new();

    while (last < amending->line_count && (last == 0 || !is_mark(line_at(amending, last + 1))))
        last++; /* behind the comments at the end */
    text_addf(text, "%s:%s", key, amending->newline);
    add_indented(amending, items, 2, text);
    *out = join(amending, amending->line_count == 0 ? 0 : amending->starts[last], 0,
                text_bytes(text));
}

struct error *amend_append(const struct amend *amend, const char *key, struct bytes items,
                           struct bytes *out)
{
    struct amending amending;
    struct bytes content;

    TRY(begin(amend, &amending));
    const struct yaml *tree = amending.tree;
    size_t place = key_place(tree, key);
    const struct yaml *list = tree->kind == YAML_LIST ? tree : yaml_get(tree, key);
    size_t end = amending.line_count + 1;

    if (tree->kind == YAML_SCALAR && !yaml_is_null(tree))
        return cannot(amend, tree->line, "it holds one text");
    if (!is_list_or_nothing(list))
        return cannot(amend, list->line, "no list stands there");
    if (tree->kind == YAML_MAP && place != SIZE_MAX && place + 1 < tree->count)
        end = tree->keys[place + 1].line;
    if (list != NULL && list->kind == YAML_LIST && list->count > 0)
        TRY(append_behind(&amending, list, list == tree ? 1 : tree->keys[place].line + 1, end,
                          items, &content));
    else if (place != SIZE_MAX)
        TRY(append_first(&amending, tree->keys[place].line, key, items, &content));
    else
        append_key(&amending, key, items, &content);
    TRY(check_append(amend, &amending, key, items, content));
    *out = content;
    return NULL;
}

/* "key: value  # comment", as the writer of YAML puts it. */
static struct bytes field_line(struct arena *arena, const struct amend_field *field)
{
    owned(text) out = text_new();
    struct yaml_writer writer = {.out = out};

    if (field->value.data == NULL)
        yaml_write_null(&writer, field->key);
    else
        yaml_write_text(&writer, field->key, field->value);
    struct bytes line = bytes_trim(text_bytes(out));
    if (field->comment == NULL)
        return arena_copy(arena, line);
    owned(text) comment = text_new();
    writer = (struct yaml_writer){.out = comment};
    yaml_write_comment(&writer, bytes_of(field->comment));
    return bytes_of(arena_printf(arena, "%.*s  %.*s", (int)line.size, (const char *)line.data,
                                 (int)bytes_trim(text_bytes(comment)).size,
                                 text_string(comment)));
}

/* Fills in one field of the map that ENTRY gives, or adds it before the line BEFORE. */
static struct error *fill_one(const struct amending *amending, const struct yaml *map,
                              const struct amend_field *field, size_t before, size_t indent,
                              struct bytes *out)
{
    struct arena *arena = amending->amend->arena;
    struct bytes wanted = field_line(arena, field);
    size_t place = key_place(map, field->key), at, size;
    owned(text) text = text_new();

    if (bytes_find_byte(wanted, '\n') != SIZE_MAX)
        return cannot(amending->amend, map->line, "a text of several lines finds no place");
    if (place == SIZE_MAX) {
        add_indented(amending, wanted, indent, text);
        *out = join(amending, amending->line_count == 0 ? 0 : amending->starts[before - 1], 0,
                    text_bytes(text));
        return NULL;
    }
    size_t number = map->keys[place].line;
    struct bytes line = line_at(amending, number);
    const struct yaml *value_now = &map->items[place];
    bool free = value_now->kind == YAML_SCALAR &&
                (value_now->text.size == 0 || yaml_is_null(value_now));
    if (!free || !empty_value(line, field->key, &at, &size))
        return cannot(amending->amend, (unsigned)number, "something stands there already");
    struct bytes value = bytes_from_offset(wanted, bytes_find_byte(wanted, ':') + 1);
    text_add_bytes(text, bytes_slice(line, 0, at));
    if (size > 0 && bytes_ends(text_bytes(text), " "))
        value = bytes_from_offset(value, 1);
    text_add_bytes(text, value);
    text_add_bytes(text, bytes_from_offset(line, at + size));
    *out = join(amending, amending->starts[number - 1], line.size, text_bytes(text));
    return NULL;
}

struct error *amend_fill(const struct amend *amend, const struct amend_field *fields,
                         size_t count, struct bytes *out)
{
    struct amend step = *amend;
    const struct yaml *first, *now;
    struct amending amending;

    TRY(yaml_read(amend->content, amend->name, amend->arena, &first));
    if (first->kind == YAML_LIST || (first->kind == YAML_SCALAR && !yaml_is_null(first)))
        return cannot(amend, first->line, "it is no map of names and values");
    for (size_t i = 0; i < count; i++) {
        TRY(begin(&step, &amending));
        size_t end = amending.line_count + 1;
        while (end > 1 && is_mark(line_at(&amending, end - 1)))
            end--;
        TRY(fill_one(&amending, amending.tree, &fields[i], end, 0, &step.content));
    }
    struct error *error = yaml_read(step.content, amend->name, amend->arena, &now);
    if (error != NULL || now->kind != YAML_MAP || !same_but(first, now, fields, count)) {
        error_free(error);
        return cannot(amend, first->line, "its layout leaves no place for a field");
    }
    *out = step.content;
    return NULL;
}

struct error *amend_fill_entry(const struct amend *amend, const char *list, size_t at,
                               const struct amend_field *fields, size_t count,
                               struct bytes *out)
{
    struct amend step = *amend;
    const struct yaml *first, *now;
    struct amending amending;

    TRY(yaml_read(amend->content, amend->name, amend->arena, &first));
    for (size_t i = count; i-- > 0;) {
        TRY(begin(&step, &amending));
        const struct yaml *entries =
            amending.tree->kind == YAML_LIST ? amending.tree : yaml_get(amending.tree, list);
        if (entries == NULL || at >= entries->count || entries->items[at].kind != YAML_MAP ||
            entries->items[at].count < 2)
            return cannot(amend, 1, "there is no such entry");
        const struct yaml *entry = &entries->items[at];
        size_t second = entry->keys[1].line;
        TRY(fill_one(&amending, entry, &fields[i], second,
                     indent_of(line_at(&amending, second)), &step.content));
    }
    struct error *error = yaml_read(step.content, amend->name, amend->arena, &now);
    const struct yaml *before = first->kind == YAML_LIST ? first : yaml_get(first, list);
    const struct yaml *after = error != NULL            ? NULL
                               : now->kind == YAML_LIST ? now
                                                        : yaml_get(now, list);
    struct amend_field whole = {.key = list};
    bool ok = after != NULL && after->count == before->count &&
              (first->kind == YAML_LIST || same_but(first, now, &whole, 1));
    for (size_t i = 0; ok && i < before->count; i++)
        ok = i == at ? after->items[i].kind == YAML_MAP &&
                           same_but(&before->items[i], &after->items[i], fields, count)
                     : same(&before->items[i], &after->items[i]);
    error_free(error);
    if (!ok)
        return cannot(amend, before->items[at].line, "its layout leaves no place for a field");
    *out = step.content;
    return NULL;
}
