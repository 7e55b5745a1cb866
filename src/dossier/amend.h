#ifndef DOSSIER_AMEND_H
#define DOSSIER_AMEND_H

#include "base/arena.h"
#include "base/error.h"

/*
 * Changes to a file of YAML as text: comments, order, quotes and line ends of everything else stay
 * byte for byte. Each change is tried before it counts: what base/yaml.h reads afterwards must be
 * what it read before and the change, nothing else. A file whose layout does not allow that is
 * left alone, with ERROR_INPUT that says why; so is one that cannot be read at all.
 */
struct amend {
    const char *name; /* of the file, for messages */
    struct bytes content;
    struct arena *arena; /* where the new content lives */
};

/* One field to fill in; nothing may stand there yet. */
struct amend_field {
    const char *key;
    struct bytes value;  /* one line; without data: only the comment is added */
    const char *comment; /* behind it, or NULL */
};

/*
 * Adds ITEMS to the end of the list at the top-level KEY; they are entries as yaml_write makes
 * them, "- …" at column 0 and ended by a newline. The list may be missing or empty: nothing, null
 * or []. A file that is a list itself is added to whatever KEY is.
 */
struct error *amend_append(const struct amend *amend, const char *key, struct bytes items,
                           struct bytes *out) MUST_CHECK;

/* Fills in fields of the top-level map; one that is not there is added at the end. */
struct error *amend_fill(const struct amend *amend, const struct amend_field *fields,
                         size_t count, struct bytes *out) MUST_CHECK;

/*
 * Fills in fields of the entry AT (counted from 0) of the list at LIST. One that is not there is
 * added in front of the first that is filled in.
 */
struct error *amend_fill_entry(const struct amend *amend, const char *list, size_t at,
                               const struct amend_field *fields, size_t count,
                               struct bytes *out) MUST_CHECK;

#endif
