#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/error.h"

/*
 * The whole of the regular file at PATH, in ARENA, with a NUL behind it that does not count: for
 * our own knowledge and what the user names. An image is mapped instead (pipeline/input.h).
 * ERROR_SYSTEM when it cannot be read, ERROR_LIMIT when it has more than LIMIT bytes.
 */
struct error *file_read(const char *path, uint64_t limit, struct arena *arena,
                        struct bytes *out) MUST_CHECK;

#endif
