#include "inspect/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/limits.h"
#include "inspect/lists.h"

static const struct scheme {
    const char *name;
    uint32_t port;
    bool plain;
} schemes[] = {
    {"http", 80, true},   {"https", 443, false},  {"ftp", 21, true},    {"ftps", 990, false},
    {"sftp", 22, false},  {"tftp", 69, true},     {"ws", 80, true},     {"wss", 443, false},
    {"mqtt", 1883, true}, {"mqtts", 8883, false}, {"tcp", 0, true},     {"ssl", 0, false},
    {"tls", 0, false},    {"udp", 0, true},       {"rtsp", 554, true},  {"rtsps", 322, false},
    {"rtmp", 1935, true}, {"rtmps", 443, false},  {"coap", 5683, true}, {"coaps", 5684, false},
    {"amqp", 5672, true}, {"amqps", 5671, false}, {"ldap", 389, true},  {"ldaps", 636, false},
    {"telnet", 23, true}, {"ssh", 22, false},     {"ntp", 123, true},   {"redis", 6379, true},
    {"smb", 445, true},   {"rsync", 873, true},   {"git", 9418, true},  {"onvif", 80, true},
};

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

static bool is_alnum(uint8_t c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

bool address_has_word(struct bytes text, const char *word)
{
    size_t size = strlen(word);

    for (size_t i = 0; i + size <= text.size; i++) {
        if (!bytes_is_nocase(bytes_slice(text, i, size), word))
            continue;
        if ((i == 0 || !is_alnum(bytes_at(text, i - 1))) && !is_alnum(bytes_at(text, i + size)))
            return true;
    }
    return false;
}

/* Compares without case, so that a sorted list of lower-case names can be searched. */
static int compare(struct bytes a, const char *b)
{
    size_t i = 0;

    for (; i < a.size && b[i] != '\0'; i++)
        if (lower(bytes_at(a, i)) != (uint8_t)b[i])
            return lower(bytes_at(a, i)) < (uint8_t)b[i] ? -1 : 1;
    if (i < a.size)
        return 1;
    return b[i] == '\0' ? 0 : -1;
}

static bool is_listed(struct bytes name, const char *const *list, size_t count)
{
    size_t low = 0;

    while (low < count) {
        size_t middle = low + (count - low) / 2;
        int order = compare(name, list[middle]);
        if (order == 0)
            return true;
        if (order < 0)
            count = middle;
        else
            low = middle + 1;
    }
    return false;
}

static struct bytes last_label(struct bytes host)
{
    for (size_t i = host.size; i > 0; i--)
        if (bytes_at(host, i - 1) == '.')
            return bytes_from_offset(host, i);
    return host;
}

static bool is_label(struct bytes label)
{
    if (label.size == 0 || label.size > LIMIT_HOST_LABEL || bytes_at(label, 0) == '-' ||
        bytes_at(label, label.size - 1) == '-')
        return false;
    for (size_t i = 0; i < label.size; i++)
        if (!is_alnum(bytes_at(label, i)) && bytes_at(label, i) != '-' &&
            bytes_at(label, i) != '_')
            return false;
    return true;
}

static size_t count_labels(struct bytes host)
{
    struct bytes label;
    size_t count = 0;

    if (host.size == 0 || host.size > LIMIT_HOST_NAME)
        return 0;
    for (; bytes_next_field(&host, '.', &label); count++)
        if (!is_label(label))
            return 0;
    return count;
}

static bool parse_ipv4(struct bytes host, uint32_t *out)
{
    struct bytes field;
    uint64_t number;
    unsigned count = 0;

    *out = 0;
    for (; bytes_next_field(&host, '.', &field); count++) {
        if (count == 4 || field.size == 0 || field.size > 3 || !bytes_to_u64(field, &number) ||
            number > 255 || bytes_at(field, 1) == 'x')
            return false;
        *out = *out << 8 | (uint32_t)number;
    }
    return count == 4;
}

static bool is_private_ipv4(uint32_t ip)
{
    return ip >> 24 == 10 || ip >> 24 == 127 || ip >> 20 == 0xac1 || ip >> 16 == 0xc0a8 ||
           ip >> 16 == 0xa9fe || ip >> 28 == 0xe || ip == 0xffffffff;
}

/* 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24: RFC 5737. */
static bool is_documentation_ipv4(uint32_t ip)
{
    return ip >> 8 == 0xc00002 || ip >> 8 == 0xc63364 || ip >> 8 == 0xcb0071;
}

static bool parse_ipv6(struct bytes host, struct in6_addr *out)
{
    char text[INET6_ADDRSTRLEN];

    if (host.size < 2 || host.size >= sizeof text)
        return false;
    mem_copy(text, host.data, host.size);
    text[host.size] = '\0';
    return inet_pton(AF_INET6, text, out) == 1;
}

/* A name that stands where the owner's own is to be filled in: example.co.uk, yourdomain.com. */
static bool is_placeholder(struct bytes label)
{
    static const char *const names[] = {
        "example",     "yourdomain", "yourcompany", "yourserver",  "yourhost",
        "mydomain",    "mycompany",  "myserver",    "your-domain", "my-domain",
        "your-server", "my-server",  "changeme",    "placeholder"};

    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (bytes_is_nocase(label, names[i]))
            return true;
    return false;
}

static bool is_documentation_host(struct bytes host)
{
    for (;;) {
        size_t point = bytes_find_byte(host, '.');
        if (is_listed(host, list_documentation_hosts, list_documentation_hosts_count) ||
            is_placeholder(bytes_slice(host, 0, point)))
            return true;
        if (point == SIZE_MAX)
            return false;
        host = bytes_from_offset(host, point + 1);
    }
}

static bool is_local_domain(struct bytes label)
{
    static const char *const names[] = {"local",       "lan",      "home",
                                        "localdomain", "internal", "intranet"};

    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (bytes_is_nocase(label, names[i]))
            return true;
    return false;
}

static bool is_reserved_domain(struct bytes label)
{
    return bytes_is_nocase(label, "example") || bytes_is_nocase(label, "test") ||
           bytes_is_nocase(label, "invalid");
}

/* Fills the address in from its host; false when that is none. */
static bool take_host(struct bytes host, struct address *out)
{
    struct in6_addr ipv6;
    uint32_t ip;

    out->host = host;
    if (parse_ipv4(host, &ip)) {
        out->kind = ADDRESS_IPV4;
        out->is_private = is_private_ipv4(ip);
        out->documentation = is_documentation_ipv4(ip);
        return ip >> 24 != 0 && ip >> 24 != 255;
    }
    if (parse_ipv6(host, &ipv6)) {
        out->kind = ADDRESS_IPV6;
        out->is_private = IN6_IS_ADDR_LOOPBACK(&ipv6) || IN6_IS_ADDR_LINKLOCAL(&ipv6) ||
                          IN6_IS_ADDR_MULTICAST(&ipv6) || (ipv6.s6_addr[0] & 0xfe) == 0xfc;
        out->documentation = ipv6.s6_addr[0] == 0x20 && ipv6.s6_addr[1] == 0x01 &&
                             ipv6.s6_addr[2] == 0x0d && ipv6.s6_addr[3] == 0xb8;
        return !IN6_IS_ADDR_UNSPECIFIED(&ipv6);
    }
    out->kind = ADDRESS_HOST;
    size_t labels = count_labels(host);
    struct bytes top = last_label(host);
    if (labels == 1 && bytes_is_nocase(host, "localhost")) {
        out->is_private = true;
        return true;
    }
    if (labels < 2)
        return false;
    out->is_private = is_local_domain(top);
    out->documentation = is_reserved_domain(top) || is_documentation_host(host);
    return out->is_private || is_reserved_domain(top) ||
           is_listed(top, list_tlds, list_tlds_count);
}

static const struct scheme *scheme_before(struct bytes text, size_t colon, size_t *start)
{
    *start = colon;
    while (*start > 0 && colon - *start < 16 && is_alnum(bytes_at(text, *start - 1)))
        (*start)--;
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        if (bytes_is_nocase(bytes_slice(text, *start, colon - *start), schemes[i].name))
            return &schemes[i];
    }
    return NULL;
}

static bool ends_url(uint8_t c)
{
    return c <= ' ' || c >= 0x7f || strchr("\"'<>`\\{}|^", c) != NULL;
}

static bool ends_host(uint8_t c)
{
    return ends_url(c) || strchr("/:?#%$,;()[]*!&=+~", c) != NULL;
}

/* Host and port from TEXT on; how many bytes they take, 0 when there is no valid host. */
static size_t parse_authority(struct bytes text, struct address *out)
{
    size_t size = 0, port_size = 0;
    uint64_t port;

    if (bytes_at(text, 0) == '[') {
        size_t close = bytes_find_byte(bytes_slice(text, 0, INET6_ADDRSTRLEN + 2), ']');
        if (close == SIZE_MAX || !take_host(bytes_slice(text, 1, close - 1), out))
            return 0;
        size = close + 1;
    } else {
        while (size < text.size && size <= LIMIT_HOST_NAME && !ends_host(bytes_at(text, size)))
            size++;
        while (size > 0 && bytes_at(text, size - 1) == '.')
            size--;
        if (!take_host(bytes_slice(text, 0, size), out))
            return 0;
    }
    if (bytes_at(text, size) != ':')
        return size;
    while (port_size < 6 && bytes_at(text, size + 1 + port_size) >= '0' &&
           bytes_at(text, size + 1 + port_size) <= '9')
        port_size++;
    if (port_size == 0)
        return size;
    if (!bytes_to_u64(bytes_slice(text, size + 1, port_size), &port) || port == 0 ||
        port > 65535)
        return 0;
    out->port = (uint32_t)port;
    return size + 1 + port_size;
}

bool address_of_url(struct bytes text, size_t colon, struct address *out)
{
    size_t start, at = colon + strlen("://");
    const struct scheme *scheme = scheme_before(text, colon, &start);

    *out = (struct address){.plain_known = true};
    if (scheme == NULL)
        return false;
    out->scheme = bytes_slice(text, start, colon - start);
    /* Somebody's name before the host. */
    struct bytes rest = bytes_slice(text, at, LIMIT_HOST_NAME);
    for (size_t i = 0;
         i < rest.size && !ends_url(bytes_at(rest, i)) && bytes_at(rest, i) != '/'; i++)
        if (bytes_at(rest, i) == '@')
            at = colon + strlen("://") + i + 1;
    size_t size = parse_authority(bytes_slice(text, at, LIMIT_HOST_NAME + 8), out);
    if (size == 0)
        return false;
    if (out->port == 0)
        out->port = scheme->port;
    out->plain = scheme->plain;
    size_t end = at + size;
    if (bytes_at(text, end) != '/' && bytes_at(text, end) != '?' &&
        bytes_at(text, end) != '#') {
        out->text = bytes_slice(text, start, end - start);
        return true;
    }
    while (end < text.size && end - start < LIMIT_EXCERPT && !ends_url(bytes_at(text, end)))
        end++;
    while (end > at + size && strchr(".,;:)]*!", bytes_at(text, end - 1)) != NULL)
        end--;
    out->text = bytes_slice(text, start, end - start);
    return true;
}

/* Endings that are countries, and files: two labels of them are no host. */
static bool is_file_ending(struct bytes top)
{
    static const char *const endings[] = {
        "ac",   "ai",   "am",       "app",   "ar",   "as",   "at",   "be",   "bz",   "cab",
        "cc",   "cfg",  "co",       "com",   "cs",   "do",   "dev",  "in",   "is",   "it",
        "la",   "md",   "me",       "mk",    "mm",   "ml",   "mo",   "mov",  "ms",   "name",
        "no",   "pl",   "pm",       "post",  "ps",   "py",   "rs",   "sc",   "sh",   "so",
        "st",   "tf",   "tc",       "to",    "us",   "vi",   "work", "zip",  "zone", "download",
        "link", "host", "center",   "data",  "date", "info", "live", "mobi", "net",  "page",
        "pro",  "run",  "software", "store", "sy",   "es",   "id",   "gs",   "cm",   "cat",
        "ph",   "pub",  "tel",      "tools", "top",  "map",  "gdn",  "new",  "how",
    };

    if (bytes_is(top, "com") || bytes_is(top, "net") || bytes_is(top, "info"))
        return false;
    for (size_t i = 0; i < COUNT_OF(endings); i++)
        if (bytes_is_nocase(top, endings[i]))
            return true;
    return false;
}

/* Endings of nearly all hosts that firmware talks to; the rest are words in programs. */
static bool is_common_ending(struct bytes top)
{
    static const char *const endings[] = {
        "com", "net",  "org", "info", "biz", "io",    "cn",  "tv",   "me",    "co",     "de",
        "eu",  "fr",   "uk",  "it",   "es",  "nl",    "pl",  "ru",   "ua",    "jp",     "kr",
        "tw",  "hk",   "us",  "ca",   "br",  "au",    "ch",  "se",   "no",    "fi",     "dk",
        "cz",  "at",   "be",  "sg",   "vn",  "th",    "app", "dev",  "cloud", "online", "xyz",
        "top", "site", "ai",  "edu",  "gov", "local", "lan", "tech", "link",
    };

    for (size_t i = 0; i < COUNT_OF(endings); i++)
        if (bytes_is(top, endings[i]))
            return true;
    return false;
}

bool address_of_host(struct bytes text, bool strict, struct address *out)
{
    *out = (struct address){.text = text};
    if (parse_ipv6(text, &(struct in6_addr){0}))
        return bytes_find_byte(text, ':') != SIZE_MAX && text.size > 4 && take_host(text, out);
    if (text.size == 0 || parse_authority(text, out) != text.size)
        return false;
    if (out->kind != ADDRESS_HOST)
        return true;
    size_t labels = count_labels(out->host);
    struct bytes top = last_label(out->host);
    if (labels < 2 || out->host.size < 6)
        return false;
    /* com.example.name is a bus or package name, written the other way round. */
    struct bytes first = bytes_slice(out->host, 0, bytes_find_byte(out->host, '.'));
    if (bytes_is(first, "com") || bytes_is(first, "org") || bytes_is(first, "net"))
        return false;
    if (!strict)
        return !(labels == 2 && is_file_ending(top));
    return is_common_ending(top) && (labels > 2 || (!is_file_ending(top) && first.size > 2));
}
