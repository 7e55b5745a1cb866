#ifndef INSPECT_LOGIN_TABLE_H
#define INSPECT_LOGIN_TABLE_H

#include <stddef.h>

/* What knowledge/passwords knows, made into C by tools/passwords.c while Proviso is built. */

/* A hash met in firmware. `password` is NULL when nobody has published it. Sorted by hash. */
struct login_known {
    const char *hash, *password;
};

/* A factory login. Sorted by account; those of one account best first. */
struct login_default {
    const char *account, *password;
};

extern const struct login_known login_known[];
extern const size_t login_known_count;
extern const struct login_default login_defaults[];
extern const size_t login_defaults_count;

/* Guesses for any account, best first. */
extern const char *const login_ranked[];
extern const size_t login_ranked_count;

#endif
