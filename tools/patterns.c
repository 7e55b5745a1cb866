/*
 * Turns knowledge/components and knowledge/patterns into C at build time:
 *
 *     patterns DATABASE.c COMPONENTS.c EXAMPLES.c FILE.yaml…
 *
 * A file holds one of three things, told apart by its keys:
 *
 *     components:  signatures; each becomes a row, its string marks become patterns of "component"
 *     check:       name of a check, and its `patterns:`
 *     list:        a name, and `values:`, strings or maps with a `name`
 *
 * The patterns of all checks are compiled into one vectorscan database, for any processor of this
 * architecture, and stored ready to be loaded.
 */
#include "inspect/patterns.h"

#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/component_table.h"
#include "tools/generate.h"

#define ROWS 4096

struct output {
    struct arena *arena;
    struct pattern_row *rows;
    size_t row_count;
    struct text *components, *marks, *pattern_marks, *examples, *lists;
    size_t mark_count, component_count;
};

static const char *field(const struct output *out, const struct yaml *map, const char *key)
{
    return generate_text(map, key, out->arena);
}

static const char *must(const struct output *out, const struct yaml *map, const char *key)
{
    return generate_must(map, key, out->arena);
}

static bool is_yes(const struct yaml *map, const char *key)
{
    return bytes_is(yaml_text(map, key), "yes");
}

/* How many entries the list at KEY of MAP has; none when it is not there. */
static size_t count(const struct yaml *map, const char *key)
{
    const struct yaml *list = yaml_get(map, key);

    if (list != NULL && list->kind != YAML_LIST)
        generate_stop(list, "a list is wanted here");
    return list == NULL ? 0 : list->count;
}

static const struct yaml *item(const struct yaml *map, const char *key, size_t i)
{
    return &yaml_get(map, key)->items[i];
}

static uint32_t add_row(struct output *out, const struct yaml *node, const char *check,
                        const char *expression, unsigned flags)
{
    hs_expr_info_t *info = NULL;
    hs_compile_error_t *failure = NULL;
    uint32_t number = 0;

    if (out->row_count == ROWS)
        generate_stop(node, "too many patterns");
    if (hs_expression_info(expression, flags, &info, &failure) != HS_SUCCESS)
        generate_stop(node, "%s", failure->message);
    if (info->max_width > 4096)
        generate_stop(node, "a pattern of the pass must have a greatest length");
    for (size_t i = 0; i < out->row_count; i++)
        number += strcmp(out->rows[i].check, check) == 0;
    out->rows[out->row_count++] = (struct pattern_row){
        .expression = expression,
        .check = check,
        .number = number,
        .width = info->max_width,
        .flags = flags,
    };
    free(info);
    return out->rows[out->row_count - 1].width;
}

/* The first thing in the group at OPEN: a class or a digit, and a point behind it. */
static int group_start(const char *open)
{
    int size = 1;

    if (open[1] == '[') {
        size = (int)strcspn(open, "]") + 1;
        if (open[size] == '?' || open[size] == '*' || open[size - 1] != ']')
            return 1;
    } else if (open[1] >= '0' && open[1] <= '9' && open[2] != '?' && open[2] != '|') {
        size = 2;
    }
    return size > 1 && strncmp(open + size, "\\.", 2) == 0 ? size + 2 : size;
}

/*
 * What the pass looks for when the entry does not say: MATCH up to its first group, and, where
 * that is short, the group's first character. Words alone are the fastest.
 */
static const char *default_scan(const struct output *out, const struct yaml *node,
                                const char *match)
{
    size_t i = 0;

    while (match[i] != '\0' && match[i] != '(')
        i += match[i] == '\\' && match[i + 1] != '\0' ? 2 : 1;
    int more = i < 8 ? group_start(match + i) - 1 : 0;
    if (match[i] == '\0' || i + (size_t)more < 4)
        generate_stop(node, "`scan` is needed: too little stands before the first group");
    return arena_printf(out->arena, "%.*s%.*s", (int)i, match, more, match + i + 1);
}

static void add_example(struct output *out, const char *text, const char *version)
{
    if (text == NULL)
        return;
    text_addf(out->examples, "    {%zu, ", out->mark_count);
    generate_literal(out->examples, text);
    text_add(out->examples, ", ");
    generate_literal(out->examples, version);
    text_add(out->examples, "},\n");
}

static void read_mark(struct output *out, const struct yaml *node)
{
    const char *kind = "MARK_STRING", *match = field(out, node, "match");
    const char *grade = "B", *before = field(out, node, "before");
    uint32_t width = 0;

    if (match != NULL) {
        const char *scan = field(out, node, "scan");
        if (scan == NULL)
            scan = default_scan(out, node, match);
        width = add_row(out, node, "component", scan, HS_FLAG_DOTALL);
        text_addf(out->pattern_marks, "    %zu,\n", out->mark_count);
    } else if ((match = field(out, node, "bare")) != NULL) {
        kind = "MARK_BARE";
        grade = "E";
    } else {
        match = must(out, node, "file");
        kind = "MARK_FILE";
        grade = "C";
    }
    const char *version = field(out, node, "template");
    const char *own = field(out, node, "grade"), *other = field(out, node, "elsewhere");
    text_addf(out->marks, "    {.kind = %s, .match = ", kind);
    generate_literal(out->marks, match);
    text_add(out->marks, ", .version = ");
    generate_literal(out->marks, version == NULL ? "\\1" : version);
    text_add(out->marks, ", .also = ");
    generate_literal(out->marks, field(out, node, "also"));
    text_add(out->marks, ", .unless = ");
    generate_literal(out->marks, field(out, node, "unless"));
    text_addf(out->marks, ", .text = %s, .highest = %s",
              is_yes(node, "text") ? "true" : "false",
              is_yes(node, "highest") ? "true" : "false");
    text_addf(out->marks, ", .grade = '%c', .elsewhere = '%c', .width = %u, .before = %lu},\n",
              own == NULL ? *grade : *own, other == NULL ? '-' : *other, width,
              before == NULL ? 0UL : strtoul(before, NULL, 10));
    add_example(out, must(out, node, "example"), must(out, node, "version"));
    if (field(out, node, "example_2") != NULL)
        add_example(out, must(out, node, "example_2"), must(out, node, "version_2"));
    add_example(out, must(out, node, "counter"), NULL);
    out->mark_count++;
}

static void read_component(struct output *out, const struct yaml *node)
{
    static const char *const texts[] = {"name", "purl", "cpe", "licence", "kind"};
    size_t marks = count(node, "marks");

    text_add(out->components, "    {");
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        text_addf(out->components, ".%s = ", texts[i]);
        generate_literal(out->components, i == 2 || i == 3 ? field(out, node, texts[i])
                                                           : must(out, node, texts[i]));
        text_add(out->components, ", ");
    }
    text_add(out->components, ".files = (const char *const[]){");
    for (size_t i = 0; i < count(node, "files"); i++) {
        generate_literal(out->components, generate_scalar(item(node, "files", i), out->arena));
        text_add(out->components, ", ");
    }
    text_addf(
        out->components,
        "NULL}, .presence = %s, .exclusive = %s, .first_mark = %zu, .mark_count = %zu},\n",
        is_yes(node, "presence") ? "true" : "false",
        is_yes(node, "exclusive") ? "true" : "false", out->mark_count, marks);
    for (size_t i = 0; i < marks; i++)
        read_mark(out, item(node, "marks", i));
    out->component_count++;
}

static void read_patterns(struct output *out, const struct yaml *root)
{
    const char *check = must(out, root, "check");

    for (size_t i = 0; i < count(root, "patterns"); i++) {
        const struct yaml *entry = item(root, "patterns", i);
        unsigned flags = HS_FLAG_DOTALL;
        if (is_yes(entry, "caseless"))
            flags |= HS_FLAG_CASELESS;
        add_row(out, entry, check, must(out, entry, "scan"), flags);
    }
}

static int by_text(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;
    return strcmp(*left, *right);
}

/* Sorted, so that a list can be searched by halves. */
static void read_list(struct output *out, const struct yaml *root)
{
    const char *name = must(out, root, "list");
    size_t size = count(root, "values");
    const char **all = arena_array(out->arena, size, sizeof *all);

    for (size_t i = 0; i < size; i++) {
        const struct yaml *value = item(root, "values", i);
        all[i] = value->kind == YAML_MAP ? must(out, value, "name")
                                         : generate_scalar(value, out->arena);
    }
    qsort(all, size, sizeof *all, by_text);
    text_addf(out->lists, "const char *const list_%s[] = {\n", name);
    for (size_t i = 0; i < size; i++) {
        text_add(out->lists, "    ");
        generate_literal(out->lists, all[i]);
        text_add(out->lists, ",\n");
    }
    text_addf(out->lists, "};\nconst size_t list_%s_count = %zu;\n\n", name, size);
}

static void read_file(struct output *out, const char *path)
{
    const struct yaml *root = generate_read(path, out->arena);

    for (size_t i = 0; i < count(root, "components"); i++)
        read_component(out, item(root, "components", i));
    if (field(out, root, "check") != NULL)
        read_patterns(out, root);
    if (field(out, root, "list") != NULL)
        read_list(out, root);
}

static void add_database(struct output *out, struct text *text)
{
    const char **expressions = arena_array(out->arena, out->row_count + 1, sizeof *expressions);
    unsigned *flags = arena_array(out->arena, out->row_count + 1, sizeof *flags);
    unsigned *ids = arena_array(out->arena, out->row_count + 1, sizeof *ids);
    const hs_platform_info_t any = {.tune = HS_TUNE_FAMILY_GENERIC};
    hs_compile_error_t *failure = NULL;
    hs_database_t *database = NULL;
    char *data = NULL;
    size_t size = 0;

    for (size_t i = 0; i < out->row_count; i++) {
        expressions[i] = out->rows[i].expression;
        flags[i] = out->rows[i].flags;
        ids[i] = (unsigned)i;
    }
    if (hs_compile_multi(expressions, flags, ids, (unsigned)out->row_count, HS_MODE_BLOCK, &any,
                         &database, &failure) != HS_SUCCESS ||
        hs_serialize_database(database, &data, &size) != HS_SUCCESS) {
        fprintf(stderr, "patterns: %s: %s\n",
                failure == NULL
                    ? "?"
                    : expressions[failure->expression < 0 ? 0 : failure->expression],
                failure == NULL ? "cannot be stored" : failure->message);
        exit(1);
    }
    text_add(text, "const unsigned char pattern_database[] = {");
    for (size_t i = 0; i < size; i++)
        text_addf(text, "%s%u,", i % 24 == 0 ? "\n    " : "", (unsigned)(unsigned char)data[i]);
    text_addf(text, "\n};\nconst size_t pattern_database_size = %zu;\n", size);
    free(data);
    hs_free_database(database);
}

static void write_database(struct output *out, const char *path)
{
    owned(text) text = text_new();

    text_add(text, "#include \"inspect/lists.h\"\n#include \"inspect/patterns.h\"\n\n");
    text_add_bytes(text, text_bytes(out->lists));
    text_add(text, "const struct pattern_row pattern_rows[] = {\n");
    for (size_t i = 0; i < out->row_count; i++) {
        text_add(text, "    {");
        generate_literal(text, out->rows[i].expression);
        text_add(text, ", ");
        generate_literal(text, out->rows[i].check);
        text_addf(text, ", %u, %u, %u},\n", out->rows[i].number, out->rows[i].width,
                  out->rows[i].flags);
    }
    text_addf(text, "};\nconst size_t pattern_row_count = %zu;\n\n", out->row_count);
    add_database(out, text);
    generate_write(path, text);
}

static void write_components(struct output *out, const char *path)
{
    owned(text) text = text_new();

    text_add(text, "#include \"inspect/component_table.h\"\n\n");
    text_addf(text, "const struct component_row component_rows[] = {\n%s};\n",
              text_string(out->components));
    text_addf(text, "const size_t component_row_count = %zu;\n\n", out->component_count);
    text_addf(text, "const struct component_mark component_marks[] = {\n%s};\n",
              text_string(out->marks));
    text_addf(text, "const size_t component_mark_count = %zu;\n\n", out->mark_count);
    text_addf(text, "const uint32_t component_pattern_marks[] = {\n%s};\n",
              text_string(out->pattern_marks));
    text_add(text, "const size_t component_pattern_count =\n"
                   "    sizeof component_pattern_marks / sizeof component_pattern_marks[0];\n");
    generate_write(path, text);
}

static void write_examples(struct output *out, const char *path)
{
    owned(text) text = text_new();

    text_addf(text,
              "#include \"inspect/component_table.h\"\n\n"
              "const struct component_example component_examples[] = {\n%s};\n"
              "const size_t component_example_count =\n"
              "    sizeof component_examples / sizeof component_examples[0];\n",
              text_string(out->examples));
    generate_write(path, text);
}

int main(int argc, char **argv)
{
    owned(arena) arena = arena_new();
    owned(text) components = text_new();
    owned(text) marks = text_new();
    owned(text) pattern_marks = text_new();
    owned(text) examples = text_new();
    owned(text) lists = text_new();
    struct output out = {
        .arena = arena,
        .rows = arena_array(arena, ROWS, sizeof *out.rows),
        .components = components,
        .marks = marks,
        .pattern_marks = pattern_marks,
        .examples = examples,
        .lists = lists,
    };

    if (argc < 5) {
        fputs("usage: patterns DATABASE.c COMPONENTS.c EXAMPLES.c FILE.yaml...\n", stderr);
        return 2;
    }
    for (int i = 4; i < argc; i++)
        read_file(&out, argv[i]);
    write_database(&out, argv[1]);
    write_components(&out, argv[2]);
    write_examples(&out, argv[3]);
    return 0;
}
