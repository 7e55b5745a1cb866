#ifndef PIPELINE_SHEET_H
#define PIPELINE_SHEET_H

#include "base/limits.h"
#include "model/book.h"

/*
 * Reads the workbook at PATH ("-": standard input) in a worker that can do nothing else. WORKER is
 * the path of proviso-worker, or NULL: found beside this program. UNLOCKED: go on where the kernel
 * cannot lock it.
 *
 * ERROR_USAGE, with what to do, when it is no workbook, is damaged or is beyond a limit.
 */
struct error *pipeline_sheet(const char *path, const char *worker, bool unlocked,
                             struct book **out) MUST_CHECK;

#endif
