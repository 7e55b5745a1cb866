#ifndef CAPTURE_HTTP_H
#define CAPTURE_HTTP_H

#include "base/error.h"
#include "model/buffer.h"

/* A message of HTTP/1.1 as a capture keeps it (RFC 9112): a first line, fields, a body. */

struct http_message {
    struct bytes start;  /* the first line */
    struct bytes fields; /* the lines behind it */
    struct bytes body;   /* as it came: packed and in chunks, perhaps */
};

/* ERROR_INPUT when the head has no end within LIMIT_CAPTURE_HEADERS lines. */
struct error *http_split(struct bytes bytes, struct http_message *out) MUST_CHECK;

/*
 * A head of lines "name: value" up to an empty line, as WARC has it too: cuts it from *REST.
 * False when the empty line does not come.
 */
bool http_head(struct bytes *rest, struct bytes *fields);

/* The value of the first field of that name. False when there is none. */
bool http_field(struct bytes fields, const char *name, struct bytes *value);

/* The status of an answer; 0 when its first line says none. */
uint32_t http_status(const struct http_message *answer);

/*
 * Room for what a body becomes on the way: put together of its chunks, and unpacked. Begins empty
 * and grows as needed; free the memory of both with mem_free.
 */
struct http_room {
    struct buffer joined, unpacked;
};

/*
 * Empties BUFFER, and sees to it that it can hold what SIZE bytes of deflate unpack to, but never
 * more than LIMIT_CAPTURE_MEMBER.
 */
void http_reserve(struct buffer *buffer, size_t size);

/*
 * The body of an answer as the page it is. *CUT: why not all of it is there, or NULL. On an error
 * nothing can be said of it: packed by a method we do not read, or damaged. The page borrows from
 * the message or from ROOM.
 */
struct error *http_page(const struct http_message *answer, struct http_room *room,
                        struct bytes *page, const char **cut) MUST_CHECK;

#endif
