#ifndef INSPECT_CERTIFICATE_READ_H
#define INSPECT_CERTIFICATE_READ_H

#include "inspect/key_public.h"

/* An X.509 certificate (RFC 5280, section 4), read by its structure; no signature is verified. */
struct certificate {
    struct bytes der;
    struct sha256 digest; /* of the DER */
    struct bytes subject_der, issuer_der;
    struct bytes serial;    /* magnitude, as written */
    const char *not_before; /* YYYY-MM-DD, in the arena */
    const char *not_after;
    const char *signature; /* sha256WithRSAEncryption; dotted digits when unnamed */
    bool signature_weak;   /* MD2, MD4, MD5 or SHA-1 */
    bool self_signed;      /* subject and issuer are the same */
    int ca;                /* 1, 0, or -1: a version 1 certificate cannot say */
    struct key_public key;
};

/* False when DER is not exactly one certificate. */
bool certificate_read(struct bytes der, struct arena *arena, struct certificate *out);

/* A Name as RFC 4514 writes it: "CN=router,O=Example". */
const char *certificate_name(struct bytes name, struct arena *arena);

/* The certificates inside the signed data of PKCS #7 (RFC 2315): each call gives the next. */
bool certificate_next_in_pkcs7(struct bytes der, size_t *at, struct bytes *out);

#endif
