#ifndef INSPECT_BINARY_CALLS_H
#define INSPECT_BINARY_CALLS_H

#include "base/bytes.h"

/* Functions of the C library that say something about how careful a program is. */
enum binary_call {
    CALL_UNSAFE = 1,      /* writes without knowing how far, or runs a shell */
    CALL_FORTIFIABLE = 2, /* has a checked twin */
    CALL_FORTIFIED = 4,   /* is the checked twin */
    CALL_NETWORK = 8,
    CALL_CANARY = 16, /* only code with stack protection refers to it */
};

/* What NAME is, any of the above together; 0: nothing. Names must be exact. */
unsigned binary_call(struct bytes name);

#endif
