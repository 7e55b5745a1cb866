#include "dossier/sheet_import.h"

#include <string.h>

#include "dossier/load.h"
#include "dossier/sheet_files.h"

#define TITLE_CELLS 12U /* at the top of a sheet whose name says nothing */

static const char dut_names[] = "dut|product|device|device under test|product information|"
                                "dut identification|dut information|identification of the dut";
/* Names under which the product may stand as well, where no sheet has one of those. */
static const char cover_names[] = "general|general information|cover|cover page|identification";
static const char ics_names[] = "ics|implementation conformance statement|table b 1|ics table|"
                                "ics en 303 645|ics table b 1|ics pro forma|ics proforma";
static const char answer_names[] = "answers|answer|verdicts|assessor answers";

void sheet_add_file(struct importing *importing, const char *name, const struct text *content)
{
    struct sheet_imported *out = importing->out;

    out->files = arena_grow(importing->arena, out->files, &out->capacity, out->count + 1,
                            sizeof *out->files);
    out->files[out->count++] = (struct journal_file){
        .name = arena_string(importing->arena, bytes_of(name)),
        .content = arena_copy(importing->arena, text_bytes(content)),
    };
}

/* ---- which sheet is which ---- */

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* Cuts "IXIT", "Table" and a number from the start of NAME; 0: there is no number. */
static unsigned cut_number(struct bytes *name)
{
    static const char *const before[] = {"ixit", "table"};
    unsigned number = 0;

    for (size_t i = 0; i < COUNT_OF(before); i++) {
        size_t size = strlen(before[i]);
        *name = bytes_trim(*name);
        if (name->size > size && bytes_is_nocase(bytes_slice(*name, 0, size), before[i]))
            *name = bytes_from_offset(*name, size);
        while (name->size > 0 && strchr(" _-.:", bytes_at(*name, 0)) != NULL)
            *name = bytes_from_offset(*name, 1);
    }
    while (is_digit(bytes_at(*name, 0)) && number < 1000) {
        number = number * 10 + bytes_at(*name, 0) - '0';
        *name = bytes_from_offset(*name, 1);
    }
    while (name->size > 0 && strchr(" _-.:)", bytes_at(*name, 0)) != NULL)
        *name = bytes_from_offset(*name, 1);
    *name = bytes_trim(*name);
    return number;
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

/* The IXIT table of that name: "IXIT 1 AuthMech", "1. Authentication Mechanisms", "28-ExtAPI". */
static const struct form_table *table_of(const struct form *form, struct bytes name)
{
    const struct form_table *table = form_table(form, name);
    size_t bracket = bytes_find_byte(name, '(');
    struct bytes rest = bracket == SIZE_MAX ? name : bytes_slice(name, 0, bracket);
    unsigned number = cut_number(&rest);

    if (table != NULL)
        return table;
    table = rest.size == 0 ? NULL : form_table(form, rest);
    if (table != NULL && (number == 0 || (unsigned)table->number == number))
        return table;
    for (size_t i = 0; i < form->table_count && number != 0; i++)
        if ((unsigned)form->tables[i].number == number &&
            (rest.size == 0 || is_cut_title(rest, form->tables[i].title)))
            return &form->tables[i];
    return NULL;
}

enum role {
    ROLE_NONE,
    ROLE_COVER,
    ROLE_DUT,
    ROLE_ICS,
    ROLE_IXIT,
    ROLE_ANSWERS,
};

static enum role role_of(struct importing *importing, struct bytes name,
                         const struct form_table **table)
{
    name = bytes_trim(name);
    if (name.size == 0 || name.size > 100)
        return ROLE_NONE;
    if (sheet_word_among(name, dut_names))
        return ROLE_DUT;
    if (sheet_word_among(name, cover_names))
        return ROLE_COVER;
    if (sheet_word_among(name, ics_names))
        return ROLE_ICS;
    if (sheet_word_among(name, answer_names))
        return ROLE_ANSWERS;
    *table = table_of(&importing->form, name);
    return *table == NULL ? ROLE_NONE : ROLE_IXIT;
}

/* What a sheet is for: its name says it, or a title at its top. */
static enum role role_of_sheet(struct importing *importing, const struct book_sheet *sheet,
                               const struct form_table **table)
{
    enum role role = role_of(importing, bytes_of(sheet->name), table);

    for (size_t i = 0; role == ROLE_NONE && i < sheet->cell_count && i < TITLE_CELLS; i++) {
        struct bytes title = sheet->cells[i].text;
        /* Only what cannot be a heading: it names the table with its number. */
        if (sheet->cells[i].row > 5 || !bytes_contains(title, "-"))
            continue;
        *table = form_table(&importing->form, title);
        role = *table == NULL ? ROLE_NONE : ROLE_IXIT;
    }
    return role;
}

/* ---- the book ---- */

struct plan {
    enum role role;
    const struct form_table *table;
};

static struct error *import_sheet(struct importing *importing, const struct book_sheet *sheet,
                                  const struct plan *plan)
{
    if (plan->role == ROLE_DUT)
        return sheet_import_dut(importing, sheet);
    if (plan->role == ROLE_ICS)
        return sheet_import_ics(importing, sheet);
    if (plan->role == ROLE_ANSWERS)
        return sheet_import_answers(importing, sheet);
    return sheet_import_ixit(importing, sheet, plan->table);
}

/* Sheets that mean nothing here, and second ones of one meaning: told, and left out. */
static void tell_others(struct importing *importing, struct plan *plans)
{
    const struct book *book = importing->book;

    for (size_t i = 0; i < book->sheet_count; i++) {
        const struct book_sheet *sheet = &book->sheets[i];
        if (sheet->hidden && plans[i].role != ROLE_NONE)
            remark(&importing->remarks, sheet, 0, 0, "a hidden sheet: it is taken over");
        if (plans[i].role == ROLE_NONE && sheet->cell_count > 0)
            remark(&importing->remarks, sheet, sheet->cells[0].row, sheet->cells[0].column,
                   "no part of a dossier has this name: not taken over (cells: %zu)",
                   sheet->cell_count);
        for (size_t j = 0; j < i; j++) {
            if (plans[i].role == ROLE_NONE || plans[j].role != plans[i].role ||
                plans[j].table != plans[i].table)
                continue;
            remark(&importing->remarks, sheet, 0, 0,
                   "the sheet %s means the same: this one is not taken over",
                   book->sheets[j].name);
            plans[i].role = ROLE_NONE;
        }
    }
}

/* A cover tells of the product where no other sheet does. */
static void settle_covers(const struct book *book, struct plan *plans)
{
    enum role role = ROLE_DUT;

    for (size_t i = 0; i < book->sheet_count; i++)
        if (plans[i].role == ROLE_DUT)
            role = ROLE_NONE;
    for (size_t i = 0; i < book->sheet_count; i++)
        if (plans[i].role == ROLE_COVER)
            plans[i].role = role;
}

/* The product first, for it names the edition; the others in the order of the dossier. */
static struct error *import_all(struct importing *importing)
{
    const struct book *book = importing->book;
    struct plan *plans = arena_array(importing->arena, book->sheet_count, sizeof *plans);

    for (size_t i = 0; i < book->sheet_count; i++)
        plans[i].role = role_of_sheet(importing, &book->sheets[i], &plans[i].table);
    settle_covers(book, plans);
    tell_others(importing, plans);
    for (enum role role = ROLE_DUT; role <= ROLE_ANSWERS; role++)
        for (size_t i = 0; i < book->sheet_count; i++)
            if (plans[i].role == role)
                TRY(import_sheet(importing, &book->sheets[i], &plans[i]));
    return NULL;
}

static void tell_ignored(struct importing *importing)
{
    struct text *text = importing->remarks.text;

    for (size_t i = 0; i < importing->book->ignored_count; i++) {
        text_add(text, "in the file: ");
        text_add_terminal(text, importing->book->ignored[i]);
        text_add(text, ": not read\n");
        importing->remarks.count++;
    }
    if (importing->remarks.untold > 0) {
        text_add(text, "and ");
        text_add_counted(text, importing->remarks.untold, "more remark");
        text_add_char(text, '\n');
    }
}

struct error *sheet_import(const struct book *book, sqlite3 *db, const char *edition,
                           struct arena *arena, struct sheet_imported *out)
{
    struct importing importing = {
        .book = book,
        .db = db,
        .arena = arena,
        .edition = edition == NULL ? "3.1.3" : edition,
        .remarks.text = out->remarks,
        .out = out,
    };

    TRY(form_read(db, arena, &importing.form));
    TRY(import_all(&importing));
    tell_ignored(&importing);
    out->remark_count = importing.remarks.count;
    return NULL;
}
