#include <string.h>

#include "base/limits.h"
#include "inspect/service_facts.h"
#include "inspect/service_known.h"

/* Ports that a server's configuration names. */

static const struct system_node *file_of(const struct boot *boot,
                                         const struct boot_service *service, const char *option,
                                         const char *usual)
{
    struct bytes path = bytes_of(usual);
    size_t at = 1;

    if (option != NULL)
        (void)service_option(service, option, &at, &path);
    const struct system_node *node = system_find(boot->system, path);
    return node != NULL && node->has_content ? node : NULL;
}

static const struct setting *last(const struct settings *settings, struct bytes scope,
                                  const char *name)
{
    for (size_t i = settings->count; i > 0; i--)
        if (settings->items[i - 1].effective && bytes_is(settings->items[i - 1].name, name) &&
            bytes_equal(settings->items[i - 1].scope, scope))
            return &settings->items[i - 1];
    return NULL;
}

static bool is_on(const struct setting *setting)
{
    return setting != NULL &&
           (bytes_is_nocase(setting->value, "enable") ||
            bytes_is_nocase(setting->value, "yes") || bytes_is_nocase(setting->value, "on") ||
            bytes_is_nocase(setting->value, "true"));
}

static void web(struct service_fact *fact, bool tls)
{
    fact->plain = !tls;
    fact->protocol = tls ? "https" : "http";
}

/* $SERVER["socket"] == ":443" */
static bool socket_scope(struct bytes scope, struct bytes *address, int *port)
{
    size_t at = bytes_find_string(scope, "SERVER[\"socket\"]");
    size_t quote;

    if (at == SIZE_MAX)
        return false;
    struct bytes rest = bytes_from_offset(scope, at + 16);
    quote = bytes_find_byte(rest, '"');
    rest = bytes_from_offset(rest, quote == SIZE_MAX ? rest.size : quote + 1);
    return service_address(bytes_slice(rest, 0, bytes_find_byte(rest, '"')), address, port);
}

static size_t lighttpd(const struct settings *settings, const struct service_fact *usual,
                       struct service_fact *facts)
{
    const struct bytes global = {NULL, 0};
    const struct setting *port = last(settings, global, "server.port");
    const struct setting *bind = last(settings, global, "server.bind");
    uint64_t number;
    size_t count = 1;

    facts[0] = *usual;
    if (port != NULL && bytes_to_u64(port->value, &number) && number < 65536)
        facts[0].port = (int)number;
    if (bind != NULL)
        facts[0].address = bind->value;
    web(&facts[0], is_on(last(settings, global, "ssl.engine")));
    for (size_t i = 0; i < settings->count && count < LIMIT_SERVICE_PORTS; i++) {
        struct service_fact fact = *usual;
        const struct setting *setting = &settings->items[i];
        bool seen = false;
        if (!setting->effective || !socket_scope(setting->scope, &fact.address, &fact.port))
            continue;
        for (size_t k = 0; k < count; k++)
            seen |= facts[k].port == fact.port && bytes_equal(facts[k].address, fact.address);
        web(&fact, is_on(last(settings, setting->scope, "ssl.engine")));
        if (!seen)
            facts[count++] = fact;
    }
    return count;
}

static size_t nginx(const struct settings *settings, const struct service_fact *usual,
                    struct service_fact *facts)
{
    size_t count = 0;

    for (size_t i = 0; i < settings->count && count < LIMIT_SERVICE_PORTS; i++) {
        const struct setting *setting = &settings->items[i];
        struct service_fact fact = *usual;
        struct bytes rest = setting->value, first = bytes_of("");
        bool seen = false;
        if (!bytes_is(setting->name, "listen") || !bytes_next_word(&rest, &first) ||
            bytes_starts(first, "unix:"))
            continue;
        fact.port = 80;
        fact.address = bytes_of("");
        if (!service_address(first, &fact.address, &fact.port))
            fact.address = first;
        web(&fact, bytes_contains(rest, "ssl") || bytes_contains(rest, "quic"));
        for (size_t k = 0; k < count; k++)
            seen |= facts[k].port == fact.port && facts[k].plain == fact.plain;
        if (!seen)
            facts[count++] = fact;
    }
    return count;
}

static size_t mosquitto(const struct settings *settings, const struct service_fact *usual,
                        struct service_fact *facts)
{
    size_t count = 0;

    for (size_t i = 0; i < settings->count && count < LIMIT_SERVICE_PORTS; i++) {
        const struct setting *setting = &settings->items[i];
        struct service_fact fact = *usual;
        struct bytes rest = setting->value, first = bytes_of("");
        bool old = bytes_is(setting->name, "port");
        if ((!bytes_is(setting->name, "listener") && !old) || !bytes_next_word(&rest, &first) ||
            !service_address(first, &fact.address, &fact.port))
            continue;
        fact.address = bytes_trim(rest);
        bool tls = last(settings, setting->scope, "certfile") != NULL ||
                   last(settings, setting->scope, "psk_hint") != NULL;
        fact.plain = !tls;
        fact.protocol = tls ? "mqtts" : "mqtt";
        const struct setting *anonymous = last(settings, setting->scope, "allow_anonymous");
        if (anonymous == NULL)
            anonymous = last(settings, bytes_of(""), "allow_anonymous");
        if (anonymous != NULL)
            fact.authenticated = !is_on(anonymous);
        facts[count++] = fact;
    }
    return count;
}

static size_t sshd(const struct settings *settings, const struct service_fact *usual,
                   struct service_fact *facts)
{
    size_t count = 0;
    uint64_t number;

    for (size_t i = 0; i < settings->count && count < LIMIT_SERVICE_PORTS; i++)
        if (bytes_is(settings->items[i].name, "port") && settings->items[i].scope.size == 0 &&
            bytes_to_u64(settings->items[i].value, &number) && number < 65536) {
            facts[count] = *usual;
            facts[count++].port = (int)number;
        }
    return count;
}

static size_t vsftpd(const struct settings *settings, const struct service_fact *usual,
                     struct service_fact *facts)
{
    const struct bytes global = {NULL, 0};
    const struct setting *port = last(settings, global, "listen_port");
    const struct setting *tls = last(settings, global, "ssl_enable");
    const struct setting *address = last(settings, global, "listen_address");
    const struct setting *anonymous = last(settings, global, "anonymous_enable");
    uint64_t number;

    facts[0] = *usual;
    if (port != NULL && bytes_to_u64(port->value, &number) && number < 65536)
        facts[0].port = (int)number;
    if (address != NULL)
        facts[0].address = address->value;
    facts[0].plain = !is_on(tls);
    facts[0].authenticated = anonymous == NULL || is_on(anonymous) ? 0 : 1;
    return 1;
}

size_t service_configured(const struct boot *boot, const struct boot_service *service,
                          const struct service_fact *usual, struct service_fact *facts)
{
    static const struct {
        const char *programs, *option, *path;
        void (*read)(struct settings *, const struct system_node *);
        size_t (*state)(const struct settings *, const struct service_fact *,
                        struct service_fact *);
    } kinds[] = {
        {"lighttpd", "-f", "/etc/lighttpd/lighttpd.conf", setting_read_lighttpd, lighttpd},
        {"nginx openresty tengine", "-c", "/etc/nginx/nginx.conf", setting_read_nginx, nginx},
        {"mosquitto", "-c --config-file", "/etc/mosquitto/mosquitto.conf",
         setting_read_mosquitto, mosquitto},
        {"sshd", "-f", "/etc/ssh/sshd_config", setting_read_sshd, sshd},
    };
    struct settings settings = {.system = boot->system, .arena = boot->arena};

    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (!service_known_listed(kinds[i].programs, service->name))
            continue;
        const struct system_node *file = file_of(boot, service, kinds[i].option, kinds[i].path);
        if (file == NULL)
            return 0;
        kinds[i].read(&settings, file);
        return kinds[i].state(&settings, usual, facts);
    }
    if (!service_known_listed("vsftpd", service->name))
        return 0;
    const struct system_node *file = file_of(boot, service, NULL, "/etc/vsftpd.conf");
    if (service->word_count > 1 && bytes_at(service->words[1], 0) == '/')
        file = system_find(boot->system, service->words[1]);
    if (file == NULL || !file->has_content)
        return 0;
    setting_read_keyvalue(&settings, "vsftpd", file,
                          (struct keyvalue){.separator = '=', .wins = WINS_LAST});
    return vsftpd(&settings, usual, facts);
}
