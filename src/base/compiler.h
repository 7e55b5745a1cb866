#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

/*
 * The few words this program adds to C. `owned(thing)` declares a local that is freed on every
 * way out of its scope; `take` gives it away. Both gcc and clang know the cleanup attribute.
 */

#define MUST_CHECK                  __attribute__((warn_unused_result))
#define PRINTF(format_index, first) __attribute__((format(printf, format_index, first)))
#define NORETURN                    __attribute__((noreturn))
#define UNUSED                      __attribute__((unused))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Defines the clean-up of `struct name *` through `name_free`, so that `owned(name)` works. */
#define DEFINE_OWNED(name)                                    \
    static inline void name##_free_at_end(struct name **slot) \
    {                                                         \
        name##_free(*slot);                                   \
    }

#define owned(name) __attribute__((cleanup(name##_free_at_end))) struct name *

/* Yields POINTER and leaves NULL in its place, so that the owner frees nothing. */
#define take(pointer)                           \
    __extension__({                             \
        __typeof__(pointer) taken_ = (pointer); \
        (pointer) = NULL;                       \
        taken_;                                 \
    })

#endif
