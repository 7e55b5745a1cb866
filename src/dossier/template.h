#ifndef DOSSIER_TEMPLATE_H
#define DOSSIER_TEMPLATE_H

#include "base/text.h"
#include "dossier/dossier.h"
#include "dossier/form.h"

/*
 * The files of a new dossier: every field is there, empty, with a comment that says what belongs
 * into it. The names are those of the edition, "3.1.3" or "2.1.1".
 */

/* What is known from the start; NULL or no bytes where it is not. */
struct template_product {
    const char *name, *model, *manufacturer, *edition;
    struct bytes markets;                    /* "EU, UK" */
    const char *firmware, *sha256, *version; /* the path as it goes into product.yaml */
};

/* The facts of the schemes' questions come from DB, which has the catalogue. */
struct error *template_product(sqlite3 *db, const struct template_product *product,
                               struct text *out) MUST_CHECK;
/* Every provision of the edition, with status and condition in words. */
struct error *template_ics(sqlite3 *db, const char *edition, struct text *out) MUST_CHECK;
void template_ixit(const struct form_table *table, const char *edition, struct text *out);
void template_answers(struct text *out);
void template_actions(struct text *out);

/* Names in the edition. A field that it does not have is NULL. */
const char *template_table_name(const struct form_table *table, const char *edition);
const char *template_table_short(const struct form_table *table, const char *edition);
const char *template_field_name(const struct form_field *field, const char *edition);

/*
 * Makes FOLDER a dossier that can be written to: it is made where there is none, and locked. Close
 * with dossier_close. *FINISHED says that an earlier attempt, which was interrupted, has been
 * completed by that. ERROR_USAGE when FOLDER holds files of a dossier already.
 */
struct error *template_begin(const char *folder, struct dossier **out,
                             bool *finished) MUST_CHECK;

#endif
