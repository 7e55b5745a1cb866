#ifndef MODEL_BUFFER_H
#define MODEL_BUFFER_H

#include "base/bytes.h"
#include "base/error.h"

/*
 * Memory for one content that is being unpacked: a large stretch of addresses of which only what
 * is written costs memory, so that it grows in place. It belongs to the sink that lent it.
 *
 *     uint8_t *room;
 *     size_t size;
 *     TRY(buffer_room(buffer, wanted, &room, &size));   size is at least 1 and at least wanted
 *     … write up to size bytes to room …
 *     TRY(buffer_wrote(buffer, written, consumed));
 */
struct buffer {
    uint8_t *memory;
    size_t capacity; /* never more than LIMIT_FILE_BYTES */
    size_t size;     /* written so far */
};

/* ERROR_LIMIT when WANTED more bytes do not fit in the capacity. */
struct error *buffer_room(struct buffer *buffer, size_t wanted, uint8_t **room,
                          size_t *size) MUST_CHECK;

/*
 * Counts WRITTEN bytes in. CONSUMED is how many bytes of input made the whole content so far:
 * ERROR_LIMIT when the ratio of the two is that of a bomb (LIMIT_RATIO).
 */
struct error *buffer_wrote(struct buffer *buffer, size_t written, uint64_t consumed) MUST_CHECK;

/* Appends a copy of BYTES. */
struct error *buffer_add(struct buffer *buffer, struct bytes bytes) MUST_CHECK;
/* Appends SIZE zero bytes: a hole of a sparse file. */
struct error *buffer_add_zeros(struct buffer *buffer, uint64_t size) MUST_CHECK;

struct bytes buffer_bytes(const struct buffer *buffer);

#endif
