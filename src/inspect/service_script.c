#include "inspect/service_script.h"

#include "base/limits.h"

/* Reading tokens */

static const struct shell_token *peek(const struct parser *p)
{
    return &p->script->tokens[p->at];
}

static const struct shell_token *next(struct parser *p)
{
    const struct shell_token *token = peek(p);
    struct boot *boot = p->machine->boot;

    if (token->kind == SHELL_END)
        return token;
    p->at++;
    if (++boot->steps > LIMIT_BOOT_STEPS || boot->limited) {
        boot->limited = true;
        p->at = p->script->count - 1;
    }
    return token;
}

static bool at_word(const struct parser *p, const char *word)
{
    return peek(p)->kind == SHELL_WORD && bytes_is(peek(p)->text, word);
}

static bool at_operator(const struct parser *p, const char *text)
{
    return peek(p)->kind == SHELL_OPERATOR && bytes_is(peek(p)->text, text);
}

static bool accept_word(struct parser *p, const char *word)
{
    if (!at_word(p, word))
        return false;
    (void)next(p);
    return true;
}

static bool accept_operator(struct parser *p, const char *text)
{
    if (!at_operator(p, text))
        return false;
    (void)next(p);
    return true;
}

static void skip_newlines(struct parser *p)
{
    while (peek(p)->kind == SHELL_NEWLINE)
        (void)next(p);
}

static bool at_stop(const struct parser *p)
{
    static const char *const words[] = {"then", "else", "elif", "fi",
                                        "do",   "done", "esac", "}"};

    if (peek(p)->kind == SHELL_END || at_operator(p, ")") || at_operator(p, ";;"))
        return true;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (at_word(p, words[i]))
            return true;
    return false;
}

static enum status run_list(struct parser *p);
static enum status run_command(struct parser *p);

/* Runs a list under a condition. */
static enum status run_under(struct parser *p, enum boot_level level)
{
    struct frame *frame = p->machine->frame;
    enum boot_level before = frame->local;

    frame->local = boot_lower(before, level);
    enum status status = run_list(p);
    frame->local = before;
    return status;
}

static enum boot_level when_true(enum status status)
{
    static const enum boot_level levels[] = {BOOT_SURE, BOOT_DEAD, BOOT_OFF, BOOT_MAYBE};

    return levels[status];
}

static enum boot_level when_false(enum status status)
{
    static const enum boot_level levels[] = {BOOT_DEAD, BOOT_SURE, BOOT_SURE, BOOT_MAYBE};

    return levels[status];
}

static enum status run_if(struct parser *p)
{
    enum boot_level left = BOOT_SURE; /* what is left for the branches to come */
    enum status result = STATUS_TRUE;

    do {
        (void)next(p);
        enum status status = run_under(p, left);
        (void)accept_word(p, "then");
        enum boot_level level = boot_lower(left, when_true(status));
        enum status branch = run_under(p, level);
        if (level == BOOT_SURE)
            result = branch;
        else if (level == BOOT_MAYBE)
            result = STATUS_UNKNOWN;
        left = boot_lower(left, when_false(status));
    } while (at_word(p, "elif"));
    if (accept_word(p, "else")) {
        enum status branch = run_under(p, left);
        result = left == BOOT_SURE ? branch : left == BOOT_MAYBE ? STATUS_UNKNOWN : result;
    }
    (void)accept_word(p, "fi");
    return result;
}

static struct frame frame_inside(struct machine *machine, bool process)
{
    return (struct frame){
        .parent = machine->frame,
        .process = process,
        .base = script_level(machine),
        .local = BOOT_SURE,
        .cap = BOOT_SURE,
        .arguments = machine->frame->arguments,
        .name = machine->frame->name,
    };
}

/* One turn of a loop, as surely as LEVEL; CAP is what an earlier break left. */
static struct frame run_turn(struct parser *p, enum boot_level level, enum boot_level cap)
{
    struct machine *machine = p->machine;
    struct frame frame = frame_inside(machine, false);

    frame.loop = true;
    frame.base = boot_lower(frame.base, boot_lower(level, cap));
    machine->frame = &frame;
    (void)run_list(p);
    machine->frame = frame.parent;
    machine->frame->arguments = frame.arguments; /* shift works through */
    return frame;
}

static enum status run_while(struct parser *p)
{
    bool until = at_word(p, "until");

    (void)next(p);
    enum status status = run_list(p);
    (void)accept_word(p, "do");
    size_t first = p->machine->boot->count;
    enum boot_level before = p->machine->frame->local;
    enum boot_level level = until ? when_false(status) : when_true(status);
    p->machine->frame->local = boot_lower(before, level);
    struct frame turn = run_turn(p, level, BOOT_SURE);
    p->machine->frame->local = before;
    (void)accept_word(p, "done");
    if (status == STATUS_TRUE && !until && !turn.broke) {
        for (size_t i = first; i < p->machine->boot->count; i++)
            p->machine->boot->services[i].daemon = true; /* started again and again */
        script_leave(p->machine, true);                  /* what follows is not reached */
    }
    return STATUS_UNKNOWN;
}

static void for_items(struct parser *p, struct fields *items)
{
    struct fields raw = {.count = 0};

    skip_newlines(p);
    if (!accept_word(p, "in")) {
        *items = p->machine->frame->arguments;
        return;
    }
    while (peek(p)->kind == SHELL_WORD)
        word_expand(p->machine, next(p)->text, &raw);
    word_glob(p->machine, &raw, items);
}

static enum status run_for(struct parser *p)
{
    struct fields items = {.count = 0};

    (void)next(p);
    struct bytes name = next(p)->text;
    for_items(p, &items);
    (void)accept_operator(p, ";");
    skip_newlines(p);
    (void)accept_word(p, "do");
    size_t body = p->at;
    bool dead = script_level(p->machine) == BOOT_DEAD;
    enum boot_level cap = BOOT_SURE;
    for (size_t i = 0; i < items.count && !dead && cap > BOOT_DEAD; i++) {
        p->at = body;
        script_set(p->machine, name, items.items[i]);
        bool certain = !items.items[i].unknown && !items.items[i].glob;
        struct frame turn = run_turn(p, certain ? BOOT_SURE : BOOT_MAYBE, cap);
        cap = turn.broke ? turn.cap : cap;
    }
    if (items.count == 0 || dead)
        (void)run_under(p, BOOT_DEAD);
    (void)accept_word(p, "done");
    return STATUS_UNKNOWN;
}

/* The patterns of one branch: does WORD match one? Unknown words match perhaps. */
static enum status run_patterns(struct parser *p, struct field word)
{
    enum status result = STATUS_FALSE;

    (void)accept_operator(p, "(");
    while (peek(p)->kind == SHELL_WORD || at_operator(p, "|")) {
        if (accept_operator(p, "|"))
            continue;
        struct field pattern = word_expand_one(p->machine, next(p)->text);
        if (bytes_is(pattern.text, "*")) {
            result = STATUS_TRUE;
        } else if (word.unknown || word.unsure || pattern.unknown || pattern.unsure) {
            result = result == STATUS_TRUE ? result : STATUS_UNKNOWN;
        } else if (word.text.size <= 4096 && pattern.text.size <= 512 &&
                   shell_match(pattern.text, word.text)) {
            result = STATUS_TRUE;
        }
    }
    (void)accept_operator(p, ")");
    return result;
}

static enum status run_case(struct parser *p)
{
    enum boot_level left = BOOT_SURE;
    enum status result = STATUS_TRUE;

    (void)next(p);
    struct field word = word_expand_one(p->machine, next(p)->text);
    skip_newlines(p);
    (void)accept_word(p, "in");
    skip_newlines(p);
    while (!at_word(p, "esac") && peek(p)->kind != SHELL_END) {
        size_t before = p->at;
        enum status match = run_patterns(p, word);
        enum boot_level level = boot_lower(left, when_true(match));
        enum status branch = run_under(p, level);
        if (level > BOOT_DEAD)
            result = level == BOOT_SURE ? branch : STATUS_UNKNOWN;
        left = boot_lower(left, when_false(match));
        (void)accept_operator(p, ";;");
        skip_newlines(p);
        if (p->at == before)
            (void)next(p);
    }
    (void)accept_word(p, "esac");
    return result;
}

static enum status run_subshell(struct parser *p)
{
    struct machine *machine = p->machine;
    struct frame frame = frame_inside(machine, true);

    (void)next(p);
    machine->frame = &frame;
    enum status status = run_list(p);
    machine->frame = frame.parent;
    (void)accept_operator(p, ")");
    return status;
}

/* A function's definition, when one begins here: its body is passed over. */
static bool define_function(struct parser *p)
{
    struct machine *machine = p->machine;
    bool keyword = at_word(p, "function");
    size_t name_at = p->at + (keyword ? 1 : 0);

    if (p->script->tokens[name_at].kind != SHELL_WORD)
        return false;
    const struct shell_token *after = &p->script->tokens[name_at + 1];
    bool parens = after->kind == SHELL_OPERATOR && bytes_is(after->text, "(") &&
                  bytes_is(p->script->tokens[name_at + 2].text, ")");
    if (!keyword && !parens)
        return false;
    struct script_function function = {
        .name = p->script->tokens[name_at].text, .script = p->script, .source = p->source};
    p->at = name_at + (parens ? 3 : 1);
    skip_newlines(p);
    function.at = p->at;
    if (script_level(machine) > BOOT_DEAD) {
        machine->functions =
            arena_grow(machine->boot->arena, machine->functions, &machine->function_capacity,
                       machine->function_count + 1, sizeof *machine->functions);
        machine->functions[machine->function_count++] = function;
    }
    enum boot_level before = machine->frame->local;
    machine->frame->local = BOOT_DEAD;
    (void)run_command(p);
    machine->frame->local = before;
    return true;
}

static const struct script_function *function_called(const struct machine *machine,
                                                     struct bytes name)
{
    for (size_t i = machine->function_count; i > 0; i--)
        if (bytes_equal(machine->functions[i - 1].name, name))
            return &machine->functions[i - 1];
    return NULL;
}

bool script_has_function(const struct machine *machine, const char *name)
{
    return function_called(machine, bytes_of(name)) != NULL;
}

bool script_call(struct machine *machine, struct bytes name, const struct fields *arguments,
                 enum status *status)
{
    const struct script_function *function = function_called(machine, name);
    struct frame frame = frame_inside(machine, false);

    if (function == NULL)
        return false;
    *status = STATUS_UNKNOWN;
    if (machine->boot->nesting >= LIMIT_SCRIPT_CALLS)
        return true;
    struct parser p = {.machine = machine,
                       .script = function->script,
                       .source = function->source,
                       .at = function->at};
    frame.arguments = *arguments;
    machine->boot->nesting++;
    machine->frame = &frame;
    *status = run_command(&p);
    machine->frame = frame.parent;
    machine->boot->nesting--;
    if (frame.cap == BOOT_DEAD)
        *status = machine->status; /* it returned before its end */
    else if (frame.cap < BOOT_SURE)
        *status = STATUS_UNKNOWN;
    return true;
}

static bool is_redirect(const struct shell_token *token)
{
    return token->kind == SHELL_OPERATOR && (bytes_find_byte(token->text, '<') != SIZE_MAX ||
                                             bytes_find_byte(token->text, '>') != SIZE_MAX);
}

/* NAME=value in front of a command, or alone. */
static bool assign(struct parser *p, struct bytes word)
{
    size_t equals = bytes_find_byte(word, '=');
    struct bytes name = bytes_slice(word, 0, equals);

    if (equals == SIZE_MAX || !shell_is_name(name))
        return false;
    if (script_level(p->machine) > BOOT_DEAD)
        script_set(p->machine, name,
                   word_expand_one(p->machine, bytes_from_offset(word, equals + 1)));
    return true;
}

static enum status run_simple(struct parser *p)
{
    struct fields words = {.count = 0};
    struct bytes part = peek(p)->text;
    bool dead = script_level(p->machine) == BOOT_DEAD;
    bool command = false;

    while (peek(p)->kind == SHELL_WORD || is_redirect(peek(p))) {
        const struct shell_token *token = next(p);
        uint64_t descriptor;
        if (is_redirect(token)) {
            if (peek(p)->kind == SHELL_WORD)
                (void)next(p);
            continue;
        }
        if (is_redirect(peek(p)) && bytes_to_u64(token->text, &descriptor) &&
            peek(p)->text.data == token->text.data + token->text.size)
            continue;
        if (!command && assign(p, token->text))
            continue;
        command = true;
        if (!dead)
            word_expand(p->machine, token->text, &words);
    }
    if (dead || words.count == 0)
        return STATUS_TRUE;
    return command_run(p, &words, part);
}

static enum status run_compound(struct parser *p)
{
    if (at_word(p, "if"))
        return run_if(p);
    if (at_word(p, "while") || at_word(p, "until"))
        return run_while(p);
    if (at_word(p, "for"))
        return run_for(p);
    if (at_word(p, "case"))
        return run_case(p);
    if (at_operator(p, "("))
        return run_subshell(p);
    if (accept_word(p, "{")) {
        enum status status = run_list(p);
        (void)accept_word(p, "}");
        return status;
    }
    if (define_function(p))
        return STATUS_TRUE;
    return run_simple(p);
}

static enum status run_command(struct parser *p)
{
    struct machine *machine = p->machine;
    size_t before = p->at;

    if (machine->boot->nesting >= LIMIT_SCRIPT_CALLS) {
        machine->boot->limited = true;
        p->at = p->script->count - 1;
        return STATUS_UNKNOWN;
    }
    machine->boot->nesting++;
    enum status status = run_compound(p);
    machine->boot->nesting--;
    while (is_redirect(peek(p))) { /* of a compound command */
        (void)next(p);
        if (peek(p)->kind == SHELL_WORD)
            (void)next(p);
    }
    if (p->at == before)
        (void)next(p);
    if (script_level(machine) > BOOT_DEAD)
        machine->status = status;
    return status;
}

static enum status run_pipeline(struct parser *p)
{
    bool negated = accept_word(p, "!");
    enum status status = run_command(p);

    while (accept_operator(p, "|")) {
        skip_newlines(p);
        (void)run_command(p);
        status = STATUS_UNKNOWN;
    }
    if (!negated || status == STATUS_UNKNOWN)
        return status;
    return status == STATUS_TRUE ? STATUS_FALSE : STATUS_TRUE;
}

static enum status run_and_or(struct parser *p)
{
    struct machine *machine = p->machine;
    enum status status = run_pipeline(p);

    while (at_operator(p, "&&") || at_operator(p, "||")) {
        bool both = bytes_is(next(p)->text, "&&");
        enum boot_level level = both ? when_true(status) : when_false(status);
        enum boot_level before = machine->frame->local;
        bool soft = machine->soft;
        skip_newlines(p);
        machine->frame->local = boot_lower(before, level);
        machine->soft = soft || (!both && status == STATUS_ABSENT);
        enum status right = run_pipeline(p);
        machine->frame->local = before;
        machine->soft = soft;
        if (level == BOOT_SURE)
            status = right;
        else if (level == BOOT_MAYBE)
            status = STATUS_UNKNOWN;
    }
    return status;
}

static enum status run_list(struct parser *p)
{
    struct machine *machine = p->machine;
    enum status status = STATUS_TRUE;

    for (;;) {
        while (peek(p)->kind == SHELL_NEWLINE || at_operator(p, ";"))
            (void)next(p);
        if (at_stop(p))
            return status;
        size_t first = machine->boot->count;
        enum boot_level cap = machine->frame->cap;
        status = run_and_or(p);
        if (accept_operator(p, "&")) {
            machine->frame->cap = cap; /* an exit there ends that process alone */
            for (size_t i = first; i < machine->boot->count; i++)
                machine->boot->services[i].daemon = true;
            status = STATUS_TRUE;
        }
        if (arena_used(machine->boot->arena) - machine->boot->memory > LIMIT_SCRIPT_MEMORY)
            machine->boot->limited = true;
    }
}

enum status script_run(struct machine *machine, const struct script_source *source)
{
    struct boot *boot = machine->boot;
    struct shell_script *script = arena_alloc(boot->arena, sizeof *script);
    enum status status = STATUS_TRUE;

    *script = shell_read(source->content, boot->arena);
    struct parser p = {.machine = machine, .script = script, .source = source};
    while (peek(&p)->kind != SHELL_END) {
        status = run_list(&p);
        if (peek(&p)->kind != SHELL_END)
            (void)next(&p); /* a stray "fi" or ")" */
    }
    boot->limited |= !script->complete;
    return status;
}
