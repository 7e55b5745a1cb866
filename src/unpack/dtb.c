#include "base/size.h"
#include "unpack/devicetree.h"
#include "unpack/format.h"

/* A device tree blob: it describes a board, and holds no files. A FIT image bids more. */

static unsigned dtb_recognise(struct bytes image)
{
    return devicetree_bits(image);
}

static uint64_t dtb_measure(struct bytes image)
{
    struct devicetree tree;

    return devicetree_open(image, &tree) ? tree.total : 0;
}

static bool dtb_is_leaf(struct bytes image)
{
    (void)image;
    return true;
}

static struct error *dtb_unpack(struct container *container, struct sink *sink)
{
    struct devicetree tree;

    if (!devicetree_open(container->image, &tree))
        return error_new(ERROR_INPUT, "no device tree header at byte 0");
    sink_span(sink, 0, tree.blob.size, SPAN_EXPLAINED, "device tree");
    if (tree.blob.size < tree.total)
        sink_unread(sink, bytes_of(""), tree.total - tree.blob.size,
                    "the device tree is cut short");
    return NULL;
}

static const struct magic magics[] = {{"\xd0\x0d\xfe\xed", 4, 0}};

const struct format format_dtb = {
    .name = "dtb",
    .title = "Device tree blob",
    .source = "Devicetree Specification 0.4, chapter 5",
    .magics = magics,
    .magic_count = COUNT_OF(magics),
    .recognise = dtb_recognise,
    .measure = dtb_measure,
    .is_leaf = dtb_is_leaf,
    .unpack = dtb_unpack,
};
