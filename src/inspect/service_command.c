#include <string.h>

#include "base/limits.h"
#include "inspect/service_known.h"
#include "inspect/service_script.h"

/* Commands that succeed on a sound device, so that what && joins to them is certain. */
static const char *const succeeding[] = {
    "mount",    "mkdir",  "echo",     "printf",   "cd",       "cp",     "ln",    "chmod",
    "chown",    "touch",  "insmod",   "modprobe", "ifconfig", "ip",     "route", "sleep",
    "hostname", "umask",  "rm",       "mknod",    "sysctl",   "export", "sync",  "logger",
    "cat",      "ulimit", "iptables", "mv",       "install",  "mdev",   "set",   "swapon",
    "date",     "stty",   "tar",      "usleep",
};

static bool is_one_of(struct bytes name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_is(name, list[i]))
            return true;
    return false;
}

static struct fields after(const struct fields *words, size_t skip)
{
    struct fields rest = *words;

    skip = skip < words->count ? skip : words->count;
    rest.items = words->items + skip;
    rest.count = words->count - skip;
    rest.capacity = rest.count;
    return rest;
}

static const struct bytes *texts(struct machine *machine, const struct fields *words)
{
    struct bytes *list = arena_array(machine->boot->arena, words->count + 1, sizeof *list);

    for (size_t i = 0; i < words->count; i++)
        list[i] = words->items[i].text;
    return list;
}

/* A relative path is taken from where the script has gone. */
static void make_absolute(struct machine *machine, struct field *first)
{
    struct field folder = script_get(machine, bytes_of("PWD"));

    if (bytes_at(first->text, 0) == '/' || bytes_find_byte(first->text, '/') == SIZE_MAX ||
        folder.unknown || bytes_at(folder.text, 0) != '/')
        return;
    struct bytes full = bytes_of(arena_printf(
        machine->boot->arena, "%.*s/%.*s", (int)folder.text.size,
        (const char *)folder.text.data, (int)first->text.size, (const char *)first->text.data));
    struct bytes clean = node_path_clean(machine->boot->arena, full);
    first->text = bytes_of(
        arena_printf(machine->boot->arena, "/%.*s", (int)clean.size, (const char *)clean.data));
}

/* killall NAME, pkill NAME: what was started before need not be there any more. */
static void run_kill(struct boot *boot, const struct fields *words)
{
    static const char *const harmless[] = {"-0",    "-1",      "-10",      "-12",
                                           "-HUP",  "-l",      "-USR1",    "-USR2",
                                           "-CONT", "-SIGHUP", "-SIGUSR1", "-V"};

    for (size_t i = 1; i < words->count; i++) {
        if (is_one_of(words->items[i].text, harmless, COUNT_OF(harmless)))
            return;
        for (size_t k = 0; k < boot->count; k++)
            if (bytes_equal(boot->services[k].name, path_base(words->items[i].text)))
                boot->services[k].level = boot_lower(boot->services[k].level, BOOT_MAYBE);
    }
}

/* A program of the system, or a script of it, which is followed. */
static enum status run_program(struct parser *p, struct fields *words, struct bytes part,
                               bool daemon, struct bytes account)
{
    struct machine *machine = p->machine;
    enum boot_level level = script_level(machine);
    struct bytes name = path_base(words->items[0].text);

    make_absolute(machine, &words->items[0]);
    struct field first = words->items[0];
    if (first.unknown || name.size == 0 || level == BOOT_DEAD)
        return STATUS_UNKNOWN;
    if (first.unsure && level > BOOT_MAYBE)
        level = BOOT_MAYBE;
    if (bytes_is(name, "mount") && words->count > 2)
        boot_mounted(machine->boot, words->items[words->count - 1].text);
    if (level > BOOT_OFF && (bytes_is(name, "killall") || bytes_is(name, "pkill")))
        run_kill(machine->boot, words);
    const struct system_node *node = boot_program(machine->boot, first.text, NULL);
    if (node != NULL && boot_is_script(node)) {
        machine->boot->parent = machine;
        boot_script(machine->boot, node, texts(machine, words), words->count, level,
                    machine->starter);
        return STATUS_UNKNOWN;
    }
    struct boot_service *service =
        boot_start(machine->boot, texts(machine, words), words->count, level, machine->starter,
                   script_place(p, part));
    if (service != NULL) {
        service->daemon |= daemon;
        if (account.size > 0)
            service->account = account;
    }
    return is_one_of(name, succeeding, COUNT_OF(succeeding)) ? STATUS_TRUE : STATUS_UNKNOWN;
}

/* start-stop-daemon, Debian's and busybox's. */
struct ssd {
    struct bytes program, account;
    bool stop;
    size_t rest; /* index of the first argument of the program */
};

static void ssd_option(struct ssd *ssd, uint8_t letter, struct bytes value)
{
    if (letter == 'x' || (letter == 'a' && value.size > 0))
        ssd->program = value;
    else if (letter == 'c')
        ssd->account = bytes_slice(value, 0, bytes_find_byte(value, ':'));
}

static bool ssd_long(struct ssd *ssd, const struct fields *words, size_t *i)
{
    static const struct {
        const char *name;
        uint8_t letter;
    } options[] = {
        {"--exec", 'x'},      {"--startas", 'a'}, {"--chuid", 'c'},     {"--name", 'n'},
        {"--pidfile", 'p'},   {"--user", 'u'},    {"--chdir", 'd'},     {"--group", 'g'},
        {"--nicelevel", 'N'}, {"--umask", 'k'},   {"--signal", 's'},    {"--retry", 'R'},
        {"--chroot", 'r'},    {"--output", 'O'},  {"--procsched", 'P'}, {"--iosched", 'I'}};
    struct bytes word = words->items[*i].text;
    size_t equals = bytes_find_byte(word, '=');
    struct bytes name = bytes_slice(word, 0, equals);

    if (!bytes_starts(word, "--"))
        return false;
    ssd->stop |= bytes_is(word, "--stop") || bytes_is(word, "--status");
    for (size_t k = 0; k < COUNT_OF(options); k++)
        if (bytes_is(name, options[k].name)) {
            struct bytes value = bytes_from_offset(word, name.size + 1);
            if (equals == SIZE_MAX && *i + 1 < words->count)
                value = words->items[++*i].text;
            ssd_option(ssd, options[k].letter, value);
        }
    return true;
}

static void ssd_short(struct ssd *ssd, const struct fields *words, size_t *i)
{
    struct bytes word = words->items[*i].text;

    for (size_t k = 1; k < word.size; k++) {
        uint8_t letter = bytes_at(word, k);
        ssd->stop |= letter == 'K' || letter == 'T';
        if (bytes_find_byte(bytes_of("xacnpudgNksRrOPI"), letter) == SIZE_MAX)
            continue;
        struct bytes value = bytes_from_offset(word, k + 1);
        if (value.size == 0 && *i + 1 < words->count)
            value = words->items[++*i].text;
        ssd_option(ssd, letter, value);
        return;
    }
}

static enum status run_ssd(struct parser *p, const struct fields *words, struct bytes part)
{
    struct ssd ssd = {.rest = words->count};
    struct fields command = {.count = 0};

    for (size_t i = 1; i < words->count; i++) {
        struct bytes word = words->items[i].text;
        if (bytes_is(word, "--") || bytes_at(word, 0) != '-') {
            ssd.rest = bytes_is(word, "--") ? i + 1 : i;
            break;
        }
        if (!ssd_long(&ssd, words, &i))
            ssd_short(&ssd, words, &i);
    }
    if (ssd.stop || ssd.program.size == 0)
        return STATUS_TRUE;
    field_add(p->machine, &command, field_known(ssd.program));
    for (size_t i = 1; i < words->count; i++)
        if (bytes_equal(words->items[i].text, ssd.program))
            command.items[0] = words->items[i];
    for (size_t i = ssd.rest; i < words->count; i++)
        field_add(p->machine, &command, words->items[i]);
    (void)run_program(p, &command, part, true, ssd.account);
    return STATUS_TRUE;
}

/* A text that is run where it stands: eval, sh -c, su -c. */
static enum status run_text(struct parser *p, struct field text, struct bytes part,
                            bool process)
{
    struct machine *machine = p->machine;
    struct boot_place place = script_place(p, part);
    struct script_source *source = arena_alloc(machine->boot->arena, sizeof *source);

    if (text.unknown || machine->boot->nesting >= LIMIT_SCRIPT_CALLS)
        return STATUS_UNKNOWN;
    *source =
        (struct script_source){.file = place.file, .content = text.text, .line = place.line};
    if (process) {
        boot_command(machine->boot, text.text, script_level(machine), machine->starter, place);
        return STATUS_UNKNOWN;
    }
    machine->boot->nesting++;
    enum status status = script_run(machine, source);
    machine->boot->nesting--;
    return status;
}

static enum status run_eval(struct parser *p, const struct fields *words, struct bytes part)
{
    struct field all = {.unknown = false};
    struct arena *arena = p->machine->boot->arena;

    for (size_t i = 1; i < words->count && all.text.size < LIMIT_SCRIPT_FIELD; i++) {
        struct bytes more = words->items[i].text;
        all.unknown |= words->items[i].unknown;
        all.text = bytes_of(arena_printf(arena, "%.*s%s%.*s", (int)all.text.size,
                                         all.text.size == 0 ? "" : (const char *)all.text.data,
                                         i > 1 ? " " : "", (int)more.size,
                                         more.size == 0 ? "" : (const char *)more.data));
    }
    p->machine->open |= all.unknown;
    return run_text(p, all, part, false);
}

static enum status run_source(struct parser *p, const struct fields *words)
{
    struct machine *machine = p->machine;
    const struct system_node *node = NULL;

    if (words->count < 2)
        return STATUS_UNKNOWN;
    if (!words->items[1].unknown)
        node = boot_program(machine->boot, words->items[1].text, NULL);
    if (node == NULL || !node->has_content || machine->boot->depth >= LIMIT_BOOT_DEPTH ||
        machine->boot->nesting >= LIMIT_SCRIPT_CALLS) {
        machine->open = true;
        return STATUS_UNKNOWN;
    }
    struct script_source *source = arena_alloc(machine->boot->arena, sizeof *source);
    *source = (struct script_source){.file = node, .content = node->content};
    machine->boot->running[machine->boot->depth++] = node;
    enum status status = script_run(machine, source);
    machine->boot->depth--;
    return status;
}

/* sh FILE …, sh -c TEXT. */
static enum status run_shell(struct parser *p, struct fields *words, struct bytes part)
{
    size_t i = 1;

    while (i < words->count && bytes_at(words->items[i].text, 0) == '-') {
        struct bytes option = words->items[i++].text;
        if (bytes_find_byte(option, 'c') != SIZE_MAX && !bytes_starts(option, "--") &&
            i < words->count)
            return run_text(p, words->items[i], part, true);
    }
    if (i >= words->count)
        return run_program(p, words, part, false, bytes_of(""));
    struct fields rest = after(words, i);
    struct bytes file = rest.items[0].text;
    const struct system_node *node =
        rest.items[0].unknown ? NULL : boot_program(p->machine->boot, file, NULL);
    if (node != NULL && node->has_content)
        boot_script(p->machine->boot, node, texts(p->machine, &rest), rest.count,
                    script_level(p->machine), p->machine->starter);
    return STATUS_UNKNOWN;
}

/* Wrappers whose last words are the command: how many words they take besides options. */
static const struct wrapper {
    const char *name;
    const char *valued; /* letters of options that take a value */
    size_t words;       /* words in front of the command */
    bool daemon;
} wrappers[] = {
    {"nohup", "", 0, false},
    {"nice", "n", 0, false},
    {"setsid", "", 0, false},
    {"command", "", 0, false},
    {"env", "uC", 0, false},
    {"busybox", "", 0, false},
    {"sudo", "ugCp", 0, false},
    {"chroot", "", 1, false},
    {"timeout", "tsk", 1, false},
    {"ionice", "cnp", 0, false},
    {"exec", "a", 0, false},
    {"builtin", "", 0, false},
    {"time", "of", 0, false},
    {"start_daemon", "pn", 0, true},
    {"stdbuf", "ioe", 0, false},
    {"softlimit", "acdfmnoprst", 0, false},
    {"chpst", "ubnoUe/", 0, false},
    {"setuidgid", "", 1, false},
    {"taskset", "", 1, false},
    {"chrt", "TPD", 1, false},
    {"service_start", "", 0, true},
    {"startproc", "pful", 0, true},
    {"daemonize", "aceopulE", 0, true},
    {"respawn", "", 0, true},
    {"unshare", "", 0, false},
};

static const struct wrapper *wrapper_called(struct bytes name)
{
    for (size_t i = 0; i < COUNT_OF(wrappers); i++)
        if (bytes_is(name, wrappers[i].name))
            return &wrappers[i];
    return NULL;
}

static void settle_wrapped(struct machine *machine, const struct wrapper *wrapper,
                           struct boot_service *service, struct bytes self)
{
    static const char *const shells[] = {"sh", "ash", "bash"};

    service->daemon |= wrapper->daemon;
    if (strcmp(wrapper->name, "busybox") == 0) { /* an applet by its name */
        service->exists = boot_program(machine->boot, self, &service->program) != NULL;
        service->applet = true;
    }
    /* exec sh: the shell stays in the place of init. */
    if (strcmp(wrapper->name, "exec") == 0 && service->word_count == 1 &&
        is_one_of(service->name, shells, COUNT_OF(shells))) {
        service->daemon = true;
        service->console = bytes_of("console");
    }
}

static enum status run_wrapped(struct parser *p, const struct wrapper *wrapper,
                               const struct fields *words, struct bytes part)
{
    struct machine *machine = p->machine;
    size_t first = machine->boot->count, i = 1;

    for (; i < words->count && bytes_at(words->items[i].text, 0) == '-'; i++) {
        struct bytes option = words->items[i].text;
        if (bytes_is(option, "--")) {
            i++;
            break;
        }
        if (option.size == 2 &&
            bytes_find_byte(bytes_of(wrapper->valued), bytes_at(option, 1)) != SIZE_MAX)
            i++;
    }
    i += wrapper->words;
    while (strcmp(wrapper->name, "env") == 0 && i < words->count &&
           bytes_find_byte(words->items[i].text, '=') != SIZE_MAX)
        i++;
    if (i >= words->count)
        return STATUS_TRUE;
    struct fields rest = after(words, i);
    machine->boot->nesting++;
    enum status status = machine->boot->nesting >= LIMIT_SCRIPT_CALLS
                             ? STATUS_UNKNOWN
                             : command_run(p, &rest, part);
    machine->boot->nesting--;
    for (size_t k = first; k < machine->boot->count; k++)
        settle_wrapped(machine, wrapper, &machine->boot->services[k], words->items[0].text);
    if (strcmp(wrapper->name, "exec") == 0)
        script_leave(machine, true);
    return status;
}

/* service NAME start, invoke-rc.d NAME start, run-parts DIR. */
static bool run_indirect(struct parser *p, const struct fields *words)
{
    struct machine *machine = p->machine;
    struct bytes name = words->items[0].text;
    struct fields list = {.count = 0}, matches = {.count = 0};

    if (words->count >= 3 && (bytes_is(name, "service") || bytes_is(name, "invoke-rc.d") ||
                              bytes_is(name, "rc-service"))) {
        struct bytes script = bytes_of(arena_printf(
            machine->boot->arena, "/etc/init.d/%.*s", (int)words->items[1].text.size,
            words->items[1].text.size == 0 ? "" : (const char *)words->items[1].text.data));
        const struct bytes command[] = {script, words->items[2].text};
        const struct system_node *node = system_find(machine->boot->system, script);
        if (node != NULL)
            boot_script(machine->boot, node, command, 2, script_level(machine),
                        machine->starter);
        return true;
    }
    if (words->count < 2 || !bytes_is(name, "run-parts"))
        return false;
    struct bytes folder = words->items[words->count - 1].text;
    field_add(machine, &list,
              (struct field){
                  .text = bytes_of(arena_printf(machine->boot->arena, "%.*s/*",
                                                (int)folder.size, (const char *)folder.data)),
                  .glob = true});
    word_glob(machine, &list, &matches);
    for (size_t i = 0; i < matches.count; i++) {
        const struct system_node *node =
            system_find(machine->boot->system, matches.items[i].text);
        if (node != NULL && boot_is_script(node))
            boot_script(machine->boot, node, &matches.items[i].text, 1, script_level(machine),
                        machine->starter);
    }
    return true;
}

static enum status run_export(struct machine *machine, const struct fields *words)
{
    for (size_t i = 1; i < words->count; i++) {
        struct field word = words->items[i];
        size_t equals = bytes_find_byte(word.text, '=');
        struct bytes name = bytes_slice(word.text, 0, equals);
        if (!shell_is_name(name))
            continue;
        if (equals != SIZE_MAX) {
            word.text = bytes_from_offset(word.text, equals + 1);
            script_set(machine, name, word);
        }
        if (bytes_is(words->items[0].text, "export"))
            script_export(machine, name);
    }
    return STATUS_TRUE;
}

/* return and exit, with the status they leave. */
static enum status run_leave(struct machine *machine, const struct fields *words, bool process)
{
    uint64_t code = 0;
    bool known = words->count < 2 ||
                 (!words->items[1].unknown && bytes_to_u64(words->items[1].text, &code));

    if (words->count >= 2 || process)
        machine->status = !known ? STATUS_UNKNOWN : code == 0 ? STATUS_TRUE : STATUS_FALSE;
    script_leave(machine, process);
    return machine->status;
}

/* What the shell does itself. False: NAME is no such command. */
static bool run_builtin(struct parser *p, struct fields *words, struct bytes part,
                        enum status *status)
{
    static const char *const silent[] = {":",     "true",  "trap", "umask", "wait",
                                         "unset", "alias", "hash", "type"};
    static const char *const assigning[] = {"export", "readonly", "local", "declare",
                                            "typeset"};
    struct machine *machine = p->machine;
    struct bytes name = words->items[0].text;
    struct fields rest = after(words, 1);

    *status = STATUS_TRUE;
    if (bytes_is(name, "break") || bytes_is(name, "continue"))
        return script_leave_loop(machine, bytes_is(name, "break")), true;
    if (is_one_of(name, silent, COUNT_OF(silent)))
        return true;
    if (is_one_of(name, assigning, COUNT_OF(assigning)))
        return *status = run_export(machine, words), true;
    if (bytes_is(name, "cd")) {
        if (rest.count > 0)
            script_set(machine, bytes_of("PWD"), rest.items[0]);
        return true;
    }
    if (bytes_is(name, "false"))
        return *status = STATUS_FALSE, true;
    if (bytes_is(name, "test"))
        return *status = test_evaluate(machine, rest.items, rest.count), true;
    if (bytes_is(name, "[") || bytes_is(name, "[["))
        return *status =
                   test_evaluate(machine, rest.items, rest.count > 0 ? rest.count - 1 : 0),
               true;
    if (bytes_is(name, "exit") || bytes_is(name, "return"))
        return *status = run_leave(machine, words, bytes_is(name, "exit")), true;
    if (bytes_is(name, ".") || bytes_is(name, "source"))
        return *status = run_source(p, words), true;
    if (bytes_is(name, "eval"))
        return *status = run_eval(p, words, part), true;
    if (bytes_is(name, "read") || bytes_is(name, "getopts"))
        return *status = STATUS_UNKNOWN, true;
    if (bytes_is(name, "shift")) {
        machine->frame->arguments = after(&machine->frame->arguments, 1);
        return true;
    }
    if (bytes_is(name, "set")) {
        if (rest.count > 0 && bytes_is(rest.items[0].text, "--"))
            machine->frame->arguments = after(&rest, 1);
        return true;
    }
    return false;
}

enum status command_run(struct parser *p, struct fields *words, struct bytes part)
{
    static const char *const shells[] = {"sh", "ash", "bash", "dash", "hush", "ksh"};
    struct machine *machine = p->machine;
    struct bytes name = path_base(words->items[0].text);
    struct fields rest = after(words, 1);
    enum status status = STATUS_UNKNOWN;

    if (words->items[0].unknown)
        return STATUS_UNKNOWN;
    if (script_call(machine, words->items[0].text, &rest, &status) ||
        run_builtin(p, words, part, &status) || uci_command(p, words, part, &status))
        return status;
    if (bytes_is(name, "start-stop-daemon"))
        return run_ssd(p, words, part);
    if (is_one_of(name, shells, COUNT_OF(shells)))
        return run_shell(p, words, part);
    if (bytes_is(name, "su") && words->count > 2) {
        for (size_t i = 1; i + 1 < words->count; i++)
            if (bytes_is(words->items[i].text, "-c"))
                return run_text(p, words->items[i + 1], part, true);
    }
    if (run_indirect(p, words))
        return STATUS_UNKNOWN;
    const struct wrapper *wrapper = wrapper_called(name);
    if (wrapper != NULL)
        return run_wrapped(p, wrapper, words, part);
    return run_program(p, words, part, false, bytes_of(""));
}
