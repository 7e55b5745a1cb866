#include "dossier/seal.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/yaml.h"
#include "dossier/evidence.h"
#include "dossier/files.h"

static const char seal_name[] = "seal.json";

enum {
    KEY_SIZE = 32,
    SIGNATURE_SIZE = 64,
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The files below evidence/, without captures, which are watched. `fault`: why not all are told. */
struct listing {
    struct dossier *dossier;
    const char **names;
    size_t count, capacity;
    const char *fault;
};

static void list_evidence(struct listing *listing, const char *folder, unsigned depth);

static void list_entry(struct listing *listing, const char *name, unsigned depth)
{
    struct arena *arena = listing->dossier->arena;
    struct stat status;

    for (const char *c = name; *c != '\0'; c++)
        if ((uint8_t)*c < 0x20 || *c == 0x7f)
            listing->fault = arena_printf(arena, "the name %s has control characters", name);
    if (listing->count == LIMIT_DOSSIER_EVIDENCE || depth == LIMIT_EVIDENCE_DEPTH)
        listing->fault =
            arena_printf(arena, "evidence/ has more than %u files, or folders %u deep",
                         LIMIT_DOSSIER_EVIDENCE, LIMIT_EVIDENCE_DEPTH);
    if (listing->fault != NULL || (depth == 0 && files_is_capture(strrchr(name, '/') + 1)))
        return;
    if (lstat(dossier_path(listing->dossier, name), &status) == 0 && S_ISDIR(status.st_mode)) {
        list_evidence(listing, name, depth + 1);
        return;
    }
    listing->names = arena_grow(arena, listing->names, &listing->capacity, listing->count + 1,
                                sizeof *listing->names);
    listing->names[listing->count++] = name;
}

static void list_evidence(struct listing *listing, const char *folder, unsigned depth)
{
    struct arena *arena = listing->dossier->arena;
    DIR *open_folder = opendir(dossier_path(listing->dossier, folder));

    if (open_folder == NULL && errno != ENOENT)
        listing->fault = arena_printf(arena, "%s cannot be read", folder);
    if (open_folder == NULL)
        return;
    for (struct dirent *entry = readdir(open_folder); entry != NULL && listing->fault == NULL;
         entry = readdir(open_folder))
        if (entry->d_name[0] != '.')
            list_entry(listing, arena_printf(arena, "%s/%s", folder, entry->d_name), depth);
    closedir(open_folder);
}

static void add_digest(struct dossier *dossier, struct text *all, const char *name,
                       const char **fault)
{
    const char *digest = files_digest(dossier, name);

    text_addf(all, "%s  %s\n", digest, name);
    if (strcmp(digest, FILES_ABSENT) == 0)
        *fault = arena_printf(dossier->arena, "%s is no file that can be read", name);
}

/* What a seal signs. *FAULT says what it would leave out, or is NULL. */
static const char *state_of(struct dossier *dossier, const char **fault)
{
    struct listing evidence = {.dossier = dossier};
    owned(text) all = text_new();
    struct files_list list;

    files_list(dossier, &list);
    list_evidence(&evidence, "evidence", 0);
    if (evidence.count > 1)
        qsort(evidence.names, evidence.count, sizeof *evidence.names, by_name);
    *fault = list.is_cut ? "ixit/ has more files than are read" : evidence.fault;
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.names[i], seal_name) != 0)
            add_digest(dossier, all, list.names[i], fault);
    for (size_t i = 0; i < evidence.count; i++)
        add_digest(dossier, all, evidence.names[i], fault);
    struct sha256 hash = hash_sha256(text_bytes(all));
    return arena_hex(dossier->arena, bytes_from(hash.bytes, sizeof hash.bytes));
}

static void add_message(struct text *out, const char *state, const char *journal,
                        const char *at, const char *by)
{
    text_addf(out, "proviso seal 1\n%s\n%s\n%s\n%s\n", state, journal, at, by);
}

/* OpenSSL asks for the passphrase of a locked key; *CONTEXT remembers that it did. */
static int ask_passphrase(char *out, int size, int writing, void *context)
{
    *(bool *)context = true;
    return PEM_def_callback(out, size, writing, NULL);
}

static struct error *read_key(const char *path, bool private_key, EVP_PKEY **out)
{
    FILE *file = fopen(path, "re");
    EVP_PKEY *key = NULL;
    bool asked = false;

    if (file != NULL) {
        key = private_key ? PEM_read_PrivateKey(file, NULL, ask_passphrase, &asked)
                          : PEM_read_PUBKEY(file, NULL, NULL, NULL);
        fclose(file);
    }
    if (key != NULL && EVP_PKEY_id(key) == EVP_PKEY_ED25519) {
        *out = key;
        return NULL;
    }
    bool other = key != NULL;
    EVP_PKEY_free(key);
    return error_hint(
        error_wrap(error_new(ERROR_USAGE, "%s",
                             file == NULL  ? "it cannot be opened"
                             : other       ? "it is a key of another kind"
                             : asked       ? "its passphrase was not given, or is another"
                             : private_key ? "it holds no private key in PEM"
                                           : "it holds no public key in PEM"),
                   "cannot use the key %s", path),
        asked         ? "type it when it is asked for, at a terminal"
        : private_key ? "make one: openssl genpkey -algorithm ed25519 -out key.pem"
                      : "take it from the private key: openssl pkey -in key.pem -pubout");
}

static bool sign(EVP_PKEY *key, struct bytes message, uint8_t *signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t size = SIGNATURE_SIZE;

    bool ok = context != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestSign(context, signature, &size, message.data, message.size) == 1 &&
              size == SIGNATURE_SIZE;
    EVP_MD_CTX_free(context);
    return ok;
}

static bool is_signed(const uint8_t *public_key, struct bytes message, const uint8_t *signature)
{
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, KEY_SIZE);
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    bool ok =
        key != NULL && context != NULL &&
        EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
        EVP_DigestVerify(context, signature, SIGNATURE_SIZE, message.data, message.size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return ok;
}

static struct error *write_seal(struct dossier *dossier, const struct journal_actor *actor,
                                EVP_PKEY *key)
{
    struct arena *arena = dossier->arena;
    uint8_t public_key[KEY_SIZE], signature[SIGNATURE_SIZE];
    size_t size = KEY_SIZE;
    struct journal journal;
    owned(text) message = text_new();
    owned(text) content = text_new();

    TRY(journal_read(dossier, &journal));
    const char *last = journal.count == 0 ? "" : journal.lines[journal.count - 1].hash;
    const char *fault, *state = state_of(dossier, &fault);
    if (fault != NULL)
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "%s", fault), "cannot seal %s", dossier->folder),
            "a seal covers every file: take away or rename what is none");
    add_message(message, state, last, actor->at, actor->by);
    if (EVP_PKEY_get_raw_public_key(key, public_key, &size) != 1 ||
        !sign(key, text_bytes(message), signature))
        return error_new(ERROR_SYSTEM, "OpenSSL cannot sign with that key");
    text_add(content, "{\"at\": ");
    text_add_json(content, bytes_of(actor->at));
    text_add(content, ",\n \"by\": ");
    text_add_json(content, bytes_of(actor->by));
    text_addf(content,
              ",\n \"state\": \"%s\",\n \"journal\": \"%s\",\n \"public_key\": \"%s\","
              "\n \"signature\": \"%s\"}\n",
              state, last, arena_hex(arena, bytes_from(public_key, KEY_SIZE)),
              arena_hex(arena, bytes_from(signature, SIGNATURE_SIZE)));
    struct journal_file file = {.name = seal_name, .content = text_bytes(content)};
    return journal_step(dossier, actor, "seal", &file, 1);
}

struct error *seal_make(struct dossier *dossier, const struct journal_actor *actor,
                        const char *key)
{
    EVP_PKEY *private_key = NULL;

    TRY(read_key(key, true, &private_key));
    struct error *error = write_seal(dossier, actor, private_key);
    EVP_PKEY_free(private_key);
    return error;
}

/* What a proof found: each line of OUT is one thing looked at. */
struct proof {
    struct dossier *dossier;
    struct text *out;
    bool good;
};

static void say(struct proof *proof, bool good, const char *text)
{
    text_addf(proof->out, "%s ", good ? "ok  " : "BAD ");
    text_add_terminal(proof->out, bytes_of(text));
    text_add_char(proof->out, '\n');
    proof->good = proof->good && good;
}

static void say_count(struct proof *proof, size_t count, const char *noun, const char *behind)
{
    owned(text) text = text_new();

    text_add_counted(text, count, noun);
    text_add(text, behind);
    say(proof, true, text_string(text));
}

static void prove_chain(struct proof *proof, const struct journal *journal)
{
    struct arena *arena = proof->dossier->arena;
    bool whole = true;

    for (size_t i = 0; i < journal->count; i++) {
        if (journal->lines[i].fault == NULL)
            continue;
        say(proof, false,
            arena_printf(arena, "%s:%zu: %s", JOURNAL_NAME, i + 1, journal->lines[i].fault));
        whole = false;
    }
    if (journal->count == 0)
        say(proof, false, "there is no journal: nothing can be proved");
    else if (whole)
        say_count(proof, journal->count, "line",
                  " of the journal: each follows the one before");
}

/* Every file the journal ever named, and every one that is there. */
static void prove_files(struct proof *proof, const struct journal *journal)
{
    struct dossier *dossier = proof->dossier;
    struct files_list list;
    size_t right = 0;

    files_list(dossier, &list);
    if (list.is_cut)
        say(proof, false, "ixit/ has more files than are read");
    for (size_t i = 0; i < list.count; i++) {
        const char *known = journal_digest(journal, list.names[i]);
        const char *now = files_digest(dossier, list.names[i]);
        if (known != NULL && strcmp(known, now) == 0)
            right++;
        else
            say(proof, false,
                arena_printf(dossier->arena, "%s %s", list.names[i],
                             known == NULL || strcmp(known, FILES_ABSENT) == 0
                                 ? "came without the journal"
                                 : "has changed since the journal named it"));
    }
    for (size_t i = 0; i < journal->known_count; i++) {
        const struct journal_known *known = &journal->known[i];
        if (strcmp(known->digest, FILES_ABSENT) != 0 && !dossier_has(dossier, known->name))
            say(proof, false, arena_printf(dossier->arena, "%s is gone", known->name));
    }
    say_count(proof, right, "file", " as the journal says");
}

/* One file that an answer names. */
static bool prove_one(struct proof *proof, const struct yaml *one)
{
    struct dossier *dossier = proof->dossier;
    struct bytes file = yaml_text(one, "file");

    if (!evidence_is_place(file)) {
        say(proof, false,
            arena_printf(dossier->arena, "answers.yaml:%u: its evidence names no file",
                         one->line));
        return false;
    }
    const char *name = arena_string(dossier->arena, file), *now = files_digest(dossier, name);
    if (bytes_is(yaml_text(one, "sha256"), now))
        return true;
    say(proof, false,
        arena_printf(dossier->arena, "answers.yaml:%u: %s is %s", one->line, name,
                     strcmp(now, FILES_ABSENT) == 0 ? "gone" : "another file now"));
    return false;
}

static void prove_evidence(struct proof *proof, const struct yaml *answers)
{
    size_t right = 0;

    for (size_t i = 0; answers != NULL && i < answers->count; i++) {
        const struct yaml *list = yaml_get(&answers->items[i], "evidence");
        if (list == NULL || yaml_is_null(list))
            continue;
        if (list->kind != YAML_LIST)
            prove_one(proof, list);
        for (size_t j = 0; list->kind == YAML_LIST && j < list->count; j++)
            right += prove_one(proof, &list->items[j]);
    }
    say_count(proof, right, "evidence file", " as the answers say");
}

static bool unhex(struct bytes hex, uint8_t *out, size_t size)
{
    if (hex.size != size * 2)
        return false;
    for (size_t i = 0; i < size; i++) {
        uint64_t value;
        owned(text) digits = text_new();
        text_add(digits, "0x");
        text_add_bytes(digits, bytes_slice(hex, 2 * i, 2));
        if (!bytes_to_u64(text_bytes(digits), &value))
            return false;
        out[i] = (uint8_t)value;
    }
    return true;
}

/* The key that the user trusts must be the one of the seal. */
static struct error *prove_key(struct proof *proof, const char *path, const uint8_t *sealed)
{
    uint8_t trusted[KEY_SIZE];
    size_t size = KEY_SIZE;
    EVP_PKEY *key = NULL;

    TRY(read_key(path, false, &key));
    bool same = EVP_PKEY_get_raw_public_key(key, trusted, &size) == 1 &&
                bytes_equal(bytes_from(trusted, KEY_SIZE), bytes_from(sealed, KEY_SIZE));
    EVP_PKEY_free(key);
    say(proof, same,
        same ? "the seal was made with the key you trust"
             : "the seal was made with another key than the one you trust");
    return NULL;
}

/* The line of the journal that wrote this seal follows the line that the seal names. */
static bool is_in_journal(const struct journal *journal, const char *digest,
                          struct bytes before)
{
    for (size_t i = 0; i < journal->count; i++)
        for (size_t j = 0; j < journal->lines[i].wrote_count; j++)
            if (strcmp(journal->lines[i].names[j], seal_name) == 0 &&
                strcmp(journal->lines[i].digests[j], digest) == 0)
                return i == 0 ? before.size == 0 : bytes_is(before, journal->lines[i - 1].hash);
    return false;
}

static struct error *prove_seal(struct proof *proof, const struct journal *journal,
                                const char *key, const struct yaml *seal)
{
    struct dossier *dossier = proof->dossier;
    struct arena *arena = dossier->arena;
    uint8_t public_key[KEY_SIZE], signature[SIGNATURE_SIZE];
    owned(text) message = text_new();
    const char *state = yaml_string(seal, "state", arena), *at = yaml_string(seal, "at", arena),
               *by = yaml_string(seal, "by", arena);

    if (state == NULL || at == NULL || by == NULL ||
        !unhex(yaml_text(seal, "public_key"), public_key, KEY_SIZE) ||
        !unhex(yaml_text(seal, "signature"), signature, SIGNATURE_SIZE)) {
        say(proof, false, "seal.json is no seal");
        return NULL;
    }
    add_message(message, state, arena_string(arena, yaml_text(seal, "journal")), at, by);
    bool good = is_signed(public_key, text_bytes(message), signature);
    say(proof, good,
        arena_printf(arena, "the seal of %s, %s, %s", by, at,
                     good ? "is signed rightly" : "is not signed rightly"));
    good = is_in_journal(journal, files_digest(dossier, seal_name), yaml_text(seal, "journal"));
    say(proof, good,
        good ? "the journal has the seal in its place"
             : "the journal does not have the seal in its place");
    const char *fault;
    good = strcmp(state, state_of(dossier, &fault)) == 0 && fault == NULL;
    say(proof, good,
        good            ? "nothing has changed since the seal"
        : fault != NULL ? fault
                        : "the dossier has changed since the seal: seal it again");
    if (key != NULL)
        return prove_key(proof, key, public_key);
    text_add(proof->out, "--   any key makes a seal: say --key with one that you trust\n");
    return NULL;
}

/* A file of YAML or JSON; NULL where it is none. */
static struct error *read_map(struct dossier *dossier, const char *name,
                              const struct yaml **out)
{
    struct bytes content;

    *out = NULL;
    TRY(dossier_file(dossier, name, &content));
    struct error *error =
        content.data == NULL ? NULL : yaml_read(content, name, dossier->arena, out);
    if (error != NULL && error_kind(error) == ERROR_SYSTEM)
        return error;
    error_free(error);
    return NULL;
}

struct error *seal_verify(struct dossier *dossier, const char *key, struct text *out,
                          bool *good)
{
    struct proof proof = {.dossier = dossier, .out = out, .good = true};
    const struct yaml *answers, *seal;
    struct journal journal;

    TRY(journal_read(dossier, &journal));
    prove_chain(&proof, &journal);
    prove_files(&proof, &journal);
    TRY(read_map(dossier, "answers.yaml", &answers));
    prove_evidence(&proof, answers != NULL && answers->kind == YAML_LIST
                               ? answers
                               : yaml_get(answers, "answers"));
    TRY(read_map(dossier, seal_name, &seal));
    if (seal != NULL)
        TRY(prove_seal(&proof, &journal, key, seal));
    else if (dossier_has(dossier, seal_name) || key != NULL)
        say(&proof, false, "there is no seal that can be read");
    else
        text_add(out, "--   the dossier is not sealed\n");
    *good = proof.good;
    return NULL;
}
