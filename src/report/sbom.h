#ifndef REPORT_SBOM_H
#define REPORT_SBOM_H

#include "report/machine.h"

/*
 * The components that the image was seen to contain, for a bill of materials. Rows of one name
 * and version are one component with several occurrences, the strongest proof first.
 */

struct sbom_occurrence {
    struct bytes path; /* of the file, through all containers; empty: the image itself */
    int64_t line;      /* from 1; 0: none */
    int64_t offset;
    bool has_offset;
    struct bytes excerpt;
    char grade; /* A … F */
    struct bytes source;
    struct bytes sha256; /* of the file; empty: not known */
};

struct sbom_component {
    struct bytes name, version; /* version: empty when it is not known */
    struct bytes kind, purl, cpe, licence, architecture, revision;
    const struct sbom_occurrence *occurrences; /* at most SBOM_OCCURRENCES … */
    size_t occurrence_count;
    size_t occurrences_all; /* … of so many */
    /* The one file that is the component, when there is just one such: its path and hash. */
    struct bytes file, sha256;
    /* What 6-SoftComp says about it, when it does. */
    struct bytes declared_entry, declared_version;
    bool declared, declared_updatable_known, declared_updatable;
};

#define SBOM_OCCURRENCES 200 /* of one component; a library is in a few places */

/* Calls EACH for every component, sorted by name and version. Its texts live that long. */
struct error *sbom_each(struct machine *machine,
                        struct error *(*each)(void *context,
                                              const struct sbom_component *component),
                        void *context) MUST_CHECK;

/* The id of the document as a UUID: of the image, its names, its date and this program. */
void sbom_add_id(struct text *out, const struct machine *machine, const char *kind);

/* The package URL when it is one; else nothing. */
struct bytes sbom_purl(const struct sbom_component *component);

/* cpe:2.3:a:vendor:product:version:*:… in full, or nothing where a part is not sound. */
void sbom_add_cpe(struct text *out, const struct sbom_component *component);

/* How sure a grade makes: 100 for A down to 30 for F. */
int sbom_confidence(char grade);

#endif
