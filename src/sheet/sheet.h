#ifndef SHEET_SHEET_H
#define SHEET_SHEET_H

#include "model/book.h"

/*
 * Reads a workbook of the kind .xlsx (Office Open XML, ECMA-376) and puts its sheets and cells in
 * a sink. Runs in the worker: the file comes from outside.
 *
 * Formulas are not computed: what they gave when the file was saved is taken, and marked. Macros,
 * links, pictures and the like are put in as ignored. ERROR_INPUT, ERROR_LIMIT or
 * ERROR_UNSUPPORTED with the reason in plain words.
 */
struct error *sheet_read(struct bytes file, struct book_sink *sink) MUST_CHECK;

#endif
