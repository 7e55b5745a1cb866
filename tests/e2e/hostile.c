/*
 * A worker that has been taken over: the worker of the product, but when it is given a file whose
 * first line is "attack NAME", it does what NAME says. Only tests start it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* The honest way to look at a content, under another name: ours stands in its place. */
#define look honest_look
#include "worker/look.c"
#undef look

void look(struct worker *worker, struct honest_look *at);

static void crash(struct worker *worker, struct honest_look *at)
{
    (void)worker, (void)at;
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
}

static void fail_assertion(struct worker *worker, struct honest_look *at)
{
    (void)worker, (void)at;
    abort();
}

static void hang(struct worker *worker, struct honest_look *at)
{
    (void)worker, (void)at;
    for (volatile unsigned turn = 0;; turn++)
        continue;
}

static void eat_memory(struct worker *worker, struct honest_look *at)
{
    (void)worker, (void)at;
    for (;;) {
        char *volatile memory = mem_alloc(1U << 20);
        memory[0] = 1;
    }
}

static void end(struct worker *worker, struct honest_look *at)
{
    (void)worker, (void)at;
    _exit(0);
}

static void open_file(struct worker *worker, struct honest_look *at)
{
    (void)worker, (void)at;
    (void)!open("/etc/passwd", O_RDONLY);
}

static void open_socket(struct worker *worker, struct honest_look *at)
{
    (void)worker, (void)at;
    (void)!socket(AF_INET, SOCK_STREAM, 0);
}

static void fork_process(struct worker *worker, struct honest_look *at)
{
    (void)worker, (void)at;
    (void)!fork();
}

static void kill_parent(struct worker *worker, struct honest_look *at)
{
    (void)worker, (void)at;
    kill(getppid(), SIGKILL);
}

/* Bytes that are no frames. */
static void say_garbage(struct worker *worker, struct honest_look *at)
{
    (void)at;
    for (unsigned i = 0; i < 1U << 16; i++)
        wire_u8(worker->out, (uint8_t)(i * 2654435761U >> 13));
    channel_flush(worker);
}

static void say_huge_frame(struct worker *worker, struct honest_look *at)
{
    (void)at;
    wire_u32(worker->out, LIMIT_MESSAGE + 1);
    channel_flush(worker);
}

/* A frame that never ends: its length is allowed, the rest never comes. */
static void say_half_frame(struct worker *worker, struct honest_look *at)
{
    wire_u32(worker->out, LIMIT_MESSAGE);
    wire_u8(worker->out, WIRE_ROW);
    channel_flush(worker);
    hang(worker, at);
}

static void say_empty_frame(struct worker *worker, struct honest_look *at)
{
    (void)at;
    wire_u32(worker->out, 0);
    channel_flush(worker);
}

static void say_unknown_kind(struct worker *worker, struct honest_look *at)
{
    (void)at;
    wire_end(worker->out, wire_begin(worker->out, (enum wire_kind)200));
    channel_flush(worker);
}

static void say_node(struct worker *worker, uint32_t id, enum content_kind kind,
                     uint64_t offset, uint64_t size)
{
    struct node node = {.id = id, .kind = NODE_FILE, .path = bytes_of("invented")};
    size_t mark = wire_begin(worker->out, WIRE_NODE);

    wire_node(worker->out, &node);
    wire_u8(worker->out, (uint8_t)kind);
    wire_u64(worker->out, offset);
    wire_u64(worker->out, size);
    wire_text(worker->out, bytes_of(""));
    wire_end(worker->out, mark);
    channel_flush(worker);
}

static void say_slice_outside(struct worker *worker, struct honest_look *at)
{
    (void)at;
    say_node(worker, worker->children + 1, CONTENT_SLICE, UINT64_MAX - 4096, 8192);
}

static void say_node_out_of_turn(struct worker *worker, struct honest_look *at)
{
    (void)at;
    say_node(worker, worker->children + 1000000, CONTENT_NONE, 0, 0);
}

/* Content of another node, of no node, and at a place that is not there. */
static void say_content(struct worker *worker, uint32_t item, struct wire_place place)
{
    struct wire_content content = {
        .item = item, .size = place.size, .opens = 1, .kept = 1, .place = place};

    content.format = bytes_of("squashfs");
    content.checks = UINT64_MAX;
    send_content(worker, &content);
    channel_flush(worker);
}

static void say_content_of_nothing(struct worker *worker, struct honest_look *at)
{
    (void)at;
    say_content(worker, UINT32_MAX, (struct wire_place){0, 0, 1});
}

static void say_content_nowhere(struct worker *worker, struct honest_look *at)
{
    say_content(worker, at->node->id,
                (struct wire_place){worker->own, UINT64_MAX - 8192, 1U << 20});
}

static void say_content_in_no_region(struct worker *worker, struct honest_look *at)
{
    say_content(worker, at->node->id, (struct wire_place){77, 4096, 4096});
}

/* The end of a job, and then more. */
static void say_done(struct worker *worker, struct honest_look *at)
{
    honest_look(worker, at);
    job_done(worker, NULL);
    job_done(worker, NULL);
}

static void say_row(struct worker *worker, uint32_t observable)
{
    size_t mark = wire_begin(worker->out, WIRE_ROW);

    wire_u32(worker->out, observable);
    wire_u32(worker->out, worker->children);
    wire_end(worker->out, mark);
}

static void say_half_row(struct worker *worker, struct honest_look *at)
{
    (void)at;
    say_row(worker, 0);
    channel_flush(worker);
}

static void say_row_of_nothing(struct worker *worker, struct honest_look *at)
{
    (void)at;
    say_row(worker, 40000);
    channel_flush(worker);
}

/* A node it says it touches, that does not exist. */
static void touch_nothing(struct worker *worker, struct honest_look *at)
{
    memory_touch(worker, UINT32_MAX);
    crash(worker, at);
}

static void flood_nodes(struct worker *worker, struct honest_look *at)
{
    (void)at;
    for (uint32_t id = worker->children + 1;; id++) {
        struct node node = {.id = id, .kind = NODE_FILE, .path = bytes_of("flood")};
        size_t mark = wire_begin(worker->out, WIRE_NODE);
        wire_node(worker->out, &node);
        wire_u8(worker->out, CONTENT_NONE);
        wire_u64(worker->out, 0);
        wire_u64(worker->out, 0);
        wire_text(worker->out, bytes_of(""));
        wire_end(worker->out, mark);
        channel_sent(worker);
    }
}

static void flood_rows(struct worker *worker, struct honest_look *at)
{
    const struct observable *observable = checks[0]->observables[0];
    struct observation *row = observation_new(worker->job, observable, evidence_node(at->node));

    for (;;) {
        size_t mark = wire_begin(worker->out, WIRE_ROW);
        wire_row(worker->out, describe_index(observable), row);
        wire_end(worker->out, mark);
        channel_sent(worker);
    }
}

static void flood_unread(struct worker *worker, struct honest_look *at)
{
    (void)at;
    for (;;) {
        size_t mark = wire_begin(worker->out, WIRE_UNREAD);
        wire_unread(worker->out, &(struct wire_unread){.path = bytes_of("flood"),
                                                       .bytes = 1,
                                                       .reason = bytes_of("no reason")});
        wire_end(worker->out, mark);
        channel_sent(worker);
    }
}

static void flood_spans(struct worker *worker, struct honest_look *at)
{
    (void)at;
    for (;;) {
        size_t mark = wire_begin(worker->out, WIRE_SPAN);
        wire_u64(worker->out, 0);
        wire_u64(worker->out, 1);
        wire_u8(worker->out, 0);
        wire_u32(worker->out, 0);
        wire_text(worker->out, bytes_of("flood"));
        wire_end(worker->out, mark);
        channel_sent(worker);
    }
}

static void flood_spill(struct worker *worker, struct honest_look *at)
{
    (void)at;
    for (uint64_t i = worker->spill_top; i < LIMIT_SPILL_SPAN; i += 4096)
        worker->spill[i] = 1;
    for (;;)
        continue;
}

/* Says a little, again and again, so that it never seems to hang. */
static void trickle(struct worker *worker, struct honest_look *at)
{
    (void)at;
    for (time_t last = 0;;) {
        time_t now = time(NULL);
        if (now == last)
            continue;
        last = now;
        wire_end(worker->out, wire_begin(worker->out, WIRE_HELLO));
        channel_flush(worker);
    }
}

/* An honest loss, and then the content. */
static void say_unread(struct worker *worker, struct honest_look *at)
{
    sink_unread_error(&worker->sink, at->node->path, 1, error_new(ERROR_INPUT, "half of it"));
    honest_look(worker, at);
}

/* The spills outlive the workers: a mark that "late" leaves there is seen by those that follow. */
#define MARK (LIMIT_SPILL_SPAN - 4096)

static void end_late(struct worker *worker, struct honest_look *at)
{
    worker->spill[MARK] = 1;
    end(worker, at);
}

/* Harmless until a worker has ended further behind. */
static void end_early(struct worker *worker, struct honest_look *at)
{
    for (uint32_t i = 1; i < worker->region_count; i++)
        if (bytes_at(worker->regions[i], MARK) != 0)
            end(worker, at);
    honest_look(worker, at);
}

static const struct {
    const char *name;
    void (*attack)(struct worker *worker, struct honest_look *at);
} attacks[] = {
    {"crash", crash},
    {"assertion", fail_assertion},
    {"hang", hang},
    {"memory", eat_memory},
    {"end", end},
    {"open", open_file},
    {"socket", open_socket},
    {"fork", fork_process},
    {"kill-parent", kill_parent},
    {"garbage", say_garbage},
    {"huge-frame", say_huge_frame},
    {"half-frame", say_half_frame},
    {"empty-frame", say_empty_frame},
    {"unknown-kind", say_unknown_kind},
    {"slice-outside", say_slice_outside},
    {"node-out-of-turn", say_node_out_of_turn},
    {"content-of-nothing", say_content_of_nothing},
    {"content-nowhere", say_content_nowhere},
    {"content-in-no-region", say_content_in_no_region},
    {"done", say_done},
    {"half-row", say_half_row},
    {"row-of-nothing", say_row_of_nothing},
    {"touch-nothing", touch_nothing},
    {"flood-nodes", flood_nodes},
    {"flood-rows", flood_rows},
    {"flood-unread", flood_unread},
    {"flood-spans", flood_spans},
    {"flood-spill", flood_spill},
    {"trickle", trickle},
    {"unread", say_unread},
    {"late", end_late},
    {"early", end_early},
};

void look(struct worker *worker, struct honest_look *at)
{
    if (bytes_starts(at->content, "attack ")) {
        struct bytes rest = bytes_from_offset(at->content, 7), word;
        (void)bytes_next_field(&rest, '\n', &word);
        for (size_t i = 0; i < COUNT_OF(attacks); i++)
            if (bytes_is(word, attacks[i].name)) {
                attacks[i].attack(worker, at);
                return;
            }
    }
    honest_look(worker, at);
}
