#include "unpack/lzo.h"

#include "base/cursor.h"
#include "samples.h"
#include "test.h"

static struct error *unpack(const void *packed, size_t size, uint8_t *out, size_t capacity,
                            size_t *wrote)
{
    return lzo_unpack(bytes_from(packed, size), out, capacity, wrote);
}

TEST(literals_alone)
{
    static const uint8_t packed[] = {21, 'a', 'b', 'c', 'd', 17, 0, 0};
    uint8_t out[4];
    size_t wrote = 0;

    CHECK_SUCCESS(unpack(packed, sizeof packed, out, sizeof out, &wrote));
    CHECK_BYTES(bytes_from(out, wrote), "abcd");
    CHECK_FAILURE(unpack(packed, sizeof packed, out, 3, &wrote), ERROR_INPUT);
}

TEST(match_that_repeats)
{
    /* one literal; ten bytes from one back, with two literals behind them; the end */
    static const uint8_t packed[] = {18, 'a', 40, 2, 0, 'x', 'y', 17, 0, 0};
    uint8_t out[16];
    size_t wrote = 0;

    CHECK_SUCCESS(unpack(packed, sizeof packed, out, sizeof out, &wrote));
    CHECK_BYTES(bytes_from(out, wrote), "aaaaaaaaaaaxy");
}

TEST(match_before_the_start)
{
    static const uint8_t packed[] = {18, 'a', 40, 6, 0, 'x', 'y', 17, 0, 0};
    uint8_t out[16];
    size_t wrote = 0;

    CHECK_FAILURE(unpack(packed, sizeof packed, out, sizeof out, &wrote), ERROR_INPUT);
}

TEST(every_prefix_fails)
{
    static const uint8_t packed[] = {18, 'a', 40, 2, 0, 'x', 'y', 64, 0, 17, 0, 0};
    uint8_t out[32];
    size_t wrote = 0;

    CHECK_SUCCESS(unpack(packed, sizeof packed, out, sizeof out, &wrote));
    for (size_t i = 0; i < sizeof packed; i++)
        CHECK_FAILURE(unpack(packed, i, out, sizeof out, &wrote), ERROR_INPUT);
}

TEST(endless_length)
{
    static uint8_t packed[4096] = {0}; /* zeros that promise 255 bytes each */
    uint8_t out[16];
    size_t wrote = 0;

    CHECK_FAILURE(unpack(packed, sizeof packed, out, sizeof out, &wrote), ERROR_INPUT);
}

/* The blocks of an .lzo file, unpacked one behind the other. */
static size_t unpack_lzop(struct bytes file, uint8_t *out, size_t capacity)
{
    struct cursor c = cursor_at(file, 9 + 6 + 2);
    uint32_t flags = cursor_u32be(&c);
    size_t size = 0;

    cursor_skip(&c, 12);
    cursor_skip(&c, cursor_u8(&c));
    cursor_skip(&c, 4);
    for (;;) {
        uint32_t whole = cursor_u32be(&c);
        if (whole == 0 || !cursor_ok(&c))
            return size;
        uint32_t packed = cursor_u32be(&c);
        cursor_skip(&c, (flags & 0x001 ? 4 : 0) + (flags & 0x100 ? 4 : 0));
        if (packed < whole)
            cursor_skip(&c, (flags & 0x002 ? 4 : 0) + (flags & 0x200 ? 4 : 0));
        struct bytes block = cursor_bytes(&c, packed);
        size_t wrote = whole;
        CHECK_TRUE(whole <= capacity - size);
        if (packed < whole)
            CHECK_SUCCESS(lzo_unpack(block, out + size, capacity - size, &wrote));
        else
            mem_copy(out + size, block.data, block.size);
        CHECK_INT(wrote, whole);
        size += wrote;
    }
}

/* Text of words that repeat near and far, so that every kind of match is used. */
static void fill(uint8_t *content, size_t size)
{
    static const char *const words[] = {
        "firmware ",        "a",
        "telnetd",          "\n",
        "0123456789abcdef", "the same long stretch of words, again and again, "};
    uint64_t seed = 1;
    size_t at = 0;

    while (at < size) {
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        struct bytes word = bytes_of(words[(seed >> 33) % COUNT_OF(words)]);
        if ((seed >> 50) % 5 == 0)
            word = bytes_from(&seed, sizeof seed);
        if ((seed >> 50) % 7 == 0 && at > 50000)
            word = bytes_from(content + at - 20000 - (seed >> 40) % 30000, (seed >> 20) % 400);
        word = bytes_slice(word, 0, size - at);
        mem_copy(content + at, word.data, word.size);
        at += word.size;
    }
}

TEST(what_lzop_packs)
{
    enum { SIZE = 600000 };
    static const char *const names[] = {"1.lzo", "3.lzo", "7.lzo", "9.lzo"};
    owned(arena) arena = arena_new();
    uint8_t *content = arena_alloc(arena, SIZE), *out = arena_alloc(arena, SIZE);
    int fd = open(arena_printf(arena, "%s/content", samples_folder), O_WRONLY | O_CREAT, 0600);

    fill(content, SIZE);
    CHECK_TRUE(fd >= 0 && write(fd, content, SIZE) == SIZE);
    close(fd);
    CHECK_TRUE(samples_shell("for l in 1 3 7 9; do lzop -$l -c content > $l.lzo; done"));
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct bytes packed = samples_read(arena, names[i]);
        CHECK_TRUE(packed.size > 1000 && packed.size < SIZE);
        CHECK_INT(unpack_lzop(packed, out, SIZE), SIZE);
        CHECK_TRUE(bytes_equal(bytes_from(out, SIZE), bytes_from(content, SIZE)));
    }
}

int main(void)
{
    RUN(literals_alone);
    RUN(match_that_repeats);
    RUN(match_before_the_start);
    RUN(every_prefix_fails);
    RUN(endless_length);
    if (samples_make("command -v lzop >/dev/null"))
        RUN(what_lzop_packs);
    else
        SKIP(what_lzop_packs, "lzop is not installed");
    return test_end();
}
