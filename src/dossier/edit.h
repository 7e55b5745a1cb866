#ifndef DOSSIER_EDIT_H
#define DOSSIER_EDIT_H

#include "base/error.h"
#include "base/text.h"

/*
 * Edits of a file of YAML as text: what a person wrote, comments and spacing included, stays byte
 * for byte. Only the block style that people and Proviso write is edited.
 */

/*
 * Where a new entry of the list at the top-level KEY of CONTENT goes, and how it is indented.
 * EDIT_FLOW: the list is written in one line with [ ] and is not empty; a person must unfold it.
 */
struct edit_place {
    size_t at;           /* entries are put before this byte */
    size_t cut, cut_end; /* bytes to leave out: of "KEY: []" the "[]" */
    unsigned indent;     /* of the dash */
    bool has_key;        /* otherwise "KEY:" has to be written first, at the end */
};
struct error *edit_find(struct bytes content, const char *key,
                        struct edit_place *out) MUST_CHECK;

/* CONTENT with ENTRIES, written with PLACE->indent and ended by a newline, put in. */
void edit_insert(struct bytes content, const char *key, const struct edit_place *place,
                 struct bytes entries, struct text *out);

#endif
