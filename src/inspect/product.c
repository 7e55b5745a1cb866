/*
 * Product words: what the image says of the product itself, its maker, model, release, host name,
 * board and network names. Every word keeps its place; contradictions are for the reader.
 */
#include <string.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "inspect/check.h"

static const struct column columns[] = {
    {"what", COLUMN_TEXT, "vendor, model, version, hostname, build-date, os, board, ssid"},
    {"value", COLUMN_TEXT, "the word as it stands"},
    {"source", COLUMN_TEXT, "the key or kind of file it was taken from"},
};

static const struct observable observable = {
    .name = "product",
    .meaning = "a word the image says about the product",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};
static const struct observable *const observables[] = {&observable};

/* Keys, with all but letters and digits dropped, in lower case. */
static const struct key {
    const char *name;
    const char *what;
    bool generic; /* means the product only in a file about the device */
} keys[] = {
    {"manufacturer", "vendor", true},
    {"manufacturername", "vendor", false},
    {"vendor", "vendor", true},
    {"vendorname", "vendor", false},
    {"devicemanufacturer", "vendor", false},
    {"productmanufacturer", "vendor", false},
    {"brand", "vendor", true},
    {"oem", "vendor", true},
    {"openwrtdevicemanufacturer", "vendor", false},
    {"modelname", "model", false},
    {"model", "model", true},
    {"productclass", "model", false},
    {"productname", "model", false},
    {"productmodel", "model", false},
    {"devicemodel", "model", false},
    {"deviceproduct", "model", false},
    {"modelnumber", "model", false},
    {"modelid", "model", false},
    {"friendlyname", "model", false},
    {"devicetype", "model", true},
    {"product", "model", true},
    {"openwrtdeviceproduct", "model", false},
    {"softwareversion", "version", false},
    {"firmwareversion", "version", false},
    {"fwversion", "version", false},
    {"fwver", "version", false},
    {"swversion", "version", false},
    {"softversion", "version", false},
    {"firmwarever", "version", false},
    {"imageversion", "version", false},
    {"systemversion", "version", false},
    {"version", "version", true},
    {"hostname", "hostname", true},
    {"lanhostname", "hostname", false},
    {"builddate", "build-date", false},
    {"buildtime", "build-date", false},
    {"compiletime", "build-date", false},
    {"firmwaredate", "build-date", false},
    {"boardid", "board", false},
    {"boardname", "board", false},
    {"boardtype", "board", false},
    {"board", "board", true},
    {"hardwareversion", "board", false},
    {"hwversion", "board", false},
    {"openwrtboard", "board", false},
    {"distribtarget", "board", false},
    {"versionid", "version", true},
    {"prettyname", "os", false},
    {"distribdescription", "os", false},
    {"ssid", "ssid", false},
    {"wlssid", "ssid", false},
    {"wl0ssid", "ssid", false},
    {"wl1ssid", "ssid", false},
    {"ssid1", "ssid", false},
    {"ssid2", "ssid", false},
    {"wlanssid", "ssid", false},
    {"defaultssid", "ssid", false},
    {"xtppressid", "ssid", false},
    {"essid", "ssid", false},
};

struct look {
    const struct file *file;
    struct arena *arena;
    struct sink *sink;
    bool about;           /* the file is about the device itself */
    bool is_release;      /* os-release or the like … */
    bool is_distribution; /* … of a distribution many products use: its version is not theirs */
    size_t rows;
};

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

static bool is_alnum(uint8_t c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

/* Does KEY, without its punctuation, spell NAME? A prefix up to a point ("ro.product.") is cut. */
static bool key_spells(struct bytes key, const char *name)
{
    for (size_t i = key.size; i > 0; i--)
        if (bytes_at(key, i - 1) == '.') {
            key = bytes_from_offset(key, i);
            break;
        }
    for (size_t i = 0; i < key.size; i++) {
        uint8_t c = bytes_at(key, i);
        if (!is_alnum(c))
            continue;
        if (*name == '\0' || lower(c) != (uint8_t)*name)
            return false;
        name++;
    }
    return *name == '\0';
}

static bool has_digit(struct bytes value)
{
    for (size_t i = 0; i < value.size; i++)
        if (bytes_at(value, i) >= '0' && bytes_at(value, i) <= '9')
            return true;
    return false;
}

/* A word a person would put on a label: no flag, no placeholder, no markup. */
static bool is_word(struct bytes value, const char *what)
{
    static const char *const empty[] = {"none",    "null",     "true",    "false",   "yes",
                                        "no",      "on",       "off",     "unknown", "auto",
                                        "(none)",  "any",      "default", "enable",  "disable",
                                        "generic", "undefined"};
    bool has_letter_or_digit = false;

    if (value.size == 0 || value.size > LIMIT_PRODUCT_VALUE || !bytes_is_text(value))
        return false;
    for (size_t i = 0; i < value.size; i++) {
        uint8_t c = bytes_at(value, i);
        if (c < 0x20 || c == '$' || c == '%' || c == '<' || c == '>' || c == '{' || c == '`' ||
            c == '\\' || c == '*' || c == '|')
            return false;
        has_letter_or_digit = has_letter_or_digit || is_alnum(c) || c >= 0x80;
    }
    for (size_t i = 0; i < COUNT_OF(empty); i++)
        if (bytes_is_nocase(value, empty[i]))
            return false;
    if (strcmp(what, "version") == 0 || strcmp(what, "build-date") == 0)
        return has_digit(value) && value.size > 1;
    return has_letter_or_digit && value.size > 1;
}

static void state(struct look *look, const char *what, struct bytes value, const char *source,
                  struct evidence evidence)
{
    value = bytes_trim(value);
    if (look->rows >= LIMIT_PRODUCT_ROWS || !is_word(value, what))
        return;
    struct observation *row = observation_new(look->arena, &observable, evidence);
    observation_string(row, "what", what);
    observation_text(row, "value", value);
    observation_string(row, "source", source);
    sink_observe(look->sink, row);
    look->rows++;
}

static void state_pair(struct look *look, struct bytes key, struct bytes value)
{
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        if ((keys[i].generic && !look->about) || !key_spells(key, keys[i].name))
            continue;
        /* What every OpenWrt says when the builder says nothing. */
        if (bytes_starts(key, "OPENWRT_DEVICE") && bytes_is(value, "OpenWrt"))
            return;
        if (look->is_release && strcmp(keys[i].what, "version") == 0 && look->is_distribution)
            return;
        state(look, keys[i].what, value, arena_string(look->arena, key),
              evidence_line(look->file->node, look->file->content, value));
        return;
    }
}

static struct bytes unquoted(struct bytes value)
{
    value = bytes_trim(value);
    while (value.size > 0 &&
           (bytes_at(value, value.size - 1) == ',' || bytes_at(value, value.size - 1) == ';'))
        value = bytes_slice(value, 0, value.size - 1);
    uint8_t quote = bytes_at(value, 0);
    if (quote != '"' && quote != '\'')
        return value;
    size_t end = bytes_find_byte(bytes_from_offset(value, 1), quote);
    return end == SIZE_MAX ? value : bytes_slice(value, 1, end);
}

/* One <Key>value</Key> or <Key val="value" />, from '<' on. */
static void read_element(struct look *look, struct bytes element)
{
    size_t close = bytes_find_byte(element, '>');
    struct bytes tag = bytes_slice(element, 1, close == SIZE_MAX ? 0 : close - 1);
    struct bytes rest = tag, key;

    if (close == SIZE_MAX || close == 0 || !bytes_next_word(&rest, &key))
        return;
    size_t attribute = bytes_find_string(tag, "val=");
    if (attribute != SIZE_MAX) {
        struct bytes value = bytes_from_offset(tag, attribute + strlen("val="));
        if (bytes_ends(value, "/"))
            value = bytes_slice(value, 0, value.size - 1);
        state_pair(look, key, unquoted(value));
        return;
    }
    struct bytes value = bytes_from_offset(element, close + 1);
    size_t end = bytes_find_byte(value, '<');
    if (end != SIZE_MAX && bytes_at(value, end + 1) == '/')
        state_pair(look, key, bytes_slice(value, 0, end));
}

static void read_elements(struct look *look, struct bytes line)
{
    size_t at;

    while (look->rows < LIMIT_PRODUCT_ROWS && (at = bytes_find_byte(line, '<')) != SIZE_MAX) {
        line = bytes_from_offset(line, at);
        read_element(look, bytes_slice(line, 0, LIMIT_PRODUCT_ELEMENT));
        line = bytes_from_offset(line, 1);
    }
}

/* key=value, key: value, "key": "value", option key 'value'. */
static void read_assignment(struct look *look, struct bytes line)
{
    struct bytes rest = line, word;
    size_t at = bytes_find_byte(line, '=');

    if (bytes_next_word(&rest, &word) &&
        (bytes_is(word, "option") || bytes_is(word, "export") || bytes_is(word, "set"))) {
        line = bytes_trim(rest);
        at = bytes_find_byte(line, bytes_is(word, "option") ? ' ' : '=');
        if (at == SIZE_MAX)
            at = bytes_find_byte(line, '\t');
    } else if (at == SIZE_MAX || bytes_at(line, 0) == '"') {
        at = bytes_find_byte(line, ':');
    }
    if (at == SIZE_MAX || at == 0 || at > 64)
        return;
    struct bytes key = unquoted(bytes_slice(line, 0, at));
    if (bytes_find_byte(key, ' ') == SIZE_MAX && bytes_find_byte(key, '(') == SIZE_MAX)
        state_pair(look, key, unquoted(bytes_from_offset(line, at + 1)));
}

static void read_pairs(struct look *look)
{
    struct bytes rest = look->file->content, line;

    while (look->rows < LIMIT_PRODUCT_ROWS && bytes_next_line(&rest, &line)) {
        line = bytes_trim(line);
        if (bytes_at(line, 0) == '<')
            read_elements(look, line);
        else if (line.size >= 4 && line.size <= LIMIT_NAME && bytes_at(line, 0) != '#' &&
                 bytes_at(line, 0) != ';' && bytes_at(line, 0) != '/')
            read_assignment(look, line);
    }
}

/* A file whose whole content is the word: etc/hostname, etc/version. */
static const struct whole {
    const char *path; /* from the root of the file system; or a base name below etc/ */
    const char *what;
} wholes[] = {
    {"etc/hostname", "hostname"},
    {"etc/HOSTNAME", "hostname"},
    {"etc/version", "version"},
    {"etc/VERSION", "version"},
    {"etc/fw_version", "version"},
    {"etc/firmware_version", "version"},
    {"etc/firmware-version", "version"},
    {"etc/sw_version", "version"},
    {"etc/version.txt", "version"},
    {"etc/image_version", "version"},
    {"etc/software_version", "version"},
    {"etc/release", "version"},
    {"etc/build_date", "build-date"},
    {"etc/builddate", "build-date"},
    {"etc/buildtime", "build-date"},
    {"etc/timestamp", "build-date"},
    {"etc/model", "model"},
    {"etc/board", "board"},
    {"etc/model_name", "model"},
    {"etc/product", "model"},
};

static const struct whole *whole_of(struct bytes path)
{
    for (size_t i = 0; i < COUNT_OF(wholes); i++)
        if (bytes_is(path, wholes[i].path))
            return &wholes[i];
    return NULL;
}

static void read_whole(struct look *look, const struct whole *whole)
{
    struct bytes rest = look->file->content, line;

    while (bytes_next_line(&rest, &line)) {
        struct bytes value = bytes_trim(line);
        if (value.size == 0 || bytes_at(value, 0) == '#')
            continue;
        if (bytes_find_byte(value, '=') == SIZE_MAX && bytes_find_byte(value, ':') == SIZE_MAX)
            state(look, whole->what, value, whole->path,
                  evidence_line(look->file->node, look->file->content, value));
        else if (strcmp(whole->what, "build-date") == 0)
            state(look, whole->what, value, whole->path,
                  evidence_line(look->file->node, look->file->content, value));
        return;
    }
}

/* The first words of etc/issue, without the escapes getty fills in. */
static void read_issue(struct look *look)
{
    struct bytes rest = look->file->content, line;

    if (!bytes_next_line(&rest, &line))
        return;
    size_t escape = bytes_find_byte(line, '\\');
    struct bytes value = bytes_trim(escape == SIZE_MAX ? line : bytes_slice(line, 0, escape));
    if (value.size > 3)
        state(look, "os", value, "etc/issue",
              evidence_line(look->file->node, look->file->content, value));
}

/*
 * `model` and `compatible` of the root of a device tree (Devicetree Specification 0.4, chapter 5).
 */
static void read_tree(struct look *look)
{
    struct cursor c = cursor_over(look->file->content);

    cursor_skip(&c, 8);
    uint32_t structure = cursor_u32be(&c), strings = cursor_u32be(&c);
    unsigned depth = 0;
    cursor_seek(&c, structure);
    for (unsigned i = 0; i < LIMIT_PRODUCT_TOKENS && cursor_ok(&c); i++) {
        uint32_t token = cursor_u32be(&c);
        if (token == 1) { /* a node begins: its name */
            if (++depth > 1)
                return;
            (void)cursor_string(&c);
            cursor_align(&c, 4);
        } else if (token == 3) { /* a property: length, name, value */
            uint32_t length = cursor_u32be(&c), name_at = cursor_u32be(&c);
            uint64_t at = cursor_offset(&c);
            struct bytes value = cursor_bytes(&c, length);
            struct cursor n = cursor_at(look->file->content, (uint64_t)strings + name_at);
            struct bytes name = cursor_string(&n);
            struct cursor v = cursor_over(value);
            struct bytes first = cursor_string(&v);
            cursor_align(&c, 4);
            if (!cursor_ok(&n) || !cursor_ok(&v) || !cursor_ok(&c))
                continue;
            struct evidence evidence =
                evidence_part(look->file->node, look->file->content, at, first.size);
            if (bytes_is(name, "model"))
                state(look, "model", first, "device tree model", evidence);
            else if (bytes_is(name, "compatible"))
                state(look, "board", first, "device tree compatible", evidence);
        } else if (token !=
                   4) { /* all but a token without meaning ends the root's properties */
            return;
        }
    }
}

static bool is_device_tree(struct bytes content)
{
    return bytes_starts(content, "\xd0\x0d\xfe\xed");
}

/* Files that speak of the device as a whole, where "model" means the product's. */
static bool is_about(struct bytes path)
{
    static const char *const words[] = {
        "device_info", "deviceinfo",      "product",    "build.prop", "default.prop",
        "os-release",  "openwrt_release", "nvram",      "firmware",   "sysinfo",
        "system_info", "device.xml",      "rootDesc",   "gatedesc",   "description.xml",
        "fw_info",     "default_config",  "data_model", "factory",    "model",
        "version",     "config/system"};

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (bytes_contains(path, words[i]))
            return true;
    return false;
}

static bool has_pairs(struct bytes path)
{
    static const char *const suffixes[] = {".conf",    ".cfg",     ".ini",    ".json",
                                           ".xml",     ".prop",    ".config", ".defaults",
                                           "-release", "_release", "_info",   ".default"};

    if (bytes_starts(path, "usr/share/") || bytes_contains(path, "/share/doc/") ||
        bytes_contains(path, "lib/udev/") || bytes_contains(path, "dbus-1/") ||
        bytes_contains(path, "wpa_supplicant") || bytes_contains(path, "usb_modeswitch"))
        return bytes_contains(path, "upnp");
    for (size_t i = 0; i < COUNT_OF(suffixes); i++)
        if (bytes_ends(path, suffixes[i]))
            return true;
    return bytes_starts(path, "etc/config/") || bytes_contains(path, "nvram") || is_about(path);
}

/* Is this the os-release of a distribution, and not of one product? */
static bool is_distribution(struct bytes content)
{
    static const char *const ids[] = {"openwrt", "debian",   "ubuntu", "alpine",   "buildroot",
                                      "poky",    "fedora",   "centos", "raspbian", "arch",
                                      "lede",    "nodistro", "yocto",  "OpenWrt",  "android",
                                      "kali",    "opensuse", "rhel"};
    struct bytes rest = content, line;

    while (bytes_next_line(&rest, &line)) {
        if (bytes_starts(line, "DISTRIB_ID="))
            return true;
        if (!bytes_starts(line, "ID="))
            continue;
        struct bytes id = unquoted(bytes_from_offset(line, strlen("ID=")));
        for (size_t i = 0; i < COUNT_OF(ids); i++)
            if (bytes_is(id, ids[i]))
                return true;
    }
    return false;
}

static bool product_wants(const struct node *node, struct bytes head)
{
    if (is_device_tree(head))
        return true;
    if (head.size == 0 || head.size > LIMIT_PRODUCT_TEXT ||
        !bytes_is_text(bytes_slice(head, 0, 512)))
        return false;
    return whole_of(node->path) != NULL || bytes_is(node->path, "etc/issue") ||
           has_pairs(node->path);
}

static struct error *product_run(const struct file *file, struct arena *arena,
                                 struct sink *sink)
{
    struct look look = {.file = file,
                        .arena = arena,
                        .sink = sink,
                        .about = is_about(file->node->path),
                        .is_release = bytes_ends(file->node->path, "-release") ||
                                      bytes_ends(file->node->path, "_release")};
    const struct whole *whole = whole_of(file->node->path);

    look.is_distribution = look.is_release && is_distribution(file->content);
    if (is_device_tree(file->content))
        read_tree(&look);
    else if (whole != NULL)
        read_whole(&look, whole);
    else if (bytes_is(file->node->path, "etc/issue"))
        read_issue(&look);
    else
        read_pairs(&look);
    return NULL;
}

const struct check check_product = {
    .name = "product",
    .title = "Names and versions of the product",
    .observables = observables,
    .observable_count = COUNT_OF(observables),
    .wants = product_wants,
    .run = product_run,
};
