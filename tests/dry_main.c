/*
 * A quick look without sandbox or store:
 *
 *     dry IMAGE                    opens it and everything in it, prints nodes and spans
 *     dry --format NAME IMAGE      opens it by one format alone
 *     dry --check NAME FOLDER      runs one check over a folder taken as a root file system
 *     dry --check NAME IMAGE       … over everything in an image; "all" for every check
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dry.h"

static struct bytes map(const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &status) != 0 || status.st_size == 0)
        return (struct bytes){NULL, 0};
    void *memory = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    return memory == MAP_FAILED ? (struct bytes){NULL, 0}
                                : bytes_from(memory, (size_t)status.st_size);
}

static const struct check *check_called(const char *name)
{
    for (size_t i = 0; i < check_count; i++)
        if (strcmp(checks[i]->name, name) == 0)
            return checks[i];
    return NULL;
}

static struct error *look(struct dry *dry, int argc, char **argv)
{
    const char *path = argv[argc - 1];
    bool checking = argc == 4 && strcmp(argv[1], "--check") == 0;
    const struct check *check = checking ? check_called(argv[2]) : NULL;
    struct stat status;

    if (checking && check == NULL && strcmp(argv[2], "all") != 0)
        return error_new(ERROR_USAGE, "no check is called %s", argv[2]);
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        TRY(dry_add_folder(dry, path));
    } else if (argc == 4 && !checking) {
        const struct format *format = format_named(bytes_of(argv[2]));
        if (format == NULL)
            return error_new(ERROR_USAGE, "no format is called %s", argv[2]);
        return dry_unpack_one(dry, format, map(path));
    } else {
        dry_unpack(dry, map(path), path);
    }
    if (checking)
        dry_inspect(dry, check);
    return NULL;
}

int main(int argc, char **argv)
{
    owned(dry) dry = dry_new();
    owned(text) out = text_new();

    if (argc != 2 && argc != 4)
        return 2;
    owned(error) error = look(dry, argc, argv);
    dry_print(dry, out);
    fputs(text_string(out), stdout);
    if (error != NULL)
        printf("error %s\n", error_line(error));
    return error == NULL ? 0 : 1;
}
