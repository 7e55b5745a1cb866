#include "dossier/form.h"

#include <string.h>

#include "dossier/load.h"
#include "model/query.h"

static const struct {
    const char *name;
    enum field_kind kind;
} kinds[] = {
    {"id", FIELD_ID},     {"text", FIELD_TEXT},         {"bool", FIELD_BOOL},
    {"list", FIELD_LIST}, {"enum", FIELD_ENUM},         {"enum_list", FIELD_ENUM_LIST},
    {"ref", FIELD_REF},   {"ref_list", FIELD_REF_LIST},
};

/* "enum:public|critical" */
static void read_type(struct form_field *field, struct arena *arena)
{
    struct bytes rest = bytes_of(field->type), part = rest, choice;
    size_t capacity = 0;

    (void)bytes_next_field(&rest, ':', &part);
    field->kind = FIELD_TEXT;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (bytes_is(part, kinds[i].name))
            field->kind = kinds[i].kind;
    while (bytes_next_field(&rest, '|', &choice)) {
        field->choices = arena_grow(arena, field->choices, &capacity, field->choice_count + 1,
                                    sizeof *field->choices);
        field->choices[field->choice_count++] = arena_string(arena, choice);
    }
}

static const char *column(const struct query *row, int at, struct arena *arena)
{
    return query_is_null(row, at) ? NULL : arena_string(arena, query_text(row, at));
}

static struct error *read_fields(sqlite3 *db, struct arena *arena, struct form_table *table)
{
    struct query rows;
    size_t capacity = 0;
    bool found = false;

    TRY(query_open(db,
                   "SELECT name, old_name, sql_name, type, meaning, edition IS NOT NULL"
                   " FROM ixit_column WHERE ixit_table = ? ORDER BY place",
                   &rows));
    query_bind_string(&rows, 1, table->name);
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        table->fields = arena_grow(arena, table->fields, &capacity, table->field_count + 1,
                                   sizeof *table->fields);
        struct form_field *field = &table->fields[table->field_count++];
        *field = (struct form_field){.name = column(&rows, 0, arena),
                                     .old_name = column(&rows, 1, arena),
                                     .sql_name = column(&rows, 2, arena),
                                     .type = column(&rows, 3, arena),
                                     .meaning = column(&rows, 4, arena),
                                     .old_only = query_integer(&rows, 5) != 0};
        read_type(field, arena);
        error = query_next(&rows, &found);
    }
    query_close(&rows);
    return error;
}

static struct error *set_short(struct form_table *table)
{
    const char *dash = strchr(table->name, '-');
    const char *old = table->old_name == NULL ? dash : strchr(table->old_name, '-');

    if (dash == NULL || old == NULL)
        return error_hint(error_new(ERROR_USAGE, "the IXIT table %s has no number",
                                    dash == NULL ? table->name : table->old_name),
                          "a table is called NUMBER-NAME, as in knowledge/catalogue/ixit.yaml");
    table->short_name = dash + 1;
    table->old_short = old + 1;
    return NULL;
}

struct error *form_read(sqlite3 *db, struct arena *arena, struct form *out)
{
    struct query rows;
    size_t capacity = 0;
    bool found = false;

    *out = (struct form){.table_count = 0};
    TRY(query_open(db,
                   "SELECT n, name, old_name, title, sql_name, meaning, shape = 'record'"
                   " FROM ixit_table ORDER BY n",
                   &rows));
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        out->tables = arena_grow(arena, out->tables, &capacity, out->table_count + 1,
                                 sizeof *out->tables);
        struct form_table *table = &out->tables[out->table_count++];
        *table = (struct form_table){.number = (int)query_integer(&rows, 0),
                                     .name = column(&rows, 1, arena),
                                     .old_name = column(&rows, 2, arena),
                                     .title = column(&rows, 3, arena),
                                     .sql_name = column(&rows, 4, arena),
                                     .meaning = column(&rows, 5, arena),
                                     .is_record = query_integer(&rows, 6) != 0};
        error = set_short(table);
        if (error == NULL)
            error = read_fields(db, arena, table);
        if (error == NULL)
            error = query_next(&rows, &found);
    }
    query_close(&rows);
    return error;
}

/* NAME without "ixit" or "table" before it. */
static struct bytes bare(struct bytes name)
{
    static const char *const before[] = {"ixit", "table"};

    name = bytes_trim(name);
    for (size_t i = 0; i < COUNT_OF(before); i++)
        if (name.size > strlen(before[i]) &&
            bytes_is_nocase(bytes_slice(name, 0, strlen(before[i])), before[i]))
            name = bytes_from_offset(name, strlen(before[i]));
    return name;
}

const struct form_table *form_table(const struct form *form, struct bytes name)
{
    struct bytes plain = bare(name);

    for (size_t i = 0; i < form->table_count; i++) {
        const struct form_table *table = &form->tables[i];
        if (name_same(plain, table->name) || name_same(plain, table->short_name) ||
            name_same(plain, table->old_short) || name_same(plain, table->title) ||
            (table->old_name != NULL && name_same(plain, table->old_name)))
            return table;
    }
    return NULL;
}

const struct form_table *form_file(const struct form *form, const char *name)
{
    struct bytes stem = bytes_of(name);

    if (bytes_starts(stem, "ixit/"))
        stem = bytes_from_offset(stem, strlen("ixit/"));
    if (!bytes_ends(stem, ".yaml") && !bytes_ends(stem, ".yml"))
        return NULL;
    return form_table(form, bytes_slice(stem, 0, stem.size - strlen(strrchr(name, '.'))));
}

bool form_is_label(const struct form_table *table, struct bytes label, uint64_t *number)
{
    size_t digits = 0;

    while (digits < label.size && bytes_at(label, label.size - 1 - digits) >= '0' &&
           bytes_at(label, label.size - 1 - digits) <= '9')
        digits++;
    struct bytes stem = bytes_slice(label, 0, label.size - digits);
    *number = 0;
    if (digits > 0 && digits <= 9)
        (void)bytes_to_u64(bytes_from_offset(label, stem.size), number);
    return digits > 0 &&
           (name_same(stem, table->short_name) || name_same(stem, table->old_short));
}

const struct form_field *form_field(const struct form_table *table, struct bytes name)
{
    for (size_t i = 0; i < table->field_count; i++) {
        const struct form_field *field = &table->fields[i];
        if (name_same(name, field->name) ||
            (field->old_name != NULL && name_same(name, field->old_name)))
            return field;
    }
    return NULL;
}
