/*
 * Turns knowledge/services into the tables of src/inspect/service_known.h:
 *
 *     services OUTPUT.c FILE.yaml …
 *
 * A file holds one of three lists: `services`, `defaults` or `commands`.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/generate.h"

/* A row: where it stands, and the name it is sorted by. */
struct row {
    const char *name;
    const struct yaml *map;
};

struct table {
    struct row *rows;
    size_t count, capacity;
};

static void add_row(struct arena *arena, struct table *table, const char *name,
                    const struct yaml *map)
{
    table->rows =
        arena_grow(arena, table->rows, &table->capacity, table->count + 1, sizeof *table->rows);
    table->rows[table->count++] = (struct row){name, map};
}

static int by_name(const void *a, const void *b)
{
    const struct row *left = a, *right = b;

    return strcmp(left->name, right->name);
}

static void sort(struct table *table)
{
    if (table->count == 0)
        generate_stop(NULL, "a table of services or commands is empty");
    qsort(table->rows, table->count, sizeof *table->rows, by_name);
    for (size_t i = 1; i < table->count; i++)
        if (strcmp(table->rows[i].name, table->rows[i - 1].name) == 0)
            generate_stop(table->rows[i].map, "%s stands there twice", table->rows[i].name);
}

/* One row for each of the names of a service. */
static void add_services(struct arena *arena, struct table *table, const struct yaml *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml *map = &list->items[i];
        generate_check_keys(map, "names protocol transport port listens plain authenticated "
                                 "debug port_option address_option tls_option once_option");
        struct bytes names = bytes_of(generate_must(map, "names", arena)), name;
        while (bytes_next_word(&names, &name))
            add_row(arena, table, arena_string(arena, name), map);
    }
}

/* A field that must be a number, as C has it; OTHERWISE when it is not there. */
static void put_number(struct text *out, const struct yaml *map, const char *key, int otherwise)
{
    int64_t number = yaml_integer(map, key, -1);

    if (number < 0 && !yaml_is_null(yaml_get(map, key)))
        generate_stop(map, "`%s` must be a number", key);
    text_addf(out, ", %lld", number < 0 ? (long long)otherwise : (long long)number);
}

static void put_strings(struct text *out, const struct yaml *map, const char *const keys[],
                        size_t count, struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        text_add(out, ", ");
        generate_literal(out, generate_text(map, keys[i], arena));
    }
}

static void put_services(struct text *out, const struct table *table, struct arena *arena)
{
    static const char *const words[] = {"protocol", "transport"};
    static const char *const flags[] = {"listens", "plain", "authenticated", "debug"};
    static const char *const options[] = {"port_option", "address_option", "tls_option",
                                          "once_option"};

    text_add(out, "const struct service_known service_table[] = {\n");
    for (size_t i = 0; i < table->count; i++) {
        const struct yaml *map = table->rows[i].map;
        text_add(out, "    {");
        generate_literal(out, table->rows[i].name);
        put_strings(out, map, words, COUNT_OF(words), arena);
        put_number(out, map, "port", 0);
        for (size_t k = 0; k < COUNT_OF(flags); k++)
            put_number(out, map, flags[k], -1);
        put_strings(out, map, options, COUNT_OF(options), arena);
        text_add(out, "},\n");
    }
    text_addf(out, "};\nconst size_t service_table_count = %zu;\n", table->count);
}

static void put_defaults(struct text *out, const struct table *table, struct arena *arena)
{
    text_add(out, "const struct setting_known setting_table[] = {\n");
    for (size_t i = 0; i < table->count; i++) {
        const struct yaml *map = table->rows[i].map;
        generate_check_keys(map, "program name value");
        text_add(out, "    {");
        generate_literal(out, generate_must(map, "program", arena));
        text_add(out, ", ");
        generate_literal(out, generate_must(map, "name", arena));
        text_add(out, ", ");
        generate_literal(out, generate_text(map, "value", arena));
        text_add(out, "},\n");
    }
    text_addf(out, "};\nconst size_t setting_table_count = %zu;\n", table->count);
}

static void put_commands(struct text *out, const struct table *table)
{
    text_add(out, "const char *const ordinary_table[] = {\n");
    for (size_t i = 0; i < table->count; i++) {
        text_add(out, "    ");
        generate_literal(out, table->rows[i].name);
        text_add(out, ",\n");
    }
    text_addf(out, "};\nconst size_t ordinary_table_count = %zu;\n", table->count);
}

static void read_file(const char *path, struct table *services, struct table *defaults,
                      struct table *commands, struct arena *arena)
{
    const struct yaml *root = generate_read(path, arena), *list;

    generate_check_keys(root, "source date licence services defaults commands");
    if (yaml_get(root, "services") != NULL)
        add_services(arena, services, generate_list(root, "services"));
    if (yaml_get(root, "defaults") != NULL) {
        list = generate_list(root, "defaults");
        for (size_t i = 0; i < list->count; i++)
            add_row(arena, defaults, "", &list->items[i]);
    }
    if (yaml_get(root, "commands") != NULL) {
        list = generate_list(root, "commands");
        for (size_t i = 0; i < list->count; i++)
            add_row(arena, commands, generate_scalar(&list->items[i], arena), &list->items[i]);
    }
}

int main(int argc, char **argv)
{
    owned(arena) arena = arena_new();
    owned(text) out = text_new();
    struct table services = {.count = 0}, defaults = {.count = 0}, commands = {.count = 0};

    if (argc < 3)
        return 2;
    for (int i = 2; i < argc; i++)
        read_file(argv[i], &services, &defaults, &commands, arena);
    sort(&services);
    sort(&commands);
    text_add(out, "/* Made from knowledge/services. */\n"
                  "#include \"inspect/service_known.h\"\n\n");
    put_services(out, &services, arena);
    put_defaults(out, &defaults, arena);
    put_commands(out, &commands);
    generate_write(argv[1], out);
    return 0;
}
