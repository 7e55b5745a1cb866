#include "inspect/login_md5.h"

#include <openssl/evp.h>

#include "base/arena.h"
#include "base/compiler.h"

#define LANES     16 /* two AVX2 registers, or four SSE2: their latencies overlap */
#define ROUNDS    1000
#define SHORT     15 /* longer guesses do not fit one MD5 block beside a salt of 8 */
#define TEMPLATES 8  /* a round's text depends on its number modulo 2, 3 and 7 */

/* One 32-bit word of every lane. */
typedef uint32_t lanes __attribute__((vector_size(LANES * 4)));

struct block {
    lanes word[16];
};

struct digest {
    lanes word[4];
};

/* A text as it is laid out in a block, the same in every lane, and where the digest goes. */
struct layout {
    struct block block;
    size_t digest_at;
};

static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613,
    0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193,
    0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d,
    0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed,
    0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122,
    0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa,
    0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244,
    0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb,
    0xeb86d391,
};

#define CHOOSE(x, y, z)  ((z) ^ ((x) & ((y) ^ (z))))
#define CHOOSE2(x, y, z) ((y) ^ ((z) & ((x) ^ (y))))
#define PARITY(x, y, z)  ((x) ^ (y) ^ (z))
#define MIX(x, y, z)     ((y) ^ ((x) | ~(z)))

#define STEP(mix, a, b, c, d, at, number, turn)                    \
    do {                                                           \
        (a) += mix(b, c, d) + text->word[(at)&15] + sines[number]; \
        (a) = (b) + (((a) << (turn)) | ((a) >> (32 - (turn))));    \
    } while (0)

/* MD5 of one block (RFC 1321, section 3.4) from the initial state, in all lanes. */
static inline __attribute__((always_inline)) void compress(const struct block *text,
                                                           struct digest *out)
{
    const lanes zero = {0};
    lanes a = zero + 0x67452301U, b = zero + 0xefcdab89U;
    lanes c = zero + 0x98badcfeU, d = zero + 0x10325476U;

#pragma GCC unroll 4
    for (unsigned i = 0; i < 16; i += 4) {
        STEP(CHOOSE, a, b, c, d, i, i, 7);
        STEP(CHOOSE, d, a, b, c, i + 1, i + 1, 12);
        STEP(CHOOSE, c, d, a, b, i + 2, i + 2, 17);
        STEP(CHOOSE, b, c, d, a, i + 3, i + 3, 22);
    }
#pragma GCC unroll 4
    for (unsigned i = 16; i < 32; i += 4) {
        STEP(CHOOSE2, a, b, c, d, 5 * i + 1, i, 5);
        STEP(CHOOSE2, d, a, b, c, 5 * i + 6, i + 1, 9);
        STEP(CHOOSE2, c, d, a, b, 5 * i + 11, i + 2, 14);
        STEP(CHOOSE2, b, c, d, a, 5 * i + 16, i + 3, 20);
    }
#pragma GCC unroll 4
    for (unsigned i = 32; i < 48; i += 4) {
        STEP(PARITY, a, b, c, d, 3 * i + 5, i, 4);
        STEP(PARITY, d, a, b, c, 3 * i + 8, i + 1, 11);
        STEP(PARITY, c, d, a, b, 3 * i + 11, i + 2, 16);
        STEP(PARITY, b, c, d, a, 3 * i + 14, i + 3, 23);
    }
#pragma GCC unroll 4
    for (unsigned i = 48; i < 64; i += 4) {
        STEP(MIX, a, b, c, d, 7 * i, i, 6);
        STEP(MIX, d, a, b, c, 7 * i + 7, i + 1, 10);
        STEP(MIX, c, d, a, b, 7 * i + 14, i + 2, 15);
        STEP(MIX, b, c, d, a, 7 * i + 21, i + 3, 21);
    }
    out->word[0] = a + 0x67452301U;
    out->word[1] = b + 0xefcdab89U;
    out->word[2] = c + 0x98badcfeU;
    out->word[3] = d + 0x10325476U;
}

/* Puts BYTE at AT in LANE of a block. */
static void put(struct block *block, size_t lane, size_t at, uint8_t byte)
{
    block->word[at / 4][lane] |= (uint32_t)byte << (8 * (at % 4));
}

/* Appends TEXT to LANE at AT; returns where it ends. */
static size_t append(struct block *block, size_t lane, size_t at, struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        put(block, lane, at + i, text.data[i]);
    return at + text.size;
}

/* Ends a text of SIZE bytes as MD5 wants it: one bit, zeros, the length in bits. */
static void finish(struct block *block, size_t lane, size_t size)
{
    put(block, lane, size, 0x80);
    block->word[14][lane] = (uint32_t)size * 8;
}

static uint8_t digest_byte(const struct digest *digest, size_t lane, size_t at)
{
    return (uint8_t)(digest->word[at / 4][lane] >> (8 * (at % 4)));
}

/* The digest the thousand rounds start from. */
static void start(const struct login_md5 *wanted, const struct bytes *guesses, size_t count,
                  struct digest *out)
{
    struct block inner = {0}, outer = {0};
    struct digest middle;

    for (size_t lane = 0; lane < count; lane++) {
        size_t at = append(&inner, lane, 0, guesses[lane]);
        at = append(&inner, lane, at, wanted->salt);
        finish(&inner, lane, append(&inner, lane, at, guesses[lane]));
    }
    compress(&inner, &middle);
    for (size_t lane = 0; lane < count; lane++) {
        struct bytes guess = guesses[lane];
        size_t at = append(&outer, lane, 0, guess);
        at = append(&outer, lane, at, wanted->magic);
        at = append(&outer, lane, at, wanted->salt);
        for (size_t i = 0; i < guess.size; i++)
            put(&outer, lane, at++, digest_byte(&middle, lane, i));
        for (size_t bits = guess.size; bits > 0; bits /= 2)
            put(&outer, lane, at++, bits % 2 == 1 ? 0 : guess.data[0]);
        finish(&outer, lane, at);
    }
    compress(&outer, out);
}

static unsigned template_of(unsigned round)
{
    return round % 2 + (round % 3 != 0 ? 2 : 0) + (round % 7 != 0 ? 4 : 0);
}

/* The text of the rounds of template WHICH, with room for the digest. */
static void lay_out(const struct login_md5 *wanted, const struct bytes *guesses, size_t count,
                    unsigned which, struct layout *out)
{
    *out = (struct layout){0};
    for (size_t lane = 0; lane < count; lane++) {
        size_t at = 16;
        if (which % 2 == 1)
            at = append(&out->block, lane, 0, guesses[lane]);
        if ((which & 2) != 0)
            at = append(&out->block, lane, at, wanted->salt);
        if ((which & 4) != 0)
            at = append(&out->block, lane, at, guesses[lane]);
        out->digest_at = which % 2 == 1 ? at : 0;
        at = which % 2 == 1 ? at + 16 : append(&out->block, lane, at, guesses[lane]);
        finish(&out->block, lane, at);
    }
}

static inline __attribute__((always_inline)) void run_rounds(const struct layout *layouts,
                                                             struct digest *digest)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        const struct layout *layout = &layouts[template_of(round)];
        struct block block = layout->block;
        size_t word = layout->digest_at / 4;
        unsigned shift = 8 * (unsigned)(layout->digest_at % 4);
        if (shift == 0) {
            for (size_t i = 0; i < 4; i++)
                block.word[word + i] |= digest->word[i];
        } else {
            for (size_t i = 0; i < 4; i++) {
                block.word[word + i] |= digest->word[i] << shift;
                block.word[word + i + 1] |= digest->word[i] >> (32 - shift);
            }
        }
        compress(&block, digest);
    }
}

static void run_plain(const struct layout *layouts, struct digest *digest)
{
    run_rounds(layouts, digest);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void run_avx2(const struct layout *layouts,
                                                     struct digest *digest)
{
    run_rounds(layouts, digest);
}
#endif

static void run(const struct layout *layouts, struct digest *digest)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        run_avx2(layouts, digest);
        return;
    }
#endif
    run_plain(layouts, digest);
}

static bool is_wanted(const struct login_md5 *wanted, const struct digest *digest, size_t lane)
{
    for (size_t i = 0; i < 16; i++)
        if (digest_byte(digest, lane, i) != wanted->digest[i])
            return false;
    return true;
}

/* The first of up to LANES guesses of one length that fits, or SIZE_MAX. */
static size_t find_lanes(const struct login_md5 *wanted, const struct bytes *guesses,
                         size_t count)
{
    struct layout layouts[TEMPLATES];
    struct digest digest;

    start(wanted, guesses, count, &digest);
    for (unsigned i = 0; i < TEMPLATES; i++)
        lay_out(wanted, guesses, count, i, &layouts[i]);
    run(layouts, &digest);
    for (size_t lane = 0; lane < count; lane++)
        if (is_wanted(wanted, &digest, lane))
            return lane;
    return SIZE_MAX;
}

/* The same for a guess of any length, plainly. */
static bool find_long(const struct login_md5 *wanted, struct bytes guess)
{
    EVP_MD_CTX *md5 = EVP_MD_CTX_new();
    uint8_t digest[EVP_MAX_MD_SIZE] = {0};
    bool ok = md5 != NULL && EVP_DigestInit_ex(md5, EVP_md5(), NULL) == 1;

    if (ok) {
        EVP_DigestUpdate(md5, guess.data, guess.size);
        EVP_DigestUpdate(md5, wanted->salt.data, wanted->salt.size);
        EVP_DigestUpdate(md5, guess.data, guess.size);
        EVP_DigestFinal_ex(md5, digest, NULL);
        EVP_DigestInit_ex(md5, NULL, NULL);
        EVP_DigestUpdate(md5, guess.data, guess.size);
        EVP_DigestUpdate(md5, wanted->magic.data, wanted->magic.size);
        EVP_DigestUpdate(md5, wanted->salt.data, wanted->salt.size);
        for (size_t i = 0; i < guess.size; i++)
            EVP_DigestUpdate(md5, &digest[i % 16], 1);
        for (size_t bits = guess.size; bits > 0; bits /= 2)
            EVP_DigestUpdate(md5, bits % 2 == 1 ? (const void *)"" : guess.data, 1);
        EVP_DigestFinal_ex(md5, digest, NULL);
    }
    for (unsigned round = 0; ok && round < ROUNDS; round++) {
        struct bytes last = bytes_from(digest, 16);
        unsigned which = template_of(round);
        struct bytes first = which % 2 == 1 ? guess : last;
        struct bytes end = which % 2 == 1 ? last : guess;
        EVP_DigestInit_ex(md5, NULL, NULL);
        EVP_DigestUpdate(md5, first.data, first.size);
        if ((which & 2) != 0)
            EVP_DigestUpdate(md5, wanted->salt.data, wanted->salt.size);
        if ((which & 4) != 0)
            EVP_DigestUpdate(md5, guess.data, guess.size);
        EVP_DigestUpdate(md5, end.data, end.size);
        EVP_DigestFinal_ex(md5, digest, NULL);
    }
    EVP_MD_CTX_free(md5);
    return ok && bytes_equal(bytes_from(digest, 16), bytes_from(wanted->digest, 16));
}

/* Of guesses of LENGTH alone: the first that fits and stands before BEFORE, else BEFORE. */
static size_t find_length(const struct login_md5 *wanted, const struct bytes *guesses,
                          size_t before, size_t length)
{
    struct bytes group[LANES];
    size_t places[LANES];
    size_t count = 0;

    for (size_t i = 0; i < before; i++) {
        if (guesses[i].size == length) {
            group[count] = guesses[i];
            places[count++] = i;
        }
        if (count == 0 || (count < LANES && i + 1 < before))
            continue;
        size_t found = find_lanes(wanted, group, count);
        if (found != SIZE_MAX)
            return places[found];
        count = 0;
    }
    return before;
}

size_t login_md5_find(const struct login_md5 *wanted, const struct bytes *guesses, size_t count)
{
    size_t best = count;

    for (size_t length = 0; length <= SHORT; length++)
        best = find_length(wanted, guesses, best, length);
    for (size_t i = 0; i < best; i++)
        if (guesses[i].size > SHORT && find_long(wanted, guesses[i]))
            best = i;
    return best == count ? SIZE_MAX : best;
}

unsigned login_md5_digit(uint8_t c)
{
    if (c >= '.' && c <= '9')
        return (unsigned)c - '.';
    if (c >= 'A' && c <= 'Z')
        return (unsigned)c - 'A' + 12;
    if (c >= 'a' && c <= 'z')
        return (unsigned)c - 'a' + 38;
    return 64;
}

bool login_md5_read(struct bytes text, uint8_t digest[16])
{
    /* The digest's bytes go into groups of three in this order. */
    static const uint8_t order[16] = {12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11};
    size_t done = 0;

    if (text.size != LOGIN_MD5_TEXT)
        return false;
    for (size_t at = 0; at < text.size; at += 4) {
        size_t characters = text.size - at < 4 ? text.size - at : 4;
        uint32_t group = 0;
        for (size_t i = 0; i < characters; i++) {
            unsigned value = login_md5_digit(bytes_at(text, at + i));
            if (value > 63)
                return false;
            group |= (uint32_t)value << (6 * i);
        }
        if (characters == 2 && group > 255)
            return false;
        for (size_t i = 0; i < (characters == 2 ? 1U : 3U); i++, group >>= 8)
            digest[order[done++]] = (uint8_t)group;
    }
    return true;
}
