#ifndef CLI_ACTOR_H
#define CLI_ACTOR_H

#include "cli/cli.h"
#include "dossier/journal.h"

/* Options of every command that writes to the journal. */
#define ACTOR_OPTIONS                                                   \
    {"by", 0, "NAME", "who does it (default: your account's name)"},    \
    {                                                                   \
        "at", 0, "TIME", "when, as 2026-12-31T10:00:00Z (default: now)" \
    }

/* Who acts, and when; ERROR_USAGE when --at is no time. In ARENA. */
struct error *actor_of(const struct line *line, struct arena *arena,
                       struct journal_actor *out) MUST_CHECK;

#endif
