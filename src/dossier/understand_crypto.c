#include "base/limits.h"
#include "base/text.h"
#include "dossier/understand_mechanism.h"

/*
 * Cryptographic mechanisms. The vocabulary finds the parts ("AES", "GCM", "SHA-256"); here they
 * are put together with their sizes: "AES 128 bit in GCM mode", "RSA with 3072-bit keys",
 * "TLS 1.2/1.3", and cipher suites in the spelling of IANA and of OpenSSL.
 */

/* The mechanisms of one field at work. */
struct crypto {
    struct understanding *u;
    const struct entry_read *entry;
    const struct field *field;
    const struct fact **parts; /* of this field, in order */
    size_t count;
    bool *used;
    bool *is_named; /* of each word: it belongs to a part */
    size_t affirmed;
    const char **names; /* written already for this field, with their states */
    enum state *states;
    size_t name_count, name_capacity, state_capacity;
};

static const struct word *word_at(const struct crypto *c, size_t at)
{
    return &c->field->words.items[at];
}

static bool role_at(const struct crypto *c, size_t at, uint32_t role)
{
    return at < c->field->words.count && (c->field->roles[at] & role) != 0;
}

/* Is word AT in the sentence of word OF, and not behind a comma? */
static bool is_near(const struct crypto *c, size_t at, size_t of)
{
    return at < c->field->words.count && word_at(c, at)->sentence == word_at(c, of)->sentence;
}

static bool is_kind(const struct crypto *c, const struct fact *part, const char *kind)
{
    const struct mechanism *m = mechanism_named(c->u->mechanisms, part->concept->value);

    return m != NULL && bytes_is(bytes_of(m->kind), kind);
}

static bool is_part(const struct fact *part, const char *value)
{
    return bytes_is(bytes_of(part->concept->value), value);
}

static bool wrote_before(struct crypto *c, const char *name, enum state state)
{
    for (size_t i = 0; i < c->name_count; i++)
        if (c->states[i] == state && bytes_is(bytes_of(c->names[i]), name))
            return true;
    c->names = arena_grow(c->u->arena, c->names, &c->name_capacity, c->name_count + 1,
                          sizeof *c->names);
    c->states = arena_grow(c->u->arena, c->states, &c->state_capacity, c->name_count + 1,
                           sizeof *c->states);
    c->names[c->name_count] = name;
    c->states[c->name_count++] = state;
    return false;
}

/* The run of glued words around PART: a suite, when it has other parts. */
static void run_of(const struct crypto *c, const struct fact *part, size_t *from, size_t *to)
{
    *from = part->first;
    *to = part->last;
    while (*from > 0 && word_at(c, *from)->apart == APART_GLUED)
        (*from)--;
    while (*to + 1 < c->field->words.count && word_at(c, *to + 1)->apart == APART_GLUED)
        (*to)++;
}

/* Does PART stand in a suite? A mode belongs to its cipher. */
static bool shares_run(const struct crypto *c, const struct fact *part)
{
    size_t from, to;

    run_of(c, part, &from, &to);
    for (size_t i = 0; i < c->count; i++)
        if (c->parts[i] != part && c->parts[i]->first >= from && c->parts[i]->last <= to &&
            !is_kind(c, c->parts[i], "mode"))
            return true;
    return false;
}

/* "!RC4", ":-RC4": what a string of OpenSSL takes out. */
static bool is_struck(const struct crypto *c, const struct fact *part)
{
    size_t from, to;

    run_of(c, part, &from, &to);
    struct bytes text = c->field->text;
    uint32_t start = word_at(c, from)->start;
    uint8_t before = start > 0 ? bytes_at(text, start - 1) : 0;
    uint8_t first = start > 1 ? bytes_at(text, start - 2) : 0;
    return before == '!' || (before == '-' && (first == ':' || first == ','));
}

static bool is_number_at(const struct crypto *c, size_t at)
{
    uint8_t first = bytes_at(word_letters(word_at(c, at)), 0);

    return first >= '0' && first <= '9';
}

/* Is PART plainly used: in a list of names, or behind a verb that says so? */
static bool is_plain(const struct crypto *c, const struct fact *part)
{
    const uint32_t listed = ROLE_MEASURE | ROLE_JOIN | ROLE_LINK | ROLE_NOUN | ROLE_ANSWER_YES;
    size_t at = part->first;
    bool list = true, plain = false;

    while (at > 0 && is_near(c, at - 1, part->first))
        at--;
    for (; is_near(c, at, part->first); at++) {
        if (c->is_named[at])
            continue;
        if (role_at(c, at, ROLE_WARY | ROLE_ABSENT | ROLE_NEGATORS))
            return false;
        plain |= role_at(c, at, ROLE_PLAIN);
        list &= role_at(c, at, listed) || is_number_at(c, at) ||
                word_at(c, at)->apart == APART_GLUED || word_letters(word_at(c, at)).size == 1;
    }
    return plain || list;
}

/*
 * What is broken fails a product: then a sentence that is not plain is not understood. What is
 * accepted is ruled out by its own words alone, and a part of a suite by no word about the suite,
 * in which it may be only one of many: "AES128-SHA is disabled" keeps AES.
 */
static enum state state_of(const struct crypto *c, const struct fact *part,
                           const struct mechanism *standing)
{
    bool broken = standing != NULL && bytes_is(bytes_of(standing->standing), "broken");
    bool weak =
        broken || (standing != NULL && bytes_is(bytes_of(standing->standing), "legacy"));
    bool weak_cipher = weak && bytes_is(bytes_of(standing->kind), "cipher");

    if (part->state == STATE_IGNORED)
        return STATE_IGNORED;
    if (is_struck(c, part))
        return shares_run(c, part) ? STATE_UNCLEAR : STATE_NEGATED;
    if (part->state == STATE_NEGATED &&
        ((part->guess == GUESS_BEFORE && !weak) || (part->guess == GUESS_BEHIND && !broken) ||
         (!weak_cipher && shares_run(c, part))))
        return STATE_UNCLEAR;
    if (part->state == STATE_AFFIRMED && broken && !is_plain(c, part))
        return STATE_UNCLEAR;
    return part->state;
}

/* NAME is put together; STANDING judges it, and MODE, when there is one, may judge it worse. */
static struct error *put(struct crypto *c, const struct fact *part, const char *name,
                         const struct mechanism *standing, size_t last)
{
    struct query *query = &c->u->into[INTO_MECHANISM];
    struct arena *arena = c->u->arena;
    enum state state = state_of(c, part, standing);
    const char *value = state == STATE_AFFIRMED  ? name
                        : state == STATE_NEGATED ? arena_printf(arena, "not %s", name)
                                                 : arena_printf(arena, "unclear: %s", name);

    if (state == STATE_IGNORED || wrote_before(c, name, state))
        return NULL;
    c->affirmed += state == STATE_AFFIRMED;
    put_entry(query, c->entry);
    put_name(query, 4, c->field->name);
    put_name(query, 5, standing == NULL ? NULL : standing->kind);
    put_name(query, 6, name);
    put_name(query, 7, standing == NULL ? "unknown" : standing->standing);
    put_tri(query, 8, state == STATE_AFFIRMED ? 0 : state == STATE_NEGATED ? 1 : -1);
    put_name(query, 9, standing == NULL ? NULL : standing->reason);
    query_bind_text(query, 10, excerpt_of(c->field, part->first, last, arena));
    TRY(query_step(query));
    put_statement(c->u, c->entry, c->field, "mechanism", value, part->first, last);
    return NULL;
}

/* The part that begins at word AT, from PART on; NULL when none does. */
static const struct fact *part_at(const struct crypto *c, size_t from, size_t at, size_t *index)
{
    for (size_t i = from; i < c->count && c->parts[i]->first <= at; i++) {
        if (c->parts[i]->first == at) {
            *index = i;
            return c->parts[i];
        }
    }
    return NULL;
}

/* What stands behind the name of a family: its size, its mode, and where they end. */
struct around {
    unsigned size;
    const struct fact *mode;
    size_t last;
};

static bool is_size_of(const struct crypto *c, const char *family, unsigned size)
{
    bool is_cipher = bytes_is(bytes_of(family), "AES") ||
                     bytes_is(bytes_of(family), "Camellia") ||
                     bytes_is(bytes_of(family), "ARIA");

    (void)c;
    if (is_cipher)
        return size == 128 || size == 192 || size == 256;
    if (bytes_is(bytes_of(family), "EC"))
        return size >= 112 && size <= 640;
    return size >= 512 && size <= 16384;
}

/* "256-bit AES", "2048 bit RSA". */
static void look_before(const struct crypto *c, const char *family, const struct fact *part,
                        struct around *around)
{
    size_t at = part->first;

    for (unsigned steps = 0; at > 0 && steps < 3; steps++) {
        if (word_at(c, at)->apart > APART_SPACE)
            return;
        at--;
        unsigned number = word_number(word_at(c, at));
        if (number > 0 && is_size_of(c, family, number)) {
            around->size = number;
            return;
        }
        if (number > 0 || !role_at(c, at, ROLE_MEASURE))
            return;
    }
}

static struct around look_around(struct crypto *c, size_t index, const char *family)
{
    const struct fact *part = c->parts[index];
    struct around around = {.last = part->last};
    size_t other = index;

    for (size_t at = part->last + 1;
         is_near(c, at, part->last) && at <= part->last + LIMIT_PARTS; at++) {
        const struct fact *next = part_at(c, index + 1, at, &other);
        unsigned number = word_number(word_at(c, at));
        if (word_at(c, at)->apart > APART_COLON &&
            !(word_at(c, at)->apart == APART_COMMA && role_at(c, at, ROLE_MEASURE)))
            break;
        if (next != NULL) {
            if (!is_kind(c, next, "mode") || around.mode != NULL)
                break;
            around.mode = next;
            c->used[other] = true;
            at = around.last = next->last;
        } else if (number > 0) {
            if (around.size > 0 || !is_size_of(c, family, number))
                break;
            around.size = number;
            around.last = at;
        } else if (!role_at(c, at, ROLE_MEASURE)) {
            break;
        }
    }
    if (around.size == 0)
        look_before(c, family, part, &around);
    return around;
}

static struct error *put_sized(struct crypto *c, const struct fact *part, const char *family,
                               const struct around *around, unsigned size)
{
    owned(text) name = text_new();
    const struct mechanism *standing = size > 0
                                           ? mechanism_sized(c->u->mechanisms, family, size)
                                           : mechanism_named(c->u->mechanisms, family);

    text_add(name, family);
    if (size > 0)
        text_addf(name, "-%u", size);
    if (around->mode != NULL) {
        text_addf(name, "-%s", around->mode->concept->value);
        standing = mechanism_worse(
            standing, mechanism_named(c->u->mechanisms, around->mode->concept->value),
            c->u->arena);
    }
    const struct mechanism *own = mechanism_named(c->u->mechanisms, text_string(name));
    return put(c, part, arena_string(c->u->arena, text_bytes(name)),
               own != NULL ? own : standing, around->last);
}

/* "AES-128/256", "RSA 2048 or 3072": the sizes that follow. */
static struct error *put_more_sizes(struct crypto *c, const struct fact *part,
                                    const char *family, struct around around)
{
    for (size_t at = around.last + 1; is_near(c, at, part->first); at++) {
        unsigned number = word_number(word_at(c, at));
        if (word_at(c, at)->apart > APART_COMMA)
            return NULL;
        if (number > 0 && is_size_of(c, family, number) &&
            (word_at(c, at)->apart >= APART_SLASH || role_at(c, at - 1, ROLE_JOIN))) {
            around.last = at;
            TRY(put_sized(c, part, family, &around, number));
        } else if (!role_at(c, at, ROLE_JOIN | ROLE_MEASURE)) {
            return NULL;
        }
    }
    return NULL;
}

/* "RSA-PSS with 3072 bit": the family of a name, for its size. */
static const char *family_of(const struct crypto *c, const char *name)
{
    static const char *const families[] = {"RSA", "DSA", "DH"};

    if (mechanism_sized(c->u->mechanisms, name, UINT32_MAX) != NULL)
        return name;
    for (size_t i = 0; i < COUNT_OF(families); i++)
        if (bytes_starts(bytes_of(name), families[i]) &&
            bytes_at(bytes_of(name), bytes_of(families[i]).size) == '-')
            return families[i];
    return NULL;
}

/* The run of glued words around a part: does a cipher and something else stand in it? */
static bool in_suite(const struct crypto *c, size_t index)
{
    const struct fact *part = c->parts[index];
    size_t from, to, parts = 0;
    bool cipher = false;

    run_of(c, part, &from, &to);
    for (size_t i = 0; i < c->count; i++) {
        if (c->parts[i]->first < from || c->parts[i]->last > to)
            continue;
        parts++;
        cipher |= is_kind(c, c->parts[i], "cipher");
    }
    return cipher && parts >= 2 && to - from >= 3;
}

static bool suite_has(const struct crypto *c, size_t index, const char *kind, const char *value)
{
    size_t from = index, to = index;

    while (from > 0 && in_suite(c, from - 1) &&
           word_at(c, c->parts[from]->first)->apart == APART_GLUED)
        from--;
    while (to + 1 < c->count && word_at(c, c->parts[to + 1]->first)->apart == APART_GLUED)
        to++;
    for (size_t i = from; i <= to; i++)
        if ((kind != NULL && is_kind(c, c->parts[i], kind)) ||
            (value != NULL && is_part(c->parts[i], value)))
            return true;
    return false;
}

/* The hash at the end of a suite: of the MAC in the old ones, of the key derivation in AEAD. */
static struct error *put_suite_hash(struct crypto *c, size_t index)
{
    const struct fact *part = c->parts[index];
    const char *hash = is_part(part, "SHA") ? "SHA-1" : part->concept->value;
    bool aead = suite_has(c, index, NULL, "GCM") || suite_has(c, index, NULL, "CCM") ||
                suite_has(c, index, NULL, "ChaCha20-Poly1305");

    if (aead)
        return put(c, part, hash, mechanism_named(c->u->mechanisms, hash), part->last);
    const char *name = arena_printf(c->u->arena, "HMAC-%s", hash);
    return put(c, part, name, mechanism_named(c->u->mechanisms, name), part->last);
}

/* HMAC and its hash, on either side. */
static struct error *put_hmac(struct crypto *c, size_t index)
{
    const struct fact *part = c->parts[index], *hash = NULL;
    size_t at = part->last + 1, other = index;

    while (role_at(c, at, ROLE_MEASURE) && is_near(c, at, part->last))
        at++;
    hash = is_near(c, at, part->last) ? part_at(c, index + 1, at, &other) : NULL;
    if (hash != NULL && is_kind(c, hash, "hash"))
        c->used[other] = true;
    else
        hash = NULL;
    const char *name =
        hash == NULL ? "HMAC"
                     : arena_printf(c->u->arena, "HMAC-%s",
                                    is_part(hash, "SHA") ? "SHA-1" : hash->concept->value);
    return put(c, part, name, mechanism_named(c->u->mechanisms, name),
               hash == NULL ? part->last : hash->last);
}

/* "TLS 1.2/1.3", "SHA-256 and 384": the same name with the next number, if there is such. */
static struct error *put_more_numbers(struct crypto *c, const struct fact *part)
{
    struct bytes name = bytes_of(part->concept->value);
    size_t stem = name.size;

    while (stem > 0 && ((bytes_at(name, stem - 1) >= '0' && bytes_at(name, stem - 1) <= '9') ||
                        bytes_at(name, stem - 1) == '.'))
        stem--;
    if (stem == name.size || stem == 0)
        return NULL;
    for (size_t at = part->last + 1; is_near(c, at, part->last); at++) {
        struct bytes number = word_letters(word_at(c, at));
        uint8_t first = bytes_at(number, 0);
        if (word_at(c, at)->apart > APART_COMMA)
            return NULL;
        if (role_at(c, at, ROLE_JOIN) || word_is(word_at(c, at), "v"))
            continue;
        if (first < '0' || first > '9')
            return NULL;
        const char *next =
            arena_printf(c->u->arena, "%.*s%.*s", (int)stem, (const char *)name.data,
                         (int)number.size, (const char *)number.data);
        const struct mechanism *m = mechanism_named(c->u->mechanisms, next);
        if (m == NULL)
            return NULL;
        TRY(put(c, part, next, m, at));
    }
    return NULL;
}

/* "TLS_ECDHE_RSA_WITH_…": TLS is but the prefix of a suite, RSA its kind of certificate. */
static bool is_prefix(const struct crypto *c, size_t index)
{
    const struct fact *part = c->parts[index];

    if (is_part(part, "TLS"))
        return bytes_at(c->field->text, word_at(c, part->last)->end) == '_';
    return is_part(part, "RSA") && in_suite(c, index);
}

static struct error *put_static_rsa(struct crypto *c, size_t index)
{
    const struct fact *part = c->parts[index];
    bool static_rsa = is_part(part, "RSA") && part->first > 0 &&
                      word_is(word_at(c, part->first - 1), "tls") &&
                      word_at(c, part->first)->apart == APART_GLUED &&
                      part->last + 1 < c->field->words.count &&
                      word_is(word_at(c, part->last + 1), "with");

    if (!static_rsa)
        return NULL;
    return put(c, part, "RSA key exchange",
               mechanism_named(c->u->mechanisms, "RSA key exchange"), part->last);
}

static struct error *put_part(struct crypto *c, size_t index)
{
    const struct fact *part = c->parts[index];
    const char *name = part->concept->value;
    const char *family = family_of(c, name);
    struct around around = {.last = part->last};

    if (is_part(part, "none"))
        return NULL; /* a name that holds one: "mbed TLS" */
    if (is_prefix(c, index))
        return put_static_rsa(c, index);
    if (is_part(part, "HMAC"))
        return put_hmac(c, index);
    if (is_kind(c, part, "hash") && in_suite(c, index))
        return put_suite_hash(c, index);
    if (family != NULL || is_kind(c, part, "cipher"))
        around = look_around(c, index, family == NULL ? name : family);
    if (family == NULL || !bytes_is(bytes_of(family), name)) {
        TRY(put(c, part, name, mechanism_named(c->u->mechanisms, name), around.last));
        if (family == NULL)
            return put_more_numbers(c, part);
        around.mode = NULL;
        if (around.size == 0)
            return NULL;
    }
    TRY(put_sized(c, part, family, &around, around.size));
    return around.size == 0 ? NULL : put_more_sizes(c, part, family, around);
}

static struct error *put_field(struct crypto *c)
{
    c->used = arena_array(c->u->arena, c->count, sizeof *c->used);
    c->is_named = arena_array(c->u->arena, c->field->words.count, sizeof *c->is_named);
    for (size_t i = 0; i < c->count; i++)
        for (size_t word = c->parts[i]->first; word <= c->parts[i]->last; word++)
            c->is_named[word] = true;
    for (size_t i = 0; i < c->count; i++)
        if (!c->used[i])
            TRY(put_part(c, i));
    return NULL;
}

/* "des" between other words is no cipher: "Verschlüsselung des Streams". */
static bool is_article(const struct field *field, const struct fact *fact)
{
    const struct words *words = &field->words;
    struct bytes text = words_text(words, fact->first, fact->last);
    size_t behind = fact->last + 1;

    if (!bytes_is(text, "des") && !bytes_is(text, "Des"))
        return false;
    bool listed = fact->first > 0 && (words->items[fact->first].apart == APART_GLUED ||
                                      words->items[fact->first].apart == APART_SLASH ||
                                      words->items[fact->first].apart == APART_COMMA);
    return !listed && behind < words->count && words->items[behind].apart == APART_SPACE;
}

struct error *understand_mechanisms(struct understanding *u, const struct entry_read *entry,
                                    size_t *affirmed)
{
    for (size_t i = 0; i < entry->field_count; i++) {
        struct crypto c = {.u = u, .entry = entry, .field = &entry->fields[i]};
        size_t capacity = 0;
        for (size_t j = 0; j < entry->fact_count; j++) {
            const struct fact *fact = &entry->facts[j];
            if (fact->field != c.field || fact->concept->about != ABOUT_MECHANISM ||
                is_article(c.field, fact))
                continue;
            c.parts = arena_grow(u->arena, c.parts, &capacity, c.count + 1, sizeof *c.parts);
            c.parts[c.count++] = fact;
        }
        if (c.count == 0)
            continue;
        TRY(put_field(&c));
        *affirmed += c.affirmed;
    }
    return NULL;
}
