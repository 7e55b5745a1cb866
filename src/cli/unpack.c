#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/common.h"
#include "cli/extract.h"
#include "cli/tree.h"

static const struct option_row options[] = {
    {"json", 0, NULL, "one JSON array of nodes: path, kind, size, mode, uid, gid, sha256 …"},
    {"list", 'l', NULL, "one line a node (this is the default)"},
    {"output", 'o', "DIR", "write the files there, and manifest.json"},
    COMMON_OPTIONS,
};

static struct error *unpack_to(const struct line *line, struct pipeline_options *pipeline,
                               const char *folder, struct assessment **out)
{
    struct extract extract;

    TRY(extract_open(folder, &extract));
    pipeline->content = extract_content;
    pipeline->context = &extract;
    pipeline->progress = NULL;
    struct error *error = pipeline_run(line->arguments[0], pipeline, out);
    if (error == NULL)
        error = extract_finish(&extract, *out);
    extract_close(&extract);
    if (error != NULL && extract.made)
        rmdir(folder); /* when nothing is in it */
    if (error == NULL && extract.skipped > 0) {
        owned(text) told = text_new();
        text_add_counted(told, extract.skipped, "name");
        fprintf(stderr,
                "proviso: %s of the image cannot be made here; manifest.json has all of them\n",
                text_string(told));
    }
    return error;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    struct pipeline_options pipeline = {.progress = output_progress, .unpack_only = true};
    const char *folder = line_value(line, "output");
    owned(assessment) assessment = NULL;
    owned(text) out = text_new();

    (void)code;
    TRY(common_options(line, &pipeline));
    if (folder != NULL)
        TRY(unpack_to(line, &pipeline, folder, &assessment));
    else
        TRY(pipeline_run(line->arguments[0], &pipeline, &assessment));
    output_progress_end();
    if (line_has(line, "json"))
        tree_json(assessment, out);
    else if (folder == NULL || line_has(line, "list"))
        tree_list(assessment, out);
    output_text(out);
    return NULL;
}

const struct command command_unpack = {
    .name = "unpack",
    .arguments = "IMAGE|DIR",
    .summary = "show what is inside, byte for byte, or write it out",
    .example = "proviso unpack router.bin -o router/",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 1,
    .run = run,
};
