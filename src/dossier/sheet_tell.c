#include "dossier/sheet_tell.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"

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

void tell_count(struct grid_tally *tally, const struct book_record *cell)
{
    if (tally->count < GRID_PLACES) {
        tally->rows[tally->count] = cell->row;
        tally->columns[tally->count] = cell->column;
    }
    tally->count++;
}

static void add_places(struct text *out, const struct grid_tally *tally)
{
    for (size_t i = 0; i < tally->count && i < GRID_PLACES; i++) {
        text_add(out, i == 0 ? "" : ", ");
        book_add_place(out, tally->rows[i], tally->columns[i]);
    }
    if (tally->count > GRID_PLACES)
        text_addf(out, " and %zu more", tally->count - GRID_PLACES);
}

static void tell_stray(struct grid_reading *reading, uint32_t line,
                       const struct grid_tally *tally)
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

void tell_all(struct grid_reading *reading, const struct grid_tally *tally, const char *what)
{
    owned(text) places = text_new();

    if (tally->count == 0)
        return;
    add_places(places, tally);
    remark(reading->remarks, reading->sheet, tally->rows[0], tally->columns[0], "%s: %s", what,
           text_string(places));
}

/* What stands above the headings: a title, or something that was meant to be read. */
static void tell_above(struct grid_reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    struct grid_tally above = {.count = 0};

    if (reading->transposed)
        return;
    for (size_t i = 0; i < sheet->cell_count && sheet->cells[i].row < reading->head; i++)
        tell_count(&above, &sheet->cells[i]);
    tell_all(reading, &above, "above the headings: not taken over");
}

/* Texts in the column of the names, or left of it, that name nothing and stand alone. */
static void tell_names(struct grid_reading *reading)
{
    const struct book_sheet *sheet = reading->sheet;
    struct grid_tally alone = {.count = 0};

    for (size_t i = 0; reading->transposed && i < sheet->cell_count; i++) {
        const struct book_record *cell = &sheet->cells[i];
        bool last = i + 1 == sheet->cell_count || sheet->cells[i + 1].row != cell->row;
        if (cell->column <= reading->head && reading->meanings[cell->row] == GRID_NONE && last)
            tell_count(&alone, cell);
    }
    tell_all(reading, &alone, "no name of a field: not taken over");
}

void tell(struct grid_reading *reading)
{
    tell_above(reading);
    tell_names(reading);
    for (uint32_t line = reading->first; line <= reading->lines; line++)
        if (reading->strays[line] != NULL)
            tell_stray(reading, line, reading->strays[line]);
    tell_all(reading, &reading->guidance, "it explains the form: not taken over");
    tell_all(reading, &reading->formulas,
             "formulas are not computed: what they showed when the file was saved is taken");
    tell_all(reading, &reading->unseen, "in hidden rows or columns: taken over all the same");
}

/* Comments that hang at cells; those at headings explain the form. */
void tell_remarks(struct grid_reading *reading)
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
