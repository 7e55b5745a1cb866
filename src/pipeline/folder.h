#ifndef PIPELINE_FOLDER_H
#define PIPELINE_FOLDER_H

#include <stdint.h>

#include "base/error.h"

/*
 * Writes everything under the open directory FOLDER as a cpio archive (newc, 070701) to a memory
 * file. No link is followed and no other file system is left out; devices keep their numbers.
 * *OUT is the caller's to close. ERROR_USAGE when there is no file in it, or too much.
 */
struct error *folder_pack(int folder, const char *path, uint64_t limit, int *out) MUST_CHECK;

#endif
