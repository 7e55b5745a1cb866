#ifndef CLI_JUDGING_H
#define CLI_JUDGING_H

#include "cli/cli.h"
#include "dossier/dossier.h"

/*
 * What assess, judge, check, gap and the others do alike with a dossier: read it, understand it,
 * hold it against itself, and judge.
 */

/* A store without an image: the tables, and a dossier alone to fill them. */
struct error *judging_store(sqlite3 **out) MUST_CHECK;

/*
 * Everything about the dossier but verdicts, its captures of web pages with it. EDITION NULL: the
 * dossier's own. UNLOCKED: captures are read even where the kernel cannot lock their reader.
 */
struct error *judging_read(struct dossier *dossier, sqlite3 *db, const char *edition,
                           bool unlocked) MUST_CHECK;

/* Judges DB; DOSSIER may be NULL. */
struct error *judging_run(struct dossier *dossier, sqlite3 *db, const char *edition,
                          bool unlocked) MUST_CHECK;

/*
 * Opens the assessment of the dossier in FOLDER, or begins one where the firmware was never
 * assessed, and judges it anew; in one transaction, so that who is killed leaves the old one.
 */
struct error *judging_open(const char *folder, const char *edition, struct dossier **dossier,
                           sqlite3 **db) MUST_CHECK;

/* How many mandatory provisions fail, or units with "any"; 0 with "never". Uncounted is one. */
int64_t judging_failures(sqlite3 *db, const char *fail_on);
/* ERROR_USAGE when --edition or --fail-on says something that does not exist. */
struct error *judging_options(const struct line *line, const char **edition,
                              const char **fail_on) MUST_CHECK;

#define JUDGING_FAIL_ON "mandatory (default), any, never"

#endif
