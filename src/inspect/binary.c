#include "inspect/binary_facts.h"
#include "inspect/check.h"

#define MODE_SETUID 04000U
#define MODE_SETGID 02000U

static const struct column columns[] = {
    {"machine", COLUMN_TEXT, "mips, arm, aarch64, x86, x86-64, ppc, riscv, …"},
    {"class", COLUMN_INTEGER, "32 or 64"},
    {"endian", COLUMN_TEXT, "little or big"},
    {"type", COLUMN_TEXT, "executable, library, module, object or core"},
    {"pie", COLUMN_INTEGER, "1: an executable that can be loaded anywhere"},
    {"nx", COLUMN_INTEGER, "1: its stack cannot be executed"},
    {"nx_source", COLUMN_TEXT,
     "header (PT_GNU_STACK) or abi-default (it has none; what Linux does then)"},
    {"relro", COLUMN_TEXT, "full, partial or none"},
    {"canary", COLUMN_INTEGER, "1: some function is compiled with stack protection"},
    {"fortify", COLUMN_INTEGER, "fortified functions it imports; NULL: cannot be seen (musl)"},
    {"fortifiable", COLUMN_INTEGER, "functions it imports plain that have a fortified twin"},
    {"stripped", COLUMN_INTEGER, "1: no symbol table"},
    {"static", COLUMN_INTEGER, "1: a program that needs no library"},
    {"rpath", COLUMN_TEXT, "DT_RPATH"},
    {"runpath", COLUMN_TEXT, "DT_RUNPATH"},
    {"interpreter", COLUMN_TEXT, "the dynamic loader"},
    {"soname", COLUMN_TEXT, "DT_SONAME"},
    {"needed", COLUMN_TEXT, "libraries it names, comma separated"},
    {"unsafe", COLUMN_INTEGER,
     "functions it imports that write without a bound or run a shell"},
    {"unsafe_calls", COLUMN_TEXT, "their names, comma separated"},
    {"setuid", COLUMN_INTEGER, "1: runs as its owner"},
    {"setgid", COLUMN_INTEGER, "1: runs as its group"},
    {"libc", COLUMN_TEXT, "glibc, musl, uclibc or bionic"},
    {"network", COLUMN_INTEGER, "1: imports socket, bind, listen or accept"},
};

static const struct observable observable = {
    .name = "binary",
    .meaning = "an ELF file",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};

static const struct observable *const observables[] = {&observable};

static bool wants(const struct node *node, struct bytes head)
{
    return node->kind == NODE_FILE && bytes_starts(head, "\x7f"
                                                         "ELF");
}

static void set_number(struct observation *o, const char *name, int value)
{
    if (value >= 0)
        observation_integer(o, name, value);
}

static void set_text(struct observation *o, const char *name, struct bytes text)
{
    if (text.size > 0)
        observation_text(o, name, text);
}

static void state(struct observation *o, const struct binary_facts *facts)
{
    observation_string(o, "machine", facts->machine);
    observation_string(o, "type", facts->type);
    set_number(o, "pie", facts->pie);
    set_number(o, "nx", facts->nx);
    observation_string(o, "nx_source", facts->nx_source);
    observation_string(o, "relro", facts->relro);
    set_number(o, "canary", facts->canary);
    set_number(o, "fortify", facts->fortify);
    set_number(o, "fortifiable", facts->fortifiable);
    set_number(o, "stripped", facts->stripped);
    set_number(o, "static", facts->is_static);
    set_text(o, "rpath", facts->rpath);
    set_text(o, "runpath", facts->runpath);
    set_text(o, "interpreter", facts->interpreter);
    set_text(o, "soname", facts->soname);
    set_text(o, "needed", facts->needed);
    set_number(o, "unsafe", facts->unsafe);
    set_text(o, "unsafe_calls", facts->unsafe_calls);
    observation_string(o, "libc", facts->libc);
    set_number(o, "network", facts->network);
}

static struct error *run(const struct file *file, struct arena *arena, struct sink *sink)
{
    const struct node *node = file->node;
    struct binary_facts facts;
    struct binary_elf elf;

    if (!binary_elf_open(file->content, &elf))
        return error_new(ERROR_INPUT, "the ELF header of %zu bytes is cut off or broken",
                         file->content.size);
    binary_facts_read(&elf, bytes_ends(node->path, ".ko"), arena, &facts);
    struct observation *o = observation_new(arena, &observable, evidence_node(node));
    observation_integer(o, "class", elf.wide ? 64 : 32);
    observation_string(o, "endian", elf.big ? "big" : "little");
    state(o, &facts);
    if (node->has_owner) {
        observation_flag(o, "setuid", (node->mode & MODE_SETUID) != 0);
        observation_flag(o, "setgid", (node->mode & MODE_SETGID) != 0);
    }
    sink_observe(sink, o);
    return NULL;
}

const struct check check_binary = {
    .name = "binary",
    .title = "Executables and libraries",
    .observables = observables,
    .observable_count = COUNT_OF(observables),
    .wants = wants,
    .run = run,
};
