#include "dossier/sheet_ics.h"

#include <stdio.h>
#include <string.h>

#include "dossier/load.h"
#include "model/query.h"

/* ics.yaml: a row for each provision, its support in a word or as a cross in one of three. */

#define SUPPORT 3                      /* its column in sheet_ics */
#define CROSS   ((int)sheet_ics_count) /* the columns of crosses are numbered behind the others */
#define TITLES  20U                    /* rows that may hold headings */

static const struct {
    const char *words, *means;
    const char *head;     /* over a column of crosses */
    const char *in_words; /* the same */
} supports[] = {
    {"y|yes|ja|oui|supported|true", "Y", "y|yes|ja|oui", ""},
    {"n|no|nein|non|not supported|unsupported|false", "N", "n|no|nein|non",
     "not supported|unsupported"},
    {"na|n a|not applicable|not app|nicht anwendbar", "N/A", "na|n a",
     "not applicable|nicht anwendbar"},
};
#define SUPPORTS COUNT_OF(supports)

static const char *support_of(struct bytes text)
{
    for (size_t i = 0; i < SUPPORTS; i++)
        if (sheet_word_among(text, supports[i].words))
            return supports[i].means;
    return NULL;
}

/* ---- headings ---- */

/* "No." and "N°" count something. */
static bool is_number(struct bytes heading)
{
    heading = bytes_trim(heading);
    return bytes_ends(heading, ".") || bytes_contains(heading, "°") ||
           bytes_contains(heading, "º");
}

/*
 * Is there a row of headings with both a yes and a no in it? "No" alone is a number more often,
 * and "N" as well.
 */
static struct sheet_ics_heads find_heads(const struct book_sheet *sheet,
                                         const struct sheet_provisions *provisions)
{
    struct sheet_ics_heads heads = {.yes_no = false};
    size_t i = 0;

    for (uint32_t tried = 0; tried < TITLES && i < sheet->cell_count; tried++) {
        uint32_t row = sheet->cells[i].row;
        bool yes = false, no = false, denied = false, entry = false;
        for (; i < sheet->cell_count && sheet->cells[i].row == row; i++) {
            struct bytes text = sheet->cells[i].text;
            entry = entry || sheet_provision(provisions, text).size > 0;
            yes = yes || sheet_word_among(text, supports[0].head);
            no = no || (!is_number(text) && sheet_word_among(text, supports[1].head));
            denied = denied || sheet_word_among(text, supports[1].in_words);
        }
        heads.yes_no = heads.yes_no || (!entry && yes && no);
        heads.in_words = heads.in_words || (!entry && denied);
    }
    return heads;
}

static int match_column(void *context, struct bytes heading)
{
    const struct sheet_ics_heads *heads = context;
    struct sheet_spellings spellings = sheet_spellings(heading);

    for (size_t i = 0; i < spellings.count; i++) {
        const struct sheet_column *column =
            sheet_column_of(sheet_ics, sheet_ics_count, spellings.list[i]);
        if (column != NULL)
            return column->key == NULL ? GRID_GIVEN : (int)(column - sheet_ics);
        for (size_t j = 0; j < SUPPORTS && (heads->yes_no || heads->in_words); j++)
            if (sheet_word_among(spellings.list[i], supports[j].in_words) ||
                (!is_number(heading) && (heads->yes_no || j == 2) &&
                 sheet_word_among(spellings.list[i], supports[j].head)))
                return CROSS + (int)j;
    }
    return GRID_NONE;
}

struct grid_form sheet_ics_form(const struct book_sheet *sheet,
                                const struct sheet_provisions *provisions,
                                struct sheet_ics_heads *heads)
{
    *heads = find_heads(sheet, provisions);
    return (struct grid_form){.what = "the ICS",
                              .targets = sheet_ics_count + SUPPORTS,
                              .id = 0,
                              .least = 2,
                              .match = match_column,
                              .context = heads};
}

/* ---- provisions ---- */

struct error *sheet_provisions_read(struct importing *importing, struct sheet_provisions *out)
{
    struct query rows;
    bool found = false;

    TRY(query_open(importing->db,
                   "SELECT id, MAX(edition = ?1) FROM provision GROUP BY id"
                   " ORDER BY MAX(edition = ?1) DESC, MIN(place)",
                   &rows));
    query_bind_string(&rows, 1, importing->edition);
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        out->ids = arena_grow(importing->arena, out->ids, &out->capacity, out->count + 1,
                              sizeof *out->ids);
        out->ids[out->count++] = arena_copy(importing->arena, query_text(&rows, 0));
        out->own += query_integer(&rows, 1) != 0;
        error = query_next(&rows, &found);
    }
    query_close(&rows);
    return error;
}

struct bytes sheet_provision(const struct sheet_provisions *provisions, struct bytes said)
{
    for (size_t i = 0; i < provisions->count; i++)
        if (sheet_same_id(said, provisions->ids[i]))
            return provisions->ids[i];
    return bytes_of(NULL);
}

/*
 * A spreadsheet program takes "6-2" for a date: the second of June, or the sixth of February. No
 * other provision could have been meant by it. FIRST and SECOND are the two numbers.
 */
static struct bytes from_date(const struct sheet_provisions *provisions, struct bytes date)
{
    uint64_t month, day;
    char id[16];

    if (!bytes_to_u64(bytes_slice(date, 5, 2), &month) ||
        !bytes_to_u64(bytes_slice(date, 8, 2), &day))
        return bytes_of(NULL);
    for (int swapped = 0; swapped < 2; swapped++) {
        (void)snprintf(id, sizeof id, "%u-%u", (unsigned)(swapped == 0 ? month : day),
                       (unsigned)(swapped == 0 ? day : month));
        for (size_t i = 0; i < provisions->own; i++)
            if (bytes_is(provisions->ids[i], id))
                return provisions->ids[i];
    }
    return bytes_of(NULL);
}

/* ---- rows ---- */

struct ics {
    struct importing *importing;
    const struct book_sheet *sheet;
    struct sheet_provisions provisions;
    struct sheet_ics_heads heads;
    struct grid grid;
    struct yaml_writer writer;
};

/* An id of the other edition is taken as it is: who reads the dossier translates it. */
static void tell_edition(struct ics *ics, struct bytes id, const struct book_record *cell)
{
    for (size_t i = 0; i < ics->provisions.own; i++)
        if (bytes_equal(ics->provisions.ids[i], id))
            return;
    remark(&ics->importing->remarks, ics->sheet, cell->row, cell->column,
           "%.*s is a provision of the other edition than %s: proviso check says how it counts",
           (int)id.size, (const char *)id.data, ics->importing->edition);
}

/* The id of a provision as the standard writes it; no bytes when it is none. */
static struct bytes provision_of(struct ics *ics, const struct grid_value *value)
{
    struct bytes id = bytes_of(NULL);

    if (value->cell == NULL)
        return id;
    id = sheet_provision(&ics->provisions, value->text);
    if (id.size > 0) {
        tell_edition(ics, id, value->cell);
        return id;
    }
    if (value->cell->kind == BOOK_DATE)
        id = from_date(&ics->provisions, value->text);
    if (id.size > 0)
        remark(&ics->importing->remarks, ics->sheet, value->cell->row, value->cell->column,
               "the program made a date of it, %.*s: taken for provision %.*s",
               (int)value->text.size, (const char *)value->text.data, (int)id.size,
               (const char *)id.data);
    return id;
}

enum mark {
    MARK_NONE,  /* the column is not chosen */
    MARK_CROSS, /* it is */
    MARK_OTHER, /* nobody can tell */
};

/* In the column of WHICH a "Y" is a cross, and so is what the column is called. */
static enum mark mark_of(const struct grid_value *value, size_t which)
{
    static const char *const crosses[] = {"x", "X", "✓", "✔", "☑",   "☒",   "✅",   "●",
                                          "•", "×", "*", "1", "(x)", "(X)", "[x]", "[X]"};
    static const char *const empty[] = {"", "0", "-", "–", "—", "☐", "○", "[ ]", "[]", "( )"};
    const char *said = support_of(value->text);

    for (size_t i = 0; i < COUNT_OF(crosses); i++)
        if (bytes_is(value->text, crosses[i]))
            return MARK_CROSS;
    for (size_t i = 0; i < COUNT_OF(empty); i++)
        if (bytes_is(value->text, empty[i]))
            return MARK_NONE;
    if (said == NULL)
        return MARK_OTHER;
    if (value->cell->kind == BOOK_BOOLEAN)
        return strcmp(said, "Y") == 0 ? MARK_CROSS : MARK_NONE;
    if (strcmp(said, supports[which].means) == 0 || strcmp(said, "Y") == 0)
        return MARK_CROSS;
    return which == 0 && strcmp(said, "N") == 0 ? MARK_NONE : MARK_OTHER;
}

static void complain(struct ics *ics, const struct grid_entry *entry,
                     const struct grid_value *value, const char *what)
{
    remark(&ics->importing->remarks, ics->sheet,
           value->cell == NULL ? entry->row : value->cell->row,
           value->cell == NULL ? entry->column : value->cell->column,
           "%s: the support stays empty", what);
}

/* What the columns of crosses say of ENTRY and, when there is one, the column of words. */
static const char *read_crosses(struct ics *ics, const struct grid_entry *entry)
{
    const struct grid_value *words = &entry->values[SUPPORT], *last = &entry->values[0];
    const char *word = support_of(words->text), *means = NULL;
    size_t count = 0;

    for (size_t i = 0; i < SUPPORTS; i++) {
        /* "Supported" beside "not supported" is a column of crosses, too. */
        bool shared = i == 0 && !ics->grid.heads[CROSS];
        const struct grid_value *value = shared ? words : &entry->values[CROSS + (int)i];
        enum mark mark = shared && word != NULL ? MARK_NONE : mark_of(value, i);
        if (mark == MARK_OTHER) {
            complain(ics, entry, value, "neither a cross nor empty");
            return NULL;
        }
        if (mark == MARK_NONE)
            continue;
        count++;
        last = value;
        means = supports[i].means;
    }
    if (word != NULL && (count == 0 || (count == 1 && strcmp(word, means) == 0)))
        return word;
    if (word == NULL && count == 1)
        return means;
    complain(ics, entry, last, count == 0 ? "no cross" : "more than one cross");
    return NULL;
}

static bool has_crosses(const struct grid *grid)
{
    bool crosses = false;

    for (size_t i = 0; i < SUPPORTS; i++)
        crosses = crosses || grid->heads[CROSS + (int)i];
    return crosses;
}

bool sheet_ics_has_support(const struct grid *grid)
{
    return grid->heads[SUPPORT] || has_crosses(grid);
}

static void write_support(struct ics *ics, const struct grid_entry *entry)
{
    const struct grid_value *value = &entry->values[SUPPORT];
    bool crosses = has_crosses(&ics->grid);
    const char *support = crosses ? read_crosses(ics, entry) : support_of(value->text);

    if (support != NULL) {
        yaml_write_text(&ics->writer, "support", bytes_of(support));
    } else if (crosses || value->text.size == 0) {
        yaml_write_null(&ics->writer, "support");
    } else {
        remark(&ics->importing->remarks, ics->sheet, value->cell->row, value->cell->column,
               "the support is neither Y, N nor N/A; it is taken over as it stands");
        yaml_write_text(&ics->writer, "support", value->text);
    }
}

static void write_row(struct ics *ics, struct bytes id, const struct grid_entry *entry)
{
    yaml_write_item_open(&ics->writer);
    for (size_t i = 0; i < sheet_ics_count; i++) {
        const char *key = sheet_ics[i].key;
        struct bytes text = i == 0 ? id : entry->values[i].text;
        if (key == NULL || (text.size == 0 && strcmp(key, "drafted") == 0))
            continue;
        if (i == SUPPORT)
            write_support(ics, entry);
        else if (text.size == 0)
            yaml_write_null(&ics->writer, key);
        else
            yaml_write_text(&ics->writer, key, text);
    }
    yaml_write_close(&ics->writer);
}

/* Is something said of the provision, or does only its id stand there? */
static bool says_something(const struct grid_entry *entry)
{
    for (size_t i = 1; i < sheet_ics_count + SUPPORTS; i++)
        if (entry->values[i].text.size > 0)
            return true;
    return false;
}

struct error *sheet_import_ics(struct importing *importing, const struct book_sheet *sheet)
{
    owned(text) content = text_new();
    struct ics ics = {.importing = importing, .sheet = sheet, .writer = {.out = content}};
    size_t rows = 0;

    TRY(sheet_provisions_read(importing, &ics.provisions));
    struct grid_form form = sheet_ics_form(sheet, &ics.provisions, &ics.heads);
    grid_read(sheet, &form, importing->arena, &importing->remarks, &ics.grid);
    yaml_write_comment(&ics.writer,
                       bytes_of("Implementation conformance statement: table B.1"));
    yaml_write_open(&ics.writer, "provisions");
    for (size_t i = 0; i < ics.grid.count; i++) {
        const struct grid_entry *entry = &ics.grid.entries[i];
        struct bytes id = provision_of(&ics, &entry->values[0]);
        if (id.size == 0 && !says_something(entry))
            continue; /* the title of a clause */
        if (id.size == 0)
            remark(&importing->remarks, sheet, entry->row, entry->column,
                   "no provision of edition %s is named here; the row is taken over as it "
                   "stands",
                   importing->edition);
        write_row(&ics, id.size == 0 ? entry->values[0].text : id, entry);
        rows++;
    }
    if (rows > 0) {
        sheet_add_file(importing, "ics.yaml", content);
        sheet_taken(importing, sheet, &ics.grid, "the ICS: %zu row%s", rows,
                    rows == 1 ? "" : "s");
    }
    return NULL;
}
