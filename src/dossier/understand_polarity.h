#ifndef DOSSIER_UNDERSTAND_POLARITY_H
#define DOSSIER_UNDERSTAND_POLARITY_H

#include "dossier/understand_facts.h"

/*
 * Whether a sentence affirms what a phrase in it says. A negation counts when it stands close
 * before ("does not support TLS 1.0") or behind it ("TLS 1.0 is disabled"), with nothing between
 * that begins another thought. Two negations, an exception, a contrast or a plan make it unclear:
 * then nothing is understood.
 */

/* A match with what the words around it are judged by. */
struct stretch {
    const struct words *words;
    const uint32_t *roles; /* of each word */
    const bool *claimed;   /* negations that are part of a phrase themselves */
    uint32_t first, last;  /* the match, or the list of names it stands in */
    uint32_t negators;     /* inside the match */
    bool keep;
    bool says_no; /* the phrase itself denies */
    bool turns;   /* a denial of it says no */
};

enum state polarity_of(const struct stretch *stretch);

#endif
