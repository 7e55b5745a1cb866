#ifndef STORE_COVERAGE_H
#define STORE_COVERAGE_H

#include <sqlite3.h>

#include "base/error.h"
#include "model/assessment.h"

/*
 * Fills the table coverage: what was looked at, and whether completely. `unpack.complete` holds
 * when every byte of the image, and of what was unpacked from it, is explained or padding and
 * nothing is unread; `inspect.CHECK` when that holds and the check failed nowhere. Also the meta
 * values bytes_explained, bytes_padding, bytes_unknown and bytes_encrypted, which together are the
 * size of the image.
 */
struct error *coverage_fill(sqlite3 *db, const struct assessment *assessment) MUST_CHECK;

#endif
