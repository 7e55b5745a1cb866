#include <assert.h>

#include "worker/worker.h"

static bool stated_before(size_t check, size_t place)
{
    const struct observable *observable = checks[check]->observables[place];

    for (size_t i = 0; i <= check; i++)
        for (size_t j = 0; j < (i == check ? place : checks[i]->observable_count); j++)
            if (checks[i]->observables[j] == observable)
                return true;
    return false;
}

uint32_t describe_index(const struct observable *observable)
{
    uint32_t index = 0;

    for (size_t i = 0; i < check_count; i++)
        for (size_t j = 0; j < checks[i]->observable_count; j++) {
            if (checks[i]->observables[j] == observable)
                return index;
            if (!stated_before(i, j))
                index++;
        }
    assert(false && "an observable that no check lists");
    return 0;
}

void describe_observables(uint32_t *count)
{
    *count = 0;
    for (size_t i = 0; i < check_count; i++)
        for (size_t j = 0; j < checks[i]->observable_count; j++)
            if (!stated_before(i, j))
                (*count)++;
}

static void describe_observable(struct text *out, const struct observable *observable)
{
    wire_text(out, bytes_of(observable->name));
    wire_text(out, bytes_of(observable->meaning));
    wire_u32(out, (uint32_t)observable->column_count);
    for (size_t i = 0; i < observable->column_count; i++) {
        wire_text(out, bytes_of(observable->columns[i].name));
        wire_u8(out, (uint8_t)observable->columns[i].type);
        wire_text(out, bytes_of(observable->columns[i].meaning));
    }
}

static void describe_checks(struct text *out)
{
    wire_u32(out, (uint32_t)check_count);
    for (size_t i = 0; i < check_count; i++) {
        wire_text(out, bytes_of(checks[i]->name));
        wire_text(out, bytes_of(checks[i]->title));
        wire_u8(out, checks[i]->run_system != NULL);
        wire_u32(out, (uint32_t)checks[i]->observable_count);
        for (size_t j = 0; j < checks[i]->observable_count; j++)
            wire_u32(out, describe_index(checks[i]->observables[j]));
    }
}

static void describe_formats(struct text *out)
{
    wire_u32(out, (uint32_t)format_count);
    for (size_t i = 0; i < format_count; i++) {
        wire_text(out, bytes_of(formats[i]->name));
        wire_text(out, bytes_of(formats[i]->title));
        wire_text(out, bytes_of(formats[i]->source));
        wire_u8(out, formats[i]->is_tree);
    }
}

void describe(struct worker *worker)
{
    struct text *out = worker->out;
    size_t mark = wire_begin(out, WIRE_HELLO);
    uint32_t count;

    describe_observables(&count);
    wire_u32(out, count);
    for (size_t i = 0; i < check_count; i++)
        for (size_t j = 0; j < checks[i]->observable_count; j++)
            if (!stated_before(i, j))
                describe_observable(out, checks[i]->observables[j]);
    describe_checks(out);
    describe_formats(out);
    wire_u8(out, worker->locked);
    wire_end(out, mark);
    channel_flush(worker);
}
