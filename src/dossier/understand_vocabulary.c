#include "dossier/understand_facts.h"

/* A place of the vocabulary: a field of a table, or all fields of it ("*"). */
struct place {
    struct bytes table, field;
};

struct vocabulary {
    struct arena *arena;
    struct lexicon *lexicon;
    struct place places[WORDS_SCOPES];
    size_t place_count;
};

static const char *const about_names[] = {
#define X(name, text) text,
    ABOUT(X)
#undef X
};

static const struct role_name {
    const char *name;
    uint32_t role;
} role_names[] = {
    {"not", ROLE_NOT},
    {"no", ROLE_NO},
    {"without", ROLE_WITHOUT},
    {"refuse", ROLE_REFUSE},
    {"soft", ROLE_SOFT},
    {"partly", ROLE_PARTLY},
    {"except", ROLE_EXCEPT},
    {"contrast", ROLE_CONTRAST},
    {"stop", ROLE_STOP},
    {"hypothetic", ROLE_HYPOTHETIC},
    {"turn", ROLE_TURN},
    {"absent", ROLE_ABSENT},
    {"link", ROLE_LINK},
    {"less", ROLE_LESS},
    {"answer-no", ROLE_ANSWER_NO},
    {"answer-yes", ROLE_ANSWER_YES},
    {"preposition", ROLE_PREPOSITION},
    {"when", ROLE_WHEN},
    {"join", ROLE_JOIN},
    {"lower", ROLE_LOWER},
    {"must", ROLE_MUST},
    {"measure", ROLE_MEASURE},
    {"present", ROLE_PRESENT},
    {"but", ROLE_BUT},
    {"elsewhere", ROLE_ELSEWHERE},
    {"wary", ROLE_WARY},
    {"plain", ROLE_PLAIN},
    {"noun", ROLE_NOUN},
};

static const struct doubt_name {
    const char *name;
    enum doubt doubt;
} doubt_names[] = {
    {"doubt", DOUBT_ANY},
    {"doubt-yes", DOUBT_YES},
    {"doubt-no", DOUBT_NO},
    {"doubt-none", DOUBT_CLEAR},
};

static enum doubt doubt_named(struct bytes name)
{
    for (size_t i = 0; i < COUNT_OF(doubt_names); i++)
        if (bytes_is(name, doubt_names[i].name))
            return doubt_names[i].doubt;
    return DOUBT_NONE;
}

const char *about_name(enum about about)
{
    return about_names[about];
}

void vocabulary_free(struct vocabulary *vocabulary)
{
    if (vocabulary == NULL)
        return;
    lexicon_free(vocabulary->lexicon);
    arena_free(vocabulary->arena);
}

struct lexicon *vocabulary_lexicon(struct vocabulary *vocabulary)
{
    return vocabulary->lexicon;
}

int vocabulary_scope(const struct vocabulary *vocabulary, struct bytes table,
                     struct bytes field)
{
    for (size_t i = 0; i < vocabulary->place_count; i++)
        if (bytes_equal(vocabulary->places[i].field, field) &&
            bytes_equal(vocabulary->places[i].table, table))
            return (int)i;
    return -1;
}

static struct error *add_place(struct vocabulary *vocabulary, struct bytes place,
                               struct meaning *meaning)
{
    struct bytes table, field = place;

    if (!bytes_next_field(&field, '/', &table))
        return NULL;
    int scope = vocabulary_scope(vocabulary, table, field);
    if (scope < 0) {
        if (vocabulary->place_count >= WORDS_SCOPES)
            return error_new(ERROR_LIMIT, "more than %d fields are read", WORDS_SCOPES);
        scope = (int)vocabulary->place_count++;
        vocabulary->places[scope] = (struct place){arena_copy(vocabulary->arena, table),
                                                   arena_copy(vocabulary->arena, field)};
    }
    meaning->scopes[scope / 64] |= UINT64_C(1) << (scope % 64);
    return NULL;
}

static struct error *add_places(struct vocabulary *vocabulary, struct bytes places,
                                struct meaning *meaning)
{
    struct bytes place;

    if (bytes_is(places, "*")) {
        for (size_t i = 0; i < COUNT_OF(meaning->scopes); i++)
            meaning->scopes[i] = UINT64_MAX;
        return NULL;
    }
    while (bytes_next_field(&places, ';', &place))
        if (place.size > 0)
            TRY(add_place(vocabulary, place, meaning));
    return NULL;
}

static struct error *find_about(struct concept *concept, struct bytes name)
{
    for (size_t i = 0; i < ABOUT_COUNT; i++) {
        if (bytes_is(name, about_names[i])) {
            concept->about = (enum about)i;
            return NULL;
        }
    }
    return error_new(ERROR_INPUT, "nothing is called \"%.*s\"",
                     (int)(name.size > 60 ? 60 : name.size), (const char *)name.data);
}

static struct error *find_role(struct concept *concept)
{
    for (size_t i = 0; i < COUNT_OF(role_names); i++)
        if (bytes_is(bytes_of(concept->value), role_names[i].name))
    concept->role = role_names[i].role;
    if (concept->role == 0 && !bytes_is(bytes_of(concept->value), "filler"))
        return error_new(ERROR_INPUT, "there is no role \"%s\"", concept->value);
    return NULL;
}

/* ROW: id, name, value, weak, flip, keep, with, unless, places, file, line. */
static struct error *read_entry(struct vocabulary *vocabulary, const struct query *row,
                                struct concept *concept)
{
    struct meaning *meaning = &concept->meaning;

    concept->value = arena_string(vocabulary->arena, query_text(row, 2));
    concept->doubt = doubt_named(query_text(row, 2));
    concept->is_yes = bytes_is(query_text(row, 2), "yes");
    concept->is_no = bytes_is(query_text(row, 2), "no");
    concept->weak = query_integer(row, 3) != 0;
    concept->flip = query_integer(row, 4) != 0;
    concept->keep = query_integer(row, 5) != 0;
    meaning->owner = concept;
    TRY(find_about(concept, query_text(row, 1)));
    if (concept->about == ABOUT_ROLE)
        TRY(find_role(concept));
    if (!query_is_null(row, 6))
        TRY(lexicon_class(vocabulary->lexicon, query_text(row, 6), &meaning->with));
    if (!query_is_null(row, 7))
        TRY(lexicon_class(vocabulary->lexicon, query_text(row, 7), &meaning->unless));
    return add_places(vocabulary, query_text(row, 8), meaning);
}

static struct error *read_phrase(struct vocabulary *vocabulary, const struct concept *concept,
                                 struct bytes phrase)
{
    if (concept->about == ABOUT_ROLE && concept->role == 0)
        return lexicon_fillers(vocabulary->lexicon, phrase);
    if ((concept->role & (ROLE_NOT | ROLE_NO | ROLE_WITHOUT)) != 0 &&
        bytes_find_byte(phrase, ' ') == SIZE_MAX)
        TRY(lexicon_negators(vocabulary->lexicon, phrase));
    return lexicon_add(vocabulary->lexicon, phrase, &concept->meaning);
}

static struct error *read_rows(struct vocabulary *vocabulary, struct query *row)
{
    struct concept *concept = NULL;
    int64_t entry = -1;
    bool found = false;

    for (;;) {
        struct error *error = NULL;
        TRY(query_next(row, &found));
        if (!found)
            return NULL;
        if (query_integer(row, 0) != entry) {
            entry = query_integer(row, 0);
            concept = arena_alloc(vocabulary->arena, sizeof *concept);
            error = read_entry(vocabulary, row, concept);
        }
        if (error == NULL)
            error = read_phrase(vocabulary, concept, query_text(row, 11));
        if (error != NULL)
            return error_wrap(error, "%.*s:%lld", (int)query_text(row, 9).size,
                              (const char *)query_text(row, 9).data,
                              (long long)query_integer(row, 10));
    }
}

struct error *vocabulary_open(sqlite3 *db, struct vocabulary **out)
{
    struct arena *arena = arena_new();
    owned(vocabulary) vocabulary = arena_alloc(arena, sizeof *vocabulary);
    struct query row;

    vocabulary->arena = arena;
    vocabulary->lexicon = lexicon_new();
    TRY(query_open(db,
                   "SELECT e.id, e.name, e.value, e.weak, e.flip, e.keep, e.with_words,"
                   " e.unless_words, e.places, e.file, e.line, p.phrase FROM word_entry AS e"
                   " JOIN word_phrase AS p ON p.entry = e.id ORDER BY e.id, p.place",
                   &row));
    struct error *error = read_rows(vocabulary, &row);
    query_close(&row);
    TRY(error);
    lexicon_finish(vocabulary->lexicon);
    *out = take(vocabulary);
    return NULL;
}
