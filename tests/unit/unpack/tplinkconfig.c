#include "image.h"

extern const struct format format_tplinkconfig;

/* The start of "<?xml version…" under the published key, as openssl enc -des-ecb gives it. */
static const uint8_t encrypted[] = {0xdb, 0x30, 0x5b, 0x2c, 0xf8, 0x80, 0x18, 0x11,
                                    0x82, 0x81, 0xfc, 0x80, 0xb6, 0xba, 0x87, 0x85,
                                    0xf6, 0xd5, 0xe3, 0x55, 0x8a, 0x1f, 0x80, 0x0d,
                                    0x63, 0xfc, 0xb0, 0xec, 0xc9, 0xa9, 0x7a, 0x77};

static void make(struct image *image)
{
    image_add(image, encrypted, sizeof encrypted);
}

TEST(tplinkconfig_gives_the_text_without_its_filling)
{
    struct image image = {0};
    owned(dry) dry = dry_new();

    make(&image);
    CHECK_INT(format_tplinkconfig.recognise(image_bytes(&image)), 64);
    CHECK_INT(format_tplinkconfig.measure(image_bytes(&image)), image.size);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_tplinkconfig, image_bytes(&image)));
    CHECK_NODE(dry, "config.xml", bytes_of("<?xml version=\"1.0\"?>\n<a/>\n"));
    CHECK_INT(dry->unread_count, 0);
    CHECK_TRUE(image_is_covered(dry, image.size));
    image_torture(&format_tplinkconfig, image_bytes(&image));
    image_clear(&image);
}

TEST(tplinkconfig_tells_of_damage)
{
    struct image image = {0};
    owned(dry) dry = dry_new();

    make(&image);
    image.bytes[9] ^= 1; /* one block becomes noise, its neighbours stay */
    image_text(&image, "end");
    CHECK_SUCCESS(dry_unpack_one(dry, &format_tplinkconfig, image_bytes(&image)));
    CHECK_INT(dry->node_count, 2);
    CHECK_INT(dry->unread_count, 2);
    image_clear(&image);
}

TEST(tplinkconfig_wants_the_first_block)
{
    CHECK_INT(format_tplinkconfig.recognise(bytes_of("<?xml version=\"1.0\"?>")), 0);
    CHECK_INT(format_tplinkconfig.recognise(bytes_of("")), 0);
}

int main(void)
{
    RUN(tplinkconfig_gives_the_text_without_its_filling);
    RUN(tplinkconfig_tells_of_damage);
    RUN(tplinkconfig_wants_the_first_block);
    return test_end();
}
