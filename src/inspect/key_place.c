#include "inspect/key_material.h"

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Is a whole word of PATH (letters and digits between anything else) one of WORDS? */
static bool has_word(struct bytes path, const char *const *words, size_t count)
{
    size_t start = 0;

    for (size_t i = 0; i <= path.size; i++) {
        if (i < path.size && is_letter(bytes_at(path, i)))
            continue;
        for (size_t w = 0; w < count && i > start; w++)
            if (bytes_is_nocase(bytes_slice(path, start, i - start), words[w]))
                return true;
        start = i + 1;
    }
    return false;
}

bool key_place_is_example(struct bytes path)
{
    static const char *const folders[] = {"doc",     "docs",     "test",    "tests",
                                          "testing", "testdata", "example", "examples",
                                          "sample",  "samples",  "demo",    "demos"};
    struct bytes rest = path, folder;

    while (bytes_find_byte(rest, '/') != SIZE_MAX && bytes_next_field(&rest, '/', &folder))
        for (size_t i = 0; i < COUNT_OF(folders); i++)
            if (bytes_is_nocase(folder, folders[i]))
                return true;
    return false;
}

bool key_place_is_update(struct bytes path)
{
    static const char *const words[] = {
        "update",   "updates",    "updater", "upgrade", "sysupgrade", "ota",     "fota",
        "swupdate", "rauc",       "mender",  "opkg",    "usign",      "signify", "sign",
        "signing",  "secureboot", "mcuboot", "fwupd",   "avb",        "otacerts"};

    return has_word(path, words, COUNT_OF(words));
}

bool key_place_is_tls(struct bytes path)
{
    static const char *const words[] = {"ssl",    "tls",     "https",    "httpsd",
                                        "httpd",  "uhttpd",  "lighttpd", "nginx",
                                        "apache", "apache2", "goahead",  "mosquitto",
                                        "mqtt",   "stunnel", "boa",      "webserver"};

    return has_word(path, words, COUNT_OF(words));
}

/* "5ed36f99.0": a name made from the hash of a subject. */
static bool is_hash_name(struct bytes base)
{
    if (base.size < 10 || base.size > 11 || bytes_at(base, 8) != '.')
        return false;
    for (size_t i = 0; i < base.size; i++) {
        uint8_t c = bytes_at(base, i);
        bool digit = c >= '0' && c <= '9';
        if (i != 8 && !digit && (i > 8 || c < 'a' || c > 'f'))
            return false;
    }
    return true;
}

bool key_place_is_trust(struct bytes path)
{
    static const char *const folders[] = {
        "etc/ssl/certs/",    "usr/share/ca-certificates/", "usr/local/share/ca-certificates/",
        "etc/pki/ca-trust/", "etc/pki/tls/certs/",         "security/cacerts/",
        "usr/lib/ssl/certs/"};
    static const char *const starts[] = {
        "ca-bundle", "ca-certificates", "cacert", "ca-cert", "ca_cert",
        "ca.",       "root-ca",         "rootca", "root_ca", "trusted-root"};
    struct bytes base = path_base(path);

    for (size_t i = 0; i < COUNT_OF(folders); i++)
        if (bytes_contains(path, folders[i]))
            return true;
    for (size_t i = 0; i < COUNT_OF(starts); i++)
        if (base.size >= bytes_of(starts[i]).size &&
            bytes_is_nocase(bytes_slice(base, 0, bytes_of(starts[i]).size), starts[i]))
            return true;
    return is_hash_name(base);
}
