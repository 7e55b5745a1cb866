#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/*
 * Every ceiling we chose, with its reason. What is over a limit becomes an observation (`unread`)
 * or one clear message, never a silence.
 */

/* Memory */
#define LIMIT_ARENA_BLOCK (64U << 10) /* one malloc for a few hundred small things */
#define LIMIT_ARENA_KEPT (1U << 20)   /* kept over arena_reset; larger blocks go back */
#define LIMIT_EXIT_OUT_OF_MEMORY 113  /* exit status by which a worker says so */

/* An image */
#define LIMIT_IMAGE_BYTES (4ULL << 30)   /* eMMC dumps are 4 GiB; larger ones are disks */
#define LIMIT_DEPTH 24                   /* containers inside containers; real images reach 7 */
#define LIMIT_NODES 2000000U             /* the largest image known to us has 60,000 files */
#define LIMIT_NODES_CONTAINER 1000000U   /* of one container */
#define LIMIT_OBSERVATIONS 2000000U      /* rows of all observables together */
#define LIMIT_SPANS 200000U              /* parts an image is cut into */
#define LIMIT_FILE_BYTES (1ULL << 30)    /* one file, unpacked, in memory */
#define LIMIT_TOTAL_BYTES (64ULL << 30)  /* all files together, unpacked */
#define LIMIT_RATIO 20000U               /* bytes out per byte in, of one stream: zlib cannot
                                            exceed 1032, xz of zeros 7000, zstd 17000 */
#define LIMIT_RATIO_FREE (64ULL << 20)   /* under this size no ratio is asked */
#define LIMIT_NAME 4096                  /* bytes of one name or link target: PATH_MAX */
#define LIMIT_PATH 16384                 /* bytes of a path through all containers */
#define LIMIT_XATTRS 4096                /* of one node */

/* A worker */
#define LIMIT_WORKERS 16                 /* in one pool */
#define LIMIT_WORKER_MEMORY (1ULL << 30) /* private memory; file contents live in the spill */
#define LIMIT_SPILL_BYTES (8ULL << 30)   /* memory holding opened containers, all workers */
#define LIMIT_SPILL_SPAN (256ULL << 30)  /* addresses a worker may use for them: sparse */
#define LIMIT_NODE_SECONDS 10            /* of one node; the slowest honest one takes 3 */
#define LIMIT_IMAGE_SECONDS 600          /* of a whole image, unless the user says otherwise */
#define LIMIT_RESTARTS 200               /* of workers for one image: then it is abandoned */
#define LIMIT_MESSAGE (16U << 20)        /* one message of a worker */

/* Inspecting */
#define LIMIT_EXCERPT 240                /* bytes of a file quoted as proof */
#define LIMIT_KEPT_FILE (1U << 20)       /* a configuration file kept for the whole-system view */
#define LIMIT_KEPT_TOTAL (64U << 20)     /* all of them */
#define LIMIT_HITS_FILE 20000            /* pattern hits in one file */
#define LIMIT_LINKS 40                   /* symbolic links followed for one path, as Linux */
#define LIMIT_ROWS_NODE 20000            /* observations about one node */

#endif
