#ifndef INSPECT_LOGIN_GUESS_H
#define INSPECT_LOGIN_GUESS_H

#include "base/arena.h"
#include "inspect/login_hash.h"
#include "inspect/login_words.h"

/*
 * Finding the password of a hash among what is known of factory passwords and what the image says
 * about itself. How far a search goes is a number of guesses that follows from the estimated cost
 * of one, never from a clock: the same image gives the same answer on every machine.
 */

/* One hash, and the accounts that have it. */
struct login_search {
    struct login_hash hash;
    const struct bytes *accounts;
    size_t account_count;
};

struct login_answer {
    bool is_found;
    struct bytes password;
    const char *source; /* as in the column password_source; set without a password for a hash
                           that many units share and whose password is not public */
    uint64_t guesses;   /* made, including the one that fitted */
    bool is_exhausted;  /* nothing was found and nothing is left to try */
};

/* The work one hash may cost when LEFT is left for HASHES of them. */
uint64_t login_budget(uint64_t left, size_t hashes);

void login_guess(const struct login_search *search, const struct login_words *words,
                 uint64_t budget, struct arena *arena, struct login_answer *out);

#endif
