#ifndef MODEL_WIRE_H
#define MODEL_WIRE_H

#include "base/cursor.h"
#include "base/text.h"
#include "model/observation.h"
#include "model/sink.h"
#include "model/tree.h"

/*
 * What the two programs say to each other: frames of a 32-bit length (of what follows), one byte
 * of kind, and the fields named below, little-endian; a text is a 32-bit length and its bytes.
 * The parent reads a worker's frames as it would read any foreign bytes: with a cursor, within
 * LIMIT_MESSAGE.
 *
 * Memory both share is addressed by region: 0 is the image, 1 … are the workers' spills, where
 * opened containers and kept files lie. The first page of a spill is its worker's board.
 */

enum wire_kind {
    /* parent to worker */
    WIRE_OPEN = 1, /* open a container: walk it, put its children */
    WIRE_READ,     /* read the contents of some children of a container */
    WIRE_SYSTEM,   /* here is a file system to look at as a whole */
    WIRE_CHECK,    /* run one check over it */
    WIRE_BOOK,     /* the image is a workbook: read its cells */
    WIRE_CAPTURE,  /* the image is a capture of web pages: read its exchanges */

    /* worker to parent */
    WIRE_HELLO,   /* what this worker can do, before it has seen a foreign byte */
    WIRE_NODE,    /* a child of the container being walked */
    WIRE_CONTENT, /* the content of a node was read: its size, hash, format, place */
    WIRE_ROW,     /* an observation */
    WIRE_SPAN,
    WIRE_UNREAD,
    WIRE_RECORD, /* of a workbook: model/book.h; of a capture: model/capture.h */
    WIRE_DONE,   /* the job is over; with the error that ended it, if one did */
};

#define WIRE_BOARD_SIZE 4096U

/* The board: what a worker is touching, left where the parent finds it after a crash. */
struct wire_board {
    uint64_t touching; /* number of the child or item, from 1; 0: the container itself */
    uint64_t attempt;  /* while it is 0: what a search tries to decode, or SINK_NO_ATTEMPT */
};

#define WIRE_AVOID   16U /* attempts of one search that may cost a worker */
#define WIRE_CRASHED 20U /* contents of one walk that may */

/* A stretch of shared memory. */
struct wire_place {
    uint32_t region;
    uint64_t offset, size;
};

/*
 * WIRE_OPEN. NAME is the base name, FORMAT the format's name or nothing to ask all. A walk that
 * crashed is repeated: the worker swallows the first `replay` frames of the walk (they were
 * received), and does not touch contents up to `done` nor those of `crashed`. What is said of a
 * content while it is looked at is no frame of the walk.
 */
struct wire_open {
    struct wire_place place;
    struct bytes name, format;
    uint32_t replay, done;
    uint32_t crashed[WIRE_CRASHED];
    uint32_t crashed_count;
    uint64_t avoid[WIRE_AVOID]; /* offsets at which no attempt is to be made again */
    uint32_t avoid_count;
    uint32_t flags; /* WIRE_CARVE, WIRE_DELIVER, WIRE_PLAIN */
};

#define WIRE_CARVE   1U /* contents that no format claims are to be searched as raw images */
#define WIRE_DELIVER 2U /* every content is to be kept, for the parent wants to have it */
#define WIRE_PLAIN   4U /* no check is to look at it: the files alone are wanted */

/* wire_content.size of a content that could not be read; a WIRE_UNREAD before it says why. */
#define WIRE_LOST UINT64_MAX

/* WIRE_CONTENT. */
struct wire_content {
    uint32_t item;
    uint64_t size;
    struct sha256 sha256;
    struct bytes format; /* nothing: none bids */
    uint32_t opens;      /* the parent should have it opened: it lies at `place` */
    uint32_t kept;       /* a check wants it for the system: it lies at `place` */
    struct wire_place place;
    uint64_t checks; /* bit n: check n looked at it */
};

/* WIRE_UNREAD. */
struct wire_unread {
    uint32_t item; /* whose content was being looked at; 0: the walk, or the check, says it */
    struct bytes path;
    uint64_t bytes;
    struct bytes reason;
};

void wire_u8(struct text *out, uint8_t value);
void wire_u32(struct text *out, uint32_t value);
void wire_u64(struct text *out, uint64_t value);
void wire_text(struct text *out, struct bytes text);
struct bytes wire_read_text(struct cursor *c);

/* A frame: begin gives a mark, end fills in the length. */
size_t wire_begin(struct text *out, enum wire_kind kind);
void wire_end(struct text *out, size_t mark);

/*
 * Cuts the first whole frame from *STREAM. False when there is none yet. ERROR_INPUT when its
 * length cannot be.
 */
struct error *wire_next(struct bytes *stream, bool *found, enum wire_kind *kind,
                        struct bytes *payload) MUST_CHECK;

void wire_place(struct text *out, struct wire_place place);
struct wire_place wire_read_place(struct cursor *c);

/* A node with its metadata; `id` and `format` travel too. */
void wire_node(struct text *out, const struct node *node);
void wire_read_node(struct cursor *c, struct node *out); /* texts borrow from the frame */

void wire_content(struct text *out, const struct wire_content *content);
void wire_read_content(struct cursor *c, struct wire_content *out);

void wire_unread(struct text *out, const struct wire_unread *unread);
void wire_read_unread(struct cursor *c, struct wire_unread *out);

void wire_open(struct text *out, const struct wire_open *open);
void wire_read_open(struct cursor *c, struct wire_open *out);

/* A row: INDEX is that of its observable in the worker's hello. */
void wire_row(struct text *out, uint32_t index, const struct observation *observation);
/* Reads what follows the index; the observation and its values live in ARENA, texts borrow. */
struct observation *wire_read_row(struct cursor *c, const struct observable *observable,
                                  struct arena *arena);

#endif
