#ifndef CLI_SCHEMES_H
#define CLI_SCHEMES_H

#include "cli/cli.h"
#include "judge/scope.h"
#include "report/scheme.h"

/* What the commands about schemes need of both the scope rules and the reports. */

/* A product whose assessment is open, and what the scope rules say about it. */
struct schemes_product {
    const char *path;
    sqlite3 *db;
    bool described; /* the dossier has facts about it */
    struct scope_product facts;
    struct scope_result scope;
};

/* Opens the assessment at PATH. Close with sqlite3_close, also when this fails. */
struct error *schemes_open(const char *path, struct arena *arena,
                           struct schemes_product *out) MUST_CHECK;

/* Reads one scheme of it, with what the scope rules know. */
struct error *schemes_read(const struct schemes_product *product, const char *id,
                           struct arena *arena, struct scheme_view *out) MUST_CHECK;

/*
 * Reads the schemes of its markets; of one with levels the level that the product wants, or all
 * when it wants none. Without known markets: those that have a document.
 */
struct error *schemes_read_all(const struct schemes_product *product, struct arena *arena,
                               struct scheme_view **out, size_t *count) MUST_CHECK;

#endif
