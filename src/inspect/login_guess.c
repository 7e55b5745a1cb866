#include "inspect/login_guess.h"

#include "base/limits.h"
#include "inspect/login_table.h"

#define BATCH         2048 /* guesses handed over at once: found early, the rest is saved */
#define FIRST_LOGINS  60   /* known logins of the account tried before anything else */
#define FIRST_RANKED  20 /* … then so many of the ranked list, and the secrets of the image */
#define SECOND_RANKED 100    /* … and on to here, before the variations of names */
#define FIRST_FORMS   4      /* forms of a name that only differ in case */
#define ACCOUNT_FORMS 32     /* all forms of an account name that are worth a guess */
#define SLOTS         32768U /* of the table that finds repeated guesses; a power of two */
#define DES_MEANS     8      /* bytes of a password that DES looks at */

struct candidate_list {
    struct bytes *texts;
    const char **sources;
    size_t count;
    uint32_t *slots; /* index of a candidate plus one, 0: free */
    size_t cut_at;   /* bytes of a password that count */
};

static const char from_list[] = "default-list";
static const char from_image[] = "image-word";

uint64_t login_budget(uint64_t left, size_t hashes)
{
    uint64_t share = left / (hashes == 0 ? 1 : hashes);

    return share < LIMIT_LOGIN_HASH_WORK ? share : LIMIT_LOGIN_HASH_WORK;
}

/* FNV-1a. */
static uint32_t slot_of(struct bytes text)
{
    uint32_t hash = 2166136261U;

    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ text.data[i]) * 16777619U;
    return hash % SLOTS;
}

static void add(struct candidate_list *list, struct bytes text, const char *source)
{
    text = bytes_slice(text, 0, list->cut_at);
    if (list->count == LIMIT_LOGIN_GUESSES || bytes_find_byte(text, 0) != SIZE_MAX)
        return;
    uint32_t slot = slot_of(text);
    for (; list->slots[slot] != 0; slot = (slot + 1) % SLOTS)
        if (bytes_equal(list->texts[list->slots[slot] - 1], text))
            return;
    list->texts[list->count] = text;
    list->sources[list->count++] = source;
    list->slots[slot] = (uint32_t)list->count;
}

static const struct login_known *known_hash(struct bytes text)
{
    size_t low = 0, high = login_known_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = bytes_compare(bytes_of(login_known[middle].hash), text);
        if (order == 0)
            return &login_known[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* The known logins of ACCOUNT from place FROM up to place TO in its own list. */
static void add_logins(struct candidate_list *list, struct bytes account, size_t from,
                       size_t to)
{
    size_t place = 0;

    for (size_t i = 0; i < login_defaults_count; i++) {
        if (!bytes_equal(bytes_of(login_defaults[i].account), account))
            continue;
        if (place >= from && place < to)
            add(list, bytes_of(login_defaults[i].password), from_list);
        place++;
    }
}

/* Forms FROM to TO of the account's own name; the last one is the name backwards. */
static void add_account(struct candidate_list *list, struct bytes account, size_t from,
                        size_t to, struct arena *arena)
{
    uint8_t *backwards = arena_alloc(arena, account.size + 1);

    for (size_t i = from; i < to; i++)
        add(list, login_words_vary(account, i, arena), from_image);
    for (size_t i = 0; i < account.size; i++)
        backwards[i] = account.data[account.size - 1 - i];
    if (to == ACCOUNT_FORMS)
        add(list, bytes_from(backwards, account.size), from_image);
}

static void add_ranked(struct candidate_list *list, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < login_ranked_count; i++)
        add(list, bytes_of(login_ranked[i]), from_list);
}

/* Variations FROM to TO of every name, the likeliest variation of all names first. */
static void add_names(struct candidate_list *list, const struct login_words *words, size_t from,
                      size_t to, struct arena *arena)
{
    bool is_more = words->name_count > 0;

    for (size_t nth = from; is_more && nth < to; nth++)
        for (size_t i = 0; i < words->name_count; i++) {
            struct bytes text = login_words_vary(words->names[i], nth, arena);
            is_more = text.size > 0 && nth * words->name_count < LIMIT_LOGIN_VARIATIONS;
            if (is_more)
                add(list, text, from_image);
        }
}

static void add_all(struct candidate_list *list, const struct login_search *search,
                    const struct login_words *words, struct arena *arena)
{
    add(list, bytes_of(""), "empty");
    for (size_t i = 0; i < search->account_count; i++) {
        add_logins(list, search->accounts[i], 0, FIRST_LOGINS);
        add_account(list, search->accounts[i], 0, FIRST_FORMS, arena);
    }
    add_ranked(list, 0, FIRST_RANKED);
    for (size_t i = 0; i < words->secret_count; i++)
        add(list, words->secrets[i], from_image);
    add_names(list, words, 0, FIRST_FORMS / 2, arena);
    add_ranked(list, FIRST_RANKED, SECOND_RANKED);
    for (size_t i = 0; i < search->account_count; i++) {
        add_account(list, search->accounts[i], FIRST_FORMS, ACCOUNT_FORMS, arena);
        add_logins(list, search->accounts[i], FIRST_LOGINS, SIZE_MAX);
    }
    add_ranked(list, SECOND_RANKED, SIZE_MAX);
    add_names(list, words, FIRST_FORMS / 2, LIMIT_LOGIN_VARIATIONS, arena);
}

/* A word of the image that any list of defaults has, too, is a default first of all. */
static const char *source_of(struct bytes password, const char *source)
{
    if (source != from_image)
        return source;
    for (size_t i = 0; i < login_ranked_count; i++)
        if (bytes_is(password, login_ranked[i]))
            return from_list;
    return source;
}

/* Tries the candidates, as many as BUDGET allows. */
static void try_all(const struct login_hash *hash, const struct candidate_list *list,
                    uint64_t budget, struct login_answer *out)
{
    size_t limit = list->count, done = 0;

    if (hash->cost == LOGIN_COST_UNKNOWN || hash->cost > budget)
        limit = 0;
    else if (hash->cost > 0 && budget / hash->cost < limit)
        limit = (size_t)(budget / hash->cost);
    while (done < limit) {
        size_t count = limit - done < BATCH ? limit - done : BATCH;
        size_t found = login_hash_find(hash, &list->texts[done], count);
        if (found != SIZE_MAX) {
            out->is_found = true;
            out->password = list->texts[done + found];
            out->source = source_of(out->password, list->sources[done + found]);
            out->guesses = done + found + 1;
            return;
        }
        done += count;
    }
    out->guesses = done;
    out->is_exhausted = done == list->count;
}

void login_guess(const struct login_search *search, const struct login_words *words,
                 uint64_t budget, struct arena *arena, struct login_answer *out)
{
    const struct login_known *known = known_hash(search->hash.text);
    struct candidate_list list = {
        .texts = arena_array(arena, LIMIT_LOGIN_GUESSES, sizeof *list.texts),
        .sources = arena_array(arena, LIMIT_LOGIN_GUESSES, sizeof *list.sources),
        .slots = arena_array(arena, SLOTS, sizeof *list.slots),
        .cut_at = search->hash.scheme == LOGIN_DES ? DES_MEANS : SIZE_MAX,
    };

    *out = (struct login_answer){.is_found = false};
    if (known != NULL && known->password != NULL)
        add(&list, bytes_of(known->password),
            known->password[0] == '\0' ? "empty" : "known-hash");
    add_all(&list, search, words, arena);
    try_all(&search->hash, &list, budget, out);
    if (!out->is_found && known != NULL)
        out->source = "known-hash";
}
