#ifndef REPORT_MARKDOWN_TEXT_H
#define REPORT_MARKDOWN_TEXT_H

#include "base/text.h"

/*
 * The escaper for Markdown (CommonMark, and what forges add to it): BYTES come out as the words
 * they are, on one line. No mark, table cell, HTML, link, mention or reference comes out of them.
 */
void markdown_add(struct text *out, struct bytes bytes);

#endif
