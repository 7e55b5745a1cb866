#ifndef PIPELINE_RUN_H
#define PIPELINE_RUN_H

#include "pipeline/input.h"
#include "pipeline/pipeline.h"
#include "pipeline/pool.h"

/*
 * One image on its way through the pool. A container that is being opened is an `opening`: first
 * one worker walks it (WIRE_OPEN), and while it does, the contents it promised are handed out to
 * all workers in portions (WIRE_READ). When every container is read, whole file systems are
 * looked at (WIRE_SYSTEM, WIRE_CHECK).
 */

/* A content that a walk promised: a slice at `place`, or a handle of the format. */
struct item {
    uint32_t node;
    enum content_kind kind;
    struct wire_place place;
    struct bytes handle;
};

struct opening {
    uint32_t node;
    struct wire_place place;
    struct bytes format;
    uint32_t flags; /* of its contents */
    bool queued;    /* its walk waits for a worker */
    bool walked;
    unsigned busy; /* walks and portions under way */
    unsigned crashes;
    bool damaged; /* something in it could not be read */
    struct item *items;
    size_t item_count, item_capacity, next_item;
    uint64_t waiting;   /* bytes of the items from next_item on */
    uint32_t *children; /* node of each child, by number */
    size_t child_count, child_capacity;
    uint32_t frames;            /* of the walk, received */
    uint32_t owed;              /* contents that the walk announced and has not reported */
    uint32_t done;              /* children up to this number need no second look */
    uint64_t avoid[WIRE_AVOID]; /* attempts of its walk that killed a worker */
    uint32_t avoid_count;
    uint32_t crashed[WIRE_CRASHED]; /* children whose content killed a worker */
    const char *epitaphs[WIRE_CRASHED];
    uint32_t crashed_count;
    /* Memory: openings whose place lies inside this one's; it is given back when none is left. */
    struct opening *owner;
    unsigned tenants;
    bool keeps; /* a kept file lies in it */
};

enum task_kind {
    TASK_NONE,
    TASK_OPEN,
    TASK_READ,
    TASK_CHECK,
};

/* Something of the node at hand that could not be read, until its content is reported. */
struct loss {
    uint32_t node;
    uint64_t bytes;
    struct bytes reason;
};

/* What a worker is doing. */
struct task {
    enum task_kind kind;
    struct opening *opening;
    struct item *items; /* TASK_READ */
    size_t item_count, items_done;
    size_t system, check;      /* TASK_CHECK */
    struct observation **rows; /* about the node at hand, until its content is reported */
    size_t row_count, row_capacity;
    struct loss *losses; /* … and as long */
    size_t loss_count, loss_capacity;
    uint32_t holds_system; /* plus one: which system the process has */
};

/* A file system looked at as a whole. */
struct whole {
    uint32_t container;
    uint32_t *nodes; /* sorted by path */
    size_t node_count;
    bool complete;
};

struct run {
    const struct pipeline_options *options;
    struct assessment *assessment;
    struct pool pool;
    struct arena *arena;
    struct task tasks[LIMIT_WORKERS];
    struct opening **openings;
    size_t opening_count, opening_capacity;
    struct wire_place
        *kept; /* by node: where its content is kept; region UINT32_MAX: nowhere */
    size_t kept_capacity;
    uint8_t *owed; /* by node: what is still to come of its content (owed.c) */
    size_t owed_capacity;
    struct whole *wholes;
    size_t whole_count, next_whole, next_check;
    uint64_t stop_ms;
    bool stopped; /* a limit of the whole image was reached: nothing new is begun */
    bool greeted; /* a hello was read */
    const char *path;
    const struct input *input; /* until its hash is known */
};

/*
 * Opens a container at PLACE; OWNER is the opening whose memory it lies in, or NULL. KEEPS: it is
 * a kept file itself.
 */
void run_open(struct run *run, uint32_t node, struct wire_place place, struct bytes format,
              struct opening *owner, bool keeps);
/* Tells what cannot be read any more: nothing new is begun, what waits is unread. */
void run_stop(struct run *run, const char *reason);
void run_unread(struct run *run, uint32_t node, struct bytes path, uint64_t bytes,
                const char *reason);

/*
 * owed.c: what is known to be there is read or told. A node whose content was promised is
 * owed until that is settled or lost; what is still owed in the end is lost too, and told.
 */
void owed_promise(struct run *run, uint32_t node);
void owed_settle(struct run *run, uint32_t node);
/* The content of NODE, or something in it, is lost: the file system it lies in is not complete. */
void owed_lose(struct run *run, uint32_t node, uint64_t bytes, struct bytes reason);
bool owed_is_lost(const struct run *run, size_t node);
void owed_tell(struct run *run);

/* The number of the child that OPENING spares because of a crash, or crashed_count. */
uint32_t run_crash_of(const struct opening *opening, uint64_t child);

/* hand.c: gives idle workers their next task. False when there is none for this one. */
struct error *hand_out(struct run *run, unsigned worker, bool *busy) MUST_CHECK;

/* receive.c: reads what a worker said. */
struct error *receive(struct run *run, unsigned worker) MUST_CHECK;
void receive_task_over(struct run *run, unsigned worker);

/* hello.c: what a worker can do. */
struct error *hello_read(struct assessment *assessment, struct bytes payload) MUST_CHECK;

/* lost.c: a worker is gone. */
struct error *lost(struct run *run, unsigned worker) MUST_CHECK;

/* whole.c: file systems as wholes. */
void whole_collect(struct run *run);
struct error *whole_hand_out(struct run *run, unsigned worker, bool *busy) MUST_CHECK;
/* Says of every check that was not handed out that it was not made. */
void whole_give_up(struct run *run);

#endif
