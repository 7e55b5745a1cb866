#include "dossier/template.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "dossier/files.h"

const char *template_table_name(const struct form_table *table, const char *edition)
{
    bool old = strcmp(edition, "2.1.1") == 0 && table->old_name != NULL;

    return old ? table->old_name : table->name;
}

const char *template_table_short(const struct form_table *table, const char *edition)
{
    return strcmp(edition, "2.1.1") == 0 ? table->old_short : table->short_name;
}

const char *template_field_name(const struct form_field *field, const char *edition)
{
    if (strcmp(edition, "2.1.1") == 0)
        return field->old_name;
    return field->old_only ? NULL : field->name;
}

void template_answers(struct text *out)
{
    text_add(
        out,
        "# What assessors concluded, unit by unit: proviso answer writes it, people read it.\n"
        "#\n"
        "#   - unit: 5.1-1-1-a\n"
        "#     outcome: pass            # pass, fail or inconclusive; of a provision: "
        "not-applicable\n"
        "#     because: why, in a sentence that the evaluator can sign\n"
        "#     by: who\n"
        "#     at: 2026-12-31\n"
        "#     evidence:\n"
        "#       - file: evidence/photo.jpg\n"
        "answers: []\n");
}

void template_actions(struct text *out)
{
    text_add(out, "# What is to be done, by whom and until when: proviso assign writes it.\n"
                  "#\n"
                  "#   - subject: 5.1-1           # a unit, a provision or an IXIT table\n"
                  "#     owner: who\n"
                  "#     due: 2026-12-31\n"
                  "#     state: open              # open, doing or done\n"
                  "actions: []\n");
}

/* Files of a dossier must not be there yet; others may. */
static struct error *check_free(struct dossier *dossier)
{
    struct files_list list;

    if (dossier_is(dossier->folder))
        return error_hint(
            error_wrap(
                error_new(ERROR_USAGE, "there is a product.yaml in it: it is one already"),
                "cannot make the dossier %s", dossier->folder),
            "edit it, or choose another folder; nothing was changed");
    files_list(dossier, &list);
    if (list.count == 0)
        return NULL;
    return error_hint(error_wrap(error_new(ERROR_USAGE, "it holds %s already", list.names[0]),
                                 "cannot make the dossier %s", dossier->folder),
                      "choose another folder; nothing was changed");
}

struct error *template_begin(const char *folder, struct dossier **out, bool *finished)
{
    struct dossier *dossier;

    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(errno)),
                                     "cannot make the dossier %s", folder),
                          "choose a folder that you may write to");
    TRY(dossier_lock(folder, finished, &dossier));
    struct error *error = *finished ? NULL : check_free(dossier);
    if (error == NULL)
        *out = dossier;
    else
        dossier_close(dossier);
    return error;
}
