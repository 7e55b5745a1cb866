#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/bytes.h"
#include "base/compiler.h"

/*
 * A text that grows, and the one escaper for each kind of place. Text from input is poison:
 * it gets onto a terminal, into HTML, JSON or CSV only through the function named for it.
 * A text is always ended by NUL, which does not count.
 */
struct text {
    char *data;
    size_t size;
    size_t capacity;
};

struct text *text_new(void);
void text_free(struct text *text);
DEFINE_OWNED(text)

const char *text_string(const struct text *text); /* never NULL */
struct bytes text_bytes(const struct text *text);
void text_clear(struct text *text);

/* As they are: for our own words alone. */
void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, struct bytes bytes);
void text_add_char(struct text *text, char c);
void text_addf(struct text *text, const char *format, ...) PRINTF(2, 3);

/* Control bytes and escape sequences shown as \xNN, valid UTF-8 kept. */
void text_add_terminal(struct text *text, struct bytes bytes);
/* & < > " ' as entities; bytes that are not UTF-8 and control bytes as U+FFFD. */
void text_add_html(struct text *text, struct bytes bytes);
/* A JSON string with its quotes (RFC 8259): controls escaped, what is not UTF-8 as U+FFFD. */
void text_add_json(struct text *text, struct bytes bytes);
/* One CSV field (RFC 4180); a field that a spreadsheet would run as a formula gets a ' before. */
void text_add_csv(struct text *text, struct bytes bytes);

/* Bytes as lower-case hexadecimal. */
void text_add_hex(struct text *text, struct bytes bytes);
/* 3.8 MiB, 512 bytes. */
void text_add_size(struct text *text, uint64_t size);
/* 12,345 */
void text_add_count(struct text *text, uint64_t count);
/* 1 error, 2 errors: NOUN is the singular, and an s makes it the plural. */
void text_add_counted(struct text *text, uint64_t count, const char *noun);

#endif
