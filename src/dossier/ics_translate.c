#include "dossier/ics_translate.h"

#include <string.h>

#include "dossier/translate.h"

void ics_add(struct ics_rows *rows, struct arena *arena, const struct ics_row *row)
{
    rows->list =
        arena_grow(arena, rows->list, &rows->capacity, rows->count + 1, sizeof *rows->list);
    rows->list[rows->count++] = *row;
}

const struct ics_row *ics_find(const struct ics_rows *rows, const char *id)
{
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(rows->list[i].id, id) == 0)
            return &rows->list[i];
    return NULL;
}

struct translating {
    struct loading *loading;
    const struct ics_rows *own, *others;
    struct ics_rows *out;
    struct ics_rows left_out; /* the other edition alone has them */
    struct ics_rows spare;    /* what they are translated into has rows already */
};

static struct error *warn(struct translating *translating, const struct ics_row *row,
                          const char *what, const char *why, const char *advice)
{
    return mistake_add(translating->loading, &(struct mistake){.severity = MISTAKE_WARNING,
                                                               .line = row->line,
                                                               .what = what,
                                                               .why = why,
                                                               .advice = advice});
}

static const char *joined(struct arena *arena, const struct translated *ids)
{
    owned(text) out = text_new();

    for (size_t i = 0; i < ids->count; i++)
        text_addf(out, "%s%s", i == 0 ? "" : ", ", ids->ids[i]);
    return arena_string(arena, text_bytes(out));
}

static const char *ids_of(struct arena *arena, const struct ics_rows *rows)
{
    owned(text) ids = text_new();

    for (size_t i = 0; i < rows->count; i++)
        text_addf(ids, "%s%s", i == 0 ? "" : ", ", rows->list[i].id);
    return arena_string(arena, text_bytes(ids));
}

/* One warning for the rows of the other edition that have no partner, one for those not needed. */
static struct error *tell_rest(struct translating *translating)
{
    struct arena *arena = translating->loading->arena;
    const struct ics_rows *none = &translating->left_out, *spare = &translating->spare;
    const char *here = translating->loading->edition, *other = translate_other(here);

    if (none->count > 0)
        TRY(warn(translating, &none->list[0],
                 arena_printf(arena, "%zu row%s left out: %s", none->count,
                              none->count == 1 ? " is" : "s are", ids_of(arena, none)),
                 arena_printf(arena, "edition %s has no provision for what these of %s ask",
                              here, other),
                 arena_printf(arena, "they count under --edition %s", other)));
    /* Under the other edition than the dossier's own, they are what the dossier has. */
    if (spare->count > 0 && strcmp(here, translating->loading->written) == 0)
        TRY(warn(translating, &spare->list[0],
                 arena_printf(arena, "%zu row%s not count: %s", spare->count,
                              spare->count == 1 ? " does" : "s do", ids_of(arena, spare)),
                 arena_printf(arena,
                              "these ids are of edition %s, and what they are in %s has"
                              " rows of its own",
                              other, here),
                 arena_printf(arena,
                              "they count under --edition %s; remove them if that is not"
                              " meant",
                              other)));
    return NULL;
}

/* A row of the whole, for one of the parts that it was split into. */
static void add_part(struct translating *translating, const struct ics_row *row, const char *id)
{
    struct ics_row part = *row;

    part.given = row->id;
    part.id = id;
    ics_add(translating->out, translating->loading->arena, &part);
}

/* What all PARTS of the provision ID say alike, or false. */
static bool join_parts(const struct translating *translating, const struct translated *parts,
                       const char *id, struct ics_row *out)
{
    owned(text) detail = text_new();

    *out = (struct ics_row){.reason = REASON_GIVEN};
    for (size_t i = 0; i < parts->count; i++) {
        const struct ics_row *part = ics_find(translating->others, parts->ids[i]);
        if (part == NULL || (i > 0 && strcmp(part->support, out->support) != 0))
            return false;
        if (i == 0)
            *out = *part;
        out->drafted = out->drafted || part->drafted;
        if (part->reason < out->reason)
            out->reason = part->reason;
        if (part->detail.size > 0) {
            text_addf(detail, "%s%s: ", detail->size == 0 ? "" : "; ", part->id);
            text_add_bytes(detail, part->detail);
        }
    }
    out->id = id;
    out->given = joined(translating->loading->arena, parts);
    out->detail = arena_copy(translating->loading->arena, text_bytes(detail));
    return true;
}

static struct error *whole_of_parts(struct translating *translating, const struct ics_row *row,
                                    const char *whole, const struct translated *parts)
{
    struct loading *loading = translating->loading;
    struct ics_row joint;

    if (strcmp(parts->ids[0], row->id) != 0 &&
        ics_find(translating->others, parts->ids[0]) != NULL)
        return NULL; /* the row of the first part saw to it */
    if (join_parts(translating, parts, whole, &joint)) {
        ics_add(translating->out, loading->arena, &joint);
        return NULL;
    }
    return warn(translating, row,
                arena_printf(loading->arena, "the rows of %s give none for %s",
                             joined(loading->arena, parts), whole),
                "they do not all say the same, or one is missing",
                arena_printf(loading->arena,
                             "add a row for %s; it counts under --edition %s alone", whole,
                             loading->edition));
}

static struct error *parts_of_whole(struct translating *translating, const struct ics_row *row,
                                    const struct translated *parts)
{
    struct loading *loading = translating->loading;
    size_t open = 0, owned_rows = 0;

    for (size_t i = 0; i < parts->count; i++) {
        if (ics_find(translating->own, parts->ids[i]) != NULL)
            owned_rows++;
        else if (strcmp(row->support, "Y") == 0)
            add_part(translating, row, parts->ids[i]);
        else
            open++;
    }
    if (owned_rows == parts->count)
        ics_add(&translating->spare, loading->arena, row);
    if (open == 0)
        return NULL;
    return warn(translating, row,
                arena_printf(loading->arena, "the row of %s gives none for %s", row->id,
                             joined(loading->arena, parts)),
                "it was split: which of them is meant cannot be told",
                arena_printf(loading->arena,
                             "add a row for each; they count under --edition %s alone",
                             loading->edition));
}

static struct error *translate_row(struct translating *translating, const struct ics_row *row)
{
    struct loading *loading = translating->loading;
    struct translated ids, back;

    TRY(translate(loading->db, translate_other(loading->edition), row->id, loading->arena,
                  &ids));
    if (ids.count == 0) {
        ics_add(&translating->left_out, loading->arena, row);
        return NULL;
    }
    if (ids.count > 1)
        return parts_of_whole(translating, row, &ids);
    if (ics_find(translating->own, ids.ids[0]) != NULL) {
        ics_add(&translating->spare, loading->arena, row);
        return NULL;
    }
    if (ids.same) {
        add_part(translating, row, ids.ids[0]);
        return NULL;
    }
    TRY(translate(loading->db, loading->edition, ids.ids[0], loading->arena, &back));
    return whole_of_parts(translating, row, ids.ids[0], &back);
}

struct error *ics_translate(struct loading *loading, const struct ics_rows *own,
                            const struct ics_rows *others, struct ics_rows *out)
{
    struct translating translating = {
        .loading = loading, .own = own, .others = others, .out = out};

    for (size_t i = 0; i < others->count; i++)
        TRY(translate_row(&translating, &others->list[i]));
    return tell_rest(&translating);
}
