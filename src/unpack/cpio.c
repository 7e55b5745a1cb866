#include <inttypes.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/size.h"
#include "unpack/member.h"

#define CPIO_NEWC_HEADER 110
#define CPIO_ODC_HEADER  76
#define CPIO_OLD_HEADER  26
#define CPIO_TRAILER     "TRAILER!!!"
#define CPIO_RECORD      512 /* writers fill the last record with zeros */

/* One header, whatever its dialect. */
struct header {
    uint64_t device, inode, mode, uid, gid, links, size, major, minor, check;
    struct bytes name;   /* without its NUL */
    uint64_t data, next; /* offsets of the content and of the header behind it */
    bool has_check;      /* a sum of the bytes of the content */
    bool is_end;         /* the trailer */
};

/* One of several names of a file: its content may stand at another of them, mostly the last. */
struct name {
    struct node node;
    uint64_t device, inode;
    bool waits;          /* for its content */
    uint64_t data, size; /* the content, once it is known */
    size_t next;         /* in its bucket, plus one */
};

#define BUCKETS 4096

struct walk {
    struct container *container;
    struct sink *sink;
    struct bytes image;
    uint64_t at;
    uint64_t start;     /* of the archive at hand; an initramfs is several in a row */
    uint64_t good;      /* what is read begins here: 0, or behind the last damage */
    uint64_t last;      /* … and ends here */
    struct name *names; /* with others for the same file, in the archive at hand */
    size_t name_count, name_capacity;
    size_t *buckets; /* the last name of each, plus one */
};

static uint64_t align(uint64_t at, uint64_t to)
{
    return (at + to - 1) / to * to;
}

static bool field(struct cursor *c, size_t size, unsigned base, uint64_t *out)
{
    struct bytes digits = cursor_bytes(c, size);

    for (size_t i = 0; i < digits.size; i++)
        if (bytes_at(digits, i) <= ' ')
            return false;
    return member_number(digits, base, out);
}

/* Name, content and what follows, once the fixed part is read and the cursor stands behind it. */
static bool finish(struct cursor *c, struct header *header, uint64_t name_size, uint64_t to)
{
    struct bytes name = cursor_bytes(c, name_size);

    if (!cursor_ok(c) || name_size == 0 || name_size > LIMIT_NAME ||
        bytes_at(name, name.size - 1) != 0)
        return false;
    name = bytes_slice(name, 0, bytes_find_byte(name, 0));
    header->name = name;
    header->data = align(cursor_offset(c), to);
    header->next = align(header->data + header->size, to);
    header->is_end = bytes_is(name, CPIO_TRAILER) && header->size == 0;
    return name.size > 0 || header->is_end;
}

/* "070701" and "070702": hexadecimal fields of eight digits, everything at multiples of four. */
static bool read_newc(struct cursor *c, struct header *header)
{
    uint64_t name_size = 0, time, device[2] = {0, 0};
    bool good = field(c, 8, 16, &header->inode) && field(c, 8, 16, &header->mode) &&
                field(c, 8, 16, &header->uid) && field(c, 8, 16, &header->gid) &&
                field(c, 8, 16, &header->links) && field(c, 8, 16, &time) &&
                field(c, 8, 16, &header->size) && field(c, 8, 16, &device[0]) &&
                field(c, 8, 16, &device[1]) && field(c, 8, 16, &header->major) &&
                field(c, 8, 16, &header->minor) && field(c, 8, 16, &name_size) &&
                field(c, 8, 16, &header->check);

    header->device = device[0] << 32 | (uint32_t)device[1];
    return good && cursor_ok(c) && finish(c, header, name_size, 4);
}

/* "070707": octal fields, nothing aligned (POSIX.1-1996, cpio -H odc). */
static bool read_odc(struct cursor *c, struct header *header)
{
    uint64_t name_size = 0, time, device = 0;
    bool good = field(c, 6, 8, &header->device) && field(c, 6, 8, &header->inode) &&
                field(c, 6, 8, &header->mode) && field(c, 6, 8, &header->uid) &&
                field(c, 6, 8, &header->gid) && field(c, 6, 8, &header->links) &&
                field(c, 6, 8, &device) && field(c, 11, 8, &time) &&
                field(c, 6, 8, &name_size) && field(c, 11, 8, &header->size);

    header->major = device >> 8;
    header->minor = device & 0xff;
    return good && cursor_ok(c) && finish(c, header, name_size, 1);
}

/* The binary dialect of old Unix: words of 16 bits in either order, long ones high word first. */
static bool read_old(struct cursor *c, struct header *header, bool big)
{
    uint64_t word[CPIO_OLD_HEADER / 2];

    for (size_t i = 0; i < COUNT_OF(word); i++)
        word[i] = big ? cursor_u16be(c) : cursor_u16le(c);
    header->device = word[1];
    header->inode = word[2];
    header->mode = word[3];
    header->uid = word[4];
    header->gid = word[5];
    header->links = word[6];
    header->major = word[7] >> 8;
    header->minor = word[7] & 0xff;
    header->size = word[11] << 16 | word[12];
    return cursor_ok(c) && finish(c, header, word[10], 2);
}

/* Offsets count from the start of the archive that holds the header, so IMAGE begins there. */
static bool header_read(struct bytes image, uint64_t at, struct header *header)
{
    struct cursor c = cursor_over(bytes_from_offset(image, at));
    struct bytes magic = bytes_slice(image, at, 6);
    bool good = false;

    *header = (struct header){.has_check = bytes_is(magic, "070702")};
    if (bytes_is(magic, "070701") || header->has_check) {
        cursor_skip(&c, 6);
        good = read_newc(&c, header);
    } else if (bytes_is(magic, "070707")) {
        cursor_skip(&c, 6);
        good = read_odc(&c, header);
    } else if (bytes_at(magic, 0) == 0xc7 && bytes_at(magic, 1) == 0x71) {
        good = read_old(&c, header, false);
    } else if (bytes_at(magic, 0) == 0x71 && bytes_at(magic, 1) == 0xc7) {
        good = read_old(&c, header, true);
    }
    header->data += at;
    header->next += at;
    struct node node;
    return good && (header->is_end || member_mode(&node, header->mode));
}

static bool is_text_magic(struct bytes image)
{
    return bytes_starts(image, "0707");
}

static unsigned cpio_recognise(struct bytes image)
{
    struct header header, next;

    if (!header_read(image, 0, &header))
        return 0;
    if (is_text_magic(image))
        return 48 + 32;
    /* Two bytes of magic prove nothing: the header behind must be good too. */
    if (header.links == 0 || header.mode > 0177777 || !header_read(image, header.next, &next))
        return 0;
    return header.is_end ? 0 : 40;
}

/*
 * Behind the end of an archive at AT: the start of the next one when only zeros stand between,
 * as in an initramfs; else the end of the zeros that fill the last record.
 */
static uint64_t behind_trailer(struct bytes image, uint64_t start, uint64_t at, bool *more)
{
    struct bytes rest = bytes_slice(image, at, LIMIT_CPIO_PADDING);
    struct header header;
    size_t zeros = 0;

    while (zeros < rest.size && bytes_at(rest, zeros) == 0)
        zeros++;
    *more = header_read(image, at + zeros, &header);
    if (*more)
        return at + zeros;
    uint64_t record = start + align(at - start, CPIO_RECORD);
    return record - at <= zeros ? record : at;
}

static uint64_t cpio_measure(struct bytes image)
{
    uint64_t at = 0, start = 0;
    struct header header;
    bool more = true;

    while (more && header_read(image, at, &header)) {
        if (header.next > image.size)
            return at > 0 ? at : image.size; /* cut short: what follows may be another part */
        at = header.next;
        if (header.is_end) {
            at = behind_trailer(image, start, header.next, &more);
            start = at;
        }
    }
    return at;
}

static struct error *put_content(struct walk *walk, struct node *node,
                                 const struct header *header)
{
    struct bytes content = bytes_slice(walk->image, header->data, header->size);
    uint32_t sum = 0;

    TRY(member_slice(walk->container, walk->sink, node, header->data, header->size));
    if (!header->has_check || content.size < header->size)
        return NULL;
    for (size_t i = 0; i < content.size; i++)
        sum += content.data[i];
    if (sum != header->check)
        sink_unread(walk->sink, node->path, 0, "the cpio checksum of this file does not fit");
    return NULL;
}

static size_t *bucket_of(struct walk *walk, const struct header *header)
{
    uint64_t hash = (header->inode ^ header->device << 20) * 0x9e3779b97f4a7c15;

    if (walk->buckets == NULL)
        walk->buckets = arena_array(walk->container->arena, BUCKETS, sizeof *walk->buckets);
    return &walk->buckets[hash >> 32 & (BUCKETS - 1)];
}

static struct name *remember(struct walk *walk, const struct node *node,
                             const struct header *header)
{
    size_t *bucket = bucket_of(walk, header);

    walk->names = arena_grow(walk->container->arena, walk->names, &walk->name_capacity,
                             walk->name_count + 1, sizeof *walk->names);
    struct name *name = &walk->names[walk->name_count++];
    *name = (struct name){.node = *node, .device = header->device, .inode = header->inode};
    name->data = header->data;
    name->size = header->size;
    name->waits = header->size == 0;
    name->next = *bucket;
    *bucket = walk->name_count;
    return name;
}

static struct error *put_slice(struct walk *walk, struct node *node, uint64_t data,
                               uint64_t size)
{
    return member_slice(walk->container, walk->sink, node, data, size);
}

/*
 * A file with several names: those that waited get the content that came now; one without
 * content gets what came before, or waits.
 */
static struct error *put_linked(struct walk *walk, struct node *node,
                                const struct header *header)
{
    for (size_t i = *bucket_of(walk, header); i > 0; i = walk->names[i - 1].next) {
        struct name *name = &walk->names[i - 1];
        if (name->device != header->device || name->inode != header->inode)
            continue;
        if (header->size == 0 && !name->waits)
            return put_slice(walk, node, name->data, name->size);
        if (header->size == 0 || !name->waits)
            break;
        name->waits = false;
        name->data = header->data;
        name->size = header->size;
        TRY(put_slice(walk, &name->node, name->data, name->size));
    }
    if (!remember(walk, node, header)->waits)
        return put_content(walk, node, header);
    return NULL;
}

/* At the end of an archive what still waits has no content: it is empty. */
static struct error *put_empty(struct walk *walk)
{
    for (size_t i = 0; i < walk->name_count; i++)
        if (walk->names[i].waits)
            TRY(put_slice(walk, &walk->names[i].node, walk->names[i].data, 0));
    walk->name_count = 0;
    walk->buckets = NULL;
    return NULL;
}

static struct error *put(struct walk *walk, const struct header *header)
{
    struct node node = {.path = header->name};

    (void)member_mode(&node, header->mode);
    node.uid = (uint32_t)header->uid;
    node.gid = (uint32_t)header->gid;
    if (node.kind == NODE_CHAR || node.kind == NODE_BLOCK) {
        node.major = (uint32_t)header->major;
        node.minor = (uint32_t)header->minor;
    }
    if (node.kind == NODE_LINK)
        node.target =
            bytes_slice(walk->image, header->data, size_min(header->size, LIMIT_NAME));
    if (node.kind == NODE_FILE && header->links > 1 && header->inode != 0)
        return put_linked(walk, &node, header);
    if (node.kind == NODE_FILE)
        return put_content(walk, &node, header);
    return sink_node(walk->sink, &node, content_none(), NULL);
}

/* A quick look before the real one: the length of the name, and the NUL that ends it. */
static bool may_be_header(struct bytes image, uint64_t at)
{
    bool odc = bytes_at(bytes_slice(image, at, 6), 5) == '7';
    struct bytes field = bytes_slice(image, at + (odc ? 59 : 94), odc ? 6 : 8);
    uint64_t end, size = 0;

    if (!member_number(field, odc ? 8 : 16, &size) || size == 0 || size > LIMIT_NAME)
        return false;
    end = at + (odc ? CPIO_ODC_HEADER : CPIO_NEWC_HEADER) + size;
    return bytes_has(image, end - 1, 1) && bytes_at(image, (size_t)end - 1) == 0;
}

/* The next place behind AT where a header stands, at any byte. */
static uint64_t find_header(struct bytes image, uint64_t at)
{
    struct header header;

    for (at++; at < image.size; at++) {
        size_t found = bytes_find_string(bytes_from_offset(image, at), "07070");
        if (found == SIZE_MAX)
            break;
        at += found;
        if (may_be_header(image, at) && header_read(image, at, &header))
            return at;
    }
    return image.size;
}

static struct error *resume(struct walk *walk)
{
    uint64_t from = walk->at;
    const char *reason =
        arena_printf(walk->container->arena, "no valid cpio header at byte %" PRIu64, from);

    walk->at = find_header(walk->image, from);
    sink_unread(walk->sink, bytes_of(""), walk->at - from, reason);
    if (walk->at >= walk->image.size)
        return member_rest(walk->container, walk->sink, from);
    sink_span(walk->sink, walk->good, from - walk->good, SPAN_EXPLAINED, "cpio archive");
    sink_span(walk->sink, from, walk->at - from, SPAN_UNKNOWN,
              "damaged part of a cpio archive");
    walk->good = walk->last = walk->at;
    return NULL;
}

static struct error *step(struct walk *walk, const struct header *header, bool *ended)
{
    bool more = true;

    if (header->is_end) {
        TRY(put_empty(walk));
        walk->at = behind_trailer(walk->image, walk->start, header->next, &more);
        walk->start = walk->at;
    } else {
        TRY(put(walk, header));
        walk->at = header->next;
    }
    *ended = !more;
    walk->at = walk->last = size_min(walk->at, walk->image.size);
    return NULL;
}

static struct error *cpio_unpack(struct container *container, struct sink *sink)
{
    struct walk walk = {.container = container, .sink = sink, .image = container->image};
    struct header header;
    bool ended = false;

    while (!ended && walk.at < walk.image.size) {
        if (header_read(walk.image, walk.at, &header))
            TRY(step(&walk, &header, &ended));
        else
            TRY(resume(&walk));
    }
    TRY(put_empty(&walk));
    sink_span(sink, walk.good, walk.last - walk.good, SPAN_EXPLAINED, "cpio archive");
    if (!ended && walk.last == walk.image.size)
        sink_unread(sink, bytes_of(""), 0, "the cpio archive ends without its trailer");
    return ended ? member_rest(container, sink, walk.at) : NULL;
}

static const struct magic cpio_magics[] = {
    {"070701", 6, 0},
    {"070702", 6, 0},
    {"070707", 6, 0},
};

const struct format format_cpio = {
    .name = "cpio",
    .title = "cpio archive (newc, crc, odc, old binary)",
    .source =
        "Linux, Documentation/driver-api/early-userspace/buffer-format.rst; GNU cpio 2.13",
    .is_tree = true,
    .magics = cpio_magics,
    .magic_count = COUNT_OF(cpio_magics),
    .recognise = cpio_recognise,
    .measure = cpio_measure,
    .unpack = cpio_unpack,
};
