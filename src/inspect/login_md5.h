#ifndef INSPECT_LOGIN_MD5_H
#define INSPECT_LOGIN_MD5_H

#include "base/bytes.h"

/*
 * The password scheme of $1$ (MD5 crypt, FreeBSD libcrypt) and $apr1$ (the same with another
 * magic, Apache APR), made for trying many guesses against one hash: guesses of one length run
 * side by side in the lanes of vector registers. Guesses, not the clock, bound the work.
 */

#define LOGIN_MD5_TEXT 22 /* characters a digest has in such a hash */

struct login_md5 {
    struct bytes magic; /* "$1$" or "$apr1$" */
    struct bytes salt;  /* at most 8 bytes */
    uint8_t digest[16]; /* what login_md5_read decoded */
};

/* The value of a character in the alphabet of crypt(5), or 64 when it is none. */
unsigned login_md5_digit(uint8_t c);

/* Decodes the 22 characters of a digest. False when they are none. */
bool login_md5_read(struct bytes text, uint8_t digest[16]);

/* The first of COUNT guesses that makes the digest, or SIZE_MAX. */
size_t login_md5_find(const struct login_md5 *wanted, const struct bytes *guesses,
                      size_t count);

#endif
