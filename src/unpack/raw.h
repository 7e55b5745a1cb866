#ifndef UNPACK_RAW_H
#define UNPACK_RAW_H

#include "unpack/format.h"

/*
 * Searches the image of CONTAINER from byte FROM on, and accounts for every byte from there: for
 * a container whose own format explains its beginning alone. Offsets and names are those of the
 * whole image. Starts before FROM are not looked at.
 */
struct error *raw_search(struct container *container, uint64_t from,
                         struct sink *sink) MUST_CHECK;

/*
 * Searches in the same way, but says nothing about the bytes: for a container that explains all
 * of itself, and embeds others (an ELF file of a kernel).
 */
struct error *raw_search_embedded(struct container *container, uint64_t from,
                                  struct sink *sink) MUST_CHECK;

#endif
