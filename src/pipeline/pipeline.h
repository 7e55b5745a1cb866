#ifndef PIPELINE_PIPELINE_H
#define PIPELINE_PIPELINE_H

#include "model/assessment.h"

/*
 * The order of stages for one input: opens it, starts a pool of workers for it, shares the work
 * out, and gathers what they say into an assessment. Parses no foreign byte.
 */

struct pipeline_options {
    unsigned workers;       /* 0: one for each processor */
    uint64_t image_limit;   /* bytes; 0: LIMIT_IMAGE_BYTES */
    unsigned seconds_limit; /* of the whole image; 0: LIMIT_IMAGE_SECONDS */
    bool unlocked;          /* go on where the workers cannot be locked; the result says so */
    bool unpack_only;       /* no checks over whole file systems */
    const char *date;
    const char *worker; /* path of proviso-worker; NULL: found beside this program */
    /* Called now and then with bytes read so far; NULL: nobody wants to know. */
    void (*progress)(void *context, uint64_t bytes, uint64_t nodes);
    void *context;
    /*
     * Called with each content in turn, for `unpack -o`: NODE is one of ASSESSMENT, which is not
     * complete yet; CONTENT lives for the call alone. NULL: nobody wants them.
     */
    struct error *(*content)(void *context, const struct assessment *assessment,
                             const struct assessment_node *node, struct bytes content);
};

/*
 * Assesses the image, archive or directory at PATH ("-": standard input). Fails with ERROR_USAGE
 * when PATH is nothing that can be assessed, with ERROR_SYSTEM when the machine says no. A
 * damaged or hostile image is no failure: its loss stands in the assessment.
 */
struct error *pipeline_run(const char *path, const struct pipeline_options *options,
                           struct assessment **out) MUST_CHECK;

/* What the workers can do, without an input: formats, checks, observables of *OUT are filled. */
struct error *pipeline_describe(const char *worker, struct assessment **out) MUST_CHECK;

/* Milliseconds of a clock that never goes back. */
uint64_t pipeline_clock_ms(void);

#endif
