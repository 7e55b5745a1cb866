#include "inspect/shell.h"

#include <string.h>

#include "base/limits.h"

/* What the scanner stands in. */
enum inside {
    INSIDE_WORD,
    INSIDE_DOUBLE,    /* "…" */
    INSIDE_PAREN,     /* $(…) */
    INSIDE_BRACE,     /* ${…} */
    INSIDE_BACKQUOTE, /* `…` */
};

struct scan {
    struct bytes text;
    size_t at;
    enum inside stack[LIMIT_SHELL_NESTING];
    size_t depth;
};

static bool push(struct scan *scan, enum inside inside, size_t size)
{
    scan->at += size;
    if (scan->depth == LIMIT_SHELL_NESTING)
        return false;
    scan->stack[scan->depth++] = inside;
    return true;
}

static void skip_single(struct scan *scan)
{
    size_t end = bytes_find_byte(bytes_from_offset(scan->text, scan->at + 1), '\'');

    scan->at = end == SIZE_MAX ? scan->text.size : scan->at + 1 + end + 1;
}

/* Opens what begins here, if anything does. */
static bool open_here(struct scan *scan, enum inside now)
{
    uint8_t c = bytes_at(scan->text, scan->at);
    uint8_t next = bytes_at(scan->text, scan->at + 1);

    if (c == '\\') {
        scan->at += 2;
        return true;
    }
    if (c == '\'' && now != INSIDE_DOUBLE) {
        skip_single(scan);
        return true;
    }
    if (c == '"' && now != INSIDE_DOUBLE)
        return push(scan, INSIDE_DOUBLE, 1), true;
    if (c == '$' && next == '(')
        return push(scan, INSIDE_PAREN, 2), true;
    if (c == '$' && next == '{')
        return push(scan, INSIDE_BRACE, 2), true;
    if (c == '`' && now != INSIDE_BACKQUOTE)
        return push(scan, INSIDE_BACKQUOTE, 1), true;
    if (c == '(' && now == INSIDE_PAREN)
        return push(scan, INSIDE_PAREN, 1), true;
    return false;
}

static bool closes(enum inside now, uint8_t c)
{
    return (now == INSIDE_DOUBLE && c == '"') || (now == INSIDE_PAREN && c == ')') ||
           (now == INSIDE_BRACE && c == '}') || (now == INSIDE_BACKQUOTE && c == '`');
}

/* One step inside a quote or substitution, or over the opening of one. */
static void step(struct scan *scan)
{
    enum inside now = scan->depth == 0 ? INSIDE_WORD : scan->stack[scan->depth - 1];

    if (closes(now, bytes_at(scan->text, scan->at))) {
        scan->at++;
        scan->depth--;
        return;
    }
    if (!open_here(scan, now))
        scan->at++;
}

size_t shell_span(struct bytes text, size_t at)
{
    struct scan scan = {.text = text, .at = at};
    uint8_t c = bytes_at(text, at);

    if (c == '\'') {
        skip_single(&scan);
        return scan.at;
    }
    if (c != '"' && c != '`' &&
        !(c == '$' && (bytes_at(text, at + 1) == '(' || bytes_at(text, at + 1) == '{')))
        return at;
    step(&scan);
    while (scan.depth > 0 && scan.at < text.size)
        step(&scan);
    return scan.at < text.size ? scan.at : text.size;
}

static bool ends_word(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ';' || c == '&' ||
           c == '|' || c == '(' || c == ')' || c == '<' || c == '>';
}

static struct bytes read_word(struct bytes source, size_t *at)
{
    struct scan scan = {.text = source, .at = *at};

    while (scan.at < source.size && (scan.depth > 0 || !ends_word(bytes_at(source, scan.at))))
        step(&scan);
    if (scan.at > source.size)
        scan.at = source.size;
    struct bytes word = bytes_slice(source, *at, scan.at - *at);
    *at = scan.at;
    return word;
}

static const char *const operators[] = {"<<-", "&&", "||", ";;", "<<", ">>", "<&", ">&", "<>",
                                        ">|",  "&>", ";",  "&",  "|",  "(",  ")",  "<",  ">"};

static struct bytes read_operator(struct bytes source, size_t *at)
{
    struct bytes rest = bytes_from_offset(source, *at);

    for (size_t i = 0; i < COUNT_OF(operators); i++)
        if (bytes_starts(rest, operators[i])) {
            size_t size = strlen(operators[i]);
            *at += size;
            return bytes_slice(rest, 0, size);
        }
    *at += 1;
    return bytes_slice(rest, 0, 1);
}

/* Here-documents announced on this line, to be skipped at its end. */
struct here {
    struct bytes end[8];
    bool tabs[8];
    size_t count;
    bool expected; /* the next word is an end mark */
    bool expected_tabs;
};

static struct bytes unquoted(struct bytes word)
{
    uint8_t first = bytes_at(word, 0);

    if ((first == '\'' || first == '"') && word.size >= 2)
        return bytes_slice(word, 1, word.size - 2);
    return first == '\\' ? bytes_from_offset(word, 1) : word;
}

static void skip_here(struct here *here, struct bytes source, size_t *at)
{
    struct bytes rest = bytes_from_offset(source, *at);
    struct bytes line;

    for (size_t i = 0; i < here->count; i++)
        while (bytes_next_line(&rest, &line)) {
            while (here->tabs[i] && bytes_at(line, 0) == '\t')
                line = bytes_from_offset(line, 1);
            if (bytes_equal(line, here->end[i]))
                break;
        }
    *at = source.size - rest.size;
    here->count = 0;
}

static void note_here(struct here *here, const struct shell_token *token)
{
    if (token->kind == SHELL_OPERATOR && bytes_starts(token->text, "<<")) {
        here->expected = true;
        here->expected_tabs = token->text.size == 3;
    } else if (here->expected && token->kind == SHELL_WORD) {
        here->expected = false;
        if (here->count < COUNT_OF(here->end)) {
            here->tabs[here->count] = here->expected_tabs;
            here->end[here->count++] = unquoted(token->text);
        }
    }
}

static bool skip_blank(struct bytes source, size_t *at)
{
    uint8_t c = bytes_at(source, *at);

    if (c == ' ' || c == '\t' || c == '\r' || c == 0) {
        *at += 1;
        return true;
    }
    if (c == '\\' && bytes_at(source, *at + 1) == '\n') {
        *at += 2;
        return true;
    }
    if (c == '\\' && bytes_at(source, *at + 1) == '\r' && bytes_at(source, *at + 2) == '\n') {
        *at += 3;
        return true;
    }
    if (c == '#') {
        size_t end = bytes_find_byte(bytes_from_offset(source, *at), '\n');
        *at = end == SIZE_MAX ? source.size : *at + end;
        return true;
    }
    return false;
}

struct shell_script shell_read(struct bytes source, struct arena *arena)
{
    struct shell_script script = {.source = source, .complete = true};
    struct here here = {.count = 0};
    size_t capacity = 0, at = 0;

    while (at < source.size) {
        if (skip_blank(source, &at))
            continue;
        if (script.count >= LIMIT_SHELL_TOKENS) {
            script.complete = false;
            break;
        }
        struct shell_token token = {.kind = SHELL_WORD};
        if (bytes_at(source, at) == '\n') {
            token.kind = SHELL_NEWLINE;
            token.text = bytes_slice(source, at++, 1);
            skip_here(&here, source, &at);
        } else if (ends_word(bytes_at(source, at))) {
            token.kind = SHELL_OPERATOR;
            token.text = read_operator(source, &at);
        } else {
            token.text = read_word(source, &at);
        }
        note_here(&here, &token);
        script.tokens = arena_grow(arena, script.tokens, &capacity, script.count + 2,
                                   sizeof *script.tokens);
        script.tokens[script.count++] = token;
    }
    script.tokens =
        arena_grow(arena, script.tokens, &capacity, script.count + 1, sizeof *script.tokens);
    script.tokens[script.count++] =
        (struct shell_token){.kind = SHELL_END, .text = bytes_slice(source, source.size, 0)};
    return script;
}

struct bytes shell_line(struct bytes source, struct bytes part)
{
    size_t from = part.data == NULL ? 0 : (size_t)(part.data - source.data);
    size_t end = bytes_find_byte(bytes_from_offset(source, from), '\n');

    end = end == SIZE_MAX ? source.size : from + end;
    while (from > 0 && bytes_at(source, from - 1) != '\n')
        from--;
    while (end > from && (bytes_at(source, end - 1) == '\r'))
        end--;
    return bytes_slice(source, from, end - from);
}

bool shell_is_name(struct bytes name)
{
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = bytes_at(name, i);
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return name.size > 0;
}

/* The set at AT ("[…]"): does C stand in it? *AT moves behind it. */
static bool match_set(struct bytes pattern, size_t *at, uint8_t c)
{
    size_t i = *at + 1;
    bool negated = bytes_at(pattern, i) == '!' || bytes_at(pattern, i) == '^';
    bool found = false;

    i += negated ? 1 : 0;
    for (size_t first = i; i < pattern.size && (i == first || bytes_at(pattern, i) != ']');
         i++) {
        uint8_t low = bytes_at(pattern, i), high = low;
        if (bytes_at(pattern, i + 1) == '-' && i + 2 < pattern.size &&
            bytes_at(pattern, i + 2) != ']') {
            high = bytes_at(pattern, i + 2);
            i += 2;
        }
        found = found || (c >= low && c <= high);
    }
    *at = i + 1;
    return found != negated;
}

/* One pattern element that is not a star against C. */
static bool match_one(struct bytes pattern, size_t *at, uint8_t c)
{
    uint8_t p = bytes_at(pattern, *at);

    if (p == '[' && bytes_find_byte(bytes_from_offset(pattern, *at + 2), ']') != SIZE_MAX)
        return match_set(pattern, at, c);
    if (p == '\\' && *at + 1 < pattern.size) {
        p = bytes_at(pattern, *at + 1);
        *at += 2;
        return p == c;
    }
    *at += 1;
    return p == '?' || p == c;
}

bool shell_match(struct bytes pattern, struct bytes text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, retry = 0;

    while (t < text.size) {
        if (p < pattern.size && bytes_at(pattern, p) == '*') {
            star = ++p;
            retry = t;
        } else if (p < pattern.size && match_one(pattern, &p, bytes_at(text, t))) {
            t++;
        } else if (star != SIZE_MAX) {
            p = star;
            t = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size && bytes_at(pattern, p) == '*')
        p++;
    return p == pattern.size;
}
