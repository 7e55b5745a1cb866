#include <string.h>

#include "dossier/load.h"
#include "dossier/sheet_ics.h"
#include "dossier/sheet_role.h"

#define TRIED_ROWS  60U    /* of a sheet that says nothing of itself */
#define TRIED_CELLS 20000U /* in them */
#define TRIED_MOST  40U    /* such sheets of one workbook */
#define PROVISIONS  5U     /* named before a list is taken for the ICS */
#define FIELDS      4U /* of a table, before it is known by them; ID and Description are common */

struct trying {
    struct importing *importing;
    struct book_sheet sheet;
    struct arena *arena;
    struct text *unheard; /* remarks of a trial are nobody's */
};

static void try_form(struct trying *trying, const struct grid_form *form, struct grid *out)
{
    struct remarks remarks = {.text = trying->unheard};

    text_clear(trying->unheard);
    grid_read(&trying->sheet, form, trying->arena, &remarks, out);
}

static struct error *is_ics(struct trying *trying, bool *out)
{
    struct sheet_provisions provisions = {.count = 0};
    struct sheet_ics_heads heads;
    struct grid grid;
    size_t named = 0;

    TRY(sheet_provisions_read(trying->importing, &provisions));
    struct grid_form form = sheet_ics_form(&trying->sheet, &provisions, &heads);
    try_form(trying, &form, &grid);
    for (size_t i = 0; i < grid.count; i++)
        named += sheet_provision(&provisions, grid.entries[i].values[0].text).size > 0;
    *out = named >= PROVISIONS && 2 * named >= grid.count && sheet_ics_has_support(&grid);
    return NULL;
}

/* "AuthMech-12", "authmech 3": the short name of the table and a number. */
static bool is_id_of(const struct form_table *table, struct bytes id)
{
    const char *const names[] = {table->name, table->old_name};

    while (id.size > 0 && strchr("0123456789-_. ", bytes_at(id, id.size - 1)) != NULL)
        id = bytes_slice(id, 0, id.size - 1);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (names[i] != NULL && name_same(id, strchr(names[i], '-') + 1))
            return true;
    return false;
}

/* What was found of one table. */
struct likeness {
    const struct form_table *table;
    size_t heads; /* of its fields, that have a heading and a value */
    bool by_ids;
};

static struct likeness look_for(struct trying *trying, const struct form_table *table)
{
    struct likeness found = {.table = table};
    struct grid_form form = sheet_ixit_form(table);
    struct grid grid;

    try_form(trying, &form, &grid);
    if (grid.count == 0)
        return found;
    for (size_t i = 0; i < table->field_count; i++)
        found.heads += grid.heads[i];
    found.by_ids = form.id >= 0;
    for (size_t i = 0; i < grid.count && found.by_ids; i++)
        found.by_ids = is_id_of(table, grid.entries[i].values[form.id].text);
    return found;
}

/* By its IDs; or because more of its fields are there than of any other. */
static void find_table(struct trying *trying, struct likeness *best)
{
    const struct form *forms = &trying->importing->form;
    size_t second = 0;

    *best = (struct likeness){.heads = 0};
    for (size_t i = 0; i < forms->table_count; i++) {
        struct likeness one = look_for(trying, &forms->tables[i]);
        if (one.by_ids) {
            *best = one;
            return;
        }
        if (one.heads > best->heads) {
            second = best->heads;
            *best = one;
        } else if (one.heads > second) {
            second = one.heads;
        }
    }
    if (best->heads < FIELDS || best->heads == second)
        best->table = NULL;
}

static struct error *try_all(struct trying *trying, enum role *role,
                             const struct form_table **table)
{
    struct importing *importing = trying->importing;
    const struct book_sheet *sheet = &trying->sheet;
    struct likeness best;
    bool ics;

    TRY(is_ics(trying, &ics));
    if (ics) {
        *role = ROLE_ICS;
        remark(&importing->remarks, sheet, 0, 0,
               "its name says nothing; by the provisions in it it looks like the ICS");
        return NULL;
    }
    find_table(trying, &best);
    if (best.table == NULL)
        return NULL;
    *role = ROLE_IXIT;
    *table = best.table;
    remark(&importing->remarks, sheet, 0, 0,
           "its name says nothing; by the %s in it it looks like %s",
           best.by_ids ? "IDs" : "headings", best.table->name);
    return NULL;
}

struct error *sheet_recognise(struct importing *importing, const struct book_sheet *sheet,
                              enum role *role, const struct form_table **table)
{
    owned(arena) arena = arena_new();
    owned(text) unheard = text_new();
    struct trying trying = {.importing = importing,
                            .sheet = book_part(sheet, 1, TRIED_ROWS),
                            .arena = arena,
                            .unheard = unheard};

    *role = ROLE_NONE;
    if (trying.sheet.cell_count == 0 || trying.sheet.cell_count > TRIED_CELLS ||
        importing->tried++ >= TRIED_MOST)
        return NULL;
    return try_all(&trying, role, table);
}
