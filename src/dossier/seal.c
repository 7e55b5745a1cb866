#include "dossier/seal.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
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

/* The files in evidence/, sorted; names with the folder. */
static const char **list_evidence(struct dossier *dossier, size_t *count)
{
    DIR *folder = opendir(dossier_path(dossier, "evidence"));
    const char **names = NULL;
    size_t capacity = 0;

    *count = 0;
    if (folder == NULL)
        return NULL;
    for (struct dirent *entry = readdir(folder);
         entry != NULL && *count < LIMIT_DOSSIER_EVIDENCE; entry = readdir(folder)) {
        if (entry->d_name[0] == '.')
            continue;
        names = arena_grow(dossier->arena, names, &capacity, *count + 1, sizeof *names);
        names[(*count)++] = arena_printf(dossier->arena, "evidence/%s", entry->d_name);
    }
    closedir(folder);
    if (*count > 1)
        qsort(names, *count, sizeof *names, by_name);
    return names;
}

static const char *state_of(struct dossier *dossier)
{
    owned(text) all = text_new();
    struct files_list list;
    size_t count;

    files_list(dossier, &list);
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.names[i], seal_name) != 0)
            text_addf(all, "%s  %s\n", files_digest(dossier, list.names[i]), list.names[i]);
    const char **evidence = list_evidence(dossier, &count);
    for (size_t i = 0; i < count; i++)
        text_addf(all, "%s  %s\n", files_digest(dossier, evidence[i]), evidence[i]);
    struct sha256 hash = hash_sha256(text_bytes(all));
    return arena_hex(dossier->arena, bytes_from(hash.bytes, sizeof hash.bytes));
}

static void add_message(struct text *out, const char *state, const char *journal,
                        const char *at, const char *by)
{
    text_addf(out, "proviso seal 1\n%s\n%s\n%s\n%s\n", state, journal, at, by);
}

static struct error *read_key(const char *path, bool private_key, EVP_PKEY **out)
{
    FILE *file = fopen(path, "re");
    EVP_PKEY *key = NULL;

    if (file != NULL) {
        key = private_key ? PEM_read_PrivateKey(file, NULL, NULL, NULL)
                          : PEM_read_PUBKEY(file, NULL, NULL, NULL);
        fclose(file);
    }
    if (key != NULL && EVP_PKEY_id(key) == EVP_PKEY_ED25519) {
        *out = key;
        return NULL;
    }
    bool other = key != NULL;
    EVP_PKEY_free(key);
    return error_hint(error_wrap(error_new(ERROR_USAGE, "%s",
                                           file == NULL  ? "it cannot be opened"
                                           : other       ? "it is a key of another kind"
                                           : private_key ? "it holds no private key in PEM"
                                                         : "it holds no public key in PEM"),
                                 "cannot use the key %s", path),
                      private_key
                          ? "make one: openssl genpkey -algorithm ed25519 -out key.pem"
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
    const char *state = state_of(dossier);
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
    for (size_t i = 0; i < list.count; i++) {
        const char *known = journal_digest(journal, journal->count, list.names[i]);
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
    for (size_t i = 0; i < journal->count; i++)
        for (size_t j = 0; j < journal->lines[i].file_count; j++) {
            const char *name = journal->lines[i].names[j];
            const char *known = journal_digest(journal, journal->count, name);
            if (known == journal->lines[i].digests[j] && strcmp(known, FILES_ABSENT) != 0 &&
                !dossier_has(dossier, name))
                say(proof, false, arena_printf(dossier->arena, "%s is gone", name));
        }
    say_count(proof, right, "file", " as the journal says");
}

static void prove_evidence(struct proof *proof, const struct yaml *answers)
{
    struct dossier *dossier = proof->dossier;
    size_t right = 0;

    for (size_t i = 0; answers != NULL && i < answers->count; i++) {
        const struct yaml *list = yaml_get(&answers->items[i], "evidence");
        for (size_t j = 0; list != NULL && j < list->count; j++) {
            const char *file = yaml_string(&list->items[j], "file", dossier->arena);
            if (file == NULL || !evidence_is_inside(bytes_of(file)))
                continue; /* no file of the dossier: the loader says so */
            const char *now = files_digest(dossier, file);
            if (bytes_is(yaml_text(&list->items[j], "sha256"), now))
                right++;
            else
                say(proof, false,
                    arena_printf(dossier->arena, "answers.yaml:%u: %s is %s",
                                 list->items[j].line, file,
                                 strcmp(now, FILES_ABSENT) == 0 ? "gone" : "another file now"));
        }
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
    good = strcmp(state, state_of(dossier)) == 0;
    say(proof, good,
        good ? "nothing has changed since the seal"
             : "the dossier has changed since the seal: seal it again");
    return key == NULL ? NULL : prove_key(proof, key, public_key);
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
