/* The compressed streams, against the tools that everybody packs with. */
#include "dry.h"
#include "samples.h"
#include "test.h"

#define CORRUPTIONS 2000 /* of each format */
#define NOISE_BYTES (4U << 20)

static struct arena *arena;

/* Everything the tests read, and what is in it: "source", unless `twice`. */
static const struct sample {
    const char *file, *format;
    bool twice;
    const char *name; /* the child's */
} samples[] = {
    {"plain.gz", "gzip", false, "plain"},     {"noname.gz", "gzip", false, "content"},
    {"fast.gz", "gzip", false, "source"},     {"fields.gz", "gzip", false, "given"},
    {"two.gz", "gzip", true, "plain"},        {"plain.xz", "xz", false, "content"},
    {"blocks.xz", "xz", false, "content"},    {"two.xz", "xz", true, "content"},
    {"plain.lzma", "lzma", false, "content"}, {"small.lzma", "lzma", false, "content"},
    {"odd.lzma", "lzma", false, "content"},   {"lclp.lzma", "lzma", false, "content"},
    {"sized.lzma", "lzma", false, "content"}, {"plain.bz2", "bzip2", false, "content"},
    {"two.bz2", "bzip2", true, "content"},    {"plain.zst", "zstd", false, "content"},
    {"high.zst", "zstd", false, "content"},   {"unsized.zst", "zstd", false, "content"},
    {"two.zst", "zstd", true, "content"},     {"plain.lz4", "lz4", false, "content"},
    {"linked.lz4", "lz4", false, "content"},  {"legacy.lz4", "lz4", false, "content"},
    {"kernel.lz4", "lz4", false, "content"},  {"two.lz4", "lz4", true, "content"},
};

static const char script[] =
    "seq 1 4000 >part; head -c 30000 /bin/sh >>part; head -c 9000 /dev/zero >>part;\n"
    "cat part part >source\n"
    "cp source plain; gzip -k plain; gzip -nc source >noname.gz; gzip -1k source\n"
    "mv source.gz fast.gz; cat plain.gz noname.gz >two.gz\n"
    /* extra field "XY", a name with a folder, a comment */
    "{ printf '\\037\\213\\010\\034\\0\\0\\0\\0\\0\\003\\006\\0XY\\002\\0ab';\n"
    "  printf 'some/given\\0a comment\\0'; tail -c +11 noname.gz; } >fields.gz\n"
    "xz -kc source >plain.xz; xz -kc --check=sha256 --block-size=20000 source >blocks.xz\n"
    "{ cat plain.xz; head -c 8 /dev/zero; cat blocks.xz; } >two.xz\n"
    "xz -kc --format=lzma source >plain.lzma\n"
    "xz -kc --format=lzma --lzma1=dict=64KiB source >small.lzma\n"
    "xz -kc --format=lzma --lzma1=dict=2MiB source >odd.lzma\n"
    "printf '\\001\\043\\041\\0' | dd of=odd.lzma bs=1 seek=1 conv=notrunc 2>dd.log\n"
    "xz -kc --format=lzma --lzma1=lc=0,lp=2,pb=2 source >lclp.lzma\n"
    "cp plain.lzma sized.lzma; printf '\\222\\311\\1\\0\\0\\0\\0\\0' >size\n"
    "size=$(stat -c %s source)\n"
    "for i in 0 1 2 3 4 5 6 7; do printf \"\\\\$(printf %o $((size >> (8 * i) & 255)))\"; done "
    ">size\n"
    "dd if=size of=sized.lzma bs=1 seek=5 conv=notrunc 2>dd.log\n"
    "bzip2 -kc source >plain.bz2; bzip2 -1kc source >small.bz2; cat plain.bz2 small.bz2 "
    ">two.bz2\n"
    "zstd -qkc source >plain.zst; zstd -19 -qkc source >high.zst\n"
    "cat source | zstd -qc >unsized.zst\n"
    "{ cat plain.zst; printf '\\120\\052\\115\\030\\003\\0\\0\\0abc'; cat high.zst; } "
    ">two.zst\n"
    "lz4 -qkc source >plain.lz4; lz4 -9 -B4 -BD -qkc --content-size source >linked.lz4 "
    "2>lz4.log\n"
    "lz4 -l -qkc source >legacy.lz4; cp legacy.lz4 kernel.lz4; cat size | head -c 4 "
    ">>kernel.lz4\n"
    "cat plain.lz4 linked.lz4 >two.lz4\n";

static struct bytes wanted(const struct sample *sample)
{
    struct bytes source = samples_read(arena, "source");
    struct buffer both = {.memory = arena_alloc(arena, 2 * source.size),
                          .capacity = 2 * source.size};

    error_drop(buffer_add(&both, source));
    if (sample->twice)
        error_drop(buffer_add(&both, source));
    return buffer_bytes(&both);
}

static struct bytes with_noise_behind(struct bytes bytes, size_t count)
{
    uint8_t *all = arena_alloc(arena, bytes.size + count);
    uint64_t state = 1;

    mem_copy(all, bytes.data, bytes.size);
    for (size_t i = 0; i < count; i++)
        all[bytes.size + i] = (uint8_t)(samples_random(&state) >> 56);
    return bytes_from(all, bytes.size + count);
}

static void check_sample(const struct sample *sample, struct bytes image, uint64_t consumed)
{
    const struct format *format = format_named(bytes_of(sample->format));
    owned(dry) dry = dry_new();
    unsigned bits;

    CHECK_TRUE(format_of(image, &bits) == format);
    CHECK_TRUE(bits >= 40);
    CHECK_SUCCESS(dry_unpack_one(dry, format, image));
    CHECK_INT(dry->node_count, 2);
    CHECK_INT(dry->unread_count, 0);
    if (dry->node_count == 2) {
        struct bytes content = dry->nodes[1].content;
        CHECK_TRUE(bytes_equal(content, wanted(sample)));
        CHECK_INT(dry->nodes[1].node.kind, NODE_CONTAINER);
        CHECK_BYTES(dry->nodes[1].node.path, sample->name);
    }
    CHECK_INT(dry->span_count, 1);
    if (dry->span_count == 1) {
        CHECK_INT(dry->spans[0].span.offset, 0);
        CHECK_INT(dry->spans[0].span.length, consumed);
    }
    if (!test_ok)
        printf("# … in %s\n", sample->file);
}

/* Decoded, named, and its end found: alone and inside a larger image. */
TEST(content_name_and_end)
{
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        struct bytes image = samples_read(arena, samples[i].file);
        uint64_t end = image.size;
        if (strcmp(samples[i].file, "kernel.lz4") == 0)
            end -= 4; /* the size that the kernel build appends */
        CHECK_TRUE(image.size > 0);
        check_sample(&samples[i], image, end);
        check_sample(&samples[i], with_noise_behind(image, 5000), end);
    }
}

TEST(names_of_content)
{
    static const struct {
        const char *container, *child;
    } names[] = {
        {"rootfs.tgz", "rootfs.tar"}, {"a.TXZ", "a.tar"}, {"kernel.gz", "kernel"},
        {"x.tar.lzma", "x.tar"},      {".gz", "content"}, {"firmware.bin", "content"},
    };
    const struct format *format = format_named(bytes_of("gzip"));

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        owned(dry) dry = dry_new();
        struct container container = {.image = samples_read(arena, "noname.gz"),
                                      .name = bytes_of(names[i].container),
                                      .arena = arena};
        /* a root, for the child to lie in */
        error_drop(dry_unpack_one(dry, format, bytes_of("")));
        CHECK_SUCCESS(format->unpack(&container, &dry->sink));
        CHECK_BYTES(dry->nodes[1].node.path, names[i].child);
    }
}

/* An empty content is a content. */
TEST(nothing_inside)
{
    static const struct {
        const char *file, *format;
    } empty[] = {{"e.gz", "gzip"},
                 {"e.xz", "xz"},
                 {"e.bz2", "bzip2"},
                 {"e.zst", "zstd"},
                 {"e.lz4", "lz4"}};

    CHECK_TRUE(
        samples_shell(": >e; gzip -kn e; xz -k e; bzip2 -k e; zstd -q e; lz4 -q e e.lz4"));
    for (size_t i = 0; i < COUNT_OF(empty); i++) {
        struct bytes image = samples_read(arena, empty[i].file);
        owned(dry) dry = dry_new();
        const struct format *format = format_of(image, NULL);
        CHECK_TRUE(format != NULL && strcmp(format->name, empty[i].format) == 0);
        if (format == NULL)
            continue;
        CHECK_SUCCESS(dry_unpack_one(dry, format, image));
        CHECK_INT(dry->node_count, 2);
        CHECK_INT(dry->unread_count, 0);
    }
}

/* Content whose checksum does not fit is kept, and said to be doubtful. */
TEST(wrong_checksum)
{
    struct bytes image = samples_read(arena, "noname.gz");
    struct bytes copy = arena_copy(arena, image);
    const struct sample *sample = &samples[1];
    owned(dry) dry = dry_new();

    ((uint8_t *)(uintptr_t)copy.data)[copy.size - 6] ^= 1;
    CHECK_SUCCESS(dry_unpack_one(dry, format_named(bytes_of("gzip")), copy));
    CHECK_INT(dry->unread_count, 1);
    CHECK_TRUE(dry->node_count == 2 && bytes_equal(dry->nodes[1].content, wanted(sample)));
}

/* Cut short: what comes out is a beginning of what should, and the loss is said. */
TEST(cut_short)
{
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        struct bytes whole = samples_read(arena, samples[i].file), all = wanted(&samples[i]);
        const struct format *format = format_named(bytes_of(samples[i].format));
        for (unsigned part = 0; part < 64; part++) {
            struct bytes image = bytes_slice(whole, 0, whole.size * part / 64);
            owned(dry) dry = dry_new();
            owned(error) error = dry_unpack_one(dry, format, image);
            size_t size = dry->node_count == 2 ? dry->nodes[1].content.size : 0;
            CHECK_TRUE(size == 0 || size <= all.size);
            CHECK_TRUE(size == 0 ||
                       bytes_equal(dry->nodes[1].content, bytes_slice(all, 0, size)));
            /* several streams in a row may be cut between two of them */
            CHECK_TRUE(error != NULL || dry->unread_count > 0 || samples[i].twice ||
                       size == all.size);
            if (!test_ok) {
                printf("# … in %s at %u/64\n", samples[i].file, part);
                return;
            }
        }
    }
}

/* Any byte may be any other: no crash, no hang, no sanitizer report. */
TEST(corrupted)
{
    uint64_t state = 42;

    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        struct bytes whole = samples_read(arena, samples[i].file);
        const struct format *format = format_named(bytes_of(samples[i].format));
        owned(arena) work = arena_new();
        unsigned same = 0;
        for (size_t j = 0; j < COUNT_OF(samples); j++)
            same += strcmp(samples[j].format, samples[i].format) == 0;
        for (unsigned round = 0; round < CORRUPTIONS / same; round++) {
            struct bytes image = arena_copy(work, whole);
            uint8_t *data = (uint8_t *)(uintptr_t)image.data;
            for (unsigned n = 0; n <= round % 8; n++)
                data[samples_random(&state) % (round % 3 == 0 ? 64 : image.size)] ^=
                    (uint8_t)(1 + samples_random(&state) % 255);
            owned(dry) dry = dry_new();
            dry->limit = 8U << 20;
            (void)format->recognise(image);
            error_drop(dry_unpack_one(dry, format, image));
            arena_reset(work);
        }
    }
}

/* Nothing in noise, programs and text is taken for a stream or an archive. */
static void claims_nothing(struct bytes image, const char *what)
{
    for (size_t f = 0; f < format_count; f++) {
        static const char *const ours[] = {"gzip", "xz",  "lzma", "bzip2", "zstd",
                                           "lz4",  "tar", "cpio", "zip",   "ar"};
        bool mine = false;
        for (size_t i = 0; i < COUNT_OF(ours); i++)
            mine |= strcmp(formats[f]->name, ours[i]) == 0;
        for (size_t at = 0; mine && at < image.size; at++) {
            unsigned bits = formats[f]->recognise(bytes_from_offset(image, at));
            CHECK_INT(bits, 0);
            if (bits > 0)
                printf("# … %s at %zu of %s\n", formats[f]->name, at, what);
        }
    }
}

TEST(no_false_claims)
{
    static const char *const files[] = {"/bin/sh",   "/bin/gzip",     "/bin/tar",
                                        "/bin/bash", "/usr/bin/xz",   "/bin/bzip2",
                                        "/bin/cpio", "/usr/bin/zstd", "/etc/services"};

    claims_nothing(with_noise_behind(bytes_of(""), NOISE_BYTES), "noise");
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct bytes image = samples_read(arena, arena_printf(arena, "../..%s", files[i]));
        claims_nothing(bytes_slice(image, 0, 2U << 20), files[i]);
    }
}

int main(void)
{
    arena = arena_new();
    if (!samples_make(script)) {
        SKIP(streams, "a packing tool (gzip, xz, bzip2, zstd, lz4) is missing");
        return test_end();
    }
    RUN(content_name_and_end);
    RUN(names_of_content);
    RUN(nothing_inside);
    RUN(wrong_checksum);
    RUN(cut_short);
    RUN(corrupted);
    RUN(no_false_claims);
    arena_free(arena);
    return test_end();
}
