#ifndef INSPECT_LOGIN_WORDS_H
#define INSPECT_LOGIN_WORDS_H

#include "base/limits.h"
#include "inspect/check.h"

/*
 * Words an image says about itself and its maker, for guessing: host name, banner, vendor, model
 * and network names; and whatever its configuration calls a password.
 */

struct login_words {
    struct bytes secrets[LIMIT_LOGIN_SECRETS];
    size_t secret_count;
    struct bytes names[LIMIT_LOGIN_NAMES];
    size_t name_count;
};

/* May this file hold such words? */
bool login_words_keeps(const struct node *node, struct bytes content);

/* Collects them from all files login_words_keeps wants. The texts are slices of them. */
void login_words_collect(const struct system *system, struct login_words *out);

/* The Nth variation of a name (case, digits, years), in ARENA; no bytes when there are no more. */
struct bytes login_words_vary(struct bytes name, size_t nth, struct arena *arena);

#endif
