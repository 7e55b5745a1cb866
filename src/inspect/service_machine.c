#include "base/limits.h"
#include "inspect/service_script.h"

/* The state of a shell that runs nothing: its variables, and how surely it still goes on. */

enum boot_level script_level(const struct machine *machine)
{
    const struct frame *frame = machine->frame;

    return boot_lower(frame->base, boot_lower(frame->local, frame->cap));
}

struct field script_get(const struct machine *machine, struct bytes name)
{
    const struct frame *frame = machine->frame;
    uint64_t number;

    if (bytes_to_u64(name, &number)) {
        if (number == 0)
            return field_known(frame->name);
        return number <= frame->arguments.count ? frame->arguments.items[number - 1]
                                                : field_known(bytes_of(""));
    }
    if (bytes_is(name, "#"))
        return field_known(
            bytes_of(arena_printf(machine->boot->arena, "%zu", frame->arguments.count)));
    if (bytes_is(name, "?"))
        return (struct field){.text = bytes_of(machine->status == STATUS_TRUE ? "0" : "1"),
                              .unknown = machine->status == STATUS_UNKNOWN,
                              .unsure = machine->status == STATUS_ABSENT};
    if (!shell_is_name(name))
        return (struct field){.unknown = true};
    for (size_t i = 0; i < machine->variable_count; i++)
        if (bytes_equal(machine->variables[i].name, name))
            return machine->variables[i].value;
    return (struct field){.unknown = machine->open};
}

static struct variable *variable(struct machine *machine, struct bytes name)
{
    for (size_t i = 0; i < machine->variable_count; i++)
        if (bytes_equal(machine->variables[i].name, name))
            return &machine->variables[i];
    if (machine->variable_count >= LIMIT_SCRIPT_VARIABLES)
        return NULL;
    machine->variables =
        arena_grow(machine->boot->arena, machine->variables, &machine->variable_capacity,
                   machine->variable_count + 1, sizeof *machine->variables);
    machine->variables[machine->variable_count] = (struct variable){.name = name};
    return &machine->variables[machine->variable_count++];
}

void script_set(struct machine *machine, struct bytes name, struct field value)
{
    struct variable *slot = variable(machine, name);

    if (slot == NULL)
        return;
    value.unsure |= script_level(machine) < BOOT_SURE && machine->frame->local < BOOT_SURE;
    value.glob = false;
    slot->value = value;
}

void script_export(struct machine *machine, struct bytes name)
{
    struct variable *slot = variable(machine, name);

    if (slot != NULL)
        slot->exported = true;
}

/* Lowers what still happens in FRAME, where LOCAL says how surely it is left. */
static void leave(const struct machine *machine, struct frame *frame, enum boot_level local)
{
    if (local == BOOT_SURE)
        frame->cap = boot_lower(frame->cap, machine->soft ? BOOT_OFF : BOOT_DEAD);
    else if (local == BOOT_MAYBE)
        frame->cap = boot_lower(frame->cap, BOOT_MAYBE);
}

void script_leave(struct machine *machine, bool process)
{
    enum boot_level local = BOOT_SURE;

    for (struct frame *frame = machine->frame; frame != NULL; frame = frame->parent) {
        local = boot_lower(local, frame->local);
        leave(machine, frame, local);
        if (frame->process || (!process && !frame->loop))
            return;
    }
}

void script_leave_loop(struct machine *machine, bool whole)
{
    struct frame *frame = machine->frame;

    if (!frame->loop)
        return;
    leave(machine, frame, frame->local);
    frame->broke |= whole && frame->local >= BOOT_MAYBE;
}

struct boot_place script_place(const struct parser *parser, struct bytes part)
{
    const struct script_source *source = parser->source;

    return (struct boot_place){
        .file = source->file,
        .line = source->line.data != NULL ? source->line : shell_line(source->content, part),
    };
}
