#ifndef DOSSIER_DRAFT_FILE_H
#define DOSSIER_DRAFT_FILE_H

#include "base/text.h"
#include "base/yaml.h"
#include "dossier/draft_rows.h"

/* The files of a dossier that drafts go into, as they stand. */

/* One entry that stands in a table. */
struct draft_standing {
    const char *id;
    struct bytes words;   /* as draft_words makes them, of all fields */
    struct bytes drafted; /* what that key says; no bytes: it is not there */
    bool ours;            /* drafts.yaml knows it, or a proposal of this run */
};

struct draft_file {
    const struct form_table *table;
    const char *name; /* "ixit/28-LogIntf.yaml" */
    struct bytes content;
    bool exists;
    const struct yaml *tree;
    bool none; /* it says that the product has nothing of the kind */
    struct draft_standing *entries;
    size_t entry_count;
    uint64_t last;      /* the highest number of an ID */
    const char *prefix; /* of IDs: "LogIntf" */
};

/* What was proposed before: drafts.yaml. */
struct draft_line {
    const struct form_table *table;
    const char *table_name, *key, *id, *shows;
};
struct draft_ledger {
    struct bytes content;
    struct draft_line *lines;
    size_t count;
};
#define DRAFT_LEDGER "drafts.yaml"

/* One for each table of FORM, in its order. ERROR_INPUT when one is no YAML. */
struct error *draft_files_read(struct dossier *dossier, const struct form *form,
                               const char *edition, struct draft_file **out) MUST_CHECK;
struct error *draft_ledger_read(struct dossier *dossier, const struct form *form,
                                struct draft_ledger *out) MUST_CHECK;

/* A dossier's file must be readable before something is added to it. */
struct error *draft_yaml(struct dossier *dossier, const char *name, struct bytes content,
                         const struct yaml **out) MUST_CHECK;

/* Lower case, blanks for what is no letter, digit or dot inside a word; " a b c ". */
struct bytes draft_words(struct bytes text, struct arena *arena);
/* Are all of WANTED among WORDS, both made by draft_words? Not when there are none. */
bool draft_has_words(struct bytes words, struct bytes wanted);

/* The entry of FILE with that ID, or NULL. */
const struct draft_standing *draft_standing(const struct draft_file *file, const char *id);

#endif
