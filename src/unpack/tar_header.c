#include "unpack/tar_header.h"

#define AT_CHECKSUM   148
#define CHECKSUM_SIZE 8
#define AT_MAGIC      257
#define AT_EXTENDED   482 /* GNU sparse: the map goes on in the next block */
#define AT_REAL_SIZE  483

/* Octal digits, or with the top bit set a big-endian binary number (GNU, star). */
static bool number(struct bytes field, uint64_t *out)
{
    uint64_t value = bytes_at(field, 0) & 0x7f;

    if ((bytes_at(field, 0) & 0x80) == 0)
        return member_number(field, 8, out);
    if ((value & 0x40) != 0)
        return false; /* negative */
    for (size_t i = 1; i < field.size; i++) {
        if (value >> 56 != 0)
            return false;
        value = value << 8 | bytes_at(field, i);
    }
    *out = value;
    return true;
}

/* The sum of all bytes, the field itself as blanks; old writers summed signed ones. */
static bool checksum_fits(struct bytes block)
{
    uint32_t sum = 0, high = 0;
    uint64_t wanted;

    if (!member_number(bytes_slice(block, AT_CHECKSUM, CHECKSUM_SIZE), 8, &wanted) ||
        wanted == 0)
        return false;
    for (size_t i = 0; i < TAR_BLOCK; i++) {
        bool field = i >= AT_CHECKSUM && i < AT_CHECKSUM + CHECKSUM_SIZE;
        uint8_t byte = field ? ' ' : bytes_at(block, i);
        sum += byte;
        high += byte >> 7;
    }
    return sum == wanted || (high > 0 && (uint32_t)(sum - 256 * high) == (uint32_t)wanted);
}

/* Version 7 has no magic: what stands in its fields must be what a writer puts there. */
static bool old_fits(const struct tar_header *header, struct bytes block)
{
    struct bytes rest = bytes_slice(block, AT_MAGIC, TAR_BLOCK - AT_MAGIC);

    if (header->name.size == 0 || header->mode > 0177777)
        return false;
    for (size_t i = 0; i < header->name.size; i++)
        if (bytes_at(header->name, i) < 0x20)
            return false;
    return (header->type == 0 || (header->type >= '0' && header->type <= '7')) &&
           bytes_all(bytes_slice(rest, 6, 8), 0);
}

bool tar_header_read(struct bytes block, struct tar_header *header)
{
    struct cursor c = cursor_over(block);
    bool numbers = true;

    *header = (struct tar_header){.name = cursor_text(&c, 100)};
    numbers &= number(cursor_bytes(&c, 8), &header->mode);
    numbers &= number(cursor_bytes(&c, 8), &header->uid);
    numbers &= number(cursor_bytes(&c, 8), &header->gid);
    numbers &= number(cursor_bytes(&c, 12), &header->size);
    cursor_skip(&c, 12 + CHECKSUM_SIZE);
    header->type = cursor_u8(&c);
    header->link = cursor_text(&c, 100);
    struct bytes magic = cursor_bytes(&c, 8);
    cursor_skip(&c, 64);
    struct bytes major = cursor_bytes(&c, 8), minor = cursor_bytes(&c, 8);
    struct bytes prefix = cursor_text(&c, 155);
    cursor_skip(&c, 12);
    if (!cursor_ok(&c) || !numbers || !checksum_fits(block))
        return false;
    header->ustar = bytes_starts(magic, "ustar");
    if (!header->ustar)
        return old_fits(header, block);
    (void)(number(major, &header->major) && number(minor, &header->minor));
    header->extended = bytes_at(block, AT_EXTENDED) != 0;
    if (header->type == 'S' &&
        !number(bytes_slice(block, AT_REAL_SIZE, 12), &header->real_size))
        return false;
    if (bytes_at(magic, 5) == 0) /* "ustar\0": GNU has times and the sparse map there */
        header->prefix = prefix;
    return true;
}

static int base64_value(uint8_t byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return byte - 'A';
    if (byte >= 'a' && byte <= 'z')
        return byte - 'a' + 26;
    if (byte >= '0' && byte <= '9')
        return byte - '0' + 52;
    return byte == '+' ? 62 : byte == '/' ? 63 : -1;
}

static struct bytes base64_decode(struct bytes text, struct arena *arena)
{
    uint8_t *out = arena_alloc(arena, text.size);
    size_t size = 0;
    uint32_t bits = 0, have = 0;

    for (size_t i = 0; i < text.size; i++) {
        int value = base64_value(bytes_at(text, i));
        if (value < 0)
            continue;
        bits = (bits << 6 | (uint32_t)value) & 0xffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[size++] = (uint8_t)(bits >> have);
        }
    }
    return bytes_from(out, size);
}

static struct bytes after(struct bytes key, const char *prefix)
{
    return bytes_starts(key, prefix) ? bytes_from_offset(key, bytes_of(prefix).size)
                                     : (struct bytes){NULL, 0};
}

static bool set_number(struct bytes key, struct bytes value, const char *name, uint64_t *out,
                       bool *has)
{
    struct bytes whole = bytes_slice(value, 0, bytes_find_byte(value, '.'));

    if (!bytes_is(key, name))
        return false;
    *has = member_number(whole, 10, out);
    return true;
}

static void take_record(struct tar_extension *extension, struct bytes key, struct bytes value,
                        struct arena *arena)
{
    bool ignored;

    if (bytes_is(key, "path") && extension->path.size == 0)
        extension->path = value;
    else if (bytes_is(key, "GNU.sparse.name"))
        extension->path = value;
    else if (bytes_is(key, "linkpath"))
        extension->link = value;
    else if (set_number(key, value, "size", &extension->size, &extension->has_size) ||
             set_number(key, value, "uid", &extension->uid, &extension->has_uid) ||
             set_number(key, value, "gid", &extension->gid, &extension->has_gid) ||
             set_number(key, value, "SCHILY.devmajor", &extension->device[0],
                        &extension->has_device[0]) ||
             set_number(key, value, "SCHILY.devminor", &extension->device[1],
                        &extension->has_device[1]) ||
             set_number(key, value, "GNU.sparse.realsize", &extension->real_size, &ignored) ||
             set_number(key, value, "GNU.sparse.size", &extension->real_size, &ignored))
        ;
    else if (bytes_starts(key, "SCHILY.xattr."))
        member_add_xattr(arena, &extension->xattrs, after(key, "SCHILY.xattr."), value);
    else if (bytes_starts(key, "LIBARCHIVE.xattr."))
        member_add_xattr(arena, &extension->xattrs, after(key, "LIBARCHIVE.xattr."),
                         base64_decode(value, arena));
    if (bytes_starts(key, "GNU.sparse."))
        extension->sparse = true;
}

struct error *tar_extension_read(struct tar_extension *extension, struct bytes records,
                                 struct arena *arena)
{
    while (records.size > 0 && bytes_at(records, 0) != 0) {
        size_t blank = bytes_find_byte(records, ' ');
        uint64_t length;
        if (blank == SIZE_MAX || !member_number(bytes_slice(records, 0, blank), 10, &length) ||
            length < blank + 3 || length > records.size)
            return error_new(ERROR_INPUT, "a pax record is malformed");
        struct bytes record = bytes_slice(records, blank + 1, length - blank - 2);
        size_t equals = bytes_find_byte(record, '=');
        if (equals == SIZE_MAX)
            return error_new(ERROR_INPUT, "a pax record has no value");
        take_record(extension, bytes_slice(record, 0, equals),
                    bytes_from_offset(record, equals + 1), arena);
        records = bytes_from_offset(records, length);
    }
    return NULL;
}
