#include <string.h>

#include "cli/writing.h"
#include "dossier/sheet_export.h"

static const struct option_row options[] = {
    {"format", 'f', "NAME", "xlsx (default): a workbook, one sheet for each table"},
    {"output", 'o', "FILE", "write it to FILE (- for standard output)"},
};

static struct error *check_format(const char *format)
{
    if (format == NULL || strcmp(format, "xlsx") == 0)
        return NULL;
    return error_hint(error_wrap(error_new(ERROR_USAGE, "there is no export to %s", format),
                                 "cannot understand --format"),
                      "say xlsx; the reports of an assessment are written by proviso report");
}

static struct error *write_workbook(const struct line *line, struct dossier *dossier,
                                    sqlite3 *db)
{
    const char *path = line_value(line, "output");
    owned(text) content = text_new();
    owned(text) told = text_new();
    size_t cut = 0;

    TRY(sheet_export(dossier, db, content, &cut));
    TRY(writing_output(path, content, "a workbook"));
    if (path == NULL || strcmp(path, "-") == 0)
        return NULL;
    text_addf(told, "%s: the workbook of %s\n", output_name(dossier->arena, path),
              output_name(dossier->arena, line->arguments[0]));
    if (cut > 0) {
        text_add_counted(told, cut, "text");
        text_add(told, " longer than a cell can be (32,767 characters): cut, which is said at "
                       "the end\n");
    }
    output_text(told);
    return NULL;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    struct dossier *dossier = NULL;
    sqlite3 *db = NULL;

    (void)code;
    TRY(check_format(line_value(line, "format")));
    TRY(dossier_open(line->arguments[0], false, &dossier));
    struct error *error = store_new(&db);
    if (error == NULL)
        error = write_workbook(line, dossier, db);
    sqlite3_close(db);
    dossier_close(dossier);
    return error;
}

const struct command command_export = {
    .name = "export",
    .arguments = "DOSSIER",
    .summary = "write a dossier as a workbook (.xlsx), to be filled in by others",
    .example = "proviso export camera/ -o camera.xlsx",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 1,
    .run = run,
};
