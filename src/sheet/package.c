#include "sheet/package.h"

#include <inttypes.h>

#include "base/hash.h"
#include "base/path.h"
#include "base/text.h"
#include "unpack/stream.h"

static const char not_a_workbook[] = "it is no workbook of the kind .xlsx";

/* What FILE is instead, as far as its first bytes tell. */
static struct error *refuse(struct bytes file)
{
    static const uint8_t ole[] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};
    struct bytes head = bytes_slice(file, 0, sizeof ole);

    if (bytes_equal(head, bytes_from(ole, sizeof ole)))
        return error_new(ERROR_UNSUPPORTED,
                         "it is an old .xls file, or a workbook with a password: save it as "
                         ".xlsx without one");
    if (bytes_starts(file, "PK\3\4"))
        return error_new(ERROR_INPUT, "its zip directory is missing: it is cut short");
    return error_new(ERROR_INPUT, "%s: it does not begin as a zip archive does",
                     not_a_workbook);
}

/* NAME with '/' between its components and none before them. */
static struct bytes clean(struct arena *arena, struct bytes name)
{
    struct bytes copy = arena_copy(arena, name);
    uint8_t *data = (uint8_t *)(uintptr_t)copy.data;

    for (size_t i = 0; i < copy.size; i++)
        if (data[i] == '\\')
            data[i] = '/';
    while (bytes_starts(copy, "/"))
        copy = bytes_from_offset(copy, 1);
    return copy;
}

static struct error *add_part(struct package *package, struct zip_entry *entry)
{
    if ((entry->flags & (ZIP_ENCRYPTED | ZIP_STRONG)) != 0)
        return error_new(ERROR_UNSUPPORTED, "it is encrypted: save it without a password");
    if (package->count >= LIMIT_PACKAGE_PARTS)
        return error_new(ERROR_LIMIT, "it has more than %u parts", LIMIT_PACKAGE_PARTS);
    if (!zip_local_find(package->file, entry))
        return error_new(ERROR_INPUT, "its zip directory points at something else");
    package->parts[package->count++] = (struct package_part){
        .name = clean(package->arena, entry->name),
        .entry = *entry,
    };
    return NULL;
}

struct error *package_open(struct bytes file, struct arena *arena, struct package *out)
{
    struct zip_directory directory = zip_directory_find(file);
    struct package package = {.file = file, .arena = arena};
    struct zip_entry entry;

    if (!directory.found)
        return refuse(file);
    if (directory.count > LIMIT_PACKAGE_PARTS)
        return error_new(ERROR_LIMIT, "it has %" PRIu64 " parts; at most %u are read",
                         directory.count, LIMIT_PACKAGE_PARTS);
    package.parts = arena_array(arena, (size_t)directory.count, sizeof *package.parts);
    struct cursor c = cursor_at(file, directory.at);
    for (uint64_t i = 0; i < directory.count; i++) {
        if (!zip_directory_entry(&c, &directory, &entry))
            return error_new(ERROR_INPUT, "entry %" PRIu64 " of its zip directory is damaged",
                             i + 1);
        TRY(add_part(&package, &entry));
    }
    *out = package;
    return NULL;
}

static bool same_name(struct bytes a, struct bytes b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++) {
        uint8_t x = bytes_at(a, i), y = bytes_at(b, i);
        x = (uint8_t)(x >= 'A' && x <= 'Z' ? x | 0x20 : x);
        y = (uint8_t)(y >= 'A' && y <= 'Z' ? y | 0x20 : y);
        if (x != y)
            return false;
    }
    return true;
}

const struct package_part *package_find(const struct package *package, struct bytes name)
{
    for (size_t i = 0; i < package->count; i++)
        if (same_name(package->parts[i].name, name))
            return &package->parts[i];
    return NULL;
}

static struct error *bomb(const struct package_part *part, const char *why)
{
    return error_new(ERROR_LIMIT, "%.*s %s: it looks made to fill the memory",
                     (int)part->name.size, (const char *)part->name.data, why);
}

/* Is PART as large as something that a person made? */
static struct error *check_size(const struct package *package, const struct package_part *part)
{
    uint64_t size = part->entry.size, packed = part->entry.packed;

    if (size > LIMIT_PACKAGE_PART || size > LIMIT_PACKAGE_BYTES - package->unpacked)
        return bomb(part, "is larger, unpacked, than what is read");
    if (size > LIMIT_PACKAGE_RATIO_FREE && size / LIMIT_PACKAGE_RATIO > packed)
        return bomb(part, "unpacks to more than 500 times its size");
    return NULL;
}

static struct error *unpack(const struct package *package, const struct package_part *part,
                            struct bytes *out)
{
    const struct zip_entry *entry = &part->entry;
    struct bytes packed = bytes_slice(package->file, entry->data, entry->packed);
    struct buffer buffer = {.capacity = (size_t)entry->size + 64};
    struct stream stream = {.input = packed, .out = &buffer};

    if (packed.size != entry->packed)
        return error_new(ERROR_INPUT, "it goes on behind the end of the file");
    if (entry->method == ZIP_STORED) {
        *out = packed;
        return NULL;
    }
    if (entry->method != ZIP_DEFLATE)
        return error_new(ERROR_UNSUPPORTED,
                         "it is packed by a method that workbooks never use");
    /* Deflate makes at most 1032 bytes of one: no more memory is asked for than that. */
    if (entry->size / 1100 > packed.size)
        return error_new(ERROR_INPUT, "it is smaller than its directory says");
    buffer.memory = arena_alloc(package->arena, buffer.capacity);
    TRY(stream_deflate(&stream));
    *out = buffer_bytes(&buffer);
    return NULL;
}

struct error *package_read(struct package *package, const struct package_part *part,
                           struct bytes *out)
{
    struct bytes content = {NULL, 0};

    TRY(check_size(package, part));
    struct error *error = unpack(package, part, &content);
    if (error == NULL && content.size != part->entry.size)
        error = error_new(ERROR_INPUT, "it has not the size that its directory says");
    if (error == NULL && hash_crc32(content) != part->entry.crc)
        error = error_new(ERROR_INPUT, "its checksum is wrong");
    TRY(error_wrap(error, "%.*s is damaged", (int)part->name.size,
                   (const char *)part->name.data));
    package->unpacked += content.size;
    *out = content;
    return NULL;
}

struct bytes package_resolve(struct arena *arena, struct bytes from, struct bytes target)
{
    owned(text) path = text_new();
    struct bytes rest = clean(arena, target), component;

    if (!bytes_starts(target, "/") && !bytes_starts(target, "\\"))
        text_add_bytes(path, path_folder(from));
    while (bytes_next_field(&rest, '/', &component)) {
        if (bytes_is(component, ".") || component.size == 0)
            continue;
        if (bytes_is(component, "..")) {
            struct bytes up = text_bytes(path);
            up = path_folder(bytes_slice(up, 0, up.size == 0 ? 0 : up.size - 1));
            path->size = up.size;
            continue;
        }
        text_add_bytes(path, component);
        text_add_char(path, '/');
    }
    return arena_copy(arena,
                      bytes_slice(text_bytes(path), 0, path->size == 0 ? 0 : path->size - 1));
}

struct bytes package_relations_of(struct arena *arena, struct bytes part)
{
    struct bytes folder = path_folder(part), base = path_base(part);

    return bytes_of(arena_printf(arena, "%.*s_rels/%.*s.rels", (int)folder.size,
                                 (const char *)folder.data, (int)base.size,
                                 (const char *)base.data));
}
