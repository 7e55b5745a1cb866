#ifndef DOSSIER_REASON_H
#define DOSSIER_REASON_H

#include <stdbool.h>

#include "base/bytes.h"

/* What stands where a reason is asked for: in the detail of an ICS row. */
enum reason {
    REASON_NONE,   /* nothing, or what stands in for nothing: n/a, TBD, "not supported" */
    REASON_HOLLOW, /* words that fit any product, or a pointer: a person has to judge it */
    REASON_GIVEN,  /* three words or more, or "no …", one of which names something */
};

/*
 * What TEXT is. "no telemetry" and "the MCU has no MMU" are given; "we decided against it", "no
 * time, no money" and "see 5.7-1" are hollow: that a text is a poor reason is no proof that there
 * is none. English, and the German that stands in English forms.
 */
enum reason reason_of(struct bytes text);

/* Does TEXT say that somebody has yet to write what belongs there: "TBD", "?", "to be defined"? */
bool says_unfilled(struct bytes text);

#endif
