#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/cursor.h"
#include "base/text.h"

/* Text character by character. */

#define UTF8_REPLACEMENT 0xfffdU

/*
 * The next character at the cursor, which must have bytes left. A byte that begins no well-formed
 * sequence (Unicode, table 3-7) is passed over alone: then it is UTF8_REPLACEMENT, and *BAD.
 */
uint32_t utf8_next(struct cursor *c, bool *bad);

/* Adds CHARACTER; what is none (half of a pair, over U+10FFFF) as UTF8_REPLACEMENT. */
void utf8_add(struct text *out, uint32_t character);

/* U+0000 … U+001F and U+007F … U+009F. */
bool utf8_is_control(uint32_t character);
/* Marks that turn the direction of what follows, and line ends that few programs know. */
bool utf8_is_direction(uint32_t character);
bool utf8_is_separator(uint32_t character);
/* U+xxFFFE and U+xxFFFF, and the byte order mark, which is no text. */
bool utf8_is_none(uint32_t character);

/* TEXT, cut to LIMIT bytes or less: not in the middle of a character. */
struct bytes utf8_cut(struct bytes text, size_t limit);

#endif
