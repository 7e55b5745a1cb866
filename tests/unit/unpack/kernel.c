#include "image.h"

extern const struct format format_kernel;
extern const struct format format_ikconfig;

static void put_le32(struct image *image, size_t at, uint32_t value)
{
    for (size_t i = 0; i < 4; i++)
        image->bytes[at + i] = (uint8_t)(value >> 8 * i);
}

/* An ARM zImage: eight empty instructions, a jump, the magic, start, end; then PAYLOAD. */
static struct image zimage(struct bytes payload)
{
    struct image image = {0};

    for (int i = 0; i < 8; i++)
        image_le32(&image, 0xe1a00000);
    image_le32(&image, 0xea000003);
    image_le32(&image, 0x016f2818);
    image_le32(&image, 0);
    image_le32(&image, 0);
    image_pad(&image, 0x1000, 0x5a);
    image_add(&image, payload.data, payload.size);
    image_pad(&image, (image.size + 64) / 4 * 4, 0x11);
    put_le32(&image, 0x2c, (uint32_t)image.size);
    return image;
}

/* The child begins where the payload does, whatever it is packed with. */
static void check_packed(const char *tool, const char *name)
{
    char line[256];

    snprintf(line, sizeof line, "seq 1 9000 | %s > packed", tool);
    if (!image_shell(line)) {
        printf("# %s is not installed\n", tool);
        return;
    }
    struct image payload = image_read("packed");
    if (payload.size == 0)
        return;
    struct image image = zimage(image_bytes(&payload));
    owned(dry) dry = dry_new();
    CHECK_TRUE(format_kernel.recognise(image_bytes(&image)) >= 64);
    CHECK_INT(format_kernel.measure(image_bytes(&image)), image.size);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_kernel, image_bytes(&image)));
    const struct dry_node *node = dry_find(dry, name);
    CHECK_TRUE(node != NULL);
    if (node != NULL) {
        CHECK_INT(node->node.offset, 0x1000);
        CHECK_TRUE(
            bytes_equal(bytes_slice(node->content, 0, payload.size), image_bytes(&payload)));
    }
    CHECK_TRUE(image_is_covered(dry, image.size));
    image_clear(&image);
    image_clear(&payload);
}

TEST(kernel_of_arm_finds_each_packing)
{
    check_packed("gzip -n", "vmlinux.gz");
    check_packed("xz --check=crc32", "vmlinux.xz");
    check_packed("xz --format=lzma", "vmlinux.lzma");
    check_packed("lz4 -l", "vmlinux.lz4");
    check_packed("zstd", "vmlinux.zst");
    check_packed("bzip2", "vmlinux.bz2");
}

TEST(kernel_without_a_payload_says_so)
{
    struct image image = zimage(bytes_of("nothing that is packed"));
    owned(dry) dry = dry_new();

    CHECK_SUCCESS(dry_unpack_one(dry, &format_kernel, image_bytes(&image)));
    CHECK_INT(dry->node_count, 1);
    CHECK_INT(dry->unread_count, 1);
    image_torture(&format_kernel, image_bytes(&image));
    image_clear(&image);
}

TEST(kernel_of_x86_tells_where_its_payload_is)
{
    struct image image = {0};
    owned(dry) dry = dry_new();

    image_pad(&image, 3 * 512 + 0x300, 0);
    image_text(&image, "the packed kernel");
    image_pad(&image, 3 * 512 + 0x400, 0);
    image.bytes[0x1f1] = 2;              /* sectors of set-up code, and the boot sector */
    put_le32(&image, 0x1f4, 0x400 / 16); /* paragraphs behind them */
    put_le32(&image, 0x1fe, 0x0000aa55);
    memcpy(image.bytes + 0x202, "HdrS", 4);
    image.bytes[0x206] = 0x0f;
    image.bytes[0x207] = 0x02;
    put_le32(&image, 0x248, 0x300);
    put_le32(&image, 0x24c, 17);
    CHECK_INT(format_kernel.measure(image_bytes(&image)), image.size);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_kernel, image_bytes(&image)));
    CHECK_NODE(dry, "vmlinux.packed", bytes_of("the packed kernel"));
    CHECK_TRUE(image_is_covered(dry, image.size));
    image_torture(&format_kernel, image_bytes(&image));
    image_clear(&image);
}

TEST(kernel_of_arm64_is_searched)
{
    struct image image = {0};
    owned(dry) dry = dry_new();

    if (!image_shell("{ printf IKCFG_ST; seq 1 99 | gzip -n; printf IKCFG_ED; } > cfg"))
        return;
    struct image cfg = image_read("cfg");
    image_pad(&image, 56, 0);
    image_text(&image, "ARM\x64");
    image_noise(&image, 5000, 3);
    image_add(&image, cfg.bytes, cfg.size);
    image_noise(&image, 5000, 4);
    put_le32(&image, 16, (uint32_t)image.size);
    CHECK_INT(format_kernel.measure(image_bytes(&image)), image.size);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_kernel, image_bytes(&image)));
    char *name = arena_printf(dry->arena, "ikconfig@%x", 60 + 5000);
    CHECK_NODE(dry, name, image_bytes(&cfg));
    CHECK_TRUE(image_is_covered(dry, image.size));
    CHECK_TRUE(format_ikconfig.recognise(image_bytes(&cfg)) >= 64);
    CHECK_INT(format_ikconfig.measure(image_bytes(&cfg)), cfg.size);
    image_torture(&format_ikconfig, image_bytes(&cfg));
    image_clear(&image);
    image_clear(&cfg);
}

int main(void)
{
    RUN(kernel_of_arm_finds_each_packing);
    RUN(kernel_without_a_payload_says_so);
    RUN(kernel_of_x86_tells_where_its_payload_is);
    RUN(kernel_of_arm64_is_searched);
    image_clean_up();
    return test_end();
}
