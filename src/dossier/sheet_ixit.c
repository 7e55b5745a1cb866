#include <string.h>

#include "dossier/load.h"
#include "dossier/sheet_files.h"

/* ---- what a heading means ---- */

int sheet_match_field(const struct form_table *table, struct bytes heading)
{
    struct sheet_spellings spellings = sheet_spellings(heading);

    for (size_t i = 0; i < spellings.count; i++) {
        const struct form_field *field = form_field(table, spellings.list[i]);
        if (field != NULL)
            return (int)(field - table->fields);
        if (sheet_word_among(spellings.list[i], "drafted|draft"))
            return (int)table->field_count;
    }
    return GRID_NONE;
}

static int match_field(void *context, struct bytes heading)
{
    return sheet_match_field(context, heading);
}

/* ---- values ---- */

static bool is_bullet(struct bytes text, size_t *size)
{
    static const char *const bullets[] = {"- ", "* ", "\xe2\x80\xa2", "\xe2\x80\x93 ",
                                          "\xc2\xb7"};

    for (size_t i = 0; i < COUNT_OF(bullets); i++)
        if (bytes_starts(text, bullets[i])) {
            *size = strlen(bullets[i]);
            return true;
        }
    return false;
}

/* What a list is gathered in. */
struct items {
    struct yaml_writer *writer;
    struct text *item;
};

static void end_item(struct items *items)
{
    struct bytes item = bytes_trim(text_bytes(items->item));

    if (item.size > 0)
        yaml_write_item(items->writer, item);
    text_clear(items->item);
}

/* Is every part between commas and semicolons one word? Prose with commas in it is left whole. */
static bool are_words(struct bytes line)
{
    struct bytes piece, part, word;

    while (bytes_next_field(&line, ';', &piece))
        while (bytes_next_field(&piece, ',', &part))
            if (bytes_next_word(&part, &word) && bytes_trim(part).size > 0)
                return false;
    return true;
}

/* A line of a list: an item, several with commas between, or more of the item before it. */
static void add_line(struct items *items, struct bytes line, const char *separators)
{
    bool set_in = bytes_starts(line, "  ") && items->item->size > 0 && *separators == '\0';
    size_t skip;

    line = bytes_trim(line);
    if (set_in) {
        text_add_char(items->item, '\n');
        text_add_bytes(items->item, line);
        return;
    }
    end_item(items);
    if (is_bullet(line, &skip))
        line = bytes_from_offset(line, skip);
    for (size_t i = 0; i < line.size; i++) {
        if (*separators != '\0' && strchr(separators, bytes_at(line, i)) != NULL)
            end_item(items);
        else
            text_add_bytes(items->item, bytes_slice(line, i, 1));
    }
}

void sheet_write_value(struct yaml_writer *writer, const char *key, enum field_kind kind,
                       struct bytes text)
{
    bool is_list = kind == FIELD_LIST || kind == FIELD_REF_LIST || kind == FIELD_ENUM_LIST;
    owned(text) item = text_new();
    struct items items = {writer, item};
    struct bytes line;

    if (!is_list) {
        yaml_write_text(writer, key, text);
        return;
    }
    yaml_write_open(writer, key);
    while (bytes_next_line(&text, &line))
        add_line(&items, line,
                 kind == FIELD_LIST || (kind == FIELD_REF_LIST && !are_words(line)) ? ""
                                                                                    : ",;");
    end_item(&items);
    yaml_write_close(writer);
}

/* ---- the file ---- */

static void write_fields(struct yaml_writer *writer, const struct form_table *table,
                         const struct grid_entry *entry)
{
    for (size_t i = 0; i < table->field_count; i++)
        if (entry->values[i].text.size > 0)
            sheet_write_value(writer, table->fields[i].name, table->fields[i].kind,
                              entry->values[i].text);
    if (entry->values[table->field_count].text.size > 0)
        yaml_write_text(writer, "drafted", entry->values[table->field_count].text);
}

static int id_of(const struct form_table *table)
{
    for (size_t i = 0; i < table->field_count; i++)
        if (table->fields[i].kind == FIELD_ID)
            return (int)i;
    return -1;
}

/* "none" where the ID would stand, and a reason beside it: the product has nothing of it. */
static bool is_none(const struct form_table *table, const struct grid *grid)
{
    int id = id_of(table);

    return !table->is_record && grid->count == 1 && id >= 0 &&
           grid->entries[0].values[id].text.size > 0 &&
           says_none(grid->entries[0].values[id].text);
}

static void write_none(struct yaml_writer *writer, const struct form_table *table,
                       const struct grid_entry *entry)
{
    owned(text) reason = text_new();
    int id = id_of(table);

    for (size_t i = 0; i < table->field_count; i++) {
        if ((int)i == id || entry->values[i].text.size == 0)
            continue;
        text_add(reason, reason->size > 0 ? "\n" : "");
        text_add_bytes(reason, entry->values[i].text);
    }
    if (reason->size == 0)
        text_add_bytes(reason, entry->values[id].text);
    yaml_write_text(writer, "none", text_bytes(reason));
}

static void warn_of_ids(struct importing *importing, const struct book_sheet *sheet,
                        const struct form_table *table, const struct grid *grid)
{
    int id = id_of(table);

    for (size_t i = 0; id >= 0 && !table->is_record && i < grid->count; i++)
        if (grid->entries[i].values[id].text.size == 0)
            remark(&importing->remarks, sheet, grid->entries[i].row, grid->entries[i].column,
                   "no %s here: taken for an entry of its own", table->fields[id].name);
}

struct grid_form sheet_ixit_form(const struct form_table *table)
{
    return (struct grid_form){
        .what = table->name,
        .targets = table->field_count + 1, /* the last: drafted */
        .id = table->is_record ? -1 : id_of(table),
        .is_record = table->is_record,
        .least = table->field_count < 2 ? table->field_count : 2,
        .match = match_field,
        .context = (void *)(uintptr_t)table,
    };
}

static void write_entries(struct yaml_writer *writer, const struct form_table *table,
                          const struct grid *grid)
{
    yaml_write_open(writer, "entries");
    for (size_t i = 0; i < grid->count; i++) {
        yaml_write_item_open(writer);
        write_fields(writer, table, &grid->entries[i]);
        yaml_write_close(writer);
    }
    yaml_write_close(writer);
}

struct error *sheet_import_ixit(struct importing *importing, const struct book_sheet *sheet,
                                const struct form_table *table)
{
    const struct grid_form form = sheet_ixit_form(table);
    owned(text) content = text_new();
    struct yaml_writer writer = {.out = content};
    struct grid grid;

    grid_read(sheet, &form, importing->arena, &importing->remarks, &grid);
    if (!grid.found || grid.count == 0)
        return NULL;
    owned(text) title = text_new();
    text_addf(title, "%s: %s", table->name, table->title == NULL ? "" : table->title);
    yaml_write_comment(&writer, text_bytes(title));
    if (table->is_record) {
        write_fields(&writer, table, &grid.entries[0]);
        sheet_taken(importing, sheet, &grid, "%s", table->name);
    } else if (is_none(table, &grid)) {
        write_none(&writer, table, &grid.entries[0]);
        sheet_taken(importing, sheet, &grid, "%s: none", table->name);
    } else {
        warn_of_ids(importing, sheet, table, &grid);
        write_entries(&writer, table, &grid);
        sheet_taken(importing, sheet, &grid, "%s: %zu entr%s", table->name, grid.count,
                    grid.count == 1 ? "y" : "ies");
    }
    sheet_add_file(importing, arena_printf(importing->arena, "ixit/%s.yaml", table->name),
                   content);
    return NULL;
}
