#include "inspect/login_boot.h"

#include "base/limits.h"
#include "inspect/login_store.h"

/* One command of a script: its words without quotes, redirection signs words of their own. */
struct command {
    struct bytes words[LIMIT_LOGIN_WORDS];
    size_t count;
};

bool login_boot_keeps(const struct node *node, struct bytes content)
{
    static const char *const folders[] = {"etc/",  "etc_ro/",  "rom/etc/",    "sbin/",
                                          "init/", "usr/etc/", "lib/preinit/"};
    bool is_placed = bytes_find_byte(node->path, '/') == SIZE_MAX;

    if (node->kind != NODE_FILE || content.size > LIMIT_LOGIN_SCRIPT)
        return false;
    for (size_t i = 0; i < COUNT_OF(folders); i++)
        is_placed = is_placed || bytes_starts(node->path, folders[i]);
    if (!is_placed || (!bytes_starts(content, "#!") && !bytes_contains(node->path, "/rc") &&
                       !bytes_contains(node->path, "/init.d/")))
        return false;
    return bytes_contains(content, "passwd") || bytes_contains(content, "shadow") ||
           bytes_contains(content, "etc");
}

static bool is_quote(uint8_t c)
{
    return c == '"' || c == '\'';
}

/* Cuts the next command from *LINE at ; & | ( ) { }. A '#' before a word ends the line. */
static bool next_command(struct bytes *line, struct command *out)
{
    size_t at = 0, start = 0;
    bool ended = false;

    *out = (struct command){.count = 0};
    if (line->size == 0)
        return false;
    for (; at <= line->size && !ended; at++) {
        uint8_t c = at < line->size ? line->data[at] : ';';
        bool is_end = bytes_find_byte(bytes_of(";&|(){}`"), c) != SIZE_MAX;
        bool is_space = c == ' ' || c == '\t' || c == '>';
        if (!is_end && !is_space && !(c == '#' && at == start))
            continue;
        struct bytes word = bytes_slice(*line, start, at - start);
        while (word.size > 0 && is_quote(word.data[0]))
            word = bytes_from_offset(word, 1);
        while (word.size > 0 && is_quote(word.data[word.size - 1]))
            word.size--;
        if (word.size > 0 && out->count < LIMIT_LOGIN_WORDS)
            out->words[out->count++] = word;
        if (c == '>' && out->count < LIMIT_LOGIN_WORDS)
            out->words[out->count++] = bytes_of(">");
        start = at + 1;
        ended = is_end;
        if (c == '#')
            at = line->size;
    }
    *line = bytes_from_offset(*line, at);
    return true;
}

/* The file a copy of SOURCE to DESTINATION puts at TARGET, or NULL. All paths cleaned of links. */
static const struct system_node *copied(const struct system *system, struct bytes source,
                                        struct bytes destination, struct bytes target,
                                        struct arena *arena)
{
    struct bytes rest = bytes_from_offset(target, destination.size + 1);
    bool is_content = bytes_ends(source, "/*") || bytes_ends(source, "/.");

    if (bytes_equal(destination, target))
        return system_find(system, source);
    if (destination.size > 0 &&
        (target.size <= destination.size || target.data[destination.size] != '/' ||
         !bytes_equal(bytes_slice(target, 0, destination.size), destination)))
        return NULL;
    if (destination.size == 0)
        rest = target;
    if (is_content)
        source.size -= 2;
    while (source.size > 1 && source.data[source.size - 1] == '/')
        source.size--;
    /* cp FOLDER/NAME DESTINATION; NAME may be a folder in which the target lies. */
    struct bytes first = rest, inner = rest;
    if (!is_content && bytes_next_field(&inner, '/', &first) &&
        bytes_equal(first, path_base(source))) {
        const char *path =
            inner.size == 0
                ? arena_string(arena, source)
                : arena_printf(arena, "%.*s/%.*s", (int)source.size, (const char *)source.data,
                               (int)inner.size, (const char *)inner.data);
        const struct system_node *node = system_find_string(system, path);
        if (node != NULL && node->has_content)
            return node;
    }
    return system_find_string(system, arena_printf(arena, "%.*s/%.*s", (int)source.size,
                                                   (const char *)source.data, (int)rest.size,
                                                   (const char *)rest.data));
}

/* What COMMAND puts at TARGET, when it is cp, mv, ln or cat with a redirection. */
static const struct system_node *command_copies(const struct system *system,
                                                const struct command *command,
                                                struct bytes target, struct arena *arena)
{
    size_t at = 0, last = command->count;
    bool is_cat = false;

    for (; at < command->count; at++) {
        struct bytes name = path_base(command->words[at]);
        is_cat = bytes_is(name, "cat");
        if (is_cat || bytes_is(name, "cp") || bytes_is(name, "mv") || bytes_is(name, "ln"))
            break;
    }
    for (size_t i = at; i < last; i++)
        if (bytes_is(command->words[i], ">") && is_cat == (i + 1 < command->count))
            last = i + (is_cat ? 2 : 0);
    if (at + 2 >= last)
        return NULL;
    struct bytes destination = system_follow(system, command->words[last - 1], arena);
    for (size_t i = at + 1; i + 1 < last; i++) {
        struct bytes source = command->words[i];
        if (bytes_at(source, 0) != '/')
            continue;
        const struct system_node *node = copied(system, source, destination, target, arena);
        if (node != NULL && node->has_content && node->node->kind == NODE_FILE)
            return node;
    }
    return NULL;
}

/* Every command of every start script in turn. */
struct walk {
    const struct system *system;
    const struct system_node *script;
    size_t next; /* the script after it */
    struct bytes rest, line, whole;
    uint32_t number; /* of the line */
    struct command command;
};

static struct walk *walk_new(const struct system *system, struct arena *arena)
{
    struct walk *walk = arena_alloc(arena, sizeof *walk);

    *walk = (struct walk){.system = system};
    return walk;
}

static bool next_line(struct walk *walk)
{
    while (bytes_next_line(&walk->rest, &walk->line)) {
        walk->number++;
        walk->whole = walk->line;
        if (walk->line.size <= LIMIT_LOGIN_LINE)
            return true;
    }
    return false;
}

static bool next_step(struct walk *walk)
{
    for (;;) {
        if (next_command(&walk->line, &walk->command) || next_line(walk)) {
            if (walk->command.count > 0)
                return true;
            continue;
        }
        do {
            if (walk->next == walk->system->count)
                return false;
            walk->script = &walk->system->nodes[walk->next++];
        } while (!walk->script->has_content ||
                 !login_boot_keeps(walk->script->node, walk->script->content));
        walk->rest = walk->script->content;
        walk->number = 0;
    }
}

/* The file that a start script copies to TARGET, or NULL. Sets *SEVERAL when there are others. */
static const struct system_node *find_copy(const struct system *system, struct bytes target,
                                           struct arena *arena, bool *several)
{
    struct walk *walk = walk_new(system, arena);
    const struct system_node *found = NULL;

    while (next_step(walk)) {
        owned(arena) scratch = arena_new();
        const struct system_node *node =
            command_copies(system, &walk->command, target, scratch);
        if (node != NULL && found != NULL && node != found)
            *several = true;
        if (node != NULL && found == NULL)
            found = node;
    }
    return found;
}

/*
 * The line that a command writes to TARGET: echo TEXT > TARGET. Empty where a variable of the shell
 * stands in it.
 */
static struct bytes echoed(const struct walk *walk, struct bytes target, struct arena *arena)
{
    const struct command *command = &walk->command;
    struct bytes none = bytes_of("");
    size_t at = 0;

    while (at < command->count && !bytes_is(command->words[at], "echo"))
        at++;
    if (at + 4 > command->count || !bytes_is(command->words[command->count - 2], ">") ||
        !bytes_equal(system_follow(walk->system, command->words[command->count - 1], arena),
                     target))
        return none;
    for (size_t i = at + 1; i < command->count; i++) {
        struct bytes word = command->words[i];
        size_t place = bytes_find(walk->whole, word);
        if (bytes_find_byte(word, ':') == SIZE_MAX)
            continue;
        bool literal =
            place != SIZE_MAX && place > 0 && bytes_at(walk->whole, place - 1) == '\'';
        bool plain =
            bytes_find_byte(word, '$') == SIZE_MAX && bytes_find_byte(word, '\\') == SIZE_MAX;
        return literal || plain ? word : none;
    }
    return none;
}

void login_boot_lines(const struct system *system, const struct system_node *script,
                      const char *name, struct arena *arena,
                      void (*visit)(void *context, struct bytes text, uint32_t line_number),
                      void *context)
{
    struct walk *walk = walk_new(system, arena);
    struct bytes target =
        system_follow(system, bytes_of(arena_printf(arena, "etc/%s", name)), arena);

    while (next_step(walk)) {
        owned(arena) scratch = arena_new();
        struct bytes text =
            walk->script == script ? echoed(walk, target, scratch) : bytes_of("");
        if (text.size > 0)
            visit(context, text, walk->number);
    }
}

/* The first script that writes TARGET line by line, or NULL. */
static const struct system_node *find_echo(const struct system *system, struct bytes target,
                                           struct arena *arena)
{
    struct walk *walk = walk_new(system, arena);

    while (next_step(walk)) {
        owned(arena) scratch = arena_new();
        if (echoed(walk, target, scratch).size > 0)
            return walk->script;
    }
    return NULL;
}

static size_t command_at(const struct command *command, const char *name)
{
    for (size_t i = 0; i < command->count; i++)
        if (bytes_is(path_base(command->words[i]), name))
            return i;
    return SIZE_MAX;
}

/* Does a start script bind another file over TARGET? SOURCE is that file as written. */
static bool is_bound_over(const struct system *system, struct bytes target, struct arena *arena,
                          struct bytes *source)
{
    struct walk *walk = walk_new(system, arena);

    while (next_step(walk)) {
        owned(arena) scratch = arena_new();
        const struct command *command = &walk->command;
        size_t at = command_at(command, "mount");
        bool binds = false;
        if (at == SIZE_MAX || at + 3 > command->count)
            continue;
        for (size_t i = at; i < command->count; i++)
            binds = binds || bytes_contains(command->words[i], "bind");
        *source = command->words[command->count - 2];
        if (binds &&
            bytes_equal(system_follow(system, command->words[command->count - 1], scratch),
                        target))
            return true;
    }
    return false;
}

/* Is this a script of init itself, and none that a user or another program calls? */
static bool is_start_script(struct bytes path)
{
    return bytes_contains(path, "init.d/") || bytes_starts(path, "etc/rc") ||
           bytes_starts(path_base(path), "rcS") || bytes_contains(path, "preinit") ||
           bytes_starts(path, "etc/uci-defaults/") || bytes_starts(path, "init");
}

static void add_change(struct login_changes *changes, struct bytes account)
{
    if (changes->count < COUNT_OF(changes->accounts))
        changes->accounts[changes->count++] = account;
    else
        changes->all = true;
}

struct login_changes login_boot_changes(const struct system *system, struct arena *arena)
{
    struct walk *walk = walk_new(system, arena);
    struct command *before = arena_alloc(arena, sizeof *before);
    struct login_changes changes = {.count = 0};

    *before = (struct command){.count = 0};
    while (next_step(walk)) {
        const struct command *command = &walk->command;
        size_t at = command_at(command, "passwd");
        if (!is_start_script(walk->script->node->path))
            continue;
        if (command_at(command, "chpasswd") == 0)
            for (size_t i = 1; i < before->count; i++) {
                struct bytes name =
                    bytes_slice(before->words[i], 0, bytes_find_byte(before->words[i], ':'));
                if (name.size < before->words[i].size)
                    add_change(&changes, name);
            }
        if (at == 0 && (command_at(before, "echo") == 0 || command_at(before, "printf") == 0))
            add_change(&changes, command->count > 1 ? command->words[command->count - 1]
                                                    : bytes_of("root"));
        if (command_at(command, "sed") == 0 && bytes_starts(command->words[1], "-i") &&
            (at != SIZE_MAX || command_at(command, "shadow") != SIZE_MAX))
            changes.all = true;
        *before = *command;
    }
    return changes;
}

bool login_boot_changed(const struct login_changes *changes, struct bytes account)
{
    for (size_t i = 0; i < changes->count; i++)
        if (bytes_equal(changes->accounts[i], account))
            return true;
    return changes->all;
}

/* The file system is what others mount at /etc: start files lie at its root. */
static bool is_etc_itself(const struct system *system)
{
    static const char *const signs[] = {"inittab", "init.d", "fstab", "rc.d", "rcS", "group"};
    size_t found = 0;

    for (size_t i = 0; i < COUNT_OF(signs); i++)
        found += system_at(system, bytes_of(signs[i])) != NULL;
    return found >= 2 && system_at(system, bytes_of("etc")) == NULL;
}

struct login_active login_boot_active(const struct system *system, const char *name,
                                      struct arena *arena)
{
    struct login_active out = {.node = NULL};
    const char *etc = arena_printf(arena, "etc/%s", name);
    const struct system_node *found = system_find_string(system, etc);

    struct bytes source;
    if (found != NULL && found->node->kind == NODE_FILE && found->has_content) {
        out.node = found;
        if (!is_bound_over(system, bytes_of(etc), arena, &source))
            return out;
        out.made_at_boot = true;
        out.node = system_find(system, source);
        if (out.node == NULL || !out.node->has_content)
            out.node =
                find_copy(system, system_follow(system, source, arena), arena, &out.several);
        return out;
    }
    struct bytes target = system_follow(system, bytes_of(etc), arena);
    if (target.size > 0 && (found == NULL || found->node->kind != NODE_FILE)) {
        out.made_at_boot = !bytes_is(target, etc);
        out.node = find_copy(system, target, arena, &out.several);
        if (out.node == NULL) {
            out.node = find_echo(system, target, arena);
            out.echoed = out.node != NULL;
        }
    }
    if (out.node == NULL && is_etc_itself(system))
        out.node = system_at(system, bytes_of(name));
    if (out.node == NULL)
        out.node = system_find_string(system, arena_printf(arena, "upper/etc/%s", name));
    return out;
}
