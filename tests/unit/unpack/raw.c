#include "unpack/raw.h"

#include "image.h"

extern const struct format format_raw;
extern const struct format format_dtb;
extern const struct format format_squashfs;

static const struct dry_span *span_at(const struct dry *dry, uint64_t offset)
{
    for (size_t i = 0; i < dry->span_count; i++)
        if (dry->spans[i].container == 0 && dry->spans[i].span.offset == offset)
            return &dry->spans[i];
    return NULL;
}

#define CHECK_SPAN(dry, at, wanted_kind, wanted_length)      \
    do {                                                     \
        const struct dry_span *span_ = span_at((dry), (at)); \
        CHECK_TRUE(span_ != NULL);                           \
        if (span_ != NULL) {                                 \
            CHECK_INT(span_->span.kind, (wanted_kind));      \
            CHECK_INT(span_->span.length, (wanted_length));  \
        }                                                    \
    } while (0)

/* Code-like bytes: neither text nor high entropy. */
static void add_code(struct image *image, size_t count)
{
    for (size_t i = 0; i < count; i++)
        image_add(image, &(uint8_t){(uint8_t)(0x80 | (i * 7 % 61))}, 1);
}

/* No part is found in IMAGE, and its bytes are accounted for. */
static void check_nothing(const struct image *image, size_t spans)
{
    owned(dry) dry = dry_new();

    CHECK_SUCCESS(dry_unpack_one(dry, &format_raw, image_bytes(image)));
    for (size_t i = 1; i < dry->node_count; i++)
        CHECK_TRUE(dry->nodes[i].node.kind == NODE_FILE);
    CHECK_TRUE(image_is_covered(dry, image->size));
    CHECK_TRUE(dry->span_count <= spans);
    CHECK_INT(dry->unread_count, 0);
}

TEST(raw_bids_nothing)
{
    CHECK_INT(format_raw.recognise(bytes_of("anything")), 0);
}

TEST(raw_finds_parts_anywhere)
{
    if (!image_shell(
            "mkdir -p d && seq 1 3000 > d/f && mksquashfs d a.sqsh -noappend -quiet && "
            "seq 1 20000 | gzip -n > b.gz && mkimage -A mips -O linux -T kernel -C none "
            "-d d/f c.img")) {
        printf("# mksquashfs or mkimage is not installed\n");
        return;
    }
    struct image squashfs = image_read("a.sqsh"), packed = image_read("b.gz");
    struct image uimage = image_read("c.img"), image = {0};
    owned(dry) dry = dry_new();

    add_code(&image, 1000);
    size_t first = image.size;
    image_add(&image, uimage.bytes, uimage.size);
    size_t second = image.size;
    image_add(&image, packed.bytes, packed.size);
    image_pad(&image, 0x20000, 0xff);
    image_add(&image, squashfs.bytes, squashfs.size);
    size_t end = image.size;
    image_noise(&image, 64 << 10, 1);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_raw, image_bytes(&image)));
    CHECK_NODE(dry, arena_printf(dry->arena, "uimage@%zx", first), image_bytes(&uimage));
    CHECK_NODE(dry, "squashfs@20000", image_bytes(&squashfs));
    CHECK_NODE(dry, "unknown@0", bytes_from(image.bytes, first));
    CHECK_NODE(dry, arena_printf(dry->arena, "encrypted@%zx", end),
               bytes_from(image.bytes + end, 64 << 10));
    CHECK_SPAN(dry, second, SPAN_EXPLAINED, packed.size);
    CHECK_SPAN(dry, second + packed.size, SPAN_PADDING, 0x20000 - second - packed.size);
    CHECK_TRUE(image_is_covered(dry, image.size));
    /* The stream was decoded on the way: its part has no content, and its child follows. */
    char *part = arena_printf(dry->arena, "gzip@%zx", second);
    const struct dry_node *stream = dry_find(dry, part);
    CHECK_TRUE(stream != NULL);
    if (stream != NULL) {
        CHECK_BYTES(stream->node.format, "gzip");
        CHECK_INT(stream->node.size, packed.size);
        CHECK_TRUE(stream->content.data == NULL);
    }
    const struct dry_node *content =
        dry_find(dry, arena_printf(dry->arena, "%s/content", part));
    CHECK_TRUE(content != NULL && content->content.size == 108894);
    image_torture(&format_raw, bytes_from(image.bytes, 0x20000));
    image_clear(&image);
    image_clear(&squashfs);
    image_clear(&packed);
    image_clear(&uimage);
}

TEST(raw_tells_text_padding_and_noise_apart)
{
    struct image image = {0};
    owned(dry) dry = dry_new();

    image_pad(&image, 100, 0);
    for (int i = 0; i < 200; i++)
        image_text(&image, "bootargs=console=ttyS0,115200 root=/dev/mtdblock2\n");
    size_t text = image.size - 100;
    image_pad(&image, 0x10000, 0xff);
    image_noise(&image, 0x10000, 7);
    image_pad(&image, 0x30000, 0);
    add_code(&image, 5000);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_raw, image_bytes(&image)));
    CHECK_SPAN(dry, 0, SPAN_PADDING, 100);
    CHECK_NODE(dry, "text@64", bytes_from(image.bytes + 100, text));
    CHECK_SPAN(dry, 100 + text, SPAN_PADDING, 0x10000 - 100 - text);
    CHECK_SPAN(dry, 0x10000, SPAN_ENCRYPTED, 0x10000);
    CHECK_SPAN(dry, 0x20000, SPAN_PADDING, 0x10000);
    CHECK_SPAN(dry, 0x30000, SPAN_UNKNOWN, 5000);
    CHECK_TRUE(image_is_covered(dry, image.size));
    image_clear(&image);
}

TEST(raw_finds_nothing_in_noise)
{
    struct image image = {0};

    image_noise(&image, 16 << 20, 11);
    check_nothing(&image, 4);
    image_clear(&image);
}

TEST(raw_finds_nothing_in_zeros_and_text)
{
    struct image image = {0};

    image_pad(&image, 4 << 20, 0);
    check_nothing(&image, 1);
    image_clear(&image);
    while (image.size < 4 << 20) {
        image_text(&image, "BZh9 hsqs MZ 070701 Rar! PK HDR0 ustar IKCFG_ST Linux version x\n");
        for (int i = 0; i < 20; i++)
            image_text(&image, "a line of text among others, in which nothing begins\n");
    }
    check_nothing(&image, 4);
    image_clear(&image);
    check_nothing(&image, 0);
}

TEST(raw_survives_a_flood_of_false_starts)
{
    struct image image = {0};
    uint64_t seed = 5;

    while (image.size < 4 << 20) {
        image_text(&image, "\x1f\x8b\x08");
        image_add(&image, &(uint8_t){0}, 1);
        image_be32(&image, (uint32_t)image_random(&seed));
        image_be32(&image, 0x27051956);
        image_be32(&image, 0xd00dfeed);
    }
    owned(dry) dry = dry_new();
    CHECK_SUCCESS(dry_unpack_one(dry, &format_raw, image_bytes(&image)));
    CHECK_TRUE(image_is_covered(dry, image.size));
    CHECK_INT(dry->unread_count, 1); /* it says that places were left out */
    image_clear(&image);
}

TEST(raw_calls_a_kernel_by_its_name)
{
    struct image image = {0};
    owned(dry) dry = dry_new();

    add_code(&image, 100000);
    image_text(&image, "Linux version 5.4.1 (gcc version 8) #1 SMP");
    add_code(&image, 100000);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_raw, image_bytes(&image)));
    CHECK_SPAN(dry, 0, SPAN_EXPLAINED, image.size);
    CHECK_NODE(dry, "vmlinux@0", image_bytes(&image));
    image_clear(&image);
}

/* A small kernel, or the stretch before what it embeds: its name has to be seen by a check. */
TEST(raw_gives_a_short_stretch_that_names_the_kernel)
{
    static const char banner[] = "Linux version 5.4.1 (gcc version 8) #1 SMP";
    struct image image = {0};
    owned(dry) dry = dry_new();

    if (!image_shell("seq 1 20000 | gzip -n > embedded.gz"))
        return;
    struct image embedded = image_read("embedded.gz");
    image_text(&image, banner);
    image_add(&image, embedded.bytes, embedded.size);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_raw, image_bytes(&image)));
    CHECK_NODE(dry, "vmlinux@0", bytes_of(banner));
    CHECK_TRUE(image_is_covered(dry, image.size));
    image_clear(&image);
    image_clear(&embedded);
}

TEST(raw_makes_few_spans_of_much)
{
    struct image image = {0};
    owned(dry) dry = dry_new();

    for (int i = 0; i < 4000; i++) {
        image_noise(&image, 2048 + (size_t)(i % 7) * 300, (uint64_t)i);
        image_pad(&image, image.size + 1500, i % 2 == 0 ? 0 : 0xff);
        add_code(&image, 300);
    }
    CHECK_SUCCESS(dry_unpack_one(dry, &format_raw, image_bytes(&image)));
    CHECK_TRUE(image_is_covered(dry, image.size));
    CHECK_TRUE(dry->span_count < 100);
    image_clear(&image);
}

TEST(raw_reads_what_lies_behind_a_container)
{
    if (!image_shell(
            "mkdir -p d && seq 1 3000 > d/f && mksquashfs d a.sqsh -noappend -quiet && "
            "printf '/dts-v1/; / { };' | dtc -I dts -O dtb > b.dtb")) {
        printf("# mksquashfs or dtc is not installed\n");
        return;
    }
    struct image image = image_read("a.sqsh"), tree = image_read("b.dtb");
    owned(dry) dry = dry_new();

    CHECK_TRUE(!raw_should_open(&format_squashfs, image_bytes(&image)));
    image_pad(&image, image.size + 4096, 0xff);
    CHECK_TRUE(!raw_should_open(&format_squashfs, image_bytes(&image)));
    size_t at = image.size;
    image_add(&image, tree.bytes, tree.size);
    CHECK_TRUE(raw_should_open(&format_squashfs, image_bytes(&image)));
    CHECK_TRUE(!raw_should_open(&format_dtb, image_bytes(&image)));

    struct container container = {.image = image_bytes(&image), .arena = dry->arena};
    dry->container_image = container.image;
    CHECK_FAILURE(dry_unpack_one(dry, &format_dtb, bytes_of("x")), ERROR_INPUT);
    dry->container_image = container.image;
    CHECK_SUCCESS(raw_search_tail(&format_raw, &container, 1, &dry->sink));
    CHECK_INT(dry->span_count, 0); /* raw has read all of it itself */
    CHECK_SUCCESS(raw_search_tail(&format_squashfs, &container, 0, &dry->sink));
    CHECK_NODE(dry, arena_printf(dry->arena, "dtb@%zx", at), image_bytes(&tree));
    image_clear(&image);
    image_clear(&tree);
}

int main(void)
{
    RUN(raw_bids_nothing);
    RUN(raw_finds_parts_anywhere);
    RUN(raw_tells_text_padding_and_noise_apart);
    RUN(raw_finds_nothing_in_noise);
    RUN(raw_finds_nothing_in_zeros_and_text);
    RUN(raw_survives_a_flood_of_false_starts);
    RUN(raw_calls_a_kernel_by_its_name);
    RUN(raw_gives_a_short_stretch_that_names_the_kernel);
    RUN(raw_makes_few_spans_of_much);
    RUN(raw_reads_what_lies_behind_a_container);
    image_clean_up();
    return test_end();
}
