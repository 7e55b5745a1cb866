#ifndef REPORT_EMIT_H
#define REPORT_EMIT_H

#include <stdint.h>

#include "base/text.h"

/*
 * JSON, written from top to bottom: objects and lists are opened and ended, commas and the
 * indentation come by themselves. KEY is a word of our own that needs no escape, or NULL for an
 * element of a list and for the whole document. Every value goes through the escaper.
 */
struct emit {
    struct text *out;
    unsigned depth;
    bool has_value; /* does something stand before in the object or list at hand? */
    char ends[32];  /* how each open object or list ends */
};

void emit_object(struct emit *emit, const char *key);
void emit_list(struct emit *emit, const char *key);
void emit_end(
    struct emit *emit); /* of the innermost that is open; the last one ends the line */

void emit_text(struct emit *emit, const char *key, struct bytes value);
void emit_string(struct emit *emit, const char *key, const char *value);
void emit_number(struct emit *emit, const char *key, int64_t value);
void emit_flag(struct emit *emit, const char *key, bool value);
/* Nothing at all when VALUE is empty. */
void emit_some(struct emit *emit, const char *key, struct bytes value);
/* A number as it stands: "0.9". */
void emit_decimal(struct emit *emit, const char *key, const char *value);
/* {"NAME": name, "value": value}: the property of several formats. */
void emit_pair(struct emit *emit, const char *name, struct bytes value);

#endif
