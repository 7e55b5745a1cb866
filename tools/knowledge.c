/*
 * Makes the database that Proviso starts from: the catalogue of the standard and the rules.
 *
 *     knowledge OUTPUT FOLDER NAME…     NAME: a file's path within FOLDER (knowledge/)
 *
 * OUTPUT is the C source of an array: a serialized SQLite database.
 */
#include <stdio.h>

#include "base/text.h"
#include "judge/catalogue.h"
#include "model/query.h"
#include "tools/generate.h"

static struct error *add_all(sqlite3 *db, int count, char **arguments)
{
    TRY(query_run(db, "PRAGMA page_size = 4096"));
    TRY(catalogue_create(db));
    TRY(query_run(db, "BEGIN"));
    for (int i = 1; i < count; i++) {
        owned(arena) arena = arena_new();
        const char *path = arena_printf(arena, "%s/%s", arguments[0], arguments[i]);
        TRY(catalogue_add(db, arguments[i], generate_file(path, arena)));
    }
    TRY(query_run(db, "COMMIT"));
    return query_run(db, "VACUUM");
}

static struct error *write_array(sqlite3 *db, const char *path)
{
    sqlite3_int64 size = 0;
    unsigned char *image = sqlite3_serialize(db, "main", &size, 0);
    owned(text) out = text_new();

    if (image == NULL)
        return error_new(ERROR_SYSTEM, "cannot make an image of the database");
    text_add(out,
             "#include \"store/catalogue.h\"\n\nconst unsigned char catalogue_image[] = {");
    for (sqlite3_int64 i = 0; i < size; i++)
        text_addf(out, "%s%u,", i % 24 == 0 ? "\n" : "", image[i]);
    text_add(out, "\n};\nconst unsigned long catalogue_image_size = sizeof catalogue_image;\n");
    sqlite3_free(image);
    generate_write(path, out);
    return NULL;
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
