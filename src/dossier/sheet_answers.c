#include <string.h>

#include "dossier/load.h"
#include "dossier/sheet_files.h"

/* answers.yaml: a list with known columns. */

static int match_answer(void *context, struct bytes heading)
{
    struct sheet_spellings spellings = sheet_spellings(heading);

    (void)context;
    for (size_t i = 0; i < spellings.count; i++) {
        const struct sheet_column *column =
            sheet_column_of(sheet_answers, sheet_answers_count, spellings.list[i]);
        if (column != NULL)
            return column->key == NULL ? GRID_GIVEN : (int)(column - sheet_answers);
    }
    return GRID_NONE;
}

#define MOST_KEYS 64U /* of one file, or tables that one answer rests on */

/* A map that is being written: a key stands in it once. */
struct keys {
    struct bytes list[MOST_KEYS];
    size_t count;
};

static bool is_new(struct keys *keys, struct bytes key)
{
    for (size_t i = 0; i < keys->count; i++)
        if (bytes_equal(keys->list[i], key))
            return false;
    if (keys->count == COUNT_OF(keys->list))
        return false;
    keys->list[keys->count++] = key;
    return true;
}

/* Cuts "sha256: 9f2c…" in two. False when it has no such form. */
static bool read_pair(struct bytes part, struct bytes *key, struct bytes *value)
{
    size_t colon = bytes_find_byte(part, ':');

    if (colon == SIZE_MAX)
        return false;
    *key = bytes_trim(bytes_slice(part, 0, colon));
    *value = bytes_trim(bytes_from_offset(part, (uint64_t)colon + 1));
    return key->size > 0 && key->size <= 40;
}

/* "file: evidence/scan.txt; sha256: 9f2c…" as a map; what is no pair is the name of a file. */
static void write_evidence(struct yaml_writer *writer, struct bytes line)
{
    struct keys keys = {.count = 0};
    struct bytes part, key, value;

    yaml_write_item_open(writer);
    while (bytes_next_field(&line, ';', &part)) {
        part = bytes_trim(part);
        if (!read_pair(part, &key, &value)) {
            key = bytes_of("file");
            value = part;
        }
        if (part.size > 0 && is_new(&keys, key))
            yaml_write_bytes_key(writer, key, value);
    }
    if (keys.count == 0)
        yaml_write_string(writer, "file", "");
    yaml_write_close(writer);
}

/* One a line: "1-AuthMech: 77ab…". */
static void write_declared(struct yaml_writer *writer, struct bytes text)
{
    struct keys keys = {.count = 0};
    struct bytes line, key, value;

    while (bytes_next_line(&text, &line)) {
        if (!read_pair(bytes_trim(line), &key, &value) || !is_new(&keys, key))
            continue;
        if (keys.count == 1)
            yaml_write_open(writer, "declared");
        yaml_write_bytes_key(writer, key, value);
    }
    if (keys.count > 0)
        yaml_write_close(writer);
}

static void write_files(struct yaml_writer *writer, struct bytes text)
{
    struct bytes line;

    yaml_write_open(writer, "evidence");
    while (bytes_next_line(&text, &line))
        if (bytes_trim(line).size > 0)
            write_evidence(writer, bytes_trim(line));
    yaml_write_close(writer);
}

static void write_answer(struct yaml_writer *writer, const struct grid_entry *entry)
{
    yaml_write_item_open(writer);
    for (size_t i = 0; i < sheet_answers_count; i++) {
        const char *key = sheet_answers[i].key;
        struct bytes text = entry->values[i].text;
        if (text.size == 0)
            continue;
        if (strcmp(key, "evidence") == 0)
            write_files(writer, text);
        else if (strcmp(key, "declared") == 0)
            write_declared(writer, text);
        else
            yaml_write_text(writer, key, text);
    }
    yaml_write_close(writer);
}

struct error *sheet_import_answers(struct importing *importing, const struct book_sheet *sheet)
{
    const struct grid_form form = {.what = "the answers",
                                   .targets = sheet_answers_count,
                                   .id = 0,
                                   .least = 2,
                                   .match = match_answer};
    owned(text) content = text_new();
    struct yaml_writer writer = {.out = content};
    struct grid grid;

    grid_read(sheet, &form, importing->arena, &importing->remarks, &grid);
    if (grid.count == 0)
        return NULL;
    yaml_write_open(&writer, "answers");
    for (size_t i = 0; i < grid.count; i++)
        write_answer(&writer, &grid.entries[i]);
    sheet_add_file(importing, "answers.yaml", content);
    sheet_taken(importing, sheet, &grid, "%zu answer%s", grid.count,
                grid.count == 1 ? "" : "s");
    return NULL;
}
