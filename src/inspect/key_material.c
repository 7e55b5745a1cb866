#include "inspect/key_material.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "inspect/key_der.h"
#include "inspect/key_jwk.h"
#include "inspect/key_line.h"
#include "inspect/key_pem.h"

static bool is_elf(struct bytes content)
{
    return bytes_starts(content, "\x7f"
                                 "ELF");
}

static bool is_login_file(struct bytes path)
{
    return bytes_starts(path_base(path), "authorized_keys") ||
           bytes_contains(path, "authorized_keys.d/");
}

static bool is_line_file(const struct node *node, struct bytes content)
{
    return content.size <= LIMIT_KEY_LINE_FILE &&
           (is_login_file(node->path) || bytes_ends(node->path, ".pub")) &&
           (bytes_contains(content, "ssh-") || bytes_contains(content, "ecdsa-sha2-"));
}

bool key_material_keeps(const struct node *node, struct bytes content)
{
    return content.size >= 32 && content.size <= LIMIT_KEPT_FILE && !is_elf(content) &&
           (key_pem_begins(content) || key_private_may_be_der(content) ||
            key_private_may_be_dropbear(content) || key_private_may_be_putty(content) ||
            key_usign_may_be(content) || is_line_file(node, content) ||
            key_jwk_may_be(content));
}

/* Test data of a cryptographic library is no key of the product. */
static bool is_crypto_library(struct bytes path)
{
    static const char *const starts[] = {
        "libcrypto",  "libssl",     "libgnutls", "libmbed",      "libpolarssl",
        "libwolfssl", "libcyassl",  "libaxtls",  "libmatrixssl", "libgcrypt",
        "libssh",     "libbearssl", "libnss",    "openssl",      "libtls",
        "libpkcs11",  "certtool",   "libeay",    "libboringssl"};
    struct bytes base = path_base(path);

    for (size_t i = 0; i < COUNT_OF(starts); i++)
        if (bytes_starts(base, starts[i]))
            return true;
    return false;
}

bool key_material_wants(const struct node *node, struct bytes content)
{
    if (content.size <= LIMIT_KEPT_FILE && !is_elf(content))
        return false;
    return node->kind == NODE_FILE && !is_crypto_library(node->path) && key_pem_begins(content);
}

/* Adds ITEM, a copy of which goes into the list. */
static struct key_item *add(struct key_list *list, struct arena *arena, struct key_item item)
{
    struct key_item *copy = arena_alloc(arena, sizeof *copy);

    *copy = item;
    copy->half = item.kind == KEY_PRIVATE  ? &copy->private.half
                 : item.kind == KEY_PUBLIC ? &copy->public
                                           : &copy->certificate.key;
    list->items =
        arena_grow(arena, list->items, &list->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count++] = copy;
    return copy;
}

/* A file being read. */
struct reading {
    struct key_item item; /* node and content set, the rest empty */
    struct arena *arena;
    struct key_list *list;
    size_t items, privates;
    size_t counted; /* bytes whose lines are counted */
    uint32_t line;  /* the one behind them, from 1 */
};

/* The line OFFSET lies in. Offsets rise, so that each byte is looked at once. */
static uint32_t line_of(struct reading *r, size_t offset)
{
    while (r->counted < offset) {
        struct bytes ahead = bytes_slice(r->item.content, r->counted, offset - r->counted);
        size_t newline = bytes_find_byte(ahead, '\n');
        if (newline == SIZE_MAX)
            break;
        r->counted += newline + 1;
        r->line++;
    }
    return r->line;
}

/* May one more be read? Otherwise the file is counted as cut. */
static bool may_add(struct reading *r, bool is_private)
{
    r->items++;
    r->privates += is_private ? 1 : 0;
    if (r->items <= LIMIT_KEY_ITEMS && r->privates <= LIMIT_KEY_PRIVATES)
        return true;
    if (r->items == LIMIT_KEY_ITEMS + 1 || r->privates == LIMIT_KEY_PRIVATES + 1)
        r->list->cut++;
    return false;
}

static struct key_item at(struct reading *r, enum key_kind kind, size_t offset, size_t length)
{
    struct key_item item = r->item;

    item.kind = kind;
    item.offset = offset;
    item.length = length;
    item.line = item.in_program || length == 0 ? 0 : line_of(r, offset);
    return item;
}

static void add_private(struct reading *r, const struct key_private *key, size_t offset,
                        size_t length)
{
    struct key_item item = at(r, KEY_PRIVATE, offset, length);

    item.private = *key;
    add(r->list, r->arena, item);
}

static bool add_certificate(struct reading *r, struct bytes der, size_t offset, size_t length)
{
    struct key_item item = at(r, KEY_CERTIFICATE, offset, length);

    if (!certificate_read(der, r->arena, &item.certificate))
        return false;
    add(r->list, r->arena, item);
    return true;
}

static void add_pkcs7(struct reading *r, struct bytes der, size_t offset, size_t length)
{
    struct bytes one;
    size_t next = 0;

    while (certificate_next_in_pkcs7(der, &next, &one) && may_add(r, false))
        add_certificate(r, one, offset, length);
}

/* What a legacy key with DEK-Info is can be told from its label alone. */
static bool read_legacy(const struct key_pem *pem, struct key_private *out)
{
    static const struct {
        const char *label, *type;
    } types[] = {
        {"RSA PRIVATE KEY", "rsa"}, {"EC PRIVATE KEY", "ec"}, {"DSA PRIVATE KEY", "dsa"}};

    if (pem->body.size < 16 || pem->body.size % 8 != 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        if (!bytes_is(pem->label, types[i].label))
            continue;
        *out = (struct key_private){.encrypted = true, .half = {.type = types[i].type}};
        return true;
    }
    return false;
}

static void read_pem_private(struct reading *r, const struct key_pem *pem)
{
    struct key_private key;
    bool ok;

    if (!may_add(r, true))
        return;
    if (bytes_is(pem->label, "OPENSSH PRIVATE KEY")) {
        ok = key_private_from_openssh(pem->body, r->arena, &key);
    } else {
        ok = pem->encrypted ? read_legacy(pem, &key)
                            : key_private_from_der(pem->body, r->arena, &key);
        key.encoding = "pem";
    }
    if (ok)
        add_private(r, &key, pem->offset, pem->length);
}

static void read_pem_public(struct reading *r, const struct key_pem *pem)
{
    struct key_item item = at(r, KEY_PUBLIC, pem->offset, pem->length);

    if (bytes_is(pem->label, "RSA PUBLIC KEY")
            ? key_public_from_pkcs1(pem->body, r->arena, &item.public)
            : key_public_from_spki(pem->body, r->arena, &item.public))
        add(r->list, r->arena, item);
}

/* "TRUSTED CERTIFICATE" of OpenSSL has something behind the certificate. */
static struct bytes first_element(struct bytes der)
{
    struct cursor c = cursor_over(der);
    struct key_der element;

    return key_der_take(&c, DER_SEQUENCE, &element) ? element.whole : der;
}

static void read_pem(struct reading *r)
{
    struct key_pem pem;
    size_t next = 0;

    while (r->items <= LIMIT_KEY_ITEMS &&
           key_pem_next(r->item.content, &next, r->arena, &pem)) {
        if (bytes_ends(pem.label, "PRIVATE KEY"))
            read_pem_private(r, &pem);
        else if (!may_add(r, false))
            break;
        else if (bytes_is(pem.label, "CERTIFICATE") || bytes_is(pem.label, "X509 CERTIFICATE"))
            add_certificate(r, pem.body, pem.offset, pem.length);
        else if (bytes_is(pem.label, "TRUSTED CERTIFICATE"))
            add_certificate(r, first_element(pem.body), pem.offset, pem.length);
        else if (bytes_is(pem.label, "PKCS7"))
            add_pkcs7(r, pem.body, pem.offset, pem.length);
        else if (bytes_is(pem.label, "PUBLIC KEY") || bytes_is(pem.label, "RSA PUBLIC KEY"))
            read_pem_public(r, &pem);
    }
}

static void read_lines(struct reading *r)
{
    struct bytes content = r->item.content, rest = content, line;
    struct key_line key;

    while (bytes_next_line(&rest, &line)) {
        if (!key_line_read(line, r->arena, &key))
            continue;
        if (!may_add(r, false))
            return;
        struct key_item item = at(r, KEY_PUBLIC, (size_t)(line.data - content.data), line.size);
        item.public = key.half;
        item.comment = key.comment;
        item.options = key.options;
        item.is_login = is_login_file(r->item.node->path);
        add(r->list, r->arena, item);
    }
}

static void read_usign(struct reading *r)
{
    struct key_item item = at(r, KEY_PUBLIC, 0, 0);
    struct key_usign key;

    if (!key_usign_read(r->item.content, r->arena, &key))
        return;
    item.kind = key.is_private ? KEY_PRIVATE : KEY_PUBLIC;
    item.private =
        (struct key_private){.half = key.half, .encoding = "usign", .encrypted = key.encrypted};
    item.public = key.half;
    item.comment = key.comment;
    item.is_usign = true;
    add(r->list, r->arena, item);
}

static void read_jwk(struct reading *r)
{
    struct key_private key;
    size_t next = 0, offset;

    while (key_jwk_next(r->item.content, &next, r->arena, &key, &offset) && may_add(r, true))
        add_private(r, &key, offset, next - offset);
}

static void read_der(struct reading *r)
{
    struct key_item item = at(r, KEY_PUBLIC, 0, 0);
    struct bytes content = r->item.content;
    struct key_private key;

    if (key_private_from_der(content, r->arena, &key))
        add_private(r, &key, 0, 0);
    else if (key_public_from_spki(content, r->arena, &item.public) && item.public.type != NULL)
        add(r->list, r->arena, item);
    else if (!add_certificate(r, content, 0, 0) &&
             (bytes_ends(r->item.node->path, ".p7b") || bytes_ends(r->item.node->path, ".p7c")))
        add_pkcs7(r, content, 0, 0);
}

void key_material_read(const struct node *node, struct bytes content, struct arena *arena,
                       struct key_list *list)
{
    struct reading r = {
        .item = {.node = node,
                 .content = content,
                 .in_program = is_elf(content) || content.size > LIMIT_KEPT_FILE},
        .arena = arena,
        .list = list,
        .line = 1,
    };
    struct key_private key;

    if (key_pem_begins(content) || r.item.in_program)
        read_pem(&r);
    else if (key_private_may_be_der(content))
        read_der(&r);
    else if (key_private_may_be_dropbear(content) &&
             key_private_from_dropbear(content, arena, &key))
        add_private(&r, &key, 0, 0);
    else if (key_private_from_putty(content, arena, &key))
        add_private(&r, &key, 0, 0);
    else if (key_usign_may_be(content))
        read_usign(&r);
    else if (key_jwk_may_be(content))
        read_jwk(&r);
    if (is_line_file(node, content))
        read_lines(&r);
}

/* Certificates come before public keys, and both before private ones, among equals. */
static int by_half(const void *a, const void *b)
{
    const struct key_item *left = *(const struct key_item *const *)a;
    const struct key_item *right = *(const struct key_item *const *)b;
    int order = bytes_compare(bytes_from(left->half->digest.bytes, 32),
                              bytes_from(right->half->digest.bytes, 32));

    if (order == 0)
        order = (int)right->kind - (int)left->kind;
    if (order == 0)
        order = bytes_compare(left->node->path, right->node->path);
    if (order == 0)
        order = (left->offset > right->offset) - (left->offset < right->offset);
    return order;
}

/* Pairs the COUNT items of one public half, sorted: a private key with what is not one. */
static void pair_group(struct key_item **items, size_t count)
{
    const struct key_item *first = items[0], *secret = items[count - 1];

    if (first->half->spki.size == 0 || secret->kind != KEY_PRIVATE ||
        first->kind == KEY_PRIVATE)
        return;
    for (size_t i = count; i > 0 && items[i - 1]->kind == KEY_PRIVATE; i--)
        secret = items[i - 1];
    for (size_t i = 0; i < count; i++)
        items[i]->pair = items[i]->kind == KEY_PRIVATE ? first : secret;
    for (size_t i = 0; i < count; i++) /* in the same file before elsewhere */
        for (size_t j = 0; j < count && j < 64; j++)
            if ((items[i]->kind == KEY_PRIVATE) != (items[j]->kind == KEY_PRIVATE) &&
                items[i]->node == items[j]->node)
                items[i]->pair = items[j];
}

void key_material_pair(struct key_list *list, struct arena *arena)
{
    struct key_item **sorted = arena_array(arena, list->count, sizeof(struct key_item *));
    size_t start = 0;

    for (size_t i = 0; i < list->count; i++)
        sorted[i] = list->items[i];
    qsort(sorted, list->count, sizeof(struct key_item *), by_half);
    for (size_t i = 1; i <= list->count; i++) {
        if (i < list->count && bytes_equal(bytes_from(sorted[i]->half->digest.bytes, 32),
                                           bytes_from(sorted[start]->half->digest.bytes, 32)))
            continue;
        pair_group(sorted + start, i - start);
        start = i;
    }
}

void key_material_read_system(const struct system *system, struct arena *arena,
                              struct key_list *list)
{
    for (size_t i = 0; i < system->count; i++) {
        const struct system_node *node = &system->nodes[i];
        if (node->node->kind == NODE_FILE && node->has_content &&
            key_material_keeps(node->node, node->content))
            key_material_read(node->node, node->content, arena, list);
    }
    key_material_pair(list, arena);
}

struct evidence key_material_evidence(const struct key_item *item)
{
    if (item->length == 0)
        return evidence_node(item->node);
    struct evidence evidence =
        evidence_part(item->node, item->content, item->offset, item->length);
    evidence.line = item->line;
    return evidence;
}

void key_material_observe_known(struct observation *observation, const struct key_known *known)
{
    observation_flag(observation, "known", known != NULL && known->tier != KEY_KNOWN_TRUSTED);
    if (known == NULL)
        return;
    observation_string(observation, "known_as", known->as);
    observation_integer(observation, "known_tier", known->tier);
    observation_string(observation, "known_category", known->category);
    observation_flag(observation, "known_private", known->private_public);
}
