#include "dossier/sheet_blocks.h"

#include "dossier/sheet_tell.h"

#define BLOCK_COLUMNS 3U   /* of a sheet that may hold the names */
#define BLOCK_ROWS    600U /* that are read: a form of 29 tables has fewer */
#define BESIDE        4U   /* columns right of a name that have to be empty */

/* A sheet that is being read as blocks. */
struct blocks {
    struct grid_reading *reading;
    uint32_t column;      /* of the names */
    uint32_t first, last; /* rows that are read */
    struct bytes title;   /* of the section: what stands left of the names */
    struct grid_tally other;
    struct grid_entry *entry;
};

static bool is_named(struct bytes text)
{
    text = bytes_trim(text);
    return text.size > 1 && bytes_at(text, text.size - 1) == ':';
}

static bool is_alone(const struct book_sheet *sheet, uint32_t row, uint32_t column)
{
    for (uint32_t i = 1; i <= BESIDE; i++)
        if (book_at(sheet, row, column + i) != NULL)
            return false;
    return true;
}

/* The field that the cell at ROW is called after, or below 0. */
static int meaning_at(const struct blocks *blocks, uint32_t row)
{
    const struct grid_form *form = blocks->reading->form;
    const struct book_record *cell = book_at(blocks->reading->sheet, row, blocks->column);

    if (cell == NULL || !is_named(cell->text))
        return GRID_NONE;
    return form->match_under == NULL || blocks->title.size == 0
               ? head_meaning(blocks->reading, cell->text)
               : form->match_under(form->context, blocks->title, cell->text);
}

/* The same for a cell with nothing beside it, where the value could be. */
static int name_at(const struct blocks *blocks, uint32_t row)
{
    return is_alone(blocks->reading->sheet, row, blocks->column) ? meaning_at(blocks, row)
                                                                 : GRID_NONE;
}

/* A cell left of the names, with nothing beside it, begins a section: "Supplier organisation". */
static void see_title(struct blocks *blocks, uint32_t row)
{
    const struct book_sheet *sheet = blocks->reading->sheet;

    if (book_at(sheet, row, blocks->column) != NULL)
        return;
    for (uint32_t column = 1; column < blocks->column; column++) {
        const struct book_record *cell = book_at(sheet, row, column);
        if (cell != NULL && cell->text.size < 100)
            blocks->title = bytes_trim(cell->text);
    }
}

/* How many fields COLUMN names; 0 where more of them have something beside them than have not. */
static size_t count_names(struct blocks *blocks)
{
    struct grid_reading *reading = blocks->reading;
    uint8_t *seen = arena_alloc(reading->scratch, reading->form->targets + 1);
    size_t count = 0, beside = 0;

    blocks->title = bytes_of(NULL);
    for (uint32_t row = blocks->first; row <= blocks->last; row++) {
        see_title(blocks, row);
        int meaning = meaning_at(blocks, row);
        if (meaning < 0)
            continue;
        beside += !is_alone(reading->sheet, row, blocks->column);
        count += is_alone(reading->sheet, row, blocks->column) && seen[meaning] == 0;
        seen[meaning] = 1;
    }
    return count > beside ? count : 0;
}

static bool find_column(struct blocks *blocks)
{
    size_t most = 0;
    uint32_t best = 0;

    for (uint32_t column = 1; column <= BLOCK_COLUMNS; column++) {
        blocks->column = column;
        size_t count = count_names(blocks);
        if (count > most) {
            most = count;
            best = column;
        }
    }
    blocks->column = best;
    return most >= blocks->reading->form->least && most > 0;
}

/* Is the cell below the name at ROW what is said of it? Not the explanation of the next name. */
static const struct book_record *value_below(const struct blocks *blocks, uint32_t row,
                                             bool explained)
{
    const struct book_sheet *sheet = blocks->reading->sheet;
    const struct book_record *cell = book_at(sheet, row + 1, blocks->column);

    if (cell == NULL || name_at(blocks, row + 1) >= 0)
        return NULL;
    return explained && name_at(blocks, row + 2) >= 0 ? NULL : cell;
}

/* Do explanations stand above the names of this form? Then one stands above its first. */
static bool has_explanations(const struct blocks *blocks)
{
    for (uint32_t row = blocks->first; row <= blocks->last; row++)
        if (name_at(blocks, row) >= 0)
            return row > blocks->first &&
                   book_at(blocks->reading->sheet, row - 1, blocks->column) != NULL;
    return false;
}

static void take_name(struct blocks *blocks, uint32_t row, int meaning, bool explained)
{
    struct grid_reading *reading = blocks->reading;
    const struct grid_form *form = reading->form;
    const struct book_record *name = book_at(reading->sheet, row, blocks->column);
    const struct book_record *value = value_below(blocks, row, explained);

    if (blocks->entry != NULL && !form->is_record && meaning == form->id)
        blocks->entry = NULL; /* the ID again: another entry */
    if (value == NULL)
        return;
    if (blocks->entry != NULL && blocks->entry->values[meaning].cell != NULL) {
        remark(reading->remarks, reading->sheet, name->row, name->column,
               "a second heading of the same meaning; what is below it is not taken over");
        return;
    }
    grid_take(reading, meaning, value, &blocks->entry);
}

static void read_blocks(struct blocks *blocks)
{
    const struct book_sheet *sheet = blocks->reading->sheet;
    bool explained = has_explanations(blocks);
    uint32_t taken = 0;

    blocks->title = bytes_of(NULL);
    for (size_t i = 0; i < sheet->cell_count; i++) {
        const struct book_record *cell = &sheet->cells[i];
        if (i == 0 || sheet->cells[i - 1].row != cell->row)
            see_title(blocks, cell->row);
        int meaning = cell->row <= blocks->last && cell->column == blocks->column
                          ? name_at(blocks, cell->row)
                          : GRID_NONE;
        if (meaning >= 0) {
            if (blocks->reading->out->row == 0) {
                blocks->reading->out->row = cell->row;
                blocks->reading->out->column = cell->column;
            }
            blocks->reading->out->heads[meaning] = true;
            take_name(blocks, cell->row, meaning, explained);
            if (value_below(blocks, cell->row, explained) != NULL)
                taken = cell->row + 1;
        } else if (cell->row != taken || cell->column != blocks->column) {
            tell_count(&blocks->other, cell);
        }
    }
}

bool blocks_read(struct grid_reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    struct blocks blocks = {
        .reading = reading,
        .first = sheet->top + 1,
        .last = sheet->rows < sheet->top + BLOCK_ROWS ? sheet->rows : sheet->top + BLOCK_ROWS};

    if (!find_column(&blocks))
        return false;
    read_blocks(&blocks);
    reading->out->found = true;
    tell_all(reading, &blocks.other, "beside and between the fields: not taken over");
    return true;
}
