#ifndef XLSX_XLSX_H
#define XLSX_XLSX_H

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"

/*
 * Writes a workbook (.xlsx), over libxlsxwriter. The same calls give the same bytes: no clock, no
 * locale, no path of this machine gets in.
 *
 * A text may hold any bytes. It is always written as a text: one that begins with "=", "+", "-" or
 * "@" stays what it is and is never a formula. What XML cannot hold becomes U+FFFD; a text over
 * what a cell can hold is cut, says so at its end, and is counted.
 *
 * Rows and columns count from 0. Calls work on the sheet begun last.
 */
struct xlsx;

enum xlsx_style {
    XLSX_TEXT,    /* wrapped, at the top of its cell */
    XLSX_HEADING, /* of a column: bold, shaded, with a line below */
    XLSX_TITLE,   /* of a sheet: bold and larger */
    XLSX_LABEL,   /* of a row: bold */
    XLSX_FAINT,   /* given, not to be filled in: grey */
    XLSX_DRAFT,   /* waits for a person: on yellow */
    XLSX_PASS,    /* green */
    XLSX_FAIL,    /* red */
    XLSX_OPEN,    /* amber */
    XLSX_STYLES,  /* how many there are */
};

/* TITLE and SUBJECT stand in the properties of the file; DATE, "2026-11-20…" or NULL, too. */
struct error *xlsx_new(const char *title, const char *subject, const char *date,
                       struct xlsx **out) MUST_CHECK;
void xlsx_free(struct xlsx *xlsx);
DEFINE_OWNED(xlsx)

/* Begins a sheet. Its name has at most 31 characters, none of []:*?/\, and is the only one. */
struct error *xlsx_sheet(struct xlsx *xlsx, const char *name) MUST_CHECK;
/* Width of each column, in characters. */
void xlsx_widths(struct xlsx *xlsx, const double *widths, size_t count);
/* Rows and columns that stay in sight; when printed, the rows stand on every page. */
void xlsx_freeze(struct xlsx *xlsx, uint32_t rows, uint16_t columns);
/* Arrows by which to choose rows, over the heading ROW and those below it to LAST_ROW. */
void xlsx_filter(struct xlsx *xlsx, uint32_t row, uint32_t last_row, uint16_t last_column);

/* Nothing gives an empty cell in that style. */
struct error *xlsx_text(struct xlsx *xlsx, uint32_t row, uint16_t column, struct bytes text,
                        enum xlsx_style style) MUST_CHECK;
struct error *xlsx_string(struct xlsx *xlsx, uint32_t row, uint16_t column, const char *string,
                          enum xlsx_style style) MUST_CHECK;
struct error *xlsx_number(struct xlsx *xlsx, uint32_t row, uint16_t column, int64_t number,
                          enum xlsx_style style) MUST_CHECK;

/* A note that hangs at a cell. */
struct error *xlsx_note(struct xlsx *xlsx, uint32_t row, uint16_t column,
                        struct bytes note) MUST_CHECK;
/* From ROW to LAST_ROW a program offers CHOICES; it warns of anything else, and allows it. */
struct error *xlsx_choices(struct xlsx *xlsx, uint32_t row, uint32_t last_row, uint16_t column,
                           const char *const *choices, size_t count) MUST_CHECK;

/* Texts that were cut so far. */
size_t xlsx_cut(const struct xlsx *xlsx);

/* Adds the bytes of the file to OUT. Nothing else may be done with XLSX afterwards but free it. */
struct error *xlsx_end(struct xlsx *xlsx, struct text *out) MUST_CHECK;

#endif
