#ifndef CLI_WRITING_H
#define CLI_WRITING_H

#include "cli/cli.h"

/* Makes the folder for the reports, or sees that it can be written to; *MADE says which. */
struct error *writing_folder(const char *folder, bool *made) MUST_CHECK;

/* Writes the reports that belong into a folder, and the store: all of them or none. */
struct error *writing_reports(sqlite3 *db, const char *folder) MUST_CHECK;

/* Writes the store alone, as FOLDER/assessment.db. */
struct error *writing_store(sqlite3 *db, const char *folder) MUST_CHECK;

/* Writes one file that the user named with OPTION; a device, pipe or link as it stands. */
struct error *writing_file(const char *path, struct bytes content,
                           const char *option) MUST_CHECK;

/*
 * Puts out WHAT a command made: into the file PATH that -o named, or to standard output without one
 * and with "-". ERROR_USAGE for bytes that are no text on a terminal.
 */
struct error *writing_output(const char *path, const struct text *content,
                             const char *what) MUST_CHECK;

#endif
