#include "inspect/service_script.h"

/* The words of a test, read from the left (POSIX, test: with -a, -o and parentheses). */
struct reader {
    struct machine *machine;
    const struct field *words;
    size_t count, at;
};

static enum status negate(enum status status)
{
    if (status == STATUS_UNKNOWN)
        return status;
    return status == STATUS_TRUE ? STATUS_FALSE : STATUS_TRUE;
}

static enum status of(bool truth)
{
    return truth ? STATUS_TRUE : STATUS_FALSE;
}

/* A test of a file: certain only where the image shows what the device will have. */
static enum status test_file(struct machine *machine, uint8_t operator, struct bytes path)
{
    const struct boot *boot = machine->boot;

    if (bytes_at(path, 0) != '/' || boot_hidden(boot, path))
        return STATUS_UNKNOWN;
    const struct system_node *found = system_find(boot->system, path);
    if (operator== 'L' || operator== 'h')
        return of(system_at(boot->system, node_path_clean(boot->arena, path)) != NULL);
    if (found == NULL && !boot->system->complete)
        return STATUS_UNKNOWN;
    /* A missing program stays missing; a missing file may be made by a setting. */
    if (found == NULL)
        return operator== 'x' ? STATUS_FALSE : STATUS_ABSENT;
    if (operator== 'd')
        return of(found->node->kind == NODE_DIR);
    if (operator== 'f')
        return of(found->node->kind == NODE_FILE);
    if (operator== 's')
        return of(found->node->kind != NODE_FILE || found->node->size > 0);
    if (operator== 'x' && found->node->kind == NODE_FILE && found->node->has_owner)
        return of((found->node->mode & 0111) != 0);
    if (operator== 'b' || operator== 'c' || operator== 'p' || operator== 'S')
        return STATUS_UNKNOWN;
    return STATUS_TRUE;
}

static enum status unary(struct machine *machine, struct bytes operator, struct field operand)
{
    uint8_t letter = bytes_at(operator, 1);

    if (operand.unknown || operand.unsure)
        return STATUS_UNKNOWN;
    if (letter == 'n')
        return of(operand.text.size > 0);
    if (letter == 'z')
        return of(operand.text.size == 0);
    if (bytes_find_byte(bytes_of("defhLrsxwbcpS"), letter) != SIZE_MAX)
        return test_file(machine, letter, operand.text);
    return STATUS_UNKNOWN;
}

static bool is_binary(struct bytes word)
{
    static const char *const operators[] = {"=",   "==",  "!=",  "-eq", "-ne",
                                            "-gt", "-ge", "-lt", "-le"};

    for (size_t i = 0; i < COUNT_OF(operators); i++)
        if (bytes_is(word, operators[i]))
            return true;
    return false;
}

static enum status binary(struct field left, struct bytes operator, struct field right)
{
    uint64_t a, b;

    if (left.unknown || right.unknown || left.unsure || right.unsure)
        return STATUS_UNKNOWN;
    if (bytes_is(operator, "=") || bytes_is(operator, "=="))
        return of(bytes_equal(left.text, right.text));
    if (bytes_is(operator, "!="))
        return of(!bytes_equal(left.text, right.text));
    if (!bytes_to_u64(left.text, &a) || !bytes_to_u64(right.text, &b))
        return left.text.size == 0 || right.text.size == 0 ? STATUS_FALSE : STATUS_UNKNOWN;
    if (bytes_is(operator, "-eq"))
        return of(a == b);
    if (bytes_is(operator, "-ne"))
        return of(a != b);
    if (bytes_is(operator, "-gt"))
        return of(a > b);
    if (bytes_is(operator, "-ge"))
        return of(a >= b);
    return of(bytes_is(operator, "-lt") ? a < b : a <= b);
}

static enum status read_one(struct reader *r)
{
    const struct field *word = &r->words[r->at];
    size_t left = r->count - r->at;

    if (left >= 3 && is_binary(r->words[r->at + 1].text)) {
        r->at += 3;
        return binary(word[0], word[1].text, word[2]);
    }
    if (left >= 2 && word->text.size == 2 && bytes_at(word->text, 0) == '-' && !word->unknown) {
        r->at += 2;
        return unary(r->machine, word->text, word[1]);
    }
    r->at++;
    if (word->unknown || word->unsure)
        return STATUS_UNKNOWN;
    return of(word->text.size > 0);
}

static enum status read_not(struct reader *r)
{
    bool negated = false;

    while (r->at + 1 < r->count && bytes_is(r->words[r->at].text, "!")) {
        negated = !negated;
        r->at++;
    }
    if (r->at >= r->count)
        return STATUS_FALSE;
    enum status status = read_one(r);
    return negated ? negate(status) : status;
}

static enum status both(enum status a, enum status b)
{
    if (a == STATUS_FALSE || b == STATUS_FALSE)
        return STATUS_FALSE;
    if (a == STATUS_ABSENT || b == STATUS_ABSENT)
        return STATUS_ABSENT;
    return a == STATUS_TRUE ? b : a;
}

static enum status either(enum status a, enum status b)
{
    if (a == STATUS_TRUE || b == STATUS_TRUE)
        return STATUS_TRUE;
    if (a == STATUS_UNKNOWN || b == STATUS_UNKNOWN)
        return STATUS_UNKNOWN;
    return a == STATUS_ABSENT ? a : b;
}

enum status test_evaluate(struct machine *machine, const struct field *words, size_t count)
{
    struct reader r = {.machine = machine, .words = words, .count = count};
    enum status result = STATUS_FALSE;

    if (count == 0)
        return STATUS_FALSE;
    for (size_t i = 0; i < count; i++)
        if (bytes_is(words[i].text, "(") || bytes_is(words[i].text, "=~"))
            return STATUS_UNKNOWN;
    for (;;) {
        enum status all = read_not(&r);
        while (r.at < count && bytes_is(words[r.at].text, "-a")) {
            r.at++;
            all = both(all, read_not(&r));
        }
        result = either(result, all);
        if (r.at >= count)
            return result;
        if (!bytes_is(words[r.at].text, "-o"))
            return STATUS_UNKNOWN;
        r.at++;
    }
}
