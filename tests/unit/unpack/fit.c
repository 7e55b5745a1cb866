#include "image.h"

extern const struct format format_fit;
extern const struct format format_dtb;

static const char source[] =
    "/dts-v1/;\n/ { description = \"test\"; #address-cells = <1>;\n"
    " images {\n"
    "  kernel-1 { description = \"k\"; data = /incbin/(\"kernel\"); type = \"kernel\";\n"
    "   arch = \"arm\"; os = \"linux\"; compression = \"none\"; load = <0x1000>;\n"
    "   entry = <0x1000>; hash-1 { algo = \"crc32\"; }; };\n"
    "  rootfs { description = \"r\"; data = /incbin/(\"rootfs\"); type = \"ramdisk\";\n"
    "   arch = \"arm\"; os = \"linux\"; compression = \"none\"; hash-1 { algo = \"sha256\"; }; "
    "};\n"
    " };\n"
    " configurations { default = \"c\"; c { kernel = \"kernel-1\"; ramdisk = \"rootfs\"; }; "
    "};\n"
    "};\n";

static void write_parts(void)
{
    struct image kernel = {0}, rootfs = {0};

    image_noise(&kernel, 3001, 1);
    image_noise(&rootfs, 777, 2);
    image_write("kernel", image_bytes(&kernel));
    image_write("rootfs", image_bytes(&rootfs));
    image_write("test.its", bytes_of(source));
    image_clear(&kernel);
    image_clear(&rootfs);
}

static void check_parts(const char *name)
{
    struct image image = image_read(name);
    struct image kernel = image_read("kernel"), rootfs = image_read("rootfs");
    owned(dry) dry = dry_new();

    CHECK_TRUE(format_fit.recognise(image_bytes(&image)) >
               format_dtb.recognise(image_bytes(&image)));
    CHECK_INT(format_fit.measure(image_bytes(&image)), image.size);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_fit, image_bytes(&image)));
    CHECK_NODE(dry, "kernel-1", image_bytes(&kernel));
    CHECK_NODE(dry, "rootfs", image_bytes(&rootfs));
    CHECK_INT(dry->node_count, 3);
    CHECK_INT(dry->unread_count, 0);
    CHECK_TRUE(image_is_covered(dry, image.size));
    image_torture(&format_fit, image_bytes(&image));
    image_clear(&image);
    image_clear(&kernel);
    image_clear(&rootfs);
}

TEST(fit_with_data_inside)
{
    check_parts("in.itb");
}

TEST(fit_with_data_behind)
{
    check_parts("out.itb");
}

TEST(fit_with_data_at_a_position)
{
    check_parts("at.itb");
}

TEST(fit_that_is_cut_says_so)
{
    struct image image = image_read("out.itb");
    owned(dry) dry = dry_new();

    CHECK_SUCCESS(dry_unpack_one(dry, &format_fit, bytes_from(image.bytes, image.size - 10)));
    CHECK_INT(dry->unread_count, 1);
    CHECK_INT(dry->node_count, 3);
    image_clear(&image);
}

TEST(fit_is_no_plain_tree)
{
    if (!image_shell(
            "printf '/dts-v1/; / { model = \"x\"; memory { reg = <1 2>; }; };' > t.dts "
            "&& dtc -I dts -O dtb t.dts > t.dtb"))
        return;
    struct image image = image_read("t.dtb");
    owned(dry) dry = dry_new();
    size_t size = image.size;

    CHECK_INT(format_fit.recognise(image_bytes(&image)), 0);
    CHECK_TRUE(format_dtb.recognise(image_bytes(&image)) > 100);
    image_text(&image, "behind");
    CHECK_INT(format_dtb.measure(image_bytes(&image)), size);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_dtb, image_bytes(&image)));
    CHECK_INT(dry->node_count, 1);
    CHECK_TRUE(image_is_covered(dry, size));
    image_torture(&format_dtb, image_bytes(&image));
    image_clear(&image);
}

int main(void)
{
    write_parts();
    if (!image_shell("mkimage -f test.its in.itb && mkimage -E -f test.its out.itb && "
                     "mkimage -E -p 0x1000 -f test.its at.itb")) {
        SKIP(fit, "mkimage or dtc is not installed");
        image_clean_up();
        return test_end();
    }
    RUN(fit_with_data_inside);
    RUN(fit_with_data_behind);
    RUN(fit_with_data_at_a_position);
    RUN(fit_that_is_cut_says_so);
    RUN(fit_is_no_plain_tree);
    image_clean_up();
    return test_end();
}
