#include "unpack/lzo.h"

#include "base/arena.h"
#include "base/cursor.h"

/*
 * A stream is a row of instructions. Each copies a match, a stretch of the output so far, or a
 * long run of literals, bytes that stand in the stream. The two low bits of a match say how many
 * literals, up to three, follow it. What the smallest opcodes mean depends on how many literals
 * were copied just before: that number is the state, 4 standing for four or more.
 */
#define STATE_RUN 4U

#define END_DISTANCE 16384U /* a far match at this distance ends the stream */

struct lzo {
    struct cursor in;
    uint8_t *out;
    size_t capacity, size;
    size_t state;
};

static struct error *too_long(const struct lzo *lzo)
{
    return error_new(ERROR_INPUT, "lzo stream gives more than %zu bytes", lzo->capacity);
}

static struct error *copy_literals(struct lzo *lzo, size_t count)
{
    struct bytes literals = cursor_bytes(&lzo->in, count);

    TRY(cursor_check(&lzo->in, "lzo stream"));
    if (count > lzo->capacity - lzo->size)
        return too_long(lzo);
    mem_copy(lzo->out + lzo->size, literals.data, count);
    lzo->size += count;
    return NULL;
}

static struct error *copy_match(struct lzo *lzo, size_t distance, size_t length)
{
    TRY(cursor_check(&lzo->in, "lzo stream"));
    if (distance > lzo->size)
        return error_new(ERROR_INPUT, "lzo match reaches %zu bytes back, of %zu written",
                         distance, lzo->size);
    if (length > lzo->capacity - lzo->size)
        return too_long(lzo);

    uint8_t *to = lzo->out + lzo->size;
    const uint8_t *from = to - distance;
    lzo->size += length;
    if (distance >= length) {
        mem_copy(to, from, length);
        return NULL;
    }
    for (size_t i = 0; i < length; i++) /* the match overlaps itself: it repeats */
        to[i] = from[i];
    return NULL;
}

/* A length of BITS bits; none of them set: zero bytes, each for 255, and a last byte follow. */
static size_t length_of(struct lzo *lzo, uint8_t opcode, unsigned bits)
{
    size_t largest = (1U << bits) - 1;
    size_t length = opcode & largest;

    if (length > 0)
        return length;
    length = largest;
    uint8_t more = cursor_u8(&lzo->in);
    while (more == 0 && cursor_ok(&lzo->in)) {
        length += 255;
        more = cursor_u8(&lzo->in);
    }
    return length + more;
}

/* Opcodes 0 … 15: a run of literals, or a short match close by after few literals. */
static struct error *small(struct lzo *lzo, uint8_t opcode)
{
    if (lzo->state == 0) {
        size_t length = length_of(lzo, opcode, 4) + 3;
        lzo->state = STATE_RUN;
        return copy_literals(lzo, length);
    }
    bool after_run = lzo->state == STATE_RUN;
    size_t distance = ((size_t)cursor_u8(&lzo->in) << 2) + (opcode >> 2);
    TRY(copy_match(lzo, distance + (after_run ? 2049 : 1), after_run ? 3 : 2));
    lzo->state = opcode & 3;
    return copy_literals(lzo, lzo->state);
}

/* Opcodes 64 … 255: 3 to 8 bytes from the last 2 KiB. */
static struct error *near(struct lzo *lzo, uint8_t opcode)
{
    size_t length = opcode >= 128 ? 5 + (opcode >> 5 & 3) : 3 + (opcode >> 5 & 1);
    size_t distance = ((size_t)cursor_u8(&lzo->in) << 3) + (opcode >> 2 & 7) + 1;

    TRY(copy_match(lzo, distance, length));
    lzo->state = opcode & 3;
    return copy_literals(lzo, lzo->state);
}

/* Opcodes 16 … 63: any length from the last 16 KiB, or (below 32) from 16 to 48 KiB back. */
static struct error *far(struct lzo *lzo, uint8_t opcode, bool *end)
{
    bool farther = opcode < 32;
    size_t length = length_of(lzo, opcode, farther ? 3 : 5) + 2;
    uint16_t word = cursor_u16le(&lzo->in);
    size_t distance = word >> 2;

    distance += farther ? END_DISTANCE + ((size_t)(opcode & 8) << 11) : 1;
    if (farther && distance == END_DISTANCE) {
        *end = true;
        return cursor_check(&lzo->in, "lzo stream");
    }
    TRY(copy_match(lzo, distance, length));
    lzo->state = word & 3;
    return copy_literals(lzo, lzo->state);
}

struct error *lzo_unpack(struct bytes packed, uint8_t *out, size_t capacity, size_t *wrote)
{
    struct lzo lzo = {.in = cursor_over(packed), .out = out, .capacity = capacity};
    bool end = false;

    /* A first byte above 17 is the length of literals that begin the stream. */
    if (packed.size > 0 && bytes_at(packed, 0) > 17) {
        size_t count = (size_t)cursor_u8(&lzo.in) - 17;
        lzo.state = count < STATE_RUN ? count : STATE_RUN;
        TRY(copy_literals(&lzo, count));
    }
    while (!end) {
        uint8_t opcode = cursor_u8(&lzo.in);
        TRY(cursor_check(&lzo.in, "lzo stream"));
        if (opcode >= 64)
            TRY(near(&lzo, opcode));
        else if (opcode >= 16)
            TRY(far(&lzo, opcode, &end));
        else
            TRY(small(&lzo, opcode));
    }
    *wrote = lzo.size;
    return NULL;
}
