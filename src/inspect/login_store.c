#include "inspect/login_store.h"

#include "base/limits.h"
#include "inspect/login_hash.h"

/* Folders of documents and samples: an account in them is nobody's. */
static const char *const document_folders[] = {
    "doc",       "docs",    "man",     "example", "examples",
    "test",      "tests",   "testing", "info",    "bash-completion",
    "perl-base", "include", "locale",
};

/* Folders whose account files are copied elsewhere before anybody reads them. */
static const char *const copy_folders[] = {
    "rom",          "etc_ro",   "etc.ro",  "etc-ro",  "ro_etc",   "etc_default",
    "etc_defaults", "defaults", "default", "factory", "backup",   "example",
    "examples",     "sample",   "samples", "skel",    "template", "templates",
};

static const char *const copy_endings[] = {
    "-",         "~",        ".bak",    ".backup", ".default",   ".defaults", ".def",
    ".orig",     ".old",     ".save",   ".dist",   ".tmpl",      ".sample",   ".example",
    ".template", ".in",      ".org",    "_bak",    "_orig",      "_default",  "_def",
    ".ro",       ".factory", ".rpmnew", ".new",    ".dpkg-dist",
};

static bool is_one_of(struct bytes text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_is_nocase(text, words[i]))
            return true;
    return false;
}

static bool has_folder(struct bytes path, const char *const *folders, size_t count)
{
    struct bytes rest = path_folder(path), folder;

    while (bytes_next_field(&rest, '/', &folder))
        if (is_one_of(folder, folders, count))
            return true;
    return false;
}

bool login_path_is_copy(struct bytes path)
{
    struct bytes base = path_base(path);

    for (size_t i = 0; i < COUNT_OF(copy_endings); i++)
        if (bytes_ends(base, copy_endings[i]))
            return true;
    return has_folder(path, copy_folders, COUNT_OF(copy_folders));
}

static bool is_document(struct bytes path)
{
    static const char *const kept[] = {"etc", "defaults", "default", "factory"};

    if (has_folder(path, document_folders, COUNT_OF(document_folders)))
        return true;
    return (bytes_starts(path, "usr/share/") || bytes_starts(path, "usr/lib/")) &&
           !has_folder(path, kept, COUNT_OF(kept));
}

/* "passwd", "passwd-", "shadow.bak" …: STEM alone or followed by a mark and a few letters. */
static bool is_named(struct bytes base, const char *stem)
{
    struct bytes rest = bytes_from_offset(base, bytes_of(stem).size);

    if (!bytes_starts(base, stem))
        return false;
    if (rest.size == 0)
        return true;
    return rest.size <= 20 &&
           bytes_find_byte(bytes_of("-._~+0123456789"), rest.data[0]) != SIZE_MAX;
}

static bool contains_nocase(struct bytes text, const char *word)
{
    size_t size = bytes_of(word).size;

    for (size_t i = 0; i + size <= text.size; i++)
        if (bytes_is_nocase(bytes_slice(text, i, size), word))
            return true;
    return false;
}

/* Names account:hash files go by. */
static bool is_pairs_name(struct bytes base)
{
    static const char *const parts[] = {"passwd",   "password", "pwfile",   "pwdfile",
                                        "userfile", "webuser",  "httpuser", "webpass"};
    static const char *const endings[] = {".user", ".users", ".pw", ".pwd", ".htpass"};

    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (contains_nocase(base, parts[i]))
            return true;
    for (size_t i = 0; i < COUNT_OF(endings); i++)
        if (bytes_ends(base, endings[i]))
            return true;
    return is_one_of(base, (const char *const[]){"users", "pw", "pwd", "htusers"}, 4);
}

static bool is_account(struct bytes name)
{
    if (name.size == 0 || name.size > 64)
        return false;
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.data[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '_' || c == '.';
        if (!is_plain && (i == 0 || (c != '-' && c != '@' && c != '$' && c != '+')))
            return false;
    }
    return true;
}

/* Printable ASCII without blanks, as every password field is. */
static bool is_secret(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    return text.size <= 256;
}

static bool is_id(struct bytes text, uint32_t *out)
{
    uint64_t number = 0;

    if (text.size == 0 || text.size > 10 || bytes_at(text, 1) == 'x' ||
        !bytes_to_u64(text, &number) || number > UINT32_MAX)
        return false;
    *out = (uint32_t)number;
    return true;
}

static bool is_path(struct bytes text)
{
    return text.size == 0 || text.data[0] == '/';
}

/*
 * Cuts LINE at its colons; an empty field at the end counts. The number of fields; more than ROOM
 * are counted as ROOM + 1.
 */
static size_t split(struct bytes line, struct bytes *fields, size_t room)
{
    size_t count = 0, end = 0;

    while (end != SIZE_MAX) {
        if (count == room)
            return room + 1;
        end = bytes_find_byte(line, ':');
        fields[count++] = bytes_slice(line, 0, end);
        line = end == SIZE_MAX ? line : bytes_from_offset(line, end + 1);
    }
    return count;
}

static bool read_passwd(struct bytes line, struct login_entry *out)
{
    struct bytes fields[8];

    if (split(line, fields, 7) != 7 || !is_account(fields[0]) || !is_secret(fields[1]) ||
        !is_id(fields[2], &out->uid) || !is_id(fields[3], &out->gid) || !is_path(fields[5]))
        return false;
    out->account = fields[0];
    out->secret = fields[1];
    out->has_ids = true;
    out->home = fields[5];
    out->shell = bytes_trim(fields[6]);
    return is_path(out->shell);
}

static bool read_shadow(struct bytes line, struct login_entry *out)
{
    struct bytes fields[10];
    size_t count = split(line, fields, 9);
    struct login_hash hash;

    if (count < 2 || count > 9 || !is_account(fields[0]) || !is_secret(fields[1]))
        return false;
    for (size_t i = 2; i < count; i++)
        for (size_t j = 0; j < fields[i].size; j++)
            if ((fields[i].data[j] < '0' || fields[i].data[j] > '9') &&
                fields[i].data[j] != '-')
                return false;
    out->account = fields[0];
    out->secret = fields[1];
    return count >= 8 || login_hash_read(fields[1], &hash);
}

static bool read_pair(struct bytes line, struct login_entry *out)
{
    struct bytes fields[3];

    if (split(line, fields, 2) != 2 || !is_account(fields[0]) || !is_secret(fields[1]))
        return false;
    out->account = fields[0];
    out->secret = fields[1];
    return true;
}

static bool read_httpd(struct bytes line, struct login_entry *out)
{
    struct bytes fields[4];

    if (bytes_at(line, 0) != '/' || split(line, fields, 3) != 3 || !is_secret(fields[0]) ||
        !is_account(fields[1]) || !is_secret(fields[2]))
        return false;
    out->account = fields[1];
    out->secret = fields[2];
    return true;
}

static bool read_line(enum login_kind kind, struct bytes line, struct login_entry *out)
{
    *out = (struct login_entry){.line = line};
    if (line.size > LIMIT_LOGIN_LINE)
        return false;
    switch (kind) {
    case LOGIN_KIND_PASSWD:
        return read_passwd(line, out);
    case LOGIN_KIND_SHADOW:
        return read_shadow(line, out);
    case LOGIN_KIND_PAIRS:
    case LOGIN_KIND_PLAIN:
        return read_pair(line, out);
    case LOGIN_KIND_HTTPD:
        return read_httpd(line, out);
    case LOGIN_KIND_NONE:
    case LOGIN_KIND_RPCD:
        break;
    }
    return false;
}

static bool is_blank(struct bytes line)
{
    line = bytes_trim(line);
    return line.size == 0 || line.data[0] == '#';
}

/* How many lines must have the syntax. */
enum share {
    SHARE_ANY, /* one: its very name says what the file is */
    SHARE_HALF,
    SHARE_ALL,
};

/* Do so many lines of the content have the syntax of KIND? */
static bool has_syntax(enum login_kind kind, struct bytes content, enum share share)
{
    size_t right = 0, wrong = 0, hashes = 0;
    struct login_entry entry;
    struct login_hash hash;
    struct bytes line;

    while (bytes_next_line(&content, &line) && right + wrong < LIMIT_LOGIN_ACCOUNTS) {
        if (is_blank(line))
            continue;
        if (read_line(kind, line, &entry))
            right++;
        else
            wrong++;
        if (kind == LOGIN_KIND_PAIRS && login_hash_read_pair(entry.secret, &hash))
            hashes++;
    }
    return right > 0 && (share == SHARE_ANY || wrong <= (share == SHARE_ALL ? 0 : right)) &&
           (kind != LOGIN_KIND_PAIRS || hashes > 0);
}

enum login_kind login_kind_of(struct bytes path, struct bytes content)
{
    struct bytes base = path_base(path);

    if (content.size > LIMIT_KEPT_FILE || is_document(path))
        return LOGIN_KIND_NONE;
    if ((is_named(base, "passwd") || is_named(base, "default_passwd") ||
         bytes_is(base, "master.passwd")) &&
        has_syntax(LOGIN_KIND_PASSWD, content,
                   bytes_is(base, "passwd") ? SHARE_ANY : SHARE_HALF))
        return LOGIN_KIND_PASSWD;
    if ((is_named(base, "shadow") || is_named(base, "default_shadow")) &&
        has_syntax(LOGIN_KIND_SHADOW, content,
                   bytes_is(base, "shadow") ? SHARE_ANY : SHARE_HALF))
        return LOGIN_KIND_SHADOW;
    if (bytes_is(base, "lighttpd.user") || bytes_is(base, "lighttpd-plain.user"))
        return has_syntax(LOGIN_KIND_PLAIN, content, SHARE_ALL) ? LOGIN_KIND_PLAIN
                                                                : LOGIN_KIND_NONE;
    if (is_named(base, "httpd.conf") && bytes_find_byte(content, '<') == SIZE_MAX)
        return LOGIN_KIND_HTTPD;
    if (bytes_is(base, "rpcd") && bytes_ends(path_folder(path), "etc/config/"))
        return LOGIN_KIND_RPCD;
    if (is_pairs_name(base) && has_syntax(LOGIN_KIND_PAIRS, content, SHARE_ALL))
        return LOGIN_KIND_PAIRS;
    return LOGIN_KIND_NONE;
}

static void add(struct login_store *store, struct arena *arena, const struct login_entry *entry)
{
    store->entries = arena_grow(arena, store->entries, &store->capacity, store->count + 1,
                                sizeof *store->entries);
    store->entries[store->count++] = *entry;
}

static struct bytes unquoted(struct bytes text)
{
    text = bytes_trim(text);
    if (text.size >= 2 && (text.data[0] == '\'' || text.data[0] == '"') &&
        text.data[text.size - 1] == text.data[0])
        return bytes_slice(text, 1, text.size - 2);
    return text;
}

/* One line of OpenWrt's UCI: fills ENTRY; true when a section with account and password is full. */
static bool read_uci(struct bytes line, bool *in_login, struct login_entry *entry)
{
    struct bytes rest = line, word, name;

    if (!bytes_next_word(&rest, &word))
        return false;
    if (bytes_is(word, "config")) {
        *in_login = bytes_next_word(&rest, &name) && bytes_is(unquoted(name), "login");
        *entry = (struct login_entry){.account = {NULL, 0}};
        return false;
    }
    if (!*in_login || !bytes_is(word, "option") || !bytes_next_word(&rest, &name))
        return false;
    name = unquoted(name);
    if (bytes_is(name, "username"))
        entry->account = unquoted(rest);
    if (bytes_is(name, "password")) {
        entry->secret = unquoted(rest);
        entry->line = line;
    }
    if (entry->line.size == 0 || !is_account(entry->account) || !is_secret(entry->secret))
        return false;
    *in_login = false;
    return true;
}

void login_store_read(const struct system_node *node, enum login_kind kind, struct arena *arena,
                      struct login_store *out)
{
    struct bytes rest = node->content, line;
    struct login_entry entry = {0}, section = {0};
    uint32_t number = 0, section_number = 0;
    bool in_login = false, is_full;
    struct login_hash hash;

    *out = (struct login_store){.node = node, .kind = kind};
    while (bytes_next_line(&rest, &line)) {
        number++;
        if (kind == LOGIN_KIND_RPCD) {
            bool had_line = section.line.size > 0;
            is_full = line.size <= LIMIT_LOGIN_LINE && read_uci(line, &in_login, &section);
            if (!had_line && section.line.size > 0)
                section_number = number;
            entry = section;
        } else {
            is_full = !is_blank(line) && read_line(kind, line, &entry);
            section_number = number;
        }
        if (!is_full)
            continue;
        if (out->count == LIMIT_LOGIN_ACCOUNTS) {
            out->cut = true;
            return;
        }
        entry.line_number = section_number;
        out->is_mosquitto |=
            kind == LOGIN_KIND_PAIRS && login_hash_read_pair(entry.secret, &hash) &&
            (hash.scheme == LOGIN_MOSQUITTO_SHA512 || hash.scheme == LOGIN_MOSQUITTO_PBKDF2);
        add(out, arena, &entry);
    }
}

bool login_store_add(struct login_store *store, struct arena *arena, struct bytes line,
                     uint32_t line_number)
{
    struct login_entry entry;

    if (store->count == LIMIT_LOGIN_ACCOUNTS || !read_line(store->kind, line, &entry))
        return false;
    entry.line_number = line_number;
    add(store, arena, &entry);
    return true;
}
