#ifndef REPORT_COLUMN_H
#define REPORT_COLUMN_H

#include "base/text.h"

/*
 * Text in columns of a terminal. Widths are counted in cells: a combining mark takes none, a
 * character of East Asia two. The bytes must have gone through text_add_terminal before.
 */

size_t column_width(struct bytes text);

/* TEXT and blanks up to WIDTH cells; a longer one is added whole. */
void column_pad(struct text *out, struct bytes text, size_t width);

/* At most WIDTH cells (3 or more) of a path: an ellipsis replaces its middle. */
void column_shorten(struct text *out, struct bytes path, size_t width);

/*
 * Cuts from *REST the next line of at most WIDTH cells, at a blank where there is one. False when
 * nothing is left.
 */
bool column_next_line(struct bytes *rest, size_t width, struct bytes *line);

#endif
