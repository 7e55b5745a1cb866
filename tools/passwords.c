/*
 * Makes the tables of src/inspect/login_table.h from knowledge/passwords:
 *
 *     passwords OUT.c known-hashes.yaml default-credentials.yaml ranked-passwords.yaml derived-defaults.yaml
 *
 * Runs while Proviso is built, on files of this repository. It refuses what it does not
 * understand with file and line, so that a slip in an entry stops the build.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define FIELDS 4

/* One entry of a list; a plain list has its text in field 0. NULL: the entry lacks the field. */
struct entry {
    char *field[FIELDS];
    size_t line;
};

/* The one list a file holds, and what its entries look like. */
struct list {
    const char *key;            /* its name in the file */
    const char *fields[FIELDS]; /* wanted fields in order; none: a list of texts */
    const char *ignored;        /* other fields it may have, each between commas */
    size_t required;            /* so many of `fields`, from the first, must be there */
    struct entry *entries;
    size_t count, capacity;
};

static const char *file_name;

static _Noreturn void fail(size_t line, const char *what, const char *which)
{
    fprintf(stderr, "%s:%zu: %s%s\n", file_name, line, what, which);
    exit(1);
}

static void next(yaml_parser_t *parser, yaml_event_t *event)
{
    if (!yaml_parser_parse(parser, event))
        fail(parser->problem_mark.line + 1, parser->problem, "");
}

static void expect(yaml_parser_t *parser, yaml_event_type_t type, const char *what)
{
    yaml_event_t event;

    next(parser, &event);
    if (event.type != type)
        fail(event.start_mark.line + 1, "expected ", what);
    yaml_event_delete(&event);
}

static char *copy(const yaml_event_t *event)
{
    const char *value = (const char *)event->data.scalar.value;

    if (strlen(value) != event->data.scalar.length)
        fail(event->start_mark.line + 1, "a text holds NUL", "");
    char *out = strdup(value);
    if (out == NULL)
        exit(1);
    return out;
}

static struct entry *add(struct list *list, size_t line)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 1024 : 2 * list->capacity;
        list->entries = realloc(list->entries, list->capacity * sizeof *list->entries);
        if (list->entries == NULL)
            exit(1);
    }
    struct entry *entry = &list->entries[list->count++];
    *entry = (struct entry){.line = line};
    return entry;
}

static bool is_ignored(const struct list *list, const char *key)
{
    char pattern[64];

    snprintf(pattern, sizeof pattern, ",%s,", key);
    return strstr(list->ignored, pattern) != NULL;
}

static void read_field(const struct list *list, struct entry *entry, const char *key,
                       const yaml_event_t *value)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (list->fields[i] != NULL && strcmp(list->fields[i], key) == 0) {
            if (entry->field[i] != NULL)
                fail(value->start_mark.line + 1, "given twice: ", key);
            entry->field[i] = copy(value);
            return;
        }
    if (!is_ignored(list, key))
        fail(value->start_mark.line + 1, "unknown field ", key);
}

static void read_map(yaml_parser_t *parser, const struct list *list, struct entry *entry)
{
    yaml_event_t key, value;

    for (next(parser, &key); key.type == YAML_SCALAR_EVENT; next(parser, &key)) {
        next(parser, &value);
        if (value.type != YAML_SCALAR_EVENT)
            fail(value.start_mark.line + 1, "expected a text", "");
        read_field(list, entry, (const char *)key.data.scalar.value, &value);
        yaml_event_delete(&key);
        yaml_event_delete(&value);
    }
    if (key.type != YAML_MAPPING_END_EVENT)
        fail(key.start_mark.line + 1, "expected a field name", "");
    yaml_event_delete(&key);
    for (size_t i = 0; i < list->required; i++)
        if (entry->field[i] == NULL)
            fail(entry->line, "the entry lacks ", list->fields[i]);
}

static void read_entries(yaml_parser_t *parser, struct list *list)
{
    yaml_event_t event;

    expect(parser, YAML_SEQUENCE_START_EVENT, "a list");
    for (next(parser, &event); event.type != YAML_SEQUENCE_END_EVENT; next(parser, &event)) {
        struct entry *entry = add(list, event.start_mark.line + 1);
        if (event.type == YAML_MAPPING_START_EVENT && list->fields[0] != NULL)
            read_map(parser, list, entry);
        else if (event.type == YAML_SCALAR_EVENT && list->fields[0] == NULL)
            entry->field[0] = copy(&event);
        else
            fail(entry->line, "unexpected kind of entry", "");
        yaml_event_delete(&event);
    }
    yaml_event_delete(&event);
}

/* Skips the value of `source`, a text or a map. */
static void skip_value(yaml_parser_t *parser)
{
    yaml_event_t event;
    int depth = 0;

    do {
        next(parser, &event);
        depth +=
            event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT;
        depth -= event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT;
        yaml_event_delete(&event);
    } while (depth > 0);
}

static void read_file(const char *path, struct list *list)
{
    static const char *const wanted[] = {"source", "date", "licence"};
    bool seen[3] = {false, false, false}, has_list = false;
    yaml_parser_t parser;
    yaml_event_t key;
    FILE *file = fopen(path, "rb");

    file_name = path;
    if (file == NULL || !yaml_parser_initialize(&parser))
        fail(0, "cannot be read", "");
    yaml_parser_set_input_file(&parser, file);
    expect(&parser, YAML_STREAM_START_EVENT, "a file");
    expect(&parser, YAML_DOCUMENT_START_EVENT, "a document");
    expect(&parser, YAML_MAPPING_START_EVENT, "a map");
    for (next(&parser, &key); key.type == YAML_SCALAR_EVENT; next(&parser, &key)) {
        const char *name = (const char *)key.data.scalar.value;
        if (strcmp(name, list->key) == 0) {
            read_entries(&parser, list);
            has_list = true;
        } else {
            for (size_t i = 0; i < 3; i++)
                seen[i] |= strcmp(name, wanted[i]) == 0;
            skip_value(&parser);
        }
        yaml_event_delete(&key);
    }
    yaml_event_delete(&key);
    for (size_t i = 0; i < 3; i++)
        if (!seen[i])
            fail(1, "the file lacks ", wanted[i]);
    if (!has_list || list->count == 0)
        fail(1, "the file lacks the list ", list->key);
    yaml_parser_delete(&parser);
    fclose(file);
}

/* Octal escapes alone: nothing in a table may turn into another C token, not even a trigraph. */
static void print_string(FILE *out, const char *string)
{
    if (string == NULL) {
        fputs("NULL", out);
        return;
    }
    fputc('"', out);
    for (; *string != '\0'; string++) {
        unsigned char c = (unsigned char)*string;
        if (c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == '?')
            fprintf(out, "\\%03o", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void print_list(FILE *out, const char *type, const char *name, const struct list *list,
                       size_t fields)
{
    fprintf(out, "\nconst %s %s[] = {\n", type, name);
    for (size_t i = 0; i < list->count; i++) {
        fputs(fields == 1 ? "    " : "    {", out);
        for (size_t j = 0; j < fields; j++) {
            print_string(out, list->entries[i].field[j]);
            fputs(j + 1 < fields ? ", " : "", out);
        }
        fputs(fields == 1 ? ",\n" : "},\n", out);
    }
    fprintf(out, "};\nconst size_t %s_count = %zu;\n", name, list->count);
}

/* By the first field, then as the file has them. */
static int by_key(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    int order = strcmp(left->field[0], right->field[0]);

    return order != 0 ? order : (left->line > right->line) - (left->line < right->line);
}

int main(int argc, char **argv)
{
    struct list known = {
        .key = "hashes", .fields = {"hash", "password"}, .ignored = ",read_in,", .required = 1};
    struct list defaults = {.key = "credentials",
                            .fields = {"user", "password", "tier", "read_in"},
                            .ignored = ",service,products,",
                            .required = 4};
    struct list ranked = {.key = "passwords", .ignored = ","};
    struct list derived = {.key = "defaults",
                           .fields = {"product", "user", "rule", "read_in"},
                           .ignored = ",",
                           .required = 4};

    if (argc != 6)
        return 2;
    read_file(argv[2], &known);
    read_file(argv[3], &defaults);
    read_file(argv[4], &ranked);
    read_file(argv[5], &derived);
    qsort(known.entries, known.count, sizeof *known.entries, by_key);
    qsort(defaults.entries, defaults.count, sizeof *defaults.entries, by_key);
    FILE *out = fopen(argv[1], "wb");
    if (out == NULL)
        return 1;
    fputs("/* Made by tools/passwords.c from knowledge/passwords. */\n"
          "#include \"inspect/login_table.h\"\n",
          out);
    print_list(out, "struct login_known", "login_known", &known, 2);
    print_list(out, "struct login_default", "login_defaults", &defaults, 2);
    print_list(out, "char *const", "login_ranked", &ranked, 1);
    return fclose(out) == 0 ? 0 : 1;
}
