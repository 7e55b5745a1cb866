#ifndef REPORT_XLSX_PART_H
#define REPORT_XLSX_PART_H

#include "report/machine.h"
#include "xlsx/xlsx.h"

/* What the sheets of the workbook report share. */

struct xlsx_writing {
    struct machine *machine;
    struct xlsx *xlsx;
    uint32_t row;
    char family[24]; /* of the sheet at hand */
    size_t components, components_left;
};

struct xlsx_heading {
    const char *name, *note;
    double width;
};

/* A sheet with headings in its first row, which stays in sight with the first FROZEN columns. */
struct error *xlsx_part_begin(struct xlsx_writing *writing, const char *name,
                              const struct xlsx_heading *headings, size_t count,
                              uint16_t frozen) MUST_CHECK;

/* The style in which an outcome stands. */
enum xlsx_style xlsx_part_style(struct bytes outcome);

/* TEXT as one more line of a cell, BEFORE in front; nothing when there is none. */
void xlsx_part_line(struct text *out, const char *before, struct bytes text);

/* A sheet for each family, with every test unit and what came of it. */
struct error *xlsx_part_units(struct xlsx_writing *writing) MUST_CHECK;

#endif
