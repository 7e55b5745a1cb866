#ifndef INSPECT_COMPONENT_TABLE_H
#define INSPECT_COMPONENT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The signatures of knowledge/components, as tools/patterns writes them. */

enum mark_kind {
    MARK_STRING, /* text anywhere in a binary: the pattern pass finds it */
    MARK_BARE,   /* a string that is the number and nothing else, in the component's own file */
    MARK_FILE,   /* the release stands in the file's name */
};

/* One way in which a component shows its version. */
struct component_mark {
    enum mark_kind kind;
    const char *match;   /* PCRE2, with the version in groups */
    const char *version; /* "\1" or a template such as "2.\1.\2" */
    const char *also;    /* must stand in the same file; NULL: nothing */
    const char *unless;  /* must not stand in it; NULL: nothing */
    char grade;          /* in the component's own file; '-' does not count there */
    char elsewhere;      /* in any other file; '-' does not count there */
    bool text;           /* in text files too, not in binaries alone */
    bool highest;        /* of several versions the highest counts: versions of symbols */
    uint32_t width;      /* of what the pattern pass looks for */
    uint32_t before;     /* bytes in front of that which the match may need */
};

struct component_row {
    const char *name;
    const char *purl; /* without version */
    const char *cpe;  /* cpe:2.3:part:vendor:product; NULL unknown */
    const char *licence;
    const char *kind;
    const char *const *files; /* globs of base names that are the component itself; NULL ends */
    bool presence;            /* such a file proves that the component is there */
    bool exclusive; /* a program of many names: what else its file is called is void */
    uint32_t first_mark, mark_count;
};

extern const struct component_row component_rows[];
extern const size_t component_row_count;
extern const struct component_mark component_marks[];
extern const size_t component_mark_count;
/* Number of a pattern of the check "component" → its mark. */
extern const uint32_t component_pattern_marks[];
extern const size_t component_pattern_count;

/* For tests alone: what a mark must give and must not. Linked into the tests only. */
struct component_example {
    uint32_t mark;
    const char *text;
    const char *version; /* NULL: the text must not match */
};

extern const struct component_example component_examples[];
extern const size_t component_example_count;

#endif
