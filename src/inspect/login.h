#ifndef INSPECT_LOGIN_H
#define INSPECT_LOGIN_H

#include "inspect/login_guess.h"
#include "inspect/login_store.h"

/* What an account's password field is; the column `state`. */
enum login_state {
    LOGIN_STATE_HASH,
    LOGIN_STATE_EMPTY,
    LOGIN_STATE_LOCKED,
    LOGIN_STATE_PLAIN,
    LOGIN_STATE_SHADOWED, /* it points to another store that does not hold the account */
    LOGIN_STATE_INVALID,  /* nothing a password could ever make */
};

enum login_answerable {
    LOGIN_NO,
    LOGIN_YES,
    LOGIN_UNKNOWN,
};

/* One account of one store: a row of `login` in the making. */
struct login_row {
    const struct login_store *store; /* where the proof is */
    const struct login_entry *entry;
    const struct login_entry *person; /* its line of passwd; NULL: none */
    const char *store_name;           /* the column `store` */
    enum login_state state;
    struct login_hash hash; /* also of a locked account, without the lock */
    struct bytes plain;
    enum login_answerable active, usable;
    size_t search; /* index of the search for its hash, or SIZE_MAX */
};

struct login_rows {
    struct login_row *rows;
    size_t count, capacity;
};

/* Reads all stores of the system and makes their rows, in the order of paths and lines. */
void login_rows_make(const struct system *system, struct arena *arena, struct sink *sink,
                     struct login_rows *out);

#endif
