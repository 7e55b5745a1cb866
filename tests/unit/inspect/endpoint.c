#include "inspect/address.h"
#include "test.h"

static bool url(const char *text, struct address *out)
{
    return address_of_url(bytes_of(text), bytes_find_string(bytes_of(text), "://"), out);
}

TEST(urls_are_cut_where_they_end)
{
    struct address address;

    CHECK_TRUE(url("wget -q http://ota.vendor.com:8080/fw/a.bin\"", &address));
    CHECK_BYTES(address.text, "http://ota.vendor.com:8080/fw/a.bin");
    CHECK_BYTES(address.scheme, "http");
    CHECK_BYTES(address.host, "ota.vendor.com");
    CHECK_INT(address.port, 8080);
    CHECK_TRUE(address.plain);
    CHECK_TRUE(url("(see https://a.b.co.uk/x).", &address));
    CHECK_BYTES(address.text, "https://a.b.co.uk/x");
    CHECK_INT(address.port, 443);
    CHECK_TRUE(!address.plain);
}

TEST(hosts_must_be_complete_and_real)
{
    struct address address;

    CHECK_TRUE(!url("http://%s/index", &address));
    CHECK_TRUE(!url("http://%s.vendor.com/index", &address));
    CHECK_TRUE(!url("http://${HOST}/", &address));
    CHECK_TRUE(!url("http://foo.notatld/", &address));
    CHECK_TRUE(!url("http://foo/", &address));
    CHECK_TRUE(!url("file:///etc/passwd", &address));
    CHECK_TRUE(!url("http://1.2.3/", &address));
    CHECK_TRUE(!url("http://1.2.3.400/", &address));
    CHECK_TRUE(!url("http://a.com:99999/", &address));
    CHECK_TRUE(url("http://user:pw@cam.vendor.net/x", &address));
    CHECK_BYTES(address.host, "cam.vendor.net");
    CHECK_TRUE(url("mqtt://10.0.0.1", &address));
    CHECK_TRUE(address.is_private);
    CHECK_INT(address.port, 1883);
    CHECK_TRUE(url("https://[fe80::1]:8443/", &address));
    CHECK_INT(address.kind, ADDRESS_IPV6);
    CHECK_TRUE(address.is_private);
    CHECK_TRUE(url("http://vendor.com%s", &address));
    CHECK_BYTES(address.text, "http://vendor.com");
}

TEST(references_are_told_apart)
{
    struct address address;

    CHECK_TRUE(url("http://www.w3.org/1999/xhtml", &address));
    CHECK_TRUE(address.documentation);
    CHECK_TRUE(url("http://example.com/", &address));
    CHECK_TRUE(address.documentation);
    CHECK_TRUE(url("http://notexample.com/", &address));
    CHECK_TRUE(!address.documentation);
}

TEST(bare_names_are_not_files_versions_or_bus_names)
{
    struct address address;

    CHECK_TRUE(address_of_host(bytes_of("pool.ntp.org"), true, &address));
    CHECK_TRUE(address_of_host(bytes_of("vendor.com"), true, &address));
    CHECK_TRUE(address_of_host(bytes_of("mqtt.vendor.io:1883"), true, &address));
    CHECK_INT(address.port, 1883);
    CHECK_TRUE(!address_of_host(bytes_of("foo.c"), true, &address));
    CHECK_TRUE(!address_of_host(bytes_of("run.sh"), false, &address));
    CHECK_TRUE(!address_of_host(bytes_of("modules.dep.bb"), true, &address));
    CHECK_TRUE(!address_of_host(bytes_of("org.freedesktop.dev"), true, &address));
    CHECK_TRUE(!address_of_host(bytes_of("1.2.3"), true, &address));
    CHECK_TRUE(!address_of_host(bytes_of("1.3.6.1.4.1"), true, &address));
    CHECK_TRUE(!address_of_host(bytes_of("255.255.255.0"), true, &address));
    CHECK_TRUE(!address_of_host(bytes_of("::"), false, &address));
    CHECK_TRUE(address_of_host(bytes_of("2001:4860:4860::8888"), false, &address));
    CHECK_TRUE(!address.is_private);
}

int main(void)
{
    RUN(urls_are_cut_where_they_end);
    RUN(hosts_must_be_complete_and_real);
    RUN(references_are_told_apart);
    RUN(bare_names_are_not_files_versions_or_bus_names);
    return test_end();
}
