#include "base/limits.h"
#include "inspect/service_facts.h"

/*
 * What is started at boot (service_boot.h) and what it offers (service_facts.h): one row for each
 * program and port.
 */

static const struct column columns[] = {
    {"program", COLUMN_TEXT, "path as started, looked up along PATH"},
    {"name", COLUMN_TEXT, "base name of the program"},
    {"arguments", COLUMN_TEXT, "its arguments; what only the device knows stands as written"},
    {"account", COLUMN_TEXT, "user it runs as"},
    {"starter", COLUMN_TEXT,
     "what starts it: inittab, rc-script, procd, systemd, inetd, xinetd, cron, sysv"},
    {"started", COLUMN_INTEGER,
     "1: on every boot; 0: there but switched off; NULL: it depends"},
    {"exists", COLUMN_INTEGER, "the program is in the image"},
    {"applet", COLUMN_INTEGER, "the program is an applet of busybox"},
    {"listens", COLUMN_INTEGER, "waits for connections or packets"},
    {"transport", COLUMN_TEXT, "tcp or udp"},
    {"port", COLUMN_INTEGER, "where it listens"},
    {"protocol", COLUMN_TEXT, "telnet, ssh, http, https, ftp, mqtt, upnp, …"},
    {"plain", COLUMN_INTEGER, "1: nothing encrypts what it sends; 0: something does"},
    {"authenticated", COLUMN_INTEGER, "0: gives access without any password; 1: asks for one"},
    {"debug", COLUMN_INTEGER, "a debug service, or a login on a serial console"},
    {"console", COLUMN_TEXT, "the terminal it sits on"},
    {"address", COLUMN_TEXT, "address it binds to; NULL: every one, or unknown"},
};

static const struct observable observable_service = {
    .name = "service",
    .meaning =
        "programs that are started at boot and stay, with what they offer to the network",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};

static const struct observable *const observables[] = {&observable_service};

static bool service_keeps(const struct node *node, struct bytes content)
{
    return boot_keeps(node, content);
}

static void put_flag(struct observation *row, const char *column, int flag)
{
    if (flag >= 0)
        observation_flag(row, column, flag != 0);
}

static void put_text(struct observation *row, const char *column, struct bytes text)
{
    if (text.size > 0)
        observation_text(row, column, text);
}

static void state(const struct boot_service *service, const struct service_fact *fact,
                  struct arena *arena, struct sink *sink)
{
    const struct boot_place *place = &service->place;
    struct evidence evidence =
        place->line.data == NULL
            ? evidence_node(place->file->node)
            : evidence_line(place->file->node, place->file->content, place->line);
    struct observation *row = observation_new(arena, &observable_service, evidence);

    put_text(row, "program", service->program);
    put_text(row, "name", service->name);
    put_text(row, "arguments", service->arguments);
    put_text(row, "account", service->account);
    observation_string(row, "starter", service->starter);
    if (service->level != BOOT_MAYBE)
        observation_flag(row, "started", service->level == BOOT_SURE);
    put_flag(row, "exists", service->exists);
    put_flag(row, "applet", service->applet);
    put_flag(row, "listens", fact->listens);
    observation_string(row, "transport", fact->transport);
    if (fact->port > 0)
        observation_integer(row, "port", fact->port);
    observation_string(row, "protocol", fact->protocol);
    put_flag(row, "plain", fact->plain);
    put_flag(row, "authenticated", fact->authenticated);
    put_flag(row, "debug", fact->debug);
    put_text(row, "console", fact->console);
    put_text(row, "address", fact->address);
    sink_observe(sink, row);
}

static struct error *service_run_system(const struct system *system, struct arena *arena,
                                        struct sink *sink)
{
    const struct boot *boot = boot_walk(system, arena);

    for (size_t i = 0; i < boot->count; i++) {
        struct service_fact facts[LIMIT_SERVICE_PORTS];
        size_t count = service_facts(boot, &boot->services[i], facts);
        for (size_t k = 0; k < count; k++)
            state(&boot->services[i], &facts[k], arena, sink);
    }
    if (boot->limited)
        return error_new(ERROR_LIMIT, "the boot scripts are too long or too deep to follow to "
                                      "their end: more may be started");
    return NULL;
}

const struct check check_service = {
    .name = "service",
    .title = "What is started at boot",
    .observables = observables,
    .observable_count = COUNT_OF(observables),
    .keeps = service_keeps,
    .run_system = service_run_system,
};
