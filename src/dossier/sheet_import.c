#include "dossier/sheet_import.h"

#include <stdarg.h>
#include <stdio.h>

#include "dossier/sheet_role.h"

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

void sheet_taken(struct importing *importing, const struct book_sheet *sheet,
                 const struct grid *grid, const char *format, ...)
{
    struct text *text = importing->out->taken;
    char line[200];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    text_add_terminal(text, bytes_of(sheet->name));
    text_add_char(text, '!');
    book_add_place(text, grid->row, grid->column);
    text_addf(text, ": %s\n", line);
}

static struct error *import_part(struct importing *importing, const struct sheet_part *part)
{
    if (part->role == ROLE_DUT)
        return sheet_import_dut(importing, &part->sheet);
    if (part->role == ROLE_ICS)
        return sheet_import_ics(importing, &part->sheet);
    if (part->role == ROLE_ANSWERS)
        return sheet_import_answers(importing, &part->sheet);
    return sheet_import_ixit(importing, &part->sheet, part->table);
}

static void tell_left_out(struct importing *importing, const struct sheet_part *part)
{
    const struct book_sheet *sheet = &part->sheet;

    if (sheet->cell_count > 0)
        remark(&importing->remarks, sheet, sheet->cells[0].row, sheet->cells[0].column,
               "%s: not taken over (%zu cell%s)",
               part->is_whole ? "no part of a dossier has this name" : "no part of a dossier",
               sheet->cell_count, sheet->cell_count == 1 ? "" : "s");
}

static bool means_same(const struct sheet_part *a, const struct sheet_part *b)
{
    return a != b && a->role != ROLE_NONE && a->role == b->role && a->table == b->table;
}

static void leave_out(struct importing *importing, struct sheet_part *part,
                      const struct sheet_part *other)
{
    const struct book_record *title = part->title;

    remark(&importing->remarks, &part->sheet, title == NULL ? 0 : title->row,
           title == NULL ? 0 : title->column,
           part->guessed && other->guessed
               ? "the sheet %s looks the same: none of them is taken over"
               : "the sheet %s means the same: this one is not taken over",
           other->sheet.name);
}

/* What was known by its cells alone gives way to what is called so; of two such none is taken. */
static void settle_guesses(struct importing *importing, struct sheet_parts *parts)
{
    bool *out = arena_array(importing->arena, parts->count, sizeof *out);

    for (size_t i = 0; i < parts->count; i++)
        for (size_t j = 0; j < parts->count && parts->list[i].guessed && !out[i]; j++)
            if (means_same(&parts->list[i], &parts->list[j])) {
                leave_out(importing, &parts->list[i], &parts->list[j]);
                out[i] = true;
            }
    for (size_t i = 0; i < parts->count; i++)
        if (out[i])
            parts->list[i].role = ROLE_DOUBLE;
}

/* Parts that mean nothing here, and second ones of one meaning: told, and left out. */
static void tell_others(struct importing *importing, struct sheet_parts *parts)
{
    settle_guesses(importing, parts);
    for (size_t i = 0; i < parts->count; i++) {
        struct sheet_part *part = &parts->list[i];
        if (part->role == ROLE_NONE)
            tell_left_out(importing, part);
        for (size_t j = 0; j < i && part->role != ROLE_DOUBLE; j++) {
            if (!means_same(part, &parts->list[j]))
                continue;
            leave_out(importing, part, &parts->list[j]);
            part->role = ROLE_DOUBLE;
        }
        if (part->sheet.hidden && part->role != ROLE_NONE && part->role != ROLE_DOUBLE)
            remark(&importing->remarks, &part->sheet, 0, 0, "a hidden sheet: it is taken over");
    }
}

/* A cover tells of the product where no other sheet does. */
static void settle_covers(struct sheet_parts *parts)
{
    enum role role = ROLE_DUT;

    for (size_t i = 0; i < parts->count; i++)
        if (parts->list[i].role == ROLE_DUT)
            role = ROLE_NONE;
    for (size_t i = 0; i < parts->count; i++)
        if (parts->list[i].role == ROLE_COVER)
            parts->list[i].role = role;
}

/* The product first, for it names the edition; the others in the order of the dossier. */
static struct error *import_all(struct importing *importing)
{
    const struct book *book = importing->book;
    struct sheet_parts parts = {.count = 0};

    for (size_t i = 0; i < book->sheet_count; i++)
        TRY(sheet_divide(importing, &book->sheets[i], &parts));
    settle_covers(&parts);
    tell_others(importing, &parts);
    for (enum role role = ROLE_DUT; role <= ROLE_ANSWERS; role++)
        for (size_t i = 0; i < parts.count; i++)
            if (parts.list[i].role == role)
                TRY(import_part(importing, &parts.list[i]));
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
    if (importing->remarks.untold > 0)
        text_addf(text, "and %zu remarks more\n", importing->remarks.untold);
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
