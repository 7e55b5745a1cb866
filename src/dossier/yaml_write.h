#ifndef DOSSIER_YAML_WRITE_H
#define DOSSIER_YAML_WRITE_H

#include "base/text.h"

/*
 * Writes the YAML of a dossier, so that base/yaml.h reads back exactly the same text and a person
 * finds it pleasant: plain where that is safe, a block for several lines, quotes for the rest.
 * What other readers of YAML would take for a number, a date or a truth value is quoted too.
 *
 *     struct yaml_writer writer = {.out = text};
 *
 *     yaml_write_comment(&writer, bytes_of("…"));        # …
 *     yaml_write_text(&writer, "name", name);          name: Lumi View 2
 *     yaml_write_open(&writer, "entries");             entries:
 *     for (…) {
 *         yaml_write_item_open(&writer);                 - ID: AuthMech-1
 *         yaml_write_text(&writer, "ID", id);              Description: |-
 *         yaml_write_text(&writer, "Description", …);        two
 *         yaml_write_close(&writer);                         lines
 *     }
 *     yaml_write_close(&writer);
 *
 * A text may hold any bytes. Bytes that are not UTF-8, and NUL, are written as U+FFFD; every other
 * character comes back as it was. A key is one short line: at most 200 bytes.
 */
struct yaml_writer {
    struct text *out;
    unsigned indent; /* columns */
    bool at_item;    /* a "- " waits for what stands behind it */
};

/* "key: value". No text at all gives "key: ''", which is not null. */
void yaml_write_text(struct yaml_writer *writer, const char *key, struct bytes text);
void yaml_write_string(struct yaml_writer *writer, const char *key, const char *string);
void yaml_write_bytes_key(struct yaml_writer *writer, struct bytes key, struct bytes text);

/* "key:" alone: no value was given. */
void yaml_write_null(struct yaml_writer *writer, const char *key);
/* "key: []" */
void yaml_write_empty(struct yaml_writer *writer, const char *key);

/* "key:" and what follows below it, until yaml_write_close: a map or a list with one or more. */
void yaml_write_open(struct yaml_writer *writer, const char *key);
/* "- value" of a list. */
void yaml_write_item(struct yaml_writer *writer, struct bytes text);
/* "- " before a map of its own, until yaml_write_close. The map has one key or more. */
void yaml_write_item_open(struct yaml_writer *writer);
void yaml_write_close(struct yaml_writer *writer);

/* Lines that a reader passes over: each line of COMMENT behind a "# ". */
void yaml_write_comment(struct yaml_writer *writer, struct bytes comment);

#endif
