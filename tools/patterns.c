/*
 * Turns knowledge/components and knowledge/patterns into C at build time:
 *
 *     patterns DATABASE.c COMPONENTS.c EXAMPLES.c FILE.yaml…
 *
 * A file holds one of three things, told apart by its first key:
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
#include <yaml.h>

#include "base/arena.h"
#include "base/text.h"
#include "inspect/component_table.h"

#define ROWS 4096

struct output {
    const char *file; /* being read, for messages */
    yaml_document_t *document;
    struct arena *arena;
    struct pattern_row *rows;
    size_t row_count;
    struct text *components, *marks, *pattern_marks, *examples, *lists;
    size_t mark_count, component_count;
};

NORETURN static void refuse(const struct output *out, const yaml_node_t *node, const char *why)
{
    fprintf(stderr, "%s:%zu: %s\n", out->file, node == NULL ? 0 : node->start_mark.line + 1,
            why);
    exit(1);
}

static yaml_node_t *node_at(const struct output *out, int index)
{
    return yaml_document_get_node(out->document, index);
}

static const char *scalar(const struct output *out, const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE)
        refuse(out, node, "a text is wanted here");
    return (const char *)node->data.scalar.value;
}

static yaml_node_t *field(const struct output *out, const yaml_node_t *map, const char *key)
{
    if (map->type != YAML_MAPPING_NODE)
        refuse(out, map, "a map is wanted here");
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top;
         p++)
        if (strcmp(scalar(out, node_at(out, p->key)), key) == 0)
            return node_at(out, p->value);
    return NULL;
}

static const char *text_field(const struct output *out, const yaml_node_t *map, const char *key)
{
    const yaml_node_t *value = field(out, map, key);
    return value == NULL ? NULL : scalar(out, value);
}

static const char *must(const struct output *out, const yaml_node_t *map, const char *key)
{
    const char *value = text_field(out, map, key);
    if (value == NULL)
        refuse(out, map, arena_printf(out->arena, "`%s` is missing", key));
    return value;
}

static bool is_yes(const struct output *out, const yaml_node_t *map, const char *key)
{
    const char *value = text_field(out, map, key);
    return value != NULL && strcmp(value, "yes") == 0;
}

static size_t items(const struct output *out, const yaml_node_t *node)
{
    if (node == NULL)
        return 0;
    if (node->type != YAML_SEQUENCE_NODE)
        refuse(out, node, "a list is wanted here");
    return (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
}

static yaml_node_t *item(const struct output *out, const yaml_node_t *node, size_t i)
{
    return node_at(out, node->data.sequence.items.start[i]);
}

/* A C string literal, or NULL. */
static void add_literal(struct text *out, const char *string)
{
    if (string == NULL) {
        text_add(out, "NULL");
        return;
    }
    text_add_char(out, '"');
    for (; *string != '\0'; string++) {
        unsigned char c = (unsigned char)*string;
        if (c < 32 || c > 126 || c == '"' || c == '\\' || c == '?')
            text_addf(out, "\\%03o", c);
        else
            text_add_char(out, (char)c);
    }
    text_add_char(out, '"');
}

static uint32_t add_row(struct output *out, const yaml_node_t *node, const char *check,
                        const char *expression, unsigned flags)
{
    hs_expr_info_t *info = NULL;
    hs_compile_error_t *failure = NULL;
    uint32_t number = 0;

    if (out->row_count == ROWS)
        refuse(out, node, "too many patterns");
    if (hs_expression_info(expression, flags, &info, &failure) != HS_SUCCESS)
        refuse(out, node, failure->message);
    if (info->max_width > 4096)
        refuse(out, node, "a pattern of the pass must have a greatest length");
    for (size_t i = 0; i < out->row_count; i++)
        number += strcmp(out->rows[i].check, check) == 0;
    out->rows[out->row_count++] = (struct pattern_row){
        .expression = arena_string(out->arena, bytes_of(expression)),
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
static const char *default_scan(const struct output *out, const yaml_node_t *node,
                                const char *match)
{
    size_t i = 0;

    while (match[i] != '\0' && match[i] != '(')
        i += match[i] == '\\' && match[i + 1] != '\0' ? 2 : 1;
    int more = i < 8 ? group_start(match + i) - 1 : 0;
    if (match[i] == '\0' || i + (size_t)more < 4)
        refuse(out, node, "`scan` is needed: too little stands before the first group");
    return arena_printf(out->arena, "%.*s%.*s", (int)i, match, more, match + i + 1);
}

static void add_example(struct output *out, const char *text, const char *version)
{
    if (text == NULL)
        return;
    text_addf(out->examples, "    {%zu, ", out->mark_count);
    add_literal(out->examples, text);
    text_add(out->examples, ", ");
    add_literal(out->examples, version);
    text_add(out->examples, "},\n");
}

static void read_mark(struct output *out, const yaml_node_t *node)
{
    const char *kind = "MARK_STRING", *match = text_field(out, node, "match");
    const char *grade = "B", *before = text_field(out, node, "before");
    uint32_t width = 0;

    if (match != NULL) {
        const char *scan = text_field(out, node, "scan");
        if (scan == NULL)
            scan = default_scan(out, node, match);
        width = add_row(out, node, "component", scan, HS_FLAG_DOTALL);
        text_addf(out->pattern_marks, "    %zu,\n", out->mark_count);
    } else if ((match = text_field(out, node, "bare")) != NULL) {
        kind = "MARK_BARE";
        grade = "E";
    } else {
        match = must(out, node, "file");
        kind = "MARK_FILE";
        grade = "C";
    }
    const char *version = text_field(out, node, "template");
    const char *own = text_field(out, node, "grade"),
               *other = text_field(out, node, "elsewhere");
    text_addf(out->marks, "    {.kind = %s, .match = ", kind);
    add_literal(out->marks, match);
    text_add(out->marks, ", .version = ");
    add_literal(out->marks, version == NULL ? "\\1" : version);
    text_add(out->marks, ", .also = ");
    add_literal(out->marks, text_field(out, node, "also"));
    text_add(out->marks, ", .unless = ");
    add_literal(out->marks, text_field(out, node, "unless"));
    text_addf(out->marks, ", .text = %s, .highest = %s",
              is_yes(out, node, "text") ? "true" : "false",
              is_yes(out, node, "highest") ? "true" : "false");
    text_addf(out->marks, ", .grade = '%c', .elsewhere = '%c', .width = %u, .before = %lu},\n",
              own == NULL ? *grade : *own, other == NULL ? '-' : *other, width,
              before == NULL ? 0UL : strtoul(before, NULL, 10));
    add_example(out, must(out, node, "example"), must(out, node, "version"));
    if (text_field(out, node, "example_2") != NULL)
        add_example(out, must(out, node, "example_2"), must(out, node, "version_2"));
    add_example(out, must(out, node, "counter"), NULL);
    out->mark_count++;
}

static void read_component(struct output *out, const yaml_node_t *node)
{
    static const char *const texts[] = {"name", "purl", "cpe", "licence", "kind"};
    const yaml_node_t *files = field(out, node, "files"), *marks = field(out, node, "marks");

    text_add(out->components, "    {");
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        text_addf(out->components, ".%s = ", texts[i]);
        add_literal(out->components, i == 2 || i == 3 ? text_field(out, node, texts[i])
                                                      : must(out, node, texts[i]));
        text_add(out->components, ", ");
    }
    text_add(out->components, ".files = (const char *const[]){");
    for (size_t i = 0; i < items(out, files); i++) {
        add_literal(out->components, scalar(out, item(out, files, i)));
        text_add(out->components, ", ");
    }
    text_addf(
        out->components,
        "NULL}, .presence = %s, .exclusive = %s, .first_mark = %zu, .mark_count = %zu},\n",
        is_yes(out, node, "presence") ? "true" : "false",
        is_yes(out, node, "exclusive") ? "true" : "false", out->mark_count, items(out, marks));
    for (size_t i = 0; i < items(out, marks); i++)
        read_mark(out, item(out, marks, i));
    out->component_count++;
}

static void read_patterns(struct output *out, const char *check, const yaml_node_t *patterns)
{
    for (size_t i = 0; i < items(out, patterns); i++) {
        const yaml_node_t *entry = item(out, patterns, i);
        unsigned flags = HS_FLAG_DOTALL;
        if (is_yes(out, entry, "caseless"))
            flags |= HS_FLAG_CASELESS;
        add_row(out, entry, arena_string(out->arena, bytes_of(check)), must(out, entry, "scan"),
                flags);
    }
}

static int by_text(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;
    return strcmp(*left, *right);
}

/* Sorted, so that a list can be searched by halves. */
static void read_list(struct output *out, const char *name, const yaml_node_t *values)
{
    size_t count = items(out, values);
    const char **all = arena_array(out->arena, count, sizeof *all);

    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *value = item(out, values, i);
        all[i] =
            value->type == YAML_MAPPING_NODE ? must(out, value, "name") : scalar(out, value);
        all[i] = arena_string(out->arena, bytes_of(all[i]));
    }
    qsort(all, count, sizeof *all, by_text);
    text_addf(out->lists, "const char *const list_%s[] = {\n", name);
    for (size_t i = 0; i < count; i++) {
        text_add(out->lists, "    ");
        add_literal(out->lists, all[i]);
        text_add(out->lists, ",\n");
    }
    text_addf(out->lists, "};\nconst size_t list_%s_count = %zu;\n\n", name, count);
}

static void read_file(struct output *out, const char *path)
{
    yaml_parser_t parser;
    yaml_document_t document;
    FILE *file = fopen(path, "rb");

    out->file = path;
    if (file == NULL || !yaml_parser_initialize(&parser))
        refuse(out, NULL, "cannot be opened");
    yaml_parser_set_input_file(&parser, file);
    if (!yaml_parser_load(&parser, &document)) {
        fprintf(stderr, "%s:%zu: %s\n", path, parser.problem_mark.line + 1, parser.problem);
        exit(1);
    }
    out->document = &document;
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    if (root == NULL)
        refuse(out, NULL, "is empty");
    const yaml_node_t *components = field(out, root, "components");
    for (size_t i = 0; i < items(out, components); i++)
        read_component(out, item(out, components, i));
    if (text_field(out, root, "check") != NULL)
        read_patterns(out, must(out, root, "check"), field(out, root, "patterns"));
    if (text_field(out, root, "list") != NULL)
        read_list(out, must(out, root, "list"), field(out, root, "values"));
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    fclose(file);
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

static void write_file(const char *path, const struct text *text)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(text->data, 1, text->size, file) != text->size ||
        fclose(file) != 0) {
        fprintf(stderr, "%s: cannot be written\n", path);
        exit(1);
    }
}

static void write_database(struct output *out, const char *path)
{
    owned(text) text = text_new();

    text_add(text, "#include \"inspect/lists.h\"\n#include \"inspect/patterns.h\"\n\n");
    text_add_bytes(text, text_bytes(out->lists));
    text_add(text, "const struct pattern_row pattern_rows[] = {\n");
    for (size_t i = 0; i < out->row_count; i++) {
        text_add(text, "    {");
        add_literal(text, out->rows[i].expression);
        text_add(text, ", ");
        add_literal(text, out->rows[i].check);
        text_addf(text, ", %u, %u, %u},\n", out->rows[i].number, out->rows[i].width,
                  out->rows[i].flags);
    }
    text_addf(text, "};\nconst size_t pattern_row_count = %zu;\n\n", out->row_count);
    add_database(out, text);
    write_file(path, text);
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
    write_file(path, text);
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
    write_file(path, text);
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
