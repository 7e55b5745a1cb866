#include "inspect/setting_read.h"
#include "test.h"

static struct settings read_one(struct arena *arena, const char *content,
                                void (*read)(struct settings *, const struct system_node *))
{
    struct node *node = arena_alloc(arena, sizeof *node);
    struct system_node *file = arena_alloc(arena, sizeof *file);
    struct system *system = arena_alloc(arena, sizeof *system);
    struct settings settings = {.system = system, .arena = arena};

    node->path = bytes_of("etc/x.conf");
    *file = (struct system_node){node, bytes_of(content), true};
    *system = (struct system){.nodes = file, .count = 1, .complete = true};
    read(&settings, file);
    return settings;
}

static const char *in_force(const struct settings *settings, const char *scope,
                            const char *name)
{
    for (size_t i = settings->count; i > 0; i--) {
        const struct setting *setting = &settings->items[i - 1];
        if (setting->effective && bytes_is(setting->scope, scope) &&
            bytes_is(setting->name, name))
            return arena_string(settings->arena, setting->value);
    }
    return "none";
}

TEST(first_or_last)
{
    owned(arena) arena = arena_new();
    struct settings s = read_one(
        arena, "PermitRootLogin no\npermitrootlogin yes\nMatch User a\n  X11Forwarding yes\n",
        setting_read_sshd);

    CHECK_STRING(in_force(&s, "", "permitrootlogin"), "no");
    CHECK_STRING(in_force(&s, "User a", "x11forwarding"), "yes");
    s = read_one(arena, "server.port = 80\nserver.port = 81\n", setting_read_lighttpd);
    CHECK_STRING(in_force(&s, "", "server.port"), "81");
}

TEST(mosquitto_scopes)
{
    owned(arena) arena = arena_new();
    struct settings s =
        read_one(arena, "listener 1883\nallow_anonymous true\n", setting_read_mosquitto);

    CHECK_STRING(in_force(&s, "", "allow_anonymous"), "true");
    s = read_one(arena, "per_listener_settings true\nlistener 1883\nallow_anonymous true\n",
                 setting_read_mosquitto);
    CHECK_STRING(in_force(&s, "", "allow_anonymous"), "none");
    CHECK_STRING(in_force(&s, "listener 1883", "allow_anonymous"), "true");
}

TEST(blocks)
{
    owned(arena) arena = arena_new();
    struct settings s =
        read_one(arena, "http { # {\n server { listen 80; location / { autoindex on; } } }",
                 setting_read_nginx);

    CHECK_STRING(in_force(&s, "server[0]", "listen"), "80");
    CHECK_STRING(in_force(&s, "server[0] location /", "autoindex"), "on");
    s = read_one(arena,
                 "$SERVER[\"socket\"] == \":443\" { ssl.engine = \"enable\" }\na.b = 1\n",
                 setting_read_lighttpd);
    CHECK_STRING(in_force(&s, "$SERVER[\"socket\"] == \":443\"", "ssl.engine"), "enable");
    CHECK_STRING(in_force(&s, "", "a.b"), "1");
}

TEST(communities)
{
    owned(arena) arena = arena_new();
    struct settings s = read_one(arena, "rocommunity public\nrwcommunity  private 10.0.0.0/8\n",
                                 setting_read_snmpd);

    CHECK_STRING(in_force(&s, "", "rocommunity"), "public");
    CHECK_STRING(in_force(&s, "10.0.0.0/8", "rwcommunity"), "private");
}

/* Every dialect reads every prefix and many changes of a text that looks like all of them. */
TEST(corrupted_files)
{
    static const char text[] =
        "a = b\n$X[\"y\"] == \":1\" {\n c += ( \"d\" )\n}\n[s]\nk=v\n"
        "Match all\nInclude *\nlistener 1\n<V>\nx y\n</V>\n"
        "server { listen 1; # c\n 'q' \"r\"; }\nconfig a 'b'\n list c d\n"
        "A:1\n/x:a:b\nrocommunity a b\ninclude_dir /\n";
    static void (*const readers[])(struct settings *, const struct system_node *) = {
        setting_read_sshd,  setting_read_lighttpd, setting_read_nginx,  setting_read_mosquitto,
        setting_read_snmpd, setting_read_httpd,    setting_read_proftpd};
    uint32_t state = 7;

    for (size_t round = 0; round < 2000; round++) {
        owned(arena) arena = arena_new();
        char *copy = arena_string(arena, bytes_from(text, sizeof text - 1));
        for (size_t i = 0; i < round % 9; i++) {
            state = state * 1664525U + 1013904223U;
            copy[(state >> 8) % (sizeof text - 1)] = (char)(1 + state % 126);
        }
        copy[round % sizeof text] = '\0';
        (void)read_one(arena, copy, readers[round % COUNT_OF(readers)]);
    }
    CHECK_TRUE(true);
}

int main(void)
{
    RUN(first_or_last);
    RUN(mosquitto_scopes);
    RUN(blocks);
    RUN(communities);
    RUN(corrupted_files);
    return test_end();
}
