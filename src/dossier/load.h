#ifndef DOSSIER_LOAD_H
#define DOSSIER_LOAD_H

#include "base/text.h"
#include "base/yaml.h"
#include "dossier/dossier.h"
#include "model/query.h"

/* What the parts of the loader share. */
struct loading {
    struct dossier *dossier;
    sqlite3 *db;
    struct arena *arena;
    const char *edition; /* at hand */
    const char *written; /* of the ids that name none: that of product.yaml */
    const char *file;    /* at hand: "ixit/1-AuthMech.yaml" */
    const char *table;   /* that it fills: "1-AuthMech"; or NULL */
    int64_t next;        /* number of the next declaration, counted down */
    int64_t mistakes;
    size_t bytes; /* read so far */
    struct query insert_mistake, insert_declaration, insert_observation;
};

/* How bad: an error keeps a table from counting as declared; a warning is for a person's eye. */
#define MISTAKE_ERROR   "error"
#define MISTAKE_WARNING "warning"

/* A mistake at LINE of the file at hand; line 0: the file as a whole. Texts as in error.h. */
struct mistake {
    const char *severity;
    unsigned line;
    const char *what, *why, *advice;
    const char *provision, *unit; /* that it touches, or NULL */
};
struct error *mistake_add(struct loading *loading, const struct mistake *mistake) MUST_CHECK;
/* An error at LINE that touches nothing else. */
struct error *mistake_here(struct loading *loading, unsigned line, const char *what,
                           const char *why, const char *advice) MUST_CHECK;

/*
 * Reads a file of YAML; *OUT is NULL when there is none, or it is none (which is a mistake then).
 */
struct error *load_file(struct loading *loading, const char *name,
                        const struct yaml **out) MUST_CHECK;

/*
 * The lists that stand in FILE under KEYS; FILE itself may be the first. LISTS[i] is NULL where
 * there is none. Anything else in FILE is a mistake, so that no entry is passed over in silence.
 */
struct error *load_list(struct loading *loading, const struct yaml *file,
                        const char *const *keys, size_t count,
                        const struct yaml **lists) MUST_CHECK;

/* A mistake for each key of the map ENTRY that is not one of KNOWN; WHAT it is, for the message. */
struct error *load_keys(struct loading *loading, const struct yaml *entry, const char *what,
                        const char *const *known, size_t count) MUST_CHECK;

/* Numbers a row of the dossier, so that a rule can name it as proof. */
struct declared_row {
    const char *table; /* "28-LogIntf", "ICS", "DUT", "answer" */
    struct bytes entry, excerpt;
    unsigned line;
    bool drafted;
};
struct error *load_declaration(struct loading *loading, const struct declared_row *row,
                               int64_t *observation) MUST_CHECK;

/* One name in several spellings: letters and digits alone count, in any case. */
bool name_same(struct bytes a, const char *b);
/* The text of a scalar, or the scalars of a list joined by SEPARATOR; maps give "key: value". */
struct bytes value_text(const struct yaml *value, const char *separator, struct arena *arena);
/* none, n/a, -, nothing: said to be absent. */
bool says_none(struct bytes text);

struct error *load_product(struct loading *loading) MUST_CHECK;
struct error *load_ics(struct loading *loading) MUST_CHECK;
struct error *load_ixit(struct loading *loading) MUST_CHECK;
struct error *load_references(struct loading *loading) MUST_CHECK;
struct error *load_answers(struct loading *loading) MUST_CHECK;
struct error *load_actions(struct loading *loading) MUST_CHECK;

#endif
