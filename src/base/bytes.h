#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A borrowed stretch of memory: a pointer and a length, never freed. The bytes may come from an
 * attacker; they are read through a cursor (base/cursor.h) or the functions here, all of which
 * stay inside.
 */
struct bytes {
    const uint8_t *data;
    size_t size;
};

/* The bytes of a C string, without its NUL. NULL gives no bytes. */
struct bytes bytes_of(const char *string);
struct bytes bytes_from(const void *data, size_t size);

/* SIZE bytes from OFFSET, cut to what exists: an offset past the end gives no bytes. */
struct bytes bytes_slice(struct bytes bytes, uint64_t offset, uint64_t size);
struct bytes bytes_from_offset(struct bytes bytes, uint64_t offset); /* all from OFFSET on */
bool bytes_has(struct bytes bytes, uint64_t offset, uint64_t size);  /* lies wholly inside? */

bool bytes_equal(struct bytes a, struct bytes b);
bool bytes_is(struct bytes bytes, const char *string);
bool bytes_is_nocase(struct bytes bytes, const char *string); /* ASCII case alone */
bool bytes_starts(struct bytes bytes, const char *prefix);
bool bytes_ends(struct bytes bytes, const char *suffix);
int bytes_compare(struct bytes a, struct bytes b); /* as memcmp, then by length */

/* Where NEEDLE first stands in BYTES, or SIZE_MAX. */
size_t bytes_find(struct bytes bytes, struct bytes needle);
size_t bytes_find_string(struct bytes bytes, const char *needle);
size_t bytes_find_byte(struct bytes bytes, uint8_t byte);
size_t bytes_count(struct bytes bytes, uint8_t byte); /* how often BYTE stands in it */
bool bytes_contains(struct bytes bytes, const char *needle);

/* The byte at OFFSET, or 0 past the end. */
uint8_t bytes_at(struct bytes bytes, size_t offset);

/* Without white space (space, tab, CR, LF, VT, FF) at both ends. */
struct bytes bytes_trim(struct bytes bytes);

/*
 * Cuts the next line from *REST: up to the newline, which belongs to neither; a CR before it is
 * dropped. False when nothing is left. A last line without newline counts.
 */
bool bytes_next_line(struct bytes *rest, struct bytes *line);

/* Cuts the next field up to SEPARATOR from *REST. False when *REST was used up before. */
bool bytes_next_field(struct bytes *rest, uint8_t separator, struct bytes *field);

/* Cuts the next word (run of non white space). False when none is left. */
bool bytes_next_word(struct bytes *rest, struct bytes *word);

/* Does WORD stand among the fields of LIST, which commas and blanks part: "EU, UK"? */
bool bytes_lists(struct bytes list, struct bytes word);

/* Has it the form of a date: 2026-11-20? */
bool bytes_is_date(struct bytes bytes);

/* Decimal, or with "0x" hexadecimal; the whole of BYTES must be the number and fit. */
bool bytes_to_u64(struct bytes bytes, uint64_t *out);

/* True when every byte is VALUE. Empty bytes are. */
bool bytes_all(struct bytes bytes, uint8_t value);

/* Printable ASCII, tab and line ends alone, or valid UTF-8 beyond them, and not empty. */
bool bytes_is_text(struct bytes bytes);

/* Shannon entropy in bits per byte, 0 … 8. */
double bytes_entropy(struct bytes bytes);

#endif
