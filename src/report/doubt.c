#include "report/doubt.h"

#include "model/query.h"

const struct doubt doubts[] = {
    {"failures", "SELECT count(*) FROM verdict WHERE disputed = 1",
     " proven failure is disputed. It stays a failure",
     " proven failures are disputed. They stay failures", "failures", "Which, and why", false},
    {"answers", "SELECT count(*) FROM answer WHERE stale IS NOT NULL",
     " answer counts no longer", " answers count no longer", "work", "Which, and why", false},
    {"dossier", "SELECT count(*) FROM mistake WHERE severity = 'error'",
     " mistake in the dossier", " mistakes in the dossier", "state", "Which, and where", true},
    {"dossier", "SELECT count(*) FROM declaration WHERE drafted = 1",
     " entry of the dossier is a draft that nobody has confirmed",
     " entries of the dossier are drafts that nobody has confirmed", "annex-ixit", "Annex B",
     true},
    {"image", "SELECT count(*) FROM meta WHERE key = 'locked' AND value <> '1'",
     " image was read without the sandbox: a hostile one could have changed this result", "",
     NULL, NULL, true},
};
const size_t doubt_count = COUNT_OF(doubts);

int64_t doubt_number(sqlite3 *db, const struct doubt *doubt, int64_t otherwise)
{
    return query_number(db, doubt->count, otherwise);
}
