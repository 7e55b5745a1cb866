#ifndef BASE_SIZE_H
#define BASE_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sums and products of values from input. False on overflow, and then *OUT is not written. */

static inline bool size_add(size_t a, size_t b, size_t *out)
{
    size_t sum;

    if (__builtin_add_overflow(a, b, &sum))
        return false;
    *out = sum;
    return true;
}

static inline bool size_mul(size_t a, size_t b, size_t *out)
{
    size_t product;

    if (__builtin_mul_overflow(a, b, &product))
        return false;
    *out = product;
    return true;
}

static inline uint64_t size_min(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static inline uint64_t size_max(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

#endif
