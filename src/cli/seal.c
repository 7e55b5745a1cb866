#include "dossier/seal.h"

#include "cli/actor.h"

static const struct option_row options[] = {
    {"key", 0, "FILE", "your Ed25519 private key, PEM"},
    ACTOR_OPTIONS,
};

static struct error *run(const struct line *line, enum exit_code *code)
{
    owned(arena) arena = arena_new();
    owned(text) out = text_new();
    struct journal_actor actor;
    struct dossier *dossier = NULL;
    const char *key = line_value(line, "key");

    (void)code;
    if (key == NULL)
        return error_hint(error_wrap(error_new(ERROR_USAGE, "there is no key to seal it with"),
                                     "cannot seal %s", line->arguments[0]),
                          "give --key FILE; openssl genpkey -algorithm ed25519 makes one");
    TRY(actor_of(line, arena, &actor));
    TRY(dossier_open(line->arguments[0], true, &dossier));
    struct error *error = seal_make(dossier, &actor, key);
    dossier_close(dossier);
    if (error == NULL)
        text_addf(out, "%s is sealed: proviso verify %s proves it\n",
                  output_name(arena, line->arguments[0]),
                  output_name(arena, line->arguments[0]));
    output_text(out);
    return error;
}

const struct command command_seal = {
    .name = "seal",
    .arguments = "DOSSIER",
    .summary = "sign the state of a dossier with your own key",
    .example = "proviso seal camera/ --key my.pem",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 1,
    .run = run,
};
