/* Paths are cut at their last '/', whatever stands around it. */
#include "base/path.h"

#include "test.h"

TEST(base_stands_behind_the_last_slash)
{
    CHECK_BYTES(path_base(bytes_of("usr/sbin/telnetd")), "telnetd");
    CHECK_BYTES(path_base(bytes_of("/init")), "init");
    CHECK_BYTES(path_base(bytes_of("init")), "init");
    CHECK_BYTES(path_base(bytes_of("etc/")), "");
    CHECK_BYTES(path_base(bytes_of("")), "");
    CHECK_BYTES(path_base(bytes_of(NULL)), "");
}

TEST(folder_keeps_its_slash)
{
    CHECK_BYTES(path_folder(bytes_of("usr/sbin/telnetd")), "usr/sbin/");
    CHECK_BYTES(path_folder(bytes_of("/init")), "/");
    CHECK_BYTES(path_folder(bytes_of("init")), "");
    CHECK_BYTES(path_folder(bytes_of("etc/")), "etc/");
}

static void joins(const char *folder, const char *wanted)
{
    owned(text) out = text_new();

    path_join(out, folder, "name");
    CHECK_STRING(text_string(out), wanted);
}

TEST(a_folder_and_a_name_are_joined_by_one_slash)
{
    joins("a", "a/name");
    joins("a/", "a/name");
    joins("a/b//", "a/b/name");
    joins("/", "/name");
    joins(".", "./name");
}

int main(void)
{
    RUN(base_stands_behind_the_last_slash);
    RUN(folder_keeps_its_slash);
    RUN(a_folder_and_a_name_are_joined_by_one_slash);
    return test_end();
}
