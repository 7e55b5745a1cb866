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

/*
 * A new, empty file for writing, or -1 with errno. What has the name PATH already, left by a
 * killed program or put there by somebody, is removed and never written into: it may be another
 * name of a file elsewhere, or a pipe that nobody reads.
 */
int file_create(const char *path);

#endif
