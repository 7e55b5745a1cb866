#include "base/limits.h"
#include "dossier/load.h"

static const char file_name[] = "product.yaml";

struct flattening {
    struct loading *loading;
    struct query insert;
    int64_t observation;
};

static struct error *add_field(struct flattening *flattening, struct bytes name,
                               struct bytes value, unsigned line)
{
    query_bind_text(&flattening->insert, 1, name);
    query_bind_text(&flattening->insert, 2, value);
    query_bind_integer(&flattening->insert, 3, line);
    query_bind_integer(&flattening->insert, 4, flattening->observation);
    return query_step(&flattening->insert);
}

static bool is_plain_list(const struct yaml *value)
{
    for (size_t i = 0; i < value->count; i++)
        if (value->items[i].kind != YAML_SCALAR)
            return false;
    return true;
}

/* "manufacturer.name", "firmware.0.file"; a list of texts is one field, joined by ", ". */
static struct error *flatten(struct flattening *flattening, const char *prefix,
                             const struct yaml *value)
{
    struct arena *arena = flattening->loading->arena;

    if (value->kind == YAML_SCALAR || (value->kind == YAML_LIST && is_plain_list(value))) {
        struct bytes text = value_text(value, ", ", arena);
        return text.size == 0 ? NULL
                              : add_field(flattening, bytes_of(prefix), text, value->line);
    }
    for (size_t i = 0; i < value->count; i++) {
        const char *name;
        if (value->kind == YAML_MAP)
            name = arena_printf(arena, "%s%s%.*s", prefix, *prefix == '\0' ? "" : ".",
                                (int)value->keys[i].text.size,
                                (const char *)value->keys[i].text.data);
        else
            name = arena_printf(arena, "%s.%zu", prefix, i);
        TRY(flatten(flattening, name, &value->items[i]));
    }
    return NULL;
}

static struct error *check_present(struct loading *loading, const struct yaml *file)
{
    static const char *const wanted[] = {"name", "model", "manufacturer"};

    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        const struct yaml *value = yaml_get(file, wanted[i]);
        if (value != NULL && value_text(value, ", ", loading->arena).size > 0)
            continue;
        TRY(mistake_add(
            loading, &(struct mistake){
                         .severity = MISTAKE_WARNING,
                         .line = value == NULL ? 0 : value->line,
                         .what = arena_printf(loading->arena, "%s is not filled in", wanted[i]),
                         .why = "a report has to name the device under test and who makes it",
                         .advice = arena_printf(loading->arena, "write %s: … into product.yaml",
                                                wanted[i])}));
    }
    return NULL;
}

static struct error *check_edition(struct loading *loading, const struct yaml *file)
{
    struct bytes edition = yaml_text(file, "edition");

    if (edition.size == 0 || bytes_is(edition, "3.1.3") || bytes_is(edition, "2.1.1"))
        return NULL;
    return mistake_add(
        loading, &(struct mistake){
                     .severity = MISTAKE_ERROR,
                     .line = yaml_get(file, "edition")->line,
                     .what = arena_printf(loading->arena, "there is no edition \"%.*s\"",
                                          (int)edition.size, (const char *)edition.data),
                     .why = "EN 303 645 is known here as V3.1.3 (2024-09) and V2.1.1 (2020-06)",
                     .advice = "write edition: 3.1.3, or edition: 2.1.1"});
}

struct error *load_product(struct loading *loading)
{
    struct flattening flattening = {.loading = loading};
    const struct yaml *file;

    TRY(load_file(loading, file_name, &file));
    if (file == NULL)
        return NULL;
    if (file->kind != YAML_MAP)
        return mistake_add(loading,
                           &(struct mistake){.severity = MISTAKE_ERROR,
                                             .line = file->line,
                                             .what = "this is no description of a product",
                                             .why = "it must be a map: name: …, model: …",
                                             .advice = "see doc/dossier.md"});
    TRY(check_present(loading, file));
    TRY(check_edition(loading, file));
    struct declared_row row = {.table = "DUT",
                               .entry = yaml_text(file, "model"),
                               .excerpt = yaml_text(file, "name"),
                               .line = file->line};
    TRY(load_declaration(loading, &row, &flattening.observation));
    TRY(query_open(loading->db, "INSERT OR REPLACE INTO dut VALUES(?,?,?,?)",
                   &flattening.insert));
    struct error *error = flatten(&flattening, "", file);
    query_close(&flattening.insert);
    if (error != NULL)
        return error;
    /* The date that stands in the reports, unless the command line gave one. */
    return query_run(loading->db, "DELETE FROM meta WHERE key = 'date' AND NOT EXISTS"
                                  " (SELECT 1 FROM meta WHERE key = 'date_given');"
                                  "INSERT OR REPLACE INTO meta SELECT 'date', value FROM dut"
                                  " WHERE field = 'date' AND NOT EXISTS"
                                  " (SELECT 1 FROM meta WHERE key = 'date_given')");
}

/* *FILE is NULL where it cannot be read: a mistake, which the loader will say. */
static struct error *read_product(struct dossier *dossier, const struct yaml **file)
{
    struct bytes content;

    *file = NULL;
    struct error *error = dossier_file(dossier, file_name, &content);
    if (error == NULL && content.data != NULL)
        error = yaml_read(content, file_name, dossier->arena, file);
    if (error == NULL || error_kind(error) == ERROR_SYSTEM)
        return error;
    error_free(error);
    *file = NULL;
    return NULL;
}

struct error *dossier_edition(struct dossier *dossier, const char **out)
{
    const struct yaml *file;

    *out = NULL;
    TRY(read_product(dossier, &file));
    struct bytes edition = yaml_text(file, "edition");
    if (bytes_is(edition, "3.1.3") || bytes_is(edition, "2.1.1"))
        *out = arena_string(dossier->arena, edition);
    return NULL;
}

struct error *dossier_firmware(struct dossier *dossier, const char **out)
{
    const struct yaml *file, *firmware;

    *out = NULL;
    TRY(read_product(dossier, &file));
    firmware = yaml_get(file, "firmware");
    if (firmware != NULL && firmware->kind == YAML_LIST && firmware->count > 0)
        firmware = &firmware->items[0];
    struct bytes name =
        firmware != NULL && firmware->kind == YAML_SCALAR && !yaml_is_null(firmware)
            ? firmware->text
            : yaml_text(firmware, "file");
    if (name.size > 0)
        *out = bytes_at(name, 0) == '/'
                   ? arena_string(dossier->arena, name)
                   : dossier_path(dossier, arena_string(dossier->arena, name));
    return NULL;
}
