#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "cli/actor.h"
#include "cli/writing.h"
#include "dossier/files.h"
#include "dossier/form.h"
#include "dossier/sheet_import.h"
#include "pipeline/sheet.h"

static const struct option_row options[] = {
    {"force", 0, NULL, "write over files that are filled in"},
    {"unlocked", 0, NULL, "go on where the kernel cannot lock the reader of the workbook"},
    ACTOR_OPTIONS,
};

/* The workbook as files, in the arena of DOSSIER. */
static struct error *convert(const struct line *line, struct dossier *dossier,
                             struct sheet_imported *out)
{
    owned(book) book = NULL;
    const char *edition = NULL;
    sqlite3 *db = NULL;

    TRY(pipeline_sheet(line->arguments[0], NULL, line_has(line, "unlocked"), &book));
    TRY(dossier_edition(dossier, &edition));
    TRY(store_new(&db));
    struct error *error = sheet_import(book, db, edition, dossier->arena, out);
    sqlite3_close(db);
    if (error != NULL || out->count > 0)
        return error;
    output_text(out->remarks); /* why each sheet was passed over */
    return error_hint(
        error_wrap(error_new(ERROR_USAGE, "no sheet of it has the form of a part of a dossier"),
                   "cannot import %s", line->arguments[0]),
        "proviso export DOSSIER -o FORM.xlsx makes a workbook to fill in; its sheets are "
        "called DUT, ICS, 1-AuthMech …");
}

/* A file of the dossier that means the same table under another name, or NULL. */
static const char *other_name(struct dossier *dossier, const struct form *form,
                              const char *name)
{
    const struct form_table *table = form_file(form, name);
    struct files_list list;

    files_list(dossier, &list);
    for (size_t i = 0; table != NULL && i < list.count; i++)
        if (form_file(form, list.names[i]) == table && strcmp(list.names[i], name) != 0)
            return list.names[i];
    return NULL;
}

struct sorting {
    const struct line *line;
    struct dossier *dossier;
    struct sheet_imported *imported;
    struct text *filled; /* names of files that must not be written over */
    size_t filled_count;
    bool loses; /* something in them is not in the workbook */
};

/* A file that is written anew loses its comments: YAML has no place for them in what it says. */
static void tell_comments(struct sorting *sorting, const char *name, struct bytes there)
{
    struct text *remarks = sorting->imported->remarks;
    struct bytes line;
    size_t count = 0, first = 0;

    for (size_t number = 1; bytes_next_line(&there, &line); number++)
        if (bytes_starts(bytes_trim(line), "#") || bytes_contains(line, " #"))
            first = count++ == 0 ? number : first;
    if (count == 0)
        return;
    text_addf(remarks, "%s:%zu: %zu line%s with comments written over\n", name, first, count,
              count == 1 ? "" : "s");
    sorting->imported->remark_count++;
}

/* Is the file to be written? One that says the same already is not. */
static struct error *look_at(struct sorting *sorting, const struct journal_file *file,
                             bool *write)
{
    struct dossier *dossier = sorting->dossier;
    struct bytes there;

    TRY(dossier_file(dossier, file->name, &there));
    enum sheet_state state = sheet_state_of(file->name, there, file->content, dossier->arena);
    *write = state != SHEET_SAME;
    if (state == SHEET_SAME || state == SHEET_EMPTY)
        return NULL;
    if (strcmp(file->name, "answers.yaml") == 0) {
        text_add(
            sorting->imported->remarks,
            "answers.yaml: there are answers in the dossier already: those of the workbook "
            "are not taken over\n");
        sorting->imported->remark_count++;
        *write = false;
    } else if (!line_has(sorting->line, "force")) {
        text_addf(sorting->filled, "%s%s", sorting->filled_count++ == 0 ? "" : ", ",
                  file->name);
        sorting->loses = sorting->loses || state == SHEET_FILLED;
    } else {
        tell_comments(sorting, file->name, there);
    }
    return NULL;
}

static struct error *refuse_filled(const struct sorting *sorting)
{
    struct error *error = error_wrap(
        error_new(ERROR_USAGE, "%s %s filled in already", text_string(sorting->filled),
                  sorting->filled_count == 1 ? "is" : "are"),
        "cannot import %s into %s", sorting->line->arguments[0], sorting->line->arguments[1]);

    if (sorting->loses)
        return error_hint(error, "import into a folder of its own and compare, or write over "
                                 "them with --force");
    return error_hint(error, "everything that stands there is in the workbook too: --force "
                             "writes over them, and loses comments alone");
}

/* Keeps the files that are to be written. */
static struct error *sort_files(struct sorting *sorting)
{
    struct sheet_imported *imported = sorting->imported;
    struct form form;
    sqlite3 *db = NULL;
    size_t kept = 0;

    TRY(store_new(&db));
    struct error *error = form_read(db, sorting->dossier->arena, &form);
    for (size_t i = 0; error == NULL && i < imported->count; i++) {
        const char *other = other_name(sorting->dossier, &form, imported->files[i].name);
        bool write = false;
        if (other != NULL)
            error = error_hint(
                error_wrap(
                    error_new(ERROR_USAGE, "%s is the same table under another name", other),
                    "cannot write %s", imported->files[i].name),
                "rename it to %s, or take it out of the dossier", imported->files[i].name);
        if (error == NULL)
            error = look_at(sorting, &imported->files[i], &write);
        if (error == NULL && write)
            imported->files[kept++] = imported->files[i];
    }
    sqlite3_close(db);
    imported->count = kept;
    if (error == NULL && sorting->filled_count > 0)
        error = refuse_filled(sorting);
    return error;
}

/* Without a sheet about the product the folder still has to be a dossier. */
static void add_product(struct dossier *dossier, struct sheet_imported *imported)
{
    static const char content[] =
        "# The workbook has no sheet DUT: fill in what the product is.\n"
        "name:\nmodel:\nmanufacturer:\n  name:\n";
    size_t capacity = imported->capacity;

    for (size_t i = 0; i < imported->count; i++)
        if (strcmp(imported->files[i].name, "product.yaml") == 0)
            return;
    if (dossier_has(dossier, "product.yaml"))
        return;
    imported->files = arena_grow(dossier->arena, imported->files, &capacity,
                                 imported->count + 1, sizeof *imported->files);
    imported->capacity = capacity;
    imported->files[imported->count++] =
        (struct journal_file){.name = "product.yaml", .content = bytes_of(content)};
}

static void print(const struct line *line, const struct sheet_imported *imported)
{
    owned(arena) arena = arena_new();
    owned(text) out = text_new();
    const char *book = output_name(arena, line->arguments[0]);
    const char *folder = output_name(arena, line->arguments[1]);

    for (size_t i = 0; i < imported->count; i++) {
        path_join(out, folder, imported->files[i].name);
        text_add_char(out, '\n');
    }
    text_add(out, "Taken:\n");
    text_add_bytes(out, text_bytes(imported->taken));
    text_add_counted(out, imported->count, "file");
    text_addf(out, " written from %s; ", book);
    if (imported->remark_count > 0)
        text_add_counted(out, imported->remark_count, "remark");
    text_add(out, imported->remark_count > 0 ? ":\n" : "everything in it found its place\n");
    text_add_bytes(out, text_bytes(imported->remarks));
    text_addf(out, "proviso check %s says what is missing\n", folder);
    output_text(out);
}

static struct error *import(const struct line *line, struct dossier *dossier)
{
    owned(text) remarks = text_new();
    owned(text) taken = text_new();
    owned(text) filled = text_new();
    owned(text) did = text_new();
    struct sheet_imported imported = {.taken = taken, .remarks = remarks};
    struct sorting sorting = {
        .line = line, .dossier = dossier, .imported = &imported, .filled = filled};
    struct journal_actor actor;
    const char *path = line->arguments[0], *slash = strrchr(path, '/');

    TRY(actor_of(line, dossier->arena, &actor));
    TRY(convert(line, dossier, &imported));
    TRY(sort_files(&sorting));
    add_product(dossier, &imported);
    text_add(did, "import ");
    text_add_terminal(did, bytes_of(slash == NULL ? path : slash + 1));
    if (imported.count > 0) {
        TRY(files_folder(dossier, "ixit"));
        TRY(journal_step(dossier, &actor, text_string(did), imported.files, imported.count));
    }
    print(line, &imported);
    return NULL;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    const char *folder = line->arguments[1];
    struct dossier *dossier = NULL;
    struct stat status;
    bool is_new = stat(folder, &status) != 0, made = false, finished;

    (void)code;
    if (!dossier_is(folder)) /* it becomes one: its files are about to be written */
        TRY(writing_folder(folder, &made));
    struct error *error = dossier_lock(folder, &finished, &dossier);
    if (error == NULL)
        error = import(line, dossier);
    dossier_close(dossier);
    if (error != NULL && is_new)
        rmdir(folder); /* nothing is in it */
    return error;
}

const struct command command_import = {
    .name = "import",
    .arguments = "FILE.xlsx DOSSIER",
    .summary = "take a filled-in workbook (.xlsx) over into a dossier",
    .example = "proviso import camera.xlsx camera/",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 2,
    .most = 2,
    .run = run,
};
