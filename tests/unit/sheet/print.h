#ifndef TESTS_UNIT_SHEET_PRINT_H
#define TESTS_UNIT_SHEET_PRINT_H

#include "base/text.h"
#include "sheet/package.h"
#include "sheet/sheet.h"

/* A workbook as text: one line for each cell, with its place and kind. */
struct print {
    struct book_sink sink;
    struct text *out;
};

static inline struct error *print_record(struct book_sink *sink,
                                         const struct book_record *record)
{
    static const char *const kinds[] = {"sheet",  "text",  "number", "yes/no",  "date",
                                        "failed", "merge", "note",   "not read"};
    struct text *out = ((struct print *)(void *)sink)->out;

    if (record->row != 0) {
        book_add_place(out, record->row, record->column);
        text_add_char(out, ' ');
    }
    text_add(out, kinds[record->kind]);
    if (record->kind == BOOK_MERGE) {
        text_add(out, " to ");
        book_add_place(out, record->last_row, record->last_column);
    } else {
        text_add_char(out, ' ');
        text_add_json(out, record->text);
    }
    text_add(out, (record->flags & BOOK_FORMULA) != 0 ? " formula" : "");
    text_add(out, (record->flags & BOOK_STRUCK) != 0 ? " struck through" : "");
    text_add(out, (record->flags & BOOK_HIDDEN) != 0 ? " hidden" : "");
    text_add_char(out, '\n');
    return NULL;
}

/* Adds FILE to OUT; an error as its last line. */
static inline void print_book(struct bytes file, struct text *out)
{
    struct print print = {.sink.record = print_record, .out = out};
    struct error *error = sheet_read(file, &print.sink);

    if (error != NULL)
        text_addf(out, "%s: %s\n", error_kind_name(error_kind(error)), error_line(error));
    error_free(error);
}

/* Adds the part NAME of FILE to OUT, unpacked; nothing when there is none. */
static inline void print_part(struct bytes file, const char *name, struct text *out)
{
    owned(arena) arena = arena_new();
    struct package package;
    struct bytes content = {NULL, 0};
    struct error *error = package_open(file, arena, &package);
    const struct package_part *part =
        error == NULL ? package_find(&package, bytes_of(name)) : NULL;

    if (part != NULL)
        error = package_read(&package, part, &content);
    error_free(error);
    text_add_bytes(out, content);
}

#endif
