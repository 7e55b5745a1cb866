#ifndef PIPELINE_POOL_H
#define PIPELINE_POOL_H

#include <sys/types.h>

#include "base/limits.h"
#include "model/wire.h"

/*
 * The workers of one image: starts them, hands them frames, hears what they say, notices when one
 * is silent too long or gone. Knows nothing of what the frames mean.
 */

struct pool_worker {
    pid_t pid;         /* 0: not running */
    int jobs, results; /* pipes */
    int spill;         /* memory file, kept over restarts */
    int messages;      /* its standard error, a memory file */
    struct wire_board *board;
    uint64_t spill_top; /* as of its last finished job: a restarted worker goes on behind it */
    struct text *heard; /* bytes not yet cut into frames */
    bool greeted;       /* its hello came */
    bool busy;
    bool impossible;      /* as of its epitaph: it was ended for what it said */
    uint64_t deadline_ms; /* when a busy worker is given up, on the monotonic clock */
    unsigned allowance_ms;
};

struct pool {
    const char *program;
    int image;
    uint64_t image_size;
    unsigned count;
    bool unlocked; /* the user accepts workers that cannot be locked */
    unsigned restarts;
    uint64_t last_ms; /* no deadline is later; 0: none is set */
    struct pool_worker workers[LIMIT_WORKERS];
};

struct error *pool_open(struct pool *pool, const char *program, int image, uint64_t image_size,
                        unsigned count, bool unlocked) MUST_CHECK;
void pool_close(struct pool *pool);

/* Sends FRAMES (whole ones) to an idle worker, which has ALLOWANCE_MS to say something. */
struct error *pool_send(struct pool *pool, unsigned worker, struct bytes frames,
                        unsigned allowance_ms) MUST_CHECK;

/* What happened to a worker. */
enum pool_event {
    POOL_NOTHING, /* the time was up */
    POOL_HEARD,   /* new bytes are in `heard` */
    POOL_LOST,    /* it ended or was ended: see pool_epitaph, then pool_restart */
};

/* Waits for the next event of any worker, at most TIMEOUT_MS. */
struct error *pool_wait(struct pool *pool, int timeout_ms, enum pool_event *event,
                        unsigned *worker) MUST_CHECK;

/*
 * From the first call on, a busy worker is given up after MS milliseconds at most, whatever it
 * says. True when they are over.
 */
bool pool_hurry(struct pool *pool, unsigned ms);

/* Why a lost worker ended, in plain words; the text lives in ARENA. */
const char *pool_epitaph(struct pool *pool, unsigned worker, struct arena *arena);

/* Starts a new process in the place of a lost one, with the same spill. */
struct error *pool_restart(struct pool *pool, unsigned worker) MUST_CHECK;

/* Memory of a place goes back to the machine. */
void pool_release(struct pool *pool, struct wire_place place);
/* Bytes of memory all spills hold now. */
uint64_t pool_spilled(const struct pool *pool);

/* A place as the parent may read it: mapped for the moment. NULL when it is no place. */
const uint8_t *pool_map(const struct pool *pool, struct wire_place place, void **base,
                        size_t *size);
void pool_unmap(void *base, size_t size);

/* The path of proviso-worker: PROGRAM when given, else found beside this program. In ARENA. */
struct error *pool_find_program(const char *program, struct arena *arena,
                                const char **out) MUST_CHECK;

#endif
