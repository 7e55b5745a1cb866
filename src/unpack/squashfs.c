#include "unpack/squashfs.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/size.h"

static unsigned recognise(struct bytes image)
{
    struct squashfs_super super;

    return squashfs_super_read(image, &super);
}

static uint64_t measure(struct bytes image)
{
    struct squashfs_super super;

    return squashfs_super_read(image, &super) == 0 ? 0 : squashfs_super_measure(image, &super);
}

/* The state of CONTAINER, made on first use: a worker may read files without ever walking. */
static struct error *open_container(struct container *container, struct squashfs **out)
{
    struct squashfs_super super;

    if (container->state == NULL) {
        if (squashfs_super_read(container->image, &super) == 0)
            return error_new(ERROR_INPUT, "no valid squashfs superblock");
        if (super.major != 4)
            return error_new(ERROR_UNSUPPORTED, "squashfs %u.%u is not read yet", super.major,
                             super.minor);
        struct squashfs *fs = arena_alloc(container->arena, sizeof *fs);
        fs->image = container->image;
        fs->arena = container->arena;
        fs->super = super;
        container->state = fs;
    }
    *out = container->state;
    (*out)->metadata_budget = LIMIT_SQUASHFS_METADATA_BLOCKS;
    return NULL;
}

static struct error *read_root(struct squashfs *fs, struct squashfs_inode *root)
{
    TRY(error_wrap(squashfs_inode_read(fs, fs->super.root, root), "root directory"));
    if (root->kind != NODE_DIR)
        return error_new(ERROR_INPUT, "the root is a %s, not a directory",
                         node_kind_name(root->kind));
    return NULL;
}

static struct error *unpack(struct container *container, struct sink *sink)
{
    struct squashfs *fs;
    struct squashfs_inode root;

    TRY(open_container(container, &fs));
    if (fs->super.bytes_used > fs->image.size)
        sink_unread(sink, (struct bytes){NULL, 0}, fs->super.bytes_used - fs->image.size,
                    "the file system is cut short");
    struct error *error = read_root(fs, &root);
    squashfs_super_spans(fs, error == NULL, sink);
    return error != NULL ? error : squashfs_walk(fs, &root, sink);
}

/* A handle is the reference of the inode, 8 bytes. */
static struct error *read_content(struct container *container, struct bytes handle,
                                  struct buffer *out)
{
    struct squashfs *fs;
    struct squashfs_inode inode;
    struct cursor c = cursor_over(handle);
    uint64_t reference = cursor_u64le(&c);

    TRY(cursor_check(&c, "handle of a file"));
    TRY(open_container(container, &fs));
    TRY(squashfs_inode_read(fs, reference, &inode));
    if (inode.kind != NODE_FILE)
        return error_new(ERROR_INPUT, "the handle names a %s, not a file",
                         node_kind_name(inode.kind));
    return squashfs_data_read(fs, &inode, out);
}

static const struct magic magics[] = {
    {"hsqs", 4, 0}, {"sqsh", 4, 0}, {"shsq", 4, 0}, {"qshs", 4, 0},
    {"hsqt", 4, 0}, {"tqsh", 4, 0}, {"sqlz", 4, 0},
};

const struct format format_squashfs = {
    .name = "squashfs",
    .title = "SquashFS file system",
    .source = "Linux, Documentation/filesystems/squashfs.rst and fs/squashfs/squashfs_fs.h",
    .is_tree = true,
    .magics = magics,
    .magic_count = COUNT_OF(magics),
    .recognise = recognise,
    .measure = measure,
    .unpack = unpack,
    .read = read_content,
};
