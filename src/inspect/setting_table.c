#include "inspect/setting_table.h"

#include <string.h>

#include "inspect/service_facts.h"
#include "inspect/service_known.h"
#include "inspect/shell.h"

/* One row a dialect: the base name of the file, and how it is read. */
static const struct dialect {
    const char *program;
    const char *path; /* pattern of the whole path; '*' also stands for slashes */
    void (*read)(struct settings *, const struct system_node *);
    struct keyvalue how; /* when read is NULL */
} dialects[] = {
    {"sshd", "*sshd_config", setting_read_sshd, {0}},
    {"lighttpd", "*lighttpd.conf", setting_read_lighttpd, {0}},
    {"lighttpd", "*lighttpd/conf-available/*.conf", setting_read_lighttpd, {0}},
    {"nginx", "*nginx.conf", setting_read_nginx, {0}},
    {"nginx", "*nginx/sites-available/*", setting_read_nginx, {0}},
    {"mosquitto", "*mosquitto*.conf", setting_read_mosquitto, {0}},
    {"snmpd", "*snmpd.conf", setting_read_snmpd, {0}},
    {"proftpd", "*proftpd.conf", setting_read_proftpd, {0}},
    {"httpd", "etc/httpd.conf", setting_read_httpd, {0}},
    {"login", "etc/securetty", setting_read_securetty, {0}},
    {"login", "etc/pam.d/login", setting_read_pam, {0}},
    {"login", "etc/pam.d/common-auth", setting_read_pam, {0}},
    {"login", "etc/pam.d/system-auth", setting_read_pam, {0}},
    {"vsftpd", "*vsftpd.conf", NULL, {'=', WINS_LAST, false}},
    {"hostapd", "*hostapd*.conf", NULL, {'=', WINS_LAST, false}},
    {"miniupnpd", "*miniupnpd.conf", NULL, {'=', WINS_LAST, false}},
    {"smbd", "*smb.conf", NULL, {'=', WINS_LAST, true}},
};

static const char *const uci_programs[] = {"uhttpd", "dropbear", "mosquitto",
                                           "upnpd",  "snmpd",    "telnetd"};

/* The path without the ending that makes it an example. */
static struct bytes real_path(struct bytes path)
{
    static const char *const endings[] = {".example",   ".sample", ".default",
                                          ".dist",      ".orig",   ".bak",
                                          ".dpkg-dist", ".rpmnew", "-opkg"};

    for (size_t i = 0; i < COUNT_OF(endings); i++)
        if (bytes_ends(path, endings[i]))
            return bytes_slice(path, 0, path.size - strlen(endings[i]));
    return path;
}

static const struct dialect *dialect_of(struct bytes path)
{
    struct bytes real = real_path(path);

    for (size_t i = 0; i < COUNT_OF(dialects) && real.size < 1024; i++)
        if (shell_match(bytes_of(dialects[i].path), real))
            return &dialects[i];
    return NULL;
}

bool setting_is_configuration(struct bytes path)
{
    return dialect_of(path) != NULL;
}

static bool read_uci(struct settings *settings, const struct system_node *file)
{
    if (!bytes_starts(file->node->path, "etc/config/"))
        return false;
    for (size_t i = 0; i < COUNT_OF(uci_programs); i++)
        if (bytes_is(path_base(file->node->path), uci_programs[i]))
            return setting_read_uci(settings, uci_programs[i], file), true;
    return true;
}

bool setting_read_file(struct settings *settings, const struct system_node *file)
{
    const struct dialect *dialect = dialect_of(file->node->path);
    struct settings own = {.system = settings->system, .arena = settings->arena};
    bool example = setting_is_example(file->node->path);

    /* Each file is settled by itself: two files are two configurations. */
    if (!read_uci(&own, file)) {
        if (dialect == NULL)
            return false;
        if (dialect->read != NULL)
            dialect->read(&own, file);
        else
            setting_read_keyvalue(&own, dialect->program, file, dialect->how);
    }
    for (size_t i = 0; i < own.count && settings->count < LIMIT_SETTINGS; i++) {
        own.items[i].effective &= !example;
        settings->items = arena_grow(settings->arena, settings->items, &settings->capacity,
                                     settings->count + 1, sizeof *settings->items);
        settings->items[settings->count++] = own.items[i];
    }
    return own.count > 0;
}

/* What an option means. VALUE NULL: the option takes one. */
static const struct argument {
    const char *program, *option, *name, *value;
} arguments[] = {
    {"dropbear", "-s", "password-login", "no"},
    {"dropbear", "-g", "root-password-login", "no"},
    {"dropbear", "-w", "root-login", "no"},
    {"dropbear", "-B", "blank-password-login", "yes"},
    {"dropbear", "-a", "forwarded-ports-for-all", "yes"},
    {"dropbear", "-j", "local-forwarding", "no"},
    {"dropbear", "-k", "remote-forwarding", "no"},
    {"dropbear", "-R", "make-host-keys", "yes"},
    {"dropbear", "-p", "port", NULL},
    {"dropbear", "-r", "host-key", NULL},
    {"dropbear", "-I", "idle-timeout", NULL},
    {"telnetd", "-l", "login-program", NULL},
    {"telnetd", "-p", "port", NULL},
    {"telnetd", "-b", "address", NULL},
    {"uhttpd", "-p", "listen_http", NULL},
    {"uhttpd", "-s", "listen_https", NULL},
    {"uhttpd", "-h", "home", NULL},
    {"uhttpd", "-x", "cgi_prefix", NULL},
    {"uhttpd", "-r", "realm", NULL},
    {"uhttpd", "-C", "cert", NULL},
    {"uhttpd", "-K", "key", NULL},
    {"httpd", "-p", "port", NULL},
    {"httpd", "-h", "home", NULL},
    {"httpd", "-c", "config", NULL},
    {"httpd", "-u", "user", NULL},
    {"httpd", "-r", "realm", NULL},
    {"mini_httpd", "-E", "certfile", NULL},
    {"mosquitto", "-p", "port", NULL},
    {"tftpd", "-c", "create", "yes"},
    {"ftpd", "-w", "write", "yes"},
    {"miniupnpd", "-S", "secure_mode", "yes"},
    {"sshd", "-o", "option", NULL},
    {"sshd", "-p", "port", NULL},
};

void setting_read_arguments(struct settings *settings, const struct boot_service *service)
{
    for (size_t i = 0; i < COUNT_OF(arguments); i++) {
        const struct argument *argument = &arguments[i];
        struct bytes value = bytes_of(argument->value);
        bool found = false;
        size_t at = 1;
        if (!bytes_is(service->name, argument->program))
            continue;
        if (argument->value != NULL)
            found = service_has_flag(service, argument->option[1]);
        else
            found = service_option(service, argument->option, &at, &value);
        if (!found)
            continue;
        struct setting *setting = setting_add(settings, argument->program, bytes_of(""),
                                              bytes_of(argument->name), value, WINS_ALL);
        setting->origin = "argument";
        setting->file = service->place.file;
        setting->line = service->place.line;
        setting->effective = service->level > BOOT_OFF;
    }
}
