#include <string.h>

#include "inspect/key_material.h"

#define BUNDLE_LEAST      5    /* certificate authorities in one file that make it a bundle */
#define WEAK_MODULUS_BITS 2048 /* below: NIST SP 800-131A, BSI TR-02102-1 */
#define WEAK_CURVE_BITS   224

static const struct column columns[] = {
    {"subject", COLUMN_TEXT, "as RFC 4514 writes a name"},
    {"issuer", COLUMN_TEXT, "as RFC 4514 writes a name"},
    {"serial", COLUMN_TEXT, "hexadecimal"},
    {"not_before", COLUMN_TEXT, "YYYY-MM-DD"},
    {"not_after", COLUMN_TEXT, "YYYY-MM-DD"},
    {"key_type", COLUMN_TEXT, "rsa, ec, ed25519, …"},
    {"key_bits", COLUMN_INTEGER, "size of the modulus or the field"},
    {"curve", COLUMN_TEXT, "of an elliptic curve key"},
    {"signature", COLUMN_TEXT, "signature algorithm, e.g. sha256WithRSAEncryption"},
    {"signature_weak", COLUMN_INTEGER, "1: over MD2, MD4, MD5 or SHA-1"},
    {"key_weak", COLUMN_INTEGER, "1: RSA or DSA below 2048 bits, a curve below 224"},
    {"self_signed", COLUMN_INTEGER, "1: subject and issuer are the same"},
    {"ca", COLUMN_INTEGER, "1: may sign others; NULL: version 1 cannot say"},
    {"role", COLUMN_TEXT, "trust-anchor, identity or unknown"},
    {"has_key", COLUMN_INTEGER, "1: its private key is in the image"},
    {"key_path", COLUMN_TEXT, "where that key is"},
    {"spki_sha256", COLUMN_TEXT, "SHA-256 of the DER SubjectPublicKeyInfo"},
    {"sha256", COLUMN_TEXT, "SHA-256 of the certificate"},
    {"example", COLUMN_INTEGER, "1: in a folder of documentation, tests or examples"},
    {"known", COLUMN_INTEGER, "1: publicly known; 0: not, or listed as genuine"},
    {"known_as", COLUMN_TEXT, "what it is known as"},
    {"known_tier", COLUMN_INTEGER, "1 default signing key … 4 test vector, 9 genuine key"},
    {"known_category", COLUMN_TEXT, "test, leaked, sample, demo-ca, trusted, …"},
    {"known_private", COLUMN_INTEGER, "1: its private half is published"},
};

static const struct observable observable = {
    .name = "certificate",
    .meaning = "an X.509 certificate in the image",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};

static const struct observable *const observables[] = {&observable};

static bool key_is_weak(const struct key_public *key)
{
    bool modulus = strcmp(key->type, "rsa") == 0 || strcmp(key->type, "dsa") == 0;

    return key->bits < (modulus ? WEAK_MODULUS_BITS : WEAK_CURVE_BITS);
}

static const char *role_of(const struct key_item *item, bool in_bundle)
{
    if (item->pair != NULL)
        return "identity";
    if (in_bundle || key_place_is_trust(item->node->path))
        return "trust-anchor";
    return item->certificate.ca == 0 ? "identity" : "unknown";
}

static void observe_key(struct observation *o, const struct certificate *certificate,
                        struct arena *arena)
{
    const struct key_public *key = &certificate->key;
    const struct key_known *known = key->known;

    observation_string(o, "key_type", key->type);
    observation_string(o, "curve", key->curve);
    if (key->bits > 0)
        observation_integer(o, "key_bits", key->bits);
    if (key->bits > 0 && key->type != NULL)
        observation_flag(o, "key_weak", key_is_weak(key));
    observation_string(o, "spki_sha256", key_hex(bytes_from(key->digest.bytes, 32), arena));
    observation_string(o, "sha256", key_hex(bytes_from(certificate->digest.bytes, 32), arena));
    if (known == NULL)
        known = key_known_by_certificate(&certificate->digest);
    key_material_observe_known(o, known);
}

/* WHOLE says whether every other file was looked at, so that no key found means none. */
static void state(const struct key_item *item, bool in_bundle, bool whole, struct arena *arena,
                  struct sink *sink)
{
    const struct certificate *certificate = &item->certificate;
    struct observation *o = observation_new(arena, &observable, key_material_evidence(item));
    const char *subject = certificate_name(certificate->subject_der, arena);

    observation_string(o, "subject", subject);
    observation_string(
        o, "issuer",
        certificate->self_signed ? subject : certificate_name(certificate->issuer_der, arena));
    observation_string(o, "serial", key_hex(bytes_slice(certificate->serial, 0, 64), arena));
    observation_string(o, "not_before", certificate->not_before);
    observation_string(o, "not_after", certificate->not_after);
    observation_string(o, "signature", certificate->signature);
    observation_flag(o, "signature_weak", certificate->signature_weak);
    observation_flag(o, "self_signed", certificate->self_signed);
    if (certificate->ca >= 0)
        observation_flag(o, "ca", certificate->ca == 1);
    observe_key(o, certificate, arena);
    observation_string(o, "role", role_of(item, in_bundle));
    if (item->pair != NULL || whole)
        observation_flag(o, "has_key", item->pair != NULL);
    if (item->pair != NULL)
        observation_text(o, "key_path", item->pair->node->path);
    observation_flag(o, "example", key_place_is_example(item->node->path));
    sink_observe(sink, o);
}

/* States the certificates of one file, which stand together in the list. */
static void state_file(struct key_item *const *items, size_t count, bool whole,
                       struct arena *arena, struct sink *sink)
{
    size_t authorities = 0;

    for (size_t i = 0; i < count; i++)
        if (items[i]->kind == KEY_CERTIFICATE &&
            (items[i]->certificate.ca == 1 ||
             (items[i]->certificate.ca < 0 && items[i]->certificate.self_signed)))
            authorities++;
    for (size_t i = 0; i < count; i++)
        if (items[i]->kind == KEY_CERTIFICATE)
            state(items[i], authorities >= BUNDLE_LEAST, whole, arena, sink);
}

static void state_all(const struct key_list *list, bool whole, struct arena *arena,
                      struct sink *sink)
{
    size_t start = 0;

    for (size_t i = 1; i <= list->count; i++) {
        if (i < list->count && list->items[i]->node == list->items[start]->node)
            continue;
        state_file(list->items + start, i - start, whole, arena, sink);
        start = i;
    }
    if (list->cut > 0)
        sink_unread(sink, bytes_of(""), 0, "a file holds more certificates than are read");
}

static struct error *run(const struct file *file, struct arena *arena, struct sink *sink)
{
    struct key_list list = {.count = 0};

    key_material_read(file->node, file->content, arena, &list);
    key_material_pair(&list, arena);
    state_all(&list, false, arena, sink);
    return NULL;
}

static struct error *run_system(const struct system *system, struct arena *arena,
                                struct sink *sink)
{
    struct key_list list = {.count = 0};

    key_material_read_system(system, arena, &list);
    state_all(&list, system->complete, arena, sink);
    return NULL;
}

const struct check check_certificate = {
    .name = "certificate",
    .title = "Certificates",
    .observables = observables,
    .observable_count = COUNT_OF(observables),
    .wants = key_material_wants,
    .run = run,
    .keeps = key_material_keeps,
    .run_system = run_system,
};
