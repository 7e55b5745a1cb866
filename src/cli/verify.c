#include "cli/cli.h"
#include "dossier/seal.h"

static const struct option_row options[] = {
    {"key", 0, "FILE", "the public key, PEM, that must have made the seal"},
};

static struct error *run(const struct line *line, enum exit_code *code)
{
    owned(text) out = text_new();
    struct dossier *dossier = NULL;
    bool good = false;

    TRY(dossier_open(line->arguments[0], true,
                     &dossier)); /* what was interrupted is made good */
    struct error *error = seal_verify(dossier, line_value(line, "key"), out, &good);
    dossier_close(dossier);
    output_text(out);
    if (error == NULL && !good)
        *code = EXIT_FAILED;
    return error;
}

const struct command command_verify = {
    .name = "verify",
    .arguments = "DOSSIER",
    .summary = "prove that nothing in a dossier was altered behind the journal's back",
    .example = "proviso verify camera/ --key public.pem",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 1,
    .run = run,
};
