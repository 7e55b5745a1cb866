#include "inspect/service_facts.h"

#include <string.h>

#include "base/limits.h"
#include "inspect/service_known.h"

#define SHELLS "sh ash bash dash hush ksh zsh"

static bool is(const struct boot_service *service, const char *list)
{
    return service_known_listed(list, service->name);
}

bool service_option(const struct boot_service *service, const char *names, size_t *at,
                    struct bytes *value)
{
    for (size_t i = *at < 1 ? 1 : *at; i < service->word_count && names != NULL; i++) {
        struct bytes word = service->words[i], rest = bytes_of(names), name;
        size_t equals = bytes_find_byte(word, '=');
        *at = i + 1;
        if (bytes_is(word, "--"))
            break;
        while (bytes_next_word(&rest, &name)) {
            if (bytes_equal(word, name) && i + 1 < service->word_count) {
                *value = service->words[i + 1];
                *at = i + 2;
                return true;
            }
            bool brief = name.size == 2 && bytes_at(name, 1) != '-';
            if (brief && word.size > 2 && bytes_equal(bytes_slice(word, 0, 2), name)) {
                *value = bytes_from_offset(word, 2);
                return true;
            }
            if (!brief && equals != SIZE_MAX &&
                bytes_equal(bytes_slice(word, 0, equals), name)) {
                *value = bytes_from_offset(word, equals + 1);
                return true;
            }
        }
    }
    return false;
}

bool service_has_flag(const struct boot_service *service, char letter)
{
    for (size_t i = 1; i < service->word_count; i++) {
        struct bytes word = service->words[i];
        if (bytes_at(word, 0) == '-' && bytes_at(word, 1) != '-' && word.size < 12 &&
            bytes_find_byte(bytes_from_offset(word, 1), (uint8_t)letter) != SIZE_MAX)
            return true;
    }
    return false;
}

bool service_address(struct bytes text, struct bytes *address, int *port)
{
    size_t colon = text.size;
    uint64_t number;

    while (colon > 0 && bytes_at(text, colon - 1) != ':')
        colon--;
    if (!bytes_to_u64(bytes_from_offset(text, colon), &number) || number > 65535)
        return false;
    *port = (int)number;
    struct bytes host = bytes_slice(text, 0, colon > 0 ? colon - 1 : 0);
    if (bytes_at(host, 0) == '[')
        host = bytes_slice(host, 1, host.size - 2);
    *address = host;
    return true;
}

/* Loopback has one spelling; "every address" has none. */
static void settle_address(struct service_fact *fact)
{
    struct bytes address = fact->address;

    if (bytes_is(address, "localhost") || bytes_is(address, "::1") ||
        bytes_starts(address, "127."))
        fact->address = bytes_of("127.0.0.1");
    else if (bytes_is(address, "0.0.0.0") || bytes_is(address, "::") ||
             bytes_is(address, "*") || bytes_is(address, "0"))
        fact->address = bytes_of("");
}

static bool is_shell(struct bytes program)
{
    return service_known_listed(SHELLS, path_base(program));
}

static void telnetd(const struct boot_service *service, struct service_fact *fact)
{
    struct bytes program;
    size_t at = 1;

    if (!service_option(service, "-l", &at, &program))
        return;
    if (is_shell(program))
        fact->authenticated = 0;
    else if (!bytes_is(path_base(program), "login"))
        fact->authenticated = -1;
}

static bool is_serial(struct bytes console)
{
    uint8_t after = bytes_at(console, 3);

    return bytes_starts(console, "console") || bytes_starts(console, "hvc") ||
           (bytes_starts(console, "tty") && after >= 'A' && after <= 'Z');
}

/*
 * OpenWrt's login.sh: a shell, unless ttylogin of /etc/config/system is 1. Unknown for a script
 * that reads otherwise, and where a first start may set the option.
 */
static int login_script(const struct boot *boot, const struct boot_service *service)
{
    const struct system_node *script = system_find(boot->system, service->program);
    const struct system_node *config = system_find_string(boot->system, "/etc/config/system");
    struct bytes rest, line, word, name;
    size_t count;
    int asks = 0;

    if (script == NULL || !bytes_contains(script->content, "system.@system[0].ttylogin") ||
        !bytes_contains(script->content, "|| exec /bin/ash --login"))
        return -1;
    const struct system_node *first = system_under(boot->system, "etc/uci-defaults/", &count);
    for (size_t i = 0; i < count; i++)
        if (!first[i].has_content || bytes_contains(first[i].content, "ttylogin"))
            return -1;
    rest = config == NULL ? bytes_of("") : config->content;
    while (bytes_next_line(&rest, &line))
        if (bytes_next_word(&line, &word) && bytes_is(word, "option") &&
            bytes_next_word(&line, &name) && bytes_is(name, "ttylogin"))
            asks = bytes_find_byte(line, '1') != SIZE_MAX;
    return asks;
}

/* A shell, login or getty on a terminal. */
static void terminal(const struct boot *boot, const struct boot_service *service,
                     struct service_fact *fact)
{
    struct bytes program;
    size_t at = 1;

    fact->listens = 0;
    fact->console = service->console;
    fact->debug = service->console.size == 0 ? -1 : is_serial(service->console);
    if (is(service, SHELLS)) {
        fact->authenticated = 0;
        return;
    }
    if (is(service, "login.sh")) {
        fact->authenticated = login_script(boot, service);
        return;
    }
    fact->authenticated = is(service, "cttyhack") ? -1 : 1;
    if (is(service, "login")) {
        if (service_has_flag(service, 'f'))
            fact->authenticated = 0;
        return;
    }
    if (service_option(service, "-l --login-program", &at, &program)) {
        if (is_shell(program))
            fact->authenticated = 0;
        else if (!bytes_is(path_base(program), "login"))
            fact->authenticated = -1;
    }
    at = 1;
    if (is(service, "agetty getty") && !service->applet &&
        service_option(service, "-a --autologin", &at, &program))
        fact->authenticated = 0;
}

/* nc and socat listen only when they are told to. */
static void netcat(const struct boot_service *service, struct service_fact *fact)
{
    struct bytes value;
    size_t at = 1;
    uint64_t number;

    fact->listens = service_has_flag(service, 'l') || service_has_flag(service, 'L');
    if (fact->listens == 0)
        return;
    fact->transport = service_has_flag(service, 'u') ? "udp" : "tcp";
    fact->plain = 1;
    for (size_t i = 1; i < service->word_count; i++)
        if (bytes_to_u64(service->words[i], &number) && number > 0 && number < 65536)
            fact->port = (int)number;
    if ((service_option(service, "-e -c --exec --sh-exec", &at, &value) && is_shell(value)) ||
        (service->word_count > 2 && is_shell(service->words[service->word_count - 1]))) {
        fact->authenticated = 0;
        fact->debug = 1;
    }
}

static void socat(const struct boot_service *service, struct service_fact *fact)
{
    fact->listens = 0;
    for (size_t i = 1; i < service->word_count; i++) {
        struct bytes word = service->words[i], rest = word, kind, port;
        uint64_t number;
        if (!bytes_next_field(&rest, ':', &kind))
            continue;
        bool shell = bytes_is_nocase(kind, "exec") || bytes_is_nocase(kind, "system");
        if (shell && is_shell(bytes_slice(rest, 0, bytes_find_byte(rest, ',')))) {
            fact->authenticated = 0;
            fact->debug = 1;
        }
        struct bytes ending = bytes_from_offset(kind, kind.size < 6 ? 0 : kind.size - 6);
        if (!bytes_is_nocase(ending, "listen") || !bytes_next_field(&rest, ',', &port) ||
            !bytes_to_u64(port, &number) || number > 65535)
            continue;
        fact->listens = 1;
        fact->port = (int)number;
        fact->transport = bytes_at(kind, 0) == 'U' || bytes_at(kind, 0) == 'u' ? "udp" : "tcp";
        fact->plain = !(bytes_starts(kind, "OPENSSL") || bytes_starts(kind, "SSL"));
    }
}

/* tcpsvd [options] ADDRESS PORT PROGRAM: what it speaks is what the program speaks. */
static void tcpsvd(const struct boot_service *service, struct service_fact *fact)
{
    for (size_t i = 1; i + 2 < service->word_count; i++) {
        uint64_t number;
        if (bytes_at(service->words[i], 0) == '-' ||
            !bytes_to_u64(service->words[i + 1], &number) || number > 65535)
            continue;
        const struct service_known *known =
            service_known_find(path_base(service->words[i + 2]));
        fact->address = service->words[i];
        fact->port = (int)number;
        if (known != NULL) {
            fact->protocol = known->protocol;
            fact->plain = known->plain;
            fact->authenticated = known->authenticated;
        }
        if (is_shell(service->words[i + 2]))
            fact->authenticated = 0;
        return;
    }
}

static void special(const struct boot_service *service, struct service_fact *fact)
{
    struct bytes address;
    size_t at = 1;

    if (is(service, "telnetd utelnetd in.telnetd"))
        telnetd(service, fact);
    else if (is(service, "nc netcat ncat nc.traditional nc.openbsd"))
        netcat(service, fact);
    else if (is(service, "socat"))
        socat(service, fact);
    else if (is(service, "tcpsvd udpsvd"))
        tcpsvd(service, fact);
    else if (is(service, "gdbserver gdbserver32 gdbserver64"))
        for (size_t i = 1; i < service->word_count && fact->port == 0; i++)
            (void)service_address(service->words[i], &fact->address, &fact->port);
    else if (is(service, "snmpd") && bytes_contains(service->arguments, "127.0.0.1"))
        fact->address = bytes_of("127.0.0.1");
    else if (is(service, "ntpd") && service->applet)
        fact->listens = service_has_flag(service, 'l');
    else if (is(service, "dnsmasq") && service_option(service, "-p --port", &at, &address) &&
             bytes_is(address, "0")) {
        fact->protocol = "dhcp";
        fact->port = 67;
    }
}

static struct service_fact usual(const struct boot_service *service)
{
    const struct service_known *known = service_known_find(service->name);
    struct service_fact fact = {.listens = -1,
                                .plain = -1,
                                .authenticated = -1,
                                .debug = -1,
                                .address = service->address};

    if (known != NULL) {
        fact.protocol = known->protocol;
        fact.listens = known->listens;
        fact.plain = known->plain;
        fact.authenticated = known->authenticated;
        fact.debug = known->debug;
        fact.transport = known->transport;
        fact.port = known->port;
    }
    return fact;
}

/* Ports the arguments name: several for a server that takes the option more than once. */
static size_t from_arguments(const struct boot_service *service,
                             const struct service_fact *base, struct service_fact *facts)
{
    const struct service_known *known = service_known_find(service->name);
    struct bytes value, address;
    size_t count = 0, at = 1;
    int port;

    if (known == NULL)
        return 0;
    while (count < LIMIT_SERVICE_PORTS &&
           service_option(service, known->port_option, &at, &value)) {
        address = bytes_of("");
        if (!service_address(value, &address, &port) || port == 0)
            continue;
        facts[count] = *base;
        facts[count].port = port;
        if (address.size > 0)
            facts[count].address = address;
        count++;
    }
    at = 1;
    if (is(service, "uhttpd"))
        for (size_t k = 0; k < 2; k++, at = 1)
            while (count < LIMIT_SERVICE_PORTS &&
                   service_option(service, k == 0 ? "-p" : "-s", &at, &value)) {
                if (!service_address(value, &address, &port))
                    continue;
                facts[count] = *base;
                facts[count].port = port;
                facts[count].address = address;
                facts[count].plain = k == 0;
                facts[count++].protocol = k == 0 ? "http" : "https";
            }
    at = 1;
    if (service_option(service, known->address_option, &at, &value))
        for (size_t i = 0; i < (count == 0 ? 1 : count); i++) {
            if (count == 0)
                facts[0] = *base;
            facts[i].address = value;
            if (i + 1 >= count) {
                count = count == 0 ? 1 : count;
                break;
            }
        }
    return count;
}

static bool speaks_tls(const struct boot_service *service)
{
    const struct service_known *known = service_known_find(service->name);

    for (size_t i = 1; known != NULL && i < service->word_count; i++)
        if (service_known_listed(known->tls_option, service->words[i]))
            return true;
    return false;
}

/* One row for a port, though it is named for IPv4 and IPv6. */
static size_t distinct(struct service_fact *facts, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        bool same = false;
        for (size_t k = 0; k < kept && !same; k++)
            same = facts[k].port == facts[i].port && facts[k].plain == facts[i].plain &&
                   bytes_equal(facts[k].address, facts[i].address);
        if (!same)
            facts[kept++] = facts[i];
    }
    return kept;
}

size_t service_facts(const struct boot *boot, const struct boot_service *service,
                     struct service_fact facts[LIMIT_SERVICE_PORTS])
{
    struct service_fact base = usual(service);
    size_t count;

    if (service->console.size > 0 || is(service, "getty agetty login.sh sulogin"))
        terminal(boot, service, &base);
    else
        special(service, &base);
    if (service->port != 0) { /* handed a socket */
        base.port = service->port;
        base.transport = service->transport;
        base.listens = 1;
        if (is(service, SHELLS))
            base.authenticated = 0;
    }
    if (speaks_tls(service)) {
        base.plain = 0;
        base.protocol = "https";
        base.port = base.port == 80 ? 443 : base.port;
    }
    count = service->port != 0 ? 0 : from_arguments(service, &base, facts);
    if (count == 0 && service->port == 0)
        count = service_configured(boot, service, &base, facts);
    if (count == 0)
        facts[count++] = base;
    for (size_t i = 0; i < count; i++) {
        settle_address(&facts[i]);
        if (facts[i].listens != 1) {
            facts[i].port = 0;
            facts[i].transport = NULL;
        }
    }
    return distinct(facts, count);
}
