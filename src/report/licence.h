#ifndef REPORT_LICENCE_H
#define REPORT_LICENCE_H

#include "base/text.h"

/*
 * What a packager states as the licence, held against the SPDX licence list and the grammar of
 * licence expressions (SPDX 2.3, annex D). Formats keep ids, expressions and mere names apart.
 */
enum licence_kind {
    LICENCE_NONE,       /* nothing is stated */
    LICENCE_ID,         /* one licence of the list */
    LICENCE_EXPRESSION, /* several joined, or one with an exception or "or later" */
    LICENCE_REFERENCE, /* an expression with a LicenseRef-…, which the document has to explain */
    LICENCE_NAME,      /* anything else */
};

/*
 * The kind of STATED. An id or expression is added to OUT as the list spells it (case does not
 * matter in ids), a name as it stands.
 */
enum licence_kind licence_read(struct bytes stated, struct text *out);

/* The list, made from assets/licences.txt when Proviso is built; sorted. */
extern const char *const licence_ids[];
extern const size_t licence_id_count;
extern const char *const licence_exceptions[];
extern const size_t licence_exception_count;

#endif
