#include "base/hash.h"
#include "image.h"

extern const struct format format_uimage;

/* The header as the specification has it; the header's CRC is right, the payload's as given. */
static struct image make(uint8_t type, uint8_t compression, struct bytes payload, uint32_t crc)
{
    struct image image = {0};

    image_be32(&image, 0x27051956);
    image_be32(&image, 0);
    image_be32(&image, 1);
    image_be32(&image, (uint32_t)payload.size);
    image_be32(&image, 0x80000000);
    image_be32(&image, 0x80000040);
    image_be32(&image, crc);
    image_add(&image, (uint8_t[]){5, 5, type, compression}, 4);
    image_text(&image, "a kernel of ours");
    image_pad(&image, 64, 0);
    uint32_t header = hash_crc32(image_bytes(&image));
    for (int i = 0; i < 4; i++)
        image.bytes[4 + i] = (uint8_t)(header >> (24 - 8 * i));
    image_add(&image, payload.data, payload.size);
    return image;
}

TEST(uimage_gives_its_payload)
{
    struct bytes payload = bytes_of("not packed at all");
    struct image image = make(2, 0, payload, hash_crc32(payload));
    owned(dry) dry = dry_new();

    image_text(&image, "behind");
    CHECK_INT(format_uimage.recognise(image_bytes(&image)), 64);
    CHECK_INT(format_uimage.measure(image_bytes(&image)), 64 + payload.size);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_uimage, image_bytes(&image)));
    CHECK_NODE(dry, "kernel", payload);
    CHECK_INT(dry->unread_count, 0);
    CHECK_TRUE(image_is_covered(dry, 64 + payload.size));
    image_clear(&image);
}

TEST(uimage_says_when_a_crc_is_wrong)
{
    struct bytes payload = bytes_of("changed on its way");
    struct image image = make(3, 1, payload, 0x12345678);
    owned(dry) dry = dry_new();

    CHECK_SUCCESS(dry_unpack_one(dry, &format_uimage, image_bytes(&image)));
    CHECK_NODE(dry, "ramdisk", payload);
    CHECK_INT(dry->unread_count, 1);
    image.bytes[40] ^= 1; /* the name: the header's CRC is wrong too, and it is still one */
    CHECK_INT(format_uimage.recognise(image_bytes(&image)), 42);
    image.bytes[28] = 0; /* no operating system: now it is nothing */
    CHECK_INT(format_uimage.recognise(image_bytes(&image)), 0);
    image_clear(&image);
}

TEST(uimage_that_is_cut_gives_what_is_there)
{
    struct bytes payload = bytes_of("0123456789abcdef");
    struct image image = make(2, 0, payload, hash_crc32(payload));
    owned(dry) dry = dry_new();

    CHECK_SUCCESS(dry_unpack_one(dry, &format_uimage, bytes_from(image.bytes, 64 + 10)));
    CHECK_NODE(dry, "kernel", bytes_of("0123456789"));
    CHECK_INT(dry->unread_count, 1);
    image_clear(&image);
}

TEST(uimage_of_several_files_gives_each)
{
    struct image payload = {0};

    image_be32(&payload, 5);
    image_be32(&payload, 7);
    image_be32(&payload, 4);
    image_be32(&payload, 0);
    image_text(&payload, "first");
    image_pad(&payload, 16 + 8, 0);
    image_text(&payload, "seconds");
    image_pad(&payload, 16 + 16, 0);
    image_text(&payload, "tree");
    struct image image = make(4, 0, image_bytes(&payload), hash_crc32(image_bytes(&payload)));
    owned(dry) dry = dry_new();

    CHECK_SUCCESS(dry_unpack_one(dry, &format_uimage, image_bytes(&image)));
    CHECK_NODE(dry, "kernel", bytes_of("first"));
    CHECK_NODE(dry, "ramdisk", bytes_of("seconds"));
    CHECK_NODE(dry, "dtb", bytes_of("tree"));
    CHECK_INT(dry->unread_count, 0);
    CHECK_TRUE(image_is_covered(dry, image.size));
    image_torture(&format_uimage, image_bytes(&image));
    image_clear(&image);
    image_clear(&payload);
}

TEST(uimage_of_mkimage)
{
    if (!image_shell(
            "seq 1 4000 > data && gzip -n -k data && printf 'run x\\n' > script && "
            "mkimage -A mips -O linux -T kernel -C gzip -a 80000000 -e 80000000 "
            "-n test -d data.gz k.img && "
            "mkimage -A arm -O linux -T multi -C none -n both -d data:data.gz m.img && "
            "mkimage -A arm -T script -C none -n boot -d script s.img")) {
        printf("# mkimage is not installed\n");
        return;
    }
    struct image data = image_read("data"), packed = image_read("data.gz");
    struct image kernel = image_read("k.img"), multi = image_read("m.img");
    struct image script = image_read("s.img");
    owned(dry) first = dry_new();
    owned(dry) second = dry_new();
    owned(dry) third = dry_new();

    CHECK_SUCCESS(dry_unpack_one(first, &format_uimage, image_bytes(&kernel)));
    CHECK_NODE(first, "kernel", image_bytes(&packed));
    CHECK_SUCCESS(dry_unpack_one(second, &format_uimage, image_bytes(&multi)));
    CHECK_NODE(second, "kernel", image_bytes(&data));
    CHECK_NODE(second, "ramdisk", image_bytes(&packed));
    CHECK_TRUE(image_is_covered(second, multi.size));
    CHECK_SUCCESS(dry_unpack_one(third, &format_uimage, image_bytes(&script)));
    CHECK_NODE(third, "script", bytes_of("run x\n"));
    CHECK_INT(first->unread_count + second->unread_count + third->unread_count, 0);
    image_torture(&format_uimage, image_bytes(&kernel));
    image_clear(&data);
    image_clear(&packed);
    image_clear(&kernel);
    image_clear(&multi);
    image_clear(&script);
}

int main(void)
{
    RUN(uimage_gives_its_payload);
    RUN(uimage_says_when_a_crc_is_wrong);
    RUN(uimage_that_is_cut_gives_what_is_there);
    RUN(uimage_of_several_files_gives_each);
    RUN(uimage_of_mkimage);
    image_clean_up();
    return test_end();
}
