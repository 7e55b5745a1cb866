/*
 * Kernel options that matter to security, from the configuration a kernel was built with: IKCONFIG
 * out of the kernel itself, /boot/config-*, or a copy anywhere. Options that are not in
 * knowledge/patterns/kconfig.yaml are not stated.
 */
#include <string.h>

#include "base/limits.h"
#include "inspect/check.h"
#include "inspect/lists.h"

static const struct column columns[] = {
    {"name", COLUMN_TEXT, "CONFIG_…; KERNEL_VERSION for the release it belongs to"},
    {"value", COLUMN_TEXT, "y, m, n or the literal"},
};

static const struct observable observable = {
    .name = "kernel_option",
    .meaning = "an option the kernel was built with",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};
static const struct observable *const observables[] = {&observable};

/* A configuration says what made it and for what, and then names options. */
static bool kconfig_wants(const struct node *node, struct bytes head)
{
    struct bytes start = bytes_slice(head, 0, LIMIT_CONFIG_HEAD);

    (void)node;
    return bytes_starts(start, "#") && bytes_contains(start, "utomatically generated") &&
           (bytes_contains(start, "Linux") || bytes_contains(start, "Kernel Configuration")) &&
           bytes_contains(start, "CONFIG_") && !bytes_contains(start, "Buildroot") &&
           !bytes_contains(start, "U-Boot") && !bytes_contains(start, "Busybox");
}

static bool is_listed(struct bytes name)
{
    size_t low = 0, high = list_kernel_options_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = bytes_compare(name, bytes_of(list_kernel_options[middle]));
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static void state(const struct file *file, struct bytes line, struct bytes name,
                  struct bytes value, uint32_t number, struct arena *arena, struct sink *sink)
{
    struct evidence evidence = evidence_part(
        file->node, file->content, (uint64_t)(line.data - file->content.data), line.size);
    evidence.line = number;
    struct observation *row = observation_new(arena, &observable, evidence);

    observation_text(row, "name", name);
    observation_text(row, "value", value);
    sink_observe(sink, row);
}

/* "# Linux/mips 3.4.11 Kernel Configuration" and "# Linux kernel version: 2.6.31". */
static struct bytes version_in(struct bytes line)
{
    struct bytes rest = line, word;
    bool named = false;

    if (!bytes_starts(line, "# Linux") || line.size > LIMIT_EXCERPT)
        return (struct bytes){NULL, 0};
    while (bytes_next_word(&rest, &word)) {
        named = named || bytes_starts(word, "Linux");
        if (named && bytes_at(word, 0) >= '1' && bytes_at(word, 0) <= '9' &&
            bytes_find_byte(word, '.') != SIZE_MAX)
            return word;
    }
    return (struct bytes){NULL, 0};
}

static struct bytes unquoted(struct bytes value)
{
    if (value.size >= 2 && bytes_at(value, 0) == '"' && bytes_at(value, value.size - 1) == '"')
        return bytes_slice(value, 1, value.size - 2);
    return value;
}

static void read_line(const struct file *file, struct bytes line, uint32_t number,
                      struct arena *arena, struct sink *sink)
{
    static const char not_set[] = " is not set";

    if (bytes_starts(line, "# CONFIG_") && bytes_ends(line, not_set)) {
        struct bytes name = bytes_slice(line, 2, line.size - 2 - strlen(not_set));
        if (is_listed(name))
            state(file, line, name, bytes_of("n"), number, arena, sink);
        return;
    }
    size_t equals = bytes_find_byte(line, '=');
    if (!bytes_starts(line, "CONFIG_") || equals == SIZE_MAX)
        return;
    struct bytes name = bytes_slice(line, 0, equals);
    if (is_listed(name))
        state(file, line, name, unquoted(bytes_from_offset(line, equals + 1)), number, arena,
              sink);
}

static struct error *kconfig_run(const struct file *file, struct arena *arena,
                                 struct sink *sink)
{
    struct bytes rest = file->content, line;
    bool has_version = false;

    for (uint32_t number = 1; number < LIMIT_ROWS_NODE && bytes_next_line(&rest, &line);
         number++) {
        struct bytes version = has_version ? (struct bytes){NULL, 0} : version_in(line);
        if (version.size > 0) {
            state(file, line, bytes_of("KERNEL_VERSION"), version, number, arena, sink);
            has_version = true;
        }
        read_line(file, line, number, arena, sink);
    }
    return NULL;
}

const struct check check_kconfig = {
    .name = "kconfig",
    .title = "Kernel options",
    .observables = observables,
    .observable_count = COUNT_OF(observables),
    .wants = kconfig_wants,
    .run = kconfig_run,
};
