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

/* The file that a start script copies to TARGET, or NULL. */
static const struct system_node *find_copy(const struct system *system, struct bytes target,
                                           struct arena *arena)
{
    struct command *command = arena_alloc(arena, sizeof *command);

    for (size_t i = 0; i < system->count; i++) {
        const struct system_node *script = &system->nodes[i];
        struct bytes rest = script->content, line;
        if (!script->has_content || !login_boot_keeps(script->node, script->content))
            continue;
        while (bytes_next_line(&rest, &line)) {
            if (line.size > LIMIT_LOGIN_LINE || bytes_find_byte(line, '/') == SIZE_MAX)
                continue;
            while (next_command(&line, command)) {
                owned(arena) scratch = arena_new();
                const struct system_node *node =
                    command_copies(system, command, target, scratch);
                if (node != NULL)
                    return node;
            }
        }
    }
    return NULL;
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

    if (found != NULL && found->node->kind == NODE_FILE && found->has_content) {
        out.node = found;
        return out;
    }
    struct bytes target = system_follow(system, bytes_of(etc), arena);
    if (target.size > 0 && (found == NULL || found->node->kind != NODE_FILE)) {
        out.made_at_boot = !bytes_is(target, etc);
        out.node = find_copy(system, target, arena);
    }
    if (out.node == NULL && is_etc_itself(system))
        out.node = system_at(system, bytes_of(name));
    if (out.node == NULL)
        out.node = system_find_string(system, arena_printf(arena, "upper/etc/%s", name));
    return out;
}
