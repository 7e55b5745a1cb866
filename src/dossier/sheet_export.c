#include "dossier/sheet_export.h"

#include <string.h>

#include "dossier/files.h"
#include "dossier/sheet_table.h"
#include "model/query.h"

/* Rows in which choices are offered: more than a person fills in. */
#define CHOICE_ROWS 10000U

/* A fact of product.yaml. */
struct pair {
    const char *key;
    struct bytes value;
    bool shown;
};

struct pairs {
    struct pair *list;
    size_t count, capacity;
};

static bool is_plain(const struct yaml *value)
{
    for (size_t i = 0; i < value->count; i++)
        if (value->items[i].kind != YAML_SCALAR)
            return false;
    return value->kind != YAML_MAP;
}

static void flatten(struct exporting *exporting, struct pairs *pairs, const char *prefix,
                    const struct yaml *value)
{
    struct arena *arena = exporting->arena;

    if (is_plain(value)) {
        pairs->list = arena_grow(arena, pairs->list, &pairs->capacity, pairs->count + 1,
                                 sizeof *pairs->list);
        pairs->list[pairs->count++] =
            (struct pair){.key = prefix, .value = sheet_cell(exporting, value)};
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        const char *key =
            value->kind == YAML_MAP
                ? arena_printf(arena, "%s%s%.*s", prefix, *prefix == '\0' ? "" : ".",
                               (int)value->keys[i].text.size,
                               (const char *)value->keys[i].text.data)
                : arena_printf(arena, "%s.%zu", prefix, i);
        flatten(exporting, pairs, key, &value->items[i]);
    }
}

static struct error *add_fact(struct exporting *exporting, uint32_t row,
                              const struct sheet_fact *fact, struct bytes value)
{
    struct xlsx *xlsx = exporting->xlsx;

    TRY(xlsx_string(xlsx, row, 0, fact->key, XLSX_LABEL));
    TRY(xlsx_text(xlsx, row, 1, value, XLSX_TEXT));
    TRY(xlsx_string(xlsx, row, 2, fact->meaning, XLSX_FAINT));
    return fact->choice_count == 0
               ? NULL
               : xlsx_choices(xlsx, row, row, 1, fact->choices, fact->choice_count);
}

static struct bytes take_pair(struct pairs *pairs, const char *key)
{
    for (size_t i = 0; i < pairs->count; i++)
        if (!pairs->list[i].shown && strcmp(pairs->list[i].key, key) == 0) {
            pairs->list[i].shown = true;
            return pairs->list[i].value;
        }
    return bytes_of(NULL);
}

static struct error *add_dut(struct exporting *exporting)
{
    struct sheet_facts facts;
    struct pairs pairs = {.count = 0};
    const struct yaml *file;
    uint32_t row = 1;

    TRY(sheet_yaml(exporting, "product.yaml", &file));
    if (file != NULL)
        flatten(exporting, &pairs, "", file);
    TRY(sheet_facts_read(exporting->db, exporting->arena, &facts));
    TRY(sheet_begin_record(exporting, SHEET_DUT));
    for (size_t i = 0; i < facts.count; i++)
        TRY(add_fact(exporting, row++, &facts.list[i], take_pair(&pairs, facts.list[i].key)));
    for (size_t i = 0; i < pairs.count; i++) {
        const struct sheet_fact fact = {.key = pairs.list[i].key, .meaning = ""};
        if (!pairs.list[i].shown && pairs.list[i].value.size > 0)
            TRY(add_fact(exporting, row++, &fact, pairs.list[i].value));
    }
    return NULL;
}

/* The entry of a provision, or NULL; *PLACE is where it stands. */
static const struct yaml *ics_entry(const struct yaml *list, struct bytes id, const bool *used,
                                    size_t *place)
{
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct yaml *said = sheet_value(&list->items[i], &sheet_ics[0]);
        if (said == NULL || used[i] || !sheet_same_id(said->text, id))
            continue;
        *place = i;
        return &list->items[i];
    }
    return NULL;
}

/* AT is at a row of id, printed status, requirement. */
static struct error *add_provision(struct sheet_table *table, uint32_t row,
                                   const struct query *at, bool *used)
{
    struct xlsx *xlsx = table->exporting->xlsx;
    size_t place = 0;
    const struct yaml *entry = ics_entry(table->list, query_text(at, 0), used, &place);

    if (entry != NULL) {
        used[place] = true;
        TRY(sheet_add_entry(table, row, entry));
    }
    TRY(xlsx_text(xlsx, row, 0, query_text(at, 0), XLSX_LABEL));
    TRY(xlsx_text(xlsx, row, 1, query_text(at, 1), XLSX_FAINT));
    return xlsx_text(xlsx, row, 2, query_text(at, 2), XLSX_FAINT);
}

static struct error *add_provisions(struct sheet_table *table, uint32_t *row)
{
    size_t count = table->list == NULL ? 0 : table->list->count;
    bool *used = arena_array(table->exporting->arena, count, sizeof *used);
    struct query rows;
    bool found = false;

    TRY(query_open(table->exporting->db,
                   "SELECT id, COALESCE(printed, code), requirement FROM provision"
                   " WHERE edition = ? ORDER BY place",
                   &rows));
    query_bind_string(&rows, 1, table->exporting->edition);
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        error = add_provision(table, (*row)++, &rows, used);
        if (error == NULL)
            error = query_next(&rows, &found);
    }
    query_close(&rows);
    for (size_t i = 0; error == NULL && i < count; i++)
        if (!used[i])
            error = sheet_add_entry(table, (*row)++, &table->list->items[i]);
    return error;
}

static struct error *add_ics(struct exporting *exporting)
{
    static const char *const support[] = {"Y", "N", "N/A"};
    struct sheet_table table = {.exporting = exporting,
                                .name = SHEET_ICS,
                                .columns = sheet_ics,
                                .count = sheet_ics_count};
    const struct yaml *file;
    uint32_t row = 1;

    TRY(sheet_yaml(exporting, "ics.yaml", &file));
    table.list = sheet_entries(exporting, file, "provisions", "provision");
    TRY(sheet_begin_table(&table));
    TRY(add_provisions(&table, &row));
    xlsx_filter(exporting->xlsx, 0, row - 1, (uint16_t)(table.count + table.other_count - 1));
    return xlsx_choices(exporting->xlsx, 1, CHOICE_ROWS, 3, support, COUNT_OF(support));
}

static struct error *add_answers(struct exporting *exporting)
{
    static const char *const outcomes[] = {"pass", "fail", "inconclusive", "not-applicable"};
    struct sheet_table table = {.exporting = exporting,
                                .name = SHEET_ANSWERS,
                                .columns = sheet_answers,
                                .count = sheet_answers_count};
    const struct yaml *file;

    TRY(sheet_yaml(exporting, "answers.yaml", &file));
    table.list = sheet_entries(exporting, file, "answers", "unit");
    TRY(sheet_begin_table(&table));
    for (size_t i = 0; table.list != NULL && i < table.list->count; i++)
        TRY(sheet_add_entry(&table, (uint32_t)i + 1, &table.list->items[i]));
    return xlsx_choices(exporting->xlsx, 1, CHOICE_ROWS, 1, outcomes, COUNT_OF(outcomes));
}

/* What the note on a field says: its meaning, and how it is filled in. */
static const char *note_of(struct exporting *exporting, const struct form_field *field)
{
    owned(text) note = text_new();

    text_add(note, field->meaning == NULL ? "" : field->meaning);
    if (field->kind == FIELD_LIST || field->kind == FIELD_REF_LIST ||
        field->kind == FIELD_ENUM_LIST)
        text_add(note, "\nOne item a line.");
    if (field->kind == FIELD_BOOL)
        text_add(note, "\nYes or No.");
    for (size_t i = 0; i < field->choice_count; i++)
        text_addf(note, "%s%s",
                  i > 0 ? ", "
                  : field->kind == FIELD_REF || field->kind == FIELD_REF_LIST
                      ? "\nIDs of entries in: "
                      : "\nOne of: ",
                  field->choices[i]);
    if (field->old_name != NULL && strcmp(field->old_name, field->name) != 0)
        text_addf(note, "\nIn V1.1.1: %s", field->old_name);
    return arena_string(exporting->arena, text_bytes(note));
}

static struct error *offer(struct exporting *exporting, const struct form_field *field,
                           uint32_t first, uint32_t last, uint16_t column)
{
    static const char *const answers[] = {"Yes", "No"};

    if (field->kind == FIELD_BOOL)
        return xlsx_choices(exporting->xlsx, first, last, column, answers, COUNT_OF(answers));
    if (field->kind != FIELD_ENUM)
        return NULL;
    return xlsx_choices(exporting->xlsx, first, last, column, field->choices,
                        field->choice_count);
}

static bool belongs(const struct exporting *exporting, const struct form_field *field,
                    const struct yaml *list)
{
    const struct sheet_column column = {.key = field->name, .aliases = ""};

    if (!field->old_only || strcmp(exporting->edition, "2.1.1") == 0)
        return true;
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (sheet_value(&list->items[i], &column) != NULL)
            return true;
    return false;
}

static const struct sheet_column drafted_column = {
    SHEET_DRAFTED, "drafted",
    "What a draft was made from. Empty the cell when the entry is right.", "draft", 40};

/* Columns for the fields of TABLE; FIELDS tells which field is which column. */
static struct sheet_column *columns_of(struct exporting *exporting,
                                       const struct form_table *table, const struct yaml *list,
                                       const struct form_field **fields, size_t *count)
{
    struct sheet_column *columns =
        arena_array(exporting->arena, table->field_count + 1, sizeof *columns);

    *count = 0;
    for (size_t i = 0; i < table->field_count; i++) {
        const struct form_field *field = &table->fields[i];
        if (!belongs(exporting, field, list))
            continue;
        fields[*count] = field;
        columns[(*count)++] = (struct sheet_column){
            .heading = field->name,
            .key = field->name,
            .meaning = note_of(exporting, field),
            .aliases = field->old_name == NULL ? "" : field->old_name,
            .width = field->kind == FIELD_ID                                  ? 18
                     : field->kind == FIELD_BOOL || field->kind == FIELD_ENUM ? 14
                                                                              : 44,
        };
    }
    columns[(*count)++] = drafted_column;
    return columns;
}

/* ---- the IXIT ---- */

/* A reason why the product has nothing of it: "none" and the reason, in the first two columns. */
static struct error *add_none(struct exporting *exporting, const struct yaml *file)
{
    const struct yaml *none = yaml_get(file, "none");

    if (yaml_is_null(none))
        return NULL;
    TRY(xlsx_string(exporting->xlsx, 1, 0, "none", XLSX_LABEL));
    return xlsx_text(exporting->xlsx, 1, 1, sheet_cell(exporting, none), XLSX_TEXT);
}

static struct error *add_list_table(struct exporting *exporting, const struct form_table *form,
                                    const struct yaml *file)
{
    const struct form_field **fields =
        arena_array(exporting->arena, form->field_count + 1, sizeof *fields);
    struct sheet_table table = {.exporting = exporting, .name = form->name};

    table.list = sheet_entries(exporting, file, "entries", "ID");
    table.columns = columns_of(exporting, form, table.list, fields, &table.count);
    TRY(sheet_begin_table(&table));
    for (size_t i = 0; table.list != NULL && i < table.list->count; i++)
        TRY(sheet_add_entry(&table, (uint32_t)i + 1, &table.list->items[i]));
    if (table.list == NULL || table.list->count == 0)
        TRY(add_none(exporting, file));
    for (size_t i = 0; i + 1 < table.count; i++)
        TRY(offer(exporting, fields[i], 1, CHOICE_ROWS, (uint16_t)i));
    return NULL;
}

static struct error *add_field(struct exporting *exporting, uint32_t row,
                               const struct sheet_column *column, const struct yaml *entry)
{
    struct xlsx *xlsx = exporting->xlsx;
    struct bytes cell =
        entry == NULL ? bytes_of(NULL) : sheet_cell(exporting, sheet_value(entry, column));

    TRY(xlsx_string(xlsx, row, 0, column->heading, XLSX_LABEL));
    TRY(xlsx_text(xlsx, row, 1, cell,
                  column->heading == drafted_column.heading && cell.size > 0 ? XLSX_DRAFT
                                                                             : XLSX_TEXT));
    return xlsx_string(xlsx, row, 2, column->meaning, XLSX_FAINT);
}

static struct error *add_record_table(struct exporting *exporting,
                                      const struct form_table *form, const struct yaml *file)
{
    const struct form_field **fields =
        arena_array(exporting->arena, form->field_count + 1, sizeof *fields);
    size_t count;
    const struct sheet_column *columns = columns_of(exporting, form, NULL, fields, &count);
    uint32_t row = 1;

    TRY(sheet_begin_record(exporting, form->name));
    for (size_t i = 0; i < count; i++, row++) {
        TRY(add_field(exporting, row, &columns[i], file));
        if (i + 1 < count)
            TRY(offer(exporting, fields[i], row, row, 1));
    }
    for (size_t i = 0; file != NULL && file->kind == YAML_MAP && i < file->count; i++) {
        if (sheet_column_of(columns, count, file->keys[i].text) != NULL)
            continue;
        TRY(xlsx_text(exporting->xlsx, row, 0, file->keys[i].text, XLSX_LABEL));
        TRY(xlsx_text(exporting->xlsx, row++, 1, sheet_cell(exporting, &file->items[i]),
                      XLSX_TEXT));
    }
    return NULL;
}

/* The file of each table, in whatever spelling; of two the one whose name comes first. */
static const char **find_files(struct exporting *exporting, const struct form *form)
{
    const char **files = arena_array(exporting->arena, form->table_count, sizeof *files);
    struct files_list list;

    files_list(exporting->dossier, &list);
    for (size_t i = list.count; i-- > 0;) {
        const struct form_table *table = form_file(form, list.names[i]);
        if (table != NULL)
            files[table - form->tables] = list.names[i];
    }
    return files;
}

static struct error *add_ixit(struct exporting *exporting)
{
    struct form form;

    TRY(form_read(exporting->db, exporting->arena, &form));
    const char **files = find_files(exporting, &form);
    for (size_t i = 0; i < form.table_count; i++) {
        const struct yaml *file = NULL;
        if (files[i] != NULL)
            TRY(sheet_yaml(exporting, files[i], &file));
        TRY(form.tables[i].is_record ? add_record_table(exporting, &form.tables[i], file)
                                     : add_list_table(exporting, &form.tables[i], file));
    }
    return NULL;
}

static struct error *add_all(struct exporting *exporting)
{
    TRY(add_dut(exporting));
    TRY(add_ics(exporting));
    TRY(add_ixit(exporting));
    return add_answers(exporting);
}

struct error *sheet_export(struct dossier *dossier, sqlite3 *db, struct text *out, size_t *cut)
{
    struct exporting exporting = {.dossier = dossier, .db = db, .arena = dossier->arena};
    owned(xlsx) xlsx = NULL;
    const struct yaml *product;

    TRY(dossier_edition(dossier, &exporting.edition));
    if (exporting.edition == NULL)
        exporting.edition = "3.1.3";
    TRY(sheet_yaml(&exporting, "product.yaml", &product));
    TRY(xlsx_new("Dossier for ETSI EN 303 645: DUT, ICS, IXIT",
                 yaml_string(product, "name", dossier->arena),
                 yaml_string(product, "date", dossier->arena), &xlsx));
    exporting.xlsx = xlsx;
    TRY(add_all(&exporting));
    *cut = xlsx_cut(xlsx);
    return xlsx_end(xlsx, out);
}
