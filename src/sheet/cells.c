#include "sheet/cells.h"

#include <string.h>

#include "sheet/xml.h"

struct reading {
    struct cells_shared *shared;
    struct arena *arena; /* dies with each row */
    uint32_t row, column;
    bool in_cell, in_value, in_formula, has_value, has_formula;
    char type[12]; /* of the cell: "s", "str", "inlineStr", "b", "e", "n", "d" */
    uint64_t style;
    struct text *value, *formula;
    struct strings_run inline_text;
    bool linked; /* it was said that a text has a link behind it */
    bool hidden_row;
    uint32_t hidden_columns;              /* said so far: the same may be said many times */
    uint8_t hidden[BOOK_COLUMNS / 8 + 1]; /* columns, one bit each */
};

static struct error *put(struct reading *reading, struct book_record *record)
{
    return reading->shared->sink->record(reading->shared->sink, record);
}

static uint64_t number_of(const char *value, uint64_t otherwise)
{
    uint64_t number;

    return value != NULL && bytes_to_u64(bytes_of(value), &number) ? number : otherwise;
}

static bool is_true(const char *value)
{
    return value != NULL && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

/* Columns MIN to MAX; a width or a height of nothing hides as well. */
static void start_columns(struct reading *reading, const char *const *attributes)
{
    const char *width = xml_attribute(attributes, "width");
    uint64_t first = number_of(xml_attribute(attributes, "min"), 0);
    uint64_t last = number_of(xml_attribute(attributes, "max"), 0);

    if (!is_true(xml_attribute(attributes, "hidden")) &&
        (width == NULL || strcmp(width, "0") != 0))
        return;
    for (uint64_t i = first;
         i >= 1 && i <= last && i <= BOOK_COLUMNS && reading->hidden_columns < 4 * BOOK_COLUMNS;
         i++, reading->hidden_columns++)
        reading->hidden[i / 8] |= (uint8_t)(1U << (i % 8));
}

static bool is_hidden(const struct reading *reading)
{
    return reading->hidden_row ||
           (reading->hidden[reading->column / 8] & (1U << (reading->column % 8))) != 0;
}

static struct error *start_row(struct reading *reading, const char *const *attributes)
{
    const char *height = xml_attribute(attributes, "ht");
    uint64_t row = number_of(xml_attribute(attributes, "r"), (uint64_t)reading->row + 1);

    if (row == 0 || row > BOOK_ROWS)
        return error_new(ERROR_INPUT, "a row that no sheet has");
    reading->row = (uint32_t)row;
    reading->column = 0;
    reading->hidden_row = is_true(xml_attribute(attributes, "hidden")) ||
                          (height != NULL && strcmp(height, "0") == 0);
    arena_reset(reading->arena);
    return NULL;
}

static struct error *start_cell(struct reading *reading, const char *const *attributes)
{
    const char *place = xml_attribute(attributes, "r");
    const char *type = xml_attribute(attributes, "t");
    uint32_t row = reading->row, column = reading->column + 1;

    if (place != NULL && !book_read_place(bytes_of(place), &row, &column))
        return error_new(ERROR_INPUT, "a cell that no sheet has");
    if (row == 0 || column > BOOK_COLUMNS)
        return error_new(ERROR_INPUT, "a cell outside of every row");
    reading->row = row;
    reading->column = column;
    reading->in_cell = true;
    reading->has_value = reading->has_formula = false;
    reading->style = number_of(xml_attribute(attributes, "s"), 0);
    text_clear(reading->value);
    text_clear(reading->formula);
    text_clear(reading->inline_text.text);
    reading->inline_text.struck = false;
    memset(reading->type, 0, sizeof reading->type);
    for (size_t i = 0; type != NULL && type[i] != '\0' && i + 1 < sizeof reading->type; i++)
        reading->type[i] = type[i];
    return NULL;
}

static struct error *start_merge(struct reading *reading, const char *const *attributes)
{
    const char *range = xml_attribute(attributes, "ref");
    struct bytes rest = bytes_of(range), first, last;
    struct book_record record = {.kind = BOOK_MERGE};

    if (!bytes_next_field(&rest, ':', &first) || !bytes_next_field(&rest, ':', &last) ||
        !book_read_place(first, &record.row, &record.column) ||
        !book_read_place(last, &record.last_row, &record.last_column))
        return NULL; /* it changes nothing that is read */
    if (record.last_row < record.row || record.last_column < record.column)
        return NULL;
    return put(reading, &record);
}

static struct error *start_link(struct reading *reading)
{
    struct book_record record = {
        .kind = BOOK_IGNORED,
        .text = bytes_of("links behind the texts of cells; the texts themselves are read"),
    };

    if (reading->linked)
        return NULL;
    reading->linked = true;
    return put(reading, &record);
}

static struct error *on_start(void *context, const char *name, const char *const *attributes)
{
    struct reading *reading = context;

    if (strcmp(name, "row") == 0)
        return start_row(reading, attributes);
    if (strcmp(name, "c") == 0)
        return start_cell(reading, attributes);
    if (strcmp(name, "col") == 0)
        start_columns(reading, attributes);
    if (strcmp(name, "mergeCell") == 0)
        return start_merge(reading, attributes);
    if (strcmp(name, "hyperlink") == 0)
        return start_link(reading);
    if (!reading->in_cell)
        return NULL;
    if (strcmp(name, "v") == 0)
        reading->in_value = reading->has_value = true;
    else if (strcmp(name, "f") == 0)
        reading->in_formula = reading->has_formula = true;
    else
        strings_start(&reading->inline_text, name, attributes);
    return NULL;
}

static struct error *on_text(void *context, struct bytes text)
{
    struct reading *reading = context;

    if (reading->in_value)
        text_add_bytes(reading->value, text);
    else if (reading->in_formula)
        text_add_bytes(reading->formula, text);
    else if (reading->in_cell)
        strings_text(&reading->inline_text, text);
    return NULL;
}

/* A text that is not there would be a cell that is lost: then the file is damaged. */
static struct error *put_shared(const struct reading *reading, struct bytes value,
                                struct book_record *record)
{
    const struct strings *strings = &reading->shared->strings;
    uint64_t index;

    value = bytes_trim(value);
    if (value.size == 0)
        return NULL;
    if (!bytes_to_u64(value, &index) || index >= strings->count)
        return error_new(ERROR_INPUT, "a cell names a text that the file does not hold");
    record->text = strings->list[index].text;
    record->flags |= strings->list[index].struck ? BOOK_STRUCK : 0;
    return NULL;
}

/* "2026-11-20T10:30:00.000Z" as it is shown: no time where it is midnight. */
static void add_moment(struct text *out, struct bytes value)
{
    size_t time = bytes_find_byte(value, 'T');
    struct bytes clock = bytes_slice(value, time == SIZE_MAX ? value.size : time + 1, 8);

    text_add_bytes(out, bytes_slice(value, 0, time));
    if (clock.size == 0 || bytes_is(clock, "00:00:00"))
        return;
    text_add_char(out, ' ');
    text_add_bytes(out, clock);
}

/* Sets kind and text of RECORD by the type of the cell. */
static struct error *judge_cell(struct reading *reading, struct book_record *record,
                                struct text *number)
{
    struct bytes value = text_bytes(reading->value);
    const char *type = reading->type;

    record->kind = BOOK_TEXT;
    if (strcmp(type, "s") == 0) {
        return put_shared(reading, value, record);
    } else if (strcmp(type, "inlineStr") == 0) {
        record->text = strings_clean(reading->arena, text_bytes(reading->inline_text.text));
        record->flags |= reading->inline_text.struck ? BOOK_STRUCK : 0;
    } else if (strcmp(type, "str") == 0) {
        record->text = strings_clean(reading->arena, value);
    } else if (strcmp(type, "b") == 0) {
        record->kind = BOOK_BOOLEAN;
        record->text = bytes_of(bytes_is(bytes_trim(value), "1") ||
                                        bytes_is_nocase(bytes_trim(value), "true")
                                    ? "Yes"
                                    : "No");
    } else if (strcmp(type, "e") == 0) {
        record->kind = BOOK_FAULT;
        record->text = value;
    } else if (strcmp(type, "d") == 0) {
        record->kind = BOOK_DATE;
        add_moment(number, bytes_trim(value));
        record->text = text_bytes(number);
    } else {
        bool date = styles_add_number(&reading->shared->styles, (size_t)reading->style,
                                      bytes_trim(value), number);
        record->kind = date ? BOOK_DATE : BOOK_NUMBER;
        record->text = text_bytes(number);
    }
    return NULL;
}

/* LibreOffice writes a plain yes or no as a formula without arguments. */
static bool is_constant(const struct reading *reading)
{
    struct bytes formula = text_bytes(reading->formula);

    return bytes_is_nocase(formula, "TRUE()") || bytes_is_nocase(formula, "FALSE()");
}

static struct error *end_cell(struct reading *reading)
{
    struct book_record record = {
        .row = reading->row,
        .column = reading->column,
        .flags = reading->has_formula && !is_constant(reading) ? BOOK_FORMULA : 0,
    };
    owned(text) number = text_new();

    reading->in_cell = false;
    if (styles_is_struck(&reading->shared->styles, (size_t)reading->style))
        record.flags |= BOOK_STRUCK;
    if (is_hidden(reading))
        record.flags |= BOOK_HIDDEN;
    if (!reading->has_value && !reading->has_formula && strcmp(reading->type, "inlineStr") != 0)
        return NULL;
    if (reading->has_value || strcmp(reading->type, "inlineStr") == 0)
        TRY(judge_cell(reading, &record, number));
    else
        record.kind = BOOK_FAULT; /* a formula that nothing has computed */
    if (bytes_trim(record.text).size == 0 && record.kind != BOOK_FAULT) {
        /* A text may be empty; a number that is was never computed. */
        if (!reading->has_formula || strcmp(reading->type, "str") == 0)
            return NULL;
        record.kind = BOOK_FAULT;
    }
    if (record.text.size > LIMIT_BOOK_TEXT)
        return error_new(ERROR_LIMIT, "a cell of more than %u bytes", LIMIT_BOOK_TEXT);
    return put(reading, &record);
}

static struct error *on_end(void *context, const char *name)
{
    struct reading *reading = context;

    if (!reading->in_cell)
        return NULL;
    if (strcmp(name, "c") == 0)
        return end_cell(reading);
    if (strcmp(name, "v") == 0)
        reading->in_value = false;
    else if (strcmp(name, "f") == 0)
        reading->in_formula = false;
    else
        strings_end(&reading->inline_text, name);
    return NULL;
}

struct error *cells_read(struct cells_shared *shared, struct bytes content)
{
    static const struct xml_handler handler = {on_start, on_end, on_text};
    owned(arena) arena = arena_new();
    owned(text) value = text_new();
    owned(text) formula = text_new();
    owned(text) inline_text = text_new();
    struct reading reading = {
        .shared = shared,
        .arena = arena,
        .value = value,
        .formula = formula,
        .inline_text.text = inline_text,
    };

    return xml_read(content, &handler, &reading);
}

static struct error *on_remark_start(void *context, const char *name,
                                     const char *const *attributes)
{
    struct reading *reading = context;
    const char *place = xml_attribute(attributes, "ref");

    if (strcmp(name, "comment") == 0) {
        reading->in_cell =
            place != NULL && book_read_place(bytes_of(place), &reading->row, &reading->column);
        text_clear(reading->inline_text.text);
    }
    strings_start(&reading->inline_text, name, attributes);
    return NULL;
}

/* Newer programs keep a conversation elsewhere and leave it here, behind words about themselves. */
static struct bytes said_in(struct bytes remark)
{
    static const char mark[] = "[Threaded comment]", behind[] = "\n\nComment:\n";
    size_t at = bytes_starts(remark, mark) ? bytes_find_string(remark, behind) : SIZE_MAX;

    return at == SIZE_MAX ? remark
                          : bytes_trim(bytes_from_offset(remark, at + sizeof behind - 1));
}

static struct error *on_remark_end(void *context, const char *name)
{
    struct reading *reading = context;
    struct book_record record = {
        .kind = BOOK_REMARK, .row = reading->row, .column = reading->column};

    strings_end(&reading->inline_text, name);
    if (strcmp(name, "comment") != 0 || !reading->in_cell)
        return NULL;
    reading->in_cell = false;
    arena_reset(reading->arena);
    struct bytes said = strings_clean(reading->arena, text_bytes(reading->inline_text.text));
    record.text = bytes_slice(said_in(said), 0, LIMIT_BOOK_TEXT);
    return put(reading, &record);
}

struct error *cells_read_remarks(struct cells_shared *shared, struct bytes content)
{
    static const struct xml_handler handler = {on_remark_start, on_remark_end, on_text};
    owned(arena) arena = arena_new();
    owned(text) text = text_new();
    owned(text) value = text_new();
    struct reading reading = {.shared = shared,
                              .arena = arena,
                              .value = value,
                              .formula = value,
                              .inline_text.text = text};

    return xml_read(content, &handler, &reading);
}
