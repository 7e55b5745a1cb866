#include "dossier/words.h"

#include "base/text.h"
#include "test.h"

static struct meaning everywhere = {.scopes = {UINT64_MAX, UINT64_MAX}};

/* TEXT cut into words, as "word word / word": a stroke for each end of a sentence. */
static void splits(const char *text, const char *wanted)
{
    owned(lexicon) lexicon = lexicon_new();
    owned(arena) arena = arena_new();
    owned(text) out = text_new();

    lexicon_finish(lexicon);
    struct words words = words_split(lexicon, bytes_of(text), arena);
    for (size_t i = 0; i < words.count; i++) {
        if (i > 0)
            text_add(out, words.items[i].apart == APART_SENTENCE ? " / " : " ");
        text_add_bytes(out, word_letters(&words.items[i]));
    }
    CHECK_STRING(text_string(out), wanted);
}

TEST(a_name_is_cut_the_same_in_every_spelling)
{
    splits("TLSv1.2", "tlsv 1.2");
    splits("AES-128-GCM", "aes 128 gcm");
    splits("AES128-GCM", "aes 128 gcm");
    splits("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "tls ecdhe rsa with aes 128 gcm sha 256");
    splits("443/tcp", "443 tcp");
    splits("6-1 and 6.1", "6 1 and 6.1");
    splits("user-defined", "user defined");
    splits("", "");
    splits(" \n\t ", "");
}

TEST(an_apostrophe_joins)
{
    splits("The device's key isn't sent.", "the device key is not sent");
    splits("It can\xe2\x80\x99t", "it can not");
    splits("'quoted' words", "quoted words");
    splits("users' keys", "users keys");
}

TEST(sentences_end_where_they_end)
{
    splits("One. Two", "one / two");
    splits("TLS 1.2. Next", "tls 1.2 / next");
    splits("e.g. this", "e g this");
    splits("a; b", "a / b");
    splits("a\nb", "a b");
    splits("a\n\nb", "a / b");
    splits("a\n- b\n- c", "a / b / c");
    splits("1. first\n2. second", "first / second");
    splits("Network: yes\nUsers: no", "network yes / users no");
    splits("see example.com for more", "see example com for more");
    splits("end.", "end");
}

static struct error *add(struct lexicon *lexicon, const char *phrase)
{
    return lexicon_add(lexicon, bytes_of(phrase), &everywhere);
}

TEST(a_malformed_phrase_is_refused)
{
    static const char *const wrong[] = {
        "",
        "(a|b",
        "a)",
        "[a",
        "a]",
        "()",
        "(|a)",
        "...",
        "... a",
        "a ...",
        "a ...99 b",
        "a | b",
        "a $ b",
        "a ^ b",
        "[a]",
        "$",
        "*",
        "((((((((((a))))))))))",
        "(a|b c) (a|b c) (a|b c) (a|b c) (a|b c) (a|b c) (a|b c) (a|b c) (a|b c)",
        "a b c d e f g h i j k l m n o p q r s t u v w x y z",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        owned(lexicon) lexicon = lexicon_new();
        CHECK_FAILURE(add(lexicon, wrong[i]), ERROR_INPUT);
    }
}

/* How often PHRASE stands in TEXT. */
static size_t found(const char *phrase, const char *text)
{
    owned(lexicon) lexicon = lexicon_new();
    owned(arena) arena = arena_new();

    CHECK_SUCCESS(lexicon_fillers(lexicon, bytes_of("the a")));
    CHECK_SUCCESS(add(lexicon, phrase));
    lexicon_finish(lexicon);
    struct words words = words_split(lexicon, bytes_of(text), arena);
    return words_match(lexicon, &words, 0, arena).count;
}

TEST(phrases_match)
{
    CHECK_INT(found("one two", "one two"), 1);
    CHECK_INT(found("one two", "One the Two"), 1); /* a filler does not count */
    CHECK_INT(found("one two", "one and two"), 0);
    CHECK_INT(found("one two", "one. Two"), 0);
    CHECK_INT(found("one two", "one, two"), 0);
    CHECK_INT(found("one ... two", "one, and then two"), 1);
    CHECK_INT(found("one ... two", "one 1 2 3 4 5 two"), 0);
    CHECK_INT(found("one ...6 two", "one 1 2 3 4 5 two"), 1);
    CHECK_INT(found("auto*", "automatic auto Automation atom"), 3);
    CHECK_INT(found("(one|two) (three|four five)", "one three, two four five, one five"), 2);
    CHECK_INT(found("one [or two] three", "one three; one or two three"), 2);
    CHECK_INT(found("one [a|or] three", "one or three"), 1);
    CHECK_INT(found("^ one", "one. one"), 1);
    CHECK_INT(found("one $", "one two. one. one"), 2);
    CHECK_INT(found("port #", "port 443, port x"), 1);
    CHECK_INT(found("is '", "it is 'so', it is not"), 1);
    CHECK_INT(found("wi-fi", "Wi-Fi, wi fi and WIFI"), 2);
    CHECK_INT(found("rsa", "verify_rsa_block RSA TLS_RSA_WITH"), 2);
}

TEST(a_match_keeps_its_number)
{
    owned(lexicon) lexicon = lexicon_new();
    owned(arena) arena = arena_new();

    CHECK_SUCCESS(add(lexicon, "port #"));
    lexicon_finish(lexicon);
    struct words words = words_split(lexicon, bytes_of("on port 8443"), arena);
    struct matches matches = words_match(lexicon, &words, 127, arena);
    CHECK_INT(matches.count, 1);
    if (matches.count == 1)
        CHECK_INT(word_number(&words.items[matches.items[0].kept]), 8443);
}

TEST(negations_in_gaps_are_counted)
{
    owned(lexicon) lexicon = lexicon_new();
    owned(arena) arena = arena_new();

    CHECK_SUCCESS(lexicon_negators(lexicon, bytes_of("not")));
    CHECK_SUCCESS(add(lexicon, "can ... changed"));
    lexicon_finish(lexicon);
    struct words words = words_split(lexicon, bytes_of("it can not be changed"), arena);
    struct matches matches = words_match(lexicon, &words, 0, arena);
    CHECK_INT(matches.count, 1);
    if (matches.count == 1)
        CHECK_INT(matches.items[0].negators, 1);
}

TEST(a_scope_and_the_words_of_the_sentence_decide)
{
    owned(lexicon) lexicon = lexicon_new();
    owned(arena) arena = arena_new();
    struct meaning meaning = {.scopes = {1}};

    CHECK_SUCCESS(lexicon_class(lexicon, bytes_of("update updates"), &meaning.with));
    CHECK_SUCCESS(lexicon_class(lexicon, bytes_of("notif*"), &meaning.unless));
    CHECK_SUCCESS(lexicon_add(lexicon, bytes_of("can be disabled"), &meaning));
    lexicon_finish(lexicon);
    struct bytes text = bytes_of("Updates can be disabled. It can be disabled. Updates and "
                                 "notifications can be disabled.");
    struct words words = words_split(lexicon, text, arena);
    CHECK_INT(words_match(lexicon, &words, 0, arena).count, 1);
    CHECK_INT(words_match(lexicon, &words, 1, arena).count, 0);
}

TEST(any_bytes_are_cut)
{
    owned(lexicon) lexicon = lexicon_new();
    owned(arena) arena = arena_new();
    uint8_t bytes[512];
    uint32_t state = 1;

    CHECK_SUCCESS(add(lexicon, "a ... b"));
    lexicon_finish(lexicon);
    for (int round = 0; round < 200; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            state = state * 1664525U + 1013904223U;
            bytes[i] = (uint8_t)(state >> (round % 2 == 0 ? 24 : 25));
        }
        struct words words = words_split(lexicon, bytes_from(bytes, sizeof bytes), arena);
        for (size_t i = 0; i < words.count; i++)
            test_ok &=
                words.items[i].start < words.items[i].end && words.items[i].end <= sizeof bytes;
        (void)words_match(lexicon, &words, 0, arena);
        arena_reset(arena);
        lexicon_forget(lexicon);
    }
}

int main(void)
{
    RUN(a_name_is_cut_the_same_in_every_spelling);
    RUN(an_apostrophe_joins);
    RUN(sentences_end_where_they_end);
    RUN(a_malformed_phrase_is_refused);
    RUN(phrases_match);
    RUN(a_match_keeps_its_number);
    RUN(negations_in_gaps_are_counted);
    RUN(a_scope_and_the_words_of_the_sentence_decide);
    RUN(any_bytes_are_cut);
    return test_end();
}
