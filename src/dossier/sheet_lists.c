#include <stdio.h>
#include <string.h>

#include "dossier/load.h"
#include "dossier/sheet_files.h"
#include "model/query.h"

/* ics.yaml and answers.yaml: lists with known columns. */

struct columns {
    const struct sheet_column *list;
    size_t count;
};

static int match_column(void *context, struct bytes heading)
{
    const struct columns *columns = context;
    const struct sheet_column *column;
    struct bytes rest = heading, line = heading;

    (void)bytes_next_line(&rest, &line);
    column = sheet_column_of(columns->list, columns->count, heading);
    if (column == NULL)
        column = sheet_column_of(columns->list, columns->count, line);
    if (column == NULL)
        return GRID_NONE;
    return column->key == NULL ? GRID_GIVEN : (int)(column - columns->list);
}

static void read_columns(struct importing *importing, const struct book_sheet *sheet,
                         const char *what, struct columns *columns, struct grid *out)
{
    struct grid_form form = {
        .what = what,
        .targets = columns->count,
        .id = 0,
        .least = 2,
        .match = match_column,
        .context = columns,
    };

    grid_read(sheet, &form, importing->arena, &importing->remarks, out);
}

/* ---- the ICS ---- */

struct provisions {
    struct bytes *ids;
    size_t count, capacity;
};

static struct error *read_provisions(struct importing *importing, struct provisions *out)
{
    struct query rows;
    bool found = false;

    TRY(query_open(importing->db, "SELECT id FROM provision WHERE edition = ? ORDER BY place",
                   &rows));
    query_bind_string(&rows, 1, importing->edition);
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        out->ids = arena_grow(importing->arena, out->ids, &out->capacity, out->count + 1,
                              sizeof *out->ids);
        out->ids[out->count++] = arena_copy(importing->arena, query_text(&rows, 0));
        error = query_next(&rows, &found);
    }
    query_close(&rows);
    return error;
}

/*
 * A spreadsheet program takes "6-2" for a date: the second of June, or the sixth of February. No
 * other provision could have been meant by it. FIRST and SECOND are the two numbers.
 */
static struct bytes from_date(const struct provisions *provisions, struct bytes date)
{
    uint64_t month, day;
    char id[16];

    if (!bytes_to_u64(bytes_slice(date, 5, 2), &month) ||
        !bytes_to_u64(bytes_slice(date, 8, 2), &day))
        return bytes_of(NULL);
    for (int swapped = 0; swapped < 2; swapped++) {
        (void)snprintf(id, sizeof id, "%u-%u", (unsigned)(swapped == 0 ? month : day),
                       (unsigned)(swapped == 0 ? day : month));
        for (size_t i = 0; i < provisions->count; i++)
            if (bytes_is(provisions->ids[i], id))
                return provisions->ids[i];
    }
    return bytes_of(NULL);
}

/* The id of a provision as the standard writes it; no bytes when it is none. */
static struct bytes provision_of(struct importing *importing, const struct book_sheet *sheet,
                                 const struct provisions *provisions,
                                 const struct grid_value *value)
{
    struct bytes id = bytes_of(NULL);

    if (value->cell == NULL)
        return id;
    for (size_t i = 0; i < provisions->count; i++)
        if (sheet_same_id(value->text, provisions->ids[i]))
            return provisions->ids[i];
    if (value->cell->kind == BOOK_DATE)
        id = from_date(provisions, value->text);
    if (id.size > 0)
        remark(&importing->remarks, sheet, value->cell->row, value->cell->column,
               "the program made a date of it, %.*s: taken for provision %.*s",
               (int)value->text.size, (const char *)value->text.data, (int)id.size,
               (const char *)id.data);
    return id;
}

static const char *support_of(struct bytes text)
{
    static const struct {
        const char *words, *means;
    } rows[] = {
        {"y|yes|supported|true", "Y"},
        {"n|no|not supported|false", "N"},
        {"na|n a|not applicable|not app", "N/A"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (sheet_word_among(text, rows[i].words))
            return rows[i].means;
    return NULL;
}

static void write_row(struct importing *importing, const struct book_sheet *sheet,
                      struct yaml_writer *writer, struct bytes id,
                      const struct grid_entry *entry)
{
    yaml_write_item_open(writer);
    for (size_t i = 0; i < sheet_ics_count; i++) {
        const char *key = sheet_ics[i].key;
        const struct grid_value *value = &entry->values[i];
        if (key == NULL || (value->text.size == 0 && strcmp(key, "drafted") == 0))
            continue;
        if (i == 0) {
            yaml_write_text(writer, key, id);
        } else if (value->text.size == 0) {
            yaml_write_null(writer, key);
        } else if (strcmp(key, "support") == 0) {
            const char *support = support_of(value->text);
            if (support == NULL)
                remark(&importing->remarks, sheet, value->cell->row, value->cell->column,
                       "the support is neither Y, N nor N/A; it is taken over as it stands");
            yaml_write_text(writer, key, support == NULL ? value->text : bytes_of(support));
        } else {
            yaml_write_text(writer, key, value->text);
        }
    }
    yaml_write_close(writer);
}

/* Is something said of the provision, or does only its id stand there? */
static bool says_something(const struct grid_entry *entry)
{
    for (size_t i = 1; i < sheet_ics_count; i++)
        if (entry->values[i].text.size > 0)
            return true;
    return false;
}

struct error *sheet_import_ics(struct importing *importing, const struct book_sheet *sheet)
{
    struct columns columns = {sheet_ics, sheet_ics_count};
    struct provisions provisions = {.count = 0};
    owned(text) content = text_new();
    struct yaml_writer writer = {.out = content};
    struct grid grid;
    size_t rows = 0;

    TRY(read_provisions(importing, &provisions));
    read_columns(importing, sheet, "the ICS", &columns, &grid);
    yaml_write_comment(&writer, bytes_of("Implementation conformance statement: table B.1"));
    yaml_write_open(&writer, "provisions");
    for (size_t i = 0; i < grid.count; i++) {
        const struct grid_value *said = &grid.entries[i].values[0];
        struct bytes id = provision_of(importing, sheet, &provisions, said);
        if (id.size == 0 && !says_something(&grid.entries[i]))
            continue; /* the title of a clause */
        if (id.size == 0)
            remark(&importing->remarks, sheet, grid.entries[i].row, grid.entries[i].column,
                   "no provision of edition %s is named here; the row is taken over as it "
                   "stands",
                   importing->edition);
        write_row(importing, sheet, &writer, id.size == 0 ? said->text : id, &grid.entries[i]);
        rows++;
    }
    if (rows > 0)
        sheet_add_file(importing, "ics.yaml", content);
    return NULL;
}

/* ---- the answers ---- */

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
    struct columns columns = {sheet_answers, sheet_answers_count};
    owned(text) content = text_new();
    struct yaml_writer writer = {.out = content};
    struct grid grid;

    read_columns(importing, sheet, "the answers", &columns, &grid);
    if (grid.count == 0)
        return NULL;
    yaml_write_open(&writer, "answers");
    for (size_t i = 0; i < grid.count; i++)
        write_answer(&writer, &grid.entries[i]);
    sheet_add_file(importing, "answers.yaml", content);
    return NULL;
}
