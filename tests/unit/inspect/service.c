#include "dry.h"
#include "inspect/check.h"
#include "test.h"

extern const struct check check_service;

/* A system of a few files, given as path and content. */
struct world {
    struct arena *arena;
    struct node nodes[16];
    struct system_node system[16];
    size_t count;
};

static void add(struct world *world, const char *path, struct bytes content)
{
    struct node *node = &world->nodes[world->count];

    *node = (struct node){
        .id = 1, .path = bytes_of(path), .size = content.size, .has_owner = true, .mode = 0755};
    world->system[world->count++] =
        (struct system_node){.node = node, .content = content, .has_content = true};
}

static void look(struct world *world, struct dry *dry)
{
    struct system system = {.nodes = world->system, .count = world->count, .complete = true};

    error_free(check_service.run_system(&system, world->arena, &dry->sink));
}

/* Runs rcS with this text on a system that has a few programs; paths are in order. */
static void boot(struct arena *arena, struct dry *dry, struct bytes script)
{
    struct world world = {.arena = arena};

    add(&world, "bin/busybox", bytes_of("\177ELF1"));
    add(&world, "etc/config/dropbear", bytes_of("config dropbear\n\toption Port 22\n"));
    add(&world, "etc/init.d/rcS", script);
    add(&world, "etc/inittab", bytes_of("::sysinit:/etc/init.d/rcS\n"));
    add(&world, "usr/bin/start.sh", bytes_of("#!/bin/sh\ntelnetd -p $1 &\n"));
    add(&world, "usr/sbin/dropbear", bytes_of("\177ELF2"));
    add(&world, "usr/sbin/telnetd", bytes_of("\177ELF3"));
    look(&world, dry);
}

static const char *value(struct dry *dry, const char *script, const char *column)
{
    owned(arena) arena = arena_new();
    char *whole = arena_printf(arena, "#!/bin/sh\n%s\n", script);

    boot(arena, dry, bytes_of(whole));
    const struct observation *row = dry_nth(dry, "service", 0);
    const char *found =
        row == NULL ? "no row" : arena_string(dry->arena, dry_value(dry, row, column));
    dry->observation_count = 0;
    return found;
}

TEST(what_is_certain)
{
    owned(dry) dry = dry_new();

    CHECK_STRING(value(dry, "telnetd", "started"), "1");
    CHECK_STRING(value(dry, "# telnetd\necho telnetd", "started"), "no row");
    CHECK_STRING(value(dry, "cat <<E\ntelnetd\nE", "started"), "no row");
    CHECK_STRING(value(dry, "f() { telnetd; }", "started"), "no row");
    CHECK_STRING(value(dry, "f() { telnetd; }; f", "started"), "1");
    CHECK_STRING(value(dry, "exit 0\ntelnetd", "started"), "no row");
    CHECK_STRING(value(dry, "(exit 0); telnetd", "started"), "1");
    CHECK_STRING(value(dry, "f() { return; telnetd; }; f", "started"), "no row");
    CHECK_STRING(value(dry, "if true; then telnetd; fi", "started"), "1");
    CHECK_STRING(value(dry, "if false; then telnetd; fi", "started"), "no row");
    CHECK_STRING(value(dry, "if [ 1 = 1 ]; then :; else telnetd; fi", "started"), "no row");
    CHECK_STRING(value(dry, "for i in 1 2; do telnetd; done", "started"), "1");
    CHECK_STRING(value(dry, "case $1 in start) telnetd;; esac", "started"), "no row");
    CHECK_STRING(value(dry, "case x in y|x) telnetd;; esac", "started"), "1");
    CHECK_STRING(value(dry, "while :; do sleep 1; done\ntelnetd", "started"), "no row");
    CHECK_STRING(value(dry, "while :; do sleep 1; done &\ntelnetd", "started"), "1");
}

TEST(what_depends)
{
    owned(dry) dry = dry_new();

    CHECK_STRING(value(dry, "if grep -q x /proc/cmdline; then telnetd; fi", "started"), "");
    CHECK_STRING(value(dry, "[ -f /tmp/x ] && telnetd", "started"), "");
    CHECK_STRING(value(dry, "[ $(nvram get t) = 1 ] && telnetd", "started"), "");
    CHECK_STRING(value(dry, "nvram get t || exit\ntelnetd", "started"), "");
    CHECK_STRING(value(dry, "case `id` in a) telnetd;; esac", "started"), "");
    CHECK_STRING(value(dry, "mount -t x y /etc\n[ -f /etc/inittab ] && telnetd", "started"),
                 "");
}

TEST(what_files_decide)
{
    owned(dry) dry = dry_new();

    CHECK_STRING(value(dry, "[ -x /usr/sbin/telnetd ] && telnetd", "started"), "1");
    CHECK_STRING(value(dry, "test -e /usr/sbin/none || telnetd", "started"), "1");
    CHECK_STRING(value(dry, "[ -x /usr/sbin/none ] && telnetd", "started"), "no row");
    CHECK_STRING(value(dry, "[ -f /etc/enabled ] && telnetd", "started"), "0");
    CHECK_STRING(value(dry, "[ -f /etc/enabled ] || exit 0\ntelnetd", "started"), "0");
}

TEST(words)
{
    owned(dry) dry = dry_new();

    CHECK_STRING(value(dry, "P=2323; A=\"-p $P\"; telnetd $A", "port"), "2323");
    CHECK_STRING(value(dry, "telnetd -p ${P:-99}", "port"), "99");
    CHECK_STRING(value(dry, "D=/usr/sbin/telnetd; ${D##*/} -p 7", "port"), "7");
    CHECK_STRING(value(dry, "/usr/bin/start.sh 77", "port"), "77");
    CHECK_STRING(value(dry, "telnetd -l $(cat /etc/x)", "arguments"), "-l $(cat /etc/x)");
    CHECK_STRING(value(dry, "start-stop-daemon -S -b -c nobody:x -x /usr/sbin/telnetd -- -p 5",
                       "account"),
                 "nobody");
    CHECK_STRING(value(dry, "nohup telnetd -l /bin/sh >/dev/null 2>&1 &", "authenticated"),
                 "0");
    CHECK_STRING(value(dry, "sh -c 'telnetd -p 8'", "port"), "8");
    CHECK_STRING(value(dry, "eval telnetd -p 9", "port"), "9");
    CHECK_STRING(value(dry, "dropbear -p 127.0.0.1:22", "address"), "127.0.0.1");
    CHECK_STRING(value(dry, "sleep 5 &", "name"), "no row");
    CHECK_STRING(value(dry, "camera &", "name"), "camera");
    CHECK_STRING(value(dry, "camera", "name"), "no row");
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

/* Scripts with bytes changed, cut or doubled end in rows or a clean error. */
TEST(corrupted_scripts)
{
    static const char script[] =
        "#!/bin/sh\nP=\"-p ${PORT:-23}\"\nstart() { telnetd $P -l /bin/sh & }\n"
        "case \"$1\" in start|\"\") start;; *) exit 1;; esac\n"
        "for i in /etc/init.d/S??*; do [ -x $i ] && $i start; done\n"
        "if [ ! -f /etc/x -a -d /usr ]; then (cd /usr; dropbear -p 22); elif true; then :; "
        "else nc -l -p 1; fi\ncat <<E\nx\nE\nwhile true; do /usr/bin/start.sh \"$@\"; done\n"
        "config_load dropbear; config_foreach start dropbear\n"
        "procd_open_instance; procd_set_param command x; procd_close_instance\n";
    static const char bits[] = "$({`\"'\\;&|<>)} \n#*[";
    owned(dry) dry = dry_new();
    uint32_t state = 1;

    for (size_t round = 0; round < 2000; round++) {
        owned(arena) arena = arena_new();
        uint8_t *copy = arena_alloc(arena, sizeof script);
        mem_copy(copy, script, sizeof script);
        size_t size = sizeof script - 1 - next_random(&state) % 40;
        for (size_t i = 0; i < 1 + round % 12; i++)
            copy[next_random(&state) % size] =
                (uint8_t)(i % 2 == 0 ? bits[next_random(&state) % (sizeof bits - 1)]
                                     : (char)next_random(&state));
        boot(arena, dry, bytes_from(copy, size));
        dry->observation_count = 0;
    }
    CHECK_TRUE(true);
}

/* What repeats itself is cut at a limit, and says so. */
TEST(endless_scripts)
{
    static const char *const units[] = {"f() { f; f; }; f;",
                                        "/etc/init.d/rcS;",
                                        ". /etc/init.d/rcS;",
                                        "eval eval eval a;",
                                        "for a in 1 2 3 4; do ",
                                        "A=$A$A$A;A=x$A;",
                                        "( ",
                                        "{ ",
                                        "if true; then ",
                                        "camera & ",
                                        "sh -c 'sh -c \"a\"';",
                                        "case a in a) ",
                                        "`",
                                        "$(",
                                        "${a:-",
                                        "! ",
                                        "a && ",
                                        "camera $@ &"};
    owned(dry) dry = dry_new();

    for (size_t k = 0; k < COUNT_OF(units); k++) {
        owned(arena) arena = arena_new();
        size_t unit = strlen(units[k]), size = (1U << 20) / unit * unit;
        uint8_t *text = arena_alloc(arena, size);
        for (size_t i = 0; i < size; i++)
            text[i] = (uint8_t)units[k][i % unit];
        boot(arena, dry, bytes_from(text, size));
        dry->observation_count = 0;
    }
    CHECK_TRUE(true);
}

int main(void)
{
    RUN(what_is_certain);
    RUN(what_depends);
    RUN(what_files_decide);
    RUN(words);
    RUN(corrupted_scripts);
    RUN(endless_scripts);
    return test_end();
}
