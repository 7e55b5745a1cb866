#include "inspect/shell.h"

#include "test.h"

static struct shell_script read(struct arena *arena, const char *text)
{
    return shell_read(bytes_of(text), arena);
}

TEST(words_and_operators)
{
    owned(arena) arena = arena_new();
    struct shell_script s = read(arena, "a=1 b 'c d' \"e $(f \"g h\") i\" && j|k;l&\n");
    const char *const wanted[] = {
        "a=1", "b", "'c d'", "\"e $(f \"g h\") i\"", "&&", "j", "|", "k", ";", "l", "&"};

    CHECK_INT(s.count, COUNT_OF(wanted) + 2);
    for (size_t i = 0; i < COUNT_OF(wanted) && i < s.count; i++)
        CHECK_BYTES(s.tokens[i].text, wanted[i]);
    CHECK_INT(s.tokens[s.count - 2].kind, SHELL_NEWLINE);
    CHECK_INT(s.tokens[s.count - 1].kind, SHELL_END);
}

TEST(comments_and_continuations)
{
    owned(arena) arena = arena_new();
    struct shell_script s = read(arena, "a#b # telnetd\nc \\\n d\\\r\n");

    CHECK_BYTES(s.tokens[0].text, "a#b");
    CHECK_INT(s.tokens[1].kind, SHELL_NEWLINE);
    CHECK_BYTES(s.tokens[2].text, "c");
    CHECK_INT(s.tokens[3].kind, SHELL_WORD);
}

TEST(here_documents_are_left_out)
{
    owned(arena) arena = arena_new();
    struct shell_script s = read(arena, "cat <<A <<-'B' >x\ntelnetd\nA\nsshd\n\tB\nend\n");
    const char *const wanted[] = {"cat", "<<", "A", "<<-", "'B'", ">", "x", "\n", "end", "\n"};

    CHECK_INT(s.count, COUNT_OF(wanted) + 1);
    for (size_t i = 0; i < COUNT_OF(wanted) && i < s.count; i++)
        CHECK_BYTES(s.tokens[i].text, wanted[i]);
}

TEST(open_quotes_end_with_the_script)
{
    owned(arena) arena = arena_new();

    CHECK_INT(read(arena, "a 'b c\nd").count, 3);
    CHECK_INT(read(arena, "a \"b $(c\nd").count, 3);
    CHECK_INT(read(arena, "a ${b c\nd").count, 3);
    CHECK_INT(read(arena, "").count, 1);
    CHECK_INT(read(arena, "\\").count, 2);
}

TEST(lines)
{
    struct bytes text = bytes_of("one\n  two three\r\nfour");

    CHECK_BYTES(shell_line(text, bytes_slice(text, 6, 3)), "  two three");
    CHECK_BYTES(shell_line(text, bytes_slice(text, 17, 4)), "four");
}

TEST(patterns)
{
    CHECK_TRUE(shell_match(bytes_of("S??*"), bytes_of("S50sshd")));
    CHECK_TRUE(!shell_match(bytes_of("S??*"), bytes_of("S5")));
    CHECK_TRUE(shell_match(bytes_of("*.[ch]"), bytes_of("shell.c")));
    CHECK_TRUE(shell_match(bytes_of("[!a-c]x"), bytes_of("dx")));
    CHECK_TRUE(!shell_match(bytes_of("[!a-c]x"), bytes_of("bx")));
    CHECK_TRUE(shell_match(bytes_of("a\\*"), bytes_of("a*")));
    CHECK_TRUE(!shell_match(bytes_of("a\\*"), bytes_of("ab")));
    CHECK_TRUE(shell_match(bytes_of("*a*b*c"), bytes_of("xxaxxbxxc")));
    CHECK_TRUE(!shell_match(bytes_of(""), bytes_of("a")));
}

/* A megabyte of one kind of opening must not take more than one pass. */
TEST(long_and_deep)
{
    static const char *const openings[] = {"$(", "${",  "\"$(",      "`",   "(",
                                           "'",  "\\",  "<<A\n",     "if ", "{ ",
                                           "a;", "$((", "case x in "};
    owned(arena) arena = arena_new();

    for (size_t k = 0; k < COUNT_OF(openings); k++) {
        size_t unit = strlen(openings[k]), size = (1U << 20) / unit * unit;
        uint8_t *text = arena_alloc(arena, size);
        for (size_t i = 0; i < size; i++)
            text[i] = (uint8_t)openings[k][i % unit];
        struct shell_script s = shell_read(bytes_from(text, size), arena);
        CHECK_TRUE(s.count >= 1);
        CHECK_INT(s.tokens[s.count - 1].kind, SHELL_END);
        arena_reset(arena);
    }
}

int main(void)
{
    RUN(words_and_operators);
    RUN(comments_and_continuations);
    RUN(here_documents_are_left_out);
    RUN(open_quotes_end_with_the_script);
    RUN(lines);
    RUN(patterns);
    RUN(long_and_deep);
    return test_end();
}
