#ifndef SHEET_STRINGS_H
#define SHEET_STRINGS_H

#include "base/text.h"
#include "sheet/package.h"

/*
 * The texts that the cells of all sheets share (ECMA-376 part 1, section 18.4), and the rules by
 * which a text is put together of runs: those of the phonetic guide are left out.
 */

struct string {
    struct bytes text;
    bool struck; /* some of it is struck through */
};

struct strings {
    struct string *list;
    size_t count, capacity;
};

/* PART may be nothing: then there are none. The texts live in the arena of PACKAGE. */
struct error *strings_read(struct package *package, struct bytes part,
                           struct strings *out) MUST_CHECK;

/*
 * A text as a person sees it: _x000D_ stands for the character of that number (section 22.9.2.19),
 * and a line ends in a newline alone.
 */
struct bytes strings_clean(struct arena *arena, struct bytes text);

/* Gathers the text of one <si>, <is> or <text> from the elements in it. */
struct strings_run {
    struct text *text;
    bool in_text;      /* inside <t> */
    unsigned phonetic; /* inside <rPh> */
    bool struck;       /* a run was struck through */
};
void strings_start(struct strings_run *run, const char *name, const char *const *attributes);
void strings_end(struct strings_run *run, const char *name);
void strings_text(struct strings_run *run, struct bytes text);

#endif
