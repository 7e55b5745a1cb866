/*
 * Components: what the product is made of, by what package managers wrote down, by what programs
 * and libraries say of themselves, by the kernel and its modules.
 */
#include <string.h>

#include "base/limits.h"
#include "inspect/component_note.h"
#include "inspect/component_package.h"
#include "inspect/component_rpm.h"
#include "inspect/component_signature.h"

static const struct column columns[] = {
    {"name", COLUMN_TEXT, "canonical name, or the name of the package"},
    {"version", COLUMN_TEXT, "upstream's release; NULL when it is not known"},
    {"kind", COLUMN_TEXT, "application, library, kernel, firmware, os, bootloader"},
    {"grade", COLUMN_TEXT,
     "strength of the proof: A package database, B banner in the component's own file, C "
     "release "
     "in a file name, D text in another file, E number in a file of that name, F name alone"},
    {"source", COLUMN_TEXT,
     "opkg, dpkg, apk, rpm, note, banner, soname, module, os-release, string, file"},
    {"purl", COLUMN_TEXT, "package URL, with the version where it is known"},
    {"cpe", COLUMN_TEXT, "CPE 2.3 vendor and product"},
    {"licence", COLUMN_TEXT, "SPDX identifier or expression as the packager states it"},
    {"architecture", COLUMN_TEXT, "as the package database states it"},
    {"revision", COLUMN_TEXT, "the packager's revision"},
};

static const struct observable observable = {
    .name = "component",
    .meaning = "software that the image contains",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};
static const struct observable *const observables[] = {&observable};

static void set(struct observation *row, const char *column, struct bytes value)
{
    if (value.size > 0)
        observation_text(row, column, value);
}

/* The kernel is linux by whatever name a distribution packs it. */
static bool is_kernel_package(struct bytes name)
{
    return bytes_is(name, "kernel") || bytes_is(name, "kernel-core") ||
           bytes_is(name, "kernel-default") || bytes_starts(name, "linux-image-") ||
           bytes_is(name, "linux-lts") || bytes_is(name, "linux-virt");
}

static const char *source_of(enum package_kind kind)
{
    return kind == PACKAGES_DPKG  ? "dpkg"
           : kind == PACKAGES_APK ? "apk"
           : kind == PACKAGES_RPM ? "rpm"
                                  : "opkg";
}

static void state_proven(struct evidence evidence, const struct package *package,
                         enum package_kind kind, const char *grade, const char *source,
                         struct arena *arena, struct sink *sink)
{
    struct observation *row = observation_new(arena, &observable, evidence);
    bool library = bytes_starts(package->name, "lib") || bytes_ends(package->section, "libs") ||
                   bytes_ends(package->section, "Libraries");

    set(row, "name", package->name);
    set(row, "version", package->version);
    observation_string(row, "kind",
                       is_kernel_package(package->name) ? "kernel"
                       : library                        ? "library"
                                                        : "application");
    observation_string(row, "grade", grade);
    observation_string(row, "source", source);
    set(row, "purl", package_url(package, kind, arena));
    if (bytes_starts(package->cpe, "cpe:/"))
        observation_string(
            row, "cpe",
            arena_printf(arena, "cpe:2.3:%s",
                         arena_string(arena, bytes_from_offset(package->cpe, 5))));
    set(row, "licence", package->licence);
    set(row, "architecture", package->architecture);
    set(row, "revision", package->revision);
    sink_observe(sink, row);
}

static void state_package(const struct node *node, struct bytes content,
                          const struct package *package, enum package_kind kind,
                          struct arena *arena, struct sink *sink)
{
    struct evidence evidence = evidence_part(
        node, content, (uint64_t)(package->proof.data - content.data), package->proof.size);

    evidence.line = package->line;
    state_proven(evidence, package, kind, "A", source_of(kind), arena, sink);
}

struct rpm_place {
    const struct file *file;
    struct sink *sink;
};

static void state_rpm(struct rpm_reader *reader, const struct rpm_package *found)
{
    const struct rpm_place *place = reader->context;
    struct evidence evidence =
        evidence_part(place->file->node, place->file->content, found->offset, found->length);

    state_proven(evidence, &found->package, PACKAGES_RPM, "A", "rpm", reader->arena,
                 place->sink);
}

static struct error *state_rpm_database(const struct file *file, enum rpm_store store,
                                        struct arena *arena, struct sink *sink)
{
    struct rpm_place place = {file, sink};
    struct rpm_reader reader = {
        .database = file->content, .arena = arena, .found = state_rpm, .context = &place};

    return rpm_read(&reader, store);
}

/* What a program says of the package that it came in. */
static void state_note(const struct file *file, struct arena *arena, struct sink *sink)
{
    struct component_note note;

    if (!component_note_read(file->content, arena, &note))
        return;
    if (bytes_contains(path_base(file->node->path), ".so"))
        note.package.section = bytes_of("libs");
    state_proven(evidence_part(file->node, file->content, note.offset, note.length),
                 &note.package, note.kind, "C", "note", arena, sink);
}

static void state_database(const struct file *file, enum package_kind kind, struct arena *arena,
                           struct sink *sink)
{
    struct package_walk walk = package_walk_over(file->content, kind);
    struct package package;

    for (unsigned i = 0; i < LIMIT_ROWS_NODE && package_next(&walk, &package); i++)
        state_package(file->node, file->content, &package, kind, arena, sink);
}

static void state_found(const struct file *file, const struct component_found *found,
                        struct arena *arena, struct sink *sink)
{
    struct evidence evidence = found->length == 0 ? evidence_node(file->node)
                                                  : evidence_part(file->node, file->content,
                                                                  found->offset, found->length);
    struct observation *row = observation_new(arena, &observable, evidence);
    const char grade[2] = {found->grade, '\0'};

    observation_string(row, "name", found->row->name);
    set(row, "version", found->version);
    /* Of what is both program and library, a shared object is the library. */
    bool library = strcmp(found->row->kind, "application") == 0 &&
                   bytes_contains(path_base(file->node->path), ".so");
    observation_string(row, "kind", library ? "library" : found->row->kind);
    observation_text(row, "grade", arena_copy(arena, bytes_of(grade)));
    observation_string(row, "source",
                       strcmp(found->row->kind, "kernel") == 0 ? "kernel-banner"
                                                               : found->source);
    if (found->version.size > 0)
        observation_string(row, "purl",
                           arena_printf(arena, "%s@%s", found->row->purl,
                                        arena_string(arena, found->version)));
    else
        observation_string(row, "purl", found->row->purl);
    if (found->row->cpe != NULL)
        observation_string(row, "cpe", found->row->cpe);
    if (found->row->licence != NULL)
        observation_string(row, "licence", found->row->licence);
    sink_observe(sink, row);
}

static bool is_module(struct bytes path)
{
    return bytes_ends(path, ".ko");
}

/* X of …lib/modules/X/…; no bytes when there is none. */
static struct bytes module_release(struct bytes path)
{
    size_t at = bytes_find_string(path, "lib/modules/");
    struct bytes rest, release;

    if (at == SIZE_MAX || (at > 0 && bytes_at(path, at - 1) != '/'))
        return (struct bytes){NULL, 0};
    rest = bytes_from_offset(path, at + strlen("lib/modules/"));
    if (!bytes_next_field(&rest, '/', &release) || bytes_at(release, 0) < '1' ||
        bytes_at(release, 0) > '9' || !bytes_contains(release, "."))
        return (struct bytes){NULL, 0};
    return bytes_is(bytes_slice(release, release.size - 3, 3), ".ko") ? (struct bytes){NULL, 0}
                                                                      : release;
}

/* The kernel a module was built for: "vermagic=2.6.36 mod_unload …". */
static struct bytes vermagic(struct bytes module, uint64_t *offset)
{
    size_t at = bytes_find_string(module, "vermagic=");
    struct bytes rest, release;

    if (at == SIZE_MAX)
        return (struct bytes){NULL, 0};
    *offset = at;
    rest = bytes_slice(module, at + strlen("vermagic="), 80);
    if (!bytes_next_word(&rest, &release) || bytes_at(release, 0) < '1' ||
        bytes_at(release, 0) > '9' || bytes_find_byte(release, 0) != SIZE_MAX)
        return (struct bytes){NULL, 0};
    return release;
}

static void state_kernel(struct evidence evidence, struct bytes release, const char *grade,
                         struct arena *arena, struct sink *sink)
{
    struct observation *row = observation_new(arena, &observable, evidence);

    observation_string(row, "name", "linux");
    set(row, "version", arena_copy(arena, release));
    observation_string(row, "kind", "kernel");
    observation_string(row, "grade", grade);
    observation_string(row, "source", "module");
    observation_string(
        row, "purl", arena_printf(arena, "pkg:generic/linux@%s", arena_string(arena, release)));
    observation_string(row, "cpe", "cpe:2.3:o:linux:linux_kernel");
    observation_string(row, "licence", "GPL-2.0-only");
    sink_observe(sink, row);
}

/* What lies in a container is seen again by itself: only contents that nothing opens count. */
static bool is_container(const struct node *node, struct bytes head)
{
    static const char *const leaves[] = {"elf", "unknown", "vmlinux", "text"};

    if (node->format.size == 0 || bytes_starts(head, "\177ELF"))
        return false;
    for (size_t i = 0; i < COUNT_OF(leaves); i++)
        if (bytes_is(node->format, leaves[i]))
            return false;
    return true;
}

static bool component_wants(const struct node *node, struct bytes head)
{
    enum package_kind kind = package_kind(node->path);

    if (kind == PACKAGES_DPKG || kind == PACKAGES_APK)
        return true;
    if (rpm_store(node->path, head) != RPM_NONE)
        return true;
    if (kind != PACKAGES_NONE || head.size < 16 || node->kind != NODE_FILE)
        return false;
    if (bytes_is_text(bytes_slice(head, 0, 4096)))
        return bytes_ends(node->path, ".js") || bytes_ends(node->path, ".css");
    return !is_container(node, head);
}

static struct error *component_run(const struct file *file, struct arena *arena,
                                   struct sink *sink)
{
    struct component_found found[LIMIT_COMPONENTS_FILE];
    enum package_kind kind = package_kind(file->node->path);
    enum rpm_store store = rpm_store(file->node->path, file->content);

    if (kind != PACKAGES_NONE) {
        state_database(file, kind, arena, sink);
        return NULL;
    }
    if (store != RPM_NONE)
        return state_rpm_database(file, store, arena, sink);
    state_note(file, arena, sink);
    size_t count = signatures_find(file, arena, found);
    for (size_t i = 0; i < count; i++)
        state_found(file, &found[i], arena, sink);
    if (is_module(file->node->path)) {
        uint64_t offset = 0;
        struct bytes folder = module_release(file->node->path);
        struct bytes release = folder.size == 0 ? folder : vermagic(file->content, &offset);
        if (release.size > 0 && !bytes_equal(release, folder))
            state_kernel(evidence_part(file->node, file->content, offset, release.size + 9),
                         release, "C", arena, sink);
    }
    return NULL;
}

static bool is_release_file(struct bytes path)
{
    return bytes_is(path, "etc/os-release") || bytes_is(path, "usr/lib/os-release") ||
           bytes_is(path, "etc/openwrt_release");
}

static bool component_keeps(const struct node *node, struct bytes content)
{
    enum package_kind kind = package_kind(node->path);

    if (kind == PACKAGES_OPKG || kind == PACKAGES_OPKG_CONTROL || is_release_file(node->path))
        return true;
    return is_module(node->path) && content.size <= LIMIT_MODULE_KEPT &&
           module_release(node->path).size == 0;
}

static struct bytes shell_value(struct bytes line, const char *key)
{
    if (!bytes_starts(line, key))
        return (struct bytes){NULL, 0};
    struct bytes value = bytes_trim(bytes_from_offset(line, strlen(key)));
    uint8_t quote = bytes_at(value, 0);
    if (value.size >= 2 && (quote == '"' || quote == '\'') &&
        bytes_at(value, value.size - 1) == quote)
        value = bytes_slice(value, 1, value.size - 2);
    return value;
}

static void state_release(const struct system_node *file, const char *name_key,
                          const char *version_key, struct arena *arena, struct sink *sink)
{
    struct bytes rest = file->content, line, name = {NULL, 0}, version = {NULL, 0};
    struct bytes proof = {NULL, 0};

    while (bytes_next_line(&rest, &line)) {
        struct bytes value = shell_value(line, name_key);
        name = value.size > 0 ? value : name;
        value = shell_value(line, version_key);
        if (value.size > 0) {
            version = value;
            proof = line;
        }
    }
    if (name.size == 0 || proof.size == 0 || name.size > 64 || version.size > 64)
        return;
    struct observation *row =
        observation_new(arena, &observable, evidence_line(file->node, file->content, proof));
    char *lower = arena_string(arena, name);
    for (char *c = lower; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    observation_string(row, "name", lower);
    set(row, "version", version);
    observation_string(row, "kind", "os");
    observation_string(row, "grade", "B");
    observation_string(row, "source", "os-release");
    sink_observe(sink, row);
}

static void state_releases(const struct system *system, struct arena *arena, struct sink *sink)
{
    const struct system_node *file = system_at(system, bytes_of("etc/os-release"));

    if (file == NULL || !file->has_content)
        file = system_at(system, bytes_of("usr/lib/os-release"));
    if (file != NULL && file->has_content) {
        state_release(file, "ID=", "VERSION_ID=", arena, sink);
        return;
    }
    file = system_at(system, bytes_of("etc/openwrt_release"));
    if (file != NULL && file->has_content)
        state_release(file, "DISTRIB_ID=", "DISTRIB_RELEASE=", arena, sink);
}

/* Licence and CPE stand in the control file beside the status. */
static void add_control(const struct system *system, const struct system_node *status,
                        struct package *package, struct arena *arena)
{
    struct bytes folder =
        bytes_slice(status->node->path, 0, status->node->path.size - strlen("status"));
    const char *path = arena_printf(arena, "%sinfo/%s.control", arena_string(arena, folder),
                                    arena_string(arena, package->name));
    const struct system_node *control = system_at(system, bytes_of(path));
    struct package more;

    if (control == NULL || !control->has_content)
        return;
    struct package_walk walk = package_walk_over(control->content, PACKAGES_OPKG_CONTROL);
    if (!package_next(&walk, &more))
        return;
    if (package->licence.size == 0)
        package->licence = more.licence;
    if (package->section.size == 0)
        package->section = more.section;
    if (package->cpe.size == 0)
        package->cpe = more.cpe;
}

static void state_opkg(const struct system *system, struct arena *arena, struct sink *sink)
{
    bool has_status = false;
    struct package package;
    unsigned stated = 0;

    for (size_t pass = 0; pass < 2 && !has_status; pass++) {
        enum package_kind wanted = pass == 0 ? PACKAGES_OPKG : PACKAGES_OPKG_CONTROL;
        for (size_t i = 0; i < system->count && stated < LIMIT_ROWS_NODE; i++) {
            const struct system_node *node = &system->nodes[i];
            if (!node->has_content || package_kind(node->node->path) != wanted)
                continue;
            struct package_walk walk = package_walk_over(node->content, wanted);
            while (stated < LIMIT_ROWS_NODE && package_next(&walk, &package)) {
                if (wanted == PACKAGES_OPKG)
                    add_control(system, node, &package, arena);
                state_package(node->node, node->content, &package, wanted, arena, sink);
                has_status = has_status || wanted == PACKAGES_OPKG;
                stated++;
            }
        }
    }
}

static bool is_new(struct bytes *seen, size_t *count, struct bytes release)
{
    for (size_t i = 0; i < *count; i++)
        if (bytes_equal(seen[i], release))
            return false;
    if (*count == LIMIT_RELEASES)
        return false;
    seen[(*count)++] = release;
    return true;
}

static void state_modules(const struct system *system, struct arena *arena, struct sink *sink)
{
    struct bytes seen[LIMIT_RELEASES];
    size_t count = 0;

    for (size_t i = 0; i < system->count; i++) {
        const struct node *node = system->nodes[i].node;
        struct bytes release = module_release(node->path);
        if (release.size > 0 && (is_module(node->path) || node->kind == NODE_DIR) &&
            is_new(seen, &count, release))
            state_kernel(evidence_node(node), release, "C", arena, sink);
    }
    for (size_t i = 0; i < system->count; i++) {
        const struct system_node *node = &system->nodes[i];
        uint64_t offset = 0;
        if (!node->has_content || !is_module(node->node->path))
            continue;
        struct bytes release = vermagic(node->content, &offset);
        if (release.size > 0 && is_new(seen, &count, release))
            state_kernel(evidence_part(node->node, node->content, offset, release.size + 9),
                         release, "C", arena, sink);
    }
}

static struct error *component_run_system(const struct system *system, struct arena *arena,
                                          struct sink *sink)
{
    state_releases(system, arena, sink);
    state_opkg(system, arena, sink);
    state_modules(system, arena, sink);
    return NULL;
}

const struct check check_component = {
    .name = "component",
    .title = "Components and their versions",
    .observables = observables,
    .observable_count = COUNT_OF(observables),
    .has_patterns = true,
    .wants = component_wants,
    .run = component_run,
    .keeps = component_keeps,
    .run_system = component_run_system,
};
