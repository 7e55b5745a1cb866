/*
 * Endpoints: whom the firmware can talk to. URLs anywhere; bare names and addresses only where the
 * place says what they are: behind a key of a configuration, an argument of a network command, or
 * alone in a string of a program.
 */
#include <string.h>

#include "base/limits.h"
#include "inspect/address.h"
#include "inspect/check.h"

static const struct column columns[] = {
    {"url", COLUMN_TEXT, "the address as it stands"},
    {"scheme", COLUMN_TEXT, "of the URL, in lower case; NULL for a bare host"},
    {"host", COLUMN_TEXT, "name or address"},
    {"port", COLUMN_INTEGER, "given, or the scheme's own"},
    {"kind", COLUMN_TEXT, "host, ipv4, ipv6"},
    {"plain", COLUMN_INTEGER, "1: the scheme carries no encryption"},
    {"private", COLUMN_INTEGER, "1: loopback, private, link-local or multicast"},
    {"documentation", COLUMN_INTEGER, "1: named as a reference, not contacted"},
    {"update", COLUMN_INTEGER, "1: stands in an updater, or names firmware"},
    {"telemetry", COLUMN_INTEGER, "1: collects data about use"},
};

static const struct observable observable = {
    .name = "endpoint",
    .meaning = "an address the firmware can talk to",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};
static const struct observable *const observables[] = {&observable};

struct scan {
    const struct file *file;
    struct arena *arena;
    struct sink *sink;
    struct bytes *seen;
    size_t seen_count;
    bool updater; /* by the file's name */
    bool help;    /* a page that explains */
};

static bool ends_with_any(struct bytes path, const char *const *suffixes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_ends(path, suffixes[i]))
            return true;
    return false;
}

/* Papers, pictures, certificates, package lists: addresses in them are nobody's peers. */
static bool is_paper(struct bytes path)
{
    static const char *const folders[] = {
        "share/doc/",
        "share/man/",
        "share/info/",
        "share/licenses/",
        "share/locale/",
        "share/i18n/",
        "share/zoneinfo/",
        "share/common-licenses/",
        "share/gtk-doc/",
        "share/help/",
        "lib/dpkg/",
        "lib/opkg/info/",
        "lib/apk/",
        "share/perl",
        "lib/python",
        "share/vim/",
        "share/mime/",
        "ssl/certs/",
        "share/lintian/",
        "share/bug/",
        "share/fonts/",
        "share/icons/",
        "share/metainfo/",
        "share/ca-certificates/",
        "share/pixmaps/",
        "share/X11/",
        "include/",
        "lib/firmware/",
        "share/bash-completion/",
    };
    static const char *const suffixes[] = {
        ".crt", ".pem", ".cer", ".key", ".po",   ".mo",  ".md",  ".png", ".jpg", ".jpeg",
        ".gif", ".svg", ".ico", ".ttf", ".woff", ".eot", ".css", ".h",   ".a",   ".o",
        ".ko",  ".pm",  ".pod", ".map", ".gz",   ".xz",  ".xsd", ".dtd", ".xsl", ".woff2",
    };
    static const char *const names[] = {"LICENSE", "COPYING", "README",    "CHANGELOG",
                                        "NOTICE",  "AUTHORS", "ChangeLog", "copyright"};
    struct bytes base = path_base(path);

    for (size_t i = 0; i < COUNT_OF(folders); i++)
        if (bytes_contains(path, folders[i]))
            return true;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (bytes_starts(base, names[i]))
            return true;
    return ends_with_any(path, suffixes, COUNT_OF(suffixes));
}

static bool is_binary(struct bytes content)
{
    return !bytes_is_text(bytes_slice(content, 0, 4096));
}

static bool endpoint_wants(const struct node *node, struct bytes head)
{
    if (head.size < 8 || node->kind != NODE_FILE || is_paper(node->path))
        return false;
    if (bytes_starts(head, "\177ELF"))
        return true;
    if (!is_binary(head))
        return head.size <= LIMIT_ENDPOINT_TEXT;
    return node->format.size == 0 || bytes_is(node->format, "unknown");
}

static bool names_update(struct bytes text)
{
    static const char *const words[] = {"firmware",   "upgrade",    "ota",      "fota",
                                        "fw",         "sysupgrade", "swupdate", "update",
                                        "autoupdate", "fwupdate",   "updates"};
    static const char *const suffixes[] = {".bin", ".img", ".swu", ".raucb",
                                           ".ipk", ".trx", ".fw",  ".itb"};

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (address_has_word(text, words[i]))
            return true;
    return ends_with_any(text, suffixes, COUNT_OF(suffixes));
}

static bool names_updater(struct bytes path)
{
    static const char *const words[] = {"ota",         "upgrade",  "update",     "updater",
                                        "sysupgrade",  "opkg",     "swupdate",   "mender",
                                        "rauc",        "fwupdate", "autoupdate", "distfeeds",
                                        "customfeeds", "fwupd",    "hawkbit"};

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (address_has_word(path, words[i]))
            return true;
    return false;
}

static bool is_seen(struct scan *scan, struct bytes text)
{
    for (size_t i = 0; i < scan->seen_count; i++)
        if (bytes_equal(scan->seen[i], text))
            return true;
    scan->seen[scan->seen_count++] = text;
    return false;
}

static struct bytes lower_case(struct bytes text, struct arena *arena)
{
    char *copy = arena_string(arena, text);

    for (char *c = copy; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return bytes_of(copy);
}

/* PLACE is where the address stands in the content; in a BINARY lines mean nothing. */
static void state(struct scan *scan, const struct address *address, struct bytes place,
                  bool binary)
{
    static const char *const kinds[] = {"host", "ipv4", "ipv6"};
    struct bytes content = scan->file->content;

    if (scan->seen_count >= LIMIT_ENDPOINTS_FILE || is_seen(scan, address->text))
        return;
    struct evidence evidence =
        binary ? evidence_part(scan->file->node, content, (uint64_t)(place.data - content.data),
                               place.size)
               : evidence_line(scan->file->node, content, place);
    struct observation *row = observation_new(scan->arena, &observable, evidence);
    bool update = !address->documentation && (scan->updater || names_update(address->text));
    observation_text(row, "url", address->text);
    if (address->scheme.size > 0)
        observation_text(row, "scheme", lower_case(address->scheme, scan->arena));
    observation_text(row, "host", address->host);
    if (address->port != 0)
        observation_integer(row, "port", address->port);
    observation_string(row, "kind", kinds[address->kind]);
    if (address->plain_known)
        observation_flag(row, "plain", address->plain);
    observation_flag(row, "private", address->is_private);
    observation_flag(row, "documentation", address->documentation);
    observation_flag(row, "update", update);
    sink_observe(scan->sink, row);
}

/* What stands before a place in its line, string or element. */
static struct bytes text_before(struct bytes content, size_t at)
{
    size_t from = at;

    while (from > 0 && at - from < LIMIT_ENDPOINT_BEFORE && bytes_at(content, from - 1) != 0 &&
           bytes_at(content, from - 1) != '\n' && bytes_at(content, from - 1) != '>')
        from--;
    return bytes_slice(content, from, at - from);
}

/* Does what stands before a URL say that it is only named? */
static bool is_mention(struct bytes before, bool binary)
{
    static const char *const words[] = {"xmlns",   "DOCTYPE",   "schemaLocation", "license",
                                        "licence", "copyright", "homepage",       "bug",
                                        "bugs",    "see",       "documentation",  "namespace"};
    struct bytes trimmed = bytes_trim(before);
    uint8_t first = bytes_at(trimmed, 0);

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (address_has_word(bytes_from_offset(before, before.size > 64 ? before.size - 64 : 0),
                             words[i]))
            return true;
    return !binary && (first == '#' || first == '*' || bytes_starts(trimmed, "//") ||
                       bytes_starts(trimmed, "/*") || bytes_starts(trimmed, "<!--"));
}

static void state_urls(struct scan *scan, bool binary)
{
    struct bytes content = scan->file->content;

    for (size_t i = 0; i < scan->file->hit_count; i++) {
        size_t end = scan->file->hits[i].end, colon = end < 3 ? 0 : end - 3;
        struct address address;
        if (!address_of_url(content, colon, &address))
            continue;
        size_t start = colon - address.scheme.size;
        if (scan->help || is_mention(text_before(content, start), binary))
            address.documentation = true;
        state(scan, &address, bytes_slice(content, start, address.text.size), binary);
    }
}

static bool is_word_byte(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '.' || c == '-' || c == '_' || c == ':';
}

static struct bytes next_config_word(struct bytes *rest)
{
    size_t from = 0, to;

    while (from < rest->size && !is_word_byte(bytes_at(*rest, from)))
        from++;
    for (to = from; to < rest->size && is_word_byte(bytes_at(*rest, to));)
        to++;
    struct bytes word = bytes_slice(*rest, from, to - from);
    *rest = bytes_from_offset(*rest, to);
    while (word.size > 0 && bytes_at(word, word.size - 1) == ':')
        word = bytes_slice(word, 0, word.size - 1);
    while (word.size > 0 && bytes_at(word, 0) == ':')
        word = bytes_from_offset(word, 1);
    return word;
}

/* Does KEY announce a peer? Its last part decides: ntp_server2, cloudHost, acs.url. */
static bool is_peer_key(struct bytes key)
{
    static const char *const parts[] = {
        "server",     "servers",    "host", "broker",  "endpoint", "peer",     "url",
        "uri",        "nameserver", "ntp",  "pool",    "remote",   "upstream", "stun",
        "serveraddr", "serverip",   "addr", "address", "domain"};
    static const char *const commands[] = {
        "ntpd",     "ntpdate",       "ntpclient",     "rdate",  "ping",
        "nslookup", "wget",          "curl",          "telnet", "tftp",
        "ssh",      "mosquitto_pub", "mosquitto_sub", "ftpget", "nc"};

    while (key.size > 0 &&
           ((bytes_at(key, key.size - 1) >= '0' && bytes_at(key, key.size - 1) <= '9') ||
            bytes_at(key, key.size - 1) == '_'))
        key = bytes_slice(key, 0, key.size - 1);
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (bytes_is(path_base(key), commands[i]))
            return true;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        size_t size = strlen(parts[i]);
        if (key.size >= size &&
            bytes_is_nocase(bytes_slice(key, key.size - size, size), parts[i]) &&
            (key.size == size || size > 3 || bytes_at(key, key.size - size - 1) == '_' ||
             bytes_at(key, key.size - size) < 'a'))
            return true;
    }
    return false;
}

/* An own address is no peer; the resolvers and servers behind other keys are. */
static bool is_own_key(struct bytes key)
{
    return bytes_ends(key, "ipaddr") || bytes_ends(key, "listen-address") ||
           bytes_ends(key, "bind_address") || bytes_ends(key, "ip_address") ||
           bytes_is_nocase(key, "server.host") || bytes_ends(key, "IPAddress") ||
           bytes_ends(key, "ListenAddress");
}

static void state_line(struct scan *scan, struct bytes line)
{
    struct bytes rest = line, word;
    unsigned left = 0;

    while ((word = next_config_word(&rest)).size > 0) {
        struct address address;
        /* Behind a slash stands a URL, seen already, or a path. */
        size_t at = (size_t)(word.data - line.data);
        bool named = left > 0 && (at == 0 || bytes_at(line, at - 1) != '/') &&
                     address_of_host(word, false, &address);
        if (named && !(address.kind != ADDRESS_HOST && address.is_private))
            state(scan, &address, word, false);
        if (is_own_key(word))
            left = 0;
        else if (is_peer_key(word) && !named)
            left = LIMIT_ENDPOINT_WORDS;
        else if (left > 0)
            left--;
    }
}

/* Is this text one in which keys have values: configuration or a script? */
static bool has_keys(const struct node *node, struct bytes content)
{
    static const char *const suffixes[] = {".conf",   ".cfg",  ".ini",       ".json",
                                           ".xml",    ".yaml", ".yml",       ".sh",
                                           ".config", ".toml", ".properties"};

    if (bytes_starts(content, "<!DOCTYPE html") || bytes_ends(node->path, "etc/services") ||
        bytes_ends(node->path, "etc/protocols"))
        return false;
    return ends_with_any(node->path, suffixes, COUNT_OF(suffixes)) ||
           bytes_starts(content, "#!/bin/") || bytes_starts(node->path, "etc/") ||
           bytes_contains(node->path, "/etc/");
}

static void state_values(struct scan *scan)
{
    struct bytes rest = scan->file->content, line;

    while (bytes_next_line(&rest, &line) && scan->seen_count < LIMIT_ENDPOINTS_FILE) {
        struct bytes trimmed = bytes_trim(line);
        uint8_t first = bytes_at(trimmed, 0);
        if (line.size <= LIMIT_ENDPOINT_LINE && first != '#' && first != ';' &&
            bytes_find_byte(line, '.') != SIZE_MAX)
            state_line(scan, line);
        else if (line.size <= LIMIT_ENDPOINT_LINE && bytes_contains(line, "nameserver"))
            state_line(scan, line);
    }
}

/* Four numbers are an address when they cannot be a version: private, or long, or well known. */
static bool is_sure_ipv4(const struct address *address)
{
    static const char *const known[] = {"8.8.8.8", "8.8.4.4",         "1.1.1.1",   "9.9.9.9",
                                        "1.0.0.1", "114.114.114.114", "223.5.5.5", "4.2.2.2"};
    size_t digits = address->host.size - 3;

    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (bytes_is(address->host, known[i]))
            return true;
    return address->is_private ? digits >= 6 : digits >= 9;
}

/* Is STRING an address and nothing else? */
static bool is_address(struct bytes string, struct address *out)
{
    return address_of_host(string, true, out) && out->kind != ADDRESS_IPV6 &&
           (out->kind != ADDRESS_IPV4 || is_sure_ipv4(out));
}

/* The next string of a program that may be an address, found by its point; false at the end. */
static bool next_string(struct bytes content, size_t *at, struct bytes *string)
{
    while (*at < content.size) {
        size_t point = bytes_find_byte(bytes_from_offset(content, *at), '.');
        if (point == SIZE_MAX)
            return false;
        size_t from = *at + point, to = *at + point;
        while (from > *at && *at + point - from < 64 &&
               is_word_byte(bytes_at(content, from - 1)))
            from--;
        while (to < content.size && to - from < 260 && is_word_byte(bytes_at(content, to)))
            to++;
        *at = to + 1;
        *string = bytes_slice(content, from, to - from);
        if (string->size >= 7 && bytes_at(content, to) == 0 &&
            (from == 0 || bytes_at(content, from - 1) == 0))
            return true;
    }
    return false;
}

/* Strings that are an address; a program with very many of them holds a list, not its peers. */
static void state_strings(struct scan *scan)
{
    struct bytes content = scan->file->content, string, found[LIMIT_ENDPOINT_STRINGS];
    struct address address;
    size_t at = 0, count = 0;

    while (next_string(content, &at, &string)) {
        if (!is_address(string, &address))
            continue;
        if (count == LIMIT_ENDPOINT_STRINGS)
            return;
        found[count++] = string;
    }
    for (size_t i = 0; i < count; i++)
        if (is_address(found[i], &address))
            state(scan, &address, found[i], true);
}

static struct error *endpoint_run(const struct file *file, struct arena *arena,
                                  struct sink *sink)
{
    struct scan scan = {
        .file = file,
        .arena = arena,
        .sink = sink,
        .seen = arena_array(arena, LIMIT_ENDPOINTS_FILE, sizeof *scan.seen),
        .updater = names_updater(file->node->path),
        .help = bytes_contains(file->node->path, "/help/"),
    };
    bool binary = is_binary(file->content);

    state_urls(&scan, binary);
    if (bytes_starts(file->content, "\177ELF"))
        state_strings(&scan);
    else if (!binary && has_keys(file->node, file->content))
        state_values(&scan);
    return NULL;
}

const struct check check_endpoint = {
    .name = "endpoint",
    .title = "Addresses the firmware can talk to",
    .observables = observables,
    .observable_count = COUNT_OF(observables),
    .has_patterns = true,
    .wants = endpoint_wants,
    .run = endpoint_run,
};
