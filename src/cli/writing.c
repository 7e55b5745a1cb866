#include "cli/writing.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
static const char store_name[] = "assessment.db";

/* Makes the folders that FOLDER lies in. What cannot be made shows when FOLDER itself is. */
static void make_way(const char *folder)
{
    owned(text) way = text_new();

    for (const char *slash = strchr(folder + 1, '/'); *folder != '\0' && slash != NULL;
         slash = strchr(slash + 1, '/')) {
        text_clear(way);
        text_add_bytes(way, bytes_from(folder, (size_t)(slash - folder)));
        mkdir(text_string(way), 0777);
    }
}

/* Makes the folder, or sees that it can be written to; *MADE says which. */
struct error *writing_folder(const char *folder, bool *made)
{
    struct stat status;

    make_way(folder);
    *made = mkdir(folder, 0777) == 0;
    if (*made || (errno == EEXIST && stat(folder, &status) == 0 && S_ISDIR(status.st_mode) &&
                  access(folder, W_OK | X_OK) == 0))
        return NULL;
    return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s",
                                           errno == EEXIST ? "there is a file of that name"
                                                           : strerrordesc_np(errno)),
                                 "cannot write to the folder %s", folder),
                      "choose a folder you may write to with -o");
}

/* The name under which a file of the output folder waits until all of them are written. */
static void add_path(struct text *path, const char *folder, const char *name, bool waiting)
{
    text_clear(path);
    path_join(path, folder, name);
    text_add(path, waiting ? ".new" : "");
}

static struct error *write_report(sqlite3 *db, const struct report *report, const char *path)
{
    owned(text) content = text_new();

    TRY(report->write(db, content));
    return store_write(path, text_bytes(content));
}

static struct error *write_waiting(sqlite3 *db, const char *folder, struct text *path)
{
    struct bytes image;

    for (size_t i = 0; i < report_count; i++) {
        if (reports[i]->file_name == NULL)
            continue;
        add_path(path, folder, reports[i]->file_name, true);
        TRY(error_wrap(write_report(db, reports[i], text_string(path)), "writing the %s report",
                       reports[i]->name));
    }
    add_path(path, folder, store_name, true);
    TRY(store_serialize(db, &image));
    struct error *error = store_write(text_string(path), image);
    sqlite3_free((void *)(uintptr_t)image.data);
    return error;
}

/* Gives a waiting file its name, or removes it. */
static struct error *settle_file(const char *folder, const char *name, bool keep)
{
    owned(text) waiting = text_new();
    owned(text) path = text_new();

    add_path(waiting, folder, name, true);
    add_path(path, folder, name, false);
    if (!keep)
        unlink(text_string(waiting));
    else if (rename(text_string(waiting), text_string(path)) != 0)
        return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(errno)),
                                     "cannot write %s", text_string(path)),
                          "choose a folder you may write to with -o");
    return NULL;
}

static struct error *write_set(sqlite3 *db, const char *folder)
{
    owned(text) path = text_new();
    struct error *error = write_waiting(db, folder, path);
    bool keep = error == NULL;

    for (size_t i = 0; i <= report_count; i++) {
        const char *name = i < report_count ? reports[i]->file_name : store_name;
        struct error *late = name == NULL ? NULL : settle_file(folder, name, keep);
        if (error == NULL)
            error = late;
        else
            error_free(late);
    }
    return error;
}

/*
 * All files of the output folder or none: two runs into one folder wait for each other, and a
 * signal to end waits for the few milliseconds that the writing takes.
 */
static struct error *write_locked(sqlite3 *db, const char *folder)
{
    int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    sigset_t ends, before;

    if (lock >= 0)
        (void)flock(lock, LOCK_EX); /* a file system without locks is no reason to stop */
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, &before);
    struct error *error = write_set(db, folder);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (lock >= 0)
        close(lock);
    return error;
}

struct error *writing_store(sqlite3 *db, const char *folder)
{
    owned(text) path = text_new();
    struct bytes image;

    add_path(path, folder, store_name, false);
    TRY(store_serialize(db, &image));
    struct error *error = store_write(text_string(path), image);
    sqlite3_free((void *)(uintptr_t)image.data);
    return error;
}

struct error *writing_reports(sqlite3 *db, const char *folder)
{
    bool made = false;

    TRY(writing_folder(folder, &made));
    struct error *error = write_locked(db, folder);
    if (error != NULL && made)
        rmdir(folder);
    return error;
}

/* A device, pipe or link is written to as it stands: it must not be replaced by a file. */
static struct error *write_in_place(const char *path, struct bytes content, const char *option)
{
    FILE *file = fopen(path, "we");
    bool ok = file != NULL && fwrite(content.data, 1, content.size, file) == content.size;
    int reason = errno;

    if (file != NULL && fclose(file) != 0 && ok) {
        reason = errno;
        ok = false;
    }
    if (ok)
        return NULL;
    return error_hint(error_wrap(error_new(ERROR_SYSTEM, "%s", strerrordesc_np(reason)),
                                 "cannot write %s", path),
                      "choose another file with %s", option);
}

struct error *writing_file(const char *path, struct bytes content, const char *option)
{
    struct stat status;

    return lstat(path, &status) == 0 && !S_ISREG(status.st_mode)
               ? write_in_place(path, content, option)
               : store_write(path, content);
}

struct error *writing_output(const char *path, const struct text *content, const char *what)
{
    struct stat status;

    if (path == NULL || strcmp(path, "-") == 0) {
        if (output_is_terminal() && bytes_find_byte(text_bytes(content), 0) != SIZE_MAX)
            return error_hint(error_wrap(error_new(ERROR_USAGE, "it is no text for a terminal"),
                                         "cannot show %s", what),
                              "give a file with -o");
        output_text(content);
        return NULL;
    }
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return error_hint(
            error_wrap(error_new(ERROR_SYSTEM, "it is a folder"), "cannot write %s", path),
            "name the file in it");
    return writing_file(path, text_bytes(content), "-o");
}
