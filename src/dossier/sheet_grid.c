#include "dossier/sheet_grid.h"

#include <stdlib.h>

#include "dossier/sheet_blocks.h"
#include "dossier/sheet_form.h"
#include "dossier/sheet_tell.h"

/* ---- the entries ---- */

static void add_stray(struct grid_reading *reading, const struct book_record *cell)
{
    struct grid_tally **place = &reading->strays[head_line(reading, cell)];

    if (*place == NULL)
        *place = arena_alloc(reading->scratch, sizeof **place);
    tell_count(*place, cell);
}

static struct grid_entry *new_entry(struct grid_reading *reading,
                                    const struct book_record *cell)
{
    struct grid *out = reading->out;

    out->entries = arena_grow(reading->arena, out->entries, &out->capacity, out->count + 1,
                              sizeof *out->entries);
    struct grid_entry *entry = &out->entries[out->count++];
    *entry = (struct grid_entry){.row = cell->row, .column = cell->column};
    entry->values = arena_array(reading->arena, reading->form->targets, sizeof *entry->values);
    return entry;
}

/* A number with a fraction may have been a version: 1.10 is 1.1 once a program took it for one. */
static void warn_of_number(struct grid_reading *reading, const struct book_record *cell)
{
    if (cell->kind == BOOK_NUMBER && bytes_find_byte(cell->text, '.') != SIZE_MAX)
        remark(
            reading->remarks, reading->sheet, cell->row, cell->column,
            "%.*s is a number there: if it is a version, see that no zero at its end was lost",
            (int)cell->text.size, (const char *)cell->text.data);
}

/* One more line; the buffer doubles, for a hostile file may have a million of them. */
static void append_line(struct arena *arena, struct grid_value *value, struct bytes line)
{
    size_t size = value->text.size;
    bool first = value->buffer == NULL;

    value->buffer = arena_grow(arena, value->buffer, &value->capacity, size + 1 + line.size, 1);
    if (first)
        mem_copy(value->buffer, value->text.data, size);
    value->buffer[size] = '\n';
    mem_copy(value->buffer + size + 1, line.data, line.size);
    value->text = bytes_from(value->buffer, size + 1 + line.size);
}

static void put_value(struct grid_reading *reading, struct grid_entry *entry, int field,
                      const struct book_record *cell)
{
    struct grid_value *value = &entry->values[field];
    struct bytes text = bytes_trim(cell->text);

    warn_of_number(reading, cell);
    if ((cell->flags & BOOK_STRUCK) != 0)
        remark(reading->remarks, reading->sheet, cell->row, cell->column,
               "some of its text is struck through: all of it is taken over");
    if ((cell->flags & BOOK_FORMULA) != 0)
        tell_count(&reading->formulas, cell);
    if ((cell->flags & BOOK_HIDDEN) != 0)
        tell_count(&reading->unseen, cell);
    if (value->cell == NULL) {
        *value = (struct grid_value){.text = text, .cell = cell};
        return;
    }
    append_line(reading->arena, value, text);
}

static void refuse_fault(struct grid_reading *reading, const struct book_record *cell)
{
    if (cell->text.size == 0)
        remark(reading->remarks, reading->sheet, cell->row, cell->column,
               "a formula that nothing has computed: open the file in a spreadsheet program, "
               "save it, and import it again");
    else
        remark(reading->remarks, reading->sheet, cell->row, cell->column,
               "the formula there failed (%.*s): nothing is taken over",
               (int)(cell->text.size > 20 ? 20 : cell->text.size),
               (const char *)cell->text.data);
}

void grid_take(struct grid_reading *reading, int meaning, const struct book_record *cell,
               struct grid_entry **entry)
{
    if (cell->kind == BOOK_FAULT) {
        refuse_fault(reading, cell);
        return;
    }
    if (*entry == NULL)
        *entry = new_entry(reading, cell);
    put_value(reading, *entry, meaning, cell);
}

/* One cell of an entry; ENTRY is NULL until the first that is taken over. */
static void read_cell(struct grid_reading *reading, const struct book_record *cell,
                      struct grid_entry **entry)
{
    int meaning = reading->meanings[head_line(reading, cell)];

    if (meaning == GRID_GIVEN)
        return;
    if (meaning == GRID_NONE) {
        add_stray(reading, cell);
        return;
    }
    grid_take(reading, meaning, cell, entry);
}

/* The heading once more, as on the second page of a printed form. */
static bool is_heading(const struct grid_reading *reading, size_t from)
{
    const struct book_sheet *sheet = reading->sheet;
    uint32_t row = sheet->cells[from].row;
    size_t same = 0, other = 0;

    for (size_t i = from; i < sheet->cell_count && sheet->cells[i].row == row; i++) {
        int meaning = reading->meanings[sheet->cells[i].column];
        if (meaning >= 0 && head_meaning(reading, sheet->cells[i].text) == meaning)
            same++;
        else
            other++;
    }
    return same >= 2 && same > other;
}

/* An ID is a word or some; this is a sentence that explains what an ID is. */
static bool is_sentence(struct bytes text)
{
    struct bytes word;
    size_t words = 0;

    for (size_t i = 0; i < text.size; i++)
        if (bytes_at(text, i) >= '0' && bytes_at(text, i) <= '9')
            return false;
    while (bytes_next_word(&text, &word))
        words++;
    return words > 5;
}

/* A row of the form itself: what belongs into the columns, or which of them must be filled in. */
static bool is_guidance(const struct grid_reading *reading, size_t from)
{
    static const char rows[] = "applicability|explanation|explanations|guidance|description|"
                               "example|hint|instruction|instructions|how to fill in";
    static const char marks[] = "mandatory|compulsory|optional|applicable|conditional|required|"
                                "if applicable|m|o|c";
    const struct book_sheet *sheet = reading->sheet;
    uint32_t row = sheet->cells[from].row;
    size_t marked = 0, filled = 0;

    for (size_t i = from; i < sheet->cell_count && sheet->cells[i].row == row; i++) {
        const struct book_record *cell = &sheet->cells[i];
        int meaning = reading->meanings[cell->column];
        if (meaning == GRID_GIVEN && sheet_word_among(cell->text, rows))
            return true;
        if (meaning < 0)
            continue;
        /* above the entries alone: below, it may be an ID in words */
        if (meaning == reading->form->id && reading->out->count == 0 && is_sentence(cell->text))
            return true;
        filled++;
        marked += sheet_word_among(cell->text, marks);
    }
    return filled > 1 && marked == filled;
}

static void read_rows(struct grid_reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    size_t i = book_row(sheet, reading->begin);

    while (i < sheet->cell_count) {
        uint32_t row = sheet->cells[i].row;
        bool heading = is_heading(reading, i), guidance = !heading && is_guidance(reading, i);
        struct grid_entry *entry = reading->continues[row] != 0 && reading->out->count > 0
                                       ? &reading->out->entries[reading->out->count - 1]
                                       : NULL;
        for (; i < sheet->cell_count && sheet->cells[i].row == row; i++)
            if (guidance)
                tell_count(&reading->guidance, &sheet->cells[i]);
            else if (!heading)
                read_cell(reading, &sheet->cells[i], &entry);
    }
}

/* Is it a row whose name means nothing and whose cells are headings of the columns? */
static bool names_columns(const struct grid_reading *reading, uint32_t row)
{
    return reading->meanings[row] == GRID_NONE &&
           book_at(reading->sheet, row, reading->head) == NULL;
}

static int by_column(const void *left, const void *right)
{
    const struct book_record *a = *(const struct book_record *const *)left,
                             *b = *(const struct book_record *const *)right;

    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* Is there a field for the ID, and is it empty? Then it is a remark beside the entries, or none. */
static bool lacks_id(const struct grid_reading *reading, const struct grid_entry *entry)
{
    int id = reading->form->id;

    if (id < 0 || entry->values[id].cell != NULL)
        return false;
    for (uint32_t line = reading->first; line <= reading->lines; line++)
        if (reading->meanings[line] == id)
            return true;
    return false;
}

/* The COUNT cells of one column; *LAST is the entry before, and becomes this one. */
static void read_column(struct grid_reading *reading, const struct book_record *const *cells,
                        size_t count, struct grid_entry **last)
{
    bool told = reading->form->is_record && *last != NULL; /* there is one value alone */
    struct grid_entry *entry = reading->continues[cells[0]->column] != 0 ? *last : NULL;
    bool more = entry != NULL;

    for (size_t i = 0; i < count; i++) {
        if (names_columns(reading, cells[i]->row))
            continue;
        if (told)
            add_stray(reading, cells[i]);
        else
            read_cell(reading, cells[i], &entry);
    }
    if (entry != NULL && !more && lacks_id(reading, entry)) {
        struct grid_tally left = {.count = 0};
        reading->out->count--;
        for (size_t i = 0; i < count; i++)
            if (reading->meanings[cells[i]->row] >= 0)
                tell_count(&left, cells[i]);
        tell_all(reading, &left, "no ID in this column: not taken over");
        return;
    }
    if (entry != NULL)
        *last = entry;
}

static void read_columns(struct grid_reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    const struct book_record **cells =
        arena_array(reading->scratch, sheet->cell_count, sizeof *cells);
    struct grid_entry *last = NULL;

    for (size_t i = 0; i < sheet->cell_count; i++)
        cells[i] = &sheet->cells[i];
    qsort(cells, sheet->cell_count, sizeof *cells, by_column);
    for (size_t i = 0, end = 0; i < sheet->cell_count; i = end) {
        uint32_t column = cells[i]->column;
        while (end < sheet->cell_count && cells[end]->column == column)
            end++;
        bool early =
            column <= reading->head || (reading->form->is_record && column < reading->begin);
        if (!early && !head_explains(reading, column))
            read_column(reading, &cells[i], end - i, &last);
    }
}

/* ---- merged cells ---- */

#define MOST_FILLS 4000000U /* entries looked at for all merged cells of a sheet */

/* The first entry that begins in ROW or below. */
static size_t entry_from(const struct grid *grid, uint32_t row)
{
    size_t low = 0, high = grid->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (grid->entries[middle].row < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A value that is merged over several entries stands beside each of them. */
static size_t fill_one(struct grid_reading *reading, const struct book_record *merge)
{
    const struct book_record *cell = book_at(reading->sheet, merge->row, merge->column);
    int field = merge->column <= reading->lines ? reading->meanings[merge->column] : GRID_NONE;
    struct grid *out = reading->out;
    size_t filled = 0, begin = entry_from(out, merge->row + 1), i = begin;

    if (cell == NULL || field < 0 || field == reading->form->id || cell->kind == BOOK_FAULT)
        return 1;
    for (; i < out->count && out->entries[i].row <= merge->last_row; i++) {
        struct grid_value *value = &out->entries[i].values[field];
        if (value->cell != NULL)
            continue;
        *value = (struct grid_value){.text = bytes_trim(cell->text), .cell = cell};
        filled++;
    }
    if (filled > 0)
        remark(reading->remarks, reading->sheet, cell->row, cell->column,
               "merged over %zu entries: taken for each of them", filled + 1);
    return i - begin + 1;
}

/* Which field it belongs to, of several that a value lies over, nobody can tell: the first. */
static void tell_across(struct grid_reading *reading, const struct book_record *merge)
{
    if (merge->last_column > merge->column && merge->last_column <= reading->lines &&
        reading->meanings[merge->column] >= 0 && reading->meanings[merge->last_column] >= 0 &&
        reading->meanings[merge->column] != reading->meanings[merge->last_column] &&
        book_at(reading->sheet, merge->row, merge->column) != NULL)
        remark(reading->remarks, reading->sheet, merge->row, merge->column,
               "merged over several fields: taken for the first");
}

static void fill_merges(struct grid_reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    size_t looked_at = 0;

    for (size_t i = 0; i < sheet->merge_count; i++) {
        const struct book_record *merge = &sheet->merges[i];
        if (merge->row < reading->begin)
            continue;
        if (looked_at >= MOST_FILLS) {
            remark(reading->remarks, sheet, merge->row, merge->column,
                   "too many merged cells: from here each counts for its first entry alone");
            return;
        }
        if (merge->last_row > merge->row)
            looked_at += fill_one(reading, merge);
        tell_across(reading, merge);
    }
}

/* ---- a sheet ---- */

/* A record has one row of values: which of several is meant nobody can tell. */
static void keep_one(struct grid_reading *reading)
{
    struct grid *out = reading->out;

    if (!reading->form->is_record || out->count < 2)
        return;
    remark(reading->remarks, reading->sheet, out->entries[1].row, out->entries[1].column,
           "%s has one row of values, and here are %zu: none is taken over",
           reading->form->what, out->count);
    out->count = 0;
}

static void read_one(struct grid_reading *reading)
{
    head_read(reading);
    for (uint32_t line = reading->first; line <= reading->lines; line++)
        if (reading->meanings[line] >= 0)
            reading->out->heads[reading->meanings[line]] = true;
    if (reading->transposed) {
        read_columns(reading);
    } else {
        read_rows(reading);
        fill_merges(reading);
        keep_one(reading);
    }
    tell(reading);
    tell_remarks(reading);
}

#define MOST_LINES 100000000U /* rows walked through for all cards of a sheet */

/* Each entry with all the names beside it, one below the other. */
static void read_cards(struct grid_reading *reading, const uint32_t *rows, size_t count)
{
    uint64_t lines = 0;

    for (size_t i = 0; i < count; i++) {
        owned(arena) scratch = arena_new();
        uint32_t first = i == 0 ? reading->sheet->top + 1 : rows[i];
        uint32_t last = i + 1 < count ? rows[i + 1] - 1 : reading->sheet->rows;
        struct book_sheet part = book_part(reading->sheet, first, last);
        struct grid_reading card = *reading;
        lines += part.rows;
        if (lines > MOST_LINES) {
            remark(reading->remarks, reading->sheet, first, reading->head,
                   "too many entries below each other: those from here are not taken over");
            return;
        }
        card.sheet = &part;
        card.scratch = scratch;
        read_one(&card);
    }
}

void grid_read(const struct book_sheet *sheet, const struct grid_form *form,
               struct arena *arena, struct remarks *remarks, struct grid *out)
{
    owned(arena) scratch = arena_new();
    struct grid_reading reading = {.sheet = sheet,
                                   .form = form,
                                   .arena = arena,
                                   .scratch = scratch,
                                   .remarks = remarks,
                                   .out = out};
    uint32_t *rows;

    *out = (struct grid){.heads = arena_array(arena, form->targets, sizeof(bool))};
    if (blocks_read(&reading))
        return;
    out->found = head_find(&reading);
    if (!out->found) {
        if (sheet->cell_count > 0 && !out->ambiguous)
            remark(remarks, sheet, sheet->cells[0].row, sheet->cells[0].column,
                   "no row or column has the headings of %s: its %zu cells are not taken over",
                   form->what, sheet->cell_count);
        return;
    }
    out->row = reading.transposed ? sheet->cells[0].row : reading.head;
    out->column = reading.transposed ? reading.head : sheet->cells[0].column;
    size_t count = head_cards(&reading, &rows);
    if (count > 0)
        read_cards(&reading, rows, count);
    else
        read_one(&reading);
}
