#include "model/book.h"

#include <stdlib.h>

#include "model/wire.h"

struct book *book_new(void)
{
    struct book *book = mem_alloc(sizeof *book);

    book->arena = arena_new();
    return book;
}

void book_free(struct book *book)
{
    if (book == NULL)
        return;
    arena_free(book->arena);
    mem_free(book);
}

static struct error *add_sheet(struct book *book, const struct book_record *record)
{
    if (book->sheet_count >= LIMIT_BOOK_SHEETS)
        return error_new(ERROR_LIMIT, "more than %u sheets", LIMIT_BOOK_SHEETS);
    book->sheets = arena_grow(book->arena, book->sheets, &book->sheet_capacity,
                              book->sheet_count + 1, sizeof *book->sheets);
    book->sheets[book->sheet_count++] = (struct book_sheet){
        .name = arena_string(book->arena, record->text),
        .hidden = (record->flags & BOOK_HIDDEN) != 0,
    };
    return NULL;
}

static void add_ignored(struct book *book, struct bytes text)
{
    for (size_t i = 0; i < book->ignored_count; i++)
        if (bytes_equal(book->ignored[i], text))
            return;
    book->ignored = arena_grow(book->arena, book->ignored, &book->ignored_capacity,
                               book->ignored_count + 1, sizeof *book->ignored);
    book->ignored[book->ignored_count++] = arena_copy(book->arena, text);
}

static bool is_place(uint32_t row, uint32_t column)
{
    return row >= 1 && row <= BOOK_ROWS && column >= 1 && column <= BOOK_COLUMNS;
}

/* Appends RECORD to a list of the sheet at hand. */
static void append(struct book *book, struct book_record **list, size_t *count,
                   size_t *capacity, const struct book_record *record)
{
    *list = arena_grow(book->arena, *list, capacity, *count + 1, sizeof **list);
    (*list)[*count] = *record;
    (*list)[*count].text = arena_copy(book->arena, record->text);
    (*count)++;
}

static struct error *add_cell(struct book *book, struct book_sheet *sheet,
                              const struct book_record *record)
{
    book->size += record->text.size;
    if (++book->cells > LIMIT_BOOK_CELLS || book->size > LIMIT_BOOK_BYTES)
        return error_new(ERROR_LIMIT, "more than %u cells, or than %u MiB of text in them",
                         LIMIT_BOOK_CELLS, LIMIT_BOOK_BYTES >> 20);
    if (record->row > sheet->rows)
        sheet->rows = record->row;
    if (record->column > sheet->columns)
        sheet->columns = record->column;
    append(book, &sheet->cells, &sheet->cell_count, &sheet->cell_capacity, record);
    return NULL;
}

static struct error *add_merge(struct book *book, struct book_sheet *sheet,
                               const struct book_record *record)
{
    if (!is_place(record->last_row, record->last_column) || record->last_row < record->row ||
        record->last_column < record->column)
        return error_new(ERROR_INPUT, "merged cells that end before they begin");
    if (sheet->merge_count >= LIMIT_BOOK_MERGES)
        return error_new(ERROR_LIMIT, "more than %u merged cells", LIMIT_BOOK_MERGES);
    append(book, &sheet->merges, &sheet->merge_count, &sheet->merge_capacity, record);
    return NULL;
}

struct error *book_add(struct book *book, const struct book_record *record)
{
    struct book_sheet *sheet =
        book->sheet_count == 0 ? NULL : &book->sheets[book->sheet_count - 1];

    if (record->text.size > LIMIT_BOOK_TEXT)
        return error_new(ERROR_LIMIT, "a cell of more than %u bytes", LIMIT_BOOK_TEXT);
    if (record->kind == BOOK_SHEET)
        return add_sheet(book, record);
    if (record->kind == BOOK_IGNORED) {
        if (book->ignored_count < LIMIT_BOOK_SHEETS)
            add_ignored(book, record->text);
        return NULL;
    }
    if (sheet == NULL || !is_place(record->row, record->column))
        return error_new(ERROR_INPUT, "a cell outside of every sheet");
    if (record->kind == BOOK_MERGE)
        return add_merge(book, sheet, record);
    if (record->kind != BOOK_REMARK)
        return add_cell(book, sheet, record);
    if (sheet->remark_count < LIMIT_BOOK_MERGES)
        append(book, &sheet->remarks, &sheet->remark_count, &sheet->remark_capacity, record);
    return NULL;
}

static int by_place(const void *left, const void *right)
{
    const struct book_record *a = left, *b = right;

    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return 0;
}

static bool is_sorted(const struct book_record *list, size_t count)
{
    bool sorted = true;

    for (size_t i = 1; i < count && sorted; i++)
        sorted = by_place(&list[i - 1], &list[i]) < 0;
    return sorted;
}

static void sort_sheet(struct book_sheet *sheet)
{
    size_t kept = 0;

    if (sheet->merge_count > 0)
        qsort(sheet->merges, sheet->merge_count, sizeof *sheet->merges, by_place);
    if (sheet->remark_count > 0)
        qsort(sheet->remarks, sheet->remark_count, sizeof *sheet->remarks, by_place);
    if (is_sorted(sheet->cells, sheet->cell_count))
        return;
    qsort(sheet->cells, sheet->cell_count, sizeof *sheet->cells, by_place);
    for (size_t i = 0; i < sheet->cell_count; i++)
        if (kept == 0 || by_place(&sheet->cells[kept - 1], &sheet->cells[i]) != 0)
            sheet->cells[kept++] = sheet->cells[i];
    sheet->cell_count = kept;
}

void book_sort(struct book *book)
{
    for (size_t i = 0; i < book->sheet_count; i++)
        sort_sheet(&book->sheets[i]);
}

/* The index of the first of LIST at or behind a place. */
static size_t first_from(const struct book_record *list, size_t count, uint32_t row,
                         uint32_t column)
{
    const struct book_record wanted = {.row = row, .column = column};
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_place(&list[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct book_record *book_at(const struct book_sheet *sheet, uint32_t row, uint32_t column)
{
    size_t i = first_from(sheet->cells, sheet->cell_count, row, column);

    if (i >= sheet->cell_count || sheet->cells[i].row != row ||
        sheet->cells[i].column != column)
        return NULL;
    return &sheet->cells[i];
}

size_t book_row(const struct book_sheet *sheet, uint32_t row)
{
    return first_from(sheet->cells, sheet->cell_count, row, 0);
}

/* Narrows LIST to what begins in the rows FIRST to LAST. */
static void narrow(struct book_record **list, size_t *count, uint32_t first, uint32_t last)
{
    size_t begin = first_from(*list, *count, first, 0);
    size_t end = first_from(*list, *count, last + 1, 0);

    if (*list != NULL)
        *list += begin;
    *count = end - begin;
}

struct book_sheet book_part(const struct book_sheet *sheet, uint32_t first, uint32_t last)
{
    struct book_sheet part = *sheet;

    narrow(&part.cells, &part.cell_count, first, last);
    narrow(&part.merges, &part.merge_count, first, last);
    narrow(&part.remarks, &part.remark_count, first, last);
    part.rows = last < sheet->rows ? last : sheet->rows;
    part.top = first - 1;
    return part;
}

void book_add_place(struct text *out, uint32_t row, uint32_t column)
{
    char letters[8];
    size_t count = 0;

    for (; column > 0 && count < sizeof letters; column = (column - 1) / 26)
        letters[count++] = (char)('A' + (column - 1) % 26);
    while (count > 0)
        text_add_char(out, letters[--count]);
    text_addf(out, "%u", row);
}

bool book_read_place(struct bytes text, uint32_t *row, uint32_t *column)
{
    uint32_t letters = 0, number = 0;
    size_t i = 0;

    i += bytes_at(text, i) == '$';
    for (; i < text.size && letters <= BOOK_COLUMNS; i++) {
        uint8_t letter = bytes_at(text, i) & 0xdf;
        if (letter < 'A' || letter > 'Z')
            break;
        letters = letters * 26 + letter - 'A' + 1;
    }
    i += bytes_at(text, i) == '$';
    for (; i < text.size && number <= BOOK_ROWS; i++) {
        uint8_t digit = bytes_at(text, i);
        if (digit < '0' || digit > '9')
            return false;
        number = number * 10 + digit - '0';
    }
    if (i < text.size || !is_place(number, letters))
        return false;
    *row = number;
    *column = letters;
    return true;
}

void book_write(struct text *out, const struct book_record *record)
{
    wire_u8(out, (uint8_t)record->kind);
    wire_u32(out, record->flags);
    wire_u32(out, record->row);
    wire_u32(out, record->column);
    wire_u32(out, record->last_row);
    wire_u32(out, record->last_column);
    wire_text(out, record->text);
}

void book_read(struct cursor *c, struct book_record *out)
{
    uint8_t kind = cursor_u8(c);

    *out = (struct book_record){.kind = (enum book_kind)kind, .flags = cursor_u32le(c)};
    out->row = cursor_u32le(c);
    out->column = cursor_u32le(c);
    out->last_row = cursor_u32le(c);
    out->last_column = cursor_u32le(c);
    out->text = wire_read_text(c);
    if (kind > BOOK_IGNORED)
        cursor_skip(c, (uint64_t)cursor_left(c) + 1); /* not a record: latch the cursor */
}
