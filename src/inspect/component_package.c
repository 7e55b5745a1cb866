#include "inspect/component_package.h"

#include "base/limits.h"
#include "base/text.h"

static bool ends_at_folder(struct bytes path, const char *suffix)
{
    struct bytes end = bytes_of(suffix);

    return bytes_ends(path, suffix) &&
           (path.size == end.size || bytes_at(path, path.size - end.size - 1) == '/');
}

enum package_kind package_kind(struct bytes path)
{
    if (ends_at_folder(path, "lib/dpkg/status") ||
        (bytes_contains(path, "lib/dpkg/status.d/") && !bytes_ends(path, ".md5sums")))
        return PACKAGES_DPKG;
    if (ends_at_folder(path, "lib/opkg/status") || ends_at_folder(path, "lib/ipkg/status"))
        return PACKAGES_OPKG;
    if (bytes_ends(path, ".control") &&
        (bytes_contains(path, "lib/opkg/info/") || bytes_contains(path, "lib/ipkg/info/")))
        return PACKAGES_OPKG_CONTROL;
    if (ends_at_folder(path, "lib/apk/db/installed"))
        return PACKAGES_APK;
    return PACKAGES_NONE;
}

struct package_walk package_walk_over(struct bytes database, enum package_kind kind)
{
    return (struct package_walk){.rest = database, .kind = kind};
}

void package_set_version(struct package *package, struct bytes full)
{
    size_t colon = bytes_find_byte(full, ':');
    size_t dash = SIZE_MAX;

    package->full = full;
    package->version = colon == SIZE_MAX ? full : bytes_from_offset(full, colon + 1);
    for (size_t i = package->version.size; i > 0 && dash == SIZE_MAX; i--)
        if (bytes_at(package->version, i - 1) == '-')
            dash = i - 1;
    if (dash == SIZE_MAX || dash == 0)
        return;
    package->revision = bytes_from_offset(package->version, dash + 1);
    package->version = bytes_slice(package->version, 0, dash);
}

/* The state is the third word: want, error flag, state. */
static bool is_installed(struct bytes status)
{
    struct bytes word = {NULL, 0};

    for (unsigned i = 0; i < 3; i++)
        if (!bytes_next_word(&status, &word))
            return false;
    return bytes_is(word, "installed");
}

struct paragraph {
    struct package package;
    bool installed;
};

static void take_control_field(struct paragraph *paragraph, struct bytes line)
{
    size_t colon = bytes_find_byte(line, ':');
    struct package *package = &paragraph->package;

    if (colon == SIZE_MAX)
        return;
    struct bytes key = bytes_slice(line, 0, colon);
    struct bytes value = bytes_trim(bytes_from_offset(line, colon + 1));
    if (bytes_is_nocase(key, "Package")) {
        package->name = value;
        package->proof = line;
    } else if (bytes_is_nocase(key, "Version")) {
        package_set_version(package, value);
    } else if (bytes_is_nocase(key, "Architecture")) {
        package->architecture = value;
    } else if (bytes_is_nocase(key, "License")) {
        package->licence = value;
    } else if (bytes_is_nocase(key, "Section")) {
        package->section = value;
    } else if (bytes_is_nocase(key, "Maintainer")) {
        package->maintainer = value;
    } else if (bytes_is_nocase(key, "CPE-ID")) {
        package->cpe = value;
    } else if (bytes_is_nocase(key, "Status")) {
        paragraph->installed = is_installed(value);
    }
}

static void take_apk_field(struct paragraph *paragraph, struct bytes line)
{
    struct package *package = &paragraph->package;
    struct bytes value = bytes_from_offset(line, 2);

    if (bytes_at(line, 1) != ':')
        return;
    switch (bytes_at(line, 0)) {
    case 'P':
        package->name = value;
        package->proof = line;
        break;
    case 'V':
        package_set_version(package, value);
        break;
    case 'A':
        package->architecture = value;
        break;
    case 'L':
        package->licence = value;
        break;
    default:
        break;
    }
}

bool package_next(struct package_walk *walk, struct package *out)
{
    struct paragraph paragraph = {.installed = true};
    struct bytes line;

    while (walk->rest.size > 0) {
        bool got = bytes_next_line(&walk->rest, &line);
        walk->line++;
        if (got && line.size > 0) {
            uint8_t first = bytes_at(line, 0);
            bool had_name = paragraph.package.name.size > 0;
            if (walk->kind == PACKAGES_APK)
                take_apk_field(&paragraph, line);
            else if (first != ' ' && first != '\t')
                take_control_field(&paragraph, line);
            if (!had_name && paragraph.package.name.size > 0)
                paragraph.package.line = walk->line;
            if (walk->rest.size > 0)
                continue;
        }
        if (paragraph.installed && paragraph.package.name.size > 0 &&
            paragraph.package.version.size > 0) {
            *out = paragraph.package;
            return true;
        }
        paragraph = (struct paragraph){.installed = true};
    }
    return false;
}

/* RFC 3986 unreserved characters stay, as the package URL specification wants. */
static void add_escaped(struct text *out, struct bytes value)
{
    for (size_t i = 0; i < value.size && i < LIMIT_EXCERPT; i++) {
        uint8_t c = bytes_at(value, i);
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            c == '-' || c == '.' || c == '_' || c == '~')
            text_add_char(out, (char)c);
        else
            text_addf(out, "%%%02X", c);
    }
}

static const char *url_type(enum package_kind kind)
{
    switch (kind) {
    case PACKAGES_DPKG:
        return "deb";
    case PACKAGES_APK:
        return "apk";
    case PACKAGES_RPM:
        return "rpm";
    case PACKAGES_NONE:
    case PACKAGES_OPKG:
    case PACKAGES_OPKG_CONTROL:
    default:
        return "opkg";
    }
}

/* Whose package it is: no bytes where the data base does not tell. */
static struct bytes name_space(const struct package *package, enum package_kind kind)
{
    if (package->distribution.size > 0)
        return package->distribution;
    if (kind == PACKAGES_APK)
        return bytes_of("alpine");
    if (kind == PACKAGES_DPKG)
        return bytes_of(bytes_contains(package->maintainer, "ubuntu") ? "ubuntu" : "debian");
    return (struct bytes){NULL, 0};
}

struct bytes package_url(const struct package *package, enum package_kind kind,
                         struct arena *arena)
{
    owned(text) out = text_new();

    text_addf(out, "pkg:%s/", url_type(kind));
    struct bytes space = name_space(package, kind);
    if (space.size > 0) {
        add_escaped(out, space);
        text_add(out, "/");
    }
    add_escaped(out, package->name);
    text_add(out, "@");
    add_escaped(out, package->full);
    if (package->architecture.size > 0) {
        text_add(out, "?arch=");
        add_escaped(out, package->architecture);
    }
    if (package->epoch.size > 0) {
        text_add(out, package->architecture.size > 0 ? "&epoch=" : "?epoch=");
        add_escaped(out, package->epoch);
    }
    return arena_copy(arena, text_bytes(out));
}
