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

/* ERROR_USAGE unless the value of OPTION, if it is given, is text: of one line, or of several. */
struct error *actor_text(const struct line *line, const char *option, bool one_line) MUST_CHECK;

/* Who acts, and when; ERROR_USAGE when --by is no line of text or --at no time. In ARENA. */
struct error *actor_of(const struct line *line, struct arena *arena,
                       struct journal_actor *out) MUST_CHECK;

#endif
