#ifndef INSPECT_LOGIN_HASH_H
#define INSPECT_LOGIN_HASH_H

#include "base/bytes.h"

/*
 * Password hashes: which scheme made one, how much work a guess is, and whether a guess makes it.
 * Recognition is strict (crypt(5) of libxcrypt): a field that merely looks like a hash has no
 * scheme.
 */

enum login_scheme {
    LOGIN_NONE, /* not a hash */
    LOGIN_DES,
    LOGIN_BIGCRYPT,
    LOGIN_BSDI,
    LOGIN_MD5,
    LOGIN_APR1,
    LOGIN_BCRYPT,
    LOGIN_SHA1,
    LOGIN_SHA256,
    LOGIN_SHA512,
    LOGIN_YESCRYPT,
    LOGIN_GOST_YESCRYPT,
    LOGIN_SCRYPT,
    LOGIN_SUNMD5,
    LOGIN_NT,
    LOGIN_MOSQUITTO_SHA512, /* $6$ of mosquitto_passwd: one SHA-512, not crypt */
    LOGIN_MOSQUITTO_PBKDF2, /* $7$ of mosquitto_passwd: PBKDF2-HMAC-SHA512, not crypt */
    LOGIN_HTPASSWD_SHA1,    /* {SHA} of htpasswd -s: one SHA-1, no salt */
};

/* No guess is made: its work is unknown or beyond every budget. */
#define LOGIN_COST_UNKNOWN UINT64_MAX

struct login_hash {
    struct bytes text;
    enum login_scheme scheme;
    uint64_t
        rounds;    /* iterations (bcrypt: two to its cost, scrypt and yescrypt: N); 0: fixed */
    uint64_t cost; /* nanoseconds one guess takes on a slow core of 2020, as estimated */
};

/* "des", "md5" …; NULL for LOGIN_NONE. */
const char *login_scheme_name(enum login_scheme scheme);

/* Reads a hash of crypt(5). False, and scheme LOGIN_NONE, when it is none. */
bool login_hash_read(struct bytes text, struct login_hash *out);

/* The same for the schemes of htpasswd and of mosquitto, which share prefixes with crypt(5). */
bool login_hash_read_pair(struct bytes text, struct login_hash *out);

/*
 * The first of COUNT guesses (texts without NUL) that makes the hash, or SIZE_MAX. The scheme must
 * not be LOGIN_NONE and the cost must be known.
 */
size_t login_hash_find(const struct login_hash *hash, const struct bytes *guesses,
                       size_t count);

#endif
