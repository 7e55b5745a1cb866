#include "inspect/service_boot.h"
#include "inspect/service_known.h"

/*
 * inittab of sysvinit and busybox, and the directories of init scripts: rcN.d links (sysvinit),
 * rc.d/S* (OpenWrt), or whatever rcS itself runs.
 */

static const struct system_node *find(const struct boot *boot, const char *path)
{
    return system_find_string(boot->system, path);
}

static bool is_one(struct bytes word, const char *list)
{
    return service_known_listed(list, word);
}

/* The terminal a getty or shell sits on. */
static struct bytes console_of(const struct boot_service *service, struct bytes id)
{
    for (size_t i = 1; i < service->word_count; i++) {
        struct bytes word = service->words[i];
        if (bytes_starts(word, "/dev/"))
            word = bytes_from_offset(word, 5);
        if (bytes_starts(word, "tty") || bytes_is(word, "console") || bytes_starts(word, "hvc"))
            return word;
    }
    if (bytes_starts(id, "tty") || bytes_is(id, "console"))
        return id;
    return bytes_of(
        bytes_is(service->name, "getty") || bytes_is(service->name, "agetty") ? "" : "console");
}

#define TERMINAL_PROGRAMS                                                               \
    "sh ash bash dash hush login getty agetty mingetty ngetty mgetty sulogin login.sh " \
    "cttyhack"

/* A shell, login or getty on a terminal. */
static void start_terminal(struct boot *boot, struct bytes process, struct bytes id, bool ask,
                           struct boot_place place)
{
    struct bytes words[32], rest = process;
    size_t count = 0;

    while (count < COUNT_OF(words) && bytes_next_word(&rest, &words[count])) {
        if (bytes_at(words[count], 0) == '#')
            break;
        count++;
    }
    struct boot_service *service = boot_start(boot, words, count, BOOT_SURE, "inittab", place);
    if (service == NULL)
        return;
    service->daemon = true;
    service->askfirst = ask;
    service->console = console_of(service, id);
}

static void inittab_entry(struct boot *boot, struct bytes line, uint8_t runlevel, bool busybox,
                          struct boot_place place)
{
    struct bytes rest = line, id, levels, action, command;

    if (!bytes_next_field(&rest, ':', &id) || !bytes_next_field(&rest, ':', &levels) ||
        !bytes_next_field(&rest, ':', &action))
        return;
    bool stays = is_one(action, "respawn askfirst askconsole askconsolelate respawnlate");
    bool early = is_one(action, "sysinit boot bootwait");
    bool ask = bytes_starts(action, "ask");
    if (!stays && !early && !is_one(action, "wait once"))
        return;
    if (!busybox && !early && levels.size > 0 && bytes_find_byte(levels, runlevel) == SIZE_MAX)
        return;
    rest = bytes_trim(rest);
    if (bytes_at(rest, 0) == '-' || bytes_at(rest, 0) == '@' || bytes_at(rest, 0) == '+')
        rest = bytes_from_offset(rest, 1);
    struct bytes first = rest;
    if (!bytes_next_word(&first, &command))
        return;
    if (stays && is_one(path_base(command), TERMINAL_PROGRAMS)) {
        struct bytes more;
        bool script = bytes_next_word(&first, &more) &&
                      is_one(path_base(command), "sh ash bash") && bytes_at(more, 0) != '#';
        if (!script) {
            start_terminal(boot, rest, id, ask, place);
            return;
        }
    }
    size_t before = boot->count;
    struct bytes base = path_base(command);
    struct bytes argument;
    if (is_one(base, "rc") && bytes_next_word(&first, &argument) && argument.size == 1)
        sysv_walk(boot, bytes_at(argument, 0));
    boot_command(boot, rest, BOOT_SURE, "inittab", place);
    for (size_t i = before; i < boot->count && stays; i++)
        boot->services[i].daemon = true;
}

static uint8_t default_runlevel(struct bytes content)
{
    struct bytes line, id, levels, action;

    while (bytes_next_line(&content, &line))
        if (bytes_at(line, 0) != '#' && bytes_next_field(&line, ':', &id) &&
            bytes_next_field(&line, ':', &levels) && bytes_next_field(&line, ':', &action) &&
            bytes_is(action, "initdefault"))
            return bytes_at(levels, 0);
    return 0;
}

/* What busybox does without an inittab. */
static bool busybox_default(struct boot *boot)
{
    const struct system_node *init = find(boot, "/sbin/init");
    const struct system_node *rcs = find(boot, "/etc/init.d/rcS");
    const struct bytes path = bytes_of("/etc/init.d/rcS");

    if (init == NULL || !bytes_starts(path_base(init->node->path), "busybox"))
        return false;
    if (rcs != NULL)
        boot_script(boot, rcs, &path, 1, BOOT_SURE, "rc-script");
    start_terminal(boot, bytes_of("/bin/sh"), bytes_of("console"), true,
                   (struct boot_place){.file = init});
    return true;
}

bool inittab_walk(struct boot *boot)
{
    const struct system_node *node = find(boot, "/etc/inittab");
    const struct system_node *init = find(boot, "/sbin/init");
    struct bytes rest, line;

    if (node == NULL || !node->has_content)
        return busybox_default(boot);
    uint8_t runlevel = default_runlevel(node->content);
    bool busybox = runlevel == 0;
    if (init != NULL && bytes_starts(path_base(init->node->path), "busybox"))
        busybox = true;
    if (!busybox)
        sysv_walk(boot, 'S');
    rest = node->content;
    while (bytes_next_line(&rest, &line)) {
        struct bytes trimmed = bytes_trim(line);
        if (trimmed.size == 0 || bytes_at(trimmed, 0) == '#')
            continue;
        /* OpenWrt: procd runs rc.d itself where the line says "rcS S boot". */
        if (bytes_ends(trimmed, "rcS S boot")) {
            sysv_walk(boot, 'S');
            continue;
        }
        inittab_entry(boot, trimmed, runlevel, busybox, (struct boot_place){node, line});
    }
    return true;
}

/* Runs every S link of a directory in the order of its names. */
static void walk_links(struct boot *boot, const char *prefix, const char *action,
                       const char *starter)
{
    size_t count;
    const struct system_node *nodes = system_under(boot->system, prefix, &count);
    size_t skip = bytes_of(prefix).size;

    for (size_t i = 0; i < count; i++) {
        struct bytes name = bytes_from_offset(nodes[i].node->path, skip);
        struct bytes path =
            bytes_of(arena_printf(boot->arena, "/%.*s", (int)nodes[i].node->path.size,
                                  (const char *)nodes[i].node->path.data));
        const struct bytes words[] = {path, bytes_of(action)};
        const struct system_node *script = system_find(boot->system, path);
        if (bytes_at(name, 0) != 'S' || bytes_find_byte(name, '/') != SIZE_MAX ||
            script == NULL || !boot_is_script(script))
            continue;
        boot_script(boot, script, words, COUNT_OF(words), BOOT_SURE, starter);
    }
}

void sysv_walk(struct boot *boot, int runlevel)
{
    static const char *const scripts[] = {"/etc/init.d/rcS", "/etc/rc.d/rcS", "/etc/rc",
                                          "/etc/rc.sysinit", "/etc/rc.local"};
    size_t count;

    if (runlevel == 'S' && find(boot, "/etc/rc.common") != NULL) {
        walk_links(boot, "etc/rc.d/", "boot", "procd");
        return;
    }
    if (runlevel != 0) {
        walk_links(boot, arena_printf(boot->arena, "etc/rc%c.d/", runlevel), "start", "sysv");
        walk_links(boot, arena_printf(boot->arena, "etc/rc.d/rc%c.d/", runlevel), "start",
                   "sysv");
        return;
    }
    if (system_under(boot->system, "etc/rcS.d/", &count) != NULL ||
        system_under(boot->system, "etc/rc2.d/", &count) != NULL) {
        walk_links(boot, "etc/rcS.d/", "start", "sysv");
        walk_links(boot, "etc/rc2.d/", "start", "sysv");
    }
    for (size_t i = 0; i < COUNT_OF(scripts); i++) {
        const struct system_node *node = find(boot, scripts[i]);
        const struct bytes path = bytes_of(scripts[i]);
        if (node == NULL || !boot_is_script(node))
            continue;
        /* No inittab says so: init is one we do not know, but these names are hard to misread. */
        boot_script(boot, node, &path, 1, BOOT_MAYBE, "rc-script");
        return;
    }
}

/* Is there a row for NAME among the first COUNT? */
static bool noted(const struct boot *boot, size_t count, struct bytes name)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(boot->services[i].name, name))
            return true;
    return false;
}

/* systemd starts a script that is linked in rc2.d and has no unit of its own. */
static bool systemd_runs(const struct boot *boot, struct bytes name)
{
    static const char *const units[] = {"/etc/systemd/system/", "/lib/systemd/system/",
                                        "/usr/lib/systemd/system/"};
    size_t count;
    const struct system_node *links = system_under(boot->system, "etc/rc2.d/", &count);

    if (find(boot, "/lib/systemd/systemd") == NULL &&
        find(boot, "/usr/lib/systemd/systemd") == NULL)
        return false;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        char *path = arena_printf(boot->arena, "%s%.*s.service", units[i], (int)name.size,
                                  (const char *)name.data);
        if (system_at(boot->system, node_path_clean(boot->arena, bytes_of(path))) != NULL)
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct bytes base = path_base(links[i].node->path);
        if (bytes_at(base, 0) == 'S' && bytes_equal(bytes_from_offset(base, 3), name))
            return true;
    }
    return false;
}

void sysv_disabled(struct boot *boot)
{
    size_t count;
    const struct system_node *nodes = system_under(boot->system, "etc/init.d/", &count);
    bool common = find(boot, "/etc/rc.common") != NULL;

    for (size_t i = 0; i < count; i++) {
        struct bytes path = nodes[i].node->path;
        const struct bytes words[] = {
            bytes_of(
                arena_printf(boot->arena, "/%.*s", (int)path.size, (const char *)path.data)),
            bytes_of("start")};
        struct bytes base = path_base(path);
        if (is_one(base, "rcS rcK rc rc.local README functions skeleton") ||
            !boot_is_script(&nodes[i]) || !bytes_starts(nodes[i].content, "#!"))
            continue;
        size_t before = boot->count, kept = before;
        enum boot_level level = systemd_runs(boot, base) ? BOOT_SURE : BOOT_OFF;
        boot_script(boot, &nodes[i], words, COUNT_OF(words), level, common ? "procd" : "sysv");
        for (size_t k = before; k < boot->count; k++)
            if (boot->services[k].exists == 1 && service_known_find(boot->services[k].name) &&
                !noted(boot, before, boot->services[k].name))
                boot->services[kept++] = boot->services[k];
        boot->count = kept;
    }
}
