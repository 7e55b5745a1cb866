#include "dossier/draft.h"

#include "cli/actor.h"
#include "cli/common.h"
#include "model/query.h"

static const struct option_row options[] = {
    {"edition", 0, "EDITION", "whose names are used, 3.1.3 or 2.1.1 (default: product.yaml)"},
    ACTOR_OPTIONS,
};

static struct error *no_assessment(const char *folder, const char *why)
{
    return error_hint(error_wrap(error_new(ERROR_USAGE, "%s", why), "cannot draft %s", folder),
                      "assess the firmware first: proviso assess %s", folder);
}

/* The assessment in the dossier, made by the knowledge at hand. */
static struct error *open_assessment(struct dossier *dossier, sqlite3 **out)
{
    struct query query = {.statement = NULL};
    sqlite3 *db = NULL;
    bool found = false;

    if (!dossier_has(dossier, "assessment.db"))
        return no_assessment(dossier->folder, "there is no assessment.db in it");
    TRY(store_open(dossier_path(dossier, "assessment.db"), &db));
    struct error *error =
        query_open(db, "SELECT 1 FROM meta WHERE key = 'knowledge' AND value = ?", &query);
    if (error == NULL) {
        query_bind_string(&query, 1, store_knowledge());
        error = query_next(&query, &found);
    }
    query_close(&query);
    if (error == NULL && !found)
        error = no_assessment(dossier->folder, "another version of Proviso assessed it");
    if (error == NULL && query_number(db, "SELECT count(*) FROM node", 0) == 0)
        error = no_assessment(dossier->folder, "its assessment has seen no firmware");
    if (error != NULL) {
        sqlite3_close(db);
        return error;
    }
    *out = db;
    return NULL;
}

static void add_number(struct text *out, size_t number, const char *words)
{
    if (number > 0)
        text_addf(out, ", %zu %s", number, words);
}

static void print_count(const struct draft_count *count, struct text *out)
{
    text_addf(out, "  %-16s %4zu drafted", count->table, count->added);
    add_number(out, count->known, "drafted before");
    add_number(out, count->same, "there already");
    add_number(out, count->removed, "removed by a person");
    add_number(out, count->none, "against none:");
    text_add_char(out, '\n');
    if (count->origins != NULL)
        text_addf(out, "  %-16s   from %s\n", "", count->origins);
}

static void print_next(const char *folder, const struct draft_result *result, struct text *out)
{
    if (result->added == 0) {
        text_addf(out, "%s: nothing new to draft\n", folder);
        return;
    }
    text_addf(out, "%s: %zu drafted from what the firmware shows\n", folder, result->added);
    text_addf(out,
              "Next: read each entry; complete it and remove its line drafted:, or remove the "
              "entry\n"
              "      proviso check %s   what is missing then\n",
              folder);
}

static void print(const char *folder, const struct draft_result *result)
{
    owned(text) out = text_new();

    for (size_t i = 0; i < result->count; i++)
        print_count(&result->counts[i], out);
    for (size_t i = 0; i < result->note_count; i++) {
        text_add(out, i == 0 ? "Look at\n  " : "  ");
        text_add_terminal(out, bytes_of(result->notes[i].place));
        text_add(out, ": ");
        text_add_terminal(out, bytes_of(result->notes[i].text));
        text_add_char(out, '\n');
    }
    print_next(folder, result, out);
    output_text(out);
}

static struct error *draft(const struct line *line, struct dossier *dossier)
{
    struct journal_actor actor;
    struct draft_result result;
    const char *edition;
    sqlite3 *db = NULL;

    TRY(actor_of(line, dossier->arena, &actor));
    TRY(common_edition(line, &edition));
    if (edition == NULL)
        TRY(dossier_edition(dossier, &edition));
    if (edition == NULL)
        edition = "3.1.3";
    TRY(open_assessment(dossier, &db));
    struct error *error = draft_run(dossier, db, edition, &actor, &result);
    sqlite3_close(db);
    if (error == NULL)
        print(output_name(dossier->arena, dossier->folder), &result);
    return error;
}

static struct error *run(const struct line *line, enum exit_code *code)
{
    struct dossier *dossier = NULL;

    (void)code;
    TRY(dossier_open(line->arguments[0], true, &dossier));
    struct error *error = draft(line, dossier);
    dossier_close(dossier);
    return error;
}

const struct command command_draft = {
    .name = "draft",
    .arguments = "DOSSIER",
    .summary = "fill in the IXIT with what the firmware shows, for a person to confirm",
    .example = "proviso draft camera/",
    .options = options,
    .option_count = COUNT_OF(options),
    .least = 1,
    .most = 1,
    .run = run,
};
