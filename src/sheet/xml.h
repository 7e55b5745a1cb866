#ifndef SHEET_XML_H
#define SHEET_XML_H

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"

/*
 * Reads the XML of a part, over expat. Names come without their namespace: what a workbook is made
 * of is told apart by local names alone, and the namespaces differ between the two dialects of
 * ECMA-376. A document type is refused, and with it every entity that is not one of XML's own five.
 */

struct xml_handler {
    /* An element begins. Attributes are read with xml_attribute while the call lasts. */
    struct error *(*start)(void *context, const char *name, const char *const *attributes);
    struct error *(*end)(void *context, const char *name);
    /* Some text; may be NULL. */
    struct error *(*text)(void *context, struct bytes text);
};

/* ERROR_INPUT with the line for what is not well formed; else the first error of a handler. */
struct error *xml_read(struct bytes part, const struct xml_handler *handler,
                       void *context) MUST_CHECK;

/* The value of the attribute with that local name, or NULL. */
const char *xml_attribute(const char *const *attributes, const char *name);

/* Is the attribute true, as XML Schema says it? OTHERWISE when it is not there. */
bool xml_is_on(const char *const *attributes, const char *name, bool otherwise);

#endif
