#include "inspect/check.h"

#define MODE_SETUID      04000U
#define MODE_SETGID      02000U
#define MODE_STICKY      01000U
#define MODE_WORLD_WRITE 00002U
#define MODE_ANY_EXECUTE 00111U

static const struct column columns[] = {
    {"kind", COLUMN_TEXT, "setuid, setgid, world-writable or device"},
    {"mode", COLUMN_INTEGER, "permission bits, as a number"},
    {"uid", COLUMN_INTEGER, "owner"},
    {"gid", COLUMN_INTEGER, "group"},
};

static const struct observable observable = {
    .name = "device",
    .meaning = "a device node, or a file whose owner and mode give others more than usual",
    .columns = columns,
    .column_count = COUNT_OF(columns),
};

static const struct observable *const observables[] = {&observable};

static void state(const struct node *node, const char *kind, struct arena *arena,
                  struct sink *sink)
{
    struct observation *o = observation_new(arena, &observable, evidence_node(node));

    observation_string(o, "kind", kind);
    observation_integer(o, "mode", node->mode);
    observation_integer(o, "uid", node->uid);
    observation_integer(o, "gid", node->gid);
    sink_observe(sink, o);
}

/* A sticky directory such as /tmp lets everybody write, but not remove what others wrote. */
static bool is_world_writable(const struct node *node)
{
    if ((node->mode & MODE_WORLD_WRITE) == 0)
        return false;
    return node->kind == NODE_FILE ||
           (node->kind == NODE_DIR && (node->mode & MODE_STICKY) == 0);
}

static struct error *run_system(const struct system *system, struct arena *arena,
                                struct sink *sink)
{
    for (size_t i = 0; i < system->count; i++) {
        const struct node *node = system->nodes[i].node;
        bool runs = node->kind == NODE_FILE && (node->mode & MODE_ANY_EXECUTE) != 0;
        if (!node->has_owner)
            continue;
        if (node->kind == NODE_CHAR || node->kind == NODE_BLOCK)
            state(node, "device", arena, sink);
        if (runs && (node->mode & MODE_SETUID) != 0)
            state(node, "setuid", arena, sink);
        if (runs && (node->mode & MODE_SETGID) != 0)
            state(node, "setgid", arena, sink);
        if (is_world_writable(node))
            state(node, "world-writable", arena, sink);
    }
    return NULL;
}

const struct check check_device = {
    .name = "device",
    .title = "Device nodes, setuid and world-writable files",
    .observables = observables,
    .observable_count = COUNT_OF(observables),
    .run_system = run_system,
};
