#ifndef TESTS_UNIT_SHEET_ZIP_H
#define TESTS_UNIT_SHEET_ZIP_H

#include <zlib.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/text.h"

/* A zip archive made part by part, as a program would write it, or as an attacker would. */
struct zip {
    struct text *locals, *directory;
    unsigned count;
    uint32_t claimed; /* when not 0: the unpacked size that the next part claims */
};

static inline void zip_number(struct text *out, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        uint8_t byte = i < 8 ? (uint8_t)(value >> 8 * i) : 0;
        text_add_bytes(out, bytes_from(&byte, 1));
    }
}

static inline void zip_fields(struct text *out, unsigned method, struct bytes content,
                              size_t packed, uint32_t size)
{
    zip_number(out, 20, 2);
    zip_number(out, 0, 2);
    zip_number(out, method, 2);
    zip_number(out, 0x00210000, 4); /* 1980-01-01 */
    zip_number(out, hash_crc32(content), 4);
    zip_number(out, packed, 4);
    zip_number(out, size, 4);
}

/* Adds a part; METHOD 0 stores it, 8 deflates it. */
static inline void zip_add(struct zip *zip, const char *name, unsigned method,
                           struct bytes content)
{
    size_t packed = method == 0 ? content.size : content.size + content.size / 100 + 100;
    uint8_t *data = mem_alloc(packed + 1);
    uint32_t size = zip->claimed != 0 ? zip->claimed : (uint32_t)content.size;
    z_stream stream = {.avail_in = (uInt)content.size, .avail_out = (uInt)packed};

    if (method == 0) {
        mem_copy(data, content.data, content.size);
    } else {
        stream.next_in = (Bytef *)(uintptr_t)content.data;
        stream.next_out = data;
        (void)deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
        (void)deflate(&stream, Z_FINISH);
        packed = stream.total_out;
        (void)deflateEnd(&stream);
    }
    zip_number(zip->directory, 0x02014b50, 4);
    zip_number(zip->directory, 20, 2);
    zip_fields(zip->directory, method, content, packed, size);
    zip_number(zip->directory, bytes_of(name).size, 2);
    zip_number(zip->directory, 0, 12);
    zip_number(zip->directory, zip->locals->size, 4);
    text_add(zip->directory, name);
    zip_number(zip->locals, 0x04034b50, 4);
    zip_fields(zip->locals, method, content, packed, size);
    zip_number(zip->locals, bytes_of(name).size, 2);
    zip_number(zip->locals, 0, 2);
    text_add(zip->locals, name);
    text_add_bytes(zip->locals, bytes_from(data, packed));
    mem_free(data);
    zip->count++;
}

/* The archive, in `locals`. */
static inline struct bytes zip_end(struct zip *zip)
{
    size_t at = zip->locals->size;

    text_add_bytes(zip->locals, text_bytes(zip->directory));
    zip_number(zip->locals, 0x06054b50, 4);
    zip_number(zip->locals, 0, 4);
    zip_number(zip->locals, zip->count, 2);
    zip_number(zip->locals, zip->count, 2);
    zip_number(zip->locals, zip->directory->size, 4);
    zip_number(zip->locals, at, 4);
    zip_number(zip->locals, 0, 2);
    return text_bytes(zip->locals);
}

#endif
