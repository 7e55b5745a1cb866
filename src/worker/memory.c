#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#include "base/size.h"
#include "worker/worker.h"

#define PAGE 4096U
/* A larger content gives its memory back at once; smaller ones leave it warm for the next. */
#define KEEP_WARM (8U << 20)

static struct error *map(int fd, uint64_t size, bool writable, const uint8_t **out)
{
    if (size == 0) {
        *out = NULL;
        return NULL;
    }
    void *memory = mmap(NULL, (size_t)size, PROT_READ | (writable ? PROT_WRITE : 0),
                        MAP_SHARED | MAP_NORESERVE, fd, 0);
    if (memory == MAP_FAILED)
        return error_new(ERROR_SYSTEM, "cannot map descriptor %d: %s", fd,
                         strerrordesc_np(errno));
    *out = memory;
    return NULL;
}

struct error *memory_map(struct worker *worker, uint32_t workers, uint32_t own,
                         uint64_t image_size, uint64_t spill_top)
{
    const uint8_t *memory = NULL;

    TRY(map(WORKER_FD_IMAGE, image_size, false, &memory));
    worker->regions[0] = bytes_from(memory, (size_t)image_size);
    for (uint32_t i = 0; i < workers; i++) {
        TRY(map(WORKER_FD_SPILLS + (int)i, LIMIT_SPILL_SPAN, i == own, &memory));
        worker->regions[i + 1] = bytes_from(memory, LIMIT_SPILL_SPAN);
        if (i == own)
            worker->spill = (uint8_t *)(uintptr_t)memory;
    }
    worker->region_count = workers + 1;
    worker->own = own + 1;
    worker->spill_top = size_max(spill_top, WIRE_BOARD_SIZE);
    return NULL;
}

struct error *memory_at(const struct worker *worker, struct wire_place place, struct bytes *out)
{
    if (place.region >= worker->region_count ||
        !bytes_has(worker->regions[place.region], place.offset, place.size))
        return error_new(ERROR_INTERNAL,
                         "no such place: region %u, %" PRIu64 " bytes at %" PRIu64,
                         place.region, place.size, place.offset);
    *out = bytes_slice(worker->regions[place.region], place.offset, place.size);
    return NULL;
}

void memory_touch(struct worker *worker, uint64_t number)
{
    struct wire_board *board = (struct wire_board *)(void *)worker->spill;

    __atomic_store_n(&board->touching, number, __ATOMIC_RELEASE);
}

void memory_attempt(struct worker *worker, uint64_t offset)
{
    struct wire_board *board = (struct wire_board *)(void *)worker->spill;

    __atomic_store_n(&board->attempt, offset, __ATOMIC_RELEASE);
}

/* Memory of what was read last and is not kept: a large one goes back to the machine. */
static void release(struct worker *worker)
{
    if (worker->buffer.size <= KEEP_WARM)
        return;
    uint64_t from = worker->spill_top + PAGE - worker->spill_top % PAGE;
    madvise(worker->spill + from, worker->buffer.size, MADV_REMOVE);
}

struct buffer *memory_buffer(struct worker *worker)
{
    uint64_t left = LIMIT_SPILL_SPAN - worker->spill_top;

    release(worker);
    worker->buffer.memory = worker->spill + worker->spill_top;
    worker->buffer.capacity = (size_t)size_min(left, LIMIT_FILE_BYTES);
    worker->buffer.size = 0;
    return &worker->buffer;
}

struct wire_place memory_keep(struct worker *worker, struct bytes bytes, bool whole_pages)
{
    uint64_t alignment = whole_pages ? PAGE : 16;
    uint64_t offset = worker->spill_top;

    if (bytes.data != worker->spill + offset) {
        if (whole_pages && offset % PAGE != 0)
            offset += PAGE - offset % PAGE;
        mem_copy(worker->spill + offset, bytes.data, bytes.size);
    }
    uint64_t top = offset + bytes.size;
    worker->spill_top = top + alignment - top % alignment;
    worker->buffer.size = 0;
    return (struct wire_place){.region = worker->own, .offset = offset, .size = bytes.size};
}
