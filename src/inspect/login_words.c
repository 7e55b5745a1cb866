#include "inspect/login_words.h"

#include "base/limits.h"
#include "inspect/login_store.h"

static bool is_identity(struct bytes path)
{
    static const char *const names[] = {
        "hostname", "issue",           "issue.net",       "banner",       "os-release",
        "HOSTNAME", "openwrt_release", "lsb-release",     "device_info",  "product",
        "motd",     "model",           "vendor",          "product_name", "boardname",
        "version",  "fw_version",      "openwrt_version", "release",      "brand",
    };
    struct bytes base = path_base(path);

    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (bytes_is(base, names[i]))
            return bytes_starts(path, "etc") || bytes_starts(path, "usr/lib/os-release") ||
                   bytes_find_byte(path, '/') == SIZE_MAX;
    return false;
}

static bool is_configuration(struct bytes path)
{
    static const char *const endings[] = {".conf",    ".cfg",       ".config", ".ini",
                                          ".xml",     ".json",      ".dat",    ".txt",
                                          ".default", ".properties"};
    static const char *const skipped[] = {"usr/share/", "usr/lib/", "lib/",    "usr/include/",
                                          "www/",       "web/",     "usr/doc/"};
    struct bytes base = path_base(path);

    for (size_t i = 0; i < COUNT_OF(skipped); i++)
        if (bytes_starts(path, skipped[i]))
            return false;
    if (bytes_contains(path, "etc/config/"))
        return true;
    for (size_t i = 0; i < COUNT_OF(endings); i++)
        if (bytes_ends(base, endings[i]))
            return true;
    return false;
}

bool login_words_keeps(const struct node *node, struct bytes content)
{
    return node->kind == NODE_FILE && content.size <= LIMIT_LOGIN_CONFIG &&
           (is_identity(node->path) || is_configuration(node->path)) &&
           bytes_find_byte(bytes_slice(content, 0, 512), 0) == SIZE_MAX;
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static uint8_t upper(uint8_t c)
{
    return c >= 'a' && c <= 'z' ? (uint8_t)(c - 32) : c;
}

static bool has_word(struct bytes text, const char *word)
{
    size_t size = bytes_of(word).size;

    for (size_t i = 0; i + size <= text.size; i++)
        if (bytes_is_nocase(bytes_slice(text, i, size), word))
            return true;
    return false;
}

static bool names_any(struct bytes token, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (has_word(token, words[i]))
            return true;
    return false;
}

static void add(struct bytes *list, size_t *count, size_t room, struct bytes word)
{
    for (size_t i = 0; i < *count; i++)
        if (bytes_equal(list[i], word))
            return;
    if (*count < room)
        list[(*count)++] = word;
}

static bool is_guess(struct bytes word)
{
    for (size_t i = 0; i < word.size; i++)
        if (word.data[i] <= ' ' || word.data[i] > '~')
            return false;
    return word.size > 0 && word.size <= LIMIT_LOGIN_GUESS;
}

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A name and, when it is joined by marks, its parts: "TL-WR841N" also gives "WR841N". */
static void add_name(struct login_words *out, struct bytes name)
{
    size_t start = 0;

    if (is_guess(name) && name.size >= 3)
        add(out->names, &out->name_count, LIMIT_LOGIN_NAMES, name);
    for (size_t i = 0; i <= name.size; i++) {
        uint8_t c = i < name.size ? name.data[i] : ' ';
        if (is_letter(c) || (c >= '0' && c <= '9'))
            continue;
        struct bytes part = bytes_slice(name, start, i - start);
        if (part.size >= 3 && part.size <= 20 && is_letter(part.data[0]))
            add(out->names, &out->name_count, LIMIT_LOGIN_NAMES, part);
        start = i + 1;
    }
}

/* Cuts LINE at blanks and at the marks of key=value, UCI, XML and JSON. */
static size_t tokens_of(struct bytes line, struct bytes *tokens)
{
    static const struct bytes marks = {(const uint8_t *)" \t=:'\"<>,;/", 11};
    size_t count = 0, start = 0;

    for (size_t i = 0; i <= line.size && count < LIMIT_LOGIN_TOKENS; i++) {
        if (i < line.size && bytes_find_byte(marks, line.data[i]) == SIZE_MAX)
            continue;
        if (i > start)
            tokens[count++] = bytes_slice(line, start, i - start);
        start = i + 1;
    }
    return count;
}

static void read_line(struct bytes line, struct login_words *out)
{
    static const char *const secret[] = {"pass",   "pwd",          "psk",
                                         "secret", "presharedkey", "pincode"};
    static const char *const name[] = {"ssid",     "model", "vendor",     "manufact", "product",
                                       "hostname", "brand", "devicename", "company",  "oem"};
    struct bytes tokens[LIMIT_LOGIN_TOKENS];
    size_t count = tokens_of(line, tokens);

    for (size_t i = 0; i + 1 < count; i++) {
        bool is_secret = names_any(tokens[i], secret, COUNT_OF(secret));
        bool is_name = !is_secret && names_any(tokens[i], name, COUNT_OF(name));
        size_t at = i + 1;
        if (bytes_is(tokens[at], "val") || bytes_is(tokens[at], "value") ||
            bytes_is(tokens[at], "string"))
            at++;
        if (at < count && is_secret && is_guess(tokens[at]))
            add(out->secrets, &out->secret_count, LIMIT_LOGIN_SECRETS, tokens[at]);
        if (at < count && is_name)
            add_name(out, tokens[at]);
    }
}

static void read_identity(struct bytes line, struct login_words *out)
{
    struct bytes tokens[LIMIT_LOGIN_TOKENS];
    size_t count = tokens_of(line, tokens);

    for (size_t i = 0; i < count; i++)
        add_name(out, tokens[i]);
}

void login_words_collect(const struct system *system, struct login_words *out)
{
    *out = (struct login_words){.secret_count = 0};
    for (size_t i = 0; i < system->count; i++) {
        const struct system_node *node = &system->nodes[i];
        struct bytes rest = node->content, line;
        if (!node->has_content || !login_words_keeps(node->node, node->content))
            continue;
        bool identity = is_identity(node->node->path);
        while (bytes_next_line(&rest, &line)) {
            if (line.size > LIMIT_LOGIN_LINE)
                continue;
            read_line(line, out);
            if (identity)
                read_identity(line, out);
        }
    }
}

struct bytes login_words_vary(struct bytes name, size_t nth, struct arena *arena)
{
    static const char *const ends[] = {
        "",     "1",    "12",   "123",  "1234", "12345", "123456", "@123", "!",
        "01",   "#123", "2012", "2013", "2014", "2015",  "2016",   "2017", "2018",
        "2019", "2020", "2021", "2022", "2023", "2024",  "2025",
    };
    enum { AS_IS, LOWER, CAPITAL, UPPER, CASES };
    size_t end = nth / CASES, form = nth % CASES;

    if (end >= COUNT_OF(ends))
        return bytes_of(NULL);
    struct bytes tail = bytes_of(ends[end]);
    uint8_t *out = arena_alloc(arena, name.size + tail.size + 1);
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.data[i];
        if (form == LOWER || (form == CAPITAL && i > 0))
            c = lower(c);
        else if (form == UPPER || form == CAPITAL)
            c = upper(c);
        out[i] = c;
    }
    mem_copy(out + name.size, tail.data, tail.size);
    return bytes_from(out, name.size + tail.size);
}
