#ifndef PIPELINE_CAPTURE_H
#define PIPELINE_CAPTURE_H

#include "base/hash.h"
#include "model/capture.h"

/*
 * Reads the capture of web pages at PATH in a worker that can do nothing else. WORKER and UNLOCKED
 * as for pipeline_sheet. *DIGEST is the SHA-256 of the file as it was read.
 *
 * ERROR_USAGE, with what to do, when it is no capture or is beyond a limit.
 */
struct error *pipeline_capture(const char *path, const char *worker, bool unlocked,
                               struct sha256 *digest, struct capture **out) MUST_CHECK;

#endif
