#ifndef UNPACK_LZO_H
#define UNPACK_LZO_H

#include "base/bytes.h"
#include "base/error.h"

/*
 * Unpacks one bare LZO1X stream (what LZO1X-1 and LZO1X-999 write) to OUT, which has room for
 * CAPACITY bytes, and says how many it WROTE. What follows the end marker is not looked at.
 * From Linux, Documentation/staging/lzo.rst.
 *
 * Fails with ERROR_INPUT when the stream is malformed, ends early or needs more room; OUT may
 * have been written to.
 */
struct error *lzo_unpack(struct bytes packed, uint8_t *out, size_t capacity,
                         size_t *wrote) MUST_CHECK;

#endif
