#include "pipeline/run.h"

#include <unistd.h>

#include "base/size.h"
#include "pipeline/input.h"

void run_unread(struct run *run, uint32_t node, struct bytes path, uint64_t bytes,
                const char *reason)
{
    assessment_add_unread(run->assessment, node, path, bytes, bytes_of(reason));
}

/* Contents of these are searched for firmware that no format claims at its first byte. */
static bool is_delivery(const struct assessment *assessment, struct bytes format)
{
    static const char *const deliveries[] = {"zip", "tar", "ar"};
    const struct assessment_format *known = assessment_format_named(assessment, format);

    for (size_t i = 0; i < COUNT_OF(deliveries); i++)
        if (bytes_is(format, deliveries[i]))
            return true;
    return known == NULL || !known->is_tree;
}

static uint32_t wanted_flags(const struct run *run)
{
    return (run->options->content != NULL ? WIRE_DELIVER : 0) |
           (run->options->unpack_only ? WIRE_PLAIN : 0);
}

void run_open(struct run *run, uint32_t node, struct wire_place place, struct bytes format,
              struct opening *owner, bool keeps)
{
    if (run->stopped || run->assessment->nodes[node].depth >= LIMIT_DEPTH) {
        run_unread(run, node, bytes_of(""), place.size,
                   run->stopped ? "a limit of the image was reached before"
                                : "more containers inside each other than are read");
        return;
    }
    struct opening *opening = arena_alloc(run->arena, sizeof *opening);
    *opening = (struct opening){.node = node, .place = place, .format = format, .queued = true};
    opening->owner = owner;
    opening->keeps = keeps;
    if (owner != NULL)
        owner->tenants++;
    if (is_delivery(run->assessment, format))
        opening->flags |= WIRE_CARVE;
    opening->flags |= wanted_flags(run);
    run->openings = arena_grow(run->arena, run->openings, &run->opening_capacity,
                               run->opening_count + 1, sizeof(struct opening *));
    run->openings[run->opening_count++] = opening;
}

void run_stop(struct run *run, const char *reason)
{
    if (run->stopped)
        return;
    run->stopped = true;
    run_unread(run, NODE_ROOT, bytes_of(""), 0, reason);
    for (size_t i = 0; i < run->opening_count; i++) {
        struct opening *opening = run->openings[i];
        if (opening->queued)
            run_unread(run, opening->node, bytes_of(""), opening->place.size, reason);
        for (size_t j = opening->next_item; j < opening->item_count; j++)
            owed_lose(run, opening->items[j].node, 0, bytes_of(reason));
        opening->damaged =
            opening->damaged || opening->queued || opening->next_item < opening->item_count;
        opening->queued = false;
        opening->next_item = opening->item_count;
    }
}

/* Gives memory back when a container and everything that lies in it was read. */
static void release(struct run *run, struct opening *opening)
{
    while (opening != NULL && opening->walked && opening->busy == 0 && opening->tenants == 0 &&
           !opening->queued && opening->next_item == opening->item_count) {
        struct opening *owner = opening->owner;
        if (owner != NULL) {
            owner->tenants--;
            owner->keeps = owner->keeps || opening->keeps;
        } else if (!opening->keeps) {
            pool_release(&run->pool, opening->place);
        }
        opening->tenants = UINT32_MAX; /* released once */
        opening = owner;
    }
}

void receive_task_over(struct run *run, unsigned worker)
{
    struct task *task = &run->tasks[worker];
    uint32_t holds_system = task->holds_system;
    struct observation **rows = task->rows;
    size_t capacity = task->row_capacity;
    struct loss *losses = task->losses;
    size_t loss_capacity = task->loss_capacity;
    struct opening *opening = task->kind == TASK_CHECK ? NULL : task->opening;

    *task = (struct task){.holds_system = holds_system,
                          .rows = rows,
                          .row_capacity = capacity,
                          .losses = losses,
                          .loss_capacity = loss_capacity};
    run->pool.workers[worker].busy = false;
    if (opening == NULL)
        return;
    opening->busy--;
    release(run, opening);
}

static const char time_is_up[] = "the time for one image was up";

/* A stage of the work: who gives a worker its next task, and how long it may outlast the time. */
struct stage {
    struct error *(*hand)(struct run *run, unsigned worker, bool *busy);
    unsigned grace_ms;
};

/*
 * Gives every idle worker something to do. *ACTIVE is how many have; *OVER, whether nothing more
 * will come of it. A worker that was started anew behind a crash is not ready yet, and its work
 * still waits; when the time is up, or no worker is left, nothing does.
 */
static struct error *employ(struct run *run, const struct stage *stage, unsigned *active,
                            bool *over)
{
    bool late = pipeline_clock_ms() > run->stop_ms && pool_hurry(&run->pool, stage->grace_ms);
    bool ready = false, alive = false;

    if (late)
        run_stop(run, time_is_up);
    *active = 0;
    for (unsigned i = 0; i < run->pool.count; i++) {
        bool busy = run->tasks[i].kind != TASK_NONE;
        ready = ready || run->pool.workers[i].greeted;
        alive = alive || run->pool.workers[i].pid > 0;
        if (!busy && !late && run->pool.workers[i].greeted)
            TRY(stage->hand(run, i, &busy));
        *active += busy;
    }
    *over = *active == 0 && (ready || late || !alive);
    return NULL;
}

/* A worker that talks nonsense is as good as lost. */
static struct error *hear(struct run *run, unsigned worker)
{
    struct error *error = receive(run, worker);

    if (error == NULL || error_kind(error) != ERROR_INPUT)
        return error;
    error_free(error);
    return lost(run, worker);
}

static void check_limits(struct run *run)
{
    if (!run->stopped && pipeline_clock_ms() > run->stop_ms)
        run_stop(run, time_is_up);
    if (!run->stopped && pool_spilled(&run->pool) > LIMIT_SPILL_BYTES)
        run_stop(run, "the opened containers need more memory than one image may have");
}

/*
 * The hash of the image is made while the workers begin: nobody needs it before the end, and on a
 * large image it takes as long as a good part of their work.
 */
static struct error *hash_meanwhile(struct run *run, unsigned active)
{
    if (run->input == NULL || active == 0)
        return NULL;
    const struct input *input = take(run->input);
    return input_hash(input, run->path, &run->assessment->nodes[NODE_ROOT].node.sha256);
}

/* Turns until no worker has anything to do, and nothing waits for one. */
static struct error *turn(struct run *run, const struct stage *stage)
{
    unsigned turns = 0;

    run->pool.last_ms = 0;
    for (;;) {
        enum pool_event event;
        unsigned worker, active;
        bool over;
        TRY(employ(run, stage, &active, &over));
        if (over)
            return NULL;
        TRY(hash_meanwhile(run, active));
        TRY(pool_wait(&run->pool, 1000, &event, &worker));
        if (event == POOL_HEARD)
            TRY(hear(run, worker));
        else if (event == POOL_LOST)
            TRY(lost(run, worker));
        if (++turns % 16 == 0 || event == POOL_NOTHING)
            check_limits(run);
        if (run->options->progress != NULL)
            run->options->progress(run->options->context, run->assessment->bytes_read,
                                   run->assessment->node_count);
    }
}

static void add_root(struct run *run, const struct input *input)
{
    struct node root = {
        .parent = NODE_NONE,
        .kind = NODE_CONTAINER,
        .path = bytes_of(""),
        .size = input->size,
        .has_sha256 = true, /* hash_meanwhile fills it in */
    };

    assessment_add_node(run->assessment, &root);
}

/* The root is read like any content: as one slice of the image, by one portion. */
static void open_root(struct run *run, const struct input *input)
{
    struct opening *opening = arena_alloc(run->arena, sizeof *opening);
    struct item *item = arena_alloc(run->arena, sizeof *item);

    owed_promise(run, NODE_ROOT);
    item->node = NODE_ROOT;
    item->kind = CONTENT_SLICE;
    item->place.size = input->size;
    *opening = (struct opening){.node = NODE_ROOT,
                                .walked = true,
                                .items = item,
                                .item_count = 1,
                                .item_capacity = 1,
                                .waiting = input->size};
    opening->place = item->place;
    opening->flags = WIRE_CARVE | wanted_flags(run);
    run->openings = arena_grow(run->arena, run->openings, &run->opening_capacity, 1,
                               sizeof(struct opening *));
    run->openings[run->opening_count++] = opening;
}

static struct error *work(struct run *run, const struct input *input)
{
    /* What was read may be looked at, even when the time is up. */
    static const struct stage reading = {hand_out, LIMIT_NODE_SECONDS * 1000U};
    static const struct stage looking = {whole_hand_out, 3 * LIMIT_NODE_SECONDS * 1000U};

    add_root(run, input);
    open_root(run, input);
    TRY(turn(run, &reading));
    owed_tell(run);
    if (run->options->unpack_only)
        return NULL;
    whole_collect(run);
    TRY(turn(run, &looking));
    whole_give_up(run);
    return NULL;
}

static unsigned worker_count(unsigned wanted)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned count = wanted != 0 ? wanted : processors < 1 ? 1 : (unsigned)processors;

    return count > LIMIT_WORKERS ? LIMIT_WORKERS : count;
}

static const char *base_name(const char *path)
{
    const char *base = path;

    for (; *path != '\0'; path++)
        if (path[0] == '/' && path[1] != '\0' && path[1] != '/')
            base = path + 1;
    return base;
}

static struct error *run_input(const char *path, const struct pipeline_options *options,
                               const struct input *input, struct assessment *assessment)
{
    owned(arena) arena = arena_new();
    struct run run = {.options = options,
                      .assessment = assessment,
                      .arena = arena,
                      .path = path,
                      .input = input};
    unsigned seconds =
        options->seconds_limit == 0 ? LIMIT_IMAGE_SECONDS : options->seconds_limit;
    const char *program;

    TRY(pool_find_program(options->worker, arena, &program));
    assessment->input = arena_string(assessment->arena, bytes_of(base_name(path)));
    assessment->date =
        options->date == NULL ? NULL : arena_string(assessment->arena, bytes_of(options->date));
    assessment->is_folder = input->is_folder;
    run.stop_ms = pipeline_clock_ms() + seconds * UINT64_C(1000);
    struct error *error = pool_open(&run.pool, program, input->fd, input->size,
                                    worker_count(options->workers), options->unlocked);
    if (error == NULL)
        error = work(&run, input);
    pool_close(&run.pool);
    return error;
}

struct error *pipeline_run(const char *path, const struct pipeline_options *options,
                           struct assessment **out)
{
    uint64_t limit = options->image_limit == 0 ? LIMIT_IMAGE_BYTES : options->image_limit;
    owned(assessment) assessment = assessment_new();
    struct input input;

    TRY(input_open(path, limit, &input));
    struct error *error = run_input(path, options, &input, assessment);
    input_close(&input);
    TRY(error);
    assessment_sort(assessment);
    *out = take(assessment);
    return NULL;
}
