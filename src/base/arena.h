#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/bytes.h"
#include "base/compiler.h"

/*
 * Memory that dies together: parsers, checks and reports allocate here and never free. Nothing
 * here returns NULL: a process without memory ends with a message (its parent knows what it was
 * reading). A size that comes from input must be bounded before it gets here.
 */
struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);
DEFINE_OWNED(arena)

/* Forgets everything allocated so far and keeps the memory for the next round. */
void arena_reset(struct arena *arena);

/* SIZE zeroed bytes, aligned for any type. Size 0 is allowed. */
void *arena_alloc(struct arena *arena, size_t size);

/* COUNT zeroed elements of SIZE bytes; a product that overflows ends the process. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* Grows an array in ARENA from *CAPACITY to at least NEEDED elements, by doubling. */
void *arena_grow(struct arena *arena, void *array, size_t *capacity, size_t needed,
                 size_t size);

char *arena_string(struct arena *arena, struct bytes bytes); /* a copy ended by NUL */
struct bytes arena_copy(struct arena *arena, struct bytes bytes);
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF(2, 3);
/* BYTES as lower-case hexadecimal. */
const char *arena_hex(struct arena *arena, struct bytes bytes);
size_t arena_used(const struct arena *arena);

/* malloc and friends that end the process instead of returning NULL. Free with mem_free. */
void *mem_alloc(size_t size);
void *mem_grow(void *memory, size_t size);
char *mem_string(const char *string);
void mem_free(void *memory);

/* memmove for the few places outside base/ that fill a buffer: sizes are the caller's. */
void mem_copy(void *to, const void *from, size_t size);

#endif
