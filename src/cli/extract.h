#ifndef CLI_EXTRACT_H
#define CLI_EXTRACT_H

#include "base/error.h"
#include "model/assessment.h"

/*
 * Writes what an image holds into a folder, safely: every path is resolved beneath the folder by
 * the kernel (openat2, RESOLVE_BENEATH and no symbolic link), links are made last and never
 * followed, devices are not made at all. What could not be made, and every owner and mode, stands
 * in manifest.json. What lies inside a file NAME (an archive) goes to NAME.unpacked/.
 */
struct extract {
    int folder;
    unsigned umask;
    bool made; /* the folder was not there before */
    const char *path;
    size_t skipped; /* names that cannot be on this machine: they stand in the manifest alone */
};

struct error *extract_open(const char *path, struct extract *out) MUST_CHECK;
void extract_close(struct extract *extract);

/* One content; fits pipeline_options.content. */
struct error *extract_content(void *context, const struct assessment *assessment,
                              const struct assessment_node *node,
                              struct bytes content) MUST_CHECK;

/* Folders, links and the manifest, when every content is written. */
struct error *extract_finish(struct extract *extract,
                             const struct assessment *assessment) MUST_CHECK;

#endif
