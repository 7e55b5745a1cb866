#include "cli/extract.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/path.h"
#include "cli/tree.h"
#include "store/store.h"

static struct error *cannot(const struct extract *extract, const char *doing)
{
    return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(errno)),
                                 "cannot %s %s", doing, extract->path),
                      "choose an empty folder you may write to, on a disk with enough room");
}

/* What was there before would stay, and be taken for a part of the image. */
static bool is_empty(const char *path)
{
    DIR *folder = opendir(path);
    unsigned names = 0;

    while (folder != NULL && names < 3 && readdir(folder) != NULL)
        names++;
    if (folder != NULL)
        closedir(folder);
    return names < 3; /* "." and ".." */
}

struct error *extract_open(const char *path, struct extract *out)
{
    *out = (struct extract){.path = path, .umask = umask(0)};
    umask(out->umask);
    out->made = mkdir(path, 0777) == 0;
    if (!out->made && errno != EEXIST)
        return cannot(out, "make");
    out->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (out->folder < 0)
        return cannot(out, "open");
    if (is_empty(path))
        return NULL;
    close(out->folder);
    return error_hint(error_wrap(error_new(ERROR_USAGE, "there are files in it already"),
                                 "cannot unpack into %s", path),
                      "choose a new or an empty folder with -o");
}

void extract_close(struct extract *extract)
{
    close(extract->folder);
}

static int open_beneath(const struct extract *extract, const char *path, uint64_t flags,
                        uint64_t mode)
{
    struct open_how how = {
        .flags = flags | O_CLOEXEC | O_NOFOLLOW,
        .mode = mode,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };

    return (int)syscall(SYS_openat2, extract->folder, path, &how, sizeof how);
}

/* Can every component be a name on this machine? */
static bool is_possible(struct bytes path)
{
    struct bytes name;

    if (bytes_find_byte(path, 0) != SIZE_MAX || path.size > 3500)
        return false;
    while (bytes_next_field(&path, '/', &name))
        if (bytes_is(name, "..") || name.size > 255)
            return false;
    return true;
}

/*
 * Where a node goes beneath the folder: its path through all containers, with ".unpacked" behind
 * the name of every file that others lie in. False when there can be no such name.
 */
static bool place(const struct assessment *assessment, const struct assessment_node *node,
                  struct text *out)
{
    const struct assessment_node *parent = NULL;

    if (!is_possible(node->node.path))
        return false;
    if (node->node.parent != NODE_NONE) {
        parent = &assessment->nodes[node->node.parent];
        if (!place(assessment, parent, out))
            return false;
    }
    if (parent != NULL && parent->node.kind == NODE_FILE)
        text_add(out, ".unpacked");
    if (node->node.path.size == 0 || bytes_is(node->node.path, "."))
        return true;
    if (out->size > 0)
        text_add_char(out, '/');
    text_add_bytes(out, node->node.path);
    return out->size < 4000;
}

/* Makes every folder that leads to PATH. False when something else stands in the way. */
static bool make_way(const struct extract *extract, const char *path)
{
    owned(text) way = text_new();
    struct bytes rest = bytes_of(path), name;
    int at = dup(extract->folder);

    while (at >= 0 && bytes_next_field(&rest, '/', &name) && rest.data != NULL) {
        text_clear(way);
        text_add_bytes(way, name);
        if (mkdirat(at, text_string(way), 0777) != 0 && errno != EEXIST) {
            close(at);
            return false;
        }
        int next =
            openat(at, text_string(way), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        close(at);
        at = next;
    }
    if (at >= 0)
        close(at);
    return at >= 0;
}

static struct error *write_all(struct extract *extract, int fd, struct bytes content)
{
    for (size_t done = 0; done < content.size;) {
        ssize_t wrote = write(fd, content.data + done, content.size - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return cannot(extract, "write to");
        done += (size_t)wrote;
    }
    return NULL;
}

struct error *extract_content(void *context, const struct assessment *assessment,
                              const struct assessment_node *node, struct bytes content)
{
    struct extract *extract = context;
    owned(text) path = text_new();

    if (node->node.parent == NODE_NONE)
        return NULL;
    /* What a container holds is written, not the container. */
    if (node->node.kind == NODE_CONTAINER && node->node.format.size > 0)
        return NULL;
    if (!place(assessment, node, path) || path->size == 0 ||
        !make_way(extract, text_string(path))) {
        extract->skipped++;
        return NULL;
    }
    uint64_t mode = node->node.has_owner ? (node->node.mode & 0777) | 0600 : 0644;
    int fd = open_beneath(extract, text_string(path), O_WRONLY | O_CREAT | O_EXCL, mode);
    if (fd < 0 && (errno == ENOSPC || errno == EACCES || errno == EROFS))
        return cannot(extract, "write to");
    if (fd < 0) {
        extract->skipped++;
        return NULL;
    }
    struct error *error = write_all(extract, fd, content);
    close(fd);
    return error;
}

static void make_folder(struct extract *extract, const struct node *node, struct text *path)
{
    text_add(path, "/.");
    int fd = make_way(extract, text_string(path))
                 ? open_beneath(extract, text_string(path), O_RDONLY | O_DIRECTORY, 0)
                 : -1;

    /* Its owner here must be able to look into it, whatever the image says. */
    if (fd < 0 ||
        (node->has_owner && fchmod(fd, ((node->mode & 0777) | 0700) & ~extract->umask) != 0))
        extract->skipped++;
    if (fd >= 0)
        close(fd);
}

static void make_link(struct extract *extract, const struct node *node, struct text *path)
{
    owned(text) folder = text_new();
    owned(text) target = text_new();
    const char *slash = strrchr(text_string(path), '/');
    const char *name = slash == NULL ? text_string(path) : slash + 1;

    text_add_bytes(target, node->target);
    text_add(folder, ".");
    if (slash != NULL) {
        text_clear(folder);
        text_add_bytes(folder,
                       bytes_slice(text_bytes(path), 0, (size_t)(slash - text_string(path))));
    }
    if (node->target.size == 0 || bytes_find_byte(node->target, 0) != SIZE_MAX ||
        !make_way(extract, text_string(path))) {
        extract->skipped++;
        return;
    }
    int fd = open_beneath(extract, text_string(folder), O_PATH | O_DIRECTORY, 0);
    if (fd < 0 || symlinkat(text_string(target), fd, name) != 0)
        extract->skipped++;
    if (fd >= 0)
        close(fd);
}

/* The folder was empty: a manifest.json in it is one of the image. */
static void name_manifest(const struct extract *extract, struct text *path)
{
    bool taken = faccessat(extract->folder, "manifest.json", F_OK, AT_SYMLINK_NOFOLLOW) == 0;

    path_join(path, extract->path, taken ? "manifest.of-image.json" : "manifest.json");
}

struct error *extract_finish(struct extract *extract, const struct assessment *assessment)
{
    owned(text) manifest = text_new();
    owned(text) path = text_new();

    for (int links = 0; links <= 1; links++)
        for (size_t i = 1; i < assessment->node_count; i++) {
            const struct assessment_node *node = &assessment->nodes[i];
            text_clear(path);
            if (node->node.kind != (links ? NODE_LINK : NODE_DIR) ||
                !place(assessment, node, path) || path->size == 0)
                continue;
            if (links)
                make_link(extract, &node->node, path);
            else
                make_folder(extract, &node->node, path);
        }
    tree_json(assessment, manifest);
    text_clear(path);
    name_manifest(extract, path);
    return store_write(text_string(path), text_bytes(manifest));
}
