#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "inspect/service_known.h"
#include "inspect/service_script.h"

/* systemd: the closure of default.target over wants, requires and the .wants directories. */

static const char *const folders[] = {"etc/systemd/system/", "usr/local/lib/systemd/system/",
                                      "usr/lib/systemd/system/", "lib/systemd/system/"};

struct unit {
    struct bytes name;     /* getty@tty1.service */
    struct bytes instance; /* tty1 */
    const struct system_node *file;
};

struct closure {
    struct boot *boot;
    struct bytes names[LIMIT_BOOT_UNITS];
    enum boot_level levels[LIMIT_BOOT_UNITS];
    size_t count;
};

static struct bytes suffix(struct bytes name)
{
    size_t at = name.size;

    while (at > 0 && bytes_at(name, at - 1) != '.')
        at--;
    return bytes_from_offset(name, at);
}

static bool is_masked(struct boot *boot, const char *path)
{
    const struct system_node *at =
        system_at(boot->system, node_path_clean(boot->arena, bytes_of(path)));

    return at != NULL && at->node->kind == NODE_LINK && bytes_is(at->node->target, "/dev/null");
}

/* Finds the file of a unit, or of its template. False: none, or masked. */
static bool find_unit(struct boot *boot, struct bytes name, struct unit *unit)
{
    size_t sign = bytes_find_byte(name, '@');

    *unit = (struct unit){.name = name};
    for (size_t pass = 0; pass < 2; pass++) {
        struct bytes wanted = name;
        if (pass == 1) {
            if (sign == SIZE_MAX)
                return false;
            struct bytes ending = suffix(name);
            unit->instance = bytes_slice(name, sign + 1, name.size - sign - 2 - ending.size);
            wanted = bytes_of(arena_printf(boot->arena, "%.*s@.%.*s", (int)sign,
                                           (const char *)name.data, (int)ending.size,
                                           (const char *)ending.data));
        }
        for (size_t i = 0; i < COUNT_OF(folders); i++) {
            char *path = arena_printf(boot->arena, "/%s%.*s", folders[i], (int)wanted.size,
                                      (const char *)wanted.data);
            if (is_masked(boot, path))
                return false;
            unit->file = system_find_string(boot->system, path);
            if (unit->file != NULL && unit->file->has_content)
                return true;
        }
    }
    return false;
}

/* The next "Key=value" of a unit file. */
static bool next_setting(struct bytes *rest, struct bytes *key, struct bytes *value,
                         struct bytes *line)
{
    while (bytes_next_line(rest, line)) {
        size_t equals = bytes_find_byte(*line, '=');
        uint8_t first = bytes_at(*line, 0);
        if (equals == SIZE_MAX || first == '#' || first == ';')
            continue;
        *key = bytes_trim(bytes_slice(*line, 0, equals));
        *value = bytes_trim(bytes_from_offset(*line, equals + 1));
        return true;
    }
    return false;
}

static struct bytes setting(const struct system_node *file, const char *name)
{
    struct bytes rest = file->content, key, value, line, found = bytes_of("");

    while (next_setting(&rest, &key, &value, &line))
        if (bytes_is(key, name))
            found = value;
    return found;
}

static void want(struct closure *closure, struct bytes name, enum boot_level level)
{
    if (name.size == 0 || name.size > 255 || bytes_find_byte(name, '.') == SIZE_MAX)
        return;
    for (size_t i = 0; i < closure->count; i++)
        if (bytes_equal(closure->names[i], name))
            return;
    if (closure->count == LIMIT_BOOT_UNITS) {
        closure->boot->limited = true;
        return;
    }
    closure->levels[closure->count] = level;
    closure->names[closure->count++] = name;
}

/* What stands in NAME.wants/ and NAME.requires/ of every folder. */
static void want_folders(struct closure *closure, struct bytes name, enum boot_level level)
{
    static const char *const kinds[] = {"wants", "requires"};
    struct boot *boot = closure->boot;
    size_t count;

    for (size_t i = 0; i < COUNT_OF(folders) * COUNT_OF(kinds); i++) {
        char *prefix = arena_printf(boot->arena, "%s%.*s.%s/", folders[i / 2], (int)name.size,
                                    (const char *)name.data, kinds[i % 2]);
        const struct system_node *nodes = system_under(boot->system, prefix, &count);
        for (size_t k = 0; k < count; k++)
            want(closure, path_base(nodes[k].node->path), level);
    }
}

/* Is this a condition that may only be true on some device, or on some of its starts? */
static bool is_open_condition(struct bytes key, struct bytes value)
{
    static const char *const keys[] = {
        "ConditionKernelCommandLine", "ConditionEnvironment",     "ConditionHost",
        "ConditionFirstBoot",         "ConditionFileNotEmpty",    "ConditionDirectoryNotEmpty",
        "ConditionPathExistsGlob",    "ConditionPathIsDirectory", "ConditionPathIsMountPoint",
        "ConditionNeedsUpdate",       "ConditionACPower",         "ConditionPathIsSymbolicLink",
        "ConditionVirtualization",    "ConditionCredential",      "ExecCondition",
    };

    if (bytes_at(value, 0) == '!' || bytes_is(value, "no") || value.size == 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (bytes_is(key, keys[i]))
            return true;
    return false;
}

/* ConditionPathExists and its kin, as far as files decide them. */
static enum boot_level condition(struct boot *boot, const struct unit *unit)
{
    struct bytes rest = unit->file->content, key, value, line;
    enum boot_level level = BOOT_SURE;

    while (next_setting(&rest, &key, &value, &line)) {
        if (is_open_condition(key, value))
            level = level < BOOT_MAYBE ? level : BOOT_MAYBE;
        if (!bytes_is(key, "ConditionPathExists") &&
            !bytes_is(key, "ConditionFileIsExecutable"))
            continue;
        bool either = bytes_at(value, 0) == '|'; /* one of those marked so is enough */
        if (either)
            value = bytes_from_offset(value, 1);
        bool negated = bytes_at(value, 0) == '!';
        struct bytes path = bytes_from_offset(value, negated ? 1 : 0);
        bool there = system_find(boot->system, path) != NULL;
        if (either && there == negated)
            level = level < BOOT_MAYBE ? level : BOOT_MAYBE;
        else if (!there && boot_hidden(boot, path))
            level = level < BOOT_MAYBE ? level : BOOT_MAYBE;
        else if (there == negated)
            return BOOT_OFF;
    }
    return level;
}

/* %i and %I replaced by the instance. */
static struct bytes with_instance(struct boot *boot, struct bytes text, struct bytes instance)
{
    for (unsigned i = 0; i < 8; i++) {
        size_t at = bytes_find_string(text, "%I");
        size_t small = bytes_find_string(text, "%i");
        at = at < small ? at : small;
        if (at == SIZE_MAX)
            return text;
        struct bytes after = bytes_from_offset(text, at + 2);
        text = bytes_of(arena_printf(
            boot->arena, "%.*s%.*s%.*s", (int)at, (const char *)text.data, (int)instance.size,
            instance.size == 0 ? "" : (const char *)instance.data, (int)after.size,
            after.size == 0 ? "" : (const char *)after.data));
    }
    return text;
}

/* Adds what Environment= sets to TEXT, as a shell assigns. One with odd quotes is left out. */
static void add_environment(const struct system_node *file, struct text *text)
{
    struct bytes rest = file->content, key, value, line, name;

    while (next_setting(&rest, &key, &value, &line)) {
        bool quoted = bytes_at(value, 0) == '"' && bytes_at(value, value.size - 1) == '"';
        if (!bytes_is(key, "Environment"))
            continue;
        if (quoted && value.size > 1)
            value = bytes_slice(value, 1, value.size - 2);
        if (bytes_find_byte(value, '"') != SIZE_MAX ||
            bytes_find_byte(value, '\'') != SIZE_MAX ||
            bytes_find_byte(value, '\\') != SIZE_MAX)
            continue;
        if (!quoted)
            text_addf(text, "%.*s\n", (int)value.size, (const char *)value.data);
        else if (bytes_next_field(&value, '=', &name))
            text_addf(text, "%.*s='%.*s'\n", (int)name.size, (const char *)name.data,
                      (int)value.size, value.size == 0 ? "" : (const char *)value.data);
    }
}

/* Runs the command of an ExecStart line, with the variables of its unit and EnvironmentFile. */
static void exec_start(struct boot *boot, const struct unit *unit, struct bytes command,
                       enum boot_level level, struct boot_place place)
{
    struct bytes file = setting(unit->file, "EnvironmentFile");
    const struct system_node *environment = NULL;
    owned(text) text = text_new();

    if (bytes_at(file, 0) == '-')
        file = bytes_from_offset(file, 1);
    if (file.size > 0)
        environment = system_find(boot->system, file);
    if (unit->file->content.size < 65536)
        add_environment(unit->file, text);
    if (environment != NULL && environment->has_content && environment->content.size < 65536)
        text_addf(text, "%.*s\n", (int)environment->content.size,
                  environment->content.size == 0 ? ""
                                                 : (const char *)environment->content.data);
    text_addf(text, "%.*s", (int)command.size, (const char *)command.data);
    boot_command(boot, bytes_of(arena_string(boot->arena, text_bytes(text))), level, "systemd",
                 place);
}

/* The file that says what a unit runs: the last drop-in with a command, or else its own. */
static const struct system_node *command_file(struct boot *boot, const struct unit *unit)
{
    struct bytes own = path_base(unit->file->node->path);
    const struct system_node *found = unit->file;
    size_t count;

    for (size_t pass = 0; pass < 2; pass++) {
        struct bytes name = pass == 0 ? own : unit->name;
        for (size_t i = COUNT_OF(folders); i > 0; i--) {
            char *prefix = arena_printf(boot->arena, "%s%.*s.d/", folders[i - 1],
                                        (int)name.size, (const char *)name.data);
            const struct system_node *nodes = system_under(boot->system, prefix, &count);
            for (size_t k = 0; k < count; k++)
                if (nodes[k].has_content && bytes_ends(nodes[k].node->path, ".conf") &&
                    setting(&nodes[k], "ExecStart").size > 0)
                    found = &nodes[k];
        }
    }
    return found;
}

static void socket_of(struct closure *closure, const struct unit *unit,
                      struct boot_service *service)
{
    struct boot *boot = closure->boot;
    struct bytes stem = bytes_slice(unit->name, 0, unit->name.size - strlen(".service"));
    if (stem.size > 0 && bytes_at(stem, stem.size - 1) == '@')
        stem.size--; /* a template, one instance a connection */
    struct bytes name = bytes_of(
        arena_printf(boot->arena, "%.*s.socket", (int)stem.size, (const char *)stem.data));
    struct unit socket;
    uint64_t port;

    for (size_t i = 0; i < closure->count; i++) {
        if (!bytes_equal(closure->names[i], name) || !find_unit(boot, name, &socket))
            continue;
        bool udp = setting(socket.file, "ListenStream").size == 0;
        struct bytes listen = setting(socket.file, udp ? "ListenDatagram" : "ListenStream");
        size_t colon = listen.size;
        while (colon > 0 && bytes_at(listen, colon - 1) != ':')
            colon--;
        if (!bytes_to_u64(bytes_from_offset(listen, colon), &port) || port == 0 || port > 65535)
            continue;
        service->port = (int)port;
        service->transport = udp ? "udp" : "tcp";
        if (colon > 1)
            service->address = bytes_slice(listen, 0, colon - 1);
    }
}

static void start_unit(struct closure *closure, const struct unit *unit, enum boot_level level)
{
    struct boot *boot = closure->boot;
    const struct system_node *file = command_file(boot, unit);
    struct bytes rest = file->content, key, value, line;
    struct bytes user = setting(unit->file, "User"), type = setting(unit->file, "Type");
    enum boot_level allowed = condition(boot, unit);

    level = level < allowed ? level : allowed;
    while (next_setting(&rest, &key, &value, &line)) {
        size_t first = boot->count;
        if (!bytes_is(key, "ExecStart"))
            continue;
        while (value.size > 0 &&
               bytes_find_byte(bytes_of("-@:+!"), bytes_at(value, 0)) != SIZE_MAX)
            value = bytes_from_offset(value, 1);
        exec_start(boot, unit, with_instance(boot, value, unit->instance), level,
                   (struct boot_place){file, line});
        for (size_t i = first; i < boot->count; i++) {
            struct boot_service *service = &boot->services[i];
            service->daemon |= !bytes_is(type, "oneshot");
            service->starter = "systemd";
            if (user.size > 0)
                service->account = user;
            socket_of(closure, unit, service);
            if (bytes_ends(service->name, "getty"))
                service->console =
                    unit->instance.size > 0 ? unit->instance : bytes_of("console");
        }
    }
}

static void follow(struct closure *closure, const struct unit *unit, enum boot_level level)
{
    static const char *const keys[] = {"Wants", "Requires", "BindsTo", "Upholds", "Sockets"};
    struct bytes rest = unit->file->content, key, value, line, word;

    while (next_setting(&rest, &key, &value, &line))
        for (size_t i = 0; i < COUNT_OF(keys); i++)
            while (bytes_is(key, keys[i]) && bytes_next_word(&value, &word))
                want(closure, word, level);
    want_folders(closure, unit->name, level);
    struct bytes real = path_base(unit->file->node->path);
    if (!bytes_equal(real, unit->name)) /* an alias: multi-user.target as default.target */
        want_folders(closure, real, level);
    if (bytes_is(suffix(unit->name), "socket")) {
        struct bytes stem = bytes_slice(unit->name, 0, unit->name.size - 7);
        bool each = bytes_is(setting(unit->file, "Accept"), "yes");
        struct bytes service = setting(unit->file, "Service");
        if (service.size == 0)
            service =
                bytes_of(arena_printf(closure->boot->arena, "%.*s%s.service", (int)stem.size,
                                      (const char *)stem.data, each ? "@" : ""));
        want(closure, service, level);
    }
}

static bool has_systemd(const struct boot *boot)
{
    return system_find_string(boot->system, "/lib/systemd/systemd") != NULL ||
           system_find_string(boot->system, "/usr/lib/systemd/systemd") != NULL;
}

/* Units that are there and that nothing wants. */
static void disabled_units(struct closure *closure)
{
    struct boot *boot = closure->boot;
    size_t count, wanted = closure->count;

    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        const struct system_node *nodes = system_under(boot->system, folders[i], &count);
        size_t skip = bytes_of(folders[i]).size;
        for (size_t k = 0; k < count; k++) {
            struct bytes name = bytes_from_offset(nodes[k].node->path, skip);
            struct unit unit;
            bool known = bytes_find_byte(name, '/') != SIZE_MAX ||
                         !bytes_ends(name, ".service") ||
                         bytes_find_byte(name, '@') != SIZE_MAX;
            for (size_t n = 0; n < wanted && !known; n++)
                known = bytes_equal(closure->names[n], name);
            if (known || !find_unit(boot, name, &unit) ||
                !bytes_equal(path_base(unit.file->node->path), name))
                continue;
            size_t first = boot->count, kept = first;
            start_unit(closure, &unit, BOOT_OFF);
            for (size_t s = first; s < boot->count; s++)
                if (boot->services[s].exists == 1 && service_known_find(boot->services[s].name))
                    boot->services[kept++] = boot->services[s];
            boot->count = kept;
        }
    }
}

bool unit_walk(struct boot *boot)
{
    struct closure *closure;

    if (!has_systemd(boot))
        return false;
    closure = arena_alloc(boot->arena, sizeof *closure);
    closure->boot = boot;
    want(closure, bytes_of("sysinit.target"), BOOT_SURE);
    want(closure, bytes_of("basic.target"), BOOT_SURE);
    want(closure, bytes_of("default.target"), BOOT_SURE);
    for (size_t i = 0; i < closure->count; i++) {
        struct unit unit;
        if (!find_unit(boot, closure->names[i], &unit))
            continue;
        follow(closure, &unit, closure->levels[i]);
    }
    for (size_t i = 0; i < closure->count; i++) {
        struct unit unit;
        if (bytes_is(suffix(closure->names[i]), "service") &&
            find_unit(boot, closure->names[i], &unit))
            start_unit(closure, &unit, closure->levels[i]);
    }
    disabled_units(closure);
    return true;
}
