/*
 * Turns knowledge/services into the tables of src/inspect/service_known.h:
 *
 *     services OUTPUT.c FILE.yaml …
 *
 * It reads a plain subset of YAML with libyaml: one mapping, its values scalars or one list of
 * scalars or of flat mappings. Anything else is refused, with the file and line.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define MAX_ROWS   4000
#define MAX_FIELDS 16

struct row {
    char *key[MAX_FIELDS], *value[MAX_FIELDS];
    size_t count;
    char *name;
};

struct table {
    struct row rows[MAX_ROWS];
    size_t count;
};

static struct table services, defaults, commands, heads;
static const char *file_name;

static void fail(const yaml_parser_t *parser, const char *why)
{
    fprintf(stderr, "%s:%zu: %s\n", file_name, parser->mark.line + 1, why);
    exit(1);
}

static char *copy(const char *string)
{
    char *result = strdup(string);

    if (result == NULL)
        exit(1);
    return result;
}

static struct row *add_row(const yaml_parser_t *parser, struct table *table)
{
    if (table->count == MAX_ROWS)
        fail(parser, "too many rows");
    return &table->rows[table->count++];
}

static void add_field(const yaml_parser_t *parser, struct row *row, char *key, char *value)
{
    if (row->count == MAX_FIELDS)
        fail(parser, "too many fields");
    row->key[row->count] = key;
    row->value[row->count++] = value;
}

static const char *get(const struct row *row, const char *key)
{
    for (size_t i = 0; i < row->count; i++)
        if (strcmp(row->key[i], key) == 0)
            return row->value[i];
    return NULL;
}

static void next(yaml_parser_t *parser, yaml_event_t *event)
{
    if (!yaml_parser_parse(parser, event))
        fail(parser, parser->problem == NULL ? "not YAML" : parser->problem);
}

/* The scalars of a flat mapping, up to its end. */
static void read_mapping(yaml_parser_t *parser, struct row *row)
{
    char *key = NULL;
    yaml_event_t event;

    for (;;) {
        next(parser, &event);
        if (event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            return;
        }
        if (event.type != YAML_SCALAR_EVENT)
            fail(parser, "a scalar was expected");
        char *text = copy((const char *)event.data.scalar.value);
        yaml_event_delete(&event);
        if (key == NULL) {
            key = text;
            continue;
        }
        add_field(parser, row, key, text);
        key = NULL;
    }
}

static void read_list(yaml_parser_t *parser, struct table *table)
{
    yaml_event_t event;

    for (;;) {
        next(parser, &event);
        yaml_event_type_t type = event.type;
        if (type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            return;
        }
        struct row *row = add_row(parser, table);
        if (type == YAML_SCALAR_EVENT)
            add_field(parser, row, copy("name"), copy((const char *)event.data.scalar.value));
        else if (type == YAML_MAPPING_START_EVENT)
            read_mapping(parser, row);
        else
            fail(parser, "a mapping or a scalar was expected");
        yaml_event_delete(&event);
    }
}

static struct table *table_called(const yaml_parser_t *parser, const char *name)
{
    if (strcmp(name, "services") == 0)
        return &services;
    if (strcmp(name, "defaults") == 0)
        return &defaults;
    if (strcmp(name, "commands") != 0)
        fail(parser, "the list must be called services, defaults or commands");
    return &commands;
}

static void read_file(const char *name)
{
    struct row *head;
    char *key = NULL;
    bool done = false;
    yaml_parser_t parser;
    yaml_event_t event;
    FILE *file = fopen(name, "rb");

    file_name = name;
    if (file == NULL || !yaml_parser_initialize(&parser)) {
        fprintf(stderr, "%s: cannot be opened\n", name);
        exit(1);
    }
    yaml_parser_set_input_file(&parser, file);
    head = add_row(&parser, &heads);
    while (!done) {
        next(&parser, &event);
        done = event.type == YAML_STREAM_END_EVENT;
        if (event.type == YAML_SCALAR_EVENT) {
            char *text = copy((const char *)event.data.scalar.value);
            if (key == NULL) {
                key = text;
            } else {
                add_field(&parser, head, key, text);
                key = NULL;
            }
        } else if (event.type == YAML_SEQUENCE_START_EVENT) {
            if (key == NULL)
                fail(&parser, "a list without a name");
            add_field(&parser, head, key, key);
            read_list(&parser, table_called(&parser, key));
            key = NULL;
        }
        yaml_event_delete(&event);
    }
    if (get(head, "source") == NULL || get(head, "date") == NULL ||
        get(head, "licence") == NULL)
        fail(&parser, "source, date and licence must be stated");
    yaml_parser_delete(&parser);
    fclose(file);
}

/* One row for each of its names. */
static void split_names(void)
{
    static struct table flat;

    for (size_t i = 0; i < services.count; i++) {
        const char *names = get(&services.rows[i], "names");
        char *list = copy(names == NULL ? "" : names);
        for (char *name = strtok_r(list, " ", &list); name != NULL;
             name = strtok_r(NULL, " ", &list)) {
            if (flat.count == MAX_ROWS)
                exit(1);
            flat.rows[flat.count] = services.rows[i];
            flat.rows[flat.count++].name = name;
        }
    }
    services = flat;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->name, ((const struct row *)b)->name);
}

static void sort(struct table *table)
{
    qsort(table->rows, table->count, sizeof table->rows[0], by_name);
    for (size_t i = 1; i < table->count; i++)
        if (strcmp(table->rows[i].name, table->rows[i - 1].name) == 0) {
            fprintf(stderr, "%s stands there twice\n", table->rows[i].name);
            exit(1);
        }
}

static void put_string(FILE *out, const char *string)
{
    if (string == NULL) {
        fputs("NULL", out);
        return;
    }
    fputc('"', out);
    for (; *string != '\0'; string++) {
        if (*string == '"' || *string == '\\')
            fputc('\\', out);
        fputc(*string, out);
    }
    fputc('"', out);
}

static void put_services(FILE *out)
{
    static const char *const strings[] = {"port_option", "address_option", "tls_option",
                                          "once_option"};
    static const char *const flags[] = {"listens", "plain", "authenticated", "debug"};

    fputs("const struct service_known service_table[] = {\n", out);
    for (size_t i = 0; i < services.count; i++) {
        const struct row *row = &services.rows[i];
        const char *port = get(row, "port");
        fputs("    {", out);
        put_string(out, row->name);
        fputs(", ", out);
        put_string(out, get(row, "protocol"));
        fputs(", ", out);
        put_string(out, get(row, "transport"));
        fprintf(out, ", %s", port == NULL ? "0" : port);
        for (size_t k = 0; k < sizeof flags / sizeof flags[0]; k++)
            fprintf(out, ", %s", get(row, flags[k]) == NULL ? "-1" : get(row, flags[k]));
        for (size_t k = 0; k < sizeof strings / sizeof strings[0]; k++) {
            fputs(", ", out);
            put_string(out, get(row, strings[k]));
        }
        fputs("},\n", out);
    }
    fprintf(out, "};\nconst size_t service_table_count = %zu;\n", services.count);
}

static void put_others(FILE *out)
{
    fputs("const struct setting_known setting_table[] = {\n", out);
    for (size_t i = 0; i < defaults.count; i++) {
        fputs("    {", out);
        put_string(out, get(&defaults.rows[i], "program"));
        fputs(", ", out);
        put_string(out, get(&defaults.rows[i], "name"));
        fputs(", ", out);
        put_string(out, get(&defaults.rows[i], "value"));
        fputs("},\n", out);
    }
    fprintf(out, "};\nconst size_t setting_table_count = %zu;\n", defaults.count);
    fputs("const char *const ordinary_table[] = {\n", out);
    for (size_t i = 0; i < commands.count; i++) {
        fputs("    ", out);
        put_string(out, commands.rows[i].name);
        fputs(",\n", out);
    }
    fprintf(out, "};\nconst size_t ordinary_table_count = %zu;\n", commands.count);
}

int main(int argc, char **argv)
{
    FILE *out;

    if (argc < 3)
        return 2;
    for (int i = 2; i < argc; i++)
        read_file(argv[i]);
    split_names();
    for (size_t i = 0; i < commands.count; i++)
        commands.rows[i].name = copy(get(&commands.rows[i], "name"));
    sort(&services);
    sort(&commands);
    out = fopen(argv[1], "wb");
    if (out == NULL)
        return 1;
    fputs("/* Made from knowledge/services by tools/services.c. */\n"
          "#include \"inspect/service_known.h\"\n\n",
          out);
    put_services(out);
    put_others(out);
    return fclose(out) == 0 ? 0 : 1;
}
