/* From the lines of account files to rows: which line belongs to which, and can anybody log in? */
#include "inspect/login.h"
#include "inspect/login_boot.h"

/* Everything the account files of one system say. */
struct stores {
    struct login_store *list;
    size_t count, capacity;
    struct login_active passwd, shadow;
    struct login_changes changes;
};

/* A store that a start script writes line by line, and what it is made in. */
struct writing {
    struct login_store *store;
    struct arena *arena;
};

static void add_written(void *context, struct bytes text, uint32_t line_number)
{
    struct writing *writing = context;

    (void)login_store_add(writing->store, writing->arena, text, line_number);
}

/* Adds the store that the script of ACTIVE writes. */
static void read_written(const struct system *system, const struct login_active *active,
                         const char *name, enum login_kind kind, struct arena *arena,
                         struct stores *out)
{
    if (!active->echoed)
        return;
    out->list = arena_grow(arena, out->list, &out->capacity, out->count + 1, sizeof *out->list);
    struct login_store *store = &out->list[out->count++];
    *store = (struct login_store){.node = active->node, .kind = kind};
    struct writing writing = {store, arena};
    login_boot_lines(system, active->node, name, arena, add_written, &writing);
}

static void read_stores(const struct system *system, struct arena *arena, struct sink *sink,
                        struct stores *out)
{
    *out = (struct stores){.list = NULL};
    for (size_t i = 0; i < system->count; i++) {
        const struct system_node *node = &system->nodes[i];
        enum login_kind kind = !node->has_content
                                   ? LOGIN_KIND_NONE
                                   : login_kind_of(node->node->path, node->content);
        if (kind == LOGIN_KIND_NONE)
            continue;
        out->list =
            arena_grow(arena, out->list, &out->capacity, out->count + 1, sizeof *out->list);
        struct login_store *store = &out->list[out->count++];
        login_store_read(node, kind, arena, store);
        if (store->cut)
            sink_unread(sink, node->node->path, 0,
                        "more accounts than we read; those past the limit were left out");
    }
    out->passwd = login_boot_active(system, "passwd", arena);
    out->shadow = login_boot_active(system, "shadow", arena);
    out->changes = login_boot_changes(system, arena);
    read_written(system, &out->passwd, "passwd", LOGIN_KIND_PASSWD, arena, out);
    read_written(system, &out->shadow, "shadow", LOGIN_KIND_SHADOW, arena, out);
}

/* Does the running system read what STORE says of ACCOUNT? */
static enum login_answerable is_active(const struct stores *stores,
                                       const struct login_active *active,
                                       const struct login_store *store, struct bytes account)
{
    if (store->node != active->node)
        return LOGIN_NO;
    return active->several || login_boot_changed(&stores->changes, account) ? LOGIN_UNKNOWN
                                                                            : LOGIN_YES;
}

/* What stands behind "passwd" or "shadow" in a name: "", "-", ".bak". */
static struct bytes suffix_of(struct bytes path)
{
    struct bytes base = path_base(path);
    size_t at = bytes_find_string(base, "passwd");

    if (at == SIZE_MAX)
        at = bytes_find_string(base, "shadow");
    return bytes_from_offset(base, at == SIZE_MAX ? base.size : at + 6);
}

/* The store of KIND beside STORE: with the same suffix, or else the one without any. */
static const struct login_store *beside(const struct stores *stores,
                                        const struct login_store *store, enum login_kind kind)
{
    struct bytes path = store->node->node->path;
    const struct login_store *plain = NULL;

    for (size_t i = 0; i < stores->count; i++) {
        const struct login_store *other = &stores->list[i];
        struct bytes other_path = other->node->node->path;
        if (other->kind != kind || !bytes_equal(path_folder(other_path), path_folder(path)))
            continue;
        if (bytes_equal(suffix_of(other_path), suffix_of(path)))
            return other;
        if (suffix_of(other_path).size == 0)
            plain = other;
    }
    return plain;
}

static const struct login_store *store_of(const struct stores *stores,
                                          const struct system_node *node)
{
    for (size_t i = 0; i < stores->count && node != NULL; i++)
        if (stores->list[i].node == node)
            return &stores->list[i];
    return NULL;
}

/* The store of the other KIND that belongs to STORE: the active ones belong together. */
static const struct login_store *partner(const struct stores *stores,
                                         const struct login_store *store, enum login_kind kind)
{
    bool is_passwd = kind == LOGIN_KIND_PASSWD;
    const struct system_node *own = is_passwd ? stores->shadow.node : stores->passwd.node;
    const struct system_node *other = is_passwd ? stores->passwd.node : stores->shadow.node;

    if (store->node == own && store_of(stores, other) != NULL)
        return store_of(stores, other);
    return beside(stores, store, kind);
}

static const struct login_entry *find_entry(const struct login_store *store,
                                            struct bytes account)
{
    for (size_t i = 0; store != NULL && i < store->count; i++)
        if (bytes_equal(store->entries[i].account, account))
            return &store->entries[i];
    return NULL;
}

static bool is_login_shell(struct bytes shell)
{
    static const char *const none[] = {"nologin", "false", "true",     "sync",   "shutdown",
                                       "halt",    "null",  "poweroff", "reboot", "nosh"};

    for (size_t i = 0; i < COUNT_OF(none); i++)
        if (bytes_is(path_base(shell), none[i]))
            return false;
    return true; /* an empty field is /bin/sh */
}

/* Sets state and hash from what stands in the password field. */
static void read_secret(struct bytes secret, bool is_pair, struct login_row *row)
{
    static const char *const locks[] = {"*", "!", "!!", "!*", "*LK*", "NP", "*NP*", "LK"};
    struct bytes bare = secret;

    row->hash = (struct login_hash){.scheme = LOGIN_NONE};
    if (secret.size == 0) {
        row->state = LOGIN_STATE_EMPTY;
        return;
    }
    if (!is_pair) {
        if (bytes_is(secret, "x") || bytes_starts(secret, "##")) {
            row->state = LOGIN_STATE_SHADOWED;
            return;
        }
        while (bare.size > 0 && (bare.data[0] == '!' || bare.data[0] == '*'))
            bare = bytes_from_offset(bare, 1);
        row->state = bare.size < secret.size ? LOGIN_STATE_LOCKED : LOGIN_STATE_INVALID;
        for (size_t i = 0; i < COUNT_OF(locks); i++)
            if (bytes_is(secret, locks[i]))
                row->state = LOGIN_STATE_LOCKED;
    } else {
        row->state = LOGIN_STATE_INVALID;
    }
    bool is_hash =
        is_pair ? login_hash_read_pair(bare, &row->hash) : login_hash_read(bare, &row->hash);
    if (is_hash && row->state == LOGIN_STATE_INVALID)
        row->state = LOGIN_STATE_HASH;
}

static enum login_answerable answer(bool yes)
{
    return yes ? LOGIN_YES : LOGIN_NO;
}

static struct login_row *new_row(struct login_rows *out, struct arena *arena,
                                 const struct login_store *store,
                                 const struct login_entry *entry)
{
    out->rows = arena_grow(arena, out->rows, &out->capacity, out->count + 1, sizeof *out->rows);
    struct login_row *row = &out->rows[out->count++];
    *row = (struct login_row){.store = store, .entry = entry, .search = SIZE_MAX};
    return row;
}

/* An account of passwd. One with "x" is left to the shadow file when that has it. */
static void add_passwd(const struct stores *stores, const struct login_store *store,
                       struct arena *arena, struct login_rows *out)
{
    const struct login_store *shadow = partner(stores, store, LOGIN_KIND_SHADOW);

    for (size_t i = 0; i < store->count; i++) {
        const struct login_entry *entry = &store->entries[i];
        struct login_row made = {.state = LOGIN_STATE_INVALID};
        read_secret(entry->secret, false, &made);
        if (made.state == LOGIN_STATE_SHADOWED && find_entry(shadow, entry->account) != NULL)
            continue;
        struct login_row *row = new_row(out, arena, store, entry);
        row->state = made.state;
        row->hash = made.hash;
        row->person = entry;
        row->store_name = "passwd";
        row->active = is_active(stores, &stores->passwd, store, entry->account);
        row->usable =
            answer((made.state == LOGIN_STATE_HASH || made.state == LOGIN_STATE_EMPTY) &&
                   is_login_shell(entry->shell));
    }
}

/* Can the account of a shadow ROW log in, as far as its line in passwd says? */
static enum login_answerable shadow_usable(const struct stores *stores,
                                           const struct login_row *row,
                                           const struct login_store *passwd)
{
    if (row->state != LOGIN_STATE_HASH && row->state != LOGIN_STATE_EMPTY)
        return LOGIN_NO;
    if (row->person != NULL)
        return answer(is_login_shell(row->person->shell));
    if (passwd != NULL)
        return LOGIN_NO; /* nobody of that name exists */
    /* The device makes its passwd when it starts: the shadow line is there for an account in it. */
    return row->active == LOGIN_YES && stores->passwd.made_at_boot ? LOGIN_YES : LOGIN_UNKNOWN;
}

static void add_shadow(const struct stores *stores, const struct login_store *store,
                       struct arena *arena, struct login_rows *out)
{
    const struct login_store *passwd = partner(stores, store, LOGIN_KIND_PASSWD);

    for (size_t i = 0; i < store->count; i++) {
        const struct login_entry *entry = &store->entries[i];
        struct login_row *row = new_row(out, arena, store, entry);
        read_secret(entry->secret, false, row);
        row->person = find_entry(passwd, entry->account);
        row->store_name = "shadow";
        row->active = is_active(stores, &stores->shadow, store, entry->account);
        row->usable = shadow_usable(stores, row, passwd);
    }
}

/* "$p$NAME" of OpenWrt and "*" of busybox httpd mean the system's own password of an account. */
static bool take_system_password(const struct stores *stores, struct login_row *row)
{
    struct bytes secret = row->entry->secret;
    const struct login_entry *entry;

    if (bytes_starts(secret, "$p$"))
        secret = bytes_from_offset(secret, 3);
    else if (bytes_is(secret, "*"))
        secret = row->entry->account;
    else
        return false;
    entry = find_entry(store_of(stores, stores->shadow.node), secret);
    if (entry == NULL)
        entry = find_entry(store_of(stores, stores->passwd.node), secret);
    row->state = LOGIN_STATE_SHADOWED;
    row->usable = LOGIN_UNKNOWN;
    if (entry == NULL)
        return true;
    read_secret(entry->secret, false, row);
    row->usable = answer(row->state == LOGIN_STATE_HASH || row->state == LOGIN_STATE_EMPTY);
    return true;
}

/* Files of servers: no account in them needs a shell. */
static void add_server(const struct stores *stores, const struct login_store *store,
                       struct arena *arena, struct login_rows *out)
{
    bool holds_plain = store->kind != LOGIN_KIND_PAIRS || store->is_mosquitto;

    for (size_t i = 0; i < store->count; i++) {
        struct login_row *row = new_row(out, arena, store, &store->entries[i]);
        row->store_name = store->kind == LOGIN_KIND_HTTPD || store->kind == LOGIN_KIND_RPCD
                              ? "config"
                          : store->is_mosquitto ? "mosquitto"
                                                : "htpasswd";
        row->active = answer(!login_path_is_copy(store->node->node->path));
        if (store->kind != LOGIN_KIND_PAIRS && take_system_password(stores, row))
            continue;
        read_secret(row->entry->secret, true, row);
        if (row->state == LOGIN_STATE_INVALID && holds_plain) {
            row->state = LOGIN_STATE_PLAIN;
            row->plain = row->entry->secret;
        }
        row->usable = answer(row->state != LOGIN_STATE_INVALID);
    }
}

void login_rows_make(const struct system *system, struct arena *arena, struct sink *sink,
                     struct login_rows *out)
{
    struct stores stores;

    *out = (struct login_rows){.rows = NULL};
    read_stores(system, arena, sink, &stores);
    for (size_t i = 0; i < stores.count; i++) {
        const struct login_store *store = &stores.list[i];
        if (store->kind == LOGIN_KIND_PASSWD)
            add_passwd(&stores, store, arena, out);
        else if (store->kind == LOGIN_KIND_SHADOW)
            add_shadow(&stores, store, arena, out);
        else
            add_server(&stores, store, arena, out);
    }
}
