#include "inspect/service_boot.h"
#include "inspect/service_known.h"

/* Programs that another program starts when it is asked: inetd, xinetd, cron. */

/* How surely one of the programs in NAMES is started. */
static enum boot_level level_of(const struct boot *boot, const char *names)
{
    enum boot_level level = BOOT_OFF;

    for (size_t i = 0; i < boot->count; i++)
        if (boot->services[i].level > level &&
            service_known_listed(names, boot->services[i].name))
            level = boot->services[i].level;
    return level;
}

/* Port of a service by its name: in the image's own list, or the ones everybody uses. */
static int port_of(const struct boot *boot, struct bytes name, struct bytes transport)
{
    static const struct {
        const char *name;
        int port;
    } common[] = {{"telnet", 23},      {"ftp", 21},     {"ssh", 22},    {"tftp", 69},
                  {"http", 80},        {"www", 80},     {"time", 37},   {"daytime", 13},
                  {"echo", 7},         {"discard", 9},  {"shell", 514}, {"login", 513},
                  {"exec", 512},       {"finger", 79},  {"swat", 901},  {"netbios-ssn", 139},
                  {"netbios-ns", 137}, {"chargen", 19}, {"https", 443}};
    const struct system_node *node = system_find_string(boot->system, "/etc/services");
    struct bytes rest = node == NULL ? bytes_of("") : node->content, line, word;
    uint64_t number;

    if (bytes_to_u64(name, &number) && number > 0 && number < 65536)
        return (int)number;
    while (bytes_next_line(&rest, &line)) {
        if (!bytes_next_word(&line, &word) || !bytes_equal(word, name) ||
            !bytes_next_word(&line, &word))
            continue;
        size_t slash = bytes_find_byte(word, '/');
        if (bytes_to_u64(bytes_slice(word, 0, slash), &number) && number < 65536 &&
            bytes_equal(bytes_from_offset(word, slash == SIZE_MAX ? 0 : slash + 1), transport))
            return (int)number;
    }
    for (size_t i = 0; i < COUNT_OF(common); i++)
        if (bytes_is(name, common[i].name))
            return common[i].port;
    return 0;
}

static void start_socket(struct boot *boot, struct boot_service *service, struct bytes name,
                         struct bytes transport)
{
    if (service == NULL)
        return;
    service->daemon = true;
    service->service = name;
    service->transport = bytes_starts(transport, "udp") ? "udp" : "tcp";
    service->port = port_of(boot, name, bytes_of(service->transport));
}

/* name type protocol wait user program argv0 argv1 … */
static void inetd_line(struct boot *boot, struct bytes line, enum boot_level level,
                       struct boot_place place)
{
    struct bytes field[6], words[32], rest = line;
    size_t count = 0;

    for (size_t i = 0; i < COUNT_OF(field); i++)
        if (!bytes_next_word(&rest, &field[i]))
            return;
    size_t colon = bytes_find_byte(field[0], ':');
    struct bytes address = bytes_of("");
    if (colon != SIZE_MAX) {
        address = bytes_slice(field[0], 0, colon);
        field[0] = bytes_from_offset(field[0], colon + 1);
    }
    if (bytes_is(field[5], "internal"))
        return;
    words[count++] = field[5];
    struct bytes argument = bytes_of("");
    (void)bytes_next_word(&rest, &argument); /* argv[0] */
    if (bytes_is(path_base(field[5]), "tcpd") && bytes_at(argument, 0) == '/')
        words[0] = argument;
    while (count < COUNT_OF(words) && bytes_next_word(&rest, &words[count]))
        count++;
    struct boot_service *service = boot_start(boot, words, count, level, "inetd", place);
    start_socket(boot, service, field[0], field[2]);
    if (service != NULL) {
        service->account = bytes_slice(field[4], 0, bytes_find_byte(field[4], '.'));
        service->address = bytes_is(address, "*") ? bytes_of("") : address;
    }
}

/* service NAME { key = value … } */
struct xinetd {
    struct bytes name, server, arguments, user, port, protocol, bind;
    struct bytes line;
    bool disabled;
};

static void xinetd_end(struct boot *boot, const struct xinetd *x,
                       const struct system_node *file, enum boot_level level)
{
    struct bytes words[32], rest = x->arguments;
    size_t count = 1;

    words[0] = x->server;
    if (x->server.size == 0)
        return;
    while (count < COUNT_OF(words) && bytes_next_word(&rest, &words[count]))
        count++;
    struct boot_service *service =
        boot_start(boot, words, count, x->disabled ? BOOT_OFF : level, "xinetd",
                   (struct boot_place){file, x->line});
    start_socket(boot, service, x->port.size > 0 ? x->port : x->name, x->protocol);
    if (service == NULL)
        return;
    service->service = x->name;
    service->account = x->user;
    service->address = x->bind;
}

static void xinetd_file(struct boot *boot, const struct system_node *file,
                        enum boot_level level)
{
    struct bytes rest = file->content, line;
    struct xinetd x = {.disabled = false};

    while (bytes_next_line(&rest, &line)) {
        struct bytes text = bytes_trim(line), key = text;
        size_t equals = bytes_find_byte(text, '=');
        struct bytes value = bytes_of("");
        if (bytes_at(text, 0) == '#')
            continue;
        if (bytes_starts(text, "service ")) {
            x = (struct xinetd){.name = bytes_trim(bytes_slice(text, 8, text.size))};
            x.name = bytes_trim(bytes_slice(x.name, 0, bytes_find_byte(x.name, '{')));
        }
        if (bytes_is(text, "}"))
            xinetd_end(boot, &x, file, level);
        if (equals == SIZE_MAX)
            continue;
        key = bytes_trim(bytes_slice(text, 0, equals));
        value = bytes_trim(bytes_from_offset(text, equals + 1));
        if (bytes_is(key, "server")) {
            x.server = value;
            x.line = line;
        }
        x.arguments = bytes_is(key, "server_args") ? value : x.arguments;
        x.user = bytes_is(key, "user") ? value : x.user;
        x.port = bytes_is(key, "port") ? value : x.port;
        x.protocol = bytes_is(key, "protocol") ? value : x.protocol;
        x.bind = bytes_is(key, "bind") ? value : x.bind;
        if (bytes_is(key, "only_from") &&
            (bytes_is(value, "127.0.0.1") || bytes_is(value, "localhost")))
            x.bind = bytes_of("127.0.0.1");
        if (bytes_is(key, "disable"))
            x.disabled = bytes_is(value, "yes");
    }
}

#define INETD_NAMES "inetd openbsd-inetd inetutils-inetd"

/* The file that inetd reads: the one it is given, or the usual one. NULL: not in the image. */
static const struct system_node *inetd_file(const struct boot *boot)
{
    for (size_t i = 0; i < boot->count; i++) {
        const struct boot_service *service = &boot->services[i];
        if (!service_known_listed(INETD_NAMES, service->name))
            continue;
        for (size_t k = 1; k < service->word_count; k++)
            if (bytes_at(service->words[k], 0) == '/' && !bytes_is(service->words[k - 1], "-p"))
                return system_find(boot->system, service->words[k]);
    }
    return system_find_string(boot->system, "/etc/inetd.conf");
}

void inetd_walk(struct boot *boot)
{
    const struct system_node *conf = inetd_file(boot);
    enum boot_level level = level_of(boot, INETD_NAMES);
    struct bytes rest = conf == NULL ? bytes_of("") : conf->content, line;
    size_t count;

    while (bytes_next_line(&rest, &line))
        if (bytes_at(bytes_trim(line), 0) != '#')
            inetd_line(boot, line, level, (struct boot_place){conf, line});
    const struct system_node *nodes = system_under(boot->system, "etc/xinetd.d/", &count);
    const struct system_node *own = system_find_string(boot->system, "/etc/xinetd.conf");
    level = level_of(boot, "xinetd");
    if (own != NULL && own->has_content)
        xinetd_file(boot, own, level);
    for (size_t i = 0; i < count; i++)
        if (nodes[i].has_content)
            xinetd_file(boot, &nodes[i], level);
}

/* m h dom mon dow [user] command, or @reboot [user] command. */
static void crontab(struct boot *boot, const struct system_node *file, enum boot_level level,
                    bool has_user)
{
    struct bytes rest = file->content, line, word = bytes_of("");

    while (bytes_next_line(&rest, &line)) {
        struct bytes text = bytes_trim(line);
        uint8_t first = bytes_at(text, 0);
        if ((first < '0' || first > '9') && first != '*' && first != '@')
            continue;
        size_t fields = first == '@' ? 1 : 5;
        for (size_t i = 0; i < fields + (has_user ? 1 : 0); i++)
            (void)bytes_next_word(&text, &word);
        size_t before = boot->count;
        boot_command(boot, bytes_trim(text), level, "cron", (struct boot_place){file, line});
        for (size_t i = before; i < boot->count && has_user; i++)
            boot->services[i].account = word;
    }
}

void cron_walk(struct boot *boot)
{
    static const struct {
        const char *prefix;
        bool has_user;
    } places[] = {{"etc/crontabs/", false},
                  {"var/spool/cron/", false},
                  {"etc/cron.d/", true},
                  {"etc/cron/crontabs/", false}};
    enum boot_level level = level_of(boot, "crond cron busybox-crond");
    const struct system_node *table = system_find_string(boot->system, "/etc/crontab");
    size_t count;

    if (level <= BOOT_OFF)
        return;
    if (table != NULL && table->has_content)
        crontab(boot, table, level, true);
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        const struct system_node *nodes = system_under(boot->system, places[i].prefix, &count);
        for (size_t k = 0; k < count; k++)
            if (nodes[k].has_content)
                crontab(boot, &nodes[k], level, places[i].has_user);
    }
}
