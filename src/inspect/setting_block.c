#include "base/limits.h"
#include "inspect/setting_read.h"
#include "inspect/shell.h"

/* Dialects with blocks: Match, listener, { … }, <VirtualHost>. */

static struct bytes joined(struct settings *settings, struct bytes a, struct bytes b)
{
    if (a.size == 0)
        return b;
    if (a.size + b.size > 1024)
        return a;
    return bytes_of(arena_printf(settings->arena, "%.*s %.*s", (int)a.size,
                                 (const char *)a.data, (int)b.size,
                                 b.size == 0 ? "" : (const char *)b.data));
}

/* The Match block a file is read in; an included file begins outside. */
static void read_sshd(struct settings *settings, const struct system_node *file)
{
    struct bytes rest = file->content, line, name, scope = bytes_of("");

    while (bytes_next_line(&rest, &line)) {
        struct bytes value = setting_uncommented(line);
        if (bytes_at(value, 0) == '#' || value.size == 0)
            continue;
        size_t equals = bytes_find_byte(value, '=');
        size_t blank = bytes_find_byte(value, ' ');
        if (equals != SIZE_MAX && (blank == SIZE_MAX || equals < blank)) {
            name = bytes_slice(value, 0, equals);
            value = bytes_trim(bytes_from_offset(value, equals + 1));
        } else if (!bytes_next_word(&value, &name)) {
            continue;
        }
        value = setting_unquoted(bytes_trim(value));
        if (bytes_is_nocase(name, "match")) {
            scope = bytes_is_nocase(value, "all") ? bytes_of("") : value;
            continue;
        }
        if (bytes_is_nocase(name, "include")) {
            struct bytes pattern;
            while (bytes_next_word(&value, &pattern))
                setting_include(settings, file, pattern, read_sshd);
            continue;
        }
        bool many = bytes_is_nocase(name, "port") || bytes_is_nocase(name, "listenaddress") ||
                    bytes_is_nocase(name, "hostkey") || bytes_is_nocase(name, "subsystem") ||
                    bytes_is_nocase(name, "acceptenv") || bytes_is_nocase(name, "allowusers");
        struct setting *setting =
            setting_add(settings, "sshd", scope, name, value, many ? WINS_ALL : WINS_FIRST);
        setting->file = file;
        setting->line = line;
    }
}

void setting_read_sshd(struct settings *settings, const struct system_node *file)
{
    read_sshd(settings, file);
}

static struct bytes scope_of(struct settings *settings, const struct bytes *scopes,
                             size_t depth)
{
    struct bytes scope = bytes_of("");

    for (size_t i = 0; i < depth && i < LIMIT_SETTING_BLOCKS; i++)
        if (scopes[i].size > 0)
            scope = joined(settings, scope, scopes[i]);
    return scope;
}

static void lighttpd_line(struct settings *settings, const struct system_node *file,
                          struct bytes line, struct bytes scope)
{
    struct bytes text = setting_uncommented(line);
    size_t equals = bytes_find_byte(text, '=');

    if (bytes_starts(text, "include_shell"))
        return; /* what a program prints is not in the image */
    if (bytes_starts(text, "include")) {
        setting_include(settings, file,
                        setting_unquoted(bytes_trim(bytes_slice(text, 7, text.size))),
                        setting_read_lighttpd);
        return;
    }
    if (equals == SIZE_MAX || equals == 0 || bytes_at(text, 0) == '$')
        return;
    uint8_t before = bytes_at(text, equals - 1);
    struct bytes name = bytes_slice(text, 0, equals - (before == '+' || before == ':' ? 1 : 0));
    size_t value_at = bytes_at(text, equals + 1) == '=' ? equals + 2 : equals + 1;
    name = bytes_trim(name);
    for (size_t i = 0; i < name.size; i++)
        if (!shell_is_name(bytes_slice(name, i, 1)) &&
            bytes_find_byte(bytes_of(".-0123456789"), bytes_at(name, i)) == SIZE_MAX)
            return;
    struct setting *setting =
        setting_add(settings, "lighttpd", scope, name,
                    setting_unquoted(bytes_trim(bytes_from_offset(text, value_at))),
                    before == '+' ? WINS_ALL : WINS_LAST);
    setting->file = file;
    setting->line = line;
}

void setting_read_lighttpd(struct settings *settings, const struct system_node *file)
{
    struct bytes rest = file->content, line, scopes[LIMIT_SETTING_BLOCKS];
    size_t depth = 0;

    while (bytes_next_line(&rest, &line)) {
        struct bytes text = setting_uncommented(line);
        if (text.size == 0 || bytes_at(text, 0) == '#')
            continue;
        while (bytes_at(text, 0) == '}') {
            depth -= depth > 0 ? 1 : 0;
            text = bytes_trim(bytes_from_offset(text, 1));
        }
        size_t brace = bytes_find_byte(text, '{');
        bool opens =
            brace != SIZE_MAX && (bytes_at(text, 0) == '$' || bytes_starts(text, "else"));
        if (!opens) {
            lighttpd_line(settings, file, text, scope_of(settings, scopes, depth));
            continue;
        }
        if (depth < LIMIT_SETTING_BLOCKS)
            scopes[depth] = bytes_trim(bytes_slice(text, 0, brace));
        depth++;
        struct bytes inner = bytes_trim(bytes_from_offset(text, brace + 1));
        size_t end = bytes_find_byte(inner, '}');
        if (end != SIZE_MAX) {
            lighttpd_line(settings, file, bytes_slice(inner, 0, end),
                          scope_of(settings, scopes, depth));
            depth--;
        } else if (inner.size > 0) {
            lighttpd_line(settings, file, inner, scope_of(settings, scopes, depth));
        }
    }
}

/* One statement of nginx, up to ';' '{' or '}', quotes and comments minded. */
static uint8_t next_statement(struct bytes *rest, struct bytes *statement)
{
    uint8_t quote = 0;
    size_t from = 0;

    for (size_t i = 0; i < rest->size; i++) {
        uint8_t c = bytes_at(*rest, i);
        if (quote != 0) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '#') {
            size_t end = bytes_find_byte(bytes_from_offset(*rest, i), '\n');
            i = end == SIZE_MAX ? rest->size : i + end;
            from = bytes_trim(bytes_slice(*rest, from, i - from)).size == 0 ? i + 1 : from;
            if (bytes_at(bytes_trim(bytes_slice(*rest, from, i - from)), 0) == '#')
                from = i + 1;
        } else if (c == ';' || c == '{' || c == '}') {
            *statement = bytes_trim(bytes_slice(*rest, from, i - from));
            *rest = bytes_from_offset(*rest, i + 1);
            return c;
        }
    }
    *rest = bytes_of("");
    return 0;
}

/* Leading comment lines of a statement are no part of it. */
static struct bytes without_comments(struct bytes statement)
{
    while (bytes_at(statement, 0) == '#') {
        size_t end = bytes_find_byte(statement, '\n');
        statement =
            end == SIZE_MAX ? bytes_of("") : bytes_trim(bytes_from_offset(statement, end + 1));
    }
    return statement;
}

void setting_read_nginx(struct settings *settings, const struct system_node *file)
{
    struct bytes rest = file->content, statement, scopes[LIMIT_SETTING_BLOCKS];
    size_t depth = 0, servers = 0;
    uint8_t end;

    while ((end = next_statement(&rest, &statement)) != 0) {
        struct bytes value = without_comments(statement), name;
        struct bytes whole = value;
        if (end == '}') {
            depth -= depth > 0 ? 1 : 0;
            continue;
        }
        if (end == '{') {
            if (bytes_is(whole, "http"))
                whole = bytes_of("");
            if (bytes_is(whole, "server"))
                whole = bytes_of(arena_printf(settings->arena, "server[%zu]", servers++));
            if (depth < LIMIT_SETTING_BLOCKS)
                scopes[depth] = whole;
            depth++;
            continue;
        }
        if (!bytes_next_word(&value, &name))
            continue;
        value = bytes_trim(value);
        if (bytes_is(name, "include")) {
            setting_include(settings, file, setting_unquoted(value), setting_read_nginx);
            continue;
        }
        bool many = bytes_is(name, "listen") || bytes_is(name, "add_header") ||
                    bytes_is(name, "location") || bytes_is(name, "allow") ||
                    bytes_is(name, "deny");
        struct setting *setting =
            setting_add(settings, "nginx", scope_of(settings, scopes, depth), name,
                        setting_unquoted(value), many ? WINS_ALL : WINS_LAST);
        setting->file = file;
        setting->line = shell_line(file->content, whole);
    }
}

/* Options that belong to a listener only under per_listener_settings (mosquitto.conf(5)). */
static bool is_shared(const struct settings *settings, struct bytes name)
{
    static const char *const words[] = {"allow_anonymous",
                                        "password_file",
                                        "acl_file",
                                        "psk_file",
                                        "auth_plugin",
                                        "plugin",
                                        "allow_zero_length_clientid"};

    for (size_t i = 0; i < settings->count; i++)
        if (bytes_is(settings->items[i].name, "per_listener_settings") &&
            bytes_is(settings->items[i].value, "true"))
            return false;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (bytes_is(name, words[i]))
            return true;
    return false;
}

void setting_read_mosquitto(struct settings *settings, const struct system_node *file)
{
    struct bytes rest = file->content, line, name, scope = bytes_of("");

    while (bytes_next_line(&rest, &line)) {
        struct bytes value = bytes_trim(line);
        if (bytes_at(value, 0) == '#' || !bytes_next_word(&value, &name))
            continue;
        value = bytes_trim(value);
        if (bytes_is(name, "include_dir")) {
            struct bytes pattern =
                bytes_of(arena_printf(settings->arena, "%.*s/*.conf", (int)value.size,
                                      value.size == 0 ? "" : (const char *)value.data));
            setting_include(settings, file, pattern, setting_read_mosquitto);
            continue;
        }
        if (bytes_is(name, "listener"))
            scope = joined(settings, bytes_of("listener"), value);
        struct setting *setting =
            setting_add(settings, "mosquitto", is_shared(settings, name) ? bytes_of("") : scope,
                        name, value, WINS_LAST);
        setting->file = file;
        setting->line = line;
    }
}

void setting_read_proftpd(struct settings *settings, const struct system_node *file)
{
    struct bytes rest = file->content, line, name, scopes[LIMIT_SETTING_BLOCKS];
    size_t depth = 0;

    while (bytes_next_line(&rest, &line)) {
        struct bytes value = setting_uncommented(line);
        if (bytes_at(value, 0) == '#' || value.size == 0)
            continue;
        if (bytes_at(value, 0) == '<') {
            bool closes = bytes_at(value, 1) == '/';
            if (closes)
                depth -= depth > 0 ? 1 : 0;
            else if (depth++ < LIMIT_SETTING_BLOCKS)
                scopes[depth - 1] = bytes_slice(value, 1, bytes_find_byte(value, '>') - 1);
            continue;
        }
        if (!bytes_next_word(&value, &name))
            continue;
        if (bytes_is_nocase(name, "include")) {
            setting_include(settings, file, bytes_trim(value), setting_read_proftpd);
            continue;
        }
        struct setting *setting =
            setting_add(settings, "proftpd", scope_of(settings, scopes, depth), name,
                        setting_unquoted(bytes_trim(value)), WINS_LAST);
        setting->file = file;
        setting->line = line;
    }
}
