#ifndef TOOLS_GENERATE_H
#define TOOLS_GENERATE_H

#include "base/arena.h"
#include "base/text.h"
#include "base/yaml.h"

/*
 * What the makers of tables share: they read knowledge/ and write C while Proviso is built. A
 * slip in an entry ends the build, with its file and line.
 */

/* What the file at PATH holds. */
struct bytes generate_file(const char *path, struct arena *arena);

/* The map in the file at PATH, which must state its source, date and licence. */
const struct yaml *generate_read(const char *path, struct arena *arena);

/* Prints the file read last, the line of AT (NULL: none) and the text, and ends the program. */
NORETURN void generate_stop(const struct yaml *at, const char *format, ...) PRINTF(2, 3);

/* The list at KEY of MAP, which must be there and hold something. */
const struct yaml *generate_list(const struct yaml *map, const char *key);
/* The text of VALUE, which must be one. */
const char *generate_scalar(const struct yaml *value, struct arena *arena);
/* The text at KEY of MAP, or NULL when there is none. */
const char *generate_text(const struct yaml *map, const char *key, struct arena *arena);
/* The same, for what must be there. */
const char *generate_must(const struct yaml *map, const char *key, struct arena *arena);
/* Refuses an entry that is no map, or has a key that does not stand in KEYS ("name port"). */
void generate_check_keys(const struct yaml *map, const char *keys);

/* A C string literal, or NULL. */
void generate_literal(struct text *out, const char *string);

void generate_write(const char *path, const struct text *text);

#endif
