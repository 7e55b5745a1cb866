#include "inspect/service_uci.h"

#include "base/limits.h"
#include "inspect/service_script.h"

/* Cuts the next word, which may stand in quotes. */
static bool next_word(struct bytes *rest, struct bytes *word)
{
    *rest = bytes_trim(*rest);
    uint8_t quote = bytes_at(*rest, 0);
    if (rest->size == 0 || quote == '#')
        return false;
    if (quote == '\'' || quote == '"') {
        struct bytes inner = bytes_from_offset(*rest, 1);
        size_t end = bytes_find_byte(inner, quote);
        *word = bytes_slice(inner, 0, end);
        *rest = end == SIZE_MAX ? bytes_of("") : bytes_from_offset(inner, end + 1);
        return true;
    }
    return bytes_next_word(rest, word);
}

static void add_option(struct uci *uci, struct arena *arena, struct uci_option option)
{
    struct uci_section *section = &uci->sections[uci->section_count - 1];

    section->options = arena_grow(arena, section->options, &section->option_capacity,
                                  section->option_count + 1, sizeof *section->options);
    section->options[section->option_count++] = option;
}

struct uci uci_read(struct bytes content, struct arena *arena)
{
    struct uci uci = {.section_count = 0};
    struct bytes line, rest = content;
    size_t total = 0;

    while (bytes_next_line(&rest, &line) && total++ < LIMIT_UCI_OPTIONS) {
        struct bytes words = line, keyword, name = bytes_of(""), value = bytes_of("");
        if (!next_word(&words, &keyword) || !next_word(&words, &name))
            continue;
        bool has_value = next_word(&words, &value);
        if (bytes_is(keyword, "config")) {
            uci.sections = arena_grow(arena, uci.sections, &uci.section_capacity,
                                      uci.section_count + 1, sizeof *uci.sections);
            uci.sections[uci.section_count++] =
                (struct uci_section){.type = name, .name = has_value ? value : bytes_of("")};
        } else if (uci.section_count > 0 && has_value &&
                   (bytes_is(keyword, "option") || bytes_is(keyword, "list"))) {
            add_option(&uci, arena,
                       (struct uci_option){.name = name,
                                           .value = value,
                                           .line = line,
                                           .list = bytes_is(keyword, "list")});
        }
    }
    return uci;
}

const struct uci_option *uci_option(const struct uci_section *section, struct bytes name)
{
    for (size_t i = section->option_count; i > 0; i--)
        if (bytes_equal(section->options[i - 1].name, name))
            return &section->options[i - 1];
    return NULL;
}

/* The state of procd's functions and of config_load in one script. */
struct procd {
    struct uci uci;
    bool loaded;
    struct fields command; /* of the instance being described */
    struct bytes part;
    struct bytes account;
    bool appending_command;
};

static struct procd *procd_of(struct machine *machine)
{
    if (machine->procd == NULL)
        machine->procd = arena_alloc(machine->boot->arena, sizeof *machine->procd);
    return machine->procd;
}

static void load(struct machine *machine, struct bytes name)
{
    struct procd *procd = procd_of(machine);
    char *path = arena_printf(machine->boot->arena, "/etc/config/%.*s", (int)name.size,
                              name.size == 0 ? "" : (const char *)name.data);
    const struct system_node *node = system_find_string(machine->boot->system, path);

    procd->loaded = node != NULL && node->has_content;
    procd->uci = (struct uci){.section_count = 0};
    if (procd->loaded)
        procd->uci = uci_read(node->content, machine->boot->arena);
}

/* A section's name; an anonymous one is called by its number, as cfgNN. */
static struct bytes section_name(struct machine *machine, const struct uci *uci, size_t index)
{
    if (uci->sections[index].name.size > 0)
        return uci->sections[index].name;
    return bytes_of(arena_printf(machine->boot->arena, "cfg%02zu", index + 1));
}

static const struct uci_section *section_called(struct machine *machine, struct bytes name)
{
    struct procd *procd = procd_of(machine);

    for (size_t i = 0; i < procd->uci.section_count; i++)
        if (bytes_equal(section_name(machine, &procd->uci, i), name))
            return &procd->uci.sections[i];
    return NULL;
}

/* A list's values with a blank between. */
static struct field option_value(struct machine *machine, const struct uci_section *section,
                                 struct bytes name, struct bytes otherwise)
{
    struct bytes all = bytes_of("");
    const struct uci_option *last = section == NULL ? NULL : uci_option(section, name);

    if (last == NULL)
        return (struct field){.text = otherwise, .unknown = false};
    if (!last->list)
        return field_known(last->value);
    for (size_t i = 0; i < section->option_count && all.size < LIMIT_SCRIPT_FIELD; i++)
        if (bytes_equal(section->options[i].name, name))
            all = bytes_of(arena_printf(machine->boot->arena, "%.*s%s%.*s", (int)all.size,
                                        (const char *)all.data, all.size > 0 ? " " : "",
                                        (int)section->options[i].value.size,
                                        (const char *)section->options[i].value.data));
    return field_known(all);
}

static bool is_true(struct bytes value)
{
    return bytes_is(value, "1") || bytes_is(value, "on") || bytes_is(value, "true") ||
           bytes_is(value, "yes") || bytes_is(value, "enabled");
}

/* config_get[_bool] VARIABLE SECTION OPTION [DEFAULT] */
static void config_get(struct machine *machine, const struct fields *words, bool boolean)
{
    if (words->count < 4)
        return;
    const struct uci_section *section = section_called(machine, words->items[2].text);
    struct field value = option_value(machine, section, words->items[3].text,
                                      words->count > 4 ? words->items[4].text : bytes_of(""));
    if (boolean)
        value.text = bytes_of(is_true(value.text) ? "1" : "0");
    value.unknown = section == NULL && !procd_of(machine)->loaded;
    script_set(machine, words->items[1].text, value);
}

/* config_foreach FUNCTION [TYPE] */
static void config_foreach(struct machine *machine, const struct fields *words)
{
    struct procd *procd = procd_of(machine);
    enum status ignored;

    for (size_t i = 0; words->count >= 2 && i < procd->uci.section_count && i < 256; i++) {
        struct fields arguments = {.count = 0};
        if (words->count > 2 && !bytes_equal(procd->uci.sections[i].type, words->items[2].text))
            continue;
        field_add(machine, &arguments, field_known(section_name(machine, &procd->uci, i)));
        for (size_t k = 3; k < words->count; k++)
            field_add(machine, &arguments, words->items[k]);
        (void)script_call(machine, words->items[1].text, &arguments, &ignored);
    }
}

/* uci_load_validate PACKAGE TYPE SECTION FUNCTION name:type[:default] … */
static void load_validate(struct machine *machine, const struct fields *words, size_t first)
{
    struct fields arguments = {.count = 0};
    enum status ignored;

    if (words->count < first)
        return;
    if (!procd_of(machine)->loaded)
        load(machine, words->items[1].text);
    const struct uci_section *section = section_called(machine, words->items[3].text);
    for (size_t i = first; i < words->count; i++) {
        struct bytes rest = words->items[i].text, name, type, otherwise = bytes_of("");
        if (!bytes_next_field(&rest, ':', &name) || !bytes_next_field(&rest, ':', &type))
            continue;
        otherwise = rest;
        struct field value = option_value(machine, section, name, otherwise);
        if (bytes_is(type, "bool") && value.text.size > 0)
            value.text = bytes_of(is_true(value.text) ? "1" : "0");
        script_set(machine, name, value);
    }
    field_add(machine, &arguments, words->items[3]);
    field_add(machine, &arguments, field_known(bytes_of("0")));
    if (first == 5)
        (void)script_call(machine, words->items[4].text, &arguments, &ignored);
}

/* procd_set_param, procd_append_param NAME VALUE … */
static void set_param(struct machine *machine, const struct fields *words, struct bytes part)
{
    struct procd *procd = procd_of(machine);
    bool append = bytes_is(words->items[0].text, "procd_append_param");

    if (words->count < 2)
        return;
    if (bytes_is(words->items[1].text, "user") && words->count > 2)
        procd->account = words->items[2].text;
    if (!bytes_is(words->items[1].text, "command"))
        return;
    if (!append) {
        procd->command = (struct fields){.count = 0};
        procd->part = part;
    }
    for (size_t i = 2; i < words->count; i++)
        field_add(machine, &procd->command, words->items[i]);
}

static void close_instance(struct parser *p)
{
    struct machine *machine = p->machine;
    struct procd *procd = procd_of(machine);
    struct bytes *words =
        arena_array(machine->boot->arena, procd->command.count + 1, sizeof *words);

    if (procd->command.count == 0 || procd->command.items[0].unknown)
        return;
    for (size_t i = 0; i < procd->command.count; i++)
        words[i] = procd->command.items[i].text;
    struct boot_service *service =
        boot_start(machine->boot, words, procd->command.count, script_level(machine), "procd",
                   script_place(p, procd->part));
    if (service != NULL) {
        service->daemon = true;
        if (procd->account.size > 0)
            service->account = procd->account;
    }
    procd->command.count = 0;
}

/* append VARIABLE VALUE [SEPARATOR], of OpenWrt's functions.sh. */
static void append(struct machine *machine, const struct fields *words)
{
    if (words->count < 3)
        return;
    struct field before = script_get(machine, words->items[1].text), after = words->items[2];
    struct bytes separator = words->count > 3 ? words->items[3].text : bytes_of(" ");
    if (before.text.size + after.text.size > LIMIT_SCRIPT_FIELD || separator.size > 16)
        return;
    if (before.text.size > 0)
        after.text = bytes_of(arena_printf(
            machine->boot->arena, "%.*s%.*s%.*s", (int)before.text.size,
            (const char *)before.text.data, (int)separator.size,
            separator.size == 0 ? "" : (const char *)separator.data, (int)after.text.size,
            after.text.size == 0 ? "" : (const char *)after.text.data));
    after.unknown |= before.unknown && before.text.size > 0;
    script_set(machine, words->items[1].text, after);
}

static enum status call_named(struct machine *machine, const struct fields *words)
{
    struct fields arguments = {.count = 0};
    enum status status = STATUS_UNKNOWN;

    for (size_t i = 2; i < words->count; i++)
        field_add(machine, &arguments, words->items[i]);
    if (words->count > 1)
        (void)script_call(machine, words->items[1].text, &arguments, &status);
    return status;
}

bool uci_command(struct parser *p, const struct fields *words, struct bytes part,
                 enum status *status)
{
    struct machine *machine = p->machine;
    struct bytes name = words->items[0].text;
    bool loads = bytes_is(name, "config_load");

    *status = STATUS_TRUE;
    if (loads && words->count > 1 && !words->items[1].unknown)
        load(machine, words->items[1].text);
    else if (bytes_is(name, "config_get") || bytes_is(name, "config_get_bool"))
        config_get(machine, words, bytes_is(name, "config_get_bool"));
    else if (bytes_is(name, "config_foreach") || bytes_is(name, "config_list_foreach"))
        config_foreach(machine, words);
    else if (bytes_is(name, "uci_load_validate"))
        load_validate(machine, words, 5);
    else if (bytes_is(name, "uci_validate_section"))
        load_validate(machine, words, 4);
    else if (bytes_is(name, "procd_open_instance"))
        *procd_of(machine) =
            (struct procd){.uci = procd_of(machine)->uci, .loaded = procd_of(machine)->loaded};
    else if (bytes_is(name, "procd_set_param") || bytes_is(name, "procd_append_param"))
        set_param(machine, words, part);
    else if (bytes_is(name, "procd_close_instance"))
        close_instance(p);
    else if (bytes_is(name, "append"))
        append(machine, words);
    else if (bytes_is(name, "start") && script_has_function(machine, "start_service"))
        (void)script_call(machine, bytes_of("start_service"), &(struct fields){.count = 0},
                          status); /* what rc.common does */
    else if (bytes_is(name, "rc_procd"))
        *status = call_named(machine, words);
    else if (!loads && !bytes_starts(name, "procd_"))
        return false;
    return true;
}
