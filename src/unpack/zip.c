#include <archive.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/size.h"
#include "unpack/stream.h"
#include "unpack/zip_directory.h"

#define ZIP_HANDLE           40
#define ZIP_DESCRIPTOR_MAGIC 0x08074b50U

struct walk {
    struct container *container;
    struct sink *sink;
    struct bytes image; /* the archive alone */
    uint64_t at;        /* of a walk along local headers */
    uint64_t good;      /* what is read begins here: 0, or behind the last damage */
    uint64_t last;      /* … and ends here */
};

static unsigned zip_recognise(struct bytes image)
{
    struct zip_entry entry;

    if (zip_local_entry(image, 0, &entry))
        return 32 + 8 + 8 + 12;
    if (!bytes_starts(image, "PK\5\6"))
        return 0;
    return zip_directory_find(bytes_slice(image, 0, ZIP_END_SIZE)).found ? 32 + 16 : 0;
}

static uint64_t zip_measure(struct bytes image)
{
    struct zip_directory directory = zip_directory_find(image);

    return directory.found ? directory.end : 0;
}

/* Everything that making the content needs, so that any worker can do it. */
static struct bytes handle_of(const struct zip_entry *entry, struct arena *arena)
{
    const uint64_t values[] = {entry->local, entry->data, entry->packed, entry->size,
                               entry->crc | (uint64_t)entry->method << 32};
    uint8_t *handle = arena_alloc(arena, ZIP_HANDLE);

    for (unsigned i = 0; i < ZIP_HANDLE; i++)
        handle[i] = (uint8_t)(values[i / 8] >> 8 * (i % 8));
    return bytes_from(handle, ZIP_HANDLE);
}

static stream_decode *decoder_of(uint16_t method)
{
    switch (method) {
    case ZIP_DEFLATE:
        return stream_deflate;
    case ZIP_BZIP2:
        return stream_bzip2;
    case ZIP_ZSTD:
        return stream_zstd;
    case ZIP_XZ:
        return stream_xz;
    default:
        return NULL;
    }
}

static struct error *check(const struct zip_entry *entry, struct bytes content)
{
    uint32_t crc = hash_crc32(content);

    if (content.size != entry->size)
        return error_new(ERROR_INPUT,
                         "the zip member has %zu bytes, but %" PRIu64 " are announced",
                         content.size, entry->size);
    if (crc != entry->crc)
        return error_new(ERROR_INPUT,
                         "the zip checksum is %08" PRIx32 ", but the content has %08" PRIx32,
                         entry->crc, crc);
    return NULL;
}

/* Makes the content of ENTRY; what libarchive alone can decode is left to it. */
static struct error *make(struct bytes image, const struct zip_entry *entry, struct buffer *out)
{
    struct stream stream = {.input = bytes_slice(image, entry->data, entry->packed),
                            .out = out};
    stream_decode *decode = decoder_of(entry->method);

    if (decode != NULL) {
        TRY(decode(&stream));
    } else {
        uint64_t size = entry->data - entry->local + entry->packed;
        TRY(member_read(bytes_slice(image, entry->local, size), ARCHIVE_FORMAT_ZIP, out));
    }
    return check(entry, buffer_bytes(out));
}

static struct error *zip_read(struct container *container, struct bytes handle,
                              struct buffer *out)
{
    struct cursor c = cursor_over(handle);
    struct zip_entry entry = {.local = cursor_u64le(&c)};

    entry.data = cursor_u64le(&c);
    entry.packed = cursor_u64le(&c);
    entry.size = cursor_u64le(&c);
    entry.crc = cursor_u32le(&c);
    entry.method = cursor_u16le(&c);
    TRY(cursor_check(&c, "zip handle"));
    return make(container->image, &entry, out);
}

static struct node node_of(const struct zip_entry *entry)
{
    struct node node = {.kind = NODE_FILE, .path = entry->name, .size = entry->size};
    struct node unix_node = {.kind = NODE_FILE};

    if (entry->has_unix) {
        (void)member_mode(&unix_node, entry->mode);
        node.kind = unix_node.kind;
        node.mode = unix_node.mode;
        node.uid = entry->uid;
        node.gid = entry->gid;
        node.has_owner = true;
    }
    if (bytes_ends(entry->name, "/"))
        node.kind = NODE_DIR;
    if (node.kind != NODE_FILE)
        node.size = 0;
    return node;
}

static struct error *put_link(struct walk *walk, struct node *node,
                              const struct zip_entry *entry)
{
    struct buffer *out = sink_buffer(walk->sink);

    if (entry->method == ZIP_STORED) {
        node->target =
            bytes_slice(walk->image, entry->data, size_min(entry->packed, LIMIT_NAME));
    } else {
        sink_unread_error(walk->sink, node->path, entry->size, make(walk->image, entry, out));
        node->target = bytes_slice(buffer_bytes(out), 0, LIMIT_NAME);
    }
    return sink_node(walk->sink, node, content_none(), NULL);
}

static struct error *put(struct walk *walk, const struct zip_entry *entry)
{
    struct node node = node_of(entry);

    if ((entry->flags & (ZIP_ENCRYPTED | ZIP_STRONG)) != 0 || entry->method == ZIP_AES) {
        TRY(sink_node(walk->sink, &node, content_none(), NULL));
        sink_unread(walk->sink, node.path, entry->size, "encrypted");
        return NULL;
    }
    if (node.kind == NODE_LINK)
        return put_link(walk, &node, entry);
    if (node.kind != NODE_FILE)
        return sink_node(walk->sink, &node, content_none(), NULL);
    if (entry->method != ZIP_STORED)
        return sink_node(walk->sink, &node,
                         content_later(handle_of(entry, walk->container->arena)), NULL);
    TRY(member_slice(walk->container, walk->sink, &node, entry->data, entry->packed));
    if (node.size == entry->packed)
        sink_unread_error(walk->sink, node.path, 0,
                          check(entry, bytes_slice(walk->image, entry->data, entry->packed)));
    return NULL;
}

/* A member packed in a stream whose end is not known, or may be missing: it is made now. */
static struct error *put_now(struct walk *walk, struct zip_entry *entry)
{
    bool known = (entry->flags & ZIP_DESCRIPTOR) == 0 || entry->packed > 0;
    struct stream stream = {.input = bytes_from_offset(walk->image, entry->data)};
    struct node node = node_of(entry);

    if (known)
        stream.input = bytes_slice(stream.input, 0, entry->packed);
    stream.out = sink_buffer(walk->sink);
    owned(error) error = decoder_of(entry->method)(&stream);
    if (error == NULL && known)
        error = check(entry, buffer_bytes(stream.out));
    else if (error == NULL)
        entry->packed = stream.consumed;
    node.size = stream.out->size;
    if (node.kind == NODE_FILE)
        TRY(sink_node(walk->sink, &node, content_now(buffer_bytes(stream.out)), NULL));
    sink_unread_error(walk->sink, node.path, entry->packed, take(error));
    return NULL;
}

static struct error *step(struct walk *walk, struct zip_entry *entry)
{
    bool encrypted = (entry->flags & (ZIP_ENCRYPTED | ZIP_STRONG)) != 0;

    if (!encrypted && decoder_of(entry->method) != NULL)
        TRY(put_now(walk, entry));
    else if ((entry->flags & ZIP_DESCRIPTOR) != 0 && entry->packed == 0)
        sink_unread(walk->sink, entry->name, 0, "its size stands in the missing zip directory");
    else
        TRY(put(walk, entry));
    walk->at =
        size_min(entry->data + size_min(entry->packed, walk->image.size), walk->image.size);
    if ((entry->flags & ZIP_DESCRIPTOR) != 0) {
        struct cursor c = cursor_at(walk->image, walk->at);
        uint64_t size = cursor_u32le(&c) == ZIP_DESCRIPTOR_MAGIC ? 16 : 12;
        walk->at = size_min(walk->at + size, walk->image.size);
    }
    walk->last = walk->at;
    return NULL;
}

/* The next place behind AT with a local header; the end of the image when there is none. */
static uint64_t find_local(struct bytes image, uint64_t at)
{
    struct zip_entry entry;

    for (at++; at < image.size; at++) {
        size_t found = bytes_find_string(bytes_from_offset(image, at), "PK\3\4");
        if (found == SIZE_MAX)
            break;
        at += found;
        if (zip_local_entry(image, at, &entry))
            return at;
    }
    return image.size;
}

/* Without a directory the members are found one behind the other, by their own headers. */
static struct error *walk_locals(struct walk *walk)
{
    struct zip_entry entry;

    while (walk->at < walk->image.size) {
        if (zip_local_entry(walk->image, walk->at, &entry)) {
            TRY(step(walk, &entry));
            continue;
        }
        uint64_t from = walk->at;
        walk->at = find_local(walk->image, from);
        if (walk->at >= walk->image.size)
            break;
        sink_span(walk->sink, walk->good, from - walk->good, SPAN_EXPLAINED, "zip archive");
        sink_span(walk->sink, from, walk->at - from, SPAN_UNKNOWN,
                  "damaged part of a zip archive");
        walk->good = walk->at;
    }
    sink_span(walk->sink, walk->good, walk->last - walk->good, SPAN_EXPLAINED, "zip archive");
    return NULL;
}

static struct error *walk_directory(struct walk *walk, const struct zip_directory *directory)
{
    struct cursor c = cursor_at(walk->image, directory->at);
    struct zip_entry entry;
    uint64_t read = 0;

    for (; read < directory->count && zip_directory_entry(&c, directory, &entry); read++) {
        if (!zip_local_find(walk->image, &entry))
            sink_unread(walk->sink, entry.name, entry.packed,
                        "the local header of this zip member is damaged");
        else
            TRY(put(walk, &entry));
    }
    sink_span(walk->sink, 0, directory->end, SPAN_EXPLAINED, "zip archive");
    if (read < directory->count)
        sink_unread(walk->sink, bytes_of(""), 0,
                    arena_printf(walk->container->arena,
                                 "entry %" PRIu64 " of %" PRIu64
                                 " of the zip directory is damaged",
                                 read + 1, directory->count));
    return NULL;
}

static struct error *zip_unpack(struct container *container, struct sink *sink)
{
    struct zip_directory directory = zip_directory_find(container->image);
    struct walk walk = {.container = container, .sink = sink, .image = container->image};

    if (!directory.found) {
        sink_unread(sink, bytes_of(""), 0,
                    "the zip archive has no directory: it is cut short or damaged");
        return walk_locals(&walk);
    }
    walk.image = bytes_slice(walk.image, 0, directory.end);
    TRY(walk_directory(&walk, &directory));
    return member_rest(container, sink, directory.end);
}

static const struct magic zip_magics[] = {{"PK\3\4", 4, 0}};

const struct format format_zip = {
    .name = "zip",
    .title = "zip archive",
    .source = "PKWARE APPNOTE.TXT 6.3.10",
    .is_tree = true,
    .magics = zip_magics,
    .magic_count = COUNT_OF(zip_magics),
    .recognise = zip_recognise,
    .measure = zip_measure,
    .unpack = zip_unpack,
    .read = zip_read,
};
