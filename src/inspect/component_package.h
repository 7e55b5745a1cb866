#ifndef INSPECT_COMPONENT_PACKAGE_H
#define INSPECT_COMPONENT_PACKAGE_H

#include "inspect/check.h"

/* What package managers write down about what they installed. */

enum package_kind {
    PACKAGES_NONE,
    PACKAGES_DPKG,         /* deb-control(5), dpkg's status and status.d */
    PACKAGES_OPKG,         /* the same syntax, in opkg's and ipkg's folders */
    PACKAGES_OPKG_CONTROL, /* one package: info/NAME.control */
    PACKAGES_APK,          /* apk-tools 2: lib/apk/db/installed */
    PACKAGES_RPM,          /* rpm: component_rpm.h reads its data bases */
};

/* One installed package. All texts are borrowed from the database. */
struct package {
    struct bytes name, version, revision; /* version is upstream's: no epoch, no revision */
    struct bytes full;                    /* version as it stands */
    struct bytes epoch;                   /* where it is kept apart */
    struct bytes architecture, licence, section, maintainer, cpe;
    struct bytes distribution; /* as a package URL calls it, where it is known */
    struct bytes proof;        /* the line that names it */
    uint32_t line;             /* its number */
};

/* Takes FULL apart: 1:2.90-4~deb12u1 is epoch 1, version 2.90, revision 4~deb12u1. */
void package_set_version(struct package *package, struct bytes full);

/* Which database is at PATH, by its place alone; never rpm's. */
enum package_kind package_kind(struct bytes path);

/* A walk over the installed packages of one database. */
struct package_walk {
    struct bytes rest;
    enum package_kind kind;
    uint32_t line;
};

struct package_walk package_walk_over(struct bytes database, enum package_kind kind);
/* The next package that is installed and has a name and a version; false at the end. */
bool package_next(struct package_walk *walk, struct package *out);

/* The package URL: type, name and full version with what must be escaped escaped. */
struct bytes package_url(const struct package *package, enum package_kind kind,
                         struct arena *arena);

#endif
