#include "model/buffer.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"

struct error *buffer_room(struct buffer *buffer, size_t wanted, uint8_t **room, size_t *size)
{
    size_t left = buffer->capacity - buffer->size;

    if (left == 0 || wanted > left)
        return error_new(ERROR_LIMIT,
                         "the content is larger than the %zu bytes we read of one file",
                         buffer->capacity);
    *room = buffer->memory + buffer->size;
    *size = left;
    return NULL;
}

struct error *buffer_wrote(struct buffer *buffer, size_t written, uint64_t consumed)
{
    buffer->size += written;
    if (buffer->size > LIMIT_RATIO_FREE && buffer->size / LIMIT_RATIO > consumed)
        return error_new(ERROR_LIMIT,
                         "%zu bytes out of %" PRIu64
                         ": more than %u to 1 is a decompression bomb",
                         buffer->size, consumed, LIMIT_RATIO);
    return NULL;
}

struct error *buffer_add(struct buffer *buffer, struct bytes bytes)
{
    uint8_t *room;
    size_t size;

    if (bytes.size == 0)
        return NULL;
    TRY(buffer_room(buffer, bytes.size, &room, &size));
    mem_copy(room, bytes.data, bytes.size);
    buffer->size += bytes.size;
    return NULL;
}

struct error *buffer_add_zeros(struct buffer *buffer, uint64_t count)
{
    uint8_t *room;
    size_t size;

    if (count == 0)
        return NULL;
    if (count > buffer->capacity)
        count = (uint64_t)buffer->capacity + 1;
    TRY(buffer_room(buffer, (size_t)count, &room, &size));
    memset(room, 0, (size_t)count);
    buffer->size += (size_t)count;
    return NULL;
}

struct bytes buffer_bytes(const struct buffer *buffer)
{
    return bytes_from(buffer->memory, buffer->size);
}
