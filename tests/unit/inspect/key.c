#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "inspect/key_der.h"
#include "inspect/key_jwk.h"
#include "inspect/key_line.h"
#include "inspect/key_material.h"
#include "inspect/key_pem.h"
#include "test.h"

/* Keys are made anew in each run: none is in this repository. */

static EVP_PKEY *make(const char *type)
{
    if (strcmp(type, "RSA") == 0)
        return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
    if (strncmp(type, "P-", 2) == 0)
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", type);
    return EVP_PKEY_Q_keygen(NULL, NULL, type);
}

static const char *const types[] = {"RSA",     "P-256", "P-384",  "P-521",
                                    "ED25519", "ED448", "X25519", "X448"};

static struct bytes public_der(const EVP_PKEY *key, struct arena *arena)
{
    unsigned char *der = NULL;
    int size = i2d_PUBKEY(key, &der);
    struct bytes copy = arena_copy(arena, bytes_from(der, size < 0 ? 0 : (size_t)size));

    OPENSSL_free(der);
    return copy;
}

static struct bytes pem_of(const EVP_PKEY *key, const char *pass, bool legacy,
                           struct arena *arena)
{
    BIO *out = BIO_new(BIO_s_mem());
    const EVP_CIPHER *cipher = pass == NULL ? NULL : EVP_aes_128_cbc();
    int size = pass == NULL ? 0 : (int)strlen(pass);
    char *data;

    if (legacy)
        PEM_write_bio_PrivateKey_traditional(out, key, cipher, (const unsigned char *)pass,
                                             size, NULL, NULL);
    else
        PEM_write_bio_PrivateKey(out, key, cipher, (const unsigned char *)pass, size, NULL,
                                 NULL);
    long length = BIO_get_mem_data(out, &data);
    struct bytes copy = arena_copy(arena, bytes_from(data, (size_t)length));
    BIO_free(out);
    return copy;
}

static struct bytes der_of(const EVP_PKEY *key, struct arena *arena)
{
    unsigned char *der = NULL;
    int size = i2d_PrivateKey(key, &der);
    struct bytes copy = arena_copy(arena, bytes_from(der, size < 0 ? 0 : (size_t)size));

    OPENSSL_free(der);
    return copy;
}

/* Reads CONTENT as a file called PATH. */
static struct key_list read_as(const char *path, struct bytes content, struct arena *arena)
{
    struct node *node = arena_alloc(arena, sizeof *node);
    struct key_list list = {.count = 0};

    node->kind = NODE_FILE;
    node->path = bytes_of(path);
    key_material_read(node, content, arena, &list);
    key_material_pair(&list, arena);
    return list;
}

static void check_one(struct key_list list, const EVP_PKEY *key, struct arena *arena)
{
    CHECK_INT(list.count, 1);
    if (list.count != 1)
        return;
    CHECK_INT(list.items[0]->kind, KEY_PRIVATE);
    CHECK_TRUE(bytes_equal(list.items[0]->half->spki, public_der(key, arena)));
    CHECK_INT(list.items[0]->half->bits > 0, 1);
}

TEST(every_type_is_read_as_pem_and_der)
{
    owned(arena) arena = arena_new();

    for (size_t i = 0; i < COUNT_OF(types); i++) {
        EVP_PKEY *key = make(types[i]);
        CHECK_TRUE(key != NULL);
        check_one(read_as("k.pem", pem_of(key, NULL, false, arena), arena), key, arena);
        check_one(read_as("k.der", der_of(key, arena), arena), key, arena);
        if (i < 4)
            check_one(read_as("k.pem", pem_of(key, NULL, true, arena), arena), key, arena);
        EVP_PKEY_free(key);
    }
}

TEST(encrypted_keys_are_told)
{
    owned(arena) arena = arena_new();
    EVP_PKEY *key = make("P-256");

    for (int legacy = 0; legacy < 2; legacy++) {
        struct key_list list =
            read_as("k.pem", pem_of(key, "secret", legacy == 1, arena), arena);
        CHECK_INT(list.count, 1);
        CHECK_TRUE(list.count == 1 && list.items[0]->private.encrypted);
        CHECK_TRUE(list.count == 1 && list.items[0]->half->spki.size == 0);
    }
    EVP_PKEY_free(key);
}

/* PEM with each line end replaced by REPLACEMENT, between BEFORE and AFTER. */
static struct bytes written_as(struct bytes pem, const char *before, const char *replacement,
                               const char *after, struct arena *arena)
{
    owned(text) text = text_new();
    struct bytes line;

    text_add(text, before);
    while (bytes_next_line(&pem, &line)) {
        text_add_bytes(text, line);
        text_add(text, replacement);
    }
    text_add(text, after);
    return arena_copy(arena, text_bytes(text));
}

TEST(keys_inside_other_text_are_read)
{
    static const char *const forms[][3] = {
        {"const char *key = \"", "\\n\"\n    \"", "\";\n"},
        {"{\"key\": \"", "\\n", "\"}"},
        {"{\"inner\": \"{\\\"key\\\": \\\"", "\\\\n", "\\\"}\"}"},
        {"<key>", "&#10;", "</key>"},
        {"var k = '", "' +\n '", "';"},
        {"key=", "%0A", "&x=1"},
        {"cat <<EOF\n\t", "\r\n\t", "EOF\n"},
    };
    owned(arena) arena = arena_new();
    EVP_PKEY *key = make("RSA");
    struct bytes pem = pem_of(key, NULL, false, arena);

    for (size_t i = 0; i < COUNT_OF(forms); i++)
        check_one(read_as("file", written_as(pem, forms[i][0], forms[i][1], forms[i][2], arena),
                          arena),
                  key, arena);
    EVP_PKEY_free(key);
}

TEST(what_is_no_key_is_none)
{
    static const char *const texts[] = {
        "-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMIIB",
        "-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: A,0\n\n-----END RSA PRIVATE KEY-----",
        "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nPublic-Lines: 99999999\nAA==\n",
        "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}                      ",
        "untrusted comment: x\nRWQ=\n                                       ",
    };
    static const char host[] = "\0\0\0\x07"
                               "ssh-rsa and words of no meaning behind it";
    owned(arena) arena = arena_new();

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        CHECK_INT(read_as("k", bytes_of(texts[i]), arena).count, 0);
    CHECK_INT(read_as("k", bytes_from(host, sizeof host), arena).count, 0);
}

TEST(lines_of_authorized_keys)
{
    static const char *const key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    owned(arena) arena = arena_new();
    struct key_line line;
    char *text = arena_printf(arena, "command=\"a \\\" b\",no-pty %s  two words ", key);

    CHECK_TRUE(key_line_read(bytes_of(key), arena, &line));
    CHECK_INT(line.options.size, 0);
    CHECK_TRUE(key_line_read(bytes_of(text), arena, &line));
    CHECK_BYTES(line.options, "command=\"a \\\" b\",no-pty");
    CHECK_BYTES(line.comment, "two words");
    CHECK_STRING(line.half.type, "ed25519");
    CHECK_TRUE(!key_line_read(bytes_of("# ssh-rsa AAAA"), arena, &line));
    CHECK_TRUE(!key_line_read(bytes_of("ssh-rsa"), arena, &line));
    CHECK_TRUE(!key_line_read(bytes_of(""), arena, &line));
}

TEST(the_table_of_known_keys_is_sorted_and_whole)
{
    CHECK_TRUE(key_known_row_count > 2000);
    for (size_t i = 0; i < key_known_row_count; i++) {
        CHECK_TRUE(key_known_by_spki(&key_known_rows[i].spki) == &key_known_rows[i]);
        CHECK_TRUE(key_known_rows[i].as[0] != '\0' && key_known_rows[i].category[0] != '\0');
    }
    for (size_t i = 0; i < key_known_pkcs1_count; i++)
        CHECK_TRUE(key_known_by_pkcs1(&key_known_pkcs1[i].digest) != NULL);
    for (size_t i = 0; i < key_known_ssh_count; i++)
        CHECK_TRUE(key_known_by_ssh(&key_known_ssh[i].digest) != NULL);
    for (size_t i = 0; i < key_known_certificate_count; i++)
        CHECK_TRUE(key_known_by_certificate(&key_known_certificate[i].digest) != NULL);
    CHECK_TRUE(key_known_by_spki(&(struct sha256){{0}}) == NULL);
}

TEST(places)
{
    CHECK_TRUE(key_place_is_example(bytes_of("usr/share/doc/x/server.key")));
    CHECK_TRUE(key_place_is_example(bytes_of("opt/app/tests/key.pem")));
    CHECK_TRUE(!key_place_is_example(bytes_of("etc/latest/key.pem")));
    CHECK_TRUE(!key_place_is_example(bytes_of("etc/test")));
    CHECK_TRUE(key_place_is_update(bytes_of("etc/swupdate/key.pem")));
    CHECK_TRUE(key_place_is_update(bytes_of("etc/firmware-update.pem")));
    CHECK_TRUE(!key_place_is_update(bytes_of("etc/total/key.pem")));
    CHECK_TRUE(key_place_is_trust(bytes_of("etc/ssl/certs/x.pem")));
    CHECK_TRUE(key_place_is_trust(bytes_of("data/5ed36f99.0")));
    CHECK_TRUE(!key_place_is_trust(bytes_of("etc/cam.pem")));
}

static uint64_t random_state = 7;

static uint32_t next_random(void)
{
    random_state = random_state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(random_state >> 33);
}

/* SAMPLE with a few bytes changed, and every shorter SAMPLE, each in memory of its own size. */
static void damage(const char *path, struct bytes sample, int rounds)
{
    owned(arena) arena = arena_new();

    for (int round = 0; round < rounds; round++) {
        uint8_t *copy = mem_alloc(sample.size);
        mem_copy(copy, sample.data, sample.size);
        for (int i = 0; i < 1 + round % 4; i++)
            copy[next_random() % sample.size] =
                round % 3 == 0 ? (uint8_t)next_random()
                               : (uint8_t) "ABCDwxyz0189+/=-\n\\\""[next_random() % 19];
        read_as(path, bytes_from(copy, sample.size), arena);
        arena_reset(arena);
        mem_free(copy);
    }
    for (size_t size = 0; size < sample.size; size++) {
        uint8_t *copy = mem_alloc(size);
        if (size > 0)
            mem_copy(copy, sample.data, size);
        read_as(path, bytes_from(copy, size), arena);
        arena_reset(arena);
        mem_free(copy);
    }
}

/* An SSH string, as host key files have it. */
static void add_string(struct text *out, struct bytes bytes)
{
    text_add_char(out, 0);
    text_add_char(out, 0);
    text_add_char(out, (char)(bytes.size >> 8));
    text_add_char(out, (char)bytes.size);
    text_add_bytes(out, bytes);
}

TEST(damaged_keys_do_no_harm)
{
    owned(arena) arena = arena_new();
    owned(text) dropbear = text_new();
    uint8_t both[64] = {1, 2, 3};

    for (size_t i = 0; i < COUNT_OF(types); i++) {
        EVP_PKEY *key = make(types[i]);
        damage("k.pem", pem_of(key, NULL, false, arena), 250);
        damage("k.der", der_of(key, arena), 250);
        EVP_PKEY_free(key);
    }
    add_string(dropbear, bytes_of("ssh-ed25519"));
    add_string(dropbear, bytes_from(both, sizeof both));
    CHECK_INT(read_as("k", text_bytes(dropbear), arena).count, 1);
    damage("k", text_bytes(dropbear), 2000);
    damage("k",
           bytes_of("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAAAAAAAAAAAAAA"
                    "AAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"d\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                    "AAAAAAAAAAA\"}]}"),
           2000);
    damage(
        "k",
        bytes_of("PuTTY-User-Key-File-2: ssh-ed25519\nEncryption: none\nComment: x\n"
                 "Public-Lines: 2\nAAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                 "AAAAAAAAAAAA\nPrivate-Lines: 1\nAAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"),
        2000);
}

int main(void)
{
    RUN(every_type_is_read_as_pem_and_der);
    RUN(encrypted_keys_are_told);
    RUN(keys_inside_other_text_are_read);
    RUN(what_is_no_key_is_none);
    RUN(lines_of_authorized_keys);
    RUN(the_table_of_known_keys_is_sorted_and_whole);
    RUN(places);
    RUN(damaged_keys_do_no_harm);
    return test_end();
}
