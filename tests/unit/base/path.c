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

int main(void)
{
    RUN(base_stands_behind_the_last_slash);
    RUN(folder_keeps_its_slash);
    return test_end();
}
