#include "dossier/sheet_table.h"

#include "dossier/load.h"

struct error *sheet_yaml(struct exporting *exporting, const char *name, const struct yaml **out)
{
    struct bytes content;

    *out = NULL;
    TRY(dossier_file(exporting->dossier, name, &content));
    if (content.data == NULL)
        return NULL;
    return error_hint(error_wrap(yaml_read(content, name, exporting->arena, out),
                                 "cannot export %s", exporting->dossier->folder),
                      "proviso check %s says what is wrong", exporting->dossier->folder);
}

/* A text inside a list: what follows its first line is set in, so that it stays one item. */
static void add_item(struct text *out, struct bytes item)
{
    struct bytes line;
    bool first = true;

    item = bytes_trim(item);
    while (bytes_next_line(&item, &line)) {
        text_add(out, first ? "" : "\n  ");
        text_add_bytes(out, line);
        first = false;
    }
}

/* A value on one line: "file: scan.txt; sha256: 9f2c…". */
static void add_inline(struct text *out, const struct yaml *value)
{
    if (value->kind == YAML_SCALAR && !yaml_is_null(value))
        add_item(out, value->text);
    for (size_t i = 0; i < value->count; i++) {
        text_add(out, i == 0 ? "" : "; ");
        if (value->kind == YAML_MAP) {
            text_add_bytes(out, value->keys[i].text);
            text_add(out, ": ");
        }
        add_inline(out, &value->items[i]);
    }
}

struct bytes sheet_cell(struct exporting *exporting, const struct yaml *value)
{
    owned(text) out = text_new();

    if (value == NULL || yaml_is_null(value))
        return bytes_of(NULL);
    if (value->kind == YAML_SCALAR)
        return value->text;
    for (size_t i = 0; i < value->count; i++) {
        text_add(out, i == 0 ? "" : "\n");
        if (value->kind == YAML_MAP) {
            text_add_bytes(out, value->keys[i].text);
            text_add(out, ": ");
        }
        add_inline(out, &value->items[i]);
    }
    return arena_copy(exporting->arena, text_bytes(out));
}

/* The heading of a column, with a note unless there is none. */
static struct error *add_heading(struct exporting *exporting, uint16_t column,
                                 const char *heading, const char *note)
{
    TRY(xlsx_string(exporting->xlsx, 0, column, heading, XLSX_HEADING));
    return note == NULL || *note == '\0'
               ? NULL
               : xlsx_note(exporting->xlsx, 0, column, bytes_of(note));
}

struct error *sheet_begin_record(struct exporting *exporting, const char *name)
{
    static const double widths[] = {44, 70, 70};

    TRY(xlsx_sheet(exporting->xlsx, name));
    xlsx_widths(exporting->xlsx, widths, COUNT_OF(widths));
    xlsx_freeze(exporting->xlsx, 1, 1);
    TRY(add_heading(exporting, 0, "Field", NULL));
    TRY(add_heading(exporting, 1, "Value", "To be filled in. A list has one item a line."));
    return add_heading(exporting, 2, "Meaning", NULL);
}

/* "5.1-1: Y", or "5.1-1: {support: Y}", as an entry that names its id. */
static struct yaml with_id(struct arena *arena, const struct yaml *key,
                           const struct yaml *value, const char *id)
{
    size_t count = 1 + (value->kind == YAML_MAP ? value->count : 1);
    struct yaml *keys = arena_array(arena, count, sizeof *keys);
    struct yaml *items = arena_array(arena, count, sizeof *items);

    keys[0] = (struct yaml){.text = bytes_of(id), .line = key->line};
    items[0] = *key;
    for (size_t i = 1; i < count; i++) {
        keys[i] = value->kind == YAML_MAP ? value->keys[i - 1]
                                          : (struct yaml){.text = bytes_of("support")};
        items[i] = value->kind == YAML_MAP ? value->items[i - 1] : *value;
    }
    return (struct yaml){
        .kind = YAML_MAP, .line = key->line, .keys = keys, .items = items, .count = count};
}

const struct yaml *sheet_entries(struct exporting *exporting, const struct yaml *file,
                                 const char *key, const char *id)
{
    const struct yaml *list =
        file == NULL || file->kind == YAML_LIST ? file : yaml_get(file, key);

    if (list == NULL || list->kind == YAML_SCALAR)
        return NULL;
    if (list->kind == YAML_LIST)
        return list;
    struct yaml *made = arena_alloc(exporting->arena, sizeof *made);
    struct yaml *items = arena_array(exporting->arena, list->count, sizeof *items);
    for (size_t i = 0; i < list->count; i++)
        items[i] = with_id(exporting->arena, &list->keys[i], &list->items[i], id);
    *made = (struct yaml){.kind = YAML_LIST, .items = items, .count = list->count};
    return made;
}

static bool is_other(const struct sheet_table *table, struct bytes key)
{
    for (size_t i = 0; i < table->other_count; i++)
        if (bytes_equal(table->others[i], key))
            return false;
    return sheet_column_of(table->columns, table->count, key) == NULL;
}

static void find_others(struct sheet_table *table)
{
    struct arena *arena = table->exporting->arena;

    for (size_t i = 0; table->list != NULL && i < table->list->count; i++) {
        const struct yaml *entry = &table->list->items[i];
        for (size_t j = 0; entry->kind == YAML_MAP && j < entry->count; j++) {
            if (!is_other(table, entry->keys[j].text))
                continue;
            table->others = arena_grow(arena, table->others, &table->other_capacity,
                                       table->other_count + 1, sizeof *table->others);
            table->others[table->other_count++] = entry->keys[j].text;
        }
    }
}

struct error *sheet_begin_table(struct sheet_table *table)
{
    struct exporting *exporting = table->exporting;

    find_others(table);
    size_t count = table->count + table->other_count;
    double *widths = arena_array(exporting->arena, count, sizeof *widths);
    for (size_t i = 0; i < count; i++)
        widths[i] = i < table->count ? table->columns[i].width : 40;
    TRY(xlsx_sheet(exporting->xlsx, table->name));
    xlsx_widths(exporting->xlsx, widths, count);
    xlsx_freeze(exporting->xlsx, 1, 1);
    for (size_t i = 0; i < table->count; i++)
        TRY(add_heading(exporting, (uint16_t)i, table->columns[i].heading,
                        table->columns[i].meaning));
    for (size_t i = 0; i < table->other_count; i++)
        TRY(xlsx_text(exporting->xlsx, 0, (uint16_t)(table->count + i), table->others[i],
                      XLSX_HEADING));
    return NULL;
}

const struct yaml *sheet_value(const struct yaml *entry, const struct sheet_column *column)
{
    for (size_t i = 0; entry->kind == YAML_MAP && i < entry->count; i++)
        if (name_same(entry->keys[i].text, column->key))
            return &entry->items[i];
    for (size_t i = 0; entry->kind == YAML_MAP && i < entry->count; i++)
        if (sheet_word_among(entry->keys[i].text, column->aliases))
            return &entry->items[i];
    return NULL;
}

static bool is_drafted(const struct yaml *entry)
{
    static const struct sheet_column drafted = {.key = "drafted", .aliases = ""};

    return !yaml_is_null(sheet_value(entry, &drafted));
}

struct error *sheet_add_entry(struct sheet_table *table, uint32_t row, const struct yaml *entry)
{
    struct exporting *exporting = table->exporting;
    enum xlsx_style style = is_drafted(entry) ? XLSX_DRAFT : XLSX_TEXT;

    for (size_t i = 0; i < table->count; i++) {
        const struct sheet_column *column = &table->columns[i];
        if (column->key == NULL)
            continue;
        struct bytes cell = sheet_cell(exporting, sheet_value(entry, column));
        if (cell.size > 0 || style == XLSX_DRAFT)
            TRY(xlsx_text(exporting->xlsx, row, (uint16_t)i, cell, style));
    }
    for (size_t i = 0; i < table->other_count; i++)
        for (size_t j = 0; entry->kind == YAML_MAP && j < entry->count; j++)
            if (bytes_equal(entry->keys[j].text, table->others[i]))
                TRY(xlsx_text(exporting->xlsx, row, (uint16_t)(table->count + i),
                              sheet_cell(exporting, &entry->items[j]), style));
    /* An entry that is no map: all of it, so that nothing is lost. */
    if (entry->kind != YAML_MAP)
        TRY(xlsx_text(exporting->xlsx, row, 0, sheet_cell(exporting, entry), style));
    return NULL;
}
