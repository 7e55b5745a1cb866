#include "capture/warc.h"

#include <inttypes.h>

#include "base/size.h"
#include "capture/html.h"
#include "capture/http.h"
#include "unpack/stream.h"

/* A request, until the answer to it is met; and an answer, until all requests are. */
struct half {
    struct bytes id, other; /* of the record, and of the one it belongs to */
    struct capture_record record;
    bool used;
};

struct halves {
    struct half *list;
    size_t count, capacity;
};

struct reading {
    struct capture_sink *sink;
    struct arena *arena;
    struct http_room room;
    struct buffer member;
    struct halves requests, answers;
    uint32_t records, losses;
    uint64_t unpacked, texts;
};

/* A record: its head, and what stands in it. */
struct entry {
    struct bytes fields, block, url, type;
    bool cut; /* the block ends before its length says */
};

static struct bytes cut_to(struct bytes text, size_t most)
{
    return bytes_slice(bytes_trim(text), 0, most);
}

static struct error *lose(struct reading *r, const char *why)
{
    struct capture_record loss = {.kind = CAPTURE_LOSS, .record = r->records};

    if (++r->losses > LIMIT_CAPTURE_LOSSES)
        return NULL;
    if (r->losses == LIMIT_CAPTURE_LOSSES)
        why = "and more, which is not told one by one";
    loss.trouble = cut_to(bytes_of(why), LIMIT_CAPTURE_WORD);
    return r->sink->record(r->sink, &loss);
}

static struct half *add_half(struct reading *r, struct halves *halves,
                             const struct entry *entry)
{
    struct bytes id = {NULL, 0}, other = {NULL, 0}, date = {NULL, 0};

    if (halves->count >= LIMIT_CAPTURE_RECORDS)
        return NULL;
    (void)http_field(entry->fields, "WARC-Record-ID", &id);
    (void)http_field(entry->fields, "WARC-Concurrent-To", &other);
    (void)http_field(entry->fields, "WARC-Date", &date);
    halves->list = arena_grow(r->arena, halves->list, &halves->capacity, halves->count + 1,
                              sizeof *halves->list);
    struct half *half = &halves->list[halves->count++];
    *half = (struct half){
        .id = arena_copy(r->arena, cut_to(id, LIMIT_CAPTURE_WORD)),
        .other = arena_copy(r->arena, cut_to(other, LIMIT_CAPTURE_WORD)),
        .record = {.kind = CAPTURE_EXCHANGE,
                   .record = r->records,
                   .url = arena_copy(r->arena, entry->url),
                   .date = arena_copy(r->arena, cut_to(date, LIMIT_CAPTURE_WORD))}};
    return half;
}

static struct error *read_request(struct reading *r, const struct entry *entry)
{
    struct half *half = add_half(r, &r->requests, entry);
    struct http_message request;
    struct bytes value;

    if (half == NULL)
        return lose(r, "more requests than are read");
    struct error *error = http_split(entry->block, &request);
    if (error != NULL) {
        error_free(error);
        half->used = true; /* nothing is known of it */
        return lose(r, "a request whose head has no end");
    }
    uint32_t *flags = &half->record.flags;
    *flags |= CAPTURE_ASKED;
    *flags |= bytes_starts(request.start, "GET ") ? CAPTURE_GET : 0;
    *flags |= http_field(request.fields, "Cookie", &value) ? CAPTURE_COOKIE : 0;
    *flags |= http_field(request.fields, "Authorization", &value) ? CAPTURE_IDENTITY : 0;
    return NULL;
}

static bool is_html(struct bytes type)
{
    return bytes_is_nocase(type, "text/html") || bytes_is_nocase(type, "application/xhtml+xml");
}

/* What a reader sees of PAGE goes to RECORD. */
static void read_page(struct reading *r, struct bytes page, struct capture_record *record)
{
    owned(text) title = text_new();
    owned(text) text = text_new();
    owned(text) fields = text_new();
    owned(text) moves = text_new();
    struct html_page seen = {.title = title, .text = text, .fields = fields, .moves = moves};
    size_t most = r->texts < LIMIT_CAPTURE_TEXTS / 2 ? LIMIT_CAPTURE_TEXT : 0;

    if (bytes_starts(page, "%PDF-"))
        record->flags |= CAPTURE_PDF;
    else if (is_html(record->type))
        html_read(page, most, &seen);
    else if (bytes_is_nocase(record->type, "text/plain"))
        html_read_plain(page, most, &seen);
    record->letters = seen.letters;
    record->flags |= seen.password ? CAPTURE_PASSWORD : 0;
    record->title = arena_copy(r->arena, cut_to(text_bytes(title), LIMIT_CAPTURE_WORD));
    record->text = arena_copy(r->arena, text_bytes(text));
    record->fields = arena_copy(r->arena, cut_to(text_bytes(fields), LIMIT_CAPTURE_FIELDS));
    if (moves->size > 0) {
        record->flags |= CAPTURE_MOVES;
        record->location = arena_copy(r->arena, text_bytes(moves));
    }
    r->texts += record->text.size + record->fields.size + record->title.size;
}

/* The type without its parameters. */
static struct bytes type_of(const struct http_message *answer)
{
    struct bytes value = {NULL, 0};

    (void)http_field(answer->fields, "Content-Type", &value);
    return cut_to(bytes_slice(value, 0, bytes_find_byte(value, ';')), LIMIT_CAPTURE_WORD);
}

static void read_answer_head(struct reading *r, const struct http_message *answer,
                             struct capture_record *record)
{
    struct bytes value;

    record->status = http_status(answer);
    record->type = arena_copy(r->arena, type_of(answer));
    if (http_field(answer->fields, "Location", &value))
        record->location = arena_copy(r->arena, cut_to(value, LIMIT_CAPTURE_URL));
    record->flags |= http_field(answer->fields, "Set-Cookie", &value) ? CAPTURE_GIVES : 0;
    record->flags |=
        http_field(answer->fields, "WWW-Authenticate", &value) ? CAPTURE_DEMANDS : 0;
    if (http_field(answer->fields, "Refresh", &value))
        record->flags |= CAPTURE_MOVES;
}

static struct error *read_answer(struct reading *r, const struct entry *entry)
{
    struct half *half = add_half(r, &r->answers, entry);
    struct http_message answer;
    struct bytes page = {NULL, 0}, value;
    const char *cut = NULL;

    if (half == NULL)
        return lose(r, "more answers than are read");
    struct capture_record *record = &half->record;
    owned(error) error = http_split(entry->block, &answer);
    if (error == NULL) {
        read_answer_head(r, &answer, record);
        error = http_page(&answer, &r->room, &page, &cut);
    }
    r->unpacked += page.size;
    if (error == NULL && (page.size > LIMIT_CAPTURE_PAGE || r->unpacked > LIMIT_CAPTURE_BYTES))
        error = error_new(ERROR_LIMIT, "it is larger than the pages that are read");
    if (error == NULL)
        read_page(r, page, record);
    if (entry->cut)
        cut = "the file ends in the middle of it";
    else if (error != NULL)
        cut = error_line(error);
    else if (http_field(entry->fields, "WARC-Truncated", &value) ||
             http_field(entry->fields, "WARC-Segment-Number", &value))
        cut = "the program that captured it kept a part alone";
    else if (record->letters > 0 && record->text.size == 0)
        cut = "the pages before it in the capture fill what is kept of text";
    else if (bytes_is(entry->type, "revisit"))
        cut = "the record refers to another capture for what came";
    if (cut != NULL)
        record->trouble = arena_copy(r->arena, cut_to(bytes_of(cut), LIMIT_CAPTURE_WORD));
    return NULL;
}

/* wget writes <http://…>, as version 1.0 of the format seems to want it. */
static struct bytes url_of(struct bytes fields)
{
    struct bytes url = {NULL, 0};

    (void)http_field(fields, "WARC-Target-URI", &url);
    if (bytes_starts(url, "<") && bytes_ends(url, ">"))
        url = bytes_slice(url, 1, url.size - 2);
    return bytes_trim(url);
}

static struct error *read_entry(struct reading *r, const struct entry *entry)
{
    bool asks = bytes_is(entry->type, "request");
    struct bytes content;

    bool answers = bytes_is(entry->type, "response") || bytes_is(entry->type, "revisit");
    if (!answers && entry->cut)
        return lose(r, "the file ends in the middle of a record");
    if (!asks && !answers)
        return NULL;
    if (!http_field(entry->fields, "Content-Type", &content) ||
        !bytes_starts(content, "application/http"))
        return NULL; /* a look-up of a name (dns:), say */
    if (entry->url.size > LIMIT_CAPTURE_URL)
        return lose(r, "an address longer than any server takes");
    return asks ? read_request(r, entry) : read_answer(r, entry);
}

/* The record at the start of *REST, which is moved behind it. */
static struct error *read_record(struct reading *r, struct bytes *rest)
{
    struct bytes version, value = {NULL, 0};
    struct entry entry = {.cut = false};
    uint64_t length = 0;

    r->records++;
    (void)bytes_next_line(rest, &version);
    if (!http_head(rest, &entry.fields)) {
        *rest = bytes_slice(*rest, 0, 0);
        return lose(r, "a record whose head has no end");
    }
    (void)http_field(entry.fields, "WARC-Type", &entry.type);
    if (!http_field(entry.fields, "Content-Length", &value) || !bytes_to_u64(value, &length))
        return lose(r, "a record that does not say its length");
    entry.url = url_of(entry.fields);
    entry.cut = length > rest->size;
    entry.block = bytes_slice(*rest, 0, length);
    *rest = bytes_from_offset(*rest, length);
    if (rest->size > 0 && !bytes_starts(*rest, "\r\n") && !bytes_starts(*rest, "\n"))
        TRY(lose(r, "a record that is longer than it says"));
    return read_entry(r, &entry);
}

static struct error *read_records(struct reading *r, struct bytes rest)
{
    while (rest.size > 0) {
        uint8_t first = bytes_at(rest, 0);
        if (first == '\r' || first == '\n') {
            rest = bytes_from_offset(rest, 1);
        } else if (bytes_starts(rest, "WARC/")) {
            TRY(read_record(r, &rest));
        } else {
            size_t next = bytes_find_string(rest, "\nWARC/");
            TRY(lose(r, "bytes between two records that are none"));
            rest = bytes_from_offset(rest, size_min(next, rest.size));
        }
    }
    return NULL;
}

/* The members of a gzip file, one after another: each holds a record, or all do in one. */
static struct error *read_members(struct reading *r, struct bytes file)
{
    size_t at = 0;

    while (at < file.size) {
        struct stream stream = {.input = bytes_from_offset(file, at), .out = &r->member};
        r->member.size = 0;
        owned(error) error = stream_gzip_member(&stream);
        r->unpacked += r->member.size;
        TRY(read_records(r, buffer_bytes(&r->member)));
        if (error != NULL) {
            TRY(lose(r, arena_printf(r->arena, "at byte %zu: %s", at, error_line(error))));
            /* The next member may be sound: it begins as the first does. */
            size_t next = bytes_find_string(
                bytes_from_offset(file, at + size_max(stream.consumed, 1)), "\x1f\x8b\x08");
            if (next == SIZE_MAX || r->losses > LIMIT_CAPTURE_LOSSES)
                return NULL;
            at += size_max(stream.consumed, 1) + next;
        } else {
            at += stream.consumed;
        }
        if (r->unpacked > LIMIT_CAPTURE_BYTES)
            return lose(r, "it unpacks to more than is read: the rest is left out");
    }
    return NULL;
}

static bool belongs(const struct half *request, const struct half *answer)
{
    return (answer->other.size > 0 && bytes_equal(answer->other, request->id)) ||
           (request->other.size > 0 && bytes_equal(request->other, answer->id));
}

/*
 * The request of an answer: by their ids, or the next record of the same address, on either side.
 * One request has one answer.
 */
static void find_request(struct reading *r, struct half *answer)
{
    struct half *found = NULL;

    for (size_t i = 0; i < r->requests.count; i++) {
        struct half *request = &r->requests.list[i];
        uint32_t apart = answer->record.record - request->record.record;
        bool beside = request->other.size == 0 && answer->other.size == 0 &&
                      (apart == 1 || apart == UINT32_MAX);
        if (!request->used && (belongs(request, answer) || beside) &&
            bytes_equal(request->record.url, answer->record.url)) {
            found = request;
            break;
        }
    }
    if (found == NULL)
        return;
    found->used = true;
    answer->record.flags |= found->record.flags;
}

static struct error *put_all(struct reading *r)
{
    for (size_t i = 0; i < r->answers.count; i++) {
        find_request(r, &r->answers.list[i]);
        TRY(r->sink->record(r->sink, &r->answers.list[i].record));
    }
    return NULL;
}

struct error *warc_read(struct bytes file, struct capture_sink *sink)
{
    bool packed = bytes_starts(file, "\x1f\x8b");
    owned(arena) arena = arena_new();
    struct reading r = {.sink = sink, .arena = arena};
    struct error *error;

    if (!packed && !bytes_starts(file, "WARC/"))
        return error_new(ERROR_INPUT, "it does not begin as a WARC file does");
    if (packed)
        http_reserve(&r.member, file.size);
    error = packed ? read_members(&r, file) : read_records(&r, file);
    if (error == NULL)
        error = put_all(&r);
    mem_free(r.member.memory);
    mem_free(r.room.joined.memory);
    mem_free(r.room.unpacked.memory);
    return error;
}
