#include "inspect/login.h"

#include "base/limits.h"
#include "base/size.h"
#include "inspect/login_boot.h"

static const struct column login_columns[] = {
    {"account", COLUMN_TEXT, "name of the account"},
    {"store", COLUMN_TEXT, "kind of file: passwd, shadow, htpasswd, mosquitto or config"},
    {"uid", COLUMN_INTEGER, "user number, from passwd"},
    {"gid", COLUMN_INTEGER, "group number, from passwd"},
    {"shell", COLUMN_TEXT, "login shell, from passwd; /bin/sh when its field is empty"},
    {"home", COLUMN_TEXT, "home directory, from passwd"},
    {"active", COLUMN_INTEGER,
     "1: the store the running system reads, directly or copied by a start script; 0: a "
     "backup, "
     "template or example; NULL: a start script puts it there or something else, or sets the "
     "password itself"},
    {"usable", COLUMN_INTEGER,
     "1: a password login can succeed (a hash or an empty field, and a login shell); 0: it "
     "cannot; NULL: the account's passwd line is not in the image"},
    {"state", COLUMN_TEXT,
     "the password field: hash, empty, locked, plain, shadowed or invalid"},
    {"scheme", COLUMN_TEXT,
     "what made the hash: des, bigcrypt, bsdi, md5, apr1, bcrypt, sha1, sha256, sha512, "
     "yescrypt, gost-yescrypt, scrypt, sunmd5, nt, mosquitto-sha512, mosquitto-pbkdf2, "
     "htpasswd-sha1; plain for a password in clear"},
    {"rounds", COLUMN_INTEGER,
     "iterations; for bcrypt two to its cost, for scrypt and yescrypt N; NULL: the scheme has "
     "a "
     "fixed number"},
    {"hash", COLUMN_TEXT, "the hash, of a locked account without the lock"},
    {"password", COLUMN_TEXT, "the password, recovered and checked; empty for an empty one"},
    {"password_known", COLUMN_INTEGER, "1: the password is known; 0: it is not"},
    {"password_source", COLUMN_TEXT,
     "empty, known-hash, default-list, image-word or plain; known-hash without a password: a "
     "hash that many units share, whose password nobody has published"},
};

static const struct observable observable_login = {
    .name = "login",
    .meaning = "An account that a file of the image defines",
    .columns = login_columns,
    .column_count = COUNT_OF(login_columns),
};

static const struct column attempt_columns[] = {
    {"hash", COLUMN_TEXT, "the hash"},
    {"scheme", COLUMN_TEXT, "what made it"},
    {"guesses", COLUMN_INTEGER, "passwords tried, including the one that fitted"},
    {"exhausted", COLUMN_INTEGER,
     "1: nothing fitted and everything was tried; 0: the work allowed for one hash was used up "
     "before; NULL: the password was found"},
};

static const struct observable observable_attempt = {
    .name = "login_attempt",
    .meaning = "How far the search for the password of a hash went",
    .columns = attempt_columns,
    .column_count = COUNT_OF(attempt_columns),
};

/* A search and what came of it. */
struct hunt {
    struct login_search search;
    struct login_answer answer;
    const struct login_row *first; /* the row whose evidence shows the hash */
    struct bytes *accounts;
    size_t capacity;
    bool is_active; /* an account of the running system has it */
};

struct hunts {
    struct hunt *list;
    size_t count;
    bool cut;
};

static bool login_keeps(const struct node *node, struct bytes content)
{
    return node->kind == NODE_FILE &&
           (login_kind_of(node->path, content) != LOGIN_KIND_NONE ||
            login_boot_keeps(node, content) || login_words_keeps(node, content));
}

static struct evidence evidence_of(const struct login_row *row)
{
    const struct system_node *node = row->store->node;
    struct bytes line = row->entry->line;
    struct evidence evidence = evidence_part(
        node->node, node->content, (uint64_t)(line.data - node->content.data), line.size);

    evidence.line = row->entry->line_number;
    return evidence;
}

static void add_account(struct hunt *hunt, struct bytes account, struct arena *arena)
{
    struct login_search *search = &hunt->search;

    for (size_t i = 0; i < search->account_count; i++)
        if (bytes_equal(hunt->accounts[i], account))
            return;
    hunt->accounts = arena_grow(arena, hunt->accounts, &hunt->capacity,
                                search->account_count + 1, sizeof *hunt->accounts);
    hunt->accounts[search->account_count++] = account;
    search->accounts = hunt->accounts;
}

static bool shows_hash(const struct login_row *row)
{
    return bytes_find(row->entry->line, row->hash.text) != SIZE_MAX;
}

/* One hunt for each different hash, in the order of rows. */
static void start_hunts(struct login_rows *rows, struct arena *arena, struct hunts *out)
{
    *out = (struct hunts){.list = arena_array(arena, LIMIT_LOGIN_HASHES, sizeof *out->list)};
    for (size_t i = 0; i < rows->count; i++) {
        struct login_row *row = &rows->rows[i];
        size_t at = 0;
        if (row->hash.scheme == LOGIN_NONE)
            continue;
        while (at < out->count && !bytes_equal(out->list[at].search.hash.text, row->hash.text))
            at++;
        if (at == LIMIT_LOGIN_HASHES) {
            out->cut = true;
            continue;
        }
        if (at == out->count) {
            out->list[out->count++] =
                (struct hunt){.search = {.hash = row->hash}, .first = row};
        }
        /* A line that only refers to an account elsewhere does not show the hash. */
        if (!shows_hash(out->list[at].first))
            out->list[at].first = row;
        row->search = at;
        out->list[at].is_active |= row->active == LOGIN_YES;
        if (out->list[at].search.account_count < 8)
            add_account(&out->list[at], row->entry->account, arena);
    }
}

/* Accounts of the running system before those of copies, cheap hashes before dear ones. */
static bool goes_before(const struct hunt *a, const struct hunt *b)
{
    if (a->is_active != b->is_active)
        return a->is_active;
    return a->search.hash.cost < b->search.hash.cost;
}

static void sort_hunts(const struct hunts *hunts, size_t *order)
{
    for (size_t i = 0; i < hunts->count; i++) {
        size_t at = i;
        for (; at > 0 && goes_before(&hunts->list[i], &hunts->list[order[at - 1]]); at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

/* Tries every hash. What one does not use of its share is there for those after it. */
static void hunt_all(const struct system *system, struct hunts *hunts, struct arena *arena)
{
    struct login_words *words = arena_alloc(arena, sizeof *words);
    uint64_t left = LIMIT_LOGIN_SYSTEM_WORK;
    size_t order[LIMIT_LOGIN_HASHES] = {0};

    if (hunts->count == 0)
        return;
    login_words_collect(system, words);
    sort_hunts(hunts, order);
    for (size_t i = 0; i < hunts->count; i++) {
        owned(arena) scratch = arena_new();
        struct hunt *hunt = &hunts->list[order[i]];
        struct login_answer *answer = &hunt->answer;
        login_guess(&hunt->search, words, login_budget(left, hunts->count - i), scratch,
                    answer);
        answer->password = arena_copy(arena, answer->password);
        if (answer->guesses > 0)
            left -= size_min(left, answer->guesses * hunt->search.hash.cost);
    }
}

static const char *state_name(enum login_state state)
{
    static const char *const names[] = {
        [LOGIN_STATE_HASH] = "hash",         [LOGIN_STATE_EMPTY] = "empty",
        [LOGIN_STATE_LOCKED] = "locked",     [LOGIN_STATE_PLAIN] = "plain",
        [LOGIN_STATE_SHADOWED] = "shadowed", [LOGIN_STATE_INVALID] = "invalid",
    };

    return names[state];
}

static void set_answerable(struct observation *out, const char *name,
                           enum login_answerable value)
{
    if (value != LOGIN_UNKNOWN)
        observation_flag(out, name, value == LOGIN_YES);
}

static void set_password(struct observation *out, struct bytes password, const char *source)
{
    observation_text(out, "password", password);
    observation_flag(out, "password_known", true);
    observation_string(out, "password_source", source);
}

/* What is known of the password: nothing, unless it is empty, in clear or found. */
static void state_password(struct observation *out, const struct login_row *row,
                           const struct hunts *hunts)
{
    observation_flag(out, "password_known", false);
    if (row->state == LOGIN_STATE_EMPTY)
        set_password(out, bytes_of(""), "empty");
    if (row->state == LOGIN_STATE_PLAIN) {
        observation_string(out, "scheme", "plain");
        set_password(out, row->plain, "plain");
    }
    if (row->search == SIZE_MAX)
        return;
    const struct login_answer *answer = &hunts->list[row->search].answer;
    if (answer->is_found)
        set_password(out, answer->password, answer->source);
    else if (answer->source != NULL)
        observation_string(out, "password_source", answer->source);
}

static void state_login(const struct login_row *row, const struct hunts *hunts,
                        struct arena *arena, struct sink *sink)
{
    struct observation *out = observation_new(arena, &observable_login, evidence_of(row));

    observation_text(out, "account", row->entry->account);
    observation_string(out, "store", row->store_name);
    if (row->person != NULL) {
        struct bytes shell = row->person->shell;
        observation_integer(out, "uid", row->person->uid);
        observation_integer(out, "gid", row->person->gid);
        observation_text(out, "shell", shell.size == 0 ? bytes_of("/bin/sh") : shell);
        observation_text(out, "home", row->person->home);
    }
    set_answerable(out, "active", row->active);
    set_answerable(out, "usable", row->usable);
    observation_string(out, "state", state_name(row->state));
    if (row->hash.scheme != LOGIN_NONE) {
        observation_string(out, "scheme", login_scheme_name(row->hash.scheme));
        observation_text(out, "hash", row->hash.text);
        if (row->hash.rounds > 0)
            observation_integer(out, "rounds", (int64_t)row->hash.rounds);
    }
    state_password(out, row, hunts);
    sink_observe(sink, out);
}

static void state_attempt(const struct hunt *hunt, struct arena *arena, struct sink *sink)
{
    struct observation *out =
        observation_new(arena, &observable_attempt, evidence_of(hunt->first));

    observation_text(out, "hash", hunt->search.hash.text);
    observation_string(out, "scheme", login_scheme_name(hunt->search.hash.scheme));
    observation_integer(out, "guesses", (int64_t)hunt->answer.guesses);
    if (!hunt->answer.is_found)
        observation_flag(out, "exhausted", hunt->answer.is_exhausted);
    sink_observe(sink, out);
}

static struct error *login_run_system(const struct system *system, struct arena *arena,
                                      struct sink *sink)
{
    struct login_rows rows;
    struct hunts hunts;

    login_rows_make(system, arena, sink, &rows);
    start_hunts(&rows, arena, &hunts);
    hunt_all(system, &hunts, arena);
    if (hunts.cut)
        sink_unread(
            sink, bytes_of(""), 0,
            "more different password hashes than we try; the later ones were not guessed");
    for (size_t i = 0; i < rows.count; i++)
        state_login(&rows.rows[i], &hunts, arena, sink);
    for (size_t i = 0; i < hunts.count; i++)
        state_attempt(&hunts.list[i], arena, sink);
    return NULL;
}

static const struct observable *const observables[] = {&observable_login, &observable_attempt};

const struct check check_login = {
    .name = "login",
    .title = "Accounts and passwords",
    .observables = observables,
    .observable_count = COUNT_OF(observables),
    .keeps = login_keeps,
    .run_system = login_run_system,
};
