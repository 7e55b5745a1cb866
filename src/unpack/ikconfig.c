#include "base/limits.h"
#include "base/size.h"
#include "unpack/format.h"

/*
 * The configuration that a Linux kernel carries (CONFIG_IKCONFIG): "IKCFG_ST", a gzip stream,
 * "IKCFG_ED".
 */

#define MARK_BYTES 8

static uint64_t end_mark(struct bytes image)
{
    size_t at = bytes_find_string(bytes_slice(image, 0, LIMIT_IKCONFIG_BYTES), "IKCFG_ED");

    return at == SIZE_MAX ? 0 : at;
}

static unsigned ikconfig_recognise(struct bytes image)
{
    return bytes_starts(image, "IKCFG_ST\x1f\x8b\x08") && end_mark(image) > 0 ? 64 + 24 + 32
                                                                              : 0;
}

static uint64_t ikconfig_measure(struct bytes image)
{
    uint64_t end = end_mark(image);

    return end == 0 ? 0 : end + MARK_BYTES;
}

static struct error *ikconfig_unpack(struct container *container, struct sink *sink)
{
    uint64_t end = end_mark(container->image);

    if (end <= MARK_BYTES)
        return error_new(ERROR_INPUT, "the kernel configuration has no end mark");
    struct node node = {
        .kind = NODE_CONTAINER,
        .path = bytes_of("config.gz"),
        .size = end - MARK_BYTES,
    };
    sink_span(sink, 0, end + MARK_BYTES, SPAN_EXPLAINED, "kernel configuration");
    return sink_node(sink, &node, content_slice(MARK_BYTES, end - MARK_BYTES), NULL);
}

static const struct magic magics[] = {{"IKCFG_ST\x1f\x8b\x08", 11, 0}};

const struct format format_ikconfig = {
    .name = "ikconfig",
    .title = "Linux kernel configuration",
    .source = "Linux, kernel/configs.c; scripts/extract-ikconfig",
    .magics = magics,
    .magic_count = COUNT_OF(magics),
    .recognise = ikconfig_recognise,
    .measure = ikconfig_measure,
    .unpack = ikconfig_unpack,
};
