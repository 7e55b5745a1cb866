#include "dossier/sheet_grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "dossier/sheet_blocks.h"
#include "dossier/sheet_form.h"

static void add_remark(struct remarks *remarks, const struct book_sheet *sheet, uint32_t row,
                       uint32_t column, const char *line)
{
    if (remarks->count >= LIMIT_REMARKS) {
        remarks->untold++;
        return;
    }
    remarks->count++;
    text_add_terminal(remarks->text, bytes_of(sheet->name));
    if (row != 0) {
        text_add_char(remarks->text, '!');
        book_add_place(remarks->text, row, column);
    }
    text_add(remarks->text, ": ");
    text_add_terminal(remarks->text, bytes_of(line));
    text_add_char(remarks->text, '\n');
}

void remark(struct remarks *remarks, const struct book_sheet *sheet, uint32_t row,
            uint32_t column, const char *format, ...)
{
    char line[400];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    add_remark(remarks, sheet, row, column, line);
}

void grid_count(struct grid_tally *tally, const struct book_record *cell)
{
    if (tally->count < GRID_PLACES) {
        tally->rows[tally->count] = cell->row;
        tally->columns[tally->count] = cell->column;
    }
    tally->count++;
}

void grid_places(struct text *out, const struct grid_tally *tally)
{
    for (size_t i = 0; i < tally->count && i < GRID_PLACES; i++) {
        text_add(out, i == 0 ? "" : ", ");
        book_add_place(out, tally->rows[i], tally->columns[i]);
    }
    if (tally->count > GRID_PLACES)
        text_addf(out, " and %zu more", tally->count - GRID_PLACES);
}

/* ---- the entries ---- */

static void add_stray(struct grid_reading *reading, const struct book_record *cell)
{
    struct grid_tally **place = &reading->strays[head_line(reading, cell)];

    if (*place == NULL)
        *place = arena_alloc(reading->arena, sizeof **place);
    grid_count(*place, cell);
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
        grid_count(&reading->formulas, cell);
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
        if (meaning == reading->form->id && is_sentence(cell->text))
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
                grid_count(&reading->guidance, &sheet->cells[i]);
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

/* The COUNT cells of one column; *LAST is the entry before, and becomes this one. */
static void read_column(struct grid_reading *reading, const struct book_record *const *cells,
                        size_t count, struct grid_entry **last)
{
    bool told = reading->form->is_record && *last != NULL; /* there is one value alone */
    struct grid_entry *entry = reading->continues[cells[0]->column] != 0 ? *last : NULL;

    for (size_t i = 0; i < count; i++) {
        if (names_columns(reading, cells[i]->row))
            continue;
        if (told)
            add_stray(reading, cells[i]);
        else
            read_cell(reading, cells[i], &entry);
    }
    if (entry != NULL)
        *last = entry;
}

static void read_columns(struct grid_reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    const struct book_record **cells =
        arena_array(reading->arena, sheet->cell_count, sizeof *cells);
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

/* ---- what was not placed ---- */

static void tell_stray(struct grid_reading *reading, uint32_t line,
                       const struct grid_tally *tally)
{
    const struct book_sheet *sheet = reading->sheet;
    uint32_t row = reading->transposed ? line : reading->head;
    uint32_t column = reading->transposed ? reading->head : line;
    const struct book_record *heading = book_at(sheet, row, column);
    owned(text) places = text_new();
    owned(text) name = text_new();

    grid_places(places, tally);
    if (heading != NULL) {
        text_add_bytes(name, bytes_slice(heading->text, 0, 60));
        remark(reading->remarks, sheet, row, column,
               "%s has no field \"%s\": not taken over: %s", reading->form->what,
               text_string(name), text_string(places));
    } else {
        remark(reading->remarks, sheet, tally->rows[0], tally->columns[0],
               "there is no heading of %s for it: not taken over: %s", reading->form->what,
               text_string(places));
    }
}

/* What stands above the headings: a title, or something that was meant to be read. */
static void tell_above(struct grid_reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    owned(text) places = text_new();
    struct grid_tally above = {.count = 0};

    for (size_t i = 0; i < sheet->cell_count && sheet->cells[i].row < reading->head; i++)
        grid_count(&above, &sheet->cells[i]);
    if (reading->transposed || above.count == 0)
        return;
    grid_places(places, &above);
    remark(reading->remarks, sheet, above.rows[0], above.columns[0],
           "above the headings: not taken over: %s", text_string(places));
}

static void tell_tally(struct grid_reading *reading, const struct grid_tally *tally,
                       const char *words)
{
    owned(text) places = text_new();

    if (tally->count == 0)
        return;
    grid_places(places, tally);
    remark(reading->remarks, reading->sheet, tally->rows[0], tally->columns[0], "%s: %s", words,
           text_string(places));
}

static void tell(struct grid_reading *reading)
{
    tell_above(reading);
    for (uint32_t line = 1; line <= reading->lines; line++)
        if (reading->strays[line] != NULL)
            tell_stray(reading, line, reading->strays[line]);
    tell_tally(reading, &reading->guidance, "it explains the form: not taken over");
    tell_tally(reading, &reading->formulas,
               "formulas are not computed: what they showed when the file was saved is taken");
}

/* Comments that hang at cells; those at headings explain the form. */
static void tell_remarks(struct grid_reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;

    for (size_t i = 0; i < sheet->remark_count; i++) {
        const struct book_record *note = &sheet->remarks[i];
        owned(text) said = text_new();
        if ((reading->transposed ? note->column : note->row) == reading->head ||
            note->row < (reading->transposed ? 2 : reading->begin))
            continue;
        text_add_bytes(said, bytes_slice(note->text, 0, 120));
        remark(reading->remarks, sheet, note->row, note->column,
               "a comment is not taken over: %s", text_string(said));
    }
}

void grid_read(const struct book_sheet *sheet, const struct grid_form *form,
               struct arena *arena, struct remarks *remarks, struct grid *out)
{
    struct grid_reading reading = {
        .sheet = sheet, .form = form, .arena = arena, .remarks = remarks, .out = out};

    *out = (struct grid){.count = 0};
    if (blocks_read(&reading))
        return;
    out->found = head_find(&reading);
    if (!out->found) {
        if (sheet->cell_count > 0)
            remark(remarks, sheet, sheet->cells[0].row, sheet->cells[0].column,
                   "no row or column has the headings of %s: not taken over (cells: %zu)",
                   form->what, sheet->cell_count);
        return;
    }
    if (reading.transposed)
        read_columns(&reading);
    else
        read_rows(&reading);
    tell(&reading);
    tell_remarks(&reading);
}
