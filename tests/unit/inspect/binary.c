#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "inspect/binary_calls.h"
#include "inspect/binary_facts.h"
#include "test.h"

extern char **environ;

static struct bytes map(const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
        if (fd >= 0)
            close(fd);
        return (struct bytes){NULL, 0};
    }
    void *memory = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    return memory == MAP_FAILED ? (struct bytes){NULL, 0}
                                : bytes_from(memory, (size_t)status.st_size);
}

/* What readelf prints about PATH; empty when there is no readelf. */
static void readelf(const char *path, struct text *out)
{
    char options[] = "-hldW", symbols[] = "-sD", sections[] = "-S", name[] = "readelf";
    char *file = mem_string(path);
    char *argv[] = {name, options, sections, symbols, file, NULL};
    posix_spawn_file_actions_t actions;
    char buffer[4096];
    int ends[2], status;
    ssize_t size;
    pid_t pid;

    if (pipe(ends) != 0)
        abort();
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    bool started = posix_spawnp(&pid, name, &actions, NULL, argv, environ) == 0;
    close(ends[1]);
    while (started && (size = read(ends[0], buffer, sizeof buffer)) > 0)
        text_add_bytes(out, bytes_from(buffer, (size_t)size));
    close(ends[0]);
    if (started)
        waitpid(pid, &status, 0);
    posix_spawn_file_actions_destroy(&actions);
    mem_free(file);
}

/* The facts as readelf tells them. */
struct oracle {
    bool dynamic, interpreter, stack, stack_executes, relro, now, pie, symbol_table;
    bool canary, network, exec, dyn;
    int needed, fortify, fortifiable, unsafe;
    char soname[128], runpath[256];
};

static void copy_bracket(struct bytes line, char *out, size_t size)
{
    size_t start = bytes_find_byte(line, '[');
    struct bytes rest = bytes_from_offset(line, start == SIZE_MAX ? line.size : start + 1);
    size_t end = bytes_find_byte(rest, ']');

    snprintf(out, size, "%.*s", (int)(end == SIZE_MAX ? 0 : end),
             rest.data == NULL ? "" : (const char *)rest.data);
}

/* "  12: 0000 0 FUNC GLOBAL DEFAULT UND strcpy@GLIBC_2.2.5 (3)" */
static void read_import(struct bytes line, struct oracle *out)
{
    size_t at = bytes_find_string(line, " UND ");
    struct bytes rest = bytes_from_offset(line, at == SIZE_MAX ? line.size : at + 5), name;

    if (at == SIZE_MAX || !bytes_next_word(&rest, &name))
        return;
    size_t version = bytes_find_byte(name, '@');
    if (version != SIZE_MAX)
        name = bytes_slice(name, 0, version);
    unsigned is = binary_call(name);
    out->canary |= (is & CALL_CANARY) != 0;
    out->network |= (is & CALL_NETWORK) != 0;
    out->fortify += (is & CALL_FORTIFIED) != 0;
    out->fortifiable += (is & CALL_FORTIFIABLE) != 0;
    out->unsafe += (is & CALL_UNSAFE) != 0;
}

static void read_line(struct bytes line, struct oracle *out)
{
    struct bytes trimmed = bytes_trim(line);

    out->exec |= bytes_starts(trimmed, "Type:") && bytes_contains(line, "EXEC (");
    out->dyn |= bytes_starts(trimmed, "Type:") && bytes_contains(line, "DYN (");
    out->dynamic |= bytes_starts(trimmed, "DYNAMIC ");
    out->interpreter |= bytes_starts(trimmed, "INTERP ");
    out->relro |= bytes_starts(trimmed, "GNU_RELRO ");
    if (bytes_starts(trimmed, "GNU_STACK ")) {
        out->stack = true;
        out->stack_executes = bytes_contains(line, "RWE");
    }
    out->needed += bytes_contains(line, "(NEEDED)");
    out->now |= bytes_contains(line, "(BIND_NOW)") ||
                (bytes_contains(line, "(FLAGS") &&
                 (bytes_contains(line, "BIND_NOW") || bytes_contains(line, " NOW")));
    out->pie |= bytes_contains(line, "(FLAGS_1)") && bytes_contains(line, "PIE");
    if (bytes_contains(line, "(SONAME)"))
        copy_bracket(line, out->soname, sizeof out->soname);
    if (bytes_contains(line, "(RUNPATH)"))
        copy_bracket(line, out->runpath, sizeof out->runpath);
    out->symbol_table |= bytes_contains(line, " .symtab ");
    read_import(line, out);
}

static bool check_text(struct bytes got, const char *wanted)
{
    return bytes_is(got, wanted);
}

/* Compares the facts of one file; false when it is none that can be compared. */
static bool compare(const char *path)
{
    struct bytes bytes = map(path);
    struct binary_elf elf;
    struct binary_facts facts;

    if (!binary_elf_open(bytes, &elf) || (elf.type != ELF_EXEC && elf.type != ELF_DYN) ||
        bytes.size > (8U << 20))
        return false;
    owned(arena) arena = arena_new();
    owned(text) output = text_new();
    struct oracle oracle = {.needed = 0};
    readelf(path, output);
    if (output->size == 0)
        return false;
    struct bytes rest = text_bytes(output), line;
    while (bytes_next_line(&rest, &line))
        read_line(line, &oracle);
    binary_facts_read(&elf, false, arena, &facts);

    bool before = test_ok;
    bool library =
        oracle.dyn && !oracle.pie && (!oracle.interpreter || oracle.soname[0] != '\0');
    test_ok = true;
    CHECK_STRING(facts.type, library ? "library" : "executable");
    CHECK_INT(facts.nx, oracle.stack ? !oracle.stack_executes : facts.nx);
    CHECK_STRING(facts.relro, !oracle.relro ? "none" : oracle.now ? "full" : "partial");
    CHECK_INT(facts.stripped, !oracle.symbol_table);
    CHECK_INT(facts.is_static, !library && !oracle.interpreter && oracle.needed == 0);
    CHECK_TRUE(check_text(facts.soname, oracle.soname));
    CHECK_TRUE(check_text(facts.runpath, oracle.runpath));
    if (!library)
        CHECK_INT(facts.pie, oracle.dyn);
    if (facts.is_static == 0 && facts.unsafe >= 0) {
        CHECK_INT(facts.unsafe, oracle.unsafe);
        CHECK_INT(facts.network, oracle.network);
        CHECK_INT(facts.fortifiable, oracle.fortifiable);
        if (facts.fortify >= 0)
            CHECK_INT(facts.fortify, oracle.fortify);
        if (facts.canary >= 0)
            CHECK_INT(facts.canary, oracle.canary);
    }
    if (!test_ok)
        printf("# … in %s\n", path);
    test_ok &= before;
    munmap((void *)(uintptr_t)bytes.data, bytes.size);
    return true;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Compares every STEPth file of FOLDER, at most MOST of them. */
static int compare_folder(const char *folder, int most)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, by_name), compared = 0;
    int step = count > 2 * most ? count / (2 * most) : 1;

    for (int i = 0; i < count; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (i % step == 0 && compared < most)
            compared += compare(path) ? 1 : 0;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return compared;
}

static const char *const folders[] = {"/usr/bin",
                                      "/usr/sbin",
                                      "/lib",
                                      "/usr/lib",
                                      "/usr/lib/x86_64-linux-gnu",
                                      "/usr/lib/aarch64-linux-gnu"};

TEST(readelf_agrees)
{
    const char *extra = secure_getenv("PROVISO_ELF_FOLDER"); /* for a wider look by hand */
    int compared = 0;

    if (extra != NULL)
        compared += compare_folder(extra, 100000);
    for (size_t i = 0; i < COUNT_OF(folders) && extra == NULL; i++)
        compared += compare_folder(folders[i], 30);
    printf("# %d files compared\n", compared);
}

TEST(names_are_exact)
{
    CHECK_INT(binary_call(bytes_of("strcpy")), CALL_UNSAFE | CALL_FORTIFIABLE);
    CHECK_INT(binary_call(bytes_of("__strcpy_chk")), CALL_FORTIFIED);
    CHECK_INT(binary_call(bytes_of("__stack_chk_fail")), CALL_CANARY);
    CHECK_INT(binary_call(bytes_of("my_strcpy")), 0);
    CHECK_INT(binary_call(bytes_of("strcpy_s")), 0);
    CHECK_INT(binary_call(bytes_of("__cxa_throw_bad_array_chk")), 0);
    CHECK_INT(binary_call(bytes_of("")), 0);
}

static uint64_t random_state = 1;

static uint32_t next_random(void)
{
    random_state = random_state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(random_state >> 33);
}

static void read_all(struct bytes bytes, struct arena *arena)
{
    struct binary_elf elf;
    struct binary_facts facts;

    if (binary_elf_open(bytes, &elf))
        binary_facts_read(&elf, false, arena, &facts);
    arena_reset(arena);
}

/* Every program of any machine has the same places to go wrong in. */
TEST(damaged_files_do_no_harm)
{
    struct bytes bytes = map("/proc/self/exe");
    owned(arena) arena = arena_new();
    size_t most = bytes.size < (256U << 10) ? bytes.size : (256U << 10);
    uint8_t *copy = mem_alloc(bytes.size + 1);

    CHECK_TRUE(bytes.size > 0);
    for (int round = 0; round < 2000; round++) {
        mem_copy(copy, bytes.data, bytes.size);
        for (int i = 0; i < 1 + round % 8; i++)
            copy[next_random() % (round % 2 == 0 ? 4096 : most)] = (uint8_t)next_random();
        read_all(bytes_from(copy, bytes.size), arena);
    }
    for (size_t size = 0; size < 4096; size++) {
        uint8_t *cut = mem_alloc(size + 1); /* so that one byte too far is seen */
        mem_copy(cut, bytes.data, size);
        read_all(bytes_from(cut, size), arena);
        mem_free(cut);
    }
    mem_free(copy);
    munmap((void *)(uintptr_t)bytes.data, bytes.size);
}

int main(void)
{
    RUN(names_are_exact);
    RUN(readelf_agrees);
    RUN(damaged_files_do_no_harm);
    return test_end();
}
