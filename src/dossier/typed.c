#include "dossier/typed.h"

#include <string.h>

#include "dossier/load.h"
#include "dossier/plain.h"

static const char *yes_or_no(struct bytes text)
{
    static const char *const yes[] = {"yes", "true", "y", "confirmed", "given", "ok", "ja"};
    static const char *const no[] = {"no", "false", "n", "notconfirmed", "notgiven", "nein"};
    static const char *const ticks[] = {"\xe2\x9c\x93", "\xe2\x9c\x94",
                                        "\xe2\x98\x91"}; /* ✓✔☑ */
    struct bytes rest = text, word = text;

    for (size_t i = 0; i < COUNT_OF(yes); i++)
        if (name_same(text, yes[i]))
            return "yes";
    for (size_t i = 0; i < COUNT_OF(no); i++)
        if (name_same(text, no[i]))
            return "no";
    for (size_t i = 0; i < COUNT_OF(ticks); i++)
        if (bytes_is(text, ticks[i]))
            return "yes";
    if (!bytes_next_word(&rest, &word))
        return NULL;
    /* "Yes, the processes are in place" */
    if (name_same(word, "yes"))
        return "yes";
    return name_same(word, "no") || name_same(word, "not") ? "no" : NULL;
}

/* Other words that a state is written with. */
static const char *state_of(const struct form_field *field, struct bytes text)
{
    static const struct {
        const char *word, *state;
    } words[] = {{"active", "enabled"},
                 {"activated", "enabled"},
                 {"inactive", "disabled"},
                 {"deactivated", "disabled"}};
    struct bytes first;

    if (!bytes_next_word(&text, &first))
        return NULL;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        for (size_t j = 0; name_same(first, words[i].word) && j < field->choice_count; j++)
            if (bytes_is(bytes_of(words[i].state), field->choices[j]))
                return field->choices[j];
    return NULL;
}

/* A choice that TEXT is or begins with: "disabled (permanently)" is disabled. */
static const char *choice_of(const struct form_field *field, struct bytes text)
{
    for (size_t i = 0; i < field->choice_count; i++) {
        size_t size = strlen(field->choices[i]);
        if (name_same(text, field->choices[i]))
            return field->choices[i];
        if (text.size > size &&
            bytes_is_nocase(bytes_slice(text, 0, size), field->choices[i]) &&
            strchr(" ,;:.(-\n", (char)bytes_at(text, size)) != NULL)
            return field->choices[i];
    }
    /* "permanently disabled" */
    return plain_is_closed(field, text) && field->choice_count > 0
               ? field->choices[field->choice_count - 1]
               : state_of(field, text);
}

static const char *choices_in_words(const struct form_field *field, struct arena *arena)
{
    owned(text) out = text_new();

    for (size_t i = 0; i < field->choice_count; i++)
        text_addf(out, "%s%s",
                  i == 0                        ? ""
                  : i + 1 < field->choice_count ? ", "
                                                : " or ",
                  field->choices[i]);
    return arena_string(arena, text_bytes(out));
}

/* The words of TEXT, each behind a blank, without articles and without the s of a plural. */
static struct bytes plain_words(struct bytes text, struct arena *arena)
{
    owned(text) out = text_new();
    struct bytes word;

    while (bytes_next_word(&text, &word)) {
        if (bytes_is_nocase(word, "the") || bytes_is_nocase(word, "a"))
            continue;
        if (word.size > 3 && (bytes_at(word, word.size - 1) | 32) == 's')
            word = bytes_slice(word, 0, word.size - 1);
        text_add_char(out, ' ');
        text_add_bytes(out, word);
    }
    return arena_copy(arena, text_bytes(out));
}

static bool stands_in(struct bytes text, const char *choice)
{
    size_t size = strlen(choice);

    for (size_t at = 0; at + size <= text.size; at++)
        if (bytes_is_nocase(bytes_slice(text, at, size), choice))
            return true;
    return false;
}

/* The choices that stand anywhere in TEXT, joined by "; "; no bytes when none does. */
static const char *choices_in(const struct form_field *field, struct bytes text,
                              struct arena *arena)
{
    owned(text) out = text_new();
    struct bytes words = plain_words(text, arena);

    for (size_t i = 0; i < field->choice_count; i++) {
        const char *choice = field->choices[i];
        struct bytes plain = plain_words(bytes_of(choice), arena);
        if (stands_in(text, choice) || stands_in(words, arena_string(arena, plain)))
            text_addf(out, "%s%s", out->size > 0 ? "; " : "", field->choices[i]);
    }
    return arena_string(arena, text_bytes(out));
}

const char *typed_value(const struct form_field *field, struct bytes text, struct arena *arena,
                        struct bytes *out)
{
    const char *said = NULL;

    *out = text;
    if (field->kind == FIELD_BOOL)
        said = yes_or_no(text);
    else if (field->kind == FIELD_ENUM)
        said = choice_of(field, text);
    else if (field->kind == FIELD_ENUM_LIST)
        said = choices_in(field, text, arena);
    else
        return NULL;
    if (said != NULL && *said != '\0')
        *out = bytes_of(said);
    else if (!says_none(text))
        return field->kind == FIELD_BOOL ? "yes or no" : choices_in_words(field, arena);
    else if (field->kind == FIELD_ENUM_LIST)
        *out = bytes_of("");
    return NULL;
}
