#include "base/arena.h"
#include "base/limits.h"
#include "unpack/squashfs.h"

/* The kinds of inode; each of the first seven has an extended form, seven further on. */
enum {
    TYPE_DIRECTORY = 1,
    TYPE_FILE,
    TYPE_LINK,
    TYPE_BLOCK,
    TYPE_CHAR,
    TYPE_FIFO,
    TYPE_SOCKET,
    TYPE_EXTENDED = 7,
};

#define HEADER_BYTES  16U
#define LARGEST_BYTES 40U /* of what follows the header: an extended file */
#define LISTING_EXTRA 3U  /* a directory counts "." and ".." in its size */
#define SYMLINK_BYTES 8U

static enum node_kind kind_of(unsigned type)
{
    static const enum node_kind kinds[] = {NODE_FILE,  NODE_DIR,  NODE_FILE, NODE_LINK,
                                           NODE_BLOCK, NODE_CHAR, NODE_FIFO, NODE_SOCKET};

    return kinds[type];
}

/* Bytes between the header and what is of no fixed length, for types 1 … 14. */
static size_t body_bytes(unsigned type)
{
    static const uint8_t sizes[] = {
        0, 16, 16, SYMLINK_BYTES, 8, 8, 4, 4, 24, LARGEST_BYTES, SYMLINK_BYTES, 12, 12, 8, 8};

    return sizes[type];
}

static void read_directory(const struct squashfs *fs, struct cursor *c, bool extended,
                           struct squashfs_inode *inode)
{
    if (extended) {
        (void)squashfs_u32(fs, c); /* links */
        inode->size = squashfs_u32(fs, c);
        inode->start = squashfs_u32(fs, c);
        (void)squashfs_u32(fs, c); /* inode number of the parent */
        (void)squashfs_u16(fs, c); /* entries of the index, for those who look one name up */
        inode->offset = squashfs_u16(fs, c);
        inode->xattr = squashfs_u32(fs, c);
    } else {
        inode->start = squashfs_u32(fs, c);
        (void)squashfs_u32(fs, c);
        inode->size = squashfs_u16(fs, c);
        inode->offset = squashfs_u16(fs, c);
    }
    inode->size = inode->size > LISTING_EXTRA ? inode->size - LISTING_EXTRA : 0;
}

static void read_file(const struct squashfs *fs, struct cursor *c, bool extended,
                      struct squashfs_inode *inode)
{
    if (extended) {
        inode->start = squashfs_u64(fs, c);
        inode->size = squashfs_u64(fs, c);
        (void)squashfs_u64(fs, c); /* bytes in holes */
        (void)squashfs_u32(fs, c); /* links */
        inode->fragment = squashfs_u32(fs, c);
        inode->offset = squashfs_u32(fs, c);
        inode->xattr = squashfs_u32(fs, c);
    } else {
        inode->start = squashfs_u32(fs, c);
        inode->fragment = squashfs_u32(fs, c);
        inode->offset = squashfs_u32(fs, c);
        inode->size = squashfs_u32(fs, c);
    }
}

/* The attributes of an extended link stand behind its target. */
static struct error *read_link_xattr(const struct squashfs *fs, struct squashfs_inode *inode)
{
    struct squashfs_stream stream = inode->rest;
    uint8_t target[LIMIT_NAME], index[4];

    if (inode->size > sizeof target)
        return NULL;
    TRY(squashfs_metadata_read(&stream, target, (size_t)inode->size));
    TRY(squashfs_metadata_read(&stream, index, sizeof index));
    struct cursor c = cursor_over(bytes_from(index, sizeof index));
    inode->xattr = squashfs_u32(fs, &c);
    return NULL;
}

static struct error *read_body(const struct squashfs *fs, unsigned type,
                               struct squashfs_inode *inode)
{
    bool extended = type > TYPE_EXTENDED;
    uint8_t body[LARGEST_BYTES];

    TRY(squashfs_metadata_read(&inode->rest, body, body_bytes(type)));
    struct cursor c = cursor_over(bytes_from(body, body_bytes(type)));
    if (inode->kind == NODE_DIR) {
        read_directory(fs, &c, extended, inode);
    } else if (inode->kind == NODE_FILE) {
        read_file(fs, &c, extended, inode);
    } else {
        (void)squashfs_u32(fs, &c); /* links */
        if (inode->kind == NODE_LINK)
            inode->size = squashfs_u32(fs, &c);
        else if (inode->kind == NODE_CHAR || inode->kind == NODE_BLOCK)
            inode->device = squashfs_u32(fs, &c);
        if (extended && inode->kind != NODE_LINK)
            inode->xattr = squashfs_u32(fs, &c);
    }
    TRY(cursor_check(&c, "inode"));
    return extended && inode->kind == NODE_LINK ? read_link_xattr(fs, inode) : NULL;
}

struct error *squashfs_inode_read(struct squashfs *fs, uint64_t reference,
                                  struct squashfs_inode *inode)
{
    uint8_t header[HEADER_BYTES];
    struct squashfs_inode fresh = {
        .xattr = SQUASHFS_NO_INDEX,
        .fragment = SQUASHFS_NO_INDEX,
        .rest = squashfs_metadata_at(fs, fs->super.inode_table, fs->super.directory_table,
                                     reference),
    };

    TRY(error_wrap(squashfs_metadata_read(&fresh.rest, header, sizeof header), "inode"));
    struct cursor c = cursor_over(bytes_from(header, sizeof header));
    unsigned type = squashfs_u16(fs, &c);
    fresh.mode = squashfs_u16(fs, &c) & 07777;
    fresh.uid_index = squashfs_u16(fs, &c);
    fresh.gid_index = squashfs_u16(fs, &c);
    TRY(cursor_check(&c, "inode"));
    if (type == 0 || type > 2 * TYPE_EXTENDED)
        return error_new(ERROR_INPUT, "inode of type %u, 1 to 14 are known", type);
    fresh.kind = kind_of(type > TYPE_EXTENDED ? type - TYPE_EXTENDED : type);
    TRY(error_wrap(read_body(fs, type, &fresh), "inode"));
    *inode = fresh;
    return NULL;
}

struct error *squashfs_inode_owner(struct squashfs *fs, uint32_t index, uint32_t *id)
{
    uint8_t element[4];

    if (index >= fs->super.id_count)
        return error_new(ERROR_INPUT, "owner %u of %u", index, fs->super.id_count);
    TRY(squashfs_metadata_element(fs, fs->super.id_table, index, sizeof element, element));
    struct cursor c = cursor_over(bytes_from(element, sizeof element));
    *id = squashfs_u32(fs, &c);
    return NULL;
}

struct error *squashfs_inode_target(const struct squashfs_inode *inode, struct arena *arena,
                                    struct bytes *target)
{
    struct squashfs_stream stream = inode->rest;

    if (inode->size > LIMIT_NAME)
        return error_new(ERROR_LIMIT, "link target of %llu bytes; we read at most %d",
                         (unsigned long long)inode->size, LIMIT_NAME);
    uint8_t *text = arena_alloc(arena, (size_t)inode->size);
    TRY(squashfs_metadata_read(&stream, text, (size_t)inode->size));
    *target = bytes_from(text, (size_t)inode->size);
    return NULL;
}
