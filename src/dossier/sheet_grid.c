#include "dossier/sheet_grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "dossier/sheet_form.h"

#define HEAD_ROWS     20U   /* of a sheet that are searched for headings */
#define HEAD_COLUMNS  3U    /* … that may hold the names of fields */
#define NAME_ROWS     400U  /* … in which they may stand: a record has 14 fields */
#define HEAD_MERGES   1000U /* merged cells that are looked at for one heading row */
#define PLACES        6U    /* cells named in one remark: the others are counted */
#define LIMIT_REMARKS 400U  /* of one workbook; those beyond are counted */

/* Headings of columns that explain the others. */
static const char given[] =
    "meaning|guidance|explanation|instruction|instructions|help|hint|"
    "example|examples|type|what to fill in|no|nr|field|fields|ixit field|parameter";
static const char values[] = "value|values|answer|response|entry|content|declaration|input|"
                             "filled in by the supplier|information";

void remark(struct remarks *remarks, const struct book_sheet *sheet, uint32_t row,
            uint32_t column, const char *format, ...)
{
    char line[400];
    va_list arguments;

    if (remarks->count >= LIMIT_REMARKS) {
        remarks->untold++;
        return;
    }
    remarks->count++;
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    text_add_terminal(remarks->text, bytes_of(sheet->name));
    if (row != 0) {
        text_add_char(remarks->text, '!');
        book_add_place(remarks->text, row, column);
    }
    text_add(remarks->text, ": ");
    text_add_terminal(remarks->text, bytes_of(line));
    text_add_char(remarks->text, '\n');
}

/* Cells that were not placed, or hold formulas: how many, and where the first are. */
struct tally {
    size_t count;
    uint32_t rows[PLACES], columns[PLACES];
};

struct reading {
    const struct book_sheet *sheet;
    const struct grid_form *form;
    struct arena *arena;
    struct remarks *remarks;
    struct grid *out;
    bool transposed;       /* names in a column */
    uint32_t head;         /* the row, or column, of the headings */
    uint32_t begin;        /* the first row, or column, of entries */
    int *meanings;         /* of each column, or row: a field, GRID_NONE or GRID_GIVEN */
    uint32_t lines;        /* how many columns, or rows, that is */
    struct tally **strays; /* by the same */
    struct tally formulas;
    uint8_t *continues; /* by row, or column: the entry before goes on in it */
};

static void count_in(struct tally *tally, const struct book_record *cell)
{
    if (tally->count < PLACES) {
        tally->rows[tally->count] = cell->row;
        tally->columns[tally->count] = cell->column;
    }
    tally->count++;
}

static void add_places(struct text *out, const struct tally *tally)
{
    for (size_t i = 0; i < tally->count && i < PLACES; i++) {
        text_add(out, i == 0 ? "" : ", ");
        book_add_place(out, tally->rows[i], tally->columns[i]);
    }
    if (tally->count > PLACES)
        text_addf(out, " and %zu more", tally->count - PLACES);
}

/* ---- where the headings are ---- */

static int meaning_of(const struct reading *reading, struct bytes text)
{
    text = bytes_trim(text);
    return text.size == 0 || text.size > 400
               ? GRID_NONE
               : reading->form->match(reading->form->context, text);
}

/* How many different fields SEEN has after one more. */
static size_t see(struct reading *reading, uint8_t *seen, const struct book_record *cell)
{
    int meaning = meaning_of(reading, cell->text);

    if (meaning < 0 || seen[meaning] != 0)
        return 0;
    seen[meaning] = 1;
    return 1;
}

/* The row among the first with the most headings. */
static size_t find_row(struct reading *reading, uint32_t *row)
{
    const struct book_sheet *sheet = reading->sheet;
    size_t most = 0, i = 0;

    for (uint32_t tried = 0; i < sheet->cell_count && tried < HEAD_ROWS; tried++) {
        uint32_t at = sheet->cells[i].row;
        uint8_t *seen = arena_alloc(reading->arena, reading->form->targets + 1);
        size_t count = 0;
        for (; i < sheet->cell_count && sheet->cells[i].row == at; i++)
            count += see(reading, seen, &sheet->cells[i]);
        if (count > most) {
            most = count;
            *row = at;
        }
    }
    return most;
}

/* The column among the first with the most names. */
static size_t find_column(struct reading *reading, uint32_t *column)
{
    const struct book_sheet *sheet = reading->sheet;
    size_t most = 0;

    for (uint32_t at = 1; at <= HEAD_COLUMNS; at++) {
        uint8_t *seen = arena_alloc(reading->arena, reading->form->targets + 1);
        size_t count = 0;
        for (uint32_t row = 1; row <= sheet->rows && row <= NAME_ROWS; row++) {
            const struct book_record *cell = book_at(sheet, row, at);
            if (cell != NULL)
                count += see(reading, seen, cell);
        }
        if (count > most) {
            most = count;
            *column = at;
        }
    }
    return most;
}

/* ---- what a cell's place means ---- */

static uint32_t line_of(const struct reading *reading, const struct book_record *cell)
{
    return reading->transposed ? cell->row : cell->column;
}

static uint32_t entry_of(const struct reading *reading, const struct book_record *cell)
{
    return reading->transposed ? cell->column : cell->row;
}

static void set_meaning(struct reading *reading, const struct book_record *cell)
{
    uint32_t line = line_of(reading, cell);
    int meaning = meaning_of(reading, cell->text);

    if (meaning == GRID_NONE && sheet_word_among(cell->text, given))
        meaning = GRID_GIVEN;
    uint32_t last =
        reading->transposed && reading->lines > NAME_ROWS ? NAME_ROWS : reading->lines;
    for (uint32_t i = 1; meaning >= 0 && i <= last; i++)
        if (i != line && reading->meanings[i] == meaning) {
            remark(reading->remarks, reading->sheet, cell->row, cell->column,
                   "a second heading of the same meaning; its cells are not taken over");
            meaning = GRID_NONE;
        }
    reading->meanings[line] = meaning;
}

/* A heading that is merged stands for every column, or row, that it covers. */
static void spread_merges(struct reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    size_t looked_at = 0;

    for (size_t i = 0; i < sheet->merge_count && looked_at < HEAD_MERGES; i++) {
        const struct book_record *merge = &sheet->merges[i];
        uint32_t first = reading->transposed ? merge->row : merge->column;
        uint32_t last = reading->transposed ? merge->last_row : merge->last_column;
        uint32_t head = reading->transposed ? merge->column : merge->row;
        uint32_t end = reading->transposed ? merge->last_column : merge->last_row;
        if (head > reading->head || end < reading->head)
            continue;
        looked_at++;
        for (uint32_t line = first + 1; line <= last && line <= reading->lines; line++)
            if (first <= reading->lines && reading->meanings[line] == GRID_NONE)
                reading->meanings[line] = reading->meanings[first];
        if (head == reading->head && end >= reading->begin && end < reading->begin + HEAD_ROWS)
            reading->begin = end + 1;
    }
}

/* Where the cell that names an entry is merged, what stands beside its lower part belongs to it. */
static void find_continuations(struct reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    uint32_t entries = reading->transposed ? sheet->columns : sheet->rows, name = 0;
    int32_t *changes = arena_array(reading->arena, (size_t)entries + 3, sizeof *changes);

    reading->continues = arena_alloc(reading->arena, (size_t)entries + 2);
    for (uint32_t line = 1; line <= reading->lines && name == 0; line++)
        if (reading->meanings[line] >= 0 && reading->meanings[line] == reading->form->id)
            name = line;
    for (size_t i = 0; i < sheet->merge_count && name != 0; i++) {
        const struct book_record *merge = &sheet->merges[i];
        uint32_t first = reading->transposed ? merge->column : merge->row;
        uint32_t last = reading->transposed ? merge->last_column : merge->last_row;
        if ((reading->transposed ? merge->row : merge->column) != name || first >= entries)
            continue;
        changes[first + 1]++;
        changes[(last < entries ? last : entries) + 1]--;
    }
    int32_t open = 0;
    for (uint32_t i = 1; i <= entries; i++) {
        open += changes[i];
        reading->continues[i] = open > 0;
    }
}

/* A record may have columns that explain it: the one called "Value" is taken, or the first. */
static void choose_value(struct reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;

    for (size_t i = 0; i < sheet->cell_count && sheet->cells[i].row <= HEAD_ROWS; i++) {
        const struct book_record *cell = &sheet->cells[i];
        if (cell->column > reading->head && reading->meanings[cell->row] < 0 &&
            sheet_word_among(cell->text, values)) {
            reading->meanings[cell->row] = GRID_GIVEN; /* the row of such headings */
            reading->begin = cell->column;
            return;
        }
    }
}

static bool find_headings(struct reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    const struct grid_form *form = reading->form;
    uint32_t row = 0, column = 0;
    size_t in_row = find_row(reading, &row), in_column = find_column(reading, &column);

    reading->transposed = form->is_record ? in_column >= in_row : in_column > in_row;
    if ((reading->transposed ? in_column : in_row) < form->least)
        return false;
    reading->head = reading->transposed ? column : row;
    reading->begin = reading->head + 1;
    reading->lines = reading->transposed ? sheet->rows : sheet->columns;
    reading->meanings = arena_array(reading->arena, (size_t)reading->lines + 1, sizeof(int));
    reading->strays =
        arena_array(reading->arena, (size_t)reading->lines + 1, sizeof(struct tally *));
    for (uint32_t i = 0; i <= reading->lines; i++)
        reading->meanings[i] = GRID_NONE;
    for (size_t i = 0; i < sheet->cell_count; i++) {
        const struct book_record *cell = &sheet->cells[i];
        if (entry_of(reading, cell) == reading->head &&
            (!reading->transposed || cell->row <= NAME_ROWS))
            set_meaning(reading, cell);
    }
    spread_merges(reading);
    if (reading->transposed)
        choose_value(reading);
    find_continuations(reading);
    return true;
}

/* ---- the entries ---- */

static void add_stray(struct reading *reading, const struct book_record *cell)
{
    struct tally **place = &reading->strays[line_of(reading, cell)];

    if (*place == NULL)
        *place = arena_alloc(reading->arena, sizeof **place);
    count_in(*place, cell);
}

static struct grid_entry *new_entry(struct reading *reading, const struct book_record *cell)
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
static void warn_of_number(struct reading *reading, const struct book_record *cell)
{
    if (cell->kind == BOOK_NUMBER && bytes_find_byte(cell->text, '.') != SIZE_MAX)
        remark(
            reading->remarks, reading->sheet, cell->row, cell->column,
            "%.*s is a number there: if it is a version, see that no zero at its end was lost",
            (int)cell->text.size, (const char *)cell->text.data);
}

static void put_value(struct reading *reading, struct grid_entry *entry, int field,
                      const struct book_record *cell)
{
    struct grid_value *value = &entry->values[field];
    struct bytes text = bytes_trim(cell->text);

    warn_of_number(reading, cell);
    if ((cell->flags & BOOK_FORMULA) != 0)
        count_in(&reading->formulas, cell);
    if (value->cell == NULL) {
        *value = (struct grid_value){.text = text, .cell = cell};
        return;
    }
    owned(text) joined = text_new();
    text_add_bytes(joined, value->text);
    text_add_char(joined, '\n');
    text_add_bytes(joined, text);
    value->text = arena_copy(reading->arena, text_bytes(joined));
}

static void refuse_fault(struct reading *reading, const struct book_record *cell)
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

/* One cell of an entry; ENTRY is NULL until the first that is taken over. */
static void read_cell(struct reading *reading, const struct book_record *cell,
                      struct grid_entry **entry)
{
    int meaning = reading->meanings[line_of(reading, cell)];

    if (meaning == GRID_GIVEN)
        return;
    if (meaning == GRID_NONE) {
        add_stray(reading, cell);
        return;
    }
    if (cell->kind == BOOK_FAULT) {
        refuse_fault(reading, cell);
        return;
    }
    if (*entry == NULL)
        *entry = new_entry(reading, cell);
    put_value(reading, *entry, meaning, cell);
}

/* The heading once more, as on the second page of a printed form. */
static bool is_heading(const struct reading *reading, size_t from)
{
    const struct book_sheet *sheet = reading->sheet;
    uint32_t row = sheet->cells[from].row;
    size_t same = 0, other = 0;

    for (size_t i = from; i < sheet->cell_count && sheet->cells[i].row == row; i++) {
        int meaning = reading->meanings[sheet->cells[i].column];
        if (meaning >= 0 && meaning_of(reading, sheet->cells[i].text) == meaning)
            same++;
        else
            other++;
    }
    return same >= 2 && same > other;
}

static void read_rows(struct reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    size_t i = book_row(sheet, reading->begin);

    while (i < sheet->cell_count) {
        uint32_t row = sheet->cells[i].row;
        bool heading = is_heading(reading, i);
        struct grid_entry *entry = reading->continues[row] != 0 && reading->out->count > 0
                                       ? &reading->out->entries[reading->out->count - 1]
                                       : NULL;
        for (; i < sheet->cell_count && sheet->cells[i].row == row; i++)
            if (!heading)
                read_cell(reading, &sheet->cells[i], &entry);
    }
}

/* Columns of a transposed form: those that explain the others have a heading that says so. */
static bool explains(const struct reading *reading, uint32_t column)
{
    const struct book_sheet *sheet = reading->sheet;

    for (uint32_t row = 1; row <= HEAD_ROWS && row <= sheet->rows; row++) {
        const struct book_record *cell = book_at(sheet, row, column);
        if (cell == NULL || reading->meanings[row] >= 0)
            continue;
        if (sheet_word_among(cell->text, given))
            return true;
    }
    return false;
}

/* Is it a row whose name means nothing and whose cells are headings of the columns? */
static bool names_columns(const struct reading *reading, uint32_t row)
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
static void read_column(struct reading *reading, const struct book_record *const *cells,
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

static void read_columns(struct reading *reading)
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
        if (!early && !explains(reading, column))
            read_column(reading, &cells[i], end - i, &last);
    }
}

/* ---- what was not placed ---- */

static void tell_stray(struct reading *reading, uint32_t line, const struct tally *tally)
{
    const struct book_sheet *sheet = reading->sheet;
    uint32_t row = reading->transposed ? line : reading->head;
    uint32_t column = reading->transposed ? reading->head : line;
    const struct book_record *heading = book_at(sheet, row, column);
    owned(text) places = text_new();
    owned(text) name = text_new();

    add_places(places, tally);
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
static void tell_above(struct reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    owned(text) places = text_new();
    struct tally above = {.count = 0};

    for (size_t i = 0; i < sheet->cell_count && sheet->cells[i].row < reading->head; i++)
        count_in(&above, &sheet->cells[i]);
    if (reading->transposed || above.count == 0)
        return;
    add_places(places, &above);
    remark(reading->remarks, sheet, above.rows[0], above.columns[0],
           "above the headings: not taken over: %s", text_string(places));
}

static void tell(struct reading *reading)
{
    tell_above(reading);
    for (uint32_t line = 1; line <= reading->lines; line++)
        if (reading->strays[line] != NULL)
            tell_stray(reading, line, reading->strays[line]);
    if (reading->formulas.count == 0)
        return;
    owned(text) places = text_new();
    add_places(places, &reading->formulas);
    remark(reading->remarks, reading->sheet, reading->formulas.rows[0],
           reading->formulas.columns[0],
           "formulas are not computed: what they showed when the file was saved is taken: %s",
           text_string(places));
}

/* Comments that hang at cells; those at headings explain the form. */
static void tell_remarks(struct reading *reading)
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
    struct reading reading = {
        .sheet = sheet, .form = form, .arena = arena, .remarks = remarks, .out = out};

    *out = (struct grid){.count = 0};
    out->found = find_headings(&reading);
    if (!out->found) {
        if (sheet->cell_count > 0)
            remark(remarks, sheet, sheet->cells[0].row, sheet->cells[0].column,
                   "no row or column has the headings of %s: its %zu cells are not taken over",
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
