#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "base/error.h"

/*
 * Locks the calling process, for good. sandbox_enter locks or fails, and never half-locks: when
 * it returns an error, the caller must end.
 *
 * Under the profile `compute` a process may compute, ask for memory, read and write the
 * descriptors it already has, and end. It cannot open, connect, fork, execute, trace, signal or
 * map code: each of these kills it.
 */
enum sandbox_profile {
    SANDBOX_COMPUTE,
    /* Sanitizers map, open and signal for their own ends: some limits alone, and it is told. */
    SANDBOX_SANITIZED,
};

struct error *sandbox_enter(enum sandbox_profile profile) MUST_CHECK;

/* The profile for this build. */
enum sandbox_profile sandbox_default(void);

#endif
