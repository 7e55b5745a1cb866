#include "dossier/address.h"

#include "base/text.h"
#include "test.h"

static void finds(const char *text, const char *wanted)
{
    owned(arena) arena = arena_new();
    owned(text) got = text_new();
    struct bytes rest = bytes_of(text);
    struct address address;

    while (address_next(&rest, arena, &address))
        text_addf(got, "%s %s:%u %.*s; ", address.secure ? "https" : "http", address.host,
                  address.port, (int)address.path.size, (const char *)address.path.data);
    CHECK_STRING(text_string(got), wanted);
}

TEST(addresses_in_prose)
{
    finds("see https://a.example/Policy.", "https a.example:443 /Policy; ");
    finds("(HTTP://A.Example:8080?q=1#part), and https://b/x_(y)!",
          "http a.example:8080 /?q=1; https b:443 /x_(y); ");
    finds("<https://a/>; \"https://b\" www.c.example ftp://d",
          "https a:443 /; https b:443 /; ");
    finds("https:// https://@x https://a:b@c/ http://a:99999/ https://a b", "https a:443 /; ");
    finds("", "");
}

TEST(addresses_alone)
{
    owned(arena) arena = arena_new();

    CHECK_TRUE(address_is_all(bytes_of("https://a/b"), arena));
    CHECK_TRUE(address_is_all(bytes_of(" https://a/b; http://c\n"), arena));
    CHECK_TRUE(!address_is_all(bytes_of("see https://a/b"), arena));
    CHECK_TRUE(!address_is_all(bytes_of("https://a/b (planned)"), arena));
    CHECK_TRUE(!address_is_all(bytes_of(" ; "), arena));
    CHECK_TRUE(!address_is_all(bytes_of("www.a.example"), arena));
}

static enum address_match match(const char *declared, const char *asked)
{
    owned(arena) arena = arena_new();
    struct address a, b;

    CHECK_TRUE(address_read(bytes_of(declared), arena, &a));
    CHECK_TRUE(address_read(bytes_of(asked), arena, &b));
    return address_match(&a, &b);
}

TEST(matches)
{
    CHECK_INT(match("https://a/b", "https://A:443/b#c"), ADDRESS_SAME);
    CHECK_INT(match("https://a", "https://a/"), ADDRESS_SAME);
    CHECK_INT(match("http://a/b", "https://a/b"), ADDRESS_VARIANT);
    CHECK_INT(match("https://a/b", "https://a/b/"), ADDRESS_VARIANT);
    CHECK_INT(match("https://a/b", "http://a/b"), ADDRESS_OTHER);
    CHECK_INT(match("https://a/b", "https://a/B"), ADDRESS_OTHER);
    CHECK_INT(match("https://a/b", "https://a/b?x"), ADDRESS_OTHER);
    CHECK_INT(match("https://a/b", "https://www.a/b"), ADDRESS_OTHER);
    CHECK_INT(match("http://a:8080/b", "https://a:8080/b"), ADDRESS_OTHER);
}

TEST(private_networks)
{
    static const char *const privates[] = {
        "http://192.168.1.1/x", "http://10.0.0.1",   "http://127.0.0.1:80/",
        "http://169.254.1.1",   "http://172.31.0.1", "http://100.64.0.1",
        "http://camera.local/", "http://intranet/x", "http://a.home.arpa"};
    static const char *const publics[] = {"http://192.169.1.1/", "http://172.32.0.1",
                                          "http://a.example",    "http://local.example.net/",
                                          "http://8.8.8.8/",     "http://100.128.0.1/"};
    owned(arena) arena = arena_new();
    struct address address;

    for (size_t i = 0; i < COUNT_OF(privates); i++)
        CHECK_TRUE(address_read(bytes_of(privates[i]), arena, &address) &&
                   address_is_private(&address));
    for (size_t i = 0; i < COUNT_OF(publics); i++)
        CHECK_TRUE(address_read(bytes_of(publics[i]), arena, &address) &&
                   !address_is_private(&address));
}

static void resolves(const char *target, const char *wanted)
{
    owned(arena) arena = arena_new();
    owned(text) got = text_new();
    struct address base, address;

    CHECK_TRUE(address_read(bytes_of("https://a/b/c/d?q"), arena, &base));
    if (address_resolve(&base, bytes_of(target), arena, &address))
        text_addf(got, "%s %s:%u %.*s", address.secure ? "https" : "http", address.host,
                  address.port, (int)address.path.size, (const char *)address.path.data);
    CHECK_STRING(text_string(got), wanted);
}

/* The reference resolution examples of RFC 3986, section 5.4, as far as they concern pages. */
TEST(redirects)
{
    resolves("g", "https a:443 /b/c/g");
    resolves("./g/", "https a:443 /b/c/g/");
    resolves("/g", "https a:443 /g");
    resolves("//g", "https g:443 /");
    resolves("?y", "https a:443 /b/c/d?y");
    resolves("g?y#s", "https a:443 /b/c/g?y");
    resolves(".", "https a:443 /b/c/");
    resolves("..", "https a:443 /b/");
    resolves("../g", "https a:443 /b/g");
    resolves("../../../../g", "https a:443 /g");
    resolves("http://x/y", "http x:80 /y");
    resolves("javascript:alert(1)", "");
    resolves("", "");
}

int main(void)
{
    RUN(addresses_in_prose);
    RUN(addresses_alone);
    RUN(matches);
    RUN(private_networks);
    RUN(redirects);
    return test_end();
}
