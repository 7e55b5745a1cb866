#include "tools/generate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/limits.h"

static const char *file_name; /* read last */

NORETURN void generate_stop(const struct yaml *at, const char *format, ...)
{
    va_list list;

    fprintf(stderr, "%s:%u: ", file_name == NULL ? "knowledge" : file_name,
            at == NULL ? 1 : at->line);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    exit(1);
}

static void check(struct error *error)
{
    if (error == NULL)
        return;
    fprintf(stderr, "%s\n", error_line(error));
    exit(1);
}

struct bytes generate_file(const char *path, struct arena *arena)
{
    struct bytes content;

    file_name = path;
    check(file_read(path, LIMIT_KNOWLEDGE_FILE, arena, &content));
    return content;
}

const struct yaml *generate_read(const char *path, struct arena *arena)
{
    static const char *const wanted[] = {"source", "date", "licence"};
    const struct yaml *root = NULL;

    check(yaml_read(generate_file(path, arena), path, arena, &root));
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        if (yaml_is_null(yaml_get(root, wanted[i])))
            generate_stop(NULL, "the file does not state its %s", wanted[i]);
    return root;
}

const struct yaml *generate_list(const struct yaml *map, const char *key)
{
    const struct yaml *list = yaml_get(map, key);

    if (list == NULL || list->kind != YAML_LIST || list->count == 0)
        generate_stop(list == NULL ? map : list, "a list `%s` is wanted here", key);
    return list;
}

const char *generate_scalar(const struct yaml *value, struct arena *arena)
{
    if (value->kind != YAML_SCALAR)
        generate_stop(value, "a text is wanted here");
    return arena_string(arena, value->text);
}

const char *generate_text(const struct yaml *map, const char *key, struct arena *arena)
{
    const struct yaml *value = yaml_get(map, key);

    if (yaml_is_null(value))
        return NULL;
    if (value->kind != YAML_SCALAR)
        generate_stop(value, "the value of `%s` must be a text", key);
    if (bytes_find_byte(value->text, 0) != SIZE_MAX)
        generate_stop(value, "the value of `%s` holds NUL", key);
    return arena_string(arena, value->text);
}

const char *generate_must(const struct yaml *map, const char *key, struct arena *arena)
{
    const char *text = generate_text(map, key, arena);

    if (text == NULL)
        generate_stop(map, "the entry has no `%s`", key);
    return text;
}

static bool is_listed(const char *list, struct bytes word)
{
    struct bytes rest = bytes_of(list), other;

    while (bytes_next_word(&rest, &other))
        if (bytes_equal(other, word))
            return true;
    return false;
}

void generate_check_keys(const struct yaml *map, const char *keys)
{
    if (map->kind != YAML_MAP)
        generate_stop(map, "a map is wanted here");
    for (size_t i = 0; i < map->count; i++)
        if (!is_listed(keys, map->keys[i].text))
            generate_stop(&map->keys[i], "no field is called %.*s; there are: %s",
                          (int)map->keys[i].text.size, (const char *)map->keys[i].text.data,
                          keys);
}

/* Three octal digits for what is odd: nothing may turn into another token, not even a trigraph. */
void generate_literal(struct text *out, const char *string)
{
    if (string == NULL) {
        text_add(out, "NULL");
        return;
    }
    text_add_char(out, '"');
    for (; *string != '\0'; string++) {
        unsigned char c = (unsigned char)*string;
        if (c == '"' || c == '\\')
            text_addf(out, "\\%c", c);
        else if (c < 0x20 || c > 0x7e || c == '?')
            text_addf(out, "\\%03o", c);
        else
            text_add_char(out, (char)c);
    }
    text_add_char(out, '"');
}

void generate_write(const char *path, const struct text *text)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(text->data, 1, text->size, file) != text->size ||
        fclose(file) != 0) {
        fprintf(stderr, "%s: cannot be written\n", path);
        exit(1);
    }
}
