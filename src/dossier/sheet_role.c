#include "dossier/sheet_role.h"

#include <string.h>

#include "dossier/load.h"

#define MOST_TITLES 200U  /* tables below each other on one sheet: an IXIT has 29 */
#define MOST_PARTS  2000U /* of a workbook: sheets behind them are not divided */
#define TITLE_BYTES 160U  /* of a text that may name a table */
#define NAME_WORDS  24U

static const char dut_names[] = "dut|product|device|device under test|product information|"
                                "dut identification|dut information|identification of the dut";
/* Names under which the product may stand as well, where no sheet has one of those. */
static const char cover_names[] = "general|general information|cover|cover page|identification";
static const char ics_names[] = "ics|implementation conformance statement|table b 1|ics table|"
                                "ics en 303 645|ics table b 1|ics pro forma|ics proforma|"
                                "implementation conformance statement ics|table b 1 ics";
static const char answer_names[] = "answers|answer|verdicts|assessor answers";

/* ---- names of tables ---- */

/* A name cut into words of letters, and its number; "IXIT 1 – AuthMech (users)": 1, "AuthMech". */
struct name {
    struct text *words; /* joined */
    unsigned number;    /* 0: none */
    bool is_ixit;       /* it says IXIT or table */
};

static bool is_letter(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 0x80;
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* The next run of letters, or of digits; false at the end. */
static bool next_word(struct bytes *rest, struct bytes *word)
{
    size_t begin = 0, end;

    while (begin < rest->size && !is_letter(bytes_at(*rest, begin)) &&
           !is_digit(bytes_at(*rest, begin)))
        begin++;
    bool digits = is_digit(bytes_at(*rest, begin));
    for (end = begin; end < rest->size && (digits ? is_digit(bytes_at(*rest, end))
                                                  : is_letter(bytes_at(*rest, end)));)
        end++;
    *word = bytes_slice(*rest, begin, end - begin);
    *rest = bytes_from_offset(*rest, end);
    return word->size > 0;
}

/* Cuts TEXT up; false when a number stands where none belongs, or there is more than one. */
static bool read_name(struct bytes text, struct name *name)
{
    static const char besides[] = "ixit|table|pro|forma|proforma|the";
    struct bytes word;
    uint64_t number;

    for (size_t i = 0; i < NAME_WORDS && next_word(&text, &word); i++) {
        if (bytes_to_u64(word, &number)) {
            if (name->number != 0 || number == 0 || number > 99 || name->words->size > 0)
                return false;
            name->number = (unsigned)number;
        } else if (sheet_word_among(word, besides)) {
            name->is_ixit = name->is_ixit || sheet_word_among(word, "ixit|table");
        } else {
            text_add_bytes(name->words, word);
        }
    }
    return !next_word(&text, &word);
}

static const char *behind_number(const char *name)
{
    const char *dash = name == NULL ? NULL : strchr(name, '-');

    return dash == NULL ? "" : dash + 1;
}

/* Is WORDS one of the names of TABLE, or its short name and its title in either order? */
static bool is_called(const struct form_table *table, struct bytes words)
{
    const char *names[] = {behind_number(table->name), behind_number(table->old_name),
                           table->title == NULL ? "" : table->title};

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (*names[i] != '\0' && name_same(words, names[i]))
            return true;
        for (size_t j = 0; j < COUNT_OF(names); j++) {
            char both[160] = "";
            size_t first = strlen(names[i]), second = strlen(names[j]);
            if (i == j || first == 0 || second == 0 || first + second >= sizeof both)
                continue;
            mem_copy(both, names[i], first);
            mem_copy(both + first, names[j], second);
            if (name_same(words, both))
                return true;
        }
    }
    return false;
}

/* Is NAME the beginning of TITLE, as programs cut names of sheets at 31 characters? */
static bool is_cut_title(struct bytes name, const char *title)
{
    size_t size = title == NULL ? 0 : strlen(title);
    char start[80] = "";

    for (size_t i = 8; i < size && i < sizeof start - 1; i++) {
        mem_copy(start, title, i);
        if (name_same(name, start))
            return true;
    }
    return false;
}

/* *SURE: a number, or the word IXIT, says that a table is meant. */
static const struct form_table *table_called(const struct form *form, struct bytes text,
                                             bool *sure)
{
    owned(text) words = text_new();
    struct name name = {.words = words};
    size_t bracket = bytes_find_byte(text, '(');

    if (bracket != SIZE_MAX && bracket > 0)
        text = bytes_slice(text, 0, bracket);
    if (!read_name(text, &name))
        return NULL;
    *sure = name.number != 0 || name.is_ixit;
    for (size_t i = 0; i < form->table_count; i++) {
        const struct form_table *table = &form->tables[i];
        if (name.number != 0 && (unsigned)table->number != name.number)
            continue;
        if (words->size == 0
                ? name.number != 0 && name.is_ixit
                : is_called(table, text_bytes(words)) ||
                      (name.number != 0 && is_cut_title(text_bytes(words), table->title)))
            return table;
    }
    return NULL;
}

static bool has_digit(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (is_digit(bytes_at(text, i)))
            return true;
    return false;
}

/* What NAME means, and for an IXIT table whether it can mean nothing else. */
static enum role role_of(const struct importing *importing, struct bytes name,
                         const struct form_table **table, bool *sure)
{
    *table = NULL;
    *sure = true;
    name = bytes_trim(name);
    if (name.size == 0 || name.size > TITLE_BYTES)
        return ROLE_NONE;
    if (sheet_word_among(name, dut_names))
        return ROLE_DUT;
    if (sheet_word_among(name, cover_names))
        return ROLE_COVER;
    if (sheet_word_among(name, ics_names))
        return ROLE_ICS;
    if (sheet_word_among(name, answer_names))
        return ROLE_ANSWERS;
    *table = form_table(&importing->form, name);
    if (*table != NULL)
        *sure = has_digit(name);
    else
        *table = table_called(&importing->form, name, sure);
    return *table == NULL ? ROLE_NONE : ROLE_IXIT;
}

/* ---- titles ---- */

struct title {
    size_t cell; /* its index */
    enum role role;
    const struct form_table *table;
};

static size_t end_of_row(const struct book_sheet *sheet, size_t from)
{
    size_t end = from;

    while (end < sheet->cell_count && sheet->cells[end].row == sheet->cells[from].row)
        end++;
    return end;
}

/* Some fields are called as tables are: "Personal Data". Below a title there are headings. */
static bool has_headings(const struct book_sheet *sheet, size_t from,
                         const struct form_table *table)
{
    size_t count = 0, end = from < sheet->cell_count ? end_of_row(sheet, from) : from;

    for (size_t i = from; i < end; i++)
        count += sheet_match_field(table, sheet->cells[i].text) >= 0;
    return count >= 2;
}

/* What the row of the cells FROM to TO names when all of them name the same. */
static bool is_title(const struct importing *importing, const struct book_sheet *sheet,
                     size_t from, size_t to, struct title *title)
{
    bool certain = false;

    *title = (struct title){.cell = from};
    for (size_t i = from; i < to; i++) {
        const struct form_table *table;
        bool sure;
        enum role role = role_of(importing, sheet->cells[i].text, &table, &sure);
        if ((role != ROLE_IXIT && role != ROLE_ICS) ||
            (i > from && (role != title->role || table != title->table)))
            return false;
        title->role = role;
        title->table = table;
        certain = certain || sure;
    }
    return certain || has_headings(sheet, to, title->table);
}

static size_t find_titles(const struct importing *importing, const struct book_sheet *sheet,
                          struct title *titles)
{
    size_t count = 0, end;

    for (size_t i = 0; i < sheet->cell_count && count < MOST_TITLES; i = end) {
        end = end_of_row(sheet, i);
        if (end - i <= 2 && is_title(importing, sheet, i, end, &titles[count]))
            count++;
    }
    return count;
}

/* ---- parts ---- */

static void add_part(struct importing *importing, struct sheet_parts *parts,
                     const struct sheet_part *part)
{
    if (part->sheet.cell_count == 0 && part->title == NULL)
        return;
    parts->list = arena_grow(importing->arena, parts->list, &parts->capacity, parts->count + 1,
                             sizeof *parts->list);
    parts->list[parts->count++] = *part;
}

/* Do the titles name what the sheet is anyway, and nothing else? */
static bool says_nothing_new(const struct sheet_part *whole, const struct title *titles,
                             size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (titles[i].role != whole->role || titles[i].table != whole->table)
            return false;
    return true;
}

static void cut(struct importing *importing, const struct sheet_part *whole,
                const struct title *titles, size_t count, struct sheet_parts *out)
{
    const struct book_sheet *sheet = &whole->sheet;
    uint32_t first = sheet->cells[titles[0].cell].row;
    struct sheet_part above = *whole;

    above.is_whole = false;
    /* It is what the sheet is called, unless that comes below. */
    for (size_t i = 0; i < count; i++)
        if (titles[i].table == whole->table)
            above.role = ROLE_NONE;
    above.sheet = book_part(sheet, 1, first - 1);
    add_part(importing, out, &above);
    for (size_t i = 0; i < count; i++) {
        const struct book_record *title = &sheet->cells[titles[i].cell];
        uint32_t last = i + 1 < count ? sheet->cells[titles[i + 1].cell].row - 1 : sheet->rows;
        add_part(importing, out,
                 &(struct sheet_part){.sheet = book_part(sheet, title->row + 1, last),
                                      .role = titles[i].role,
                                      .table = titles[i].table,
                                      .title = title});
    }
}

struct error *sheet_divide(struct importing *importing, const struct book_sheet *sheet,
                           struct sheet_parts *out)
{
    struct title *titles = arena_array(importing->arena, MOST_TITLES, sizeof *titles);
    struct sheet_part whole = {.sheet = *sheet, .is_whole = true};
    size_t count = 0;
    bool sure;

    whole.role = role_of(importing, bytes_of(sheet->name), &whole.table, &sure);
    if ((whole.role == ROLE_NONE || whole.role == ROLE_IXIT) && out->count < MOST_PARTS)
        count = find_titles(importing, sheet, titles);
    if (count > 0 && !says_nothing_new(&whole, titles, count)) {
        cut(importing, &whole, titles, count, out);
        return NULL;
    }
    if (count > 0 && titles[0].cell == 0) { /* it says again what the sheet is called */
        whole.title = &sheet->cells[0];
        whole.sheet = book_part(sheet, whole.title->row + 1, sheet->rows);
    }
    if (whole.role == ROLE_NONE) {
        TRY(sheet_recognise(importing, sheet, &whole.role, &whole.table));
        whole.guessed = whole.role != ROLE_NONE;
    }
    add_part(importing, out, &whole);
    return NULL;
}
