#include "dossier/sheet_head.h"

#include "dossier/sheet_form.h"

#define HEAD_ROWS    20U   /* of a sheet that are searched for headings */
#define HEAD_COLUMNS 3U    /* … that may hold the names of fields */
#define NAME_ROWS    400U  /* … in which they may stand: a record has 14 fields */
#define HEAD_MERGES  1000U /* merged cells that are looked at for one heading row */
#define HEADING      400U  /* bytes of a text that may be one */

/* Columns that explain the fields beside them, and the heading above the names of fields. */
static const char explaining[] = "meaning|guidance|explanation|instruction|instructions|help|"
                                 "hint|example|examples|type|what to fill in|no|nr|number";
static const char naming[] = "field|fields|ixit field|parameter|no|nr|number";
/* Columns that count the rows, lead back to the ICS, or say which rows apply. */
static const char counting[] = "no|nr|number|go to ics|back to ics|applicability";
static const char values[] = "value|values|answer|response|entry|content|declaration|input|"
                             "filled in by the supplier|information";

int head_meaning(const struct grid_reading *reading, struct bytes text)
{
    text = bytes_trim(text);
    return text.size == 0 || text.size > HEADING
               ? GRID_NONE
               : reading->form->match(reading->form->context, text);
}

/* How many different fields SEEN has after one more. */
static size_t see(struct grid_reading *reading, uint8_t *seen, const struct book_record *cell)
{
    int meaning = head_meaning(reading, cell->text);

    if (meaning < 0 || seen[meaning] != 0)
        return 0;
    seen[meaning] = 1;
    return 1;
}

/* The row among the first with the most headings. */
static size_t find_row(struct grid_reading *reading, uint32_t *row)
{
    const struct book_sheet *sheet = reading->sheet;
    size_t most = 0, i = 0;

    for (uint32_t tried = 0; i < sheet->cell_count && tried < HEAD_ROWS; tried++) {
        uint32_t at = sheet->cells[i].row;
        uint8_t *seen = arena_alloc(reading->scratch, reading->form->targets + 1);
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
static size_t find_column(struct grid_reading *reading, uint32_t *column)
{
    const struct book_sheet *sheet = reading->sheet;
    size_t most = 0;

    for (uint32_t at = 1; at <= HEAD_COLUMNS; at++) {
        uint8_t *seen = arena_alloc(reading->scratch, reading->form->targets + 1);
        size_t count = 0;
        for (uint32_t row = sheet->top + 1; row <= sheet->rows && row <= sheet->top + NAME_ROWS;
             row++) {
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

uint32_t head_line(const struct grid_reading *reading, const struct book_record *cell)
{
    return reading->transposed ? cell->row : cell->column;
}

static uint32_t entry_of(const struct grid_reading *reading, const struct book_record *cell)
{
    return reading->transposed ? cell->column : cell->row;
}

static void set_meaning(struct grid_reading *reading, const struct book_record *cell)
{
    uint32_t line = head_line(reading, cell);
    int meaning = head_meaning(reading, cell->text);

    if (meaning == GRID_NONE &&
        sheet_word_among(cell->text, reading->transposed ? naming : counting))
        meaning = GRID_GIVEN;
    uint32_t last = reading->transposed && reading->lines > reading->first + NAME_ROWS
                        ? reading->first + NAME_ROWS
                        : reading->lines;
    for (uint32_t i = reading->first; meaning >= 0 && i <= last; i++)
        if (i != line && reading->meanings[i] == meaning) {
            remark(reading->remarks, reading->sheet, cell->row, cell->column,
                   "a second heading of the same meaning; its cells are not taken over");
            meaning = GRID_NONE;
        }
    reading->meanings[line] = meaning;
}

/* A heading that is merged stands for every column, or row, that it covers. */
static void spread_merges(struct grid_reading *reading)
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
        if (head == reading->head && end >= reading->begin &&
            end < reading->begin + HEAD_ROWS && first <= reading->lines &&
            reading->meanings[first] != GRID_NONE) /* a title over all is no heading */
            reading->begin = end + 1;
    }
}

/* Where the cell that names an entry is merged, what stands beside its lower part belongs to it. */
static void find_continuations(struct grid_reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    uint32_t entries = reading->transposed ? sheet->columns : sheet->rows, name = 0;
    int32_t *changes = arena_array(reading->scratch, (size_t)entries + 3, sizeof *changes);

    reading->continues = arena_alloc(reading->scratch, (size_t)entries + 2);
    for (uint32_t line = reading->first; line <= reading->lines && name == 0; line++)
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
static void choose_value(struct grid_reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;

    for (size_t i = 0; i < sheet->cell_count && sheet->cells[i].row <= sheet->top + HEAD_ROWS;
         i++) {
        const struct book_record *cell = &sheet->cells[i];
        if (cell->column > reading->head && reading->meanings[cell->row] < 0 &&
            sheet_word_among(cell->text, values)) {
            reading->meanings[cell->row] = GRID_GIVEN; /* the row of such headings */
            reading->begin = cell->column;
            return;
        }
    }
}

/*
 * "Support" over "Y", "N", "N/A": below a heading that is merged over several columns, each may
 * have one of its own. A row of them has nothing else in it.
 */
static void find_subheadings(struct grid_reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    size_t first = book_row(sheet, reading->head + 1), end = first, below = 0;

    for (; end < sheet->cell_count && sheet->cells[end].row == reading->head + 1; end++) {
        if (head_meaning(reading, sheet->cells[end].text) < 0)
            return;
        below += book_at(sheet, reading->head, sheet->cells[end].column) == NULL;
    }
    if (end - first < 2 || below == 0)
        return;
    for (size_t i = first; i < end; i++)
        reading->meanings[sheet->cells[i].column] = GRID_NONE;
    for (size_t i = first; i < end; i++)
        set_meaning(reading, &sheet->cells[i]);
    if (reading->begin < reading->head + 2)
        reading->begin = reading->head + 2;
}

bool head_find(struct grid_reading *reading)
{
    const struct grid_form *form = reading->form;
    uint32_t row = 0, column = 0;
    size_t in_row = find_row(reading, &row), in_column = find_column(reading, &column);

    reading->transposed = form->is_record ? in_column >= in_row : in_column > in_row;
    reading->head = reading->transposed ? column : row;
    if ((reading->transposed ? in_column : in_row) < form->least)
        return false;
    if (in_row != in_column || in_row < 2)
        return true;
    remark(reading->remarks, reading->sheet, row, column,
           "headings of %s stand in this row and in this column alike: nothing is taken over",
           form->what);
    reading->out->ambiguous = true;
    return false;
}

size_t head_cards(const struct grid_reading *reading, uint32_t **rows)
{
    const struct book_sheet *sheet = reading->sheet;
    size_t count = 0, capacity = 0;

    *rows = NULL;
    if (!reading->transposed || reading->form->id < 0 || reading->form->is_record)
        return 0;
    for (size_t i = 0; i < sheet->cell_count; i++) {
        const struct book_record *cell = &sheet->cells[i];
        if (cell->column != reading->head ||
            head_meaning(reading, cell->text) != reading->form->id)
            continue;
        *rows = arena_grow(reading->scratch, *rows, &capacity, count + 1, sizeof **rows);
        (*rows)[count++] = cell->row;
    }
    return count < 2 ? 0 : count;
}

void head_read(struct grid_reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    reading->begin = reading->head + 1;
    reading->lines = reading->transposed ? sheet->rows : sheet->columns;
    reading->meanings = arena_array(reading->scratch, (size_t)reading->lines + 1, sizeof(int));
    reading->strays =
        arena_array(reading->scratch, (size_t)reading->lines + 1, sizeof(struct grid_tally *));
    reading->first = reading->transposed ? sheet->top + 1 : 1;
    for (uint32_t i = reading->first; i <= reading->lines; i++)
        reading->meanings[i] = GRID_NONE;
    for (size_t i = 0; i < sheet->cell_count; i++) {
        const struct book_record *cell = &sheet->cells[i];
        if (entry_of(reading, cell) == reading->head &&
            (!reading->transposed || cell->row <= sheet->top + NAME_ROWS))
            set_meaning(reading, cell);
    }
    spread_merges(reading);
    if (reading->transposed)
        choose_value(reading);
    else
        find_subheadings(reading);
    find_continuations(reading);
}

/* Columns of a transposed form: those that explain the others have a heading that says so. */
bool head_explains(const struct grid_reading *reading, uint32_t column)
{
    const struct book_sheet *sheet = reading->sheet;

    for (uint32_t row = sheet->top + 1; row <= sheet->top + HEAD_ROWS && row <= sheet->rows;
         row++) {
        const struct book_record *cell = book_at(sheet, row, column);
        if (cell == NULL || reading->meanings[row] >= 0)
            continue;
        if (sheet_word_among(cell->text, explaining))
            return true;
    }
    return false;
}
