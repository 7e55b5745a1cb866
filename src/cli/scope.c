#include "judge/scope.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/path.h"
#include "cli/cli.h"
#include "cli/common.h"
#include "model/query.h"
#include "report/column.h"

/* Cells of a line on a terminal. */
#define WIDTH 96

static const struct option_row options[] = {
    {"json", 0, NULL, "one JSON object"},
    {"knowledge", 0, "DIR", "schemes and scope rules of your own, laid over the built-in ones"},
};

/* The rules, and what they say about one product. */
struct scoping {
    sqlite3 *db;
    struct arena *arena;
    const char *path; /* of product.yaml */
    const char *product;
    struct scope_result result;
    struct text *out;
};

/* The value in the first column of SQL, which takes ID; NULL when there is none. */
static const char *look_up(struct scoping *scoping, const char *sql, const char *id)
{
    return query_value(scoping->db, sql, id,
                       scoping->arena); /* a word that is not there is left out */
}

/* What stands behind a short name: of a standard or of a scheme. */
static const char *name_of(struct scoping *scoping, const char *id)
{
    return look_up(scoping,
                   "SELECT meaning FROM scope_token WHERE id = ?1"
                   " UNION ALL SELECT name FROM scheme WHERE id = ?1",
                   id);
}

static const char standing[] =
    "SELECT kind || ', ' || replace(status, '_', ' ') || COALESCE(', since ' || since, '')"
    " || CASE WHEN confidence = 'high' THEN '' ELSE '; confidence ' || confidence END"
    " FROM scheme WHERE id = ?1";

/* --- for people ---------------------------------------------------------------------------- */

static void add_wrapped(struct text *out, size_t indent, const char *words)
{
    owned(text) safe = text_new();
    struct bytes line;

    text_add_terminal(safe, bytes_of(words));
    for (struct bytes rest = text_bytes(safe);
         column_next_line(&rest, WIDTH - indent, &line);) {
        text_addf(out, "%*s", (int)indent, "");
        text_add_bytes(out, line);
        text_add_char(out, '\n');
    }
}

static void add_reason(struct scoping *scoping, const struct scope_line *line, size_t indent)
{
    struct arena *arena = scoping->arena;

    if (line->why != NULL)
        add_wrapped(scoping->out, indent, line->why);
    if (line->because != NULL && *line->because != '\0')
        add_wrapped(scoping->out, indent,
                    arena_printf(arena, "%s: %s", line->rule, line->because));
}

static void add_lines(struct scoping *scoping, const char *title,
                      const struct scope_lines *lines)
{
    struct text *out = scoping->out;

    if (lines->count > 0)
        text_addf(out, "\n%s\n", title);
    for (size_t i = 0; i < lines->count; i++) {
        const struct scope_line *line = &lines->lines[i];
        const char *name = name_of(scoping, line->id),
                   *now = look_up(scoping, standing, line->id);
        add_wrapped(out, 2,
                    name == NULL ? line->id
                                 : arena_printf(scoping->arena, "%s: %s", line->id, name));
        if (now != NULL)
            add_wrapped(out, 6, now);
        add_reason(scoping, line, 6);
    }
}

static const char *joined(struct scoping *scoping, const struct scope_lines *lines)
{
    owned(text) out = text_new();

    for (size_t i = 0; i < lines->count; i++)
        text_addf(out, "%s%s", i == 0 ? "" : ", ", lines->lines[i].id);
    return arena_string(scoping->arena, text_bytes(out));
}

static void add_asks(struct scoping *scoping)
{
    struct arena *arena = scoping->arena;
    const struct scope_result *result = &scoping->result;

    if (result->ask_count > 0)
        text_addf(scoping->out, "\nNot known; write these into %s and ask again\n",
                  output_name(arena, scoping->path));
    for (size_t i = 0; i < result->ask_count; i++) {
        const struct scope_ask *ask = &result->asks[i];
        const char *values = strcmp(ask->type, "bool") == 0   ? "true or false"
                             : strcmp(ask->type, "date") == 0 ? "such as 2026-11-20"
                                                              : ask->choices;
        add_wrapped(scoping->out, 2,
                    arena_printf(arena, "%s: %s%s%s%s", ask->fact,
                                 ask->meaning == NULL ? "" : ask->meaning,
                                 values == NULL ? "" : " (", values == NULL ? "" : values,
                                 values == NULL ? "" : ")"));
    }
}

static void add_undecided(struct scoping *scoping)
{
    const struct scope_lines *lines = &scoping->result.undecided;
    struct arena *arena = scoping->arena;

    if (lines->count > 0)
        text_add(scoping->out, "\nUndecided\n");
    for (size_t i = 0; i < lines->count; i++)
        add_wrapped(scoping->out, 2,
                    arena_printf(arena, "%s: %s waits for %s", lines->lines[i].id,
                                 lines->lines[i].rule, lines->lines[i].because));
}

static void write_text(struct scoping *scoping)
{
    const struct scope_result *result = &scoping->result;
    struct arena *arena = scoping->arena;
    static const char *const words[][2] = {
        {"in", "in the scope of EN 303 645"},
        {"in_with_warning", "in the scope of EN 303 645, with a warning"},
        {"out", "not in the scope of EN 303 645"},
        {"undecided", "whether it is in the scope of EN 303 645 is not decided"},
    };

    add_wrapped(scoping->out, 0,
                scoping->product == NULL
                    ? scoping->path
                    : arena_printf(arena, "%s: %s", scoping->path, scoping->product));
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(result->scope, words[i][0]) == 0)
            text_addf(scoping->out, "%s\n", words[i][1]);
    if (result->reason.rule != NULL)
        add_reason(scoping, &result->reason, 2);
    add_lines(scoping, "Other law and standards", &result->other);
    add_lines(scoping, "Work with", &result->primary);
    add_lines(scoping, "Beside it", &result->complementary);
    add_lines(scoping, "Law, labels and codes in its markets", &result->regimes);
    if (result->points.count > 0)
        text_addf(scoping->out, "\nPoints of RED article 3(3): %s\n",
                  joined(scoping, &result->points));
    add_lines(scoping, "Take notice", &result->notices);
    add_lines(scoping, "Not said above", &result->notes);
    add_undecided(scoping);
    add_asks(scoping);
    text_addf(scoping->out, "\nState of knowledge: %s. Nothing here is legal advice.\n",
              look_up(scoping, "SELECT MAX(as_of) FROM scheme", NULL));
}

/* --- for programs -------------------------------------------------------------------------- */

static void add_pair(struct text *out, const char *key, const char *value, const char *before)
{
    text_addf(out, "%s\"%s\": ", before, key);
    if (value == NULL)
        text_add(out, "null");
    else
        text_add_json(out, bytes_of(value));
}

static void add_object(struct scoping *scoping, const struct scope_line *line)
{
    add_pair(scoping->out, "id", line->id, "{");
    add_pair(scoping->out, "name", name_of(scoping, line->id), ", ");
    add_pair(scoping->out, "rule", line->rule, ", ");
    add_pair(scoping->out, "why", line->why, ", ");
    add_pair(scoping->out, "because", line->because, ", ");
    text_add_char(scoping->out, '}');
}

static void add_array(struct scoping *scoping, const char *key, const struct scope_lines *lines)
{
    text_addf(scoping->out, ",\n\"%s\": [", key);
    for (size_t i = 0; i < lines->count; i++) {
        text_add(scoping->out, i == 0 ? "\n  " : ",\n  ");
        add_object(scoping, &lines->lines[i]);
    }
    text_add(scoping->out, "]");
}

static void write_json(struct scoping *scoping)
{
    const struct scope_result *result = &scoping->result;
    struct text *out = scoping->out;

    add_pair(out, "input", scoping->path, "{\n");
    add_pair(out, "product", scoping->product, ",\n");
    add_pair(out, "as_of", look_up(scoping, "SELECT MAX(as_of) FROM scheme", NULL), ",\n");
    add_pair(out, "scope", result->scope, ",\n");
    text_add(out, ",\n\"reason\": ");
    add_object(scoping, &result->reason);
    add_array(scoping, "other", &result->other);
    add_array(scoping, "primary", &result->primary);
    add_array(scoping, "complementary", &result->complementary);
    add_array(scoping, "regimes", &result->regimes);
    add_array(scoping, "red_points", &result->points);
    add_array(scoping, "notices", &result->notices);
    add_array(scoping, "notes", &result->notes);
    add_array(scoping, "undecided", &result->undecided);
    text_add(out, ",\n\"ask\": [");
    for (size_t i = 0; i < result->ask_count; i++) {
        add_pair(out, "fact", result->asks[i].fact, i == 0 ? "\n  {" : ",\n  {");
        add_pair(out, "type", result->asks[i].type, ", ");
        add_pair(out, "values", result->asks[i].choices, ", ");
        add_pair(out, "meaning", result->asks[i].meaning, ", ");
        text_add_char(out, '}');
    }
    text_add(out, "]\n}\n");
}

/* --- the command --------------------------------------------------------------------------- */

static struct error *read_product(struct scoping *scoping, const char *argument)
{
    struct scope_product product;
    const struct yaml *map;
    struct bytes content;
    struct stat status;

    scoping->path = argument;
    if (stat(argument, &status) == 0 && S_ISDIR(status.st_mode)) {
        owned(text) path = text_new();
        path_join(path, argument, "product.yaml");
        scoping->path = arena_string(scoping->arena, text_bytes(path));
    }
    if (stat(scoping->path, &status) == 0 && !S_ISREG(status.st_mode))
        return error_hint(error_wrap(error_new(ERROR_USAGE, "it is no ordinary file"),
                                     "cannot read %s", scoping->path),
                          "give a product.yaml, or the folder that it is in");
    TRY(error_hint(file_read(scoping->path, LIMIT_KNOWLEDGE_FILE, scoping->arena, &content),
                   "give a product.yaml, or the folder that it is in"));
    TRY(yaml_read(content, scoping->path, scoping->arena, &map));
    TRY(scope_from_yaml(scoping->db, scoping->path, map, scoping->arena, &product));
    scoping->product = yaml_string(map, "name", scoping->arena);
    return scope_evaluate(scoping->db, &product, scoping->arena, &scoping->result);
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    owned(arena) arena = arena_new();
    owned(text) out = text_new();
    struct scoping scoping = {.arena = arena, .out = out};

    (void)code;
    TRY(store_new(&scoping.db));
    struct error *error = NULL;
    if (line_has(line, "knowledge"))
        error = common_overlay(scoping.db, line_value(line, "knowledge"));
    if (error == NULL)
        error = read_product(&scoping, line->arguments[0]);
    if (error == NULL && line_has(line, "json"))
        write_json(&scoping);
    else if (error == NULL)
        write_text(&scoping);
    sqlite3_close(scoping.db);
    TRY(error);
    output_text(out);
    return NULL;
}

const struct command command_scope = {
    .name = "scope",
    .arguments = "PRODUCT",
    .summary = "say which law, label or standard applies to a product, and why",
    .example = "proviso scope camera/product.yaml",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 1,
    .run = run,
};
