#include "dossier/page_words.h"

#include <string.h>

#include "base/utf8.h"
#include "model/query.h"

struct error *page_words_open(sqlite3 *db, struct arena *arena, struct page_words *out)
{
    struct page_words words = {.count = 0};
    struct query query;
    size_t capacity = 0;
    bool found = false;

    TRY(query_open(db, "SELECT kind, field, need, phrase FROM page_word ORDER BY file, place",
                   &query));
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        words.list =
            arena_grow(arena, words.list, &capacity, words.count + 1, sizeof *words.list);
        words.list[words.count++] = (struct page_word){
            .kind = arena_string(arena, query_text(&query, 0)),
            .field = arena_string(arena, query_text(&query, 1)),
            .need = query_integer(&query, 2),
            .phrase = arena_string(arena, query_text(&query, 3)),
        };
        error = query_next(&query, &found);
    }
    query_close(&query);
    if (error == NULL)
        *out = words;
    return error;
}

/* In lower case: ASCII, Latin-1, Greek and Cyrillic capitals that stand beside their letters. */
static uint32_t lower(uint32_t c)
{
    bool plain = (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ||
                 (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f);

    return plain ? c + 0x20 : c;
}

static bool is_letter(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c > 0xbf && c != 0xd7 && c != 0xf7 && (c < 0x2000 || c > 0x206f) &&
            c != UTF8_REPLACEMENT);
}

struct text *page_words_fold(struct bytes text)
{
    struct cursor c = cursor_over(text);
    struct text *out = text_new();

    text_add_char(out, ' ');
    while (cursor_left(&c) > 0) {
        bool bad = false;
        uint32_t character = lower(utf8_next(&c, &bad));
        if (is_letter(character))
            utf8_add(out, character);
        else if (out->data[out->size - 1] != ' ')
            text_add_char(out, ' ');
    }
    if (out->data[out->size - 1] != ' ')
        text_add_char(out, ' ');
    return out;
}

/* Does the phrase begin at the word that begins at AT? */
static bool meets_at(struct bytes folded, size_t at, const char *phrase)
{
    for (; *phrase != '\0'; phrase++) {
        uint8_t byte = bytes_at(folded, at);
        if (*phrase == '*') {
            while (at < folded.size && bytes_at(folded, at) != ' ')
                at++;
            continue;
        }
        if (*phrase == '#' ? byte < '0' || byte > '9' : byte != (uint8_t)*phrase)
            return false;
        at++;
    }
    return bytes_at(folded, at) == ' ';
}

bool page_words_meet(struct bytes folded, const char *phrase)
{
    for (size_t at = 0; at + 1 < folded.size; at++)
        if (bytes_at(folded, at) == ' ' && meets_at(folded, at + 1, phrase))
            return true;
    return false;
}

const char *page_words_any(const struct page_words *words, const char *kind,
                           struct bytes folded)
{
    for (size_t i = 0; i < words->count; i++)
        if (strcmp(words->list[i].kind, kind) == 0 &&
            page_words_meet(folded, words->list[i].phrase))
            return words->list[i].phrase;
    return NULL;
}

bool page_words_speak(const struct page_words *words, const char *field, struct bytes folded,
                      const char **about)
{
    int64_t needs = 0, met = -1;

    *about = NULL;
    for (size_t i = 0; i < words->count; i++) {
        const struct page_word *word = &words->list[i];
        if (strcmp(word->kind, "subject") != 0 || strcmp(word->field, field) != 0)
            continue;
        if (word->need < 0) {
            *about = word->phrase;
            continue;
        }
        needs = word->need + 1;
        /* The needs come in their order: one that is met counts when all before it are. */
        if (word->need == met + 1 && page_words_meet(folded, word->phrase))
            met = word->need;
    }
    return *about != NULL && needs > 0 && met + 1 == needs;
}
