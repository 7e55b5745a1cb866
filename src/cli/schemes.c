#include "cli/schemes.h"

#include <string.h>

#include "cli/common.h"
#include "model/query.h"

struct error *schemes_open(const char *path, struct arena *arena, struct schemes_product *out)
{
    *out = (struct schemes_product){.path = path};
    TRY(common_open(path, &out->db));
    if (query_number(out->db, "SELECT count(*) FROM sqlite_master WHERE name = 'scope_rule'",
                     0) == 0)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "it holds no schemes: an older Proviso wrote it"),
                       "cannot read %s", path),
            "make it again: proviso assess DOSSIER");
    TRY(scope_from_store(out->db, arena, &out->facts));
    out->described = out->facts.count > 0;
    return scope_evaluate(out->db, &out->facts, arena, &out->scope);
}

static const struct scope_line *line_of(const struct scope_lines *lines, const char *id)
{
    for (size_t i = 0; i < lines->count; i++)
        if (strcmp(lines->lines[i].id, id) == 0)
            return &lines->lines[i];
    return NULL;
}

static bool is_ruled(const struct schemes_product *product, const char *regime,
                     struct arena *arena)
{
    return query_value(
               product->db, "SELECT 1 FROM scope_effect WHERE kind = 'regimes' AND value = ?",
               regime, arena) != NULL; /* where it cannot be asked, nothing is said about it */
}

/* One sentence on whether REGIME applies, or NULL where the rules have nothing to say. */
static const char *sentence(const struct schemes_product *product, const char *regime,
                            struct arena *arena)
{
    const struct scope_result *scope = &product->scope;
    const struct scope_line *line = line_of(&scope->regimes, regime);

    if (!product->described || !is_ruled(product, regime, arena))
        return NULL;
    if (strcmp(scope->scope, "undecided") == 0)
        return "Whether it applies is not decided: facts are missing, see proviso scope";
    if (strcmp(scope->scope, "out") == 0)
        return arena_printf(arena, "It does not apply as far as known: %s (%s: %s)",
                            scope->reason.why == NULL ? "out of scope" : scope->reason.why,
                            scope->reason.rule, scope->reason.because);
    if (line != NULL)
        return arena_printf(arena, "It applies as far as known (%s: %s)", line->rule,
                            line->because);
    line = line_of(&scope->undecided, regime);
    if (line != NULL)
        return arena_printf(arena, "Whether it applies is not decided: %s waits for %s",
                            line->rule, line->because);
    line = line_of(&scope->notes, regime);
    if (line != NULL)
        return arena_printf(arena, "It does not apply as far as known: %s (%s)",
                            line->why == NULL ? line->because : line->why, line->rule);
    return "The product is not for its market, as far as known";
}

static const char *parent_of(sqlite3 *db, const char *id, struct arena *arena)
{
    const char *parent = query_value(db, "SELECT parent FROM scheme WHERE id = ?", id, arena);

    return parent == NULL ? id : parent; /* scheme_read says what is wrong */
}

static const char *joined(const struct scope_lines *lines, struct arena *arena)
{
    owned(text) ids = text_new();

    for (size_t i = 0; i < lines->count; i++)
        text_addf(ids, "%s%s", i == 0 ? "" : ", ", lines->lines[i].id);
    return arena_string(arena, text_bytes(ids));
}

/* The points of article 3(3) that apply, or NULL when that is not certain. */
static const char *red_points(const struct scope_result *scope, struct arena *arena)
{
    return scope_has(&scope->regimes, "eu-red-da") && scope->undecided.count == 0
               ? joined(&scope->points, arena)
               : NULL;
}

struct error *schemes_read(const struct schemes_product *product, const char *id,
                           struct arena *arena, struct scheme_view *out)
{
    struct scheme_options options = {
        .red_points = red_points(&product->scope, arena),
        .notices = joined(&product->scope.notices, arena),
        .applies = sentence(product, parent_of(product->db, id, arena), arena),
    };

    return error_wrap(scheme_read(product->db, id, &options, arena, out), "%s", product->path);
}

/* --- the schemes of a product -------------------------------------------------------------- */

static const char chosen_sql[] =
    "SELECT s.id FROM scheme AS s WHERE NOT EXISTS (SELECT 1 FROM scheme AS c WHERE"
    " c.parent = s.id) AND (s.id = ?1 OR (s.parent = ?1 AND (?2 = '0' OR s.level = ?2)))"
    " ORDER BY s.place";
static const char documents_sql[] =
    "SELECT s.id FROM scheme AS s WHERE NOT EXISTS (SELECT 1 FROM scheme AS c WHERE"
    " c.parent = s.id) AND EXISTS (SELECT 1 FROM scheme_document AS d WHERE d.scheme IN"
    " (s.id, s.parent)) ORDER BY s.place";

struct list {
    struct scheme_view *views;
    size_t count, capacity;
};

/* Appends the schemes that SQL names for REGIME at LEVEL. */
static struct error *append(const struct schemes_product *product, const char *sql,
                            const char *regime, const char *level, struct arena *arena,
                            struct list *list)
{
    struct query query;
    bool found = false;

    TRY(query_open(product->db, sql, &query));
    if (regime != NULL) {
        query_bind_string(&query, 1, regime);
        query_bind_string(&query, 2, level);
    }
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        const char *id = arena_string(arena, query_text(&query, 0));
        list->views = arena_grow(arena, list->views, &list->capacity, list->count + 1,
                                 sizeof *list->views);
        error = schemes_read(product, id, arena, &list->views[list->count]);
        list->count += error == NULL;
        if (error == NULL)
            error = query_next(&query, &found);
    }
    query_close(&query);
    return error;
}

static const char *wanted_level(const struct schemes_product *product, struct arena *arena)
{
    for (size_t i = 0; i < product->facts.count; i++)
        if (strcmp(product->facts.facts[i].id, "cls_target_level") == 0)
            return arena_string(arena, product->facts.facts[i].value);
    return "0";
}

struct error *schemes_read_all(const struct schemes_product *product, struct arena *arena,
                               struct scheme_view **out, size_t *count)
{
    const struct scope_lines *regimes = &product->scope.regimes;
    const char *level = wanted_level(product, arena);
    struct list list = {.count = 0};

    for (size_t i = 0; i < regimes->count; i++)
        TRY(append(product, chosen_sql, regimes->lines[i].id, level, arena, &list));
    if (list.count == 0)
        TRY(append(product, documents_sql, NULL, NULL, arena, &list));
    *out = list.views;
    *count = list.count;
    return NULL;
}
