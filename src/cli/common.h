#ifndef CLI_COMMON_H
#define CLI_COMMON_H

#include "cli/cli.h"

/* Options of every command that reads an image. */
/* clang-format off */
#define COMMON_OPTIONS                                                                           \
    {"max-size", 0, "BYTES", "largest image that is read (default 4 GiB)"},                      \
    {"max-seconds", 0, "N", "time for the image (default 600); what is left is reported unread"},\
    {"workers", 'j', "N", "worker processes (default: one for each processor)"},                 \
    {"unlocked", 0, NULL, "go on where the kernel cannot lock the workers; the report says so"}
/* clang-format on */

struct error *common_options(const struct line *line, struct pipeline_options *out) MUST_CHECK;

/*
 * ERROR_USAGE when the input can be no firmware: a text file, or a folder that neither is a root
 * file system nor holds an image.
 */
struct error *common_refuse(const char *path, const struct assessment *assessment) MUST_CHECK;

/* Lays every .yaml file of FOLDER over the built-in catalogue and rules. */
struct error *common_overlay(sqlite3 *db, const char *folder) MUST_CHECK;

/* What --edition says, NULL without it; ERROR_USAGE when there is no such edition. */
struct error *common_edition(const struct line *line, const char **out) MUST_CHECK;

/* Is TEXT of the FORM "0000-00-00": a digit where a 0 stands, and else the same? */
bool common_fits(const char *text, const char *form);

/* Opens the assessment at PATH: a file, or a folder with an assessment.db in it. */
struct error *common_open(const char *path, sqlite3 **out) MUST_CHECK;

#endif
