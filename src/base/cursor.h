#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include "base/bytes.h"
#include "base/error.h"

/*
 * The only way to read foreign bytes. Every step is measured, and the first one past the end
 * latches: from then on the cursor yields zeros, has nothing left and stays failed. So code
 * reads straight down and asks cursor_check once, before it uses a value to loop, to index or to
 * allocate.
 */
struct cursor {
    struct bytes bytes;
    size_t at;
    bool failed;
    size_t failed_at; /* where the first bad step began */
    size_t wanted;    /* how many bytes it wanted */
};

struct cursor cursor_over(struct bytes bytes);
struct cursor cursor_at(struct bytes bytes, uint64_t offset); /* past the end: failed already */

size_t cursor_left(const struct cursor *c);
size_t cursor_offset(const struct cursor *c);
bool cursor_ok(const struct cursor *c);

/* ERROR_INPUT naming WHAT and the byte, when any step so far went past the end. */
struct error *cursor_check(const struct cursor *c, const char *what) MUST_CHECK;

void cursor_skip(struct cursor *c, uint64_t count);
void cursor_align(struct cursor *c, size_t alignment); /* up to a multiple, from the start */
void cursor_seek(struct cursor *c, uint64_t offset);   /* from the start */

uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_u16le(struct cursor *c);
uint16_t cursor_u16be(struct cursor *c);
uint32_t cursor_u32le(struct cursor *c);
uint32_t cursor_u32be(struct cursor *c);
uint64_t cursor_u64le(struct cursor *c);
uint64_t cursor_u64be(struct cursor *c);

/* COUNT bytes, borrowed from what the cursor runs over; no bytes once failed. */
struct bytes cursor_bytes(struct cursor *c, uint64_t count);

/* A text of exactly COUNT bytes on the wire, cut at its first NUL. */
struct bytes cursor_text(struct cursor *c, size_t count);

/* A text up to its NUL, which is skipped. Fails when there is none. */
struct bytes cursor_string(struct cursor *c);

#endif
