#ifndef INSPECT_COMPONENT_RPM_H
#define INSPECT_COMPONENT_RPM_H

#include "base/text.h"
#include "inspect/component_package.h"

/*
 * The data base of rpm: one header for each installed package, kept by one of three stores. Each
 * is read here without believing any of its numbers; no page is read twice.
 */

enum rpm_store {
    RPM_NONE,    /* not a place where rpm keeps its packages */
    RPM_UNKNOWN, /* the place, but no store that we know */
    RPM_SQLITE,  /* rpmdb.sqlite: table Packages, column blob */
    RPM_NDB,     /* Packages.db: rpm's own store */
    RPM_HASH,    /* Packages: Berkeley DB, hash */
    RPM_LOG,     /* rpmdb.sqlite-wal: changes that are not in rpmdb.sqlite yet */
};

/* By its place and its first bytes. */
enum rpm_store rpm_store(struct bytes path, struct bytes content);

/* Bytes of a header stand together in the data base from OFFSET on. */
struct rpm_piece {
    uint64_t at; /* of the header */
    uint64_t offset;
};

/* One installed package; texts are borrowed from the header and gone with the next one. */
struct rpm_package {
    struct package package;
    uint64_t offset, length; /* of its name, and where they follow version and release */
};

/* A data base being read. Whoever reads one sets the first four. */
struct rpm_reader {
    struct bytes database;
    struct arena *arena;
    void (*found)(struct rpm_reader *reader, const struct rpm_package *package);
    void *context; /* of found */

    uint64_t pages; /* that may still be read: each belongs to one record */
    struct text *joined;
    struct rpm_piece *pieces;
    size_t piece_count, piece_capacity;
    struct error *failure;  /* the first */
    unsigned records, lost; /* read, and those that could not be */
};

/*
 * Gives every package to `found`, in the order of the store. Fails when anything could not be
 * read; what could be was given.
 */
struct error *rpm_read(struct rpm_reader *reader, enum rpm_store store) MUST_CHECK;

/* For the three stores: one record after the other is begun, added to in pieces and ended. */
void rpm_record_begin(struct rpm_reader *reader);
void rpm_record_add(struct rpm_reader *reader, uint64_t offset, uint64_t size);
void rpm_record_end(struct rpm_reader *reader);
/* What was added cannot be completed: ERROR, which is taken, says why. */
void rpm_record_lost(struct rpm_reader *reader, struct error *error);
/* False once more pages were asked for than there are: they form a circle. */
bool rpm_page_left(struct rpm_reader *reader);
/* So much was read or lost that it is no use to go on. */
bool rpm_is_enough(const struct rpm_reader *reader);

struct error *rpm_read_sqlite(struct rpm_reader *reader) MUST_CHECK;
struct error *rpm_read_ndb(struct rpm_reader *reader) MUST_CHECK;
struct error *rpm_read_hash(struct rpm_reader *reader) MUST_CHECK;

#endif
