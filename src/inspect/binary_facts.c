#include "inspect/binary_facts.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "inspect/binary_calls.h"

#define FLAG_BIND_NOW    8U /* DF_BIND_NOW */
#define FLAG_1_NOW       1U /* DF_1_NOW */
#define FLAG_1_PIE       0x08000000U
#define SEGMENT_EXECUTES 1U

enum {
    MACHINE_X86 = 3,
    MACHINE_MIPS = 8,
    MACHINE_PPC = 20,
    MACHINE_PPC64 = 21,
    MACHINE_ARM = 40,
    MACHINE_X86_64 = 62,
    MACHINE_AARCH64 = 183,
    MACHINE_RISCV = 243
};

static const struct {
    unsigned number;
    const char *name;
    /*
     * Does Linux keep the stack of a program without PT_GNU_STACK from being executed? 1, 0, or
     * -1 where it depends on more than the machine. From elf_read_implies_exec and
     * VM_STACK_DEFAULT_FLAGS of each arch/ of Linux 5.8 and later.
     */
    int nx;
} machines[] = {
    {2, "sparc", -1},
    {MACHINE_X86, "x86", 0},
    {4, "m68k", -1},
    {MACHINE_MIPS, "mips", 0},
    {15, "parisc", -1},
    {MACHINE_PPC, "ppc", 0},
    {MACHINE_PPC64, "ppc64", 1},
    {22, "s390", -1},
    {MACHINE_ARM, "arm", 0},
    {42, "sh", -1},
    {43, "sparc64", -1},
    {50, "ia64", -1},
    {MACHINE_X86_64, "x86-64", 1},
    {83, "avr", -1},
    {93, "arc", -1},
    {94, "xtensa", -1},
    {106, "blackfin", -1},
    {113, "nios2", -1},
    {MACHINE_AARCH64, "aarch64", 1},
    {189, "microblaze", -1},
    {195, "arcv2", -1},
    {MACHINE_RISCV, "riscv", 1},
    {247, "bpf", -1},
    {252, "csky", -1},
    {258, "loongarch", -1},
};

static void read_machine(const struct binary_elf *elf, struct arena *arena,
                         struct binary_facts *out, int *default_nx)
{
    *default_nx = -1;
    for (size_t i = 0; i < COUNT_OF(machines); i++)
        if (machines[i].number == elf->machine) {
            out->machine = machines[i].name;
            *default_nx = machines[i].nx;
            return;
        }
    out->machine = arena_printf(arena, "machine %u", elf->machine);
}

/* What the dynamic table says, and the interpreter. */
struct linking {
    bool bind_now, is_pie;
    size_t needed;
};

static void add_needed(struct text *names, struct bytes name)
{
    if (names->size > 0)
        text_add_char(names, ',');
    text_add_bytes(names, name);
}

static struct linking read_linking(const struct binary_elf *elf, struct arena *arena,
                                   struct binary_facts *out)
{
    owned(text) needed = text_new();
    struct linking linking = {.needed = 0};
    struct binary_dynamic entry;

    for (unsigned i = 0; binary_elf_dynamic(elf, i, &entry); i++) {
        struct bytes *text = entry.tag == DYNAMIC_SONAME    ? &out->soname
                             : entry.tag == DYNAMIC_RPATH   ? &out->rpath
                             : entry.tag == DYNAMIC_RUNPATH ? &out->runpath
                                                            : NULL;
        if (text != NULL)
            *text = binary_elf_string(elf->strings, entry.value);
        if (entry.tag == DYNAMIC_NEEDED && linking.needed++ < LIMIT_ELF_NEEDED)
            add_needed(needed, binary_elf_string(elf->strings, entry.value));
        if (entry.tag == DYNAMIC_BIND_NOW ||
            (entry.tag == DYNAMIC_FLAGS && (entry.value & FLAG_BIND_NOW) != 0) ||
            (entry.tag == DYNAMIC_FLAGS_1 && (entry.value & FLAG_1_NOW) != 0))
            linking.bind_now = true;
        if (entry.tag == DYNAMIC_FLAGS_1 && (entry.value & FLAG_1_PIE) != 0)
            linking.is_pie = true;
    }
    out->needed = arena_copy(arena, text_bytes(needed));
    return linking;
}

/* Names of sections that only a kernel or its modules have. */
static void read_sections(const struct binary_elf *elf, bool *modinfo, bool *kernel)
{
    struct binary_section section;

    *modinfo = *kernel = false;
    for (unsigned i = 0; binary_elf_section(elf, i, &section); i++) {
        *modinfo |= bytes_is(section.name, ".modinfo");
        *kernel |= bytes_is(section.name, "__ksymtab") || bytes_is(section.name, ".init.setup");
    }
}

static const char *type_of(const struct binary_elf *elf, const struct linking *linking,
                           const struct binary_facts *facts, bool module)
{
    switch (elf->type) {
    case ELF_REL:
        return module ? "module" : "object";
    case ELF_EXEC:
        return "executable";
    case ELF_CORE:
        return "core";
    case ELF_DYN:
        if (!binary_elf_has_segments(elf) || !elf->dynamic_whole)
            return NULL;
        /* libc.so.6 and others can be run, and yet are libraries: they have a name as such. */
        return linking->is_pie || (facts->interpreter.size > 0 && facts->soname.size == 0)
                   ? "executable"
                   : "library";
    default:
        return NULL;
    }
}

/* Segments: interpreter, stack, read-only after relocation. */
static void read_segments(const struct binary_elf *elf, const struct linking *linking,
                          int default_nx, struct binary_facts *out)
{
    struct binary_segment segment;

    out->relro = "none";
    out->nx = default_nx;
    out->nx_source = default_nx < 0 ? NULL : "abi-default";
    for (unsigned i = 0; binary_elf_segment(elf, i, &segment); i++) {
        if (segment.type == SEGMENT_GNU_RELRO)
            out->relro = linking->bind_now ? "full" : "partial";
        if (segment.type != SEGMENT_GNU_STACK)
            continue;
        out->nx = (segment.flags & SEGMENT_EXECUTES) == 0 ? 1 : 0;
        out->nx_source = "header";
    }
    if (!elf->dynamic_whole && strcmp(out->relro, "none") != 0)
        out->relro = NULL;
}

static struct bytes find_interpreter(const struct binary_elf *elf)
{
    struct binary_segment segment;

    for (unsigned i = 0; binary_elf_segment(elf, i, &segment); i++)
        if (segment.type == SEGMENT_INTERPRETER)
            return binary_elf_string(bytes_slice(elf->bytes, segment.offset, segment.size), 0);
    return (struct bytes){NULL, 0};
}

static bool needs(struct bytes needed, const char *name)
{
    struct bytes field;

    while (bytes_next_field(&needed, ',', &field))
        if (bytes_is(field, name))
            return true;
    return false;
}

/* By the loader or the name of the library; "libc.so" alone can be musl or bionic. */
static const char *libc_of(const struct binary_facts *facts)
{
    struct bytes loader = facts->interpreter, needed = facts->needed;

    if (bytes_contains(loader, "ld-musl") || bytes_contains(needed, "libc.musl-"))
        return "musl";
    if (bytes_contains(loader, "ld-uClibc") || needs(needed, "libc.so.0") ||
        needs(needed, "libc.so.1"))
        return "uclibc";
    if (bytes_starts(loader, "/system/bin/linker") ||
        bytes_starts(loader, "/apex/com.android.runtime/"))
        return "bionic";
    if (needs(needed, "libc.so.6") || bytes_contains(loader, "ld-linux") ||
        bytes_ends(loader, "/ld.so.1") || bytes_ends(loader, "/ld64.so.1") ||
        bytes_ends(loader, "/ld64.so.2"))
        return "glibc";
    if (!needs(needed, "libc.so"))
        return NULL;
    if (needs(needed, "libgcc_s.so.1"))
        return "musl";
    return needs(needed, "libdl.so") || needs(needed, "libm.so") || needs(needed, "liblog.so")
               ? "bionic"
               : NULL;
}

/* Counts of what a program takes from elsewhere, or holds itself when it is static. */
struct calls {
    int unsafe, fortified, fortifiable;
    bool network, canary;
    struct text *names;
};

static void count_call(struct bytes name, struct calls *calls)
{
    unsigned is = name.size < 4 ? 0 : binary_call(name);

    if ((is & CALL_CANARY) != 0)
        calls->canary = true;
    if ((is & CALL_NETWORK) != 0)
        calls->network = true;
    calls->fortified += (is & CALL_FORTIFIED) != 0 ? 1 : 0;
    calls->fortifiable += (is & CALL_FORTIFIABLE) != 0 ? 1 : 0;
    if ((is & CALL_UNSAFE) == 0)
        return;
    calls->unsafe++;
    add_needed(calls->names, name);
}

/* A C library defines the canary that others refer to: of itself that proves nothing. */
static bool is_c_library(struct bytes soname)
{
    static const char *const starts[] = {"libc.", "libc-",  "ld-",      "ld.",
                                         "ld64",  "libssp", "libuClibc"};

    for (size_t i = 0; i < COUNT_OF(starts); i++)
        if (bytes_starts(soname, starts[i]))
            return true;
    return false;
}

static void store_calls(const struct calls *calls, struct arena *arena,
                        struct binary_facts *out)
{
    out->unsafe = calls->unsafe;
    out->unsafe_calls = arena_copy(arena, text_bytes(calls->names));
    out->network = calls->network ? 1 : 0;
    out->canary = calls->canary ? 1 : 0;
}

static void read_imports(const struct binary_elf *elf, struct arena *arena,
                         struct binary_facts *out)
{
    owned(text) names = text_new();
    struct calls calls = {.names = names};
    struct binary_symbol symbol;

    for (uint64_t i = 1; binary_elf_symbol(elf, i, &symbol); i++)
        if (symbol.imported)
            count_call(binary_elf_symbol_name(elf->strings, &symbol), &calls);
    store_calls(&calls, arena, out);
    if (!calls.canary && is_c_library(out->soname))
        out->canary = -1;
    out->fortifiable = calls.fortifiable;
    /* The headers that fortify musl check in the caller and leave no name behind. */
    if (out->libc == NULL || strcmp(out->libc, "musl") != 0)
        out->fortify = calls.fortified;
}

/* A static program or a module has only the symbols that strip takes away. */
static void read_own_symbols(const struct binary_elf *elf, bool all, struct arena *arena,
                             struct binary_facts *out)
{
    owned(text) names = text_new();
    struct calls calls = {.names = names};
    struct binary_section table, strings;
    struct binary_symbol symbol;

    if (!binary_elf_section_of(elf, SECTION_SYMBOLS, &table) ||
        !binary_elf_section(elf, table.link, &strings) ||
        !bytes_has(elf->bytes, table.offset, table.size) ||
        !bytes_has(elf->bytes, strings.offset, strings.size))
        return;
    struct bytes text = bytes_slice(elf->bytes, strings.offset, strings.size);
    for (uint64_t i = 1; binary_elf_section_symbol(elf, &table, i, &symbol); i++)
        if (symbol.imported || all)
            count_call(binary_elf_symbol_name(text, &symbol), &calls);
    store_calls(&calls, arena, out);
}

/* Programs and libraries: what their segments and the dynamic table say. */
static void read_loaded(const struct binary_elf *elf, const struct linking *linking,
                        int default_nx, struct arena *arena, struct binary_facts *out)
{
    bool executable = strcmp(out->type, "executable") == 0;
    bool whole = elf->segment_count > 0 && binary_elf_has_segments(elf);

    if (executable)
        out->pie = elf->type == ELF_DYN ? 1 : 0;
    if (whole)
        read_segments(elf, linking, default_nx, out);
    if (whole && elf->dynamic_whole)
        out->is_static =
            executable && out->interpreter.size == 0 && linking->needed == 0 ? 1 : 0;
    if (out->is_static == 1)
        read_own_symbols(elf, true, arena, out);
    else if (out->is_static == 0 && elf->symbols_whole)
        read_imports(elf, arena, out);
}

void binary_facts_read(struct binary_elf *elf, bool module_name, struct arena *arena,
                       struct binary_facts *out)
{
    struct binary_facts facts = {
        .pie = -1,
        .nx = -1,
        .canary = -1,
        .fortify = -1,
        .fortifiable = -1,
        .stripped = -1,
        .is_static = -1,
        .unsafe = -1,
        .network = -1,
    };
    struct binary_section section;
    bool modinfo, kernel;
    int default_nx;

    read_machine(elf, arena, &facts, &default_nx);
    binary_elf_read_dynamic(elf);
    facts.interpreter = find_interpreter(elf);
    struct linking linking = read_linking(elf, arena, &facts);
    read_sections(elf, &modinfo, &kernel);
    facts.type = type_of(elf, &linking, &facts, modinfo || module_name);
    facts.libc = libc_of(&facts);
    if (binary_elf_section_of(elf, SECTION_SYMBOLS, &section))
        facts.stripped = 0;
    else if (binary_elf_has_sections(elf))
        facts.stripped = 1;
    /* What Linux does with a stack says nothing about its own kernel. */
    if (facts.type != NULL && (elf->type == ELF_EXEC || elf->type == ELF_DYN) && !kernel)
        read_loaded(elf, &linking, default_nx, arena, &facts);
    else if (elf->type == ELF_REL)
        read_own_symbols(elf, false, arena, &facts);
    *out = facts;
}
