#ifndef DOSSIER_ANSWER_H
#define DOSSIER_ANSWER_H

#include <sqlite3.h>

#include "base/yaml.h"
#include "dossier/journal.h"

/* What a person concludes of one unit, or of a case that offers an alternative. */
struct answer_given {
    const char *unit;    /* as the user wrote it */
    const char *outcome; /* pass, fail or inconclusive; of a provision not-applicable */
    const char *because;
    const char **evidence; /* paths of files, which are copied into the dossier */
    size_t evidence_count;
    const char *by; /* NULL: the actor */
    unsigned line;  /* in the file they came from, or 0 */
};

/*
 * Records answers, all of them or none, bound to the firmware and the declarations that DB was
 * judged with: evidence goes into evidence/ (a file of the same bytes is there once), the entries
 * to the end of answers.yaml, a line to the journal. The dossier must be locked. ERROR_USAGE for
 * a unit that the edition does not have, an outcome that is none, a reason that is missing,
 * evidence that cannot be read.
 */
struct error *answer_write(struct dossier *dossier, sqlite3 *db,
                           const struct journal_actor *actor, const struct answer_given *given,
                           size_t count) MUST_CHECK;

/*
 * Reads many answers from a YAML file: a list, or a list under answers:, of unit, outcome,
 * because, and perhaps evidence (a list of paths, seen from FILE's folder) and by. In ARENA.
 */
struct error *answer_read(const char *file, struct arena *arena, struct answer_given **out,
                          size_t *count) MUST_CHECK;

/* The unit or case in the spelling of the catalogue, or NULL; of the edition that DB is for. */
struct error *answer_unit(sqlite3 *db, const char *unit, struct arena *arena,
                          const char **out) MUST_CHECK;

/* May OUTCOME be said of the unit, case or provision? */
struct error *answer_outcome(sqlite3 *db, const char *unit, const char *outcome,
                             bool *out) MUST_CHECK;

/* "5.1-1-1 a", "5.1-1-1(a)" and "5.1-1-1a" are 5.1-1-1-a. */
const char *answer_tidy(struct bytes unit, struct arena *arena);

/*
 * A unit, a case whose verdict has an alternative that no unit states, or a provision (which can
 * only be answered not-applicable: an assessor agrees with the ICS), of the edition at hand.
 */
#define ANSWER_UNIT_SQL                                               \
    "SELECT id FROM unit WHERE id = ?1 AND edition ="                 \
    " (SELECT value FROM meta WHERE key = 'edition') UNION ALL"       \
    " SELECT id FROM test_case WHERE id = ?1 AND edition ="           \
    " (SELECT value FROM meta WHERE key = 'edition')"                 \
    " AND alternative"                                                \
    " UNION ALL SELECT id FROM provision WHERE id = ?1 AND edition =" \
    " (SELECT value FROM meta WHERE key = 'edition')"

#endif
