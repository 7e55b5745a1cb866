#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/limits.h"
#include "cli/actor.h"
#include "cli/common.h"
#include "dossier/files.h"
#include "dossier/template.h"

static const struct option_row options[] = {
    {"name", 0, "TEXT", "the product, as it is sold"},
    {"model", 0, "TEXT", "the designation that stands on it"},
    {"manufacturer", 0, "TEXT", "who makes it"},
    {"edition", 0, "EDITION", "of EN 303 645: 3.1.3 (default) or 2.1.1"},
    {"market", 0, "LIST", "where it is sold: EU,UK,…"},
    {"firmware", 0, "FILE", "the image to assess"},
    {"firmware-version", 0, "TEXT", "its version"},
    {"batch", 0, NULL, "ask nothing"},
    ACTOR_OPTIONS,
};

enum { OTHER_FILES = 4 }; /* beside ixit/: product, ICS, answers, actions */

/* One run. */
struct initiation {
    const struct line *line;
    struct dossier *dossier;
    struct arena *arena;
    sqlite3 *db;
    bool asks;
    const char *firmware; /* as the user named it */
    struct template_product product;
    struct journal_file *files;
    size_t file_count;
};

/* A fact that no option gave; nothing typed means that it is not known yet. */
static const char *ask(struct initiation *initiation, const char *option, const char *question)
{
    const char *given = line_value(initiation->line, option);
    owned(text) prompt = text_new();
    char typed[LIMIT_ANSWER];

    if (given != NULL)
        return *given == '\0' ? NULL : given;
    if (!initiation->asks)
        return NULL;
    text_addf(prompt, "%s: ", question);
    output_text(prompt);
    fflush(stdout);
    if (fgets(typed, sizeof typed, stdin) == NULL) {
        initiation->asks = false; /* the end of what is typed */
        return NULL;
    }
    struct bytes answer = bytes_trim(bytes_of(typed));
    return answer.size == 0 ? NULL : arena_string(initiation->arena, answer);
}

/* The absolute PATH, in ARENA; NULL when there is none. */
static const char *absolute(const char *path, struct arena *arena)
{
    char *real = arena_alloc(arena, PATH_MAX);

    return realpath(path, real);
}

/* FILE as it is named from FOLDER on: both are absolute. */
static const char *relative(const char *file, const char *folder, struct arena *arena)
{
    size_t shared = 0;
    owned(text) out = text_new();

    for (size_t i = 0;; i++) {
        bool end = (folder[i] == '\0' || folder[i] == '/') && (file[i] == '/');
        if (end && i > 0)
            shared = i;
        if (folder[i] != file[i] || folder[i] == '\0')
            break;
    }
    const char *rest = folder + shared;
    if (shared == 0) /* they share the root alone */
        return file;
    for (; *rest != '\0'; rest++)
        if (*rest == '/' && rest[1] != '\0')
            text_add(out, "../");
    text_add(out, file + shared + 1);
    return arena_string(arena, text_bytes(out));
}

/* The image: where it is, and its digest. */
static struct error *look_at_firmware(struct initiation *initiation)
{
    struct arena *arena = initiation->arena;
    struct template_product *product = &initiation->product;
    struct sha256 hash;
    uint64_t size;
    struct stat status;

    if (initiation->firmware == NULL)
        return NULL;
    const char *file = absolute(initiation->firmware, arena);
    if (file == NULL || stat(file, &status) != 0)
        return error_hint(error_wrap(error_new(ERROR_USAGE, "%s", strerrordesc_np(errno)),
                                     "cannot read the firmware %s", initiation->firmware),
                          "give the image that is to be assessed");
    if (S_ISREG(status.st_mode)) {
        TRY(hash_file(file, &hash, &size));
        product->sha256 = arena_hex(arena, bytes_from(hash.bytes, sizeof hash.bytes));
    }
    product->firmware = file;
    return NULL;
}

static struct error *ask_all(struct initiation *initiation)
{
    struct template_product *product = &initiation->product;

    TRY(common_edition(initiation->line, &product->edition));
    if (product->edition == NULL)
        product->edition = "3.1.3";
    product->name = ask(initiation, "name", "Name of the product, as it is sold");
    product->model = ask(initiation, "model", "Model designation");
    product->manufacturer = ask(initiation, "manufacturer", "Manufacturer");
    product->markets = bytes_of(ask(initiation, "market", "Markets (EU, UK, …)"));
    initiation->firmware =
        ask(initiation, "firmware", "Firmware image (a file, or nothing yet)");
    product->version = line_value(initiation->line, "firmware-version");
    return NULL;
}

static void add_file(struct initiation *initiation, const char *name, struct text *text)
{
    initiation->files[initiation->file_count++] =
        (struct journal_file){name, arena_copy(initiation->arena, text_bytes(text))};
    text_clear(text);
}

/* product.yaml comes last: it is what makes the folder a dossier. */
static struct error *make_files(struct initiation *initiation)
{
    const char *edition = initiation->product.edition;
    owned(text) text = text_new();
    struct form form;

    TRY(form_read(initiation->db, initiation->arena, &form));
    initiation->files = arena_array(initiation->arena, form.table_count + OTHER_FILES,
                                    sizeof *initiation->files);
    for (size_t i = 0; i < form.table_count; i++) {
        template_ixit(&form.tables[i], edition, text);
        add_file(initiation,
                 arena_printf(initiation->arena, "ixit/%s.yaml",
                              template_table_name(&form.tables[i], edition)),
                 text);
    }
    TRY(template_ics(initiation->db, edition, text));
    add_file(initiation, "ics.yaml", text);
    template_answers(text);
    add_file(initiation, "answers.yaml", text);
    template_actions(text);
    add_file(initiation, "actions.yaml", text);
    TRY(template_product(initiation->db, &initiation->product, text));
    add_file(initiation, "product.yaml", text);
    return NULL;
}

static void print_end(const struct initiation *initiation)
{
    const char *folder = output_name(initiation->arena, initiation->dossier->folder);
    owned(text) out = text_new();

    text_addf(out,
              "%s: a dossier for EN 303 645 V%s: product.yaml, ics.yaml, %zu tables in ixit/\n",
              folder, initiation->product.edition, initiation->file_count - OTHER_FILES);
    if (initiation->product.firmware != NULL)
        text_addf(out,
                  "Next: proviso assess %s   look into the firmware\n"
                  "      proviso draft %s    fill in what it shows\n",
                  folder, folder);
    else
        text_addf(out,
                  "Next: name the firmware in product.yaml, then proviso assess %s\n"
                  "      proviso check %s   what is missing\n",
                  folder, folder);
    output_text(out);
}

static struct error *initiate(struct initiation *initiation)
{
    struct journal_actor actor;

    const char *folder = absolute(initiation->dossier->folder, initiation->arena);
    struct template_product *product = &initiation->product;

    TRY(actor_of(initiation->line, initiation->arena, &actor));
    if (folder != NULL && product->firmware != NULL)
        product->firmware = relative(product->firmware, folder, initiation->arena);
    TRY(store_new(&initiation->db));
    struct error *error = make_files(initiation);
    sqlite3_close(initiation->db);
    TRY(error);
    TRY(files_folder(initiation->dossier, "ixit"));
    TRY(files_folder(initiation->dossier, "evidence"));
    TRY(journal_step(
        initiation->dossier, &actor,
        arena_printf(initiation->arena, "init: edition %s", initiation->product.edition),
        initiation->files, initiation->file_count));
    print_end(initiation);
    return NULL;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    owned(arena) arena = arena_new();
    const char *folder = line->arguments[0];
    struct initiation initiation = {.line = line,
                                    .arena = arena,
                                    .asks = !line_has(line, "batch") && isatty(STDIN_FILENO) &&
                                            output_is_terminal() && !dossier_is(folder)};
    bool finished;

    (void)code;
    TRY(ask_all(&initiation));
    TRY(look_at_firmware(&initiation));
    TRY(template_begin(folder, &initiation.dossier, &finished));
    struct error *error = NULL;
    if (finished) {
        owned(text) out = text_new();
        text_addf(out, "%s: an earlier init, which was interrupted, is completed\n",
                  output_name(arena, folder));
        output_text(out);
    } else {
        error = initiate(&initiation);
    }
    dossier_close(initiation.dossier);
    return error;
}

const struct command command_init = {
    .name = "init",
    .arguments = "DIR",
    .summary = "make a new dossier, every field with a word about what belongs into it",
    .example = "proviso init camera/ --name \"Lumi View 2\" --firmware camera.bin",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 1,
    .run = run,
};
