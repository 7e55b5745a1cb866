#include "dossier/words.h"

#include "dossier/words_table.h"

/* Where the text is cut: the words so far, and what was seen since the last one. */
struct splitter {
    struct lexicon *lexicon;
    struct arena *arena;
    struct bytes text;
    size_t at;
    struct words words;
    size_t capacity;
    size_t sentence_start;
    uint32_t sentence;
    uint8_t apart;
    bool quoted;
};

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_ascii_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The signs beyond ASCII that stand between words. */
struct sign {
    const char *bytes;
    uint8_t apart;
    bool quote, apostrophe;
};

static const struct sign signs[] = {
    {"\xe2\x80\x99", APART_SPACE, .quote = true, .apostrophe = true}, /* ’ */
    {"\xe2\x80\x98", APART_SPACE, .quote = true},                     /* ‘ */
    {"\xe2\x80\x9c", APART_SPACE, .quote = true},                     /* “ */
    {"\xe2\x80\x9d", APART_SPACE, .quote = true},                     /* ” */
    {"\xe2\x80\x9e", APART_SPACE, .quote = true},                     /* „ */
    {"\xc2\xab", APART_SPACE, .quote = true},
    {"\xc2\xbb", APART_SPACE, .quote = true},
    {"\xe2\x80\x90", APART_GLUED},    /* hyphen */
    {"\xe2\x80\x91", APART_GLUED},    /* hyphen that does not break */
    {"\xe2\x80\x93", APART_DASH},     /* – */
    {"\xe2\x80\x94", APART_DASH},     /* — */
    {"\xe2\x80\xa2", APART_SENTENCE}, /* • */
    {"\xe2\x80\xa6", APART_COMMA},    /* … */
    {"\xe2\x86\x92", APART_COLON},    /* → */
    {"\xe2\x89\xa5", APART_SPACE},    /* ≥ */
    {"\xe2\x89\xa4", APART_SPACE},    /* ≤ */
    {"\xc2\xa0", APART_SPACE},        /* a space that does not break */
    {"\xc2\xb7", APART_COMMA},        /* · */
};

static const struct sign *sign_at(struct bytes text, size_t at)
{
    if (bytes_at(text, at) < 0xc2)
        return NULL;
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (bytes_starts(bytes_from_offset(text, at), signs[i].bytes))
            return &signs[i];
    return NULL;
}

static bool is_letter_at(struct bytes text, size_t at)
{
    uint8_t c = at < text.size ? text.data[at] : 0;

    return is_ascii_letter(c) || (c >= 0x80 && sign_at(text, at) == NULL);
}

static void widen(struct splitter *s, uint8_t apart)
{
    if (apart > s->apart)
        s->apart = apart;
}

static void add_word(struct splitter *s, size_t start, size_t end, bool is_number)
{
    struct bytes letters = bytes_slice(s->text, start, end - start);

    if (s->words.count == 0 || s->words.count - s->sentence_start >= LIMIT_SENTENCE)
        s->apart = APART_SENTENCE;
    if (s->apart == APART_SENTENCE)
        s->sentence_start = s->words.count;
    if (s->words.count > 0 && s->apart == APART_SENTENCE)
        s->sentence++;
    s->words.items = arena_grow(s->arena, s->words.items, &s->capacity, s->words.count + 1,
                                sizeof *s->words.items);
    s->words.items[s->words.count++] = (struct word){
        .lexeme = lexicon_lexeme(s->lexicon, letters, is_number),
        .start = (uint32_t)start,
        .end = (uint32_t)end,
        .sentence = s->sentence,
        .apart = s->apart,
        .quoted = s->quoted,
    };
    s->apart = APART_GLUED;
    s->quoted = false;
}

/* How many bytes an apostrophe at AT has, or 0. */
static size_t apostrophe(struct bytes text, size_t at)
{
    const struct sign *sign = sign_at(text, at);

    if (bytes_at(text, at) == '\'')
        return 1;
    return sign != NULL && sign->apostrophe ? 3 : 0;
}

/* A word that does not stand in the text as it is: "not" in "isn't". */
static void rename_last(struct splitter *s, const char *letters, size_t end)
{
    struct word *word = &s->words.items[s->words.count - 1];

    word->lexeme = lexicon_lexeme(s->lexicon, bytes_of(letters), false);
    word->end = (uint32_t)end;
}

/* "isn't" is the words is and not; "can't" and "won't" are can and will with it. */
static void split_negation(struct splitter *s, size_t start, size_t end, size_t tail_end)
{
    struct bytes letters = bytes_slice(s->text, start, end - start);

    if (bytes_is_nocase(letters, "can")) {
        add_word(s, start, end, false);
    } else if (bytes_is_nocase(letters, "won")) {
        add_word(s, start, end, false);
        rename_last(s, "will", end);
    } else {
        add_word(s, start, end - 1, false);
    }
    s->apart = APART_SPACE;
    add_word(s, end - 1, tail_end, false);
    rename_last(s, "not", tail_end);
}

/* Letters, and what an apostrophe holds together: "isn't" is is not, "device's" is device. */
static void split_letters(struct splitter *s)
{
    size_t start = s->at;

    while (s->at < s->text.size && is_letter_at(s->text, s->at))
        s->at++;
    size_t end = s->at, mark = apostrophe(s->text, s->at);
    if (mark == 0 || !is_ascii_letter(bytes_at(s->text, s->at + mark))) {
        add_word(s, start, end, false);
        return;
    }
    size_t tail = s->at + mark, tail_end = tail;
    while (tail_end < s->text.size && is_ascii_letter(bytes_at(s->text, tail_end)))
        tail_end++;
    struct bytes rest = bytes_slice(s->text, tail, tail_end - tail);
    s->at = tail_end;
    if (bytes_is_nocase(rest, "t") && end - start > 2 &&
        (bytes_at(s->text, end - 1) | 32) == 'n') {
        split_negation(s, start, end, tail_end);
        return;
    }
    add_word(s, start, end, false);
    if (!bytes_is_nocase(rest, "s"))
        add_word(s, tail, tail_end, false);
}

static void split_number(struct splitter *s)
{
    size_t start = s->at;

    while (is_digit(bytes_at(s->text, s->at)) ||
           (bytes_at(s->text, s->at) == '.' && is_digit(bytes_at(s->text, s->at + 1))))
        s->at++;
    add_word(s, start, s->at, true);
}

/* Does a new item or line of its own begin at AT, behind a line end? *MARK: bytes of its mark. */
static bool begins_item(struct bytes text, size_t at, size_t *mark)
{
    uint8_t c = bytes_at(text, at);
    size_t digits = at;

    *mark = 0;
    if (c == '\n' || c == '\r' || c == '#' || c == '|')
        return true;
    if ((c == '-' || c == '*' || c == '+') && is_space(bytes_at(text, at + 1))) {
        *mark = 1;
        return true;
    }
    while (is_digit(bytes_at(text, digits)) && digits - at < 3)
        digits++;
    if (digits > at && (bytes_at(text, digits) == '.' || bytes_at(text, digits) == ')') &&
        is_space(bytes_at(text, digits + 1))) {
        *mark = digits + 1 - at;
        return true;
    }
    /* "Network access: no" on a line of its own. */
    if (c < 'A' || c > 'Z')
        return false;
    for (size_t i = at; i < at + 40 && i < text.size; i++) {
        uint8_t here = bytes_at(text, i);
        if (here == ':')
            return is_space(bytes_at(text, i + 1));
        if (here == '\n' || here == '.' || here == ',')
            return false;
    }
    return false;
}

static void split_line_end(struct splitter *s)
{
    size_t mark;

    s->at++;
    while (bytes_at(s->text, s->at) == ' ' || bytes_at(s->text, s->at) == '\t')
        s->at++;
    if (begins_item(s->text, s->at, &mark)) {
        widen(s, APART_SENTENCE);
        s->at += mark;
    } else {
        widen(s, APART_SPACE);
    }
}

/* Words that end in a full stop and do not end a sentence. */
static bool is_abbreviation(const struct splitter *s)
{
    static const char *const known[] = {"approx", "incl", "resp", "vs",  "cf",  "ver",
                                        "nr",     "ca",   "max",  "min", "fig", "dept"};

    if (s->words.count == 0)
        return false;
    const struct word *last = &s->words.items[s->words.count - 1];
    struct bytes letters = words_text(&s->words, s->words.count - 1, s->words.count - 1);
    if (letters.size == 1 && is_ascii_letter(bytes_at(letters, 0)))
        return true;
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (word_is(last, known[i]))
            return true;
    return word_is(last, "etc") && bytes_at(s->text, s->at + 2) >= 'a';
}

static uint8_t apart_of(const struct splitter *s, uint8_t c)
{
    uint8_t next = bytes_at(s->text, s->at + 1);
    bool at_end = s->at + 1 >= s->text.size;

    switch (c) {
    case '-':
        return s->at > 0 && is_space(bytes_at(s->text, s->at - 1)) && is_space(next)
                   ? APART_DASH
                   : APART_GLUED;
    case '_':
        return APART_GLUED;
    case '/':
    case '\\':
    case '+':
    case '&':
        return APART_SLASH;
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
    case '<':
    case '>':
        return APART_PAREN;
    case ':':
    case '=':
    case '?':
    case '|':
        return APART_COLON;
    case ',':
        return APART_COMMA;
    case ';':
    case '!':
        return APART_SENTENCE;
    case '.':
        if (!at_end && !is_space(next) && next != '"' && next != ')' && next != '*')
            return APART_GLUED;
        return is_abbreviation(s) ? APART_SPACE : APART_SENTENCE;
    default:
        return APART_SPACE;
    }
}

static void split_between(struct splitter *s)
{
    uint8_t c = bytes_at(s->text, s->at);
    const struct sign *sign = sign_at(s->text, s->at);

    if (sign != NULL) {
        widen(s, sign->apart);
        s->quoted = sign->quote;
        s->at += bytes_of(sign->bytes).size;
        return;
    }
    if (c == '\n') {
        split_line_end(s);
        s->quoted = false;
        return;
    }
    widen(s, apart_of(s, c));
    s->quoted = c == '"' || c == '\'' || c == '`';
    s->at++;
}

struct words words_split(struct lexicon *lexicon, struct bytes text, struct arena *arena)
{
    struct splitter s = {.lexicon = lexicon, .arena = arena, .text = text, .words.text = text};
    size_t mark;

    if (text.size > UINT32_MAX)
        s.text = text = bytes_slice(text, 0, UINT32_MAX);
    while (is_space(bytes_at(text, s.at)))
        s.at++;
    if (begins_item(text, s.at, &mark))
        s.at += mark;
    while (s.at < text.size) {
        uint8_t c = bytes_at(text, s.at);
        if (is_digit(c))
            split_number(&s);
        else if (is_letter_at(text, s.at))
            split_letters(&s);
        else
            split_between(&s);
    }
    return s.words;
}

struct bytes words_text(const struct words *words, size_t first, size_t last)
{
    if (first >= words->count || last >= words->count || last < first)
        return bytes_of(NULL);
    uint32_t start = words->items[first].start;
    return bytes_slice(words->text, start, words->items[last].end - start);
}

bool word_is(const struct word *word, const char *lower_case)
{
    return bytes_is(word->lexeme->letters, lower_case);
}

bool word_is_number(const struct word *word)
{
    return word->lexeme->is_number;
}

unsigned word_number(const struct word *word)
{
    return word->lexeme->number;
}

struct bytes word_letters(const struct word *word)
{
    return word->lexeme->letters;
}
