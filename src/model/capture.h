#ifndef MODEL_CAPTURE_H
#define MODEL_CAPTURE_H

#include "base/arena.h"
#include "base/cursor.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"

/*
 * A capture: what a program that saves web pages kept of its exchanges with servers (WARC,
 * ISO 28500), as far as somebody has to know it who asks whether a page is there. The worker reads
 * the file and says it exchange by exchange; the parent takes them for hostile.
 */

enum capture_kind {
    CAPTURE_EXCHANGE, /* a request and the answer to it */
    CAPTURE_LOSS,     /* something in the file could not be read; `trouble` says what */
};

/* Of an exchange. */
#define CAPTURE_ASKED    1U   /* its request was kept too: the next three are known */
#define CAPTURE_GET      2U   /* … and was a GET */
#define CAPTURE_COOKIE   4U   /* … with a cookie */
#define CAPTURE_IDENTITY 8U   /* … with Authorization: somebody had logged in */
#define CAPTURE_GIVES    16U  /* the answer sets a cookie */
#define CAPTURE_DEMANDS  32U  /* … names a way to log in (WWW-Authenticate) */
#define CAPTURE_PASSWORD 64U  /* the page has a field for a password */
#define CAPTURE_MOVES    128U /* the page itself sends the reader on (Refresh) */
#define CAPTURE_PDF      256U /* what came is a PDF */

struct capture_record {
    enum capture_kind kind;
    uint32_t record;        /* number of the record in the file, from 1 */
    uint32_t status;        /* of HTTP */
    uint32_t flags;         /* CAPTURE_… */
    uint32_t letters;       /* letters and digits that a reader sees, outside of links */
    struct bytes url, date; /* as the record has them: the date is 2026-11-20T10:00:00Z */
    struct bytes location;  /* where it redirects to, as it stands there */
    struct bytes type;      /* "text/html" */
    struct bytes title;
    struct bytes fields;  /* names and labels of the fields of its forms, one a line */
    struct bytes text;    /* what a reader sees, outside of links; the beginning of it */
    struct bytes trouble; /* why the page, or something of the file, is not read whole */
};

/* Where the reader puts what it finds. The first member of every such sink. */
struct capture_sink {
    struct error *(*record)(struct capture_sink *sink, const struct capture_record *record);
};

struct capture {
    struct arena *arena;
    struct capture_record *records; /* in the order of the file */
    size_t count, capacity;
    uint64_t size; /* bytes of their texts */
};

struct capture *capture_new(void);
void capture_free(struct capture *capture);
DEFINE_OWNED(capture)

/* Takes in a copy of RECORD. ERROR_LIMIT, or ERROR_INPUT for what no reader can have said. */
struct error *capture_add(struct capture *capture,
                          const struct capture_record *record) MUST_CHECK;

/* A record on the wire. */
void capture_write(struct text *out, const struct capture_record *record);
/* Texts borrow from what the cursor runs over. */
void capture_read(struct cursor *c, struct capture_record *out);

#endif
