#include "image.h"

extern const struct format format_tplink;

static void header(struct image *image, size_t base, uint32_t size, uint32_t boot_size)
{
    image_be32(image, 0x01000000);
    image_text(image, "TP-LINK Technologies");
    image_pad(image, base + 28, 0);
    image_text(image, "ver. 1.0");
    image_pad(image, base + 0x40, 0);
    image_be32(image, 0x08410010);
    image_pad(image, base + 0x7c, 0);
    image_be32(image, size);
    image_be32(image, 0x200);
    image_be32(image, 6); /* kernel */
    image_be32(image, 0x400);
    image_be32(image, 8); /* rootfs */
    image_be32(image, 0);
    image_be32(image, boot_size);
    image_pad(image, base + 0x200, 0);
}

static void system_parts(struct image *image, size_t base)
{
    image_text(image, "kernel");
    image_pad(image, base + 0x400, 0xff);
    image_text(image, "rootfs!!");
    image_pad(image, base + 0x600, 0xff);
}

TEST(tplink_gives_kernel_and_rootfs)
{
    struct image image = {0};
    owned(dry) dry = dry_new();

    header(&image, 0, 0x600, 0);
    system_parts(&image, 0);
    CHECK_TRUE(format_tplink.recognise(image_bytes(&image)) >= 40);
    CHECK_INT(format_tplink.measure(image_bytes(&image)), 0x600);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_tplink, image_bytes(&image)));
    CHECK_NODE(dry, "kernel", bytes_of("kernel"));
    CHECK_NODE(dry, "rootfs", bytes_of("rootfs!!"));
    CHECK_INT(dry->unread_count, 0);
    CHECK_TRUE(image_is_covered(dry, 0x600));
    image_torture(&format_tplink, image_bytes(&image));
    image_clear(&image);
}

TEST(tplink_with_boot_counts_from_the_inner_header)
{
    struct image image = {0};
    owned(dry) dry = dry_new();

    header(&image, 0, 0x20800, 4);
    image_text(&image, "boot");
    image_pad(&image, 0x20200, 0);
    header(&image, 0x20200, 0x600, 0);
    system_parts(&image, 0x20200);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_tplink, image_bytes(&image)));
    CHECK_NODE(dry, "bootloader", bytes_of("boot"));
    CHECK_NODE(dry, "kernel", bytes_of("kernel"));
    CHECK_NODE(dry, "rootfs", bytes_of("rootfs!!"));
    CHECK_TRUE(image_is_covered(dry, 0x20800));
    image_clear(&image);
}

TEST(tplink_wants_a_vendor)
{
    struct image image = {0};

    header(&image, 0, 0x600, 0);
    memset(image.bytes + 4, 0, 24);
    CHECK_INT(format_tplink.recognise(image_bytes(&image)), 0);
    image_clear(&image);
}

int main(void)
{
    RUN(tplink_gives_kernel_and_rootfs);
    RUN(tplink_with_boot_counts_from_the_inner_header);
    RUN(tplink_wants_a_vendor);
    return test_end();
}
