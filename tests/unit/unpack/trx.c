#include "base/hash.h"
#include "image.h"

extern const struct format format_trx;

static struct image make(uint16_t version, const char *const *parts, size_t count)
{
    uint32_t at = version == 1 ? 28 : 32;
    size_t slots = version == 1 ? 3 : 4;
    struct image image = {0};

    image_text(&image, "HDR0");
    image_le32(&image, 0);
    image_le32(&image, 0);
    image_le32(&image, (uint32_t)version << 16);
    for (size_t i = 0; i < slots; i++) {
        image_le32(&image, i < count ? at : 0);
        at += i < count ? (uint32_t)strlen(parts[i]) : 0;
    }
    for (size_t i = 0; i < count; i++)
        image_text(&image, parts[i]);
    for (int i = 0; i < 4; i++)
        image.bytes[4 + i] = (uint8_t)(image.size >> 8 * i);
    uint32_t crc = ~hash_crc32(bytes_from(image.bytes + 12, image.size - 12));
    for (int i = 0; i < 4; i++)
        image.bytes[8 + i] = (uint8_t)(crc >> 8 * i);
    return image;
}

TEST(trx_gives_its_partitions)
{
    static const char *const parts[] = {"loader", "the kernel", "and the root"};
    struct image image = make(1, parts, 3);
    owned(dry) dry = dry_new();

    CHECK_INT(format_trx.measure(image_bytes(&image)), image.size);
    CHECK_TRUE(format_trx.recognise(image_bytes(&image)) >= 40);
    CHECK_SUCCESS(dry_unpack_one(dry, &format_trx, image_bytes(&image)));
    CHECK_NODE(dry, "partition0", bytes_of(parts[0]));
    CHECK_NODE(dry, "partition1", bytes_of(parts[1]));
    CHECK_NODE(dry, "partition2", bytes_of(parts[2]));
    CHECK_INT(dry->unread_count, 0);
    CHECK_TRUE(image_is_covered(dry, image.size));
    image_torture(&format_trx, image_bytes(&image));
    image_clear(&image);
}

TEST(trx_of_version_two_has_four)
{
    static const char *const parts[] = {"one", "two", "three", "four"};
    struct image image = make(2, parts, 4);
    owned(dry) dry = dry_new();

    CHECK_SUCCESS(dry_unpack_one(dry, &format_trx, image_bytes(&image)));
    CHECK_NODE(dry, "partition3", bytes_of(parts[3]));
    CHECK_TRUE(image_is_covered(dry, image.size));
    image_clear(&image);
}

TEST(trx_says_when_the_crc_is_wrong)
{
    static const char *const parts[] = {"kernel", "root"};
    struct image image = make(1, parts, 2);
    owned(dry) dry = dry_new();

    image.bytes[image.size - 1] ^= 1;
    CHECK_SUCCESS(dry_unpack_one(dry, &format_trx, image_bytes(&image)));
    CHECK_INT(dry->node_count, 3);
    CHECK_INT(dry->unread_count, 1);
    image_clear(&image);
}

TEST(trx_with_offsets_that_fall_is_none)
{
    static const char *const parts[] = {"kernel", "root"};
    struct image image = make(1, parts, 2);

    image.bytes[16] = 200;
    CHECK_INT(format_trx.recognise(image_bytes(&image)), 0);
    image_clear(&image);
}

int main(void)
{
    RUN(trx_gives_its_partitions);
    RUN(trx_of_version_two_has_four);
    RUN(trx_says_when_the_crc_is_wrong);
    RUN(trx_with_offsets_that_fall_is_none);
    return test_end();
}
