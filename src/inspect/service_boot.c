#include <string.h>

#include "base/limits.h"
#include "inspect/service_known.h"
#include "inspect/service_script.h"

static struct bytes join_words(struct boot *boot, const struct bytes *words, size_t count)
{
    struct bytes all = bytes_of("");

    for (size_t i = 1; i < count && all.size < 2048; i++)
        all = bytes_of(arena_printf(
            boot->arena, "%.*s%s%.*s", (int)all.size, (const char *)all.data, i > 1 ? " " : "",
            (int)words[i].size, words[i].size == 0 ? "" : (const char *)words[i].data));
    return all;
}

bool boot_hidden(const struct boot *boot, struct bytes path)
{
    static const char *const volatile_paths[] = {"var/", "tmp/", "proc/", "sys/",
                                                 "dev/", "run/", "mnt/",  "media/"};
    struct bytes clean = node_path_clean(boot->arena, path);
    const struct system *system = boot->system;

    for (size_t i = 0; i < boot->mount_count; i++)
        if (clean.size > boot->mounts[i].size && bytes_at(clean, boot->mounts[i].size) == '/' &&
            bytes_equal(bytes_slice(clean, 0, boot->mounts[i].size), boot->mounts[i]))
            return true;
    if (system_find(system, path) != NULL)
        return false;
    for (size_t i = 0; i < COUNT_OF(volatile_paths); i++)
        if (bytes_starts(clean, volatile_paths[i]))
            return true;
    /* An empty directory at the top is there to mount something on. */
    struct bytes top = bytes_slice(clean, 0, bytes_find_byte(clean, '/'));
    size_t count;
    const struct system_node *folder = system_at(system, top);
    char *prefix = arena_printf(boot->arena, "%.*s/", (int)top.size, (const char *)top.data);
    return folder != NULL && folder->node->kind == NODE_DIR &&
           system_under(system, prefix, &count) == NULL;
}

void boot_mounted(struct boot *boot, struct bytes path)
{
    struct bytes clean = node_path_clean(boot->arena, path);

    if (bytes_at(path, 0) == '/' && path.size > 1 && !bytes_is(clean, ".") &&
        boot->mount_count < COUNT_OF(boot->mounts))
        boot->mounts[boot->mount_count++] = clean;
}

const struct system_node *boot_program(const struct boot *boot, struct bytes name,
                                       struct bytes *path)
{
    static const char *const folders[] = {"/sbin/",       "/usr/sbin/",       "/bin/",
                                          "/usr/bin/",    "/usr/local/sbin/", "/usr/local/bin/",
                                          "/system/bin/", "/opt/bin/"};

    if (bytes_find_byte(name, '/') != SIZE_MAX) {
        const struct system_node *node = system_find(boot->system, name);
        if (path != NULL)
            *path = name;
        return node != NULL && node->node->kind == NODE_FILE ? node : NULL;
    }
    for (size_t i = 0; i < COUNT_OF(folders) && name.size > 0; i++) {
        struct bytes full = bytes_of(arena_printf(boot->arena, "%s%.*s", folders[i],
                                                  (int)name.size, (const char *)name.data));
        const struct system_node *node = system_find(boot->system, full);
        if (node == NULL || node->node->kind != NODE_FILE)
            continue;
        if (path != NULL)
            *path = full;
        return node;
    }
    if (path != NULL)
        *path = name;
    return NULL;
}

/* Is the file that runs busybox, by link or as another name of the same file? */
static bool is_busybox(const struct boot *boot, const struct system_node *node)
{
    const struct system_node *busybox = system_find_string(boot->system, "/bin/busybox");

    if (node == NULL)
        return false;
    if (bytes_starts(path_base(node->node->path), "busybox"))
        return true;
    return busybox != NULL && busybox->node->has_sha256 && node->node->has_sha256 &&
           bytes_equal(
               bytes_from(busybox->node->sha256.bytes, sizeof busybox->node->sha256.bytes),
               bytes_from(node->node->sha256.bytes, sizeof node->node->sha256.bytes));
}

struct boot_service *boot_start(struct boot *boot, const struct bytes *words, size_t count,
                                enum boot_level level, const char *starter,
                                struct boot_place place)
{
    struct bytes name = count == 0 ? bytes_of("") : path_base(words[0]);
    const struct service_known *known = service_known_find(name);

    if (name.size == 0 || name.size > 255 || level == BOOT_DEAD || place.file == NULL ||
        (known == NULL && service_known_ordinary(name)))
        return NULL;
    for (size_t i = 1; known != NULL && i < count; i++)
        if (service_known_listed(known->once_option, words[i]))
            return NULL;
    if (boot->count >= LIMIT_BOOT_ROWS) {
        boot->limited = true;
        return NULL;
    }
    struct boot_service service = {.name = name,
                                   .word_count = count,
                                   .starter = starter,
                                   .level = level,
                                   .place = place,
                                   .account = bytes_of("root")};
    const struct system_node *node = boot_program(boot, words[0], &service.program);
    service.program = arena_copy(boot->arena, service.program);
    service.words = arena_array(boot->arena, count, sizeof *service.words);
    for (size_t i = 0; i < count; i++)
        service.words[i] = words[i];
    service.arguments = join_words(boot, words, count);
    service.applet = is_busybox(boot, node) && !bytes_starts(name, "busybox");
    service.exists = node != NULL ? 1 : 0;
    bool relative = bytes_at(words[0], 0) != '/' && bytes_find_byte(words[0], '/') != SIZE_MAX;
    if (node == NULL && (!boot->system->complete || relative || boot_hidden(boot, words[0])))
        service.exists = -1;
    boot->services = arena_grow(boot->arena, boot->services, &boot->capacity, boot->count + 1,
                                sizeof *boot->services);
    boot->services[boot->count] = service;
    return &boot->services[boot->count++];
}

static bool is_shell_line(struct bytes content)
{
    struct bytes rest = content, line, word;

    if (!bytes_starts(content, "#!") || !bytes_next_line(&rest, &line))
        return false;
    line = bytes_from_offset(line, 2);
    while (bytes_next_word(&line, &word)) {
        struct bytes base = path_base(word);
        if (bytes_is(base, "sh") || bytes_is(base, "ash") || bytes_is(base, "bash") ||
            bytes_is(base, "dash") || bytes_is(base, "rc.common") || bytes_is(base, "hush"))
            return true;
        if (!bytes_is(base, "env") && !bytes_is(base, "busybox"))
            return false;
    }
    return false;
}

bool boot_is_script(const struct system_node *file)
{
    if (!file->has_content || file->content.size == 0)
        return false;
    if (bytes_starts(file->content, "#!"))
        return is_shell_line(file->content);
    return bytes_is_text(bytes_slice(file->content, 0, 4096));
}

bool boot_keeps(const struct node *node, struct bytes content)
{
    static const char *const paths[] = {
        "lib/lsb/",       "lib/init/",           "lib/functions",
        "usr/lib/lsb/",   "lib/systemd/system/", "usr/lib/systemd/system/",
        "var/spool/cron/"};

    if (bytes_starts(content, "#!"))
        return true;
    if (bytes_find_byte(bytes_slice(content, 0, 512), 0) != SIZE_MAX)
        return false;
    if (bytes_starts(node->path, "etc/") || bytes_ends(node->path, ".sh") ||
        bytes_is(node->path, "init") || bytes_is(node->path, "linuxrc"))
        return true;
    for (size_t i = 0; i < COUNT_OF(paths); i++)
        if (bytes_starts(node->path, paths[i]))
            return true;
    return false;
}

static void machine_begin(struct machine *machine, struct frame *frame, struct boot *boot,
                          enum boot_level level, const char *starter)
{
    *frame =
        (struct frame){.process = true, .base = level, .local = BOOT_SURE, .cap = BOOT_SURE};
    *machine = (struct machine){.boot = boot, .frame = frame, .starter = starter};
}

/* A script knows the variables that its caller exported. */
static void inherit(struct machine *machine, const struct machine *parent)
{
    for (size_t i = 0; parent != NULL && i < parent->variable_count; i++)
        if (parent->variables[i].exported) {
            script_set(machine, parent->variables[i].name, parent->variables[i].value);
            script_export(machine, parent->variables[i].name);
        }
}

/* OpenWrt's rc.common: which function of the script it has read does the starting. */
static void run_common(struct machine *machine, struct bytes action)
{
    struct fields none = {.count = 0};
    enum status ignored;
    bool procd = script_get(machine, bytes_of("USE_PROCD")).text.size > 0;

    if (bytes_is(action, "boot") && script_has_function(machine, "boot"))
        (void)script_call(machine, bytes_of("boot"), &none, &ignored);
    else if (procd)
        (void)script_call(machine, bytes_of("start_service"), &none, &ignored);
    else if (bytes_is(action, "boot") || bytes_is(action, "start"))
        (void)script_call(machine, bytes_of("start"), &none, &ignored);
}

void boot_script(struct boot *boot, const struct system_node *file, const struct bytes *words,
                 size_t count, enum boot_level level, const char *starter)
{
    struct script_source *source = arena_alloc(boot->arena, sizeof *source);
    struct bytes rest = file->content, first = bytes_of("");
    const struct machine *parent = boot->parent;
    struct machine machine;
    struct frame frame;

    boot->parent = NULL; /* it lives on the caller's stack */
    if (boot->depth >= LIMIT_BOOT_DEPTH || boot->nesting >= LIMIT_SCRIPT_CALLS) {
        boot->limited = true;
        return;
    }
    size_t again = 0;
    for (unsigned i = 0; i < boot->depth; i++)
        again += boot->running[i] == file ? 1 : 0;
    if (again >= 2 || !file->has_content)
        return;
    boot->running[boot->depth++] = file;
    machine_begin(&machine, &frame, boot, level,
                  strcmp(starter, "inittab") == 0 ? "rc-script" : starter);
    frame.name = count > 0 ? words[0] : bytes_of("");
    for (size_t i = 1; i < count; i++)
        field_add(&machine, &frame.arguments, field_known(words[i]));
    *source = (struct script_source){.file = file, .content = file->content};
    inherit(&machine, parent);
    (void)script_run(&machine, source);
    (void)bytes_next_line(&rest, &first);
    if (bytes_ends(bytes_trim(first), "/etc/rc.common") && count > 1)
        run_common(&machine, words[1]);
    boot->depth--;
}

void boot_command(struct boot *boot, struct bytes command, enum boot_level level,
                  const char *starter, struct boot_place place)
{
    struct script_source *source = arena_alloc(boot->arena, sizeof *source);
    struct machine machine;
    struct frame frame;

    if (boot->depth >= LIMIT_BOOT_DEPTH) {
        boot->limited = true;
        return;
    }
    boot->running[boot->depth++] = place.file;
    machine_begin(&machine, &frame, boot, level, starter);
    *source =
        (struct script_source){.file = place.file, .content = command, .line = place.line};
    (void)script_run(&machine, source);
    boot->depth--;
}

/* Drops what does not stay, and what was noted before at the same place. */
static void settle(struct boot *boot)
{
    size_t kept = 0;

    for (size_t i = 0; i < boot->count; i++) {
        struct boot_service *service = &boot->services[i];
        bool same = false;
        if (!service->daemon && service_known_find(service->name) == NULL)
            continue;
        for (size_t k = 0; k < kept && !same; k++) {
            struct boot_service *other = &boot->services[k];
            same = bytes_equal(other->program, service->program) &&
                   bytes_equal(other->arguments, service->arguments) &&
                   bytes_equal(other->console, service->console) &&
                   bytes_equal(other->service, service->service) &&
                   other->port == service->port;
            if (same && service->level > other->level)
                *other = *service;
        }
        if (!same)
            boot->services[kept++] = *service;
    }
    boot->count = kept;
}

/* Mounts of /etc/fstab, for `mount -a`. */
static void read_fstab(struct boot *boot)
{
    const struct system_node *node = system_find_string(boot->system, "/etc/fstab");
    struct bytes rest = node == NULL ? bytes_of("") : node->content, line, word;

    while (bytes_next_line(&rest, &line))
        if (bytes_at(bytes_trim(line), 0) != '#' && bytes_next_word(&line, &word) &&
            bytes_next_word(&line, &word))
            boot_mounted(boot, word);
}

static void walk_init_script(struct boot *boot)
{
    static const char *const paths[] = {"/init", "/linuxrc"};

    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        struct bytes path = bytes_of(paths[i]);
        const struct system_node *node = system_find(boot->system, path);
        if (node != NULL && boot_is_script(node)) {
            boot_script(boot, node, &path, 1, BOOT_SURE, "rc-script");
            return;
        }
    }
}

struct boot *boot_walk(const struct system *system, struct arena *arena)
{
    struct boot *boot = arena_alloc(arena, sizeof *boot);

    boot->system = system;
    boot->arena = arena;
    boot->memory = arena_used(arena);
    read_fstab(boot);
    walk_init_script(boot);
    if (!unit_walk(boot) && !inittab_walk(boot))
        sysv_walk(boot, 0);
    sysv_disabled(boot);
    inetd_walk(boot);
    cron_walk(boot);
    settle(boot);
    return boot;
}
