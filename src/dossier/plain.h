#ifndef DOSSIER_PLAIN_H
#define DOSSIER_PLAIN_H

#include "dossier/form.h"

/*
 * Which values the program takes at their word. A field is closed when the whole of it is a value
 * that can mean one thing alone: yes or no, a choice of the form, ids, or sentences of the list
 * below. Everything else is prose: what is understood of it can fail a unit and is shown to a
 * person, but a unit never passes on it without one.
 */
bool plain_is_closed(const struct form_field *field, struct bytes text);

/* The Nth sentence of that list for a field; NULL behind the last. */
const char *plain_sentence(const struct form_field *field, size_t n);

#endif
