#include "unpack/zip_directory.h"

#include "base/limits.h"

#define END_MAGIC       0x06054b50U
#define END_SIZE        ZIP_END_SIZE
#define END64_MAGIC     0x06064b50U
#define END64_SIZE      56
#define LOCATOR64_MAGIC 0x07064b50U
#define LOCATOR64_SIZE  20
#define CENTRAL_MAGIC   0x02014b50U
#define HOST_UNIX       3
#define HOST_MACOS      19
#define EXTRA_ZIP64     0x0001
#define EXTRA_UNIX_OLD  0x7855
#define EXTRA_UNIX      0x7875

static uint32_t magic_at(struct bytes image, uint64_t at)
{
    struct cursor c = cursor_at(image, at);

    return cursor_u32le(&c);
}

/* Sizes and offset of 64 bits stand in a record of their own before the end record. */
static void read_end64(struct bytes image, uint64_t end, uint64_t *count, uint64_t *size,
                       uint64_t *offset)
{
    if (end < LOCATOR64_SIZE + END64_SIZE ||
        magic_at(image, end - LOCATOR64_SIZE) != LOCATOR64_MAGIC ||
        magic_at(image, end - LOCATOR64_SIZE - END64_SIZE) != END64_MAGIC)
        return;
    struct cursor c = cursor_at(image, end - LOCATOR64_SIZE - END64_SIZE);
    cursor_skip(&c, 32);
    *count = cursor_u64le(&c);
    *size = cursor_u64le(&c);
    *offset = cursor_u64le(&c);
}

/*
 * Is the end record at END that of an archive which begins at byte 0? One of an archive inside
 * it is not. An archive behind a program may count its offsets from the start of the program:
 * then its first entry says by how much they are off.
 */
static bool end_fits(struct bytes image, uint64_t end, struct zip_directory *directory)
{
    struct cursor c = cursor_at(image, end);
    struct zip_entry first = {.local = 0};
    uint64_t behind = end;

    cursor_skip(&c, 4 + 2 + 2 + 2);
    uint64_t count = cursor_u16le(&c), size = cursor_u32le(&c), offset = cursor_u32le(&c);
    uint64_t comment = cursor_u16le(&c);
    if (!cursor_ok(&c))
        return false;
    if (count == UINT16_MAX || size == UINT32_MAX || offset == UINT32_MAX) {
        read_end64(image, end, &count, &size, &offset);
        if (end >= LOCATOR64_SIZE + END64_SIZE &&
            magic_at(image, end - LOCATOR64_SIZE) == LOCATOR64_MAGIC)
            behind = end - LOCATOR64_SIZE - END64_SIZE;
    }
    *directory = (struct zip_directory){.found = true, .count = count};
    directory->end = end + END_SIZE + (comment <= cursor_left(&c) ? comment : 0);
    if (count == 0 && size == 0)
        return end == 0;
    if (size > behind)
        return false;
    directory->at = behind - size;
    directory->base = directory->at - offset;
    struct cursor at = cursor_at(image, directory->at);
    if (!zip_directory_entry(&at, directory, &first))
        return false;
    return directory->base == 0 || first.local == 0;
}

struct zip_directory zip_directory_find(struct bytes image)
{
    struct zip_directory directory = {.found = false};
    uint64_t at = 0;

    while (at < image.size) {
        size_t found = bytes_find(bytes_from_offset(image, at), bytes_of("PK\5\6"));
        if (found == SIZE_MAX)
            break;
        if (end_fits(image, at + found, &directory))
            return directory;
        at += found + 1;
    }
    return (struct zip_directory){.found = false, .end = image.size};
}

/* Owners, and the 64-bit values whose 32-bit fields are all ones (APPNOTE 4.5.3). */
static void read_extra(struct bytes extra, struct zip_entry *entry)
{
    struct cursor c = cursor_over(extra);

    while (cursor_left(&c) >= 4) {
        uint16_t id = cursor_u16le(&c);
        struct cursor field = cursor_over(cursor_bytes(&c, cursor_u16le(&c)));
        if (id == EXTRA_ZIP64) {
            if (entry->size == UINT32_MAX)
                entry->size = cursor_u64le(&field);
            if (entry->packed == UINT32_MAX)
                entry->packed = cursor_u64le(&field);
            if (entry->local == UINT32_MAX)
                entry->local = cursor_u64le(&field);
        } else if (id == EXTRA_UNIX && cursor_u8(&field) == 1) {
            bool four = cursor_u8(&field) == 4;
            entry->uid = four ? cursor_u32le(&field) : cursor_u16le(&field);
            four = cursor_u8(&field) == 4;
            entry->gid = four ? cursor_u32le(&field) : cursor_u16le(&field);
            entry->has_owner = cursor_ok(&field);
        } else if (id == EXTRA_UNIX_OLD && cursor_left(&field) >= 12) {
            cursor_skip(&field, 8);
            entry->uid = cursor_u16le(&field);
            entry->gid = cursor_u16le(&field);
            entry->has_owner = true;
        }
    }
}

bool zip_directory_entry(struct cursor *c, const struct zip_directory *directory,
                         struct zip_entry *entry)
{
    *entry = (struct zip_entry){.name = {NULL, 0}};
    uint32_t magic = cursor_u32le(c);
    cursor_skip(c, 1);
    uint8_t host = cursor_u8(c);
    cursor_skip(c, 2);
    entry->flags = cursor_u16le(c);
    entry->method = cursor_u16le(c);
    cursor_skip(c, 4);
    entry->crc = cursor_u32le(c);
    entry->packed = cursor_u32le(c);
    entry->size = cursor_u32le(c);
    uint16_t name = cursor_u16le(c), extra = cursor_u16le(c), comment = cursor_u16le(c);
    cursor_skip(c, 4);
    uint32_t attributes = cursor_u32le(c);
    entry->local = cursor_u32le(c);
    entry->name = cursor_bytes(c, name);
    read_extra(cursor_bytes(c, extra), entry);
    cursor_skip(c, comment);
    entry->local += directory->base;
    entry->mode = attributes >> 16;
    entry->has_unix = (host == HOST_UNIX || host == HOST_MACOS) && entry->mode != 0;
    return cursor_ok(c) && magic == CENTRAL_MAGIC;
}

bool zip_local_find(struct bytes image, struct zip_entry *entry)
{
    struct cursor c = cursor_at(image, entry->local);
    bool had_owner = entry->has_owner;
    uint32_t magic = cursor_u32le(&c);

    cursor_skip(&c, 22);
    uint16_t name = cursor_u16le(&c), extra = cursor_u16le(&c);
    cursor_skip(&c, name);
    struct bytes fields = cursor_bytes(&c, extra);
    if (!cursor_ok(&c) || magic != ZIP_LOCAL)
        return false;
    if (!had_owner) {
        struct zip_entry local = {.local = 0};
        read_extra(fields, &local);
        entry->uid = local.uid;
        entry->gid = local.gid;
        entry->has_owner = local.has_owner;
    }
    entry->data = cursor_offset(&c);
    return true;
}

static bool is_known(uint16_t method)
{
    static const uint8_t known[] = {
        ZIP_STORED, 1, 6, ZIP_DEFLATE, 9, 10, ZIP_BZIP2, 14, ZIP_ZSTD, ZIP_XZ, 20, 98, ZIP_AES};

    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (method == known[i])
            return true;
    return false;
}

bool zip_local_entry(struct bytes image, uint64_t at, struct zip_entry *entry)
{
    struct cursor c = cursor_at(image, at);

    *entry = (struct zip_entry){.local = at};
    uint32_t magic = cursor_u32le(&c);
    uint16_t version = cursor_u16le(&c);
    entry->flags = cursor_u16le(&c);
    entry->method = cursor_u16le(&c);
    cursor_skip(&c, 4);
    entry->crc = cursor_u32le(&c);
    entry->packed = cursor_u32le(&c);
    entry->size = cursor_u32le(&c);
    uint16_t name = cursor_u16le(&c), extra = cursor_u16le(&c);
    entry->name = cursor_bytes(&c, name);
    read_extra(cursor_bytes(&c, extra), entry);
    entry->data = cursor_offset(&c);
    if (!cursor_ok(&c) || magic != ZIP_LOCAL || (version & 0xff) > 63 || version >> 8 > 30)
        return false;
    if (name == 0 || name > LIMIT_NAME || (entry->flags & 0xd780) != 0 ||
        !is_known(entry->method))
        return false;
    for (size_t i = 0; i < entry->name.size; i++)
        if (bytes_at(entry->name, i) < 0x20)
            return false;
    return true;
}
