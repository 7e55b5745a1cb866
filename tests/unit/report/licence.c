#include "report/licence.h"

#include "test.h"

static const char *read(const char *stated, enum licence_kind *kind)
{
    static char result[512];
    owned(text) out = text_new();

    *kind = licence_read(bytes_of(stated), out);
    snprintf(result, sizeof result, "%s", text_string(out));
    return result;
}

#define CHECK_LICENCE(stated, wanted_kind, wanted) \
    do {                                           \
        enum licence_kind kind;                    \
        CHECK_STRING(read(stated, &kind), wanted); \
        CHECK_INT(kind, wanted_kind);              \
    } while (0)

TEST(ids_are_spelled_as_the_list_does)
{
    CHECK_LICENCE("MIT", LICENCE_ID, "MIT");
    CHECK_LICENCE(" gpl-2.0-ONLY ", LICENCE_ID, "GPL-2.0-only");
    CHECK_LICENCE("GPL-2.0", LICENCE_ID, "GPL-2.0"); /* no longer recommended, but listed */
    CHECK_LICENCE("", LICENCE_NONE, "");
    CHECK_LICENCE(" \t", LICENCE_NONE, "");
}

TEST(expressions_are_read)
{
    CHECK_LICENCE("mit or apache-2.0", LICENCE_EXPRESSION, "MIT OR Apache-2.0");
    CHECK_LICENCE("GPL-2.0-only with classpath-exception-2.0 AND MIT", LICENCE_EXPRESSION,
                  "GPL-2.0-only WITH Classpath-exception-2.0 AND MIT");
    CHECK_LICENCE("( MIT OR (ISC))AND Zlib", LICENCE_EXPRESSION, "(MIT OR (ISC)) AND Zlib");
    CHECK_LICENCE("LGPL-2.1+", LICENCE_EXPRESSION, "LGPL-2.1+");
    CHECK_LICENCE("LicenseRef-Own-1.0", LICENCE_REFERENCE, "LicenseRef-Own-1.0");
    CHECK_LICENCE("MIT AND LicenseRef-PD", LICENCE_REFERENCE, "MIT AND LicenseRef-PD");
}

TEST(all_else_is_a_name)
{
    static const char *const names[] = {
        "GPLv2",
        "MIT OR",
        "OR MIT",
        "(MIT",
        "MIT)",
        "MIT ISC",
        "MIT WITH",
        "MIT WITH MIT",
        "MIT, ISC",
        "MIT +",
        "()",
        "LicenseRef-",
        "LicenseRef-a:b",
        "MIT AND (ISC OR)",
        "MIT++",
        "GPL-2.0 (utilities)",
        "MIT\nAND <b>",
    };

    for (size_t i = 0; i < COUNT_OF(names); i++)
        CHECK_LICENCE(names[i], LICENCE_NAME, names[i]);
}

TEST(depth_and_length_are_bounded)
{
    owned(text) deep = text_new();
    owned(text) out = text_new();

    for (int i = 0; i < 900; i++)
        text_add_char(deep, '(');
    text_add(deep, "MIT");
    for (int i = 0; i < 900; i++)
        text_add_char(deep, ')');
    CHECK_INT(licence_read(text_bytes(deep), out), LICENCE_NAME);
    text_clear(deep);
    text_add(deep, "MIT");
    for (int i = 0; i < 100000; i++)
        text_add(deep, " AND MIT");
    CHECK_INT(licence_read(text_bytes(deep), out), LICENCE_NAME);
}

int main(void)
{
    RUN(ids_are_spelled_as_the_list_does);
    RUN(expressions_are_read);
    RUN(all_else_is_a_name);
    RUN(depth_and_length_are_bounded);
    return test_end();
}
