#ifndef DOSSIER_UNDERSTAND_FACTS_H
#define DOSSIER_UNDERSTAND_FACTS_H

#include <sqlite3.h>

#include "base/limits.h"
#include "dossier/words.h"
#include "model/query.h"

/*
 * Facts: what phrases say in the fields of one entry. The vocabulary gives each phrase a name and
 * a value ("network", "yes"); the words around it decide whether it is affirmed.
 */

#define ABOUT(X)                                      \
    X(ROLE, "role")                                   \
    X(NETWORK, "network")                             \
    X(USERS, "users")                                 \
    X(MACHINES, "machines")                           \
    X(PASSWORD, "password")                           \
    X(FACTOR, "factor")                               \
    X(CRYPTOGRAPHIC, "cryptographic")                 \
    X(ORIGIN, "origin")                               \
    X(CHANGEABLE, "changeable")                       \
    X(FACTORY_ONLY, "factory-only")                   \
    X(BRUTE_FORCE, "brute-force")                     \
    X(ACCOUNT, "account")                             \
    X(SERVICE, "service")                             \
    X(INTERFACE, "interface")                         \
    X(MECHANISM, "mechanism")                         \
    X(COMPONENT, "component")                         \
    X(OUTBOUND, "outbound")                           \
    X(AUTOMATIC, "automatic")                         \
    X(CAN_AUTOMATE, "can-automate")                   \
    X(CAN_ENABLE, "can-enable")                       \
    X(CAN_DISABLE, "can-disable")                     \
    X(CAN_POSTPONE, "can-postpone")                   \
    X(NOTIFIES, "notifies")                           \
    X(NOTIFY_ENABLE, "notify-enable")                 \
    X(NOTIFY_DISABLE, "notify-disable")               \
    X(WARNS_DISRUPTION, "warns-disruption")           \
    X(DISRUPTS, "disrupts")                           \
    X(CHECKS_INITIAL, "checks-initial")               \
    X(CHECKS_PERIODIC, "checks-periodic")             \
    X(INTEGRITY, "integrity")                         \
    X(AUTHENTICITY, "authenticity")                   \
    X(BY_DEVICE, "by-device")                         \
    X(STATUS, "status")                               \
    X(PERMANENCE, "permanence")                       \
    X(DEBUG, "debug")                                 \
    X(EXPOSURE, "exposure")                           \
    X(TYPE_NETWORK, "type-network")                   \
    X(TYPE_PORT, "type-port")                         \
    X(TYPE_AIR, "type-air")                           \
    X(TYPE_LOGICAL, "type-logical")                   \
    X(TYPE, "type")                                   \
    X(IDENTITY, "identity")                           \
    X(IN_SOURCE, "in-source")                         \
    X(PROVISIONED_IN_SOURCE, "provisioned-in-source") \
    X(FOR_UPDATE, "for-update")                       \
    X(FOR_SERVICE, "for-service")                     \
    X(GENERATED_FOR_UPDATE, "generated-for-update")   \
    X(GENERATED_FOR_SERVICE, "generated-for-service") \
    X(GUARANTEE, "guarantee")                         \
    X(SENSITIVE, "sensitive")                         \
    X(TO_SERVICE, "to-service")                       \
    X(AT_SERVICE, "at-service")                       \
    X(CONSENT, "consent")                             \
    X(AGGREGATION_ONLY, "aggregation-only")           \
    X(CONFIGURATION, "configuration")                 \
    X(UPDATABLE, "updatable")

enum about {
#define X(name, text) ABOUT_##name,
    ABOUT(X)
#undef X
        ABOUT_COUNT
};

/* What a word does to the statements around it. */
enum role {
    ROLE_NOT = 1 << 0,        /* not, never, cannot, nor */
    ROLE_NO = 1 << 1,         /* no, none of */
    ROLE_WITHOUT = 1 << 2,    /* without, lacks: reaches as far as the next preposition */
    ROLE_REFUSE = 1 << 3,     /* rejects, disables: the same */
    ROLE_SOFT = 1 << 4,       /* "not only": no negation at all */
    ROLE_PARTLY = 1 << 5,     /* "not all", "no other": unclear */
    ROLE_EXCEPT = 1 << 6,     /* except, unless */
    ROLE_CONTRAST = 1 << 7,   /* unlike, instead of: what follows is not said of the product */
    ROLE_HYPOTHETIC = 1 << 8, /* planned, would */
    ROLE_STOP = 1 << 9,       /* and, but: a negation before does not reach over it */
    ROLE_TURN = 1 << 10,      /* for, to, which: what it reaches behind is unclear */
    ROLE_ABSENT = 1 << 11,    /* "… is disabled" */
    ROLE_LINK = 1 << 12,      /* is, are, versions: may stand between a name and that */
    ROLE_LESS = 1 << 13,      /* below, older than: the name behind is a bound */
    ROLE_ANSWER_NO = 1 << 14,
    ROLE_ANSWER_YES = 1 << 15,
    ROLE_PREPOSITION = 1 << 16,
    ROLE_WHEN = 1 << 17,    /* until, if: behind "is disabled" */
    ROLE_JOIN = 1 << 18,    /* and, or, as well as: between names of one list */
    ROLE_LOWER = 1 << 19,   /* "TLS 1.1 and older": goes on with the name before */
    ROLE_MUST = 1 << 20,    /* "must be disabled": unclear */
    ROLE_MEASURE = 1 << 21, /* bit, key, length: between a cipher and its size */
    ROLE_SPENT = 1 << 23,   /* a later word of a phrase whose role stands at its first */
    ROLE_PRESENT = 1 << 22, /* "is not supported" denies it, "is not unique" does not */
};

#define ROLE_BUT       (1u << 24) /* a denial in this sentence is not clear */
#define ROLE_ELSEWHERE (1u << 28) /* app, server: a "not" in this sentence is not clear */
#define ROLE_WARY      (1u << 25) /* fails, attack: no mechanism here is plainly used */
#define ROLE_PLAIN     (1u << 26) /* uses, with: it is */
#define ROLE_NOUN      (1u << 27) /* cipher, hash: may stand in a list of mechanisms */

#define ROLE_NEGATORS (ROLE_NOT | ROLE_NO | ROLE_WITHOUT | ROLE_REFUSE)

/* What a phrase takes from the statements of its name in the same entry. */
enum doubt {
    DOUBT_NONE, /* nothing: it is a statement itself */
    DOUBT_ANY,  /* neither yes nor no is understood */
    DOUBT_YES,  /* yes is not */
    DOUBT_NO,   /* no is not */
    DOUBT_CLEAR /* the doubts that lie in it do not count */
};

/* One value of one name in the vocabulary. */
struct concept {
    enum about about;
    const char *value; /* "yes", "no" or a name */
    uint32_t role;     /* of ABOUT_ROLE */
    enum doubt doubt;
    bool is_yes, is_no;
    bool weak; /* counts only where nothing stronger is said */
    bool flip; /* a negation turns yes into no; else it drops it */
    bool keep; /* also in sentences of what may be one day */
    struct meaning meaning;
};

enum state {
    STATE_AFFIRMED,
    STATE_NEGATED,
    STATE_UNCLEAR,
    STATE_IGNORED, /* "older than TLS 1.2" says nothing of TLS 1.2 */
};

/* A name that is negated only as one of a list, which may be none. */
enum guess {
    GUESS_NONE,
    GUESS_BEFORE, /* "no SSLv3, TLS 1.2 and TLS 1.3 only" */
    GUESS_BEHIND, /* "TLS 1.2, RC4 not allowed" */
};

struct fact {
    const struct concept *concept;
    enum state state;
    uint32_t first, last; /* words */
    uint32_t kept;        /* word, or UINT32_MAX */
    enum guess guess;     /* of STATE_NEGATED */
    const struct field *field;
};

/* One field of an entry, cut and searched. */
struct field {
    const char *name; /* the interned name: compare with bytes_is */
    struct bytes text;
    int64_t line;
    int scope; /* -1: nothing of the vocabulary applies */
    struct words words;
    uint32_t *roles; /* of each word */
};

struct entry_read {
    int64_t observation;
    struct bytes table, id;
    struct field fields[LIMIT_ENTRY_FIELDS];
    size_t field_count;
    struct fact *facts;
    size_t fact_count, fact_capacity;
    bool is_endless; /* more facts than LIMIT_FACTS: nothing of it is understood */
};

struct vocabulary;

/* The vocabulary in DB, compiled. ERROR_INPUT with file and line for a phrase that is wrong. */
struct error *vocabulary_open(sqlite3 *db, struct vocabulary **out) MUST_CHECK;
void vocabulary_free(struct vocabulary *vocabulary);
DEFINE_OWNED(vocabulary)

struct lexicon *vocabulary_lexicon(struct vocabulary *vocabulary);
/* The number of the place "TABLE/FIELD" in the vocabulary, or -1. */
int vocabulary_scope(const struct vocabulary *vocabulary, struct bytes table,
                     struct bytes field);
const char *about_name(enum about about);

/* Cuts and searches FIELD, the last of ENTRY, and adds its facts. All lives in ARENA. */
void facts_read(struct vocabulary *vocabulary, struct entry_read *entry, struct field *field,
                struct arena *arena);

/* 1, 0, or -1 for not said, not understood, or said both ways. */
int facts_tri(const struct entry_read *entry, enum about about);
/* Is there a phrase that takes such a statement back? DOUBT_ANY always does. */
bool facts_doubt(const struct entry_read *entry, enum about about, enum doubt doubt);
/* The value that is affirmed, when it is only one; NULL otherwise. */
const char *facts_value(const struct entry_read *entry, enum about about);
bool facts_affirm(const struct entry_read *entry, enum about about, const char *value);
bool facts_has(const struct entry_read *entry, enum about about);
/* Is YES, or else no, said somewhere of it, whatever else is? */
bool facts_say(const struct entry_read *entry, enum about about, bool yes);
const struct field *entry_field(const struct entry_read *entry, const char *name);

#endif
