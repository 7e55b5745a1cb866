#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "inspect/certificate_read.h"
#include "inspect/key_pem.h"
#include "test.h"

#define BUNDLE "/etc/ssl/certs/ca-certificates.crt"

static struct bytes map(const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return (struct bytes){NULL, 0};
    void *memory = fstat(fd, &status) != 0
                       ? MAP_FAILED
                       : mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    return memory == MAP_FAILED ? (struct bytes){NULL, 0}
                                : bytes_from(memory, (size_t)status.st_size);
}

static char *name_of(const X509_NAME *name, struct arena *arena)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *data;

    X509_NAME_print_ex(out, name, 0, (XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB));
    long size = BIO_get_mem_data(out, &data);
    char *copy = arena_string(arena, bytes_from(data, (size_t)size));
    BIO_free(out);
    return copy;
}

static char *date_of(const ASN1_TIME *time, struct arena *arena)
{
    struct tm tm;

    ASN1_TIME_to_tm(time, &tm);
    return arena_printf(arena, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

/* Our reading of DER against that of OpenSSL. */
static void compare(struct bytes der, struct arena *arena)
{
    const unsigned char *at = der.data;
    X509 *x509 = d2i_X509(NULL, &at, (long)der.size);
    struct certificate ours;

    CHECK_TRUE(x509 != NULL);
    CHECK_TRUE(certificate_read(der, arena, &ours));
    CHECK_STRING(certificate_name(ours.subject_der, arena),
                 name_of(X509_get_subject_name(x509), arena));
    CHECK_STRING(certificate_name(ours.issuer_der, arena),
                 name_of(X509_get_issuer_name(x509), arena));
    CHECK_STRING(ours.not_before, date_of(X509_get0_notBefore(x509), arena));
    CHECK_STRING(ours.not_after, date_of(X509_get0_notAfter(x509), arena));
    CHECK_STRING(ours.signature, OBJ_nid2ln(X509_get_signature_nid(x509)));
    CHECK_INT(ours.key.bits, EVP_PKEY_get_bits(X509_get0_pubkey(x509)));
    unsigned char *spki = NULL;
    int size = i2d_PUBKEY(X509_get0_pubkey(x509), &spki);
    CHECK_TRUE(bytes_equal(ours.key.spki, bytes_from(spki, size < 0 ? 0 : (size_t)size)));
    OPENSSL_free(spki);
    uint32_t flags = X509_get_extension_flags(x509);
    CHECK_INT(ours.ca == 1, (flags & EXFLAG_CA) != 0);
    CHECK_INT(ours.self_signed, (flags & EXFLAG_SI) != 0);
    X509_free(x509);
}

TEST(openssl_agrees_on_the_bundle)
{
    struct bytes bundle = map(BUNDLE);
    owned(arena) arena = arena_new();
    struct key_pem pem;
    size_t at = 0, count = 0;

    while (key_pem_next(bundle, &at, arena, &pem)) {
        compare(pem.body, arena);
        count++;
    }
    printf("# %zu certificates compared\n", count);
}

/* A certificate of our own, signed by itself. */
static struct bytes make(const char *digest, int bits, struct arena *arena)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
    X509 *x509 = X509_new();
    unsigned char *der = NULL;

    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 4711);
    ASN1_TIME_set_string(X509_getm_notBefore(x509), "19991231235959Z");
    ASN1_TIME_set_string(X509_getm_notAfter(x509), "20511231235959Z");
    X509_NAME *name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, (const unsigned char *)"A, \"B\"", -1,
                               -1, 0);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)"caf\xc3\xa9",
                               -1, -1, 0);
    X509_set_issuer_name(x509, name);
    X509_set_pubkey(x509, key);
    X509_sign(x509, key, EVP_get_digestbyname(digest));
    int size = i2d_X509(x509, &der);
    struct bytes copy = arena_copy(arena, bytes_from(der, size < 0 ? 0 : (size_t)size));
    OPENSSL_free(der);
    X509_free(x509);
    EVP_PKEY_free(key);
    return copy;
}

TEST(a_certificate_of_our_own)
{
    owned(arena) arena = arena_new();
    struct bytes der = make("SHA1", 1024, arena);
    struct certificate certificate;

    compare(der, arena);
    CHECK_TRUE(certificate_read(der, arena, &certificate));
    CHECK_STRING(certificate.not_before, "1999-12-31");
    CHECK_STRING(certificate.not_after, "2051-12-31");
    CHECK_STRING(certificate_name(certificate.subject_der, arena),
                 "CN=caf\xc3\xa9,O=A\\, \\\"B\\\"");
    CHECK_STRING(certificate.signature, "sha1WithRSAEncryption");
    CHECK_TRUE(certificate.signature_weak);
    CHECK_TRUE(certificate_read(make("SHA256", 2048, arena), arena, &certificate));
    CHECK_TRUE(!certificate.signature_weak);
    CHECK_INT(certificate.ca, 0);
    CHECK_INT(certificate.key.bits, 2048);
}

static uint64_t random_state = 11;

static uint32_t next_random(void)
{
    random_state = random_state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(random_state >> 33);
}

static void read_all(struct bytes der, struct arena *arena)
{
    struct certificate certificate;
    struct bytes one;
    size_t at = 0;

    if (certificate_read(der, arena, &certificate)) {
        certificate_name(certificate.subject_der, arena);
        certificate_name(certificate.issuer_der, arena);
    }
    while (certificate_next_in_pkcs7(der, &at, &one))
        continue;
    arena_reset(arena);
}

TEST(damaged_certificates_do_no_harm)
{
    owned(arena) arena = arena_new();
    owned(arena) scratch = arena_new();
    struct bytes der = make("SHA256", 1024, arena);

    for (int round = 0; round < 4000; round++) {
        uint8_t *copy = mem_alloc(der.size);
        mem_copy(copy, der.data, der.size);
        for (int i = 0; i < 1 + round % 4; i++)
            copy[next_random() % der.size] = (uint8_t)next_random();
        read_all(bytes_from(copy, der.size), scratch);
        mem_free(copy);
    }
    for (size_t size = 0; size < der.size; size++) {
        uint8_t *copy = mem_alloc(size);
        if (size > 0)
            mem_copy(copy, der.data, size);
        read_all(bytes_from(copy, size), scratch);
        mem_free(copy);
    }
}

int main(void)
{
    RUN(openssl_agrees_on_the_bundle);
    RUN(a_certificate_of_our_own);
    RUN(damaged_certificates_do_no_harm);
    return test_end();
}
