#ifndef SHEET_STYLES_H
#define SHEET_STYLES_H

#include "base/text.h"
#include "sheet/package.h"

/*
 * How the numbers of cells are meant (ECMA-376 part 1, section 18.8): a date is a number of days
 * with a format that shows a date.
 */

enum style {
    STYLE_PLAIN,
    STYLE_DATE,
    STYLE_PERCENT,
};

#define STYLE_STRUCK 0x80U /* the font is struck through */

struct styles {
    uint8_t *list; /* an enum style for each index that a cell may name, and STYLE_STRUCK */
    size_t count, capacity;
    bool since_1904;
};

/* PART may be nothing: then every number is plain. */
struct error *styles_read(struct package *package, struct bytes part,
                          struct styles *out) MUST_CHECK;

/* Is the text of a cell with the style INDEX struck through? */
bool styles_is_struck(const struct styles *styles, size_t index);

/* What a number format of that code shows. */
enum style styles_of_code(struct bytes code);

/*
 * Adds the number that VALUE says, in the style of INDEX, as a person sees it: "1.1" for
 * 1.1000000000000001, "2026-11-20" for 46346. True when it became a date. What is no number is
 * added as it is.
 */
bool styles_add_number(const struct styles *styles, size_t index, struct bytes value,
                       struct text *out);

#endif
