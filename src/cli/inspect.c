#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/common.h"

static const struct option_row options[] = {
    {"json", 0, NULL, "one JSON object: a list of rows for each observable"},
    {"observable", 'b', "NAME", "of this observable alone"},
    COMMON_OPTIONS,
};

static void add_value(const struct value *value, bool json, struct text *out)
{
    if (value->kind == VALUE_INTEGER)
        text_addf(out, "%" PRId64, value->integer);
    else if (value->kind == VALUE_NULL)
        text_add(out, "null");
    else if (json)
        text_add_json(out, value->text);
    else
        text_add_terminal(out, value->text);
}

static void add_json_row(const struct assessment *assessment, const struct observation *row,
                         struct text *out)
{
    const struct evidence *evidence = &row->evidence;

    text_add(out, "    {\"path\": ");
    text_add_json(out, assessment->nodes[evidence->node].full_path);
    text_addf(out, ", \"offset\": %" PRIu64 ", \"length\": %" PRIu64, evidence->offset,
              evidence->length);
    if (evidence->line > 0)
        text_addf(out, ", \"line\": %u", evidence->line);
    for (size_t i = 0; i < row->observable->column_count; i++) {
        text_addf(out, ", \"%s\": ", row->observable->columns[i].name);
        add_value(&row->values[i], true, out);
    }
    text_add(out, "}");
}

static bool is_of(const struct observation *row, const struct observable *observable)
{
    return strcmp(row->observable->name, observable->name) == 0;
}

static void add_json(const struct assessment *assessment, const char *only, struct text *out)
{
    bool first = true;

    text_add(out, "{");
    for (size_t i = 0; i < assessment->observable_count; i++) {
        const struct observable *observable = &assessment->observables[i];
        bool empty = true;
        if (only != NULL && strcmp(only, observable->name) != 0)
            continue;
        text_addf(out, "%s\n  \"%s\": [", first ? "" : ",", observable->name);
        first = false;
        for (size_t j = 0; j < assessment->observation_count; j++) {
            if (!is_of(assessment->observations[j], observable))
                continue;
            text_add(out, empty ? "\n" : ",\n");
            add_json_row(assessment, assessment->observations[j], out);
            empty = false;
        }
        text_add(out, empty ? "]" : "\n  ]");
    }
    text_add(out, "\n}\n");
}

static void add_lines(const struct assessment *assessment, const char *only, struct text *out)
{
    for (size_t j = 0; j < assessment->observation_count; j++) {
        const struct observation *row = assessment->observations[j];
        if (only != NULL && strcmp(only, row->observable->name) != 0)
            continue;
        text_addf(out, "%-12s ", row->observable->name);
        text_add_terminal(out, assessment->nodes[row->evidence.node].full_path);
        if (row->evidence.line > 0)
            text_addf(out, ":%u", row->evidence.line);
        for (size_t i = 0; i < row->observable->column_count; i++) {
            if (row->values[i].kind == VALUE_NULL)
                continue;
            text_addf(out, "  %s=", row->observable->columns[i].name);
            add_value(&row->values[i], false, out);
        }
        text_add_char(out, '\n');
    }
}

static struct error *check_observable(const struct assessment *assessment, const char *only)
{
    for (size_t i = 0; only != NULL && i < assessment->observable_count; i++)
        if (strcmp(only, assessment->observables[i].name) == 0)
            return NULL;
    if (only == NULL)
        return NULL;
    return error_hint(error_wrap(error_new(ERROR_USAGE, "no observable is called %s", only),
                                 "cannot show that observable"),
                      "see proviso list observables");
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    struct pipeline_options pipeline = {.progress = output_progress};
    const char *only = line_value(line, "observable");
    owned(assessment) assessment = NULL;
    owned(text) out = text_new();

    (void)code;
    TRY(common_options(line, &pipeline));
    TRY(pipeline_run(line->arguments[0], &pipeline, &assessment));
    output_progress_end();
    TRY(check_observable(assessment, only));
    if (line_has(line, "json"))
        add_json(assessment, only, out);
    else
        add_lines(assessment, only, out);
    output_text(out);
    return NULL;
}

const struct command command_inspect = {
    .name = "inspect",
    .arguments = "IMAGE|DIR",
    .summary = "show the observations alone, without a verdict",
    .example = "proviso inspect router.bin --observable service",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 1,
    .run = run,
};
