#include "base/limits.h"
#include "base/text.h"
#include "dossier/understand_table.h"

/*
 * Components of 6-SoftComp and 12-NetSecImpl with their versions: "OpenSSL 1.1.1k", "Linux kernel
 * 5.10.110", "BusyBox (v1.36.1)". Names that are words of every day count with a version alone.
 * A bound or a range ("2.80 or later") is no version: the component is understood without one.
 */

struct named {
    const char *name, *version;
    const struct fact *fact;
    size_t last;
};

static bool is_version_byte(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '.' || c == '-' || c == '_' || c == '+' || c == '~';
}

static bool is_one_of(const struct word *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (word_is(word, list[i]))
            return true;
    return false;
}

static bool begins_with_digit(const struct word *word)
{
    uint8_t first = bytes_at(word_letters(word), 0);

    return first >= '0' && first <= '9';
}

/* What may stand between a name and its version: "lighttpd web server version 1.4.69". */
static bool is_way(const struct words *words, size_t at)
{
    static const char *const kinds[] = {"kernel",     "library", "firmware", "stack",
                                        "server",     "toolkit", "broker",   "daemon",
                                        "bootloader", "client",  "package",  "module"};
    static const char *const others[] = {"version", "v",  "ver",    "release",
                                         "rel",     "is", "series", "r"};
    static const char *const uses[] = {"web", "http", "mqtt", "ssh",
                                       "tls", "ssl",  "dns",  "dhcp"};
    const struct word *word = &words->items[at];

    if (is_one_of(word, kinds, COUNT_OF(kinds)) || is_one_of(word, others, COUNT_OF(others)))
        return true;
    /* "MQTT broker", but not "MQTT 3.1.1". */
    return is_one_of(word, uses, COUNT_OF(uses)) && at + 1 < words->count &&
           words->items[at + 1].apart <= APART_SPACE &&
           is_one_of(&words->items[at + 1], kinds, COUNT_OF(kinds));
}

static bool says_version(const struct word *word)
{
    return word_is(word, "version") || word_is(word, "v") || word_is(word, "ver") ||
           word_is(word, "release");
}

/* The version that begins at byte START, as it is written; *LAST: its last word. */
static struct bytes cut_version(const struct words *words, size_t at, size_t *last)
{
    uint32_t start = words->items[at].start;
    size_t end = start;

    while (end < words->text.size && end - start < LIMIT_VERSION &&
           is_version_byte(bytes_at(words->text, end)))
        end++;
    while (end > words->items[at].end &&
           !(bytes_at(words->text, end - 1) >= '0' && bytes_at(words->text, end - 1) <= '9') &&
           (bytes_at(words->text, end - 1) | 32) < 'a')
        end--; /* a full stop or hyphen behind it */
    *last = at;
    while (*last + 1 < words->count && words->items[*last + 1].start < end)
        (*last)++;
    return bytes_slice(words->text, start, end - start);
}

/* ">= 2.80", "~2.80", "≤ 2.80": a mark between words that makes a bound of a version. */
static bool is_bounded(const struct words *words, size_t at)
{
    static const char *const marks[] = {"<", ">", "~", "^", "\xe2\x89\xa5", "\xe2\x89\xa4"};
    uint32_t end = at > 0 ? words->items[at - 1].end : 0;
    struct bytes gap = bytes_slice(words->text, end, words->items[at].start - end);

    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (bytes_find_string(gap, marks[i]) != SIZE_MAX)
            return true;
    return false;
}

/* "2.80 or later", "2.80 to 2.90", "2.80 - 2.90", "2.80 and 2.90": LAST ends the first. */
static bool is_open_behind(const struct words *words, size_t last)
{
    static const char *const bounds[] = {"later",  "newer",   "higher",  "above",     "up",
                                         "onward", "onwards", "upwards", "following", "greater",
                                         "older",  "below",   "lower",   "earlier",   "to",
                                         "until",  "through"};
    size_t at = last + 1;

    if (at >= words->count || words->items[at].sentence != words->items[last].sentence)
        return false;
    if (word_is(&words->items[at], "or") || word_is(&words->items[at], "and"))
        at++;
    if (at < words->count && begins_with_digit(&words->items[at]) &&
        bytes_find_byte(word_letters(&words->items[at]), '.') != SIZE_MAX)
        return true;
    return (at < words->count && is_one_of(&words->items[at], bounds, COUNT_OF(bounds))) ||
           (words->items[last + 1].apart == APART_DASH &&
            begins_with_digit(&words->items[last + 1]));
}

/* "3.0.x", "2.80+", "2.*", "2.80-2.90". */
static bool is_wild(const struct words *words, struct bytes version)
{
    size_t end = (size_t)(version.data - words->text.data) + version.size;
    uint8_t behind = bytes_at(words->text, end), then = bytes_at(words->text, end + 1);
    size_t dash = bytes_find_byte(version, '-');

    if (behind == '+' || behind == '*' || (behind == '.' && then == '*'))
        return true;
    if (version.size > 2 && (bytes_at(version, version.size - 1) | 32) == 'x' &&
        bytes_at(version, version.size - 2) == '.')
        return true;
    struct bytes tail =
        dash == SIZE_MAX ? bytes_of(NULL) : bytes_from_offset(version, dash + 1);
    size_t dot = bytes_find_byte(tail, '.');
    return dot != SIZE_MAX && bytes_at(tail, 0) >= '0' && bytes_at(tail, 0) <= '9' &&
           bytes_at(tail, dot + 1) >= '0' && bytes_at(tail, dot + 1) <= '9';
}

/* The version behind a name; no bytes when there is none, or when it is not a single one. */
static struct bytes version_behind(const struct field *field, const struct fact *fact,
                                   size_t *last)
{
    const struct words *words = &field->words;
    bool said = false;

    for (size_t at = fact->last + 1;
         at < words->count && at <= fact->last + LIMIT_VERSION_WAY + 1; at++) {
        const struct word *word = &words->items[at];
        if (word->sentence != words->items[fact->last].sentence || word->apart > APART_COMMA ||
            is_bounded(words, at))
            break;
        if (begins_with_digit(word)) {
            bool dots = bytes_find_byte(word_letters(word), '.') != SIZE_MAX;
            if (!dots && !said)
                break;
            struct bytes version = cut_version(words, at, last);
            if (!is_wild(words, version) && !is_open_behind(words, *last))
                return version;
            break;
        }
        if (!is_way(words, at) || (word->apart == APART_COMMA && !says_version(word)))
            break;
        said |= says_version(word);
    }
    return bytes_of(NULL);
}

static bool is_known(const struct named *all, size_t count, const struct named *one)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_is(bytes_of(all[i].name), one->name) &&
            (one->version == NULL ||
             (all[i].version != NULL && bytes_is(bytes_of(all[i].version), one->version))))
            return true;
    return false;
}

static struct error *put_component(struct understanding *u, const struct entry_read *entry,
                                   const struct named *one, int updatable)
{
    struct query *query = &u->into[INTO_COMPONENT];

    put_entry(query, entry);
    put_name(query, 4, one->name);
    put_name(query, 5, one->version);
    put_tri(query, 6, updatable);
    TRY(query_step(query));
    put_statement(u, entry, one->fact->field, "component",
                  one->version == NULL
                      ? one->name
                      : arena_printf(u->arena, "%s %s", one->name, one->version),
                  one->fact->first, one->last);
    return NULL;
}

/* Those with a version first: a name alone adds nothing to them. */
static size_t collect(struct understanding *u, const struct entry_read *entry, bool versions,
                      struct named *all, size_t count)
{
    for (size_t i = 0; i < entry->fact_count; i++) {
        const struct fact *fact = &entry->facts[i];
        struct named one = {.name = fact->concept->value, .fact = fact, .last = fact->last};
        if (fact->concept->about != ABOUT_COMPONENT || fact->state != STATE_AFFIRMED)
            continue;
        struct bytes version = version_behind(fact->field, fact, &one.last);
        if ((version.size > 0) != versions || (!versions && fact->concept->weak))
            continue;
        one.version = version.size == 0 ? NULL : arena_string(u->arena, version);
        if (!is_known(all, count, &one))
            all[count++] = one;
    }
    return count;
}

struct error *understand_components(struct understanding *u, const struct entry_read *entry)
{
    struct named *all = arena_array(u->arena, entry->fact_count, sizeof *all);
    size_t count = collect(u, entry, true, all, 0);
    const struct field *mechanism = entry_field(entry, "Update Mechanism");
    int updatable = mechanism == NULL ? -1 : facts_tri(entry, ABOUT_UPDATABLE);

    count = collect(u, entry, false, all, count);
    for (size_t i = 0; i < count; i++)
        TRY(put_component(u, entry, &all[i], updatable));
    if (count > 0 || !bytes_is(entry->table, "6-SoftComp"))
        return NULL;
    /* What is not known by name is a component, too: its row says whether it can be updated. */
    struct query *query = &u->into[INTO_COMPONENT];
    put_entry(query, entry);
    put_name(query, 4, NULL);
    put_name(query, 5, NULL);
    put_tri(query, 6, updatable);
    return query_step(query);
}
