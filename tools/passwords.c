/*
 * Makes the tables of src/inspect/login_table.h from knowledge/passwords:
 *
 *     passwords OUT.c known-hashes.yaml default-credentials.yaml ranked-passwords.yaml
 *               derived-defaults.yaml
 *
 * The last one has no table yet: it is read so that a slip in it is found.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/generate.h"

/* One row of a table; the second field may be NULL. */
struct entry {
    const char *field[2];
    unsigned line;
};

/* By the first field, then as the file has them. */
static int by_key(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    int order = strcmp(left->field[0], right->field[0]);

    return order != 0 ? order : (left->line > right->line) - (left->line < right->line);
}

/* The list KEY of the file at PATH as rows of `const TYPE NAME[]`, sorted by FIRST. */
static void add_table(struct text *out, const char *path, const char *key, const char *name,
                      const char *keys, const char *first, bool has_second)
{
    owned(arena) arena = arena_new();
    const struct yaml *list = generate_list(generate_read(path, arena), key);
    struct entry *entries = arena_array(arena, list->count, sizeof *entries);

    for (size_t i = 0; i < list->count; i++) {
        const struct yaml *map = &list->items[i];
        generate_check_keys(map, keys);
        entries[i] = (struct entry){{generate_must(map, first, arena),
                                     has_second ? generate_must(map, "password", arena)
                                                : generate_text(map, "password", arena)},
                                    map->line};
    }
    qsort(entries, list->count, sizeof *entries, by_key);
    text_addf(out, "\nconst struct %s[] = {\n", name);
    for (size_t i = 0; i < list->count; i++) {
        text_add(out, "    {");
        generate_literal(out, entries[i].field[0]);
        text_add(out, ", ");
        generate_literal(out, entries[i].field[1]);
        text_add(out, "},\n");
    }
    text_addf(out, "};\nconst size_t %s_count = %zu;\n", strchr(name, ' ') + 1, list->count);
}

static void add_ranked(struct text *out, const char *path)
{
    owned(arena) arena = arena_new();
    const struct yaml *list = generate_list(generate_read(path, arena), "passwords");

    text_add(out, "\nconst char *const login_ranked[] = {\n");
    for (size_t i = 0; i < list->count; i++) {
        text_add(out, "    ");
        generate_literal(out, generate_scalar(&list->items[i], arena));
        text_add(out, ",\n");
    }
    text_addf(out, "};\nconst size_t login_ranked_count = %zu;\n", list->count);
}

static void check_derived(const char *path)
{
    owned(arena) arena = arena_new();
    const struct yaml *list = generate_list(generate_read(path, arena), "defaults");

    for (size_t i = 0; i < list->count; i++) {
        generate_check_keys(&list->items[i], "product user rule read_in");
        generate_must(&list->items[i], "product", arena);
        generate_must(&list->items[i], "user", arena);
        generate_must(&list->items[i], "rule", arena);
        generate_must(&list->items[i], "read_in", arena);
    }
}

int main(int argc, char **argv)
{
    owned(text) out = text_new();

    if (argc != 6)
        return 2;
    text_add(out, "/* Made from knowledge/passwords. */\n#include \"inspect/login_table.h\"\n");
    add_table(out, argv[2], "hashes", "login_known login_known", "hash password read_in",
              "hash", false);
    add_table(out, argv[3], "credentials", "login_default login_defaults",
              "user password tier read_in service products", "user", true);
    add_ranked(out, argv[4]);
    check_derived(argv[5]);
    generate_write(argv[1], out);
    return 0;
}
