/*
 * Makes the database that Proviso starts from: the catalogue of the standard and the rules.
 *
 *     knowledge OUTPUT FOLDER NAME…     NAME: a file's path within FOLDER (knowledge/)
 *
 * OUTPUT is the C source of an array: a serialized SQLite database.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "judge/catalogue.h"
#include "model/query.h"

static struct error *read_file(const char *path, struct arena *arena, struct bytes *out)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &status) != 0)
        return error_new(ERROR_SYSTEM, "cannot read %s", path);
    char *content = arena_alloc(arena, (size_t)status.st_size + 1);
    ssize_t size = read(fd, content, (size_t)status.st_size);
    close(fd);
    if (size != status.st_size)
        return error_new(ERROR_SYSTEM, "cannot read all of %s", path);
    *out = bytes_from(content, (size_t)size);
    return NULL;
}

static struct error *add_all(sqlite3 *db, int count, char **arguments)
{
    TRY(query_run(db, "PRAGMA page_size = 4096"));
    TRY(catalogue_create(db));
    TRY(query_run(db, "BEGIN"));
    for (int i = 1; i < count; i++) {
        owned(arena) arena = arena_new();
        struct bytes content;
        TRY(read_file(arena_printf(arena, "%s/%s", arguments[0], arguments[i]), arena, &content));
        TRY(catalogue_add(db, arguments[i], content));
    }
    TRY(query_run(db, "COMMIT"));
    return query_run(db, "VACUUM");
}

static struct error *write_array(sqlite3 *db, const char *path)
{
    sqlite3_int64 size = 0;
    unsigned char *image = sqlite3_serialize(db, "main", &size, 0);
    FILE *out = fopen(path, "w");

    if (image == NULL || out == NULL)
        return error_new(ERROR_SYSTEM, "cannot write %s", path);
    fprintf(out, "#include \"store/catalogue.h\"\n\nconst unsigned char catalogue_image[] = {");
    for (sqlite3_int64 i = 0; i < size; i++)
        fprintf(out, "%s%u,", i % 24 == 0 ? "\n" : "", image[i]);
    fprintf(out, "\n};\nconst unsigned long catalogue_image_size = sizeof catalogue_image;\n");
    sqlite3_free(image);
    return fclose(out) == 0 ? NULL : error_new(ERROR_SYSTEM, "cannot write %s", path);
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;

    if (argc < 4 || sqlite3_open(":memory:", &db) != SQLITE_OK)
        return 2;
    struct error *error = add_all(db, argc - 2, argv + 2);
    if (error == NULL)
        error = write_array(db, argv[1]);
    sqlite3_close(db);
    if (error == NULL)
        return 0;
    owned(text) message = text_new();
    error_print(error, message);
    fputs(text_string(message), stderr);
    error_free(error);
    return 1;
}
