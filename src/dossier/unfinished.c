#include "dossier/unfinished.h"

#include <string.h>

#include "base/compiler.h"
#include "dossier/load.h"

static const char *const marks[] = {"tbd", "tbc", "fixme"};

/* "to be determined", unless it is said by whom. */
static const char *const left_open[] = {"defined",   "determined", "decided",  "clarified",
                                        "completed", "specified",  "resolved", "announced"};

static const char *const periods[] = {"years", "year", "months", "month", "weeks", "days"};

static bool is_one_of(struct bytes word, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (name_same(word, names[i]))
            return true;
    return false;
}

static struct bytes next_word(struct bytes *rest)
{
    struct bytes word = bytes_of(NULL);

    if (!bytes_next_word(rest, &word))
        return bytes_of(NULL);
    return word;
}

/* How many words from WORD on are such a mark; 0: none. AFTER: what follows it. */
static size_t mark_words(struct bytes word, struct bytes after)
{
    struct bytes first = next_word(&after), second = next_word(&after);

    /* in capitals alone: "todo" is Spanish for "all" */
    if ((name_same(word, "todo") && bytes_contains(word, "O")) || bytes_is(word, "???") ||
        is_one_of(word, marks, COUNT_OF(marks)))
        return 1;
    /* "a minimum duration of **? years" */
    if (bytes_ends(word, "?") && word.size <= 3 && is_one_of(first, periods, COUNT_OF(periods)))
        return 2;
    if (name_same(word, "to") && name_same(first, "be") &&
        is_one_of(second, left_open, COUNT_OF(left_open)) &&
        !name_same(next_word(&after), "by"))
        return 3;
    return 0;
}

/* Marks begin with a t or an f, or end with a question mark: most words need no second look. */
static bool may_be_mark(struct bytes word)
{
    for (size_t i = 0; i < word.size && i < 4; i++)
        if (strchr("tTfF?", (char)bytes_at(word, i)) != NULL)
            return true;
    return false;
}

struct bytes unfinished_mark(struct bytes text)
{
    struct bytes rest = text, word;

    while (bytes_next_word(&rest, &word)) {
        if (!may_be_mark(word))
            continue;
        size_t start = text.size - rest.size - word.size, words = mark_words(word, rest);
        if (words == 0)
            continue;
        while (--words > 0)
            next_word(&rest);
        return bytes_slice(text, start, text.size - rest.size - start);
    }
    return bytes_of(NULL);
}
