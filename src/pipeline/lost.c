#include <inttypes.h>
#include <stdio.h>

#include "pipeline/run.h"

/* After so many crashes in one container, the rest of it is given up. */
#define CRASHES_MOST (2 * WIRE_CRASHED)
/* Children that a worker may have announced to itself and not yet sent: they fit its buffer. */
#define UNSENT_MOST 4096U

/*
 * A search that decodes what it meets was killed by it: it is repeated without that attempt.
 * False when there was none, or it was to be avoided already.
 */
static bool avoid(struct run *run, struct opening *opening, uint64_t attempt,
                  const char *epitaph)
{
    char name[32];

    if (attempt == SINK_NO_ATTEMPT || opening->avoid_count == WIRE_AVOID)
        return false;
    for (uint32_t i = 0; i < opening->avoid_count; i++)
        if (opening->avoid[i] == attempt)
            return false;
    opening->avoid[opening->avoid_count++] = attempt;
    snprintf(name, sizeof name, "part@%" PRIx64, attempt);
    run_unread(run, opening->node, bytes_of(name), 0, epitaph);
    opening->queued = true;
    return true;
}

uint32_t run_crash_of(const struct opening *opening, uint64_t child)
{
    uint32_t i = 0;

    while (i < opening->crashed_count && opening->crashed[i] != child)
        i++;
    return i;
}

/* The content of the child killed its worker: it is spared from now on. */
static bool spare(struct run *run, struct opening *opening, uint64_t child, const char *epitaph)
{
    if (child == 0 || run_crash_of(opening, child) < opening->crashed_count ||
        opening->crashed_count == WIRE_CRASHED)
        return false;
    opening->crashed[opening->crashed_count] = (uint32_t)child;
    opening->epitaphs[opening->crashed_count++] = epitaph;
    if (child <= opening->child_count) {
        owed_lose(run, opening->children[child - 1], 0, bytes_of(epitaph));
        opening->owed -= opening->owed > 0;
    }
    return true;
}

/*
 * A walk ended early. When a content was at fault, the walk is repeated without it; when the walk
 * itself was, what it had given so far stays and the rest is lost.
 */
static void lost_walk(struct run *run, struct task *task, const struct wire_board *board,
                      const char *epitaph)
{
    struct opening *opening = task->opening;
    uint64_t touching = board->touching;

    opening->damaged = true;
    if (touching > opening->child_count + UNSENT_MOST)
        touching = 0; /* it cannot have come that far */
    if (!run->stopped && touching == 0 && avoid(run, opening, board->attempt, epitaph))
        return;
    /* One that was reported already is not at fault: the worker was lost right behind it. */
    bool reported = touching > 0 && touching <= opening->done;
    opening->queued = !run->stopped && ++opening->crashes <= CRASHES_MOST &&
                      (reported || spare(run, opening, touching, epitaph));
    if (opening->queued)
        return;
    run_unread(run, opening->node, bytes_of(""), opening->place.size, epitaph);
    opening->walked = true;
}

/*
 * A portion ended early: the item at fault is unread, those that were not reported wait again, or
 * are unread too when nothing new is begun any more.
 */
static void lost_portion(struct run *run, struct task *task, uint64_t touching,
                         const char *epitaph)
{
    struct opening *opening = task->opening;

    opening->damaged = true;
    if (touching <= task->items_done || touching > task->item_count)
        touching = task->items_done + 1;
    for (size_t i = task->items_done; i < task->item_count; i++) {
        struct item *item = &task->items[i];
        uint64_t size = run->assessment->nodes[item->node].node.size;
        if (i + 1 == touching || run->stopped) {
            owed_lose(run, item->node, size, bytes_of(epitaph));
            continue;
        }
        opening->items = arena_grow(run->arena, opening->items, &opening->item_capacity,
                                    opening->item_count + 1, sizeof *opening->items);
        opening->items[opening->item_count++] = *item;
        opening->waiting += size;
    }
}

/*
 * What a worker was at when it said something impossible: frames come in order, so it is what
 * comes after the last that was reported, whatever the board says by now.
 */
static uint64_t at_hand(const struct task *task)
{
    if (task->kind == TASK_READ)
        return task->items_done + 1;
    if (task->kind == TASK_OPEN && task->opening->child_count > task->opening->done)
        return task->opening->child_count;
    return 0;
}

static void lost_check(struct run *run, struct task *task, const char *epitaph)
{
    struct assessment_check *check = &run->assessment->checks[task->check];
    struct whole *whole = &run->wholes[task->system];

    check->failed++;
    run_unread(run, whole->container, bytes_of(""), 0,
               arena_printf(run->arena, "check %s: %s", check->name, epitaph));
}

struct error *lost(struct run *run, unsigned worker)
{
    struct task *task = &run->tasks[worker];
    bool greeted = run->pool.workers[worker].greeted;
    const struct wire_board *shared = run->pool.workers[worker].board;
    struct wire_board board = {
        .touching = __atomic_load_n(&shared->touching, __ATOMIC_ACQUIRE),
        .attempt = __atomic_load_n(&shared->attempt, __ATOMIC_ACQUIRE),
    };
    const char *epitaph = arena_printf(run->arena, "the worker that read it %s",
                                       pool_epitaph(&run->pool, worker, run->arena));

    if (!greeted)
        return error_hint(
            error_wrap(error_new(ERROR_SYSTEM, "%s", epitaph), "cannot start a locked worker"),
            "Proviso needs Linux 5.13 or newer with landlock and seccomp; --unlocked goes on "
            "without");
    if (run->pool.workers[worker].impossible)
        board = (struct wire_board){.touching = at_hand(task), .attempt = SINK_NO_ATTEMPT};
    task->row_count = task->loss_count = 0;
    task->holds_system = 0;
    if (task->kind == TASK_OPEN)
        lost_walk(run, task, &board, epitaph);
    else if (task->kind == TASK_READ)
        lost_portion(run, task, board.touching, epitaph);
    else if (task->kind == TASK_CHECK)
        lost_check(run, task, epitaph);
    if (task->kind != TASK_NONE)
        receive_task_over(run, worker);
    struct error *error = pool_restart(&run->pool, worker);
    if (error != NULL && error_kind(error) == ERROR_LIMIT) {
        run_stop(run, error_line(error));
        error_free(error);
        error = NULL;
    }
    return error;
}
