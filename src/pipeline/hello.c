#include "pipeline/run.h"

#define MOST 4096U /* of anything a worker can describe */

static const char *read_string(struct cursor *c, struct arena *arena)
{
    return arena_string(arena, wire_read_text(c));
}

static uint32_t read_count(struct cursor *c)
{
    uint32_t count = cursor_u32le(c);

    if (count > MOST)
        cursor_skip(c, (uint64_t)cursor_left(c) + 1); /* not a hello: latch the cursor */
    return cursor_ok(c) ? count : 0;
}

static void read_observable(struct cursor *c, struct arena *arena, struct observable *out)
{
    out->name = read_string(c, arena);
    out->meaning = read_string(c, arena);
    uint32_t count = read_count(c);
    struct column *columns = arena_array(arena, count, sizeof *columns);
    for (uint32_t i = 0; i < count; i++) {
        columns[i].name = read_string(c, arena);
        columns[i].type = cursor_u8(c) == COLUMN_TEXT ? COLUMN_TEXT : COLUMN_INTEGER;
        columns[i].meaning = read_string(c, arena);
    }
    out->columns = columns;
    out->column_count = count;
}

static void read_check(struct cursor *c, struct arena *arena, struct assessment_check *out)
{
    out->name = read_string(c, arena);
    out->title = read_string(c, arena);
    out->has_system = cursor_u8(c) != 0;
    uint32_t count = read_count(c);
    uint32_t *observables = arena_array(arena, count, sizeof *observables);
    for (uint32_t i = 0; i < count; i++)
        observables[i] = cursor_u32le(c);
    out->observables = observables;
    out->observable_count = count;
}

struct error *hello_read(struct assessment *assessment, struct bytes payload)
{
    struct arena *arena = assessment->arena;
    struct cursor c = cursor_over(payload);

    assessment->observable_count = read_count(&c);
    assessment->observables =
        arena_array(arena, assessment->observable_count, sizeof *assessment->observables);
    for (size_t i = 0; i < assessment->observable_count; i++)
        read_observable(&c, arena, &assessment->observables[i]);
    assessment->check_count = read_count(&c);
    assessment->checks =
        arena_array(arena, assessment->check_count, sizeof *assessment->checks);
    for (size_t i = 0; i < assessment->check_count; i++)
        read_check(&c, arena, &assessment->checks[i]);
    assessment->format_count = read_count(&c);
    assessment->formats =
        arena_array(arena, assessment->format_count, sizeof *assessment->formats);
    for (size_t i = 0; i < assessment->format_count; i++) {
        struct assessment_format *format = &assessment->formats[i];
        format->name = read_string(&c, arena);
        format->title = read_string(&c, arena);
        format->source = read_string(&c, arena);
        format->is_tree = cursor_u8(&c) != 0;
    }
    assessment->locked = cursor_u8(&c) != 0;
    return error_wrap(cursor_check(&c, "a worker's hello"),
                      "proviso-worker is not of this version");
}
