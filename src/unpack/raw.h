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
 * A container seldom fills the partition it lies in. Two ways to what lies behind it, for whoever
 * opens containers:
 *
 * Before: should raw open IMAGE, though FORMAT knows its beginning? Yes when FORMAT is a file
 * system or archive that ends well before IMAGE does, and more than padding follows: then the
 * file system is a part of its own, and what follows does not stand among its files.
 */
bool raw_should_open(const struct format *format, struct bytes image);

/*
 * After: CONTAINER has been unpacked by FORMAT; whatever lies behind its end is searched.
 * EXPLAINED is the end of the furthest span the format gave. Does nothing for formats that say
 * neither how large they are nor what they explain, and for raw itself.
 */
struct error *raw_search_tail(const struct format *format, struct container *container,
                              uint64_t explained, struct sink *sink) MUST_CHECK;

/*
 * Searches in the same way, but says nothing about the bytes: for a container that explains all
 * of itself, and embeds others (an ELF file of a kernel).
 */
struct error *raw_search_embedded(struct container *container, uint64_t from,
                                  struct sink *sink) MUST_CHECK;

#endif
