#ifndef TESTS_TEST_H
#define TESTS_TEST_H

/*
 * Tests that print TAP (testanything.org, version 12). A test is a function; a check that fails
 * shows both values and goes on. Include this in one file a program:
 *
 *     TEST(cursor_latches) { … CHECK_INT(cursor_left(&c), 0); }
 *     int main(void) { RUN(cursor_latches); return test_end(); }
 */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"

static int test_count;
static int test_failures;
static bool test_ok;

#define TEST(name) static void test_##name(void)

#define RUN(name)                                                           \
    do {                                                                    \
        test_ok = true;                                                     \
        test_##name();                                                      \
        test_count++;                                                       \
        test_failures += !test_ok;                                          \
        printf("%sok %d - %s\n", test_ok ? "" : "not ", test_count, #name); \
        fflush(stdout);                                                     \
    } while (0)

#define SKIP(name, reason)                                           \
    do {                                                             \
        test_count++;                                                \
        printf("ok %d - %s # SKIP %s\n", test_count, #name, reason); \
    } while (0)

static inline int test_end(void)
{
    printf("1..%d\n", test_count);
    return test_failures == 0 ? 0 : 1;
}

#define CHECK_TRUE(condition)                                                  \
    do {                                                                       \
        if (!(condition)) {                                                    \
            test_ok = false;                                                   \
            printf("# %s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
        }                                                                      \
    } while (0)

#define CHECK_INT(got, wanted)                                                             \
    do {                                                                                   \
        int64_t got_ = (int64_t)(got), wanted_ = (int64_t)(wanted);                        \
        if (got_ != wanted_) {                                                             \
            test_ok = false;                                                               \
            printf("# %s:%d: %s is %" PRId64 ", wanted %" PRId64 "\n", __FILE__, __LINE__, \
                   #got, got_, wanted_);                                                   \
        }                                                                                  \
    } while (0)

#define CHECK_BYTES(got, wanted)                                                         \
    do {                                                                                 \
        struct bytes got_ = (got);                                                       \
        if (!bytes_is(got_, (wanted))) {                                                 \
            test_ok = false;                                                             \
            printf("# %s:%d: %s is \"%.*s\", wanted \"%s\"\n", __FILE__, __LINE__, #got, \
                   (int)got_.size, (const char *)got_.data, (wanted));                   \
        }                                                                                \
    } while (0)

#define CHECK_STRING(got, wanted) CHECK_BYTES(bytes_of(got), wanted)

/* An error that is expected to be none. It is freed. */
#define CHECK_SUCCESS(call)                                                             \
    do {                                                                                \
        struct error *error_ = (call);                                                  \
        if (error_ != NULL) {                                                           \
            test_ok = false;                                                            \
            printf("# %s:%d: %s: %s\n", __FILE__, __LINE__, #call, error_line(error_)); \
            error_free(error_);                                                         \
        }                                                                               \
    } while (0)

/* An error that must come, and be of KIND. It is freed. */
#define CHECK_FAILURE(call, wanted)                                        \
    do {                                                                   \
        struct error *error_ = (call);                                     \
        if (error_ == NULL || error_kind(error_) != (wanted)) {            \
            test_ok = false;                                               \
            printf("# %s:%d: %s: %s\n", __FILE__, __LINE__, #call,         \
                   error_ == NULL ? "no error came" : error_line(error_)); \
        }                                                                  \
        error_free(error_);                                                \
    } while (0)

#endif
