#include "base/limits.h"
#include "inspect/service_script.h"

/*
 * Command substitutions of which the output is plain to see: echo and printf of known words,
 * basename and dirname, and anything that only passes on nothing.
 */

/* Filters that make nothing of nothing. */
static bool is_filter(struct bytes name)
{
    static const char *const filters[] = {"awk",  "sed",  "tr",    "cut",  "sort", "uniq",
                                          "head", "tail", "xargs", "grep", "rev"};

    for (size_t i = 0; i < COUNT_OF(filters); i++)
        if (bytes_is(name, filters[i]))
            return true;
    return false;
}

/* The words of the first command; *PIPED when filters follow it. False when it is more. */
static bool first_command(struct machine *machine, struct bytes inner, struct fields *words,
                          bool *piped)
{
    struct shell_script script = shell_read(inner, machine->boot->arena);
    bool expected = false;

    *piped = false;
    for (size_t i = 0; script.tokens[i].kind != SHELL_END; i++) {
        const struct shell_token *token = &script.tokens[i];
        if (token->kind == SHELL_NEWLINE)
            continue;
        if (token->kind == SHELL_OPERATOR) {
            if (!bytes_is(token->text, "|"))
                return false;
            *piped = expected = true;
        } else if (expected) {
            if (!is_filter(token->text))
                return false;
            expected = false;
        } else if (!*piped) {
            word_expand(machine, token->text, words);
        }
    }
    return words->count > 0;
}

static struct bytes text_of(struct machine *machine, const struct fields *words, size_t first)
{
    struct bytes all = bytes_of("");

    for (size_t i = first; i < words->count && all.size < LIMIT_SCRIPT_FIELD; i++) {
        struct bytes more = words->items[i].text;
        all = bytes_of(arena_printf(machine->boot->arena, "%.*s%s%.*s", (int)all.size,
                                    all.size == 0 ? "" : (const char *)all.data,
                                    i > first ? " " : "", (int)more.size,
                                    more.size == 0 ? "" : (const char *)more.data));
    }
    return bytes_trim(all);
}

/* The output of one command, or false. FIRST is its first word to print. */
static bool output_of(struct machine *machine, const struct fields *words, bool piped,
                      struct bytes *text)
{
    struct bytes name = words->items[0].text;
    bool format = bytes_is(name, "printf") && words->count > 1 &&
                  bytes_starts(words->items[1].text, "%s");

    if (bytes_is(name, "echo") || format || bytes_is(name, "normalize_list")) {
        *text = text_of(machine, words, format ? 2 : 1);
        return text->size == 0 || (!piped && bytes_at(*text, 0) != '-' &&
                                   bytes_find_byte(*text, '\\') == SIZE_MAX);
    }
    if (piped || words->count != 2)
        return false;
    struct bytes path = words->items[1].text, base = path_base(path);
    if (bytes_is(name, "basename")) {
        *text = base;
        return true;
    }
    *text = bytes_slice(path, 0, path.size - base.size > 0 ? path.size - base.size - 1 : 0);
    return bytes_is(name, "dirname") && text->size > 0;
}

struct field word_substitute(struct machine *machine, struct bytes inner, struct bytes whole)
{
    struct field unknown = {.text = whole, .unknown = true}, result = {.unknown = false};
    struct fields words = {.count = 0};
    bool piped;

    if (machine->boot->nesting >= LIMIT_SCRIPT_CALLS || bytes_at(inner, 0) == '(')
        return unknown;
    machine->boot->nesting++;
    bool plain = first_command(machine, inner, &words, &piped);
    machine->boot->nesting--;
    if (!plain)
        return unknown;
    for (size_t i = 0; i < words.count; i++) {
        plain &= !words.items[i].unknown && !words.items[i].glob;
        result.unsure |= words.items[i].unsure;
    }
    if (!plain || !output_of(machine, &words, piped, &result.text))
        return unknown;
    return result;
}
