#ifndef UNPACK_CARVE_H
#define UNPACK_CARVE_H

#include "unpack/format.h"

/*
 * The steps of searching a raw image (unpack/raw.c): find every known magic, decide which of them
 * are starts of parts, decode the streams among them, and classify what lies between.
 */

/* A place where a format may begin: one of its magics stands where it should. */
struct carve_start {
    uint64_t at;
    const struct format *format;
};

struct carve_starts {
    struct carve_start *starts; /* by rising `at`, then in the order of formats.def */
    size_t count, capacity;
    uint64_t *banners; /* where "Linux version N" stands, rising */
    size_t banner_count, banner_capacity;
    bool full; /* there were more than LIMIT_CARVE_STARTS */
};

/* Finds all starts in IMAGE at or behind FROM, in one pass. The result lives in ARENA. */
struct error *carve_find(struct bytes image, uint64_t from, struct arena *arena,
                         struct carve_starts *out) MUST_CHECK;

/* A part of a raw image that a format explains. */
struct carve_part {
    uint64_t at, size;
    const struct format *format;
};

/* What came of decoding a stream. */
struct carve_stream {
    uint64_t consumed; /* bytes of input that belong to it; 0: it is no such stream */
    uint64_t cost;     /* bytes that were read or made, also when it is none */
};

/*
 * Decodes the stream of FORMAT at AT of IMAGE. When it is one, its part goes to SINK first (as
 * carve_name calls it, with its extent, its format and CONTENT_NONE: it has been read already),
 * then what it holds, as a child of the part. BITS is what the format bid: a weak one must decode
 * without any damage. Nothing reaches SINK when it is none.
 */
struct error *carve_stream(const struct format *format, struct bytes image, uint64_t at,
                           unsigned bits, struct arena *arena, struct sink *sink,
                           struct carve_stream *out) MUST_CHECK;

/*
 * How many bytes the thing of FORMAT at AT of IMAGE has, when the format cannot say: it is
 * unpacked into nothing, and the end of what it explains counts. 0 when it explains nothing.
 */
uint64_t carve_extent(const struct format *format, struct bytes image, uint64_t at,
                      struct arena *arena, struct sink *sink);

/*
 * Accounts for the bytes of IMAGE from FROM to TO, which no part explains: spans of padding,
 * encrypted, text and unknown bytes, and a node for each but padding, so that checks see them.
 * KERNEL says that the whole is a Linux kernel: its code and data then count as explained.
 */
struct error *carve_rest(struct bytes image, uint64_t from, uint64_t to, bool kernel,
                         struct arena *arena, struct sink *sink) MUST_CHECK;

/* How many bytes of IMAGE from FROM on are left between padding at both ends. */
uint64_t carve_data_bytes(struct bytes image, uint64_t from);

/* "squashfs@120200" in ARENA. */
struct bytes carve_name(struct arena *arena, const char *what, uint64_t at);

/*
 * 40 bits verified make a start: in an image of 4 GiB, 2^32 places, one wrong part in 256 images
 * per format. A stream may bid less, for decoding it to its end proves more.
 */
#define CARVE_BITS        40
#define CARVE_BITS_STREAM 20

#endif
