#ifndef XLSX_CLEAN_H
#define XLSX_CLEAN_H

#include "base/text.h"

/* Text as a workbook can hold it. */

/*
 * Adds TEXT to OUT: what is no UTF-8 or no character of XML becomes U+FFFD, line ends become
 * newlines, and "_x0041_", which a reader would take for the letter A, is written so that it is
 * not. Marks that turn the direction of what follows become U+FFFD as well.
 */
void clean_text(struct bytes text, struct text *out);

/* Cuts TEXT to UNITS of UTF-16, saying so at its end. False when it is short enough. */
bool clean_cut(struct text *text, size_t units);

/* About how many lines TEXT takes in a column WIDTH characters wide. */
size_t clean_lines(struct bytes text, size_t width);

#endif
