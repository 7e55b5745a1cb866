#include <stdlib.h>

#include "base/limits.h"
#include "base/size.h"
#include "unpack/devicetree.h"
#include "unpack/format.h"

/*
 * A FIT image: a device tree whose node /images holds one node for each part. The data of a part
 * is a property ("data"), or lies behind the tree: at "data-offset" from its end, rounded up to
 * four, or at "data-position" from the start of the image; "data-size" bytes.
 */

struct part {
    struct bytes name;
    uint64_t at, size;
    bool has_data, has_size, outside;
};

struct walk {
    struct devicetree tree;
    bool in_images;
    struct part part;
};

static void take_property(struct walk *walk)
{
    struct devicetree *tree = &walk->tree;
    struct part *part = &walk->part;
    uint32_t cell;

    if (bytes_is(tree->name, "data")) {
        part->at = tree->value_offset;
        part->size = tree->value.size;
        part->has_data = part->has_size = true;
    } else if (bytes_is(tree->name, "data-size") && devicetree_cell(tree->value, &cell)) {
        part->size = cell;
        part->has_size = true;
    } else if (bytes_is(tree->name, "data-offset") && devicetree_cell(tree->value, &cell)) {
        part->at = (tree->total + 3) / 4 * 4 + cell;
        part->has_data = part->outside = true;
    } else if (bytes_is(tree->name, "data-position") && devicetree_cell(tree->value, &cell)) {
        part->at = cell;
        part->has_data = part->outside = true;
    }
}

/* The next part of /images that has data. False at the end of the tree, sound or not. */
static bool next_part(struct walk *walk, struct part *out)
{
    for (;;) {
        enum devicetree_event event = devicetree_next(&walk->tree);
        unsigned depth = walk->tree.depth;
        if (event == DEVICETREE_END || event == DEVICETREE_BROKEN)
            return false;
        if (event == DEVICETREE_NODE && depth == 2)
            walk->in_images = bytes_is(walk->tree.name, "images");
        else if (event == DEVICETREE_NODE && depth == 3)
            walk->part = (struct part){.name = walk->tree.name};
        if (depth != 3 || !walk->in_images)
            continue;
        if (event == DEVICETREE_PROPERTY)
            take_property(walk);
        if (event != DEVICETREE_LEAVE || !walk->part.has_data || !walk->part.has_size)
            continue;
        *out = walk->part;
        return true;
    }
}

static unsigned fit_recognise(struct bytes image)
{
    unsigned bits = devicetree_bits(image);
    struct walk walk = {0};
    struct part part;

    if (bits == 0 || !devicetree_open(image, &walk.tree) || !next_part(&walk, &part))
        return 0;
    return bits + 48; /* the names "images" and "data" */
}

static uint64_t fit_measure(struct bytes image)
{
    struct walk walk = {0};
    struct part part;

    if (!devicetree_open(image, &walk.tree))
        return 0;
    uint64_t end = walk.tree.total;
    while (next_part(&walk, &part))
        if (part.outside) /* each is filled up to a multiple of four, the last one too */
            end = size_max(end, (part.at + part.size + 3) / 4 * 4);
    return end;
}

static int by_place(const void *left, const void *right)
{
    const struct part *a = left, *b = right;

    return a->at < b->at ? -1 : a->at > b->at;
}

/* What lies behind the tree: the parts there, and what is between them. */
static void give_outside(struct bytes image, struct part *parts, size_t count, uint64_t covered,
                         struct sink *sink)
{
    uint64_t last = size_min(fit_measure(image), image.size);

    if (count > 1)
        qsort(parts, count, sizeof *parts, by_place);
    for (size_t i = 0; i < count; i++) {
        uint64_t at = size_min(parts[i].at, image.size);
        uint64_t end = size_min(parts[i].at + parts[i].size, image.size);
        if (!parts[i].outside || end <= covered)
            continue;
        if (at > covered)
            sink_span(sink, covered, at - covered,
                      bytes_all(bytes_slice(image, covered, at - covered), 0) ? SPAN_PADDING
                                                                              : SPAN_UNKNOWN,
                      "before a part");
        uint64_t from = size_max(at, covered);
        sink_span(sink, from, end - from, SPAN_EXPLAINED, "FIT part");
        covered = end;
    }
    if (covered < last)
        sink_span(sink, covered, last - covered, SPAN_PADDING, "alignment");
}

static struct error *give_part(struct bytes image, const struct part *part, struct sink *sink)
{
    struct node node = {.kind = NODE_CONTAINER, .path = part->name};
    struct bytes content = bytes_slice(image, part->at, part->size);

    if (content.size < part->size)
        sink_unread(sink, part->name, part->size - content.size,
                    "the data of this part ends behind the FIT image");
    if (content.size == 0)
        return NULL;
    node.size = content.size;
    return sink_node(sink, &node, content_slice(part->at, content.size), NULL);
}

static struct error *fit_unpack(struct container *container, struct sink *sink)
{
    struct bytes image = container->image;
    struct walk walk = {0};
    struct part *parts = NULL, part;
    size_t count = 0, capacity = 0;

    if (!devicetree_open(image, &walk.tree))
        return error_new(ERROR_INPUT, "no device tree header at byte 0");
    uint64_t end = walk.tree.blob.size;
    sink_span(sink, 0, end, SPAN_EXPLAINED, "FIT structure");
    if (end < walk.tree.total)
        sink_unread(sink, bytes_of(""), walk.tree.total - end, "the FIT image is cut short");
    while (next_part(&walk, &part)) {
        if (count >= LIMIT_FIT_PARTS)
            return error_new(ERROR_LIMIT, "more than %d parts in a FIT image", LIMIT_FIT_PARTS);
        parts = arena_grow(container->arena, parts, &capacity, count + 1, sizeof *parts);
        parts[count++] = part;
        TRY(give_part(image, &part, sink));
    }
    give_outside(image, parts, count, end, sink);
    return NULL;
}

static const struct magic magics[] = {{"\xd0\x0d\xfe\xed", 4, 0}};

const struct format format_fit = {
    .name = "fit",
    .title = "FIT image",
    .source = "U-Boot, doc/usage/fit/source_file_format.rst",
    .magics = magics,
    .magic_count = COUNT_OF(magics),
    .recognise = fit_recognise,
    .measure = fit_measure,
    .unpack = fit_unpack,
};
