#include "cli/actor.h"

#include <pwd.h>
#include <time.h>
#include <unistd.h>

#include "cli/common.h"

static const char *account_name(struct arena *arena)
{
    const struct passwd *account = getpwuid(getuid());

    return account == NULL ? arena_printf(arena, "user %u", (unsigned)getuid())
                           : arena_string(arena, bytes_of(account->pw_name));
}

static const char *now(struct arena *arena)
{
    time_t seconds = time(NULL);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900,
                        parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                        parts.tm_sec);
}

struct error *actor_text(const struct line *line, const char *option, bool one_line)
{
    const char *value = line_value(line, option);
    bool good = value == NULL || *value == '\0' || bytes_is_text(bytes_of(value));

    for (const char *c = value; c != NULL && one_line && *c != '\0'; c++)
        good = good && (uint8_t)*c >= 0x20;
    if (good)
        return NULL;
    return error_hint(
        error_wrap(
            error_new(ERROR_USAGE, "it is no %s in UTF-8", one_line ? "line of text" : "text"),
            "cannot understand --%s", option),
        "write it without control characters: it stands in the dossier and in reports");
}

struct error *actor_of(const struct line *line, struct arena *arena, struct journal_actor *out)
{
    const char *by = line_value(line, "by"), *at = line_value(line, "at");

    if (at != NULL && !common_fits(at, "0000-00-00T00:00:00Z"))
        return error_hint(
            error_wrap(error_new(ERROR_USAGE, "%s is no time", at), "cannot understand --at"),
            "write it as 2026-12-31T10:00:00Z");
    TRY(actor_text(line, "by", true));
    out->by = by != NULL && *by != '\0' ? by : account_name(arena);
    out->at = at != NULL ? at : now(arena);
    return NULL;
}
