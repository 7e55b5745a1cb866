#ifndef UNPACK_MEMBER_H
#define UNPACK_MEMBER_H

#include "base/cursor.h"
#include "unpack/format.h"

/*
 * What the archives (tar, cpio, ar, zip) share. They are read with a cursor, for an archive member
 * that is not packed is a slice of the image: nothing is copied, and every worker can read it.
 */

/* The number in a field of digits to BASE (8, 10, 16), blanks before and blanks or NUL behind. */
bool member_number(struct bytes field, unsigned base, uint64_t *out);

/* Sets kind, mode and owner of NODE from a Unix mode word; false when it names no file type. */
bool member_mode(struct node *node, uint64_t mode);

/* Extended attributes being gathered, as `struct node` wants them. */
struct member_xattrs {
    uint8_t *data;
    size_t size, capacity, count;
};

/* Appends one, in ARENA; one that is there already or is beyond LIMIT_XATTRS is left out. */
void member_add_xattr(struct arena *arena, struct member_xattrs *xattrs, struct bytes name,
                      struct bytes value);

/*
 * Puts in NODE whose WANTED bytes of content begin at OFFSET of the image; where the image ends
 * before them, what is there, and says what is lost. `size` of NODE is set.
 */
struct error *member_slice(struct container *container, struct sink *sink, struct node *node,
                           uint64_t offset, uint64_t wanted) MUST_CHECK;

/*
 * What follows the end of an archive at byte AT: padding is said to be padding, anything else
 * becomes a child "rest@HEX", for a boot loader or a kernel may read on there.
 */
struct error *member_rest(struct container *container, struct sink *sink,
                          uint64_t at) MUST_CHECK;

/*
 * Makes the content of the first member of ARCHIVE with libarchive: for what is more than a slice
 * or plain deflate (sparse files, rare methods). FORMAT is an ARCHIVE_FORMAT_… code.
 */
struct error *member_read(struct bytes archive, int format, struct buffer *out) MUST_CHECK;

#endif
