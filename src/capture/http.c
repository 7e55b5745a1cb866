#include "capture/http.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/size.h"
#include "unpack/stream.h"

void http_reserve(struct buffer *buffer, size_t size)
{
    /* Deflate makes at most 1032 bytes of one. */
    uint64_t most = size_min((uint64_t)size * 1040 + LIMIT_CAPTURE_WORD, LIMIT_CAPTURE_MEMBER);

    buffer->size = 0;
    if (buffer->capacity >= most)
        return;
    mem_free(buffer->memory);
    *buffer = (struct buffer){.memory = mem_alloc((size_t)most), .capacity = (size_t)most};
}

bool http_head(struct bytes *rest, struct bytes *fields)
{
    struct bytes begin = *rest, line;

    for (unsigned i = 0; i < LIMIT_CAPTURE_HEADERS && bytes_next_line(rest, &line); i++)
        if (line.size == 0) {
            *fields = bytes_slice(begin, 0, begin.size - rest->size);
            return true;
        }
    return false;
}

struct error *http_split(struct bytes bytes, struct http_message *out)
{
    struct http_message message;
    struct bytes rest = bytes;

    if (!bytes_next_line(&rest, &message.start) || !http_head(&rest, &message.fields))
        return error_new(ERROR_INPUT, "the head of its message has no end");
    message.body = rest;
    *out = message;
    return NULL;
}

bool http_field(struct bytes fields, const char *name, struct bytes *value)
{
    struct bytes line;

    while (bytes_next_line(&fields, &line)) {
        size_t colon = bytes_find_byte(line, ':');
        if (colon == SIZE_MAX ||
            !bytes_is_nocase(bytes_trim(bytes_slice(line, 0, colon)), name))
            continue;
        *value = bytes_trim(bytes_from_offset(line, colon + 1));
        return true;
    }
    return false;
}

uint32_t http_status(const struct http_message *answer)
{
    struct bytes rest = answer->start, word;
    uint64_t status = 0;

    if (!bytes_starts(rest, "HTTP/") || !bytes_next_word(&rest, &word) ||
        !bytes_next_word(&rest, &word) || word.size != 3 || !bytes_to_u64(word, &status))
        return 0;
    return (uint32_t)status;
}

/* The size of a chunk (RFC 9112, section 7.1): hexadecimal, up to a blank or ";". */
static bool read_size(struct bytes line, uint64_t *out)
{
    uint64_t size = 0;
    size_t i = 0;

    for (; i < line.size && size <= LIMIT_CAPTURE_MEMBER; i++) {
        uint8_t byte = bytes_at(line, i), low = byte | 0x20;
        if (byte >= '0' && byte <= '9')
            size = size * 16 + (uint64_t)(byte - '0');
        else if (low >= 'a' && low <= 'f')
            size = size * 16 + (uint64_t)(low - 'a') + 10;
        else
            break;
    }
    *out = size;
    return i > 0 && (i == line.size || bytes_at(line, i) == ';' || bytes_at(line, i) == ' ');
}

/*
 * Puts a body together of its chunks. Browsers that capture put it together themselves and leave
 * the field in the head: what does not begin with a chunk is the body.
 */
static struct error *join_chunks(struct bytes body, struct buffer *out, struct bytes *joined,
                                 const char **cut)
{
    struct bytes rest = body, line;
    uint64_t size;

    http_reserve(out, body.size / 1000);
    *joined = body;
    while (bytes_next_line(&rest, &line)) {
        if (!read_size(line, &size)) {
            if (out->size == 0)
                return NULL;
            break;
        }
        *joined = buffer_bytes(out);
        if (size == 0)
            return NULL;
        TRY(buffer_add(out, bytes_slice(rest, 0, size)));
        *joined = buffer_bytes(out);
        if (size > rest.size)
            break;
        rest = bytes_from_offset(rest, size);
        bytes_next_line(&rest, &line);
    }
    *cut = "its last chunk is missing";
    return NULL;
}

/* Does it begin as zlib packs it (RFC 1950)? Some servers send "deflate" without that head. */
static bool has_zlib_head(struct bytes body)
{
    unsigned head = (unsigned)bytes_at(body, 0) << 8 | bytes_at(body, 1);

    return body.size > 2 && (head >> 8 & 15) == 8 && head % 31 == 0;
}

static bool is_gzip(struct bytes encoding)
{
    return bytes_is_nocase(encoding, "gzip") || bytes_is_nocase(encoding, "x-gzip");
}

static struct error *unpack(struct bytes body, struct bytes encoding, struct buffer *out,
                            struct bytes *page, const char **cut)
{
    struct stream stream = {.input = body, .out = out};
    bool gzip = is_gzip(encoding);

    out->size = 0;
    *page = body;
    if (encoding.size == 0 || bytes_is_nocase(encoding, "identity") || body.size == 0)
        return NULL;
    if (!gzip && !bytes_is_nocase(encoding, "deflate"))
        return error_new(ERROR_UNSUPPORTED, "it is packed by %.*s, which is not read here",
                         (int)bytes_slice(encoding, 0, 40).size, (const char *)encoding.data);
    /* As with chunks: the capturing browser may have unpacked it. */
    if (gzip && !(bytes_at(body, 0) == 0x1f && bytes_at(body, 1) == 0x8b))
        return NULL;
    if (!gzip && has_zlib_head(body))
        stream.consumed = 2;
    http_reserve(out, body.size);
    struct error *error = gzip ? stream_gzip_member(&stream) : stream_deflate(&stream);
    *page = buffer_bytes(out);
    if (error == NULL)
        return NULL;
    if (error_kind(error) == ERROR_LIMIT || out->size == 0)
        return error;
    error_free(error);
    *cut = "what it is packed in is damaged or cut short";
    return NULL;
}

struct error *http_page(const struct http_message *answer, struct http_room *room,
                        struct bytes *page, const char **cut)
{
    struct bytes coding = {NULL, 0}, encoding = {NULL, 0}, length = {NULL, 0};
    struct bytes body = answer->body;
    uint64_t size;

    *cut = NULL;
    if (http_field(answer->fields, "Transfer-Encoding", &coding) &&
        bytes_is_nocase(coding, "chunked"))
        TRY(join_chunks(body, &room->joined, &body, cut));
    (void)http_field(answer->fields, "Content-Encoding", &encoding);
    TRY(unpack(body, encoding, &room->unpacked, page, cut));
    if (coding.size == 0 && page->data == body.data &&
        http_field(answer->fields, "Content-Length", &length) && bytes_to_u64(length, &size)) {
        if (encoding.size == 0 && size > page->size)
            *cut = "the server announced more bytes than were kept";
        *page = bytes_slice(*page, 0, encoding.size == 0 ? size : page->size);
    }
    return NULL;
}
