#include "dossier/address.h"

#include <string.h>

#include "base/limits.h"
#include "base/size.h"
#include "base/text.h"

static const char *const schemes[] = {"http://", "https://"};

/* Which scheme TEXT begins with; SIZE_MAX: none. */
static size_t scheme_of(struct bytes text)
{
    for (size_t i = 0; i < COUNT_OF(schemes); i++)
        if (bytes_is_nocase(bytes_slice(text, 0, strlen(schemes[i])), schemes[i]))
            return i;
    return SIZE_MAX;
}

/* Where the first of the bytes in SET stands, or the size. */
static size_t find_any(struct bytes text, const char *set)
{
    size_t at = 0;

    while (at < text.size &&
           (bytes_at(text, at) == 0 || strchr(set, (char)bytes_at(text, at)) == NULL))
        at++;
    return at;
}

static bool is_host(struct bytes host)
{
    for (size_t i = 0; i < host.size; i++) {
        uint8_t c = bytes_at(host, i);
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c >= 0x80 || c == '-' || c == '.' || c == '_';
        if (!plain)
            return false;
    }
    return host.size > 0 && host.size <= LIMIT_HOST_NAME;
}

/* "host" or "host:port". */
static bool read_authority(struct bytes authority, struct arena *arena, struct address *out)
{
    size_t colon = bytes_find_byte(authority, ':');
    struct bytes host = bytes_slice(authority, 0, colon);
    uint64_t port = out->secure ? 443 : 80;

    if (colon != SIZE_MAX && colon + 1 < authority.size &&
        (!bytes_to_u64(bytes_from_offset(authority, colon + 1), &port) || port > UINT16_MAX))
        return false;
    if (!is_host(host))
        return false;
    char *lower = arena_string(arena, host);
    for (char *c = lower; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c | 0x20);
    out->host = lower;
    out->port = (uint32_t)port;
    return true;
}

bool address_read(struct bytes text, struct arena *arena, struct address *out)
{
    size_t scheme = scheme_of(text);
    struct address address = {.written = text, .secure = scheme == 1};

    if (scheme == SIZE_MAX || text.size > LIMIT_CAPTURE_URL)
        return false;
    struct bytes rest = bytes_from_offset(text, strlen(schemes[scheme]));
    size_t end = find_any(rest, "/?#");
    if (!read_authority(bytes_slice(rest, 0, end), arena, &address))
        return false;
    rest = bytes_from_offset(rest, end);
    address.path = bytes_slice(rest, 0, find_any(rest, "#"));
    if (bytes_at(address.path, 0) != '/')
        address.path = bytes_of(arena_printf(arena, "/%.*s", (int)address.path.size,
                                             (const char *)address.path.data));
    *out = address;
    return true;
}

/* Without what ends the sentence around it; a ")" stays when a "(" inside calls for it. */
static struct bytes without_punctuation(struct bytes text)
{
    while (text.size > 0) {
        uint8_t last = bytes_at(text, text.size - 1);
        bool opened = last == ')' && bytes_count(text, '(') >= bytes_count(text, ')');
        if (opened || strchr(".,;:!?)]*", (char)last) == NULL || last == 0)
            break;
        text = bytes_slice(text, 0, text.size - 1);
    }
    return text;
}

/* Cuts the next stretch that begins with a scheme from *REST. */
static bool next_candidate(struct bytes *rest, struct bytes *out)
{
    for (size_t at = 0; at < rest->size; at++) {
        struct bytes here = bytes_from_offset(*rest, at);
        uint8_t first = bytes_at(here, 0);
        if ((first != 'h' && first != 'H') || scheme_of(here) == SIZE_MAX)
            continue;
        size_t end = find_any(here, " \t\r\n<>\"'`{}|\\^;,");
        *out = without_punctuation(bytes_slice(here, 0, end));
        *rest = bytes_from_offset(here, end);
        return true;
    }
    *rest = bytes_slice(*rest, 0, 0);
    return false;
}

bool address_next(struct bytes *rest, struct arena *arena, struct address *out)
{
    struct bytes candidate;

    while (next_candidate(rest, &candidate))
        if (address_read(candidate, arena, out))
            return true;
    return false;
}

bool address_is_all(struct bytes text, struct arena *arena)
{
    struct address address;
    size_t count = 0;

    for (;;) {
        size_t blank = 0;
        while (blank < text.size && strchr(" \t\r\n;,", (char)bytes_at(text, blank)) != NULL)
            blank++;
        text = bytes_from_offset(text, blank);
        if (text.size == 0)
            return count > 0;
        size_t end = find_any(text, " \t\r\n;,");
        if (!address_read(bytes_slice(text, 0, end), arena, &address))
            return false;
        text = bytes_from_offset(text, end);
        count++;
    }
}

/* "192.168.0.1" as a number. */
static bool read_ipv4(struct bytes host, uint32_t *out)
{
    struct bytes part;
    unsigned count = 0;

    *out = 0;
    while (bytes_next_field(&host, '.', &part)) {
        uint64_t value;
        if (++count > 4 || part.size > 3 || !bytes_to_u64(part, &value) || value > 255)
            return false;
        *out = *out << 8 | (uint32_t)value;
    }
    return count == 4;
}

bool address_is_private(const struct address *address)
{
    static const char *const endings[] = {".local",    ".lan",         ".home",
                                          ".internal", ".localdomain", ".intranet",
                                          ".private",  ".home.arpa",   ".localhost"};
    struct bytes host = bytes_of(address->host);
    uint32_t ip;

    if (read_ipv4(host, &ip))
        return ip >> 24 == 0 || ip >> 24 == 10 || ip >> 24 == 127 || ip >> 20 == 0xac1 ||
               ip >> 16 == 0xc0a8 || ip >> 16 == 0xa9fe || ip >> 22 == 0x191 || ip >> 28 >= 0xe;
    for (size_t i = 0; i < COUNT_OF(endings); i++)
        if (bytes_ends(host, endings[i]))
            return true;
    return bytes_find_byte(host, '.') == SIZE_MAX;
}

static struct bytes without_slash(struct bytes path)
{
    return bytes_ends(path, "/") ? bytes_slice(path, 0, path.size - 1) : path;
}

enum address_match address_match(const struct address *declared, const struct address *asked)
{
    bool same_port = declared->secure == asked->secure
                         ? declared->port == asked->port
                         : declared->port == 80 && asked->port == 443 && asked->secure;

    if (strcmp(declared->host, asked->host) != 0 || !same_port ||
        !bytes_equal(without_slash(declared->path), without_slash(asked->path)))
        return ADDRESS_OTHER;
    return declared->secure == asked->secure && bytes_equal(declared->path, asked->path)
               ? ADDRESS_SAME
               : ADDRESS_VARIANT;
}

/* Adds PATH, which begins with "/", with "." and ".." taken out (RFC 3986, section 5.2.4). */
static void add_clean(struct text *out, struct bytes path)
{
    size_t begin = out->size;
    bool more = true;

    while (more) {
        path = bytes_from_offset(path, 1); /* the "/" */
        size_t end = bytes_find_byte(path, '/');
        struct bytes part = bytes_slice(path, 0, end);
        bool up = bytes_is(part, "..");
        more = end != SIZE_MAX;
        while (up && out->size > begin && out->data[--out->size] != '/')
            continue;
        if (!up && !bytes_is(part, ".")) {
            text_add_char(out, '/');
            text_add_bytes(out, part);
        } else if (!more) {
            text_add_char(out, '/');
        }
        path = bytes_from_offset(path, part.size);
    }
}

/* The path of a reference (RFC 3986, section 5.2.2). */
static void add_path(struct text *out, struct bytes base, struct bytes target)
{
    struct bytes path = bytes_slice(target, 0, find_any(target, "?#"));
    struct bytes folder = bytes_slice(base, 0, find_any(base, "?"));
    owned(text) merged = text_new();

    if (path.size > 0 && bytes_at(path, 0) != '/')
        while (folder.size > 0 && bytes_at(folder, folder.size - 1) != '/')
            folder = bytes_slice(folder, 0, folder.size - 1);
    if (bytes_at(path, 0) != '/')
        text_add_bytes(merged, folder);
    text_add_bytes(merged, path);
    add_clean(out, text_bytes(merged));
    text_add_bytes(out, bytes_from_offset(target, path.size));
}

bool address_resolve(const struct address *base, struct bytes target, struct arena *arena,
                     struct address *out)
{
    const char *scheme = base->secure ? "https:" : "http:";
    size_t colon = find_any(target, ":/?#");
    owned(text) whole = text_new();

    if (target.size == 0 || target.size > LIMIT_CAPTURE_URL)
        return false;
    if (bytes_at(target, colon) == ':')
        return address_read(target, arena, out);
    text_add(whole, scheme);
    if (bytes_starts(target, "//")) {
        text_add_bytes(whole, target);
    } else {
        text_addf(whole, "//%s:%u", base->host, base->port);
        add_path(whole, base->path, target);
    }
    return address_read(arena_copy(arena, text_bytes(whole)), arena, out);
}
