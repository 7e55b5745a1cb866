#ifndef INSPECT_KEY_LINE_H
#define INSPECT_KEY_LINE_H

#include "inspect/key_private.h"

/* Keys that are one line of text. */

/* A line of authorized_keys or a .pub file of OpenSSH: [options] type base64 [comment]. */
struct key_line {
    struct key_public half;
    struct bytes options, comment; /* empty: none */
};

bool key_line_read(struct bytes line, struct arena *arena, struct key_line *out);

/* A key file of usign or signify: "untrusted comment: …", then base64. */
struct key_usign {
    bool is_private;
    bool encrypted;
    struct key_public half;
    struct bytes comment;
};

bool key_usign_may_be(struct bytes content);
bool key_usign_read(struct bytes content, struct arena *arena, struct key_usign *out);

#endif
