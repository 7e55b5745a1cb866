#ifndef WORKER_WORKER_H
#define WORKER_WORKER_H

#include "base/limits.h"
#include "inspect/check.h"
#include "model/wire.h"
#include "unpack/format.h"

/*
 * A worker: one locked process that reads jobs from standard input and writes frames to standard
 * output. Its memory map is fixed at the start: the image (descriptor 3) and one spill for each
 * worker of the pool (descriptors 4 …), its own writable, the others' not.
 */

#define WORKER_FD_IMAGE  3
#define WORKER_FD_SPILLS 4

/* A container kept open between jobs, because its files are read in several. */
struct worker_container {
    struct wire_place place;
    const struct format *format; /* NULL: none is open */
    struct container container;
};

/* The file system at hand, for checks that look at one as a whole. */
struct worker_system {
    struct arena *arena;
    struct system_node *nodes;
    size_t count, capacity;
    bool complete;
};

struct worker {
    struct sink sink; /* first: the walks write here */
    bool locked;      /* it can do nothing but compute */
    struct text *out; /* frames not yet sent */
    struct bytes regions[LIMIT_WORKERS + 1];
    uint32_t region_count;
    uint32_t own; /* region of its own spill */
    uint8_t *spill;
    uint64_t spill_top; /* what is before it is in use */
    struct buffer buffer;
    struct arena *job;  /* dies with the job */
    struct arena *file; /* dies with the file */
    struct worker_container open;
    struct worker_system system;

    /* The walk of WIRE_OPEN. */
    struct wire_open walk;
    uint32_t frames;      /* of the walk, sent or swallowed */
    uint32_t children;    /* put in so far */
    uint32_t rows;        /* stated about the node at hand */
    uint32_t spans;       /* of the walk so far */
    uint32_t losses;      /* of the walk, told so far */
    uint32_t item;        /* whose content is being looked at; 0: none */
    uint32_t item_losses; /* of all contents of the job, told so far */
    uint64_t told;        /* up to here the container's bytes are accounted for */
};

/* channel.c: frames in and out. */
struct error *channel_read(struct arena *arena, enum wire_kind *kind, struct bytes *payload,
                           bool *end) MUST_CHECK;
void channel_flush(struct worker *worker);
void channel_sent(struct worker *worker); /* flushes when enough has gathered */

/* memory.c: regions and the spill. */
struct error *memory_map(struct worker *worker, uint32_t workers, uint32_t own,
                         uint64_t image_size, uint64_t spill_top) MUST_CHECK;
struct error *memory_at(const struct worker *worker, struct wire_place place,
                        struct bytes *out) MUST_CHECK;
void memory_touch(struct worker *worker, uint64_t number); /* says so on the board */
void memory_attempt(struct worker *worker, uint64_t offset);
/* Keeps BYTES in the spill; when they lie in the buffer already, nothing is copied. */
struct wire_place memory_keep(struct worker *worker, struct bytes bytes, bool whole_pages);
struct buffer *memory_buffer(struct worker *worker);

/* look.c: one content under the eyes of formats and checks; sends WIRE_CONTENT. */
struct look {
    struct node *node; /* id is the number the parent knows it by */
    struct bytes content;
    bool has_place;
    struct wire_place place;
    uint32_t flags; /* WIRE_CARVE, WIRE_DELIVER */
};
void look(struct worker *worker, struct look *look);
void look_lost(struct worker *worker, const struct node *node, struct error *error);
void look_row(struct worker *worker, const struct observation *observation);
/* Says that something of the content at hand is unread. */
void look_unread(struct worker *worker, struct bytes path, uint64_t bytes, const char *reason);

/* describe.c */
void describe(struct worker *worker);
void describe_observables(uint32_t *count);
uint32_t describe_index(const struct observable *observable);

/* open.c, whole.c, book.c, capture.c: the jobs. */
void job_open(struct worker *worker, struct cursor *c);
void job_read(struct worker *worker, struct cursor *c);
void job_system(struct worker *worker, struct cursor *c);
void job_check(struct worker *worker, struct cursor *c);
void job_book(struct worker *worker);
void job_capture(struct worker *worker);
void job_done(struct worker *worker, struct error *error);

/* The container of a job, opened or still open from the job before. */
struct error *job_container(struct worker *worker, struct wire_place place,
                            const struct format *format, struct bytes name,
                            struct container **out) MUST_CHECK;

#endif
