#include "inspect/setting_read.h"

#include <string.h>

#include "base/limits.h"
#include "inspect/service_uci.h"
#include "inspect/shell.h"

struct bytes setting_lower(struct arena *arena, struct bytes name)
{
    uint8_t *copy = arena_alloc(arena, name.size + 1);

    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = bytes_at(name, i);
        copy[i] = c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
    }
    return bytes_from(copy, name.size);
}

struct bytes setting_unquoted(struct bytes value)
{
    uint8_t first = bytes_at(value, 0);

    if (value.size >= 2 && (first == '"' || first == '\'') &&
        bytes_at(value, value.size - 1) == first)
        return bytes_slice(value, 1, value.size - 2);
    return value;
}

struct bytes setting_uncommented(struct bytes line)
{
    uint8_t quote = 0;

    for (size_t i = 0; i < line.size; i++) {
        uint8_t c = bytes_at(line, i), before = i == 0 ? ' ' : bytes_at(line, i - 1);
        if (quote != 0)
            quote = c == quote ? 0 : quote;
        else if (c == '"')
            quote = c;
        else if (c == '#' && (before == ' ' || before == '\t'))
            return bytes_trim(bytes_slice(line, 0, i));
    }
    return bytes_trim(line);
}

bool setting_is_example(struct bytes path)
{
    static const char *const endings[] = {".example",   ".sample", ".default",
                                          ".dist",      ".orig",   ".bak",
                                          ".dpkg-dist", ".rpmnew", "-opkg"};
    static const char *const parts[] = {"usr/share/doc/", "conf-available/", "sites-available/",
                                        "/examples/", "rom/etc/"};

    for (size_t i = 0; i < COUNT_OF(endings); i++)
        if (bytes_ends(path, endings[i]))
            return true;
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (bytes_contains(path, parts[i]))
            return true;
    return false;
}

struct setting *setting_add(struct settings *settings, const char *program, struct bytes scope,
                            struct bytes name, struct bytes value, enum wins wins)
{
    static struct setting spare;
    bool effective = true;

    if (settings->count >= LIMIT_SETTINGS || name.size == 0 || name.size > 512) {
        spare = (struct setting){.name = name};
        return &spare;
    }
    name = setting_lower(settings->arena, name);
    for (size_t i = settings->count; i > 0 && wins != WINS_ALL; i--) {
        struct setting *other = &settings->items[i - 1];
        if (!other->effective || strcmp(other->program, program) != 0 ||
            !bytes_equal(other->name, name) || !bytes_equal(other->scope, scope))
            continue;
        if (wins == WINS_FIRST)
            effective = false;
        else
            other->effective = false;
        break;
    }
    settings->items = arena_grow(settings->arena, settings->items, &settings->capacity,
                                 settings->count + 1, sizeof *settings->items);
    settings->items[settings->count] = (struct setting){
        .program = program,
        .scope = scope,
        .name = name,
        .value = bytes_slice(value, 0, 2048),
        .origin = "file",
        .effective = effective,
    };
    return &settings->items[settings->count++];
}

static void include_one(struct settings *settings, const struct system_node *node,
                        void (*read)(struct settings *, const struct system_node *))
{
    if (node == NULL || !node->has_content || settings->includes >= LIMIT_SETTING_INCLUDES)
        return;
    settings->includes++;
    read(settings, node);
}

void setting_include(struct settings *settings, const struct system_node *from,
                     struct bytes pattern,
                     void (*read)(struct settings *, const struct system_node *))
{
    struct bytes base = path_base(from->node->path), name = path_base(pattern);
    size_t skip = from->node->path.size - base.size, count;
    struct bytes folder = bytes_slice(pattern, 0, pattern.size - name.size);
    struct arena *arena = settings->arena;

    if (pattern.size > 512)
        return;
    if (bytes_at(pattern, 0) != '/')
        folder = bytes_of(arena_printf(arena, "/%.*s%.*s", (int)skip,
                                       (const char *)from->node->path.data, (int)folder.size,
                                       folder.size == 0 ? "" : (const char *)folder.data));
    struct bytes clean = node_path_clean(arena, folder);
    char *prefix = arena_printf(arena, "%.*s/", (int)clean.size, (const char *)clean.data);
    const struct system_node *nodes = system_under(settings->system, prefix, &count);
    for (size_t i = 0; i < count && i < 1000; i++) {
        struct bytes rest = bytes_from_offset(nodes[i].node->path, clean.size + 1);
        if (bytes_find_byte(rest, '/') == SIZE_MAX && rest.size < 256 &&
            shell_match(name, rest))
            include_one(settings, system_find(settings->system, nodes[i].node->path), read);
    }
}

/* Cuts a line into name and value as the dialect says. */
static bool cut(struct bytes line, uint8_t separator, struct bytes *name, struct bytes *value)
{
    size_t at = separator == ' ' ? SIZE_MAX : bytes_find_byte(line, separator);

    if (separator == ' ') {
        *value = line;
        if (!bytes_next_word(value, name))
            return false;
        *value = bytes_trim(*value);
        if (bytes_at(*value, 0) == '=')
            *value = bytes_trim(bytes_from_offset(*value, 1));
        return true;
    }
    if (at == SIZE_MAX)
        return false;
    *name = bytes_trim(bytes_slice(line, 0, at));
    *value = bytes_trim(bytes_from_offset(line, at + 1));
    return true;
}

void setting_read_keyvalue(struct settings *settings, const char *program,
                           const struct system_node *file, struct keyvalue how)
{
    struct bytes rest = file->content, line, name, value, scope = bytes_of("");

    while (bytes_next_line(&rest, &line)) {
        struct bytes text = bytes_trim(line);
        uint8_t first = bytes_at(text, 0);
        if (text.size == 0 || first == '#' || (first == ';' && how.sections))
            continue;
        if (how.sections && first == '[') {
            scope = bytes_slice(text, 1, bytes_find_byte(text, ']') - 1);
            if (bytes_is_nocase(scope, "global"))
                scope = bytes_of("");
            continue;
        }
        if (!cut(text, how.separator, &name, &value))
            continue;
        if (strcmp(program, "hostapd") == 0 && bytes_is(name, "bss"))
            scope = value;
        struct setting *setting =
            setting_add(settings, program, scope, name, setting_unquoted(value), how.wins);
        setting->file = file;
        setting->line = line;
    }
}

static bool adds_up(struct bytes name)
{
    static const char *const words[] = {
        "rocommunity",  "rwcommunity", "rocommunity6", "rwcommunity6", "com2sec", "com2sec6",
        "rouser",       "rwuser",      "createuser",   "access",       "group",   "view",
        "agentaddress", "trapsink",    "trap2sink",    "authcommunity"};

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (bytes_is_nocase(name, words[i]))
            return true;
    return false;
}

void setting_read_snmpd(struct settings *settings, const struct system_node *file)
{
    struct bytes rest = file->content, line, name;

    while (bytes_next_line(&rest, &line)) {
        struct bytes value = setting_uncommented(line), scope = bytes_of("");
        if (bytes_at(value, 0) == '#' || !bytes_next_word(&value, &name))
            continue;
        value = bytes_trim(value);
        if (bytes_is_nocase(name, "includeDir"))
            continue;
        struct bytes community = value;
        bool grants = bytes_contains(setting_lower(settings->arena, name), "community");
        if (grants && bytes_next_word(&community, &value))
            scope = bytes_trim(community); /* from where, and which part of the tree */
        struct setting *setting = setting_add(settings, "snmpd", scope, name, value,
                                              adds_up(name) ? WINS_ALL : WINS_LAST);
        setting->file = file;
        setting->line = line;
    }
}

void setting_read_uci(struct settings *settings, const char *program,
                      const struct system_node *file)
{
    struct uci uci = uci_read(file->content, settings->arena);

    for (size_t i = 0; i < uci.section_count; i++) {
        const struct uci_section *section = &uci.sections[i];
        struct bytes scope = section->name;
        if (scope.size == 0)
            scope = bytes_of(arena_printf(settings->arena, "%.*s[%zu]", (int)section->type.size,
                                          (const char *)section->type.data, i));
        for (size_t k = 0; k < section->option_count; k++) {
            struct setting *setting = setting_add(
                settings, program, scope, section->options[k].name, section->options[k].value,
                section->options[k].list ? WINS_ALL : WINS_LAST);
            setting->file = file;
            setting->line = section->options[k].line;
        }
    }
}

/* busybox httpd.conf: A:address, D:address, /path:user:password, H:home, *.ext:program */
void setting_read_httpd(struct settings *settings, const struct system_node *file)
{
    struct bytes rest = file->content, line, key;

    while (bytes_next_line(&rest, &line)) {
        struct bytes value = bytes_trim(line), name, scope = bytes_of("");
        if (bytes_at(value, 0) == '#' || !bytes_next_field(&value, ':', &key) ||
            value.size == 0)
            continue;
        uint8_t first = bytes_at(key, 0);
        if (first == '/') {
            name = bytes_of("auth");
            scope = key;
        } else if (key.size == 1 && (first == 'A' || first == 'a'))
            name = bytes_of("allow");
        else if (key.size == 1 && (first == 'D' || first == 'd'))
            name = bytes_of("deny");
        else if (key.size == 1 && first == 'H')
            name = bytes_of("home");
        else if (first == '*')
            name = bytes_of("interpreter");
        else
            continue;
        struct setting *setting = setting_add(settings, "httpd", scope, name, value, WINS_ALL);
        setting->file = file;
        setting->line = line;
    }
}

void setting_read_securetty(struct settings *settings, const struct system_node *file)
{
    struct bytes rest = file->content, line;

    while (bytes_next_line(&rest, &line)) {
        struct bytes value = setting_uncommented(line);
        if (value.size == 0 || bytes_at(value, 0) == '#')
            continue;
        struct setting *setting = setting_add(settings, "login", bytes_of(""),
                                              bytes_of("securetty"), value, WINS_ALL);
        setting->file = file;
        setting->line = line;
    }
}

void setting_read_pam(struct settings *settings, const struct system_node *file)
{
    struct bytes rest = file->content, line, word;

    while (bytes_next_line(&rest, &line)) {
        struct bytes value = setting_uncommented(line);
        if (!bytes_next_word(&value, &word) || !bytes_is(word, "auth"))
            continue;
        struct setting *setting = setting_add(settings, "login", path_base(file->node->path),
                                              word, bytes_trim(value), WINS_ALL);
        setting->file = file;
        setting->line = line;
    }
}
