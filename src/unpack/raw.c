#include "unpack/raw.h"

#include <string.h>

#include "base/limits.h"
#include "base/size.h"
#include "unpack/carve.h"

/*
 * A raw image: a dump of a flash, a vendor's update file, an unpacked kernel; anything that no
 * format recognises from its first byte. It is searched for known starts anywhere inside and cut
 * into its parts. This is the one format that consults the registry: it calls the others'
 * recognise and measure, and for a stream, whose end only decoding can tell, their unpack.
 *
 * What it puts into the sink:
 *   - a part with an extent of its own as a NODE_CONTAINER with CONTENT_SLICE and no format: the
 *     engine asks again what it is, and opens it;
 *   - a stream as a NODE_CONTAINER with CONTENT_NONE, an offset, a size and a format: it has been
 *     read already, and its child follows;
 *   - unexplained stretches as NODE_FILE with CONTENT_SLICE and the format "unknown", "text",
 *     "encrypted" or "vmlinux": for the checks to look at, not to be opened again.
 */

/* Fewer bytes behind a file system, padding apart, are an end mark of the vendor. */
#define TAIL_BYTES 64

extern const struct format format_raw;

struct search {
    struct bytes image;
    struct arena *arena;
    struct sink *sink;
    struct carve_starts starts;
    struct carve_part *parts;
    size_t part_count, part_capacity;
    uint64_t covered; /* end of the last part */
    unsigned *tries;  /* of each format in the MiB at hand */
    uint64_t tries_mib;
    uint64_t tries_left; /* of all */
    uint64_t wasted;     /* bytes of streams that were none, decoded in vain */
    bool embedded;       /* spans are not ours to give */
    bool tries_full, waste_full;
};

struct bytes carve_name(struct arena *arena, const char *what, uint64_t at)
{
    return bytes_of(arena_printf(arena, "%s@%llx", what, (unsigned long long)at));
}

static unsigned raw_recognise(struct bytes image)
{
    (void)image;
    return 0;
}

static bool may_try(struct search *search, const struct carve_start *start)
{
    uint64_t mib = start->at >> 20;
    size_t which = 0;

    if (mib != search->tries_mib) {
        memset(search->tries, 0, format_count * sizeof *search->tries);
        search->tries_mib = mib;
    }
    while (which + 1 < format_count && formats[which] != start->format)
        which++;
    if (search->tries[which]++ >= LIMIT_CARVE_TRIES || search->tries_left == 0) {
        search->tries_full = true;
        return false;
    }
    search->tries_left--;
    return true;
}

static void add_part(struct search *search, const struct format *format, uint64_t at,
                     uint64_t size)
{
    search->parts = arena_grow(search->arena, search->parts, &search->part_capacity,
                               search->part_count + 1, sizeof *search->parts);
    search->parts[search->part_count++] = (struct carve_part){at, size, format};
    search->covered = at + size;
    if (!search->embedded)
        sink_span(search->sink, at, size, SPAN_EXPLAINED, format->title);
}

static struct error *try_stream(struct search *search, const struct format *format, uint64_t at,
                                unsigned bits)
{
    struct carve_stream stream;

    if (search->wasted > search->image.size + LIMIT_CARVE_WASTE) {
        search->waste_full = true;
        return NULL;
    }
    TRY(carve_stream(format, search->image, at, bits, search->arena, search->sink, &stream));
    if (stream.consumed == 0)
        search->wasted += stream.cost + 1024;
    else
        add_part(search, format, at, size_min(stream.consumed, search->image.size - at));
    return NULL;
}

static struct error *try_part(struct search *search, const struct format *format, uint64_t at)
{
    struct bytes rest = bytes_from_offset(search->image, at);
    uint64_t size = format->measure == NULL ? 0 : format->measure(rest);

    if (size == 0)
        size = carve_extent(format, search->image, at, search->arena, search->sink);
    size = size_min(size, rest.size);
    if (size == 0)
        return NULL;
    struct node part = {
        .kind = NODE_CONTAINER,
        .path = carve_name(search->arena, format->name, at),
        .size = size,
        .offset = at,
        .has_offset = true,
    };
    TRY(sink_node(search->sink, &part, content_slice(at, size), NULL));
    add_part(search, format, at, size);
    return NULL;
}

/* All starts at one place bid; the best is taken. *NEXT is the first start behind. */
static struct error *try_place(struct search *search, size_t first, size_t *next)
{
    uint64_t at = search->starts.starts[first].at;
    struct bytes rest = bytes_from_offset(search->image, at);
    const struct format *best = NULL;
    unsigned most = 0;
    size_t i = first;

    for (; i < search->starts.count && search->starts.starts[i].at == at; i++) {
        const struct carve_start *start = &search->starts.starts[i];
        if (i > first && start->format == start[-1].format)
            continue;
        if (!may_try(search, start))
            continue;
        unsigned bits = start->format->recognise(rest);
        if (bits >= (start->format->is_stream ? CARVE_BITS_STREAM : CARVE_BITS) &&
            bits > most) {
            most = bits;
            best = start->format;
        }
    }
    *next = i;
    if (best == NULL)
        return NULL;
    return best->is_stream ? try_stream(search, best, at, most) : try_part(search, best, at);
}

/*
 * An unpacked Linux kernel: it says so itself, and holds nothing that a kernel does not embed.
 * A dump of a flash with a kernel in it has file systems too.
 */
static bool is_kernel(const struct search *search)
{
    static const char *const foreign[] = {"uimage", "fit", "trx", "tplink", "kernel"};

    if (search->starts.banner_count == 0 || search->image.size > LIMIT_CARVE_KERNEL)
        return false;
    for (size_t i = 0; i < search->part_count; i++) {
        const struct format *format = search->parts[i].format;
        if (format->is_tree && strcmp(format->name, "cpio") != 0)
            return false;
        for (size_t f = 0; f < COUNT_OF(foreign); f++)
            if (strcmp(format->name, foreign[f]) == 0)
                return false;
    }
    return true;
}

static struct error *account_for_rest(struct search *search, uint64_t from)
{
    bool kernel = is_kernel(search);

    for (size_t i = 0; i < search->part_count; i++) {
        const struct carve_part *part = &search->parts[i];
        TRY(carve_rest(search->image, from, part->at, kernel, search->arena, search->sink));
        from = part->at + part->size;
    }
    return carve_rest(search->image, from, search->image.size, kernel, search->arena,
                      search->sink);
}

static struct error *run(struct container *container, uint64_t from, bool embedded,
                         struct sink *sink)
{
    struct search search = {
        .image = container->image,
        .arena = container->arena,
        .sink = sink,
        .covered = from,
        .embedded = embedded,
        .tries = arena_array(container->arena, format_count + 1, sizeof(unsigned)),
        .tries_left = LIMIT_CARVE_TRIES_ALL +
                      LIMIT_CARVE_TRIES_MIB * ((uint64_t)container->image.size >> 20),
    };

    if (from >= container->image.size)
        return NULL;
    TRY(carve_find(search.image, from, search.arena, &search.starts));
    for (size_t i = 0; i < search.starts.count;) {
        if (search.starts.starts[i].at < search.covered) {
            i++;
            continue;
        }
        if (search.part_count >= LIMIT_CARVE_PARTS) {
            sink_unread(sink, bytes_of(""), search.image.size - search.covered,
                        "more parts than are read of one image; the rest is not searched");
            break;
        }
        TRY(try_place(&search, i, &i));
    }
    if (search.tries_full || search.starts.full)
        sink_unread(
            sink, bytes_of(""), 0,
            "so many false starts that some places were not tried: a part may be missed");
    if (search.waste_full)
        sink_unread(sink, bytes_of(""), 0,
                    "so many broken streams that some were not tried: a part may be missed");
    return embedded ? NULL : account_for_rest(&search, from);
}

struct error *raw_search(struct container *container, uint64_t from, struct sink *sink)
{
    return run(container, from, false, sink);
}

struct error *raw_search_embedded(struct container *container, uint64_t from, struct sink *sink)
{
    return run(container, from, true, sink);
}

bool raw_should_open(const struct format *format, struct bytes image)
{
    uint64_t size = format->measure == NULL ? 0 : format->measure(image);

    if (!format->is_tree || size == 0)
        return false;
    return carve_data_bytes(image, size) >= TAIL_BYTES;
}

struct error *raw_search_tail(const struct format *format, struct container *container,
                              uint64_t explained, struct sink *sink)
{
    uint64_t size = format->measure == NULL ? 0 : format->measure(container->image);
    uint64_t from = size_max(explained, size);

    if (from == 0 || format == &format_raw)
        return NULL;
    return raw_search(container, from, sink);
}

static struct error *raw_unpack(struct container *container, struct sink *sink)
{
    return raw_search(container, 0, sink);
}

const struct format format_raw = {
    .name = "raw",
    .title = "Raw image, searched for known starts",
    .source = "the magics of all other formats",
    .recognise = raw_recognise,
    .unpack = raw_unpack,
};
