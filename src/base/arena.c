#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/size.h"
#include "base/text.h"

struct block {
    struct block *next;
    size_t size;
    size_t used;
    alignas(max_align_t) uint8_t memory[];
};

struct arena {
    struct block *blocks; /* the current one first */
    size_t used;
};

static NORETURN void out_of_memory(void)
{
    static const char message[] = "proviso: out of memory\n";

    (void)!write(STDERR_FILENO, message, sizeof message - 1);
    _exit(LIMIT_EXIT_OUT_OF_MEMORY);
}

void *mem_alloc(size_t size)
{
    void *memory = calloc(1, size == 0 ? 1 : size);

    if (memory == NULL)
        out_of_memory();
    return memory;
}

void *mem_grow(void *memory, size_t size)
{
    void *grown = realloc(memory, size == 0 ? 1 : size);

    if (grown == NULL)
        out_of_memory();
    return grown;
}

char *mem_string(const char *string)
{
    size_t size = strlen(string) + 1;
    char *copy = mem_alloc(size);

    memcpy(copy, string, size);
    return copy;
}

void mem_free(void *memory)
{
    free(memory);
}

void mem_copy(void *to, const void *from, size_t size)
{
    if (size > 0)
        memmove(to, from, size);
}

static struct block *block_new(size_t size)
{
    size_t total;

    if (!size_add(size, sizeof(struct block), &total))
        out_of_memory();
    struct block *block = malloc(total);
    if (block == NULL)
        out_of_memory();
    block->next = NULL;
    block->size = size;
    block->used = 0;
    return block;
}

struct arena *arena_new(void)
{
    return mem_alloc(sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    while (arena->blocks != NULL) {
        struct block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
    free(arena);
}

void arena_reset(struct arena *arena)
{
    struct block *kept = NULL;

    while (arena->blocks != NULL) {
        struct block *next = arena->blocks->next;
        if (kept == NULL && arena->blocks->size <= LIMIT_ARENA_KEPT) {
            kept = arena->blocks;
            kept->next = NULL;
            kept->used = 0;
        } else {
            free(arena->blocks);
        }
        arena->blocks = next;
    }
    arena->blocks = kept;
    arena->used = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t alignment = alignof(max_align_t);
    size_t rounded;

    if (!size_add(size, alignment - 1, &rounded))
        out_of_memory();
    rounded -= rounded % alignment;
    struct block *block = arena->blocks;
    if (block == NULL || block->size - block->used < rounded) {
        size_t wanted = (size_t)size_max(rounded, LIMIT_ARENA_BLOCK);
        struct block *fresh = block_new(wanted);
        if (block != NULL && rounded > LIMIT_ARENA_BLOCK / 4) {
            fresh->next = block->next; /* keep filling the current block afterwards */
            block->next = fresh;
        } else {
            fresh->next = block;
            arena->blocks = fresh;
        }
        block = fresh;
    }
    void *memory = block->memory + block->used;
    block->used += rounded;
    arena->used += rounded;
    memset(memory, 0, rounded);
    return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;

    if (!size_mul(count, size, &total))
        out_of_memory();
    return arena_alloc(arena, total);
}

void *arena_grow(struct arena *arena, void *array, size_t *capacity, size_t needed, size_t size)
{
    if (needed <= *capacity)
        return array;
    size_t grown = *capacity == 0 ? 16 : *capacity;
    while (grown < needed)
        if (!size_mul(grown, 2, &grown))
            out_of_memory();
    void *fresh = arena_array(arena, grown, size);
    if (*capacity > 0)
        memcpy(fresh, array, *capacity * size);
    *capacity = grown;
    return fresh;
}

char *arena_string(struct arena *arena, struct bytes bytes)
{
    size_t size;

    if (!size_add(bytes.size, 1, &size))
        out_of_memory();
    char *copy = arena_alloc(arena, size);
    mem_copy(copy, bytes.data, bytes.size);
    return copy;
}

struct bytes arena_copy(struct arena *arena, struct bytes bytes)
{
    return bytes_from(arena_string(arena, bytes), bytes.size);
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0)
        size = 0;
    char *string = arena_alloc(arena, (size_t)size + 1);
    va_start(arguments, format);
    (void)vsnprintf(string, (size_t)size + 1, format, arguments);
    va_end(arguments);
    return string;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}

const char *arena_hex(struct arena *arena, struct bytes bytes)
{
    owned(text) hex = text_new();

    text_add_hex(hex, bytes);
    return arena_string(arena, text_bytes(hex));
}
