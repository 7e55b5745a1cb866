#include "cli/common.h"

#include <errno.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/path.h"
#include "judge/catalogue.h"

struct error *common_options(const struct line *line, struct pipeline_options *out)
{
    uint64_t workers, seconds;

    TRY(line_number(line, "max-size", 1, UINT64_C(1) << 40, LIMIT_IMAGE_BYTES,
                    &out->image_limit));
    TRY(line_number(line, "max-seconds", 1, 7 * 24 * 3600, LIMIT_IMAGE_SECONDS, &seconds));
    TRY(line_number(line, "workers", 1, LIMIT_WORKERS, 0, &workers));
    out->workers = (unsigned)workers;
    out->seconds_limit = (unsigned)seconds;
    out->unlocked = line_has(line, "unlocked");
    return NULL;
}

static struct error *refuse_text(const char *path, const struct assessment *assessment)
{
    const struct node *root = &assessment->nodes[0].node;

    for (size_t i = 1; i < assessment->node_count; i++)
        if (!bytes_is(assessment->nodes[i].node.format, "text"))
            return NULL;
    for (size_t i = 0; i < assessment->span_count; i++)
        if (assessment->spans[i].span.kind == SPAN_EXPLAINED)
            return NULL;
    if (assessment->node_count != 2 ||
        assessment->nodes[1].node.size < root->size - root->size / 16)
        return NULL;
    return error_hint(
        error_wrap(error_new(ERROR_USAGE, "it is a text file, not a firmware image"),
                   "cannot assess %s", path),
        "give the image itself, an archive of it, or the folder of a root file system");
}

/* Is it a name that stands at the top of root file systems? */
static bool is_root_name(struct bytes name)
{
    static const char *const names[] = {"bin", "sbin",   "lib", "etc",  "etc_ro",
                                        "usr", "var",    "www", "webs", "root",
                                        "rom", "system", "opt", "init", "linuxrc"};

    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (bytes_is(name, names[i]))
            return true;
    return false;
}

/* A folder below in which two such names stand together, or nothing. */
static struct bytes root_below(const struct assessment *assessment)
{
    struct bytes found = {NULL, 0}, top, name;

    for (size_t i = 1; i < assessment->node_count; i++) {
        struct bytes rest = assessment->nodes[i].node.path;
        if (assessment->nodes[i].node.parent != NODE_ROOT ||
            !bytes_next_field(&rest, '/', &top) || !bytes_next_field(&rest, '/', &name) ||
            rest.size > 0 || !is_root_name(name))
            continue;
        if (found.size > 0 && bytes_equal(found, top))
            return top;
        found = top;
    }
    return (struct bytes){NULL, 0};
}

static struct error *refuse_folder(const char *path, const struct assessment *assessment)
{
    bool has_program = false;
    struct bytes top;

    for (size_t i = 1; i < assessment->node_count; i++) {
        const struct node *node = &assessment->nodes[i].node;
        struct bytes rest = node->path;
        bool is_program = bytes_is(node->format, "elf");
        if (node->parent == NODE_ROOT && bytes_next_field(&rest, '/', &top) &&
            is_root_name(top))
            return NULL;
        if (!is_program && assessment_format_named(assessment, node->format) != NULL)
            return NULL;
        has_program = has_program || is_program;
    }
    struct bytes below = root_below(assessment);
    if (below.size == 0 && has_program)
        return NULL;
    struct error *error = error_wrap(
        error_new(ERROR_USAGE, "it is no root file system (etc, bin, lib, usr … are not in it),"
                               " and no file in it is firmware"),
        "cannot assess %s", path);
    if (below.size == 0)
        return error_hint(error,
                          "give the folder that holds etc/, bin/ and so on of the firmware");
    return error_hint(error, "give the folder %.*s in it: that looks like a root file system",
                      (int)below.size, (const char *)below.data);
}

struct error *common_refuse(const char *path, const struct assessment *assessment)
{
    return assessment->is_folder ? refuse_folder(path, assessment)
                                 : refuse_text(path, assessment);
}

static struct error *no_knowledge(const char *folder, const char *why)
{
    return error_hint(
        error_wrap(error_new(ERROR_USAGE, "%s", why), "cannot use --knowledge %s", folder),
        "lay it out as knowledge/ is: rules/NAME/….yaml");
}

/* A rule that cannot be read would be a rule that is not asked: no file is passed over. */
static struct error *add_files(sqlite3 *db, FTS *walk, const char *folder)
{
    owned(arena) arena = arena_new();
    size_t prefix = strlen(folder), count = 0;

    for (FTSENT *entry = fts_read(walk); entry != NULL; entry = fts_read(walk)) {
        struct bytes content;
        const char *name = entry->fts_path + prefix;
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
            return no_knowledge(folder, arena_printf(arena, "%s: %s", entry->fts_path,
                                                     strerrordesc_np(entry->fts_errno)));
        if (!bytes_ends(bytes_of(name), ".yaml") || entry->fts_info == FTS_D ||
            entry->fts_info == FTS_DP)
            continue;
        while (*name == '/')
            name++;
        TRY(file_read(entry->fts_accpath, LIMIT_KNOWLEDGE_FILE, arena, &content));
        TRY(error_wrap(catalogue_add(db, name, content), "reading the knowledge in %s",
                       folder));
        count++;
    }
    return count > 0 ? NULL : no_knowledge(folder, "there is no file NAME.yaml in it");
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

struct error *common_overlay(sqlite3 *db, const char *folder)
{
    char *path = mem_string(folder);
    char *const paths[] = {path, NULL};
    struct stat status;
    struct error *error;
    FTS *walk = NULL;

    if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode))
        error = no_knowledge(folder, "it is no folder");
    else if ((walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name)) == NULL)
        error = no_knowledge(folder, strerrordesc_np(errno));
    else
        error = add_files(db, walk, folder);
    if (walk != NULL)
        fts_close(walk);
    mem_free(path);
    return error;
}

struct error *common_edition(const struct line *line, const char **out)
{
    *out = line_value(line, "edition");
    if (*out == NULL || strcmp(*out, "3.1.3") == 0 || strcmp(*out, "2.1.1") == 0)
        return NULL;
    return error_hint(error_wrap(error_new(ERROR_USAGE, "there is no edition %s", *out),
                                 "cannot understand --edition"),
                      "leave --edition out, or say 3.1.3 or 2.1.1");
}

bool common_fits(const char *text, const char *form)
{
    for (; *form != '\0'; text++, form++) {
        bool digit = *text >= '0' && *text <= '9';
        if (*form == '0' ? !digit : *text != *form)
            return false;
    }
    return *text == '\0';
}

struct error *common_open(const char *path, sqlite3 **out)
{
    owned(text) inside = text_new();
    struct stat status;

    bool there = stat(path, &status) == 0;
    if (there && S_ISDIR(status.st_mode))
        path_join(inside, path, "assessment.db");
    else
        text_add(inside, path);
    if (there && !S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode)) /* it might never end */
        return error_hint(error_wrap(error_new(ERROR_USAGE, "it is no ordinary file"),
                                     "cannot read %s", path),
                          "give the assessment.db that `proviso assess IMAGE -o FOLDER` wrote");
    return store_open(text_string(inside), out);
}
