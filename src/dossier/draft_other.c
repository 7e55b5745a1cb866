#include "dossier/draft_other.h"

#include "base/yaml.h"
#include "dossier/amend.h"
#include "dossier/load.h"
#include "dossier/template.h"

static const char product_name[] = "product.yaml", ics_name[] = "ics.yaml";

static void note(struct draft_other *other, const char *place, const char *text)
{
    other->notes = arena_grow(other->dossier->arena, other->notes, &other->note_capacity,
                              other->note_count + 1, sizeof *other->notes);
    other->notes[other->note_count++] = (struct draft_note){place, text};
}

static void write(struct draft_other *other, const char *name, struct bytes content,
                  size_t added, const char *origin)
{
    other->counts[other->written_count] =
        (struct draft_count){.table = name, .origins = origin, .added = added};
    other->written[other->written_count++] = (struct journal_file){name, content};
    other->added += added;
}

/* What the image says about itself: one word, or several that cannot all be right. */
struct said {
    const char *value, *place;
    int64_t values; /* different ones */
};

static struct error *ask(struct draft_other *other, const char *what, struct said *out)
{
    struct arena *arena = other->dossier->arena;
    struct query rows;
    bool found = false;

    *out = (struct said){.values = 0};
    TRY(query_open(
        other->db,
        "SELECT value, path || COALESCE(':' || line, '') AS place, (SELECT COUNT(DISTINCT"
        " value) FROM product WHERE what = ?1) FROM product WHERE what = ?1"
        " ORDER BY source LIKE 'device tree%', path, line",
        &rows));
    query_bind_string(&rows, 1, what);
    struct error *error = query_next(&rows, &found);
    if (error == NULL && found) {
        out->value = arena_string(arena, draft_expand(&rows, bytes_of("{value}"), arena, NULL));
        out->place = arena_string(arena, draft_expand(&rows, bytes_of("{place}"), arena, NULL));
        out->values = query_integer(&rows, 2);
    }
    query_close(&rows);
    return error;
}

/* Adds to the file what is known, or behind a field what it might be. */
static size_t fill(struct draft_other *other, struct amend *amend, const char *key,
                   const struct said *said, bool sure)
{
    struct arena *arena = amend->arena;
    const char *comment = arena_printf(
        arena, "%s (%s)", sure ? "drafted from the image" : said->value, said->place);
    struct amend_field field = {key, sure ? bytes_of(said->value) : bytes_of(NULL),
                                sure ? comment : arena_printf(arena, "perhaps %s", comment)};
    const struct yaml *tree = NULL;
    struct bytes content;

    error_free(yaml_read(amend->content, amend->name, arena, &tree));
    if (tree == NULL || tree->kind != YAML_MAP || said->values == 0 ||
        yaml_text(tree, key).size > 0 || bytes_contains(amend->content, field.comment))
        return 0;
    struct error *error = amend_fill(amend, &field, 1, &content);
    if (error == NULL) {
        amend->content = content;
        return 1;
    }
    error_free(error);
    note(other, product_name,
         arena_printf(arena, "%s could be %s (%s)", key, said->value, said->place));
    return 0;
}

static size_t fill_version(struct draft_other *other, struct amend *amend,
                           const struct said *said)
{
    struct amend_field field = {
        "version", bytes_of(said->value),
        arena_printf(amend->arena, "drafted from the image (%s)", said->place)};
    const struct yaml *tree = NULL;
    struct bytes content;

    error_free(yaml_read(amend->content, amend->name, amend->arena, &tree));
    const struct yaml *list = yaml_get(tree, "firmware");
    if (said->values != 1 || list == NULL || list->kind != YAML_LIST || list->count != 1 ||
        list->items[0].kind != YAML_MAP || yaml_text(&list->items[0], "version").size > 0)
        return 0;
    struct error *error = amend_fill_entry(amend, "firmware", 0, &field, 1, &content);
    if (error == NULL) {
        amend->content = content;
        return 1;
    }
    error_free(error);
    note(other, product_name,
         arena_printf(amend->arena, "version could be %s (%s)", said->value, said->place));
    return 0;
}

static struct error *draft_product(struct draft_other *other)
{
    struct amend amend = {.name = product_name, .arena = other->dossier->arena};
    struct said model, name, version;
    const struct yaml *tree;

    TRY(dossier_file(other->dossier, product_name, &amend.content));
    TRY(draft_yaml(other->dossier, product_name, amend.content, &tree));
    TRY(ask(other, "model", &model));
    TRY(ask(other, "os", &name));
    TRY(ask(other, "version", &version));
    size_t added = fill(other, &amend, "model", &model,
                        model.values == 1 && !bytes_starts(bytes_of(model.place), "fdt"));
    added += fill(other, &amend, "name", name.values > 0 ? &name : &model, false);
    added += fill_version(other, &amend, &version);
    if (added > 0)
        write(other, product_name, amend.content, added, "what the image says about itself");
    return NULL;
}

/* Does any field of the record say something? */
static bool is_filled(const struct yaml *record, struct arena *arena)
{
    for (size_t i = 0; record->kind == YAML_MAP && i < record->count; i++)
        if (value_text(&record->items[i], "", arena).size > 0)
            return true;
    return record->kind != YAML_MAP;
}

/*
 * The designation, into a record that nobody has begun: its key `drafted` holds back the whole of
 * it until a person has read it.
 */
static struct error *draft_user_info(struct draft_other *other)
{
    const struct draft_file *file = other->user_info;
    struct arena *arena = other->dossier->arena;
    struct said model;
    struct bytes content;

    TRY(ask(other, "model", &model));
    const struct form_field *field =
        file == NULL ? NULL : form_field(file->table, bytes_of("Model Designation"));
    if (field == NULL || model.values != 1 || bytes_starts(bytes_of(model.place), "fdt") ||
        is_filled(file->tree, arena))
        return NULL;
    const char *name = template_field_name(field, other->edition);
    struct amend_field fields[] = {
        {name, bytes_of(model.value), NULL},
        {"drafted",
         bytes_of(arena_printf(arena, "evidence: %s. Confirm %s, and say where it is found",
                               model.place, name)),
         NULL}};
    struct amend amend = {file->name, file->content, arena};
    TRY(amend_fill(&amend, fields, COUNT_OF(fields), &content));
    write(other, file->name, content, 1, "what the image says about itself");
    return NULL;
}

/* A recommendation that the image alone refutes. */
struct refuted {
    const char *id, *detail, *place;
    int64_t count; /* of the proofs */
};

static const char refuted_sql[] =
    "SELECT t.provision, c.because, COUNT(*) OVER (PARTITION BY t.provision), c.observation"
    " FROM counter_example AS c JOIN verdict AS v ON v.unit = c.unit"
    " JOIN unit AS u ON u.id = c.unit AND u.edition = ?1"
    " JOIN test_case AS t ON t.id = u.test_case AND t.edition = u.edition"
    " JOIN provision AS p ON p.id = t.provision AND p.edition = u.edition"
    " WHERE v.outcome = 'fail' AND v.automatic = 1 AND c.observation > 0"
    " AND c.contradiction IS NULL AND p.base = 'R'"
    " AND ?1 = (SELECT value FROM meta WHERE key = 'edition') ORDER BY t.place, c.severity "
    "DESC, c.place";

static struct error *find_refuted(struct draft_other *other, struct refuted **out,
                                  size_t *count)
{
    struct arena *arena = other->dossier->arena;
    struct query rows;
    size_t capacity = 0;
    bool found = false;

    *out = NULL;
    *count = 0;
    TRY(query_open(other->db, refuted_sql, &rows));
    query_bind_string(&rows, 1, other->edition);
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        struct bytes id = query_text(&rows, 0);
        if (*count == 0 || !bytes_is(id, (*out)[*count - 1].id)) {
            *out = arena_grow(arena, *out, &capacity, *count + 1, sizeof **out);
            struct refuted *refuted = &(*out)[(*count)++];
            *refuted = (struct refuted){
                .id = arena_string(arena, id),
                .detail = arena_string(arena,
                                       draft_expand(&rows, bytes_of("{because}"), arena, NULL)),
                .count = query_integer(&rows, 2)};
            error = draft_place(other->db, query_integer(&rows, 3), arena, &refuted->place);
        }
        if (error == NULL)
            error = query_next(&rows, &found);
    }
    query_close(&rows);
    return error;
}

static struct refuted *refuted_by(struct refuted *list, size_t count, struct bytes id)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_is(id, list[i].id))
            return &list[i];
    return NULL;
}

/* The row AT: not supported, with the proof, where nothing stands in it yet. */
static size_t draft_row(struct draft_other *other, struct amend *amend, const struct yaml *row,
                        size_t at, const struct refuted *refuted)
{
    struct arena *arena = amend->arena;
    struct bytes content, support = yaml_text(row, "support");
    bool drafted = yaml_get(row, "drafted") != NULL;

    if (refuted == NULL) {
        if (drafted && bytes_is(support, "N"))
            note(other, ics_name,
                 arena_printf(arena, "%s was drafted as N; the image no longer refutes it",
                              arena_string(arena, yaml_text(row, "provision"))));
        return 0;
    }
    if (support.size > 0 || drafted || yaml_text(row, "detail").size > 0)
        return 0;
    struct amend_field fields[] = {
        {"support", bytes_of("N"), NULL},
        {"detail", bytes_of(refuted->detail), NULL},
        {"drafted",
         bytes_of(arena_printf(arena,
                               "evidence: %s, one of %lld. Mend it and write Y, or say in "
                               "detail why not",
                               refuted->place, (long long)refuted->count)),
         NULL}};
    struct error *error =
        amend_fill_entry(amend, "provisions", at, fields, COUNT_OF(fields), &content);
    if (error == NULL) {
        amend->content = content;
        return 1;
    }
    error_free(error);
    note(other, ics_name,
         arena_printf(arena, "%s is refuted: %s (%s)", refuted->id, refuted->detail,
                      refuted->place));
    return 0;
}

static struct error *draft_ics(struct draft_other *other)
{
    struct amend amend = {.name = ics_name, .arena = other->dossier->arena};
    const struct yaml *tree;
    struct refuted *refuted;
    size_t count, added = 0;

    TRY(dossier_file(other->dossier, ics_name, &amend.content));
    if (amend.content.data == NULL)
        return NULL;
    TRY(draft_yaml(other->dossier, ics_name, amend.content, &tree));
    TRY(find_refuted(other, &refuted, &count));
    const struct yaml *list = tree->kind == YAML_LIST ? tree : yaml_get(tree, "provisions");
    for (size_t i = 0; list != NULL && list->kind == YAML_LIST && i < list->count; i++)
        if (list->items[i].kind == YAML_MAP)
            added +=
                draft_row(other, &amend, &list->items[i], i,
                          refuted_by(refuted, count, yaml_text(&list->items[i], "provision")));
    if (added > 0)
        write(other, ics_name, amend.content, added,
              "recommendations that the firmware refutes");
    return NULL;
}

struct error *draft_other(struct draft_other *other)
{
    TRY(draft_product(other));
    TRY(draft_user_info(other));
    return draft_ics(other);
}
