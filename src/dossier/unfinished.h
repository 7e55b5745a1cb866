#ifndef DOSSIER_UNFINISHED_H
#define DOSSIER_UNFINISHED_H

#include "base/bytes.h"

/*
 * The mark in TEXT by which its writer says that it is still to be written: "TBD", "to be
 * determined", "? years". No bytes when there is none. What is said to be left to somebody ("to
 * be defined by the user") is no such mark.
 */
struct bytes unfinished_mark(struct bytes text);

#endif
