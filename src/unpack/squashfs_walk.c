#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "unpack/squashfs.h"

/*
 * Directories are listed in the order they are met, level by level. What is no file goes to the
 * sink at once; files wait until all are known and go in the order of their data.
 */

#define NAME_BYTES 256U
#define SEEN_FIRST 1024U
#define NO_ENTRY   UINT32_MAX /* above the root */

struct directory {
    uint32_t parent;
    uint32_t depth;
    struct bytes name;
    struct squashfs_inode inode;
};

struct file {
    uint32_t directory;
    uint32_t order; /* as met: makes the order of files with the same data certain */
    struct bytes name;
    uint64_t reference;
    uint64_t place;  /* of the fragment block, or of the first block when it has no fragment */
    uint32_t offset; /* in the fragment block */
};

struct walk {
    struct squashfs *fs;
    struct sink *sink;
    struct arena *arena;   /* lives as long as the walk */
    struct arena *scratch; /* … as long as a node */
    struct directory *directories;
    size_t directory_count, directory_capacity;
    struct file *files;
    size_t file_count, file_capacity;
    uint64_t *seen; /* references of the directories met, plus one; a hash table */
    size_t seen_capacity;
    uint64_t path_bytes;
    size_t entries;
    bool owners_told, xattrs_told; /* their loss is told once, not for every node */
};

/* The path of NAME in a directory, or of the directory itself when NAME is empty. */
static struct bytes path_of(struct walk *walk, uint32_t directory, struct bytes name)
{
    size_t size = name.size;

    for (uint32_t i = directory; i != NO_ENTRY; i = walk->directories[i].parent)
        size += walk->directories[i].name.size + 1;
    uint8_t *path = arena_alloc(walk->scratch, size + 1);
    size_t at = size - name.size;
    mem_copy(path + at, name.data, name.size);
    for (uint32_t i = directory; i != NO_ENTRY; i = walk->directories[i].parent) {
        struct bytes part = walk->directories[i].name;
        path[--at] = '/';
        at -= part.size;
        mem_copy(path + at, part.data, part.size);
    }
    /* The root has no name: its '/' stands in front, and behind a directory stands one too many. */
    if (name.size == 0 && size > 0)
        size--;
    walk->path_bytes += size;
    return size <= 1 ? bytes_of(".") : bytes_from(path + 1, size - 1);
}

static void lose(struct walk *walk, uint32_t directory, struct bytes name, struct error *error)
{
    sink_unread_error(walk->sink, path_of(walk, directory, name), 0, error);
}

static void read_owner(struct walk *walk, const struct squashfs_inode *inode, struct node *node)
{
    struct error *error = squashfs_inode_owner(walk->fs, inode->uid_index, &node->uid);

    if (error == NULL)
        error = squashfs_inode_owner(walk->fs, inode->gid_index, &node->gid);
    node->has_owner = error == NULL;
    if (error == NULL)
        return;
    if (walk->owners_told)
        error_drop(error);
    else
        sink_unread_error(walk->sink, node->path, 0, error_wrap(error, "table of owners"));
    walk->owners_told = true;
}

static void read_xattrs(struct walk *walk, const struct squashfs_inode *inode,
                        struct node *node)
{
    if (inode->xattr == SQUASHFS_NO_INDEX || walk->fs->super.xattr_table == SQUASHFS_NO_TABLE)
        return;
    struct error *error =
        squashfs_xattr_read(walk->fs, inode->xattr, walk->scratch, &node->xattrs);
    if (error == NULL)
        return;
    if (walk->xattrs_told)
        error_drop(error);
    else
        sink_unread_error(walk->sink, node->path, 0, error_wrap(error, "extended attributes"));
    walk->xattrs_told = true;
}

static struct error *emit(struct walk *walk, struct bytes path, uint64_t reference,
                          const struct squashfs_inode *inode)
{
    struct node node = {.kind = inode->kind, .path = path, .mode = inode->mode};
    struct content content = content_none();
    uint8_t handle[8];

    read_owner(walk, inode, &node);
    read_xattrs(walk, inode, &node);
    if (inode->kind == NODE_CHAR || inode->kind == NODE_BLOCK) {
        node.major = inode->device >> 8 & 0xfff;
        node.minor = (inode->device & 0xff) | (inode->device >> 12 & 0xfff00);
    } else if (inode->kind == NODE_LINK) {
        struct error *error = squashfs_inode_target(inode, walk->scratch, &node.target);
        sink_unread_error(walk->sink, path, 0, error_wrap(error, "link target"));
    } else if (inode->kind == NODE_FILE) {
        node.size = inode->size;
        for (unsigned i = 0; i < sizeof handle; i++)
            handle[i] = (uint8_t)(reference >> 8 * i);
        content = content_later(bytes_from(handle, sizeof handle));
    }
    return sink_node(walk->sink, &node, content, NULL);
}

static size_t seen_slot(const struct walk *walk, uint64_t value)
{
    size_t slot = (size_t)(value * 0x9e3779b97f4a7c15ULL >> 20) % walk->seen_capacity;

    while (walk->seen[slot] != 0 && walk->seen[slot] != value)
        slot = (slot + 1) % walk->seen_capacity;
    return slot;
}

/* Is this directory met for the first time? A loop would go on forever, a lattice almost so. */
static bool see(struct walk *walk, uint64_t reference)
{
    if (walk->directory_count * 2 >= walk->seen_capacity) {
        uint64_t *old = walk->seen;
        size_t old_capacity = walk->seen_capacity;
        walk->seen_capacity = old_capacity == 0 ? SEEN_FIRST : old_capacity * 2;
        walk->seen = arena_array(walk->arena, walk->seen_capacity, sizeof *walk->seen);
        for (size_t i = 0; i < old_capacity; i++)
            if (old[i] != 0)
                walk->seen[seen_slot(walk, old[i])] = old[i];
    }
    size_t slot = seen_slot(walk, reference + 1);
    bool first = walk->seen[slot] == 0;
    walk->seen[slot] = reference + 1;
    return first;
}

static struct error *add_directory(struct walk *walk, uint32_t parent, struct bytes name,
                                   uint64_t reference, const struct squashfs_inode *inode)
{
    uint32_t depth = parent == NO_ENTRY ? 0 : walk->directories[parent].depth + 1;
    struct bytes path = parent == NO_ENTRY ? bytes_of(".") : path_of(walk, parent, name);

    if (!see(walk, reference)) {
        sink_unread(walk->sink, path, 0, "a directory that is in two places, or in itself");
        return NULL;
    }
    TRY(emit(walk, path, reference, inode));
    if (depth > LIMIT_SQUASHFS_DEPTH || path.size > LIMIT_PATH) {
        sink_unread(walk->sink, path, inode->size, "directories lie too deep in one another");
        return NULL;
    }
    walk->directories = arena_grow(walk->arena, walk->directories, &walk->directory_capacity,
                                   walk->directory_count + 1, sizeof *walk->directories);
    walk->directories[walk->directory_count++] = (struct directory){
        .parent = parent,
        .depth = depth,
        .name = arena_copy(walk->arena, name),
        .inode = *inode,
    };
    return NULL;
}

static void add_file(struct walk *walk, uint32_t directory, struct bytes name,
                     uint64_t reference, const struct squashfs_inode *inode)
{
    struct squashfs_fragment fragment;
    struct file file = {
        .directory = directory,
        .order = (uint32_t)walk->file_count,
        .name = arena_copy(walk->arena, name),
        .reference = reference,
        .place = inode->start,
    };

    if (inode->fragment != SQUASHFS_NO_INDEX) {
        struct error *error = squashfs_data_fragment(walk->fs, inode->fragment, &fragment);
        if (error == NULL) {
            file.place = fragment.start;
            file.offset = inode->offset;
        }
        error_drop(error); /* reading the file will say so */
    }
    walk->files = arena_grow(walk->arena, walk->files, &walk->file_capacity,
                             walk->file_count + 1, sizeof *walk->files);
    walk->files[walk->file_count++] = file;
}

static struct error *add_entry(struct walk *walk, uint32_t directory, struct bytes name,
                               uint64_t reference)
{
    struct squashfs_inode inode;

    if (bytes_is(name, ".") || bytes_is(name, "..") || bytes_find_byte(name, '/') != SIZE_MAX ||
        bytes_find_byte(name, 0) != SIZE_MAX) {
        sink_unread(walk->sink, path_of(walk, directory, name), 0,
                    "a name that no file may have");
        return NULL;
    }
    struct error *error = squashfs_inode_read(walk->fs, reference, &inode);
    if (error != NULL) {
        lose(walk, directory, name, error);
        return NULL;
    }
    if (inode.kind == NODE_DIR)
        return add_directory(walk, directory, name, reference, &inode);
    if (inode.kind != NODE_FILE)
        return emit(walk, path_of(walk, directory, name), reference, &inode);
    add_file(walk, directory, name, reference, &inode);
    return NULL;
}

/* A listing being read. LEFT is what the inode promises; the stream knows what there is. */
struct listing {
    struct squashfs_stream stream;
    uint64_t left;
};

static struct error *read_listing(struct listing *listing, uint8_t *to, size_t size)
{
    if (size > listing->left)
        return error_new(ERROR_INPUT, "%zu bytes of a listing that has only %" PRIu64 " more",
                         size, listing->left);
    listing->left -= size;
    return squashfs_metadata_read(&listing->stream, to, size);
}

/* One entry of a run, whose inodes all lie in the metadata block START. */
static struct error *next_entry(struct walk *walk, struct listing *listing, uint32_t start,
                                uint8_t name[NAME_BYTES], size_t *name_size,
                                uint64_t *reference)
{
    uint8_t fixed[8];
    uint8_t *to = name;

    TRY(read_listing(listing, fixed, sizeof fixed));
    struct cursor c = cursor_over(bytes_from(fixed, sizeof fixed));
    uint16_t offset = squashfs_u16(walk->fs, &c);
    (void)squashfs_u16(walk->fs, &c); /* inode number, and its type: the inode has them too */
    (void)squashfs_u16(walk->fs, &c);
    size_t size = (size_t)squashfs_u16(walk->fs, &c) + 1;
    if (size > NAME_BYTES)
        return error_new(ERROR_INPUT, "name of %zu bytes, %u allowed", size, NAME_BYTES);
    TRY(read_listing(listing, to, size));
    *name_size = size;
    *reference = (uint64_t)start << 16 | offset;
    return NULL;
}

/* A run of up to 256 entries. STOP is set for what ends the walk and not the listing alone. */
static struct error *list_run(struct walk *walk, uint32_t directory, struct listing *listing,
                              bool *stop)
{
    uint8_t header[12], name[NAME_BYTES];
    uint64_t reference = 0;
    size_t size = 0;

    TRY(read_listing(listing, header, sizeof header));
    struct cursor c = cursor_over(bytes_from(header, sizeof header));
    uint64_t count = (uint64_t)squashfs_u32(walk->fs, &c) + 1;
    uint32_t start = squashfs_u32(walk->fs, &c);
    if (count > 256)
        return error_new(ERROR_INPUT,
                         "%" PRIu64 " entries in a run of a directory, 256 allowed", count);
    for (uint64_t i = 0; i < count; i++) {
        TRY(next_entry(walk, listing, start, name, &size, &reference));
        *stop = true;
        if (walk->entries++ >= LIMIT_NODES_CONTAINER)
            return error_new(ERROR_LIMIT, "more than %u names", LIMIT_NODES_CONTAINER);
        if (walk->path_bytes > LIMIT_SQUASHFS_PATH_BYTES)
            return error_new(ERROR_LIMIT, "more than %u bytes of paths",
                             LIMIT_SQUASHFS_PATH_BYTES);
        TRY(add_entry(walk, directory, bytes_from(name, size), reference));
        *stop = false;
        arena_reset(walk->scratch);
    }
    return NULL;
}

static struct error *list_directory(struct walk *walk, uint32_t directory)
{
    struct squashfs *fs = walk->fs;
    const struct squashfs_inode *inode = &walk->directories[directory].inode;
    uint64_t reference = inode->start << 16 | (inode->offset & 0xffff);
    struct listing listing = {
        .stream = squashfs_metadata_at(fs, fs->super.directory_table, fs->super.bytes_used,
                                       reference),
        .left = inode->size,
    };
    bool stop = false;

    while (listing.left > 0) {
        struct error *error = list_run(walk, directory, &listing, &stop);
        if (error != NULL && stop)
            return error;
        if (error != NULL) {
            lose(walk, directory, (struct bytes){NULL, 0},
                 error_wrap(error, "the rest of this directory"));
            return NULL;
        }
    }
    return NULL;
}

static int by_place(const void *a, const void *b)
{
    const struct file *left = a, *right = b;

    if (left->place != right->place)
        return left->place < right->place ? -1 : 1;
    if (left->offset != right->offset)
        return left->offset < right->offset ? -1 : 1;
    return left->order < right->order ? -1 : 1;
}

static struct error *emit_files(struct walk *walk)
{
    if (walk->file_count > 0)
        qsort(walk->files, walk->file_count, sizeof *walk->files, by_place);
    for (size_t i = 0; i < walk->file_count; i++) {
        const struct file *file = &walk->files[i];
        struct squashfs_inode inode;
        struct error *error = squashfs_inode_read(walk->fs, file->reference, &inode);
        if (error != NULL)
            lose(walk, file->directory, file->name, error);
        else
            TRY(emit(walk, path_of(walk, file->directory, file->name), file->reference,
                     &inode));
        if (walk->path_bytes > LIMIT_SQUASHFS_PATH_BYTES)
            return error_new(ERROR_LIMIT, "more than %u bytes of paths",
                             LIMIT_SQUASHFS_PATH_BYTES);
        arena_reset(walk->scratch);
    }
    return NULL;
}

struct error *squashfs_walk(struct squashfs *fs, const struct squashfs_inode *root,
                            struct sink *sink)
{
    owned(arena) arena = arena_new();
    owned(arena) scratch = arena_new();
    struct walk walk = {.fs = fs, .sink = sink, .arena = arena, .scratch = scratch};

    TRY(add_directory(&walk, NO_ENTRY, (struct bytes){NULL, 0}, fs->super.root, root));
    for (uint32_t i = 0; i < walk.directory_count; i++) {
        struct error *error = list_directory(&walk, i);
        if (error != NULL && error_kind(error) == ERROR_LIMIT)
            error_drop(emit_files(&walk)); /* what is known of the files is not lost */
        if (error != NULL)
            return error;
    }
    return emit_files(&walk);
}
