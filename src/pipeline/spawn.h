#ifndef PIPELINE_SPAWN_H
#define PIPELINE_SPAWN_H

#include "pipeline/pool.h"

/*
 * Starts the process of one worker: by exec, with nothing but its pipes, the image read-only and
 * the spills (its own to write, the others to read), an empty environment, and the folder "/".
 */
struct error *spawn_worker(struct pool *pool, unsigned index) MUST_CHECK;

#endif
