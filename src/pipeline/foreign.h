#ifndef PIPELINE_FOREIGN_H
#define PIPELINE_FOREIGN_H

#include "base/cursor.h"
#include "model/wire.h"
#include "pipeline/input.h"

/*
 * A file from outside that is not the image: a workbook, a capture of web pages. One worker, which
 * can do nothing else, reads it in one job and says it record by record.
 */
struct foreign {
    const char *path;   /* for messages */
    const char *advice; /* what to do when it cannot be read */
    enum wire_kind job;
    unsigned seconds;      /* it may take */
    uint64_t most;         /* bytes it may have */
    const char *kind;      /* "workbooks" */
    const char *too_large; /* the advice then */
    /* Takes in the next record at the cursor. What it cannot take is an ERROR_INPUT or _LIMIT. */
    struct error *(*accept)(void *context, struct cursor *c);
    void *context;
};

/*
 * WORKER is the path of proviso-worker, or NULL: found beside this program. UNLOCKED: go on where
 * the kernel cannot lock it. DIGEST, when it is not NULL, becomes the SHA-256 of what was read.
 *
 * ERROR_USAGE, with what to do, when the file is none of its kind, is damaged or beyond a limit.
 */
struct error *foreign_read(const struct foreign *foreign, const char *worker, bool unlocked,
                           struct sha256 *digest) MUST_CHECK;

#endif
