#include <hs.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "unpack/carve.h"

/* Bytes given to one hs_scan, whose length is an unsigned int. */
#define SCAN_BYTES (1ULL << 30)
#define BANNER     "Linux version "

/* All magics of all formats and the banner, compiled once for a process. */
struct pattern {
    const struct format *format; /* NULL: the banner */
    size_t size, offset;
};

static struct pattern patterns[LIMIT_CARVE_MAGICS];
static size_t pattern_count;
static size_t longest;
static hs_database_t *database;
static hs_scratch_t *scratch;

struct scan {
    struct bytes image;
    uint64_t from;
    uint64_t base;    /* of the stretch being scanned */
    uint64_t overlap; /* bytes at its start that were scanned before */
    struct arena *arena;
    struct carve_starts *out;
};

static struct error *compile(void)
{
    const char *expressions[LIMIT_CARVE_MAGICS];
    unsigned ids[LIMIT_CARVE_MAGICS];
    unsigned flags[LIMIT_CARVE_MAGICS] = {0};
    size_t sizes[LIMIT_CARVE_MAGICS];
    hs_compile_error_t *failure = NULL;
    unsigned count = 0;

    for (size_t i = 0; i < format_count; i++)
        for (size_t m = 0; m < formats[i]->magic_count && count + 1 < LIMIT_CARVE_MAGICS; m++) {
            const struct magic *magic = &formats[i]->magics[m];
            patterns[count] = (struct pattern){formats[i], magic->size, magic->offset};
            expressions[count++] = magic->bytes;
        }
    patterns[count] = (struct pattern){NULL, strlen(BANNER), 0};
    expressions[count++] = BANNER;
    for (unsigned i = 0; i < count; i++) {
        ids[i] = i;
        sizes[i] = patterns[i].size;
        longest = sizes[i] > longest ? sizes[i] : longest;
    }
    pattern_count = count;
    if (hs_compile_lit_multi(expressions, flags, ids, sizes, count, HS_MODE_BLOCK, NULL,
                             &database, &failure) != HS_SUCCESS) {
        struct error *error =
            error_new(ERROR_INTERNAL, "cannot compile the magics: %s", failure->message);
        hs_free_compile_error(failure);
        return error;
    }
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS)
        return error_new(ERROR_SYSTEM, "no memory to search for magics");
    return NULL;
}

static void add_banner(struct scan *scan, uint64_t at)
{
    struct carve_starts *out = scan->out;
    uint8_t digit = bytes_at(scan->image, (size_t)at + strlen(BANNER));

    if (digit < '1' || digit > '9' || out->banner_count >= LIMIT_CARVE_BANNERS)
        return;
    out->banners = arena_grow(scan->arena, out->banners, &out->banner_capacity,
                              out->banner_count + 1, sizeof *out->banners);
    out->banners[out->banner_count++] = at;
}

static int on_hit(unsigned id, unsigned long long start, unsigned long long end, unsigned flags,
                  void *context)
{
    struct scan *scan = context;
    struct carve_starts *out = scan->out;
    const struct pattern *pattern = &patterns[id];
    uint64_t behind = scan->base + end;

    (void)start;
    (void)flags;
    if (end <= scan->overlap && scan->overlap > 0)
        return 0;
    if (pattern->format == NULL) {
        add_banner(scan, behind - pattern->size);
        return 0;
    }
    if (behind < pattern->size + pattern->offset)
        return 0;
    uint64_t at = behind - pattern->size - pattern->offset;
    if (at < scan->from)
        return 0;
    if (out->count >= LIMIT_CARVE_STARTS) {
        out->full = true;
        return 1;
    }
    out->starts = arena_grow(scan->arena, out->starts, &out->capacity, out->count + 1,
                             sizeof *out->starts);
    out->starts[out->count++] = (struct carve_start){at, pattern->format};
    return 0;
}

static size_t rank(const struct format *format)
{
    for (size_t i = 0; i < format_count; i++)
        if (formats[i] == format)
            return i;
    return format_count;
}

static int by_place(const void *left, const void *right)
{
    const struct carve_start *a = left, *b = right;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    size_t first = rank(a->format), second = rank(b->format);
    return first < second ? -1 : first > second;
}

struct error *carve_find(struct bytes image, uint64_t from, struct arena *arena,
                         struct carve_starts *out)
{
    struct scan scan = {.image = image, .from = from, .arena = arena, .out = out};

    *out = (struct carve_starts){0};
    if (database == NULL || scratch == NULL)
        TRY(compile());
    for (uint64_t base = from; base < image.size && !out->full; base += SCAN_BYTES) {
        /* A magic may lie across the border: look again at the last bytes before it. */
        uint64_t overlap = base - from < longest ? 0 : longest - 1;
        struct bytes piece = bytes_slice(image, base - overlap, SCAN_BYTES + overlap);
        scan.base = base - overlap;
        scan.overlap = overlap;
        hs_error_t result = hs_scan(database, (const char *)piece.data, (unsigned)piece.size, 0,
                                    scratch, on_hit, &scan);
        if (result != HS_SUCCESS && result != HS_SCAN_TERMINATED)
            return error_new(ERROR_INTERNAL, "the search for magics failed with code %d",
                             result);
    }
    if (out->count > 1)
        qsort(out->starts, out->count, sizeof *out->starts, by_place);
    return NULL;
}
