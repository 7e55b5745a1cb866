/* The functions for one block need no provider, and a locked process cannot load one. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/des.h>

#include "base/cursor.h"
#include "base/size.h"
#include "unpack/format.h"

/*
 * Configurations of TP-Link routers: XML under DES in ECB mode, block by block, with a key that is
 * the same in all of them and published by several people who took such routers apart. The last
 * block is filled up with zeros.
 */

#define BLOCK_BYTES  8U
#define BATCH_BLOCKS 8192U /* asked of the buffer at a time */

static const uint8_t published_key[BLOCK_BYTES] = {0x47, 0x8d, 0xa5, 0x0f,
                                                   0xf9, 0xe3, 0xd2, 0xcb};

/* "<?xml ve" under that key: every block is for itself, so it always looks like this. */
static const char first_block[] = "\xdb\x30\x5b\x2c\xf8\x80\x18\x11";

static unsigned tplinkconfig_recognise(struct bytes image)
{
    return bytes_starts(image, first_block) ? 64 : 0;
}

static uint64_t tplinkconfig_measure(struct bytes image)
{
    return image.size - image.size % BLOCK_BYTES;
}

static void decrypt_block(struct cursor *c, DES_key_schedule *schedule, uint8_t *out)
{
    DES_cblock block, plain;

    for (unsigned i = 0; i < BLOCK_BYTES; i++)
        block[i] = cursor_u8(c);
    DES_ecb_encrypt(&block, &plain, schedule, DES_DECRYPT);
    for (unsigned i = 0; i < BLOCK_BYTES; i++)
        out[i] = plain[i];
}

static struct error *decrypt(struct bytes image, struct buffer *buffer)
{
    struct cursor c = cursor_over(image);
    DES_cblock key;
    DES_key_schedule schedule;

    for (unsigned i = 0; i < BLOCK_BYTES; i++)
        key[i] = published_key[i];
    DES_set_key_unchecked(&key, &schedule);
    while (cursor_left(&c) >= BLOCK_BYTES) {
        size_t wanted = size_min(cursor_left(&c) / BLOCK_BYTES, BATCH_BLOCKS) * BLOCK_BYTES;
        uint8_t *room;
        size_t size;
        TRY(buffer_room(buffer, wanted, &room, &size));
        for (size_t at = 0; at < wanted; at += BLOCK_BYTES)
            decrypt_block(&c, &schedule, room + at);
        TRY(buffer_wrote(buffer, wanted, cursor_offset(&c)));
    }
    return NULL;
}

static struct error *tplinkconfig_unpack(struct container *container, struct sink *sink)
{
    struct node node = {.kind = NODE_FILE, .path = bytes_of("config.xml")};
    uint64_t whole = tplinkconfig_measure(container->image);
    struct buffer *buffer = sink_buffer(sink);

    TRY(decrypt(bytes_slice(container->image, 0, whole), buffer));
    struct bytes plain = buffer_bytes(buffer);
    size_t filled = 0;
    while (filled + 1 < BLOCK_BYTES && filled < plain.size &&
           bytes_at(plain, plain.size - filled - 1) == 0)
        filled++;
    plain = bytes_slice(plain, 0, plain.size - filled);
    sink_span(sink, 0, whole, SPAN_EXPLAINED, "configuration, encrypted by DES");
    if (whole < container->image.size)
        sink_unread(sink, bytes_of(""), container->image.size - whole,
                    "the configuration ends inside a block");
    if (!bytes_is_text(plain))
        sink_unread(sink, node.path, 0, "damaged: what was decrypted is not text throughout");
    node.size = plain.size;
    return sink_node(sink, &node, content_now(plain), NULL);
}

const struct format format_tplinkconfig = {
    .name = "tplinkconfig",
    .title = "TP-Link router configuration",
    .source =
        "FIPS 46-3; the key as published for default_config.xml and reduced_data_model.xml",
    .recognise = tplinkconfig_recognise,
    .measure = tplinkconfig_measure,
    .unpack = tplinkconfig_unpack,
};
