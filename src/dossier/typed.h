#ifndef DOSSIER_TYPED_H
#define DOSSIER_TYPED_H

#include "dossier/form.h"

/*
 * What TEXT, written into FIELD, means by the field's type: *OUT is "yes" or "no", a choice, or
 * choices joined by "; ", each in one spelling; any other text as it is. NULL, or what the text
 * must be, in words, when it means none of them. In ARENA.
 */
const char *typed_value(const struct form_field *field, struct bytes text, struct arena *arena,
                        struct bytes *out);

#endif
