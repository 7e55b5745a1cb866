#ifndef PIPELINE_INPUT_H
#define PIPELINE_INPUT_H

#include "base/error.h"
#include "base/hash.h"

/* What the user gave, as one read-only descriptor. */
struct input {
    int fd;
    uint64_t size;
    bool is_folder; /* fd holds a cpio archive (newc) that we made of it */
};

/*
 * Opens PATH: a file, "-" for standard input, or a directory with a root file system in it. A
 * directory is read without following a link and is written to memory as a cpio archive, so that
 * the workers see one kind of input alone.
 */
struct error *input_open(const char *path, uint64_t limit, struct input *out) MUST_CHECK;
void input_close(struct input *input);

/* The SHA-256 of all of it. PATH is for messages. */
struct error *input_hash(const struct input *input, const char *path,
                         struct sha256 *out) MUST_CHECK;

#endif
