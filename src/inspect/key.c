#include "base/text.h"
#include "inspect/key_material.h"

static const struct column key_columns[] = {
    {"type", COLUMN_TEXT, "rsa, ec, ed25519, ed448, dsa, x25519 or x448"},
    {"bits", COLUMN_INTEGER, "size of the modulus or the field"},
    {"curve", COLUMN_TEXT, "of an elliptic curve key: secp256r1, …"},
    {"encoding", COLUMN_TEXT, "pem, der, openssh, putty, dropbear, jwk or usign"},
    {"encrypted", COLUMN_INTEGER, "1: a pass phrase is needed to use it"},
    {"spki_sha256", COLUMN_TEXT, "SHA-256 of the DER SubjectPublicKeyInfo"},
    {"ssh_fingerprint", COLUMN_TEXT, "SHA256:… as ssh-keygen prints it"},
    {"use", COLUMN_TEXT,
     "tls, ssh-host, ssh-user, update or unknown; from its pair and its place"},
    {"pair", COLUMN_TEXT, "path of the certificate or public key that belongs to it"},
    {"example", COLUMN_INTEGER,
     "1: in a folder of documentation, tests or examples, or library test data in a program"},
    {"known", COLUMN_INTEGER, "1: publicly known; 0: not, or listed as a genuine key"},
    {"known_as", COLUMN_TEXT, "what it is known as"},
    {"known_tier", COLUMN_INTEGER, "1 default signing key … 4 test vector, 9 genuine key"},
    {"known_category", COLUMN_TEXT, "test, leaked, sample, demo-ca, trusted, …"},
    {"known_private", COLUMN_INTEGER, "1: its private half is published"},
};

static const struct observable key_observable = {
    .name = "key",
    .meaning = "a private key in the image, decoded",
    .columns = key_columns,
    .column_count = COUNT_OF(key_columns),
};

static const struct column public_columns[] = {
    {"role", COLUMN_TEXT, "authorized (opens a login), verify (checks updates) or unknown"},
    {"account", COLUMN_TEXT, "whose login an authorized key opens"},
    {"type", COLUMN_TEXT, "as in key"},
    {"bits", COLUMN_INTEGER, "as in key"},
    {"spki_sha256", COLUMN_TEXT, "as in key"},
    {"ssh_fingerprint", COLUMN_TEXT, "as in key"},
    {"comment", COLUMN_TEXT, "the words beside the key"},
    {"options", COLUMN_TEXT, "what authorized_keys says before the key"},
    {"known", COLUMN_INTEGER, "as in key"},
    {"known_as", COLUMN_TEXT, "as in key"},
    {"known_tier", COLUMN_INTEGER, "as in key"},
    {"known_category", COLUMN_TEXT, "as in key"},
    {"known_private", COLUMN_INTEGER, "as in key"},
};

static const struct observable public_observable = {
    .name = "public_key",
    .meaning = "a public key that stands alone",
    .columns = public_columns,
    .column_count = COUNT_OF(public_columns),
};

static const struct observable *const observables[] = {&key_observable, &public_observable};

static void observe_half(struct observation *observation, const struct key_public *half,
                         struct arena *arena)
{
    observation_string(observation, "type", half->type);
    if (half->bits > 0)
        observation_integer(observation, "bits", half->bits);
    if (half->spki.size == 0)
        return;
    observation_string(
        observation, "spki_sha256",
        key_hex(bytes_from(half->digest.bytes, sizeof half->digest.bytes), arena));
    observation_string(observation, "ssh_fingerprint", key_public_fingerprint(half, arena));
    key_material_observe_known(observation, half->known);
}

static bool is_ssh_host(const struct key_item *item)
{
    return bytes_is(bytes_of(item->private.encoding), "dropbear") ||
           bytes_starts(path_base(item->node->path), "ssh_host_") ||
           bytes_contains(item->node->path, "dropbear/");
}

static bool is_ssh_user(const struct key_item *item)
{
    struct bytes encoding = bytes_of(item->private.encoding);

    return bytes_is(encoding, "openssh") || bytes_is(encoding, "putty") ||
           bytes_contains(item->node->path, ".ssh/");
}

static const char *use_of(const struct key_item *item)
{
    bool has_certificate = item->pair != NULL && item->pair->kind == KEY_CERTIFICATE;

    if (is_ssh_host(item))
        return "ssh-host";
    if (item->is_usign || key_place_is_update(item->node->path))
        return "update";
    if (has_certificate)
        return "tls";
    if (is_ssh_user(item))
        return "ssh-user";
    return key_place_is_tls(item->node->path) ? "tls" : "unknown";
}

/* Test data of a library that was linked into a program. */
static bool is_linked_test(const struct key_item *item)
{
    const struct key_known *known = item->half->known;

    return item->in_program && known != NULL && known->tier >= 3 &&
           known->tier != KEY_KNOWN_TRUSTED;
}

static void state_private(const struct key_item *item, struct arena *arena, struct sink *sink)
{
    struct observation *o =
        observation_new(arena, &key_observable, key_material_evidence(item));

    observe_half(o, item->half, arena);
    observation_string(o, "curve", item->half->curve);
    observation_string(o, "encoding", item->private.encoding);
    observation_flag(o, "encrypted", item->private.encrypted);
    observation_string(o, "use", use_of(item));
    if (item->pair != NULL)
        observation_text(o, "pair", item->pair->node->path);
    observation_flag(o, "example",
                     key_place_is_example(item->node->path) || is_linked_test(item));
    sink_observe(sink, o);
}

/* "root" for root/.ssh/authorized_keys, the folder's name below home, root for dropbear. */
static struct bytes account_of(struct bytes path)
{
    size_t keys_d = bytes_find_string(path, "authorized_keys.d/");
    size_t dot = bytes_find_string(path, "/.ssh/");

    if (bytes_contains(path, "etc/dropbear/"))
        return bytes_of("root");
    if (keys_d != SIZE_MAX)
        return path_base(path);
    return dot == SIZE_MAX ? (struct bytes){NULL, 0} : path_base(bytes_slice(path, 0, dot));
}

static void state_public(const struct key_item *item, struct arena *arena, struct sink *sink)
{
    struct observation *o =
        observation_new(arena, &public_observable, key_material_evidence(item));
    struct bytes account = account_of(item->node->path);

    observe_half(o, item->half, arena);
    observation_string(o, "role",
                       item->is_login                                            ? "authorized"
                       : item->is_usign || key_place_is_update(item->node->path) ? "verify"
                                                                                 : "unknown");
    if (item->is_login && account.size > 0)
        observation_text(o, "account", account);
    if (item->comment.size > 0)
        observation_text(o, "comment", item->comment);
    if (item->options.size > 0)
        observation_text(o, "options", item->options);
    sink_observe(sink, o);
}

static void state_all(const struct key_list *list, struct arena *arena, struct sink *sink)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->kind == KEY_PRIVATE)
            state_private(list->items[i], arena, sink);
        else if (list->items[i]->kind == KEY_PUBLIC)
            state_public(list->items[i], arena, sink);
    }
    if (list->cut > 0)
        sink_unread(sink, bytes_of(""), 0, "a file holds more keys than are read");
}

static struct error *run(const struct file *file, struct arena *arena, struct sink *sink)
{
    struct key_list list = {.count = 0};

    key_material_read(file->node, file->content, arena, &list);
    key_material_pair(&list, arena);
    state_all(&list, arena, sink);
    return NULL;
}

static struct error *run_system(const struct system *system, struct arena *arena,
                                struct sink *sink)
{
    struct key_list list = {.count = 0};

    key_material_read_system(system, arena, &list);
    state_all(&list, arena, sink);
    return NULL;
}

const struct check check_key = {
    .name = "key",
    .title = "Private and public keys",
    .observables = observables,
    .observable_count = COUNT_OF(observables),
    .wants = key_material_wants,
    .run = run,
    .keeps = key_material_keeps,
    .run_system = run_system,
};
