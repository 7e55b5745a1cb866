#include <string.h>

#include "inspect/service_known.h"
#include "inspect/setting_table.h"

/*
 * Configuration in force: files as their programs read them (setting_read.h), arguments of what
 * is started at boot, and the few defaults that do not depend on version or build.
 */

static const struct column columns[] = {
    {"program", COLUMN_TEXT, "sshd, dropbear, lighttpd, nginx, mosquitto, …"},
    {"scope", COLUMN_TEXT, "listener, Match or server block, section; NULL: the whole program"},
    {"name", COLUMN_TEXT, "the option in lower case, as the program spells it"},
    {"value", COLUMN_TEXT, "its value, without quotes"},
    {"origin", COLUMN_TEXT, "file, argument, or default: nothing says otherwise"},
    {"effective", COLUMN_INTEGER, "1: in force; 0: overridden, or in an example file"},
    {"started", COLUMN_INTEGER, "1: the program is started at boot; 0: not; NULL: it depends"},
};

static const struct observable observable_setting = {
    .name = "setting",
    .meaning = "configuration values, as the program reads them",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};

static const struct observable *const observables[] = {&observable_setting};

static bool setting_keeps(const struct node *node, struct bytes content)
{
    return boot_keeps(node, content) || setting_is_configuration(node->path);
}

static enum boot_level level_of(const struct boot *boot, const char *program)
{
    enum boot_level level = BOOT_DEAD;

    for (size_t i = 0; i < boot->count; i++)
        if (bytes_is(boot->services[i].name, program) && boot->services[i].level > level)
            level = boot->services[i].level;
    return level;
}

static bool is_set(const struct settings *settings, const struct setting_known *known)
{
    for (size_t i = 0; i < settings->count; i++)
        if (settings->items[i].effective && settings->items[i].scope.size == 0 &&
            strcmp(settings->items[i].program, known->program) == 0 &&
            bytes_is(settings->items[i].name, known->name))
            return true;
    return false;
}

/* UCI sections set a program's options under other names; defaults would then be guesses. */
static bool has_uci(const struct settings *settings, const char *program)
{
    for (size_t i = 0; i < settings->count; i++)
        if (strcmp(settings->items[i].program, program) == 0 &&
            settings->items[i].file != NULL &&
            bytes_starts(settings->items[i].file->node->path, "etc/config/"))
            return true;
    return false;
}

static void add_defaults(struct settings *settings, const struct boot *boot)
{
    size_t stated = settings->count;

    for (size_t i = 0; i < setting_table_count; i++) {
        const struct setting_known *known = &setting_table[i];
        struct settings before = *settings;
        const struct system_node *node = boot_program(boot, bytes_of(known->program), NULL);
        before.count = stated;
        if (node == NULL || is_set(&before, known) || has_uci(&before, known->program))
            continue;
        struct setting *setting =
            setting_add(settings, known->program, bytes_of(""), bytes_of(known->name),
                        bytes_of(known->value), WINS_ALL);
        setting->origin = "default";
        setting->file = node;
    }
}

static void state(const struct setting *setting, const struct boot *boot, struct arena *arena,
                  struct sink *sink)
{
    const struct system_node *file = setting->file;
    struct evidence evidence = setting->line.data == NULL
                                   ? evidence_node(file->node)
                                   : evidence_line(file->node, file->content, setting->line);
    struct observation *row = observation_new(arena, &observable_setting, evidence);
    enum boot_level level = level_of(boot, setting->program);

    observation_string(row, "program", setting->program);
    if (setting->scope.size > 0)
        observation_text(row, "scope", setting->scope);
    observation_text(row, "name", setting->name);
    observation_text(row, "value", setting->value);
    observation_string(row, "origin", setting->origin);
    observation_flag(row, "effective", setting->effective);
    if (level != BOOT_MAYBE)
        observation_flag(row, "started", level == BOOT_SURE);
    sink_observe(sink, row);
}

static struct error *setting_run_system(const struct system *system, struct arena *arena,
                                        struct sink *sink)
{
    const struct boot *boot = boot_walk(system, arena);
    struct settings settings = {.system = system, .arena = arena};

    for (size_t i = 0; i < system->count; i++)
        if (system->nodes[i].has_content)
            (void)setting_read_file(&settings, &system->nodes[i]);
    for (size_t i = 0; i < boot->count; i++)
        setting_read_arguments(&settings, &boot->services[i]);
    add_defaults(&settings, boot);
    for (size_t i = 0; i < settings.count; i++)
        if (settings.items[i].file != NULL)
            state(&settings.items[i], boot, arena, sink);
    if (settings.count >= LIMIT_SETTINGS)
        return error_new(ERROR_LIMIT,
                         "more than %u configuration values; the others are not shown",
                         LIMIT_SETTINGS);
    return NULL;
}

const struct check check_setting = {
    .name = "setting",
    .title = "Configuration in force",
    .observables = observables,
    .observable_count = COUNT_OF(observables),
    .keeps = setting_keeps,
    .run_system = setting_run_system,
};
