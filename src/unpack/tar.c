#include <archive.h>
#include <inttypes.h>

#include "base/limits.h"
#include "base/size.h"
#include "unpack/tar_header.h"

#define TAR_RECORD 10240 /* writers fill the last record with zeros */
#define AT_USTAR   257

/* A file that a later hard link may name. */
struct known {
    struct bytes path; /* cleaned */
    struct content content;
    uint64_t size;
};

struct walk {
    struct container *container;
    struct sink *sink;
    struct bytes image;
    uint64_t at;
    struct tar_extension extension;
    struct known *known; /* a hash table, open addressing, a power of two */
    size_t known_count, known_capacity;
    uint64_t ustar; /* the next place where "ustar" stands, once that was looked for */
    uint64_t good;  /* what is read begins here: 0, or behind the last damage */
    uint64_t last;  /* … and ends here: behind the last good entry */
};

static uint64_t round_up(uint64_t size)
{
    return size > UINT64_MAX - TAR_BLOCK ? size
                                         : (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
}

static struct bytes block_at(struct bytes image, uint64_t at)
{
    return bytes_slice(image, at, TAR_BLOCK);
}

static bool is_zero_block(struct bytes image, uint64_t at)
{
    struct bytes block = block_at(image, at);

    return block.size == TAR_BLOCK && bytes_all(block, 0);
}

static unsigned tar_recognise(struct bytes image)
{
    struct tar_header header;

    if (!tar_header_read(block_at(image, 0), &header))
        return 0;
    return header.ustar ? 40 + 18 : 18 + 24;
}

/* How many bytes of body follow the header at AT: an old hard link gives a size and has none. */
static uint64_t body_size(struct bytes image, uint64_t at, const struct tar_header *header)
{
    struct tar_header next;

    if (header->type >= '2' && header->type <= '6')
        return 0;
    if (header->type == '1' && header->size > 0 &&
        (tar_header_read(block_at(image, at + TAR_BLOCK), &next) ||
         is_zero_block(image, at + TAR_BLOCK)))
        return 0;
    return header->size;
}

/* Behind the zeros that end an archive: two blocks, and more up to a whole record. */
static uint64_t end_of_zeros(struct bytes image, uint64_t start, uint64_t at)
{
    uint64_t end = at, record = at - start + (uint64_t)2 * TAR_BLOCK;

    record = start + (record + TAR_RECORD - 1) / TAR_RECORD * TAR_RECORD;
    while (is_zero_block(image, end) && (end < at + 2 * TAR_BLOCK || end < record))
        end += TAR_BLOCK;
    return end;
}

static uint64_t tar_measure(struct bytes image)
{
    struct tar_header header;
    uint64_t at = 0;

    while (tar_header_read(block_at(image, at), &header)) {
        uint64_t body = round_up(body_size(image, at, &header)), extra = TAR_BLOCK;
        if (header.type == 'S' && header.extended)
            while (bytes_at(image, at + extra + 504) != 0 && at + extra < image.size)
                extra += TAR_BLOCK;
        if (header.type == 'S' && header.extended)
            extra += TAR_BLOCK;
        if (body > image.size || at + extra + body > image.size)
            return at > 0 ? at : image.size; /* cut short: what follows may be another part */
        at += extra + body;
        if (is_zero_block(image, at) && !is_zero_block(image, at + TAR_BLOCK) &&
            tar_header_read(block_at(image, at + TAR_BLOCK), &header))
            at += TAR_BLOCK; /* one zero block alone ends nothing */
    }
    return end_of_zeros(image, 0, at);
}

static uint64_t hash_of(struct bytes path)
{
    uint64_t hash = 0xcbf29ce484222325;

    for (size_t i = 0; i < path.size; i++)
        hash = (hash ^ bytes_at(path, i)) * 0x100000001b3;
    return hash ^ hash >> 32;
}

/* The slot of PATH, or the empty one where it would stand. */
static struct known *slot_of(struct known *known, size_t capacity, struct bytes path)
{
    size_t i = (size_t)hash_of(path) & (capacity - 1);

    while (known[i].path.size > 0 && !bytes_equal(known[i].path, path))
        i = (i + 1) & (capacity - 1);
    return &known[i];
}

static void remember(struct walk *walk, struct bytes path, struct content content,
                     uint64_t size)
{
    struct arena *arena = walk->container->arena;

    if (walk->known_count * 2 >= walk->known_capacity) {
        size_t capacity = walk->known_capacity == 0 ? 256 : walk->known_capacity * 2;
        struct known *larger = arena_array(arena, capacity, sizeof *larger);
        for (size_t i = 0; i < walk->known_capacity; i++)
            if (walk->known[i].path.size > 0)
                *slot_of(larger, capacity, walk->known[i].path) = walk->known[i];
        walk->known = larger;
        walk->known_capacity = capacity;
    }
    path = node_path_clean(arena, path);
    struct known *slot = slot_of(walk->known, walk->known_capacity, path);
    if (slot->path.size == 0)
        walk->known_count++;
    *slot = (struct known){.path = path, .content = content, .size = size};
}

/* A sparse file is made later by libarchive from its headers and body, LENGTH bytes at AT. */
static struct content sparse_content(struct walk *walk, uint64_t at, uint64_t length)
{
    uint8_t *handle = arena_alloc(walk->container->arena, 16);

    for (unsigned i = 0; i < 8; i++) {
        handle[i] = (uint8_t)(at >> 8 * i);
        handle[8 + i] = (uint8_t)(length >> 8 * i);
    }
    return content_later(bytes_from(handle, 16));
}

static struct error *tar_read(struct container *container, struct bytes handle,
                              struct buffer *out)
{
    struct cursor c = cursor_over(handle);
    uint64_t at = cursor_u64le(&c), length = cursor_u64le(&c);

    TRY(cursor_check(&c, "tar handle"));
    return member_read(bytes_slice(container->image, at, length), ARCHIVE_FORMAT_TAR, out);
}

static struct error *put_link(struct walk *walk, struct node *node, struct bytes target,
                              uint64_t data, uint64_t body)
{
    struct bytes path = node_path_clean(walk->container->arena, target);
    const struct known *found = NULL;

    if (body > 0) /* pax may repeat the content */
        return member_slice(walk->container, walk->sink, node, data, body);
    if (walk->known_capacity > 0)
        found = slot_of(walk->known, walk->known_capacity, path);
    if (found == NULL || found->path.size == 0) {
        TRY(sink_node(walk->sink, node, content_none(), NULL));
        sink_unread(walk->sink, node->path, 0,
                    "a hard link to a file that is not in the archive");
        return NULL;
    }
    node->size = found->size;
    TRY(sink_node(walk->sink, node, found->content, NULL));
    remember(walk, node->path, found->content, found->size);
    return NULL;
}

static struct error *put_file(struct walk *walk, struct node *node, bool sparse, uint64_t data,
                              uint64_t body)
{
    const struct tar_extension *extension = &walk->extension;
    uint64_t start = extension->present ? extension->at : walk->at;

    if (!sparse) {
        TRY(member_slice(walk->container, walk->sink, node, data, body));
        remember(walk, node->path, content_slice(data, node->size), node->size);
        return NULL;
    }
    struct content content = sparse_content(walk, start, data + round_up(body) - start);
    TRY(sink_node(walk->sink, node, content, NULL));
    remember(walk, node->path, content, node->size);
    return NULL;
}

static enum node_kind kind_of(const struct tar_header *header, struct bytes path)
{
    static const enum node_kind kinds[] = {NODE_FILE,  NODE_FILE, NODE_LINK, NODE_CHAR,
                                           NODE_BLOCK, NODE_DIR,  NODE_FIFO, NODE_FILE};

    if (header->type == 'D')
        return NODE_DIR;
    if ((header->type == 0 || header->type == '0') && bytes_ends(path, "/"))
        return NODE_DIR; /* as version 7 wrote them */
    return header->type >= '0' && header->type <= '7' ? kinds[header->type - '0'] : NODE_FILE;
}

static struct error *put(struct walk *walk, const struct tar_header *header, uint64_t data,
                         uint64_t body)
{
    const struct tar_extension *extension = &walk->extension;
    struct arena *arena = walk->container->arena;
    struct node node = {.mode = (uint32_t)(header->mode & 07777), .has_owner = true};
    bool sparse = header->type == 'S' || extension->sparse;

    node.path = extension->path.size > 0 ? extension->path : header->name;
    if (extension->path.size == 0 && header->prefix.size > 0)
        node.path = bytes_of(arena_printf(
            arena, "%.*s/%.*s", (int)header->prefix.size, (const char *)header->prefix.data,
            (int)header->name.size, (const char *)header->name.data));
    struct bytes link = extension->link.size > 0 ? extension->link : header->link;
    node.uid = (uint32_t)(extension->has_uid ? extension->uid : header->uid);
    node.gid = (uint32_t)(extension->has_gid ? extension->gid : header->gid);
    node.xattrs = bytes_from(extension->xattrs.data, extension->xattrs.size);
    node.kind = kind_of(header, node.path);
    if (node.kind == NODE_LINK)
        node.target = link;
    if (node.kind == NODE_CHAR || node.kind == NODE_BLOCK) {
        node.major =
            (uint32_t)(extension->has_device[0] ? extension->device[0] : header->major);
        node.minor =
            (uint32_t)(extension->has_device[1] ? extension->device[1] : header->minor);
    }
    if (node.kind != NODE_FILE)
        return sink_node(walk->sink, &node, content_none(), NULL);
    if (header->type == '1')
        return put_link(walk, &node, link, data, body);
    node.size = header->type == 'S' ? header->real_size : extension->real_size;
    return put_file(walk, &node, sparse, data, body);
}

/* Does this header only say something about the next one, or about the archive? */
static bool is_extension(const struct tar_header *header)
{
    return header->type != 0 && bytes_find_byte(bytes_of("xXgLKVAN"), header->type) != SIZE_MAX;
}

static void extend(struct walk *walk, const struct tar_header *header, struct bytes body)
{
    struct tar_extension *extension = &walk->extension;
    struct cursor c = cursor_over(body);

    if (header->type == 'x' || header->type == 'X')
        sink_unread_error(walk->sink, header->name, 0,
                          tar_extension_read(extension, body, walk->container->arena));
    else if (header->type == 'L')
        extension->path = cursor_text(&c, size_min(body.size, LIMIT_PATH));
    else if (header->type == 'K')
        extension->link = cursor_text(&c, size_min(body.size, LIMIT_PATH));
    if (!extension->present)
        extension->at = walk->at;
    extension->present = true;
}

static struct error *step(struct walk *walk, const struct tar_header *header)
{
    uint64_t data = walk->at + TAR_BLOCK, body = body_size(walk->image, walk->at, header);
    bool more = header->type == 'S' && header->extended;

    if (walk->extension.has_size && body > 0 && !is_extension(header))
        body = walk->extension.size;
    while (more && data < walk->image.size) {
        more = bytes_at(walk->image, data + 504) != 0;
        data += TAR_BLOCK;
    }
    if (is_extension(header)) {
        extend(walk, header, bytes_slice(walk->image, data, body));
    } else {
        if (header->type == 'M')
            sink_unread(walk->sink, header->name, body, "continues a file of another volume");
        else
            TRY(put(walk, header, data, body));
        walk->extension = (struct tar_extension){.present = false};
    }
    walk->at = size_min(data, walk->image.size);
    walk->at += size_min(round_up(body), walk->image.size - walk->at);
    walk->last = walk->at;
    return NULL;
}

/*
 * The next place behind AT where a header stands: one with a magic at any byte, one without at
 * whole blocks from AT. The end of the image when there is none.
 */
static uint64_t find_header(struct walk *walk, uint64_t at)
{
    struct tar_header header;

    while (walk->ustar <= at + AT_USTAR ||
           (walk->ustar < walk->image.size &&
            !tar_header_read(block_at(walk->image, walk->ustar - AT_USTAR), &header))) {
        uint64_t from = size_max(walk->ustar, at + AT_USTAR) + 1;
        size_t found = bytes_find_string(bytes_from_offset(walk->image, from), "ustar");
        walk->ustar = found == SIZE_MAX ? walk->image.size + AT_USTAR : from + found;
    }
    for (at += TAR_BLOCK; at < walk->ustar - AT_USTAR; at += TAR_BLOCK)
        if (tar_header_read(block_at(walk->image, at), &header))
            return at;
    return walk->ustar - AT_USTAR;
}

/* Goes on at the next good header after damage; what has none behind it may be anything. */
static struct error *resume(struct walk *walk)
{
    uint64_t from = walk->at;
    const char *reason =
        arena_printf(walk->container->arena, "no valid tar header at byte %" PRIu64, from);

    walk->at = find_header(walk, from);
    walk->extension = (struct tar_extension){.present = false};
    sink_unread(walk->sink, bytes_of(""), walk->at - from, reason);
    if (walk->at >= walk->image.size)
        return member_rest(walk->container, walk->sink, from);
    sink_span(walk->sink, walk->good, from - walk->good, SPAN_EXPLAINED, "tar archive");
    sink_span(walk->sink, from, walk->at - from, SPAN_UNKNOWN, "damaged part of a tar archive");
    walk->good = walk->last = walk->at;
    return NULL;
}

/* True at the end of the archive: two zero blocks, or one and nothing like a header behind it. */
static bool at_end(struct walk *walk)
{
    struct tar_header header;

    if (!is_zero_block(walk->image, walk->at))
        return false;
    if (tar_header_read(block_at(walk->image, walk->at + TAR_BLOCK), &header)) {
        walk->at += TAR_BLOCK;
        return false;
    }
    walk->at = walk->last = end_of_zeros(walk->image, 0, walk->at);
    return true;
}

static struct error *tar_unpack(struct container *container, struct sink *sink)
{
    struct walk walk = {.container = container, .sink = sink, .image = container->image};
    struct tar_header header;
    bool ended = false;

    while (!ended && walk.at < walk.image.size) {
        if (at_end(&walk))
            ended = true;
        else if (tar_header_read(block_at(walk.image, walk.at), &header))
            TRY(step(&walk, &header));
        else
            TRY(resume(&walk));
    }
    sink_span(sink, walk.good, walk.last - walk.good, SPAN_EXPLAINED, "tar archive");
    if (!ended && walk.last == walk.image.size)
        sink_unread(sink, bytes_of(""), 0, "the tar archive ends without its end mark");
    return ended ? member_rest(container, sink, walk.at) : NULL;
}

static const struct magic tar_magics[] = {{"ustar", 5, AT_USTAR}};

const struct format format_tar = {
    .name = "tar",
    .title = "tar archive",
    .source = "POSIX.1-2017, pax; GNU tar 1.34, Basic Tar Format",
    .is_tree = true,
    .magics = tar_magics,
    .magic_count = COUNT_OF(tar_magics),
    .recognise = tar_recognise,
    .measure = tar_measure,
    .unpack = tar_unpack,
    .read = tar_read,
};
