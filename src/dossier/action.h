#ifndef DOSSIER_ACTION_H
#define DOSSIER_ACTION_H

#include "dossier/journal.h"

/*
 * actions.yaml: who does what until when (`actions`), and who signed off which step of the
 * evaluation (`sign_offs`). Entries are added, never changed: the last one about a subject counts,
 * and the file is its history. What is not given is taken over from the one before. The dossier
 * must be locked. ERROR_INPUT when the file is no YAML.
 */

struct action_given {
    const char *subject;                    /* unit, provision or IXIT table */
    const char *owner, *due, *state, *note; /* or NULL */
};
struct error *action_assign(struct dossier *dossier, const struct journal_actor *actor,
                            const struct action_given *given) MUST_CHECK;

/* open, doing or done. */
bool action_is_state(struct bytes text);

/* The steps of an evaluation, in their order. */
struct action_step {
    const char *name, *meaning;
};
#define ACTION_STEPS 6
extern const struct action_step action_steps[ACTION_STEPS];
bool action_is_step(struct bytes text);

struct error *action_sign_off(struct dossier *dossier, const struct journal_actor *actor,
                              const char *step, const char *note) MUST_CHECK;

#endif
