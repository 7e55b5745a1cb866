#include "model/wire.h"

#include "base/limits.h"
#include "test.h"

static const struct column columns[] = {
    {"account", COLUMN_TEXT, "who"},
    {"uid", COLUMN_INTEGER, "number"},
    {"shell", COLUMN_TEXT, "program"},
};
static const struct observable login = {"login", "accounts", columns, COUNT_OF(columns)};

/* Reads the one frame in TEXT; its payload. */
static struct cursor frame(const struct text *text, enum wire_kind wanted)
{
    struct bytes stream = text_bytes(text), payload = {NULL, 0};
    enum wire_kind kind = WIRE_DONE;
    bool found = false;

    CHECK_SUCCESS(wire_next(&stream, &found, &kind, &payload));
    CHECK_TRUE(found);
    CHECK_INT(kind, wanted);
    CHECK_INT(stream.size, 0);
    return cursor_over(payload);
}

TEST(nodes_come_back_as_they_went)
{
    owned(text) out = text_new();
    struct node given = {.id = 7,
                         .parent = 3,
                         .kind = NODE_CHAR,
                         .path = bytes_of("dev/ttyS0"),
                         .target = bytes_of("../x"),
                         .format = bytes_of("elf"),
                         .size = UINT64_MAX,
                         .offset = 1ULL << 40,
                         .has_offset = true,
                         .has_owner = true,
                         .mode = 06755,
                         .uid = 4294967294,
                         .gid = 5,
                         .major = 4,
                         .minor = 64,
                         .has_sha256 = true,
                         .xattrs = bytes_from("a\0b", 3)},
                got;

    given.sha256.bytes[31] = 0xee;
    size_t mark = wire_begin(out, WIRE_NODE);
    wire_node(out, &given);
    wire_end(out, mark);
    struct cursor c = frame(out, WIRE_NODE);
    wire_read_node(&c, &got);
    CHECK_SUCCESS(cursor_check(&c, "a node"));
    CHECK_INT(cursor_left(&c), 0);
    CHECK_TRUE(got.id == 7 && got.parent == 3 && got.kind == NODE_CHAR);
    CHECK_TRUE(bytes_equal(got.path, given.path) && bytes_equal(got.target, given.target) &&
               bytes_equal(got.format, given.format) && bytes_equal(got.xattrs, given.xattrs));
    CHECK_TRUE(got.size == UINT64_MAX && got.offset == 1ULL << 40 && got.has_offset &&
               got.has_owner);
    CHECK_TRUE(got.mode == 06755 && got.uid == 4294967294 && got.gid == 5);
    CHECK_TRUE(got.major == 4 && got.minor == 64 && got.has_sha256 &&
               got.sha256.bytes[31] == 0xee);
}

TEST(contents_come_back_as_they_went)
{
    owned(text) out = text_new();
    struct wire_content given = {.item = 9,
                                 .size = WIRE_LOST,
                                 .format = bytes_of("gzip"),
                                 .opens = 1,
                                 .kept = 1,
                                 .place = {2, 4096, 77},
                                 .checks = 1ULL << 63},
                        got;

    size_t mark = wire_begin(out, WIRE_CONTENT);
    wire_content(out, &given);
    wire_end(out, mark);
    struct cursor c = frame(out, WIRE_CONTENT);
    wire_read_content(&c, &got);
    CHECK_SUCCESS(cursor_check(&c, "a content"));
    CHECK_INT(cursor_left(&c), 0);
    CHECK_TRUE(got.item == 9 && got.size == WIRE_LOST && got.opens == 1 && got.kept == 1);
    CHECK_TRUE(got.place.region == 2 && got.place.offset == 4096 && got.place.size == 77);
    CHECK_TRUE(got.checks == 1ULL << 63 && bytes_is(got.format, "gzip"));
}

TEST(jobs_come_back_as_they_went)
{
    owned(text) out = text_new();
    struct wire_open given = {.place = {1, 2, 3},
                              .name = bytes_of("a.bin"),
                              .format = bytes_of("raw"),
                              .replay = 5,
                              .done = 6,
                              .crashed = {7, 9},
                              .crashed_count = 2,
                              .flags = WIRE_CARVE},
                     got;

    size_t mark = wire_begin(out, WIRE_OPEN);
    wire_open(out, &given);
    wire_end(out, mark);
    struct cursor c = frame(out, WIRE_OPEN);
    wire_read_open(&c, &got);
    CHECK_SUCCESS(cursor_check(&c, "a job"));
    CHECK_INT(cursor_left(&c), 0);
    CHECK_TRUE(got.place.region == 1 && got.place.offset == 2 && got.place.size == 3);
    CHECK_TRUE(got.replay == 5 && got.done == 6 && got.flags == WIRE_CARVE);
    CHECK_TRUE(got.crashed_count == 2 && got.crashed[0] == 7 && got.crashed[1] == 9);
    CHECK_BYTES(got.name, "a.bin");
    CHECK_BYTES(got.format, "raw");
}

static void write_row(struct text *out, struct arena *arena)
{
    struct evidence evidence = {
        .node = 4, .offset = 10, .length = 20, .line = 3, .excerpt = bytes_of("root::0:0")};
    struct observation *row = observation_new(arena, &login, evidence);

    observation_string(row, "account", "root");
    observation_integer(row, "uid", -1);
    size_t mark = wire_begin(out, WIRE_ROW);
    wire_row(out, 2, row);
    wire_end(out, mark);
}

TEST(rows_come_back_as_they_went)
{
    owned(text) out = text_new();
    owned(arena) arena = arena_new();

    write_row(out, arena);
    struct cursor c = frame(out, WIRE_ROW);
    CHECK_INT(cursor_u32le(&c), 2);
    struct observation *got = wire_read_row(&c, &login, arena);
    CHECK_SUCCESS(cursor_check(&c, "a row"));
    CHECK_INT(cursor_left(&c), 0);
    CHECK_TRUE(got->evidence.node == 4 && got->evidence.offset == 10 &&
               got->evidence.length == 20);
    CHECK_INT(got->evidence.line, 3);
    CHECK_BYTES(got->evidence.excerpt, "root::0:0");
    CHECK_BYTES(got->values[0].text, "root");
    CHECK_INT(got->values[1].integer, -1);
    CHECK_INT(got->values[2].kind, VALUE_NULL);
}

TEST(frames_are_cut_where_they_end)
{
    owned(text) out = text_new();
    enum wire_kind kind;
    struct bytes payload;
    bool found;

    for (unsigned i = 0; i < 3; i++) {
        size_t mark = wire_begin(out, WIRE_UNREAD);
        for (unsigned j = 0; j < i; j++)
            wire_u8(out, (uint8_t)j);
        wire_end(out, mark);
    }
    struct bytes stream = text_bytes(out);
    for (size_t i = 0; i < 3; i++) {
        CHECK_SUCCESS(wire_next(&stream, &found, &kind, &payload));
        CHECK_TRUE(found && payload.size == i);
    }
    CHECK_SUCCESS(wire_next(&stream, &found, &kind, &payload));
    CHECK_TRUE(!found);
    /* Every cut of the stream: whole frames come, the rest waits, nothing is invented. */
    for (size_t size = 0; size <= out->size; size++) {
        size_t frames = 0;
        stream = bytes_slice(text_bytes(out), 0, size);
        for (found = true; found; frames += found)
            CHECK_SUCCESS(wire_next(&stream, &found, &kind, &payload));
        CHECK_INT(frames, (size >= 5) + (size >= 11) + (size >= 18));
    }
}

TEST(impossible_lengths_are_refused)
{
    const uint32_t sizes[] = {0, LIMIT_MESSAGE + 1, INT32_MAX, UINT32_MAX};
    enum wire_kind kind;
    struct bytes payload;
    bool found;

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        owned(text) out = text_new();
        wire_u32(out, sizes[i]);
        wire_u8(out, WIRE_NODE);
        struct bytes stream = text_bytes(out);
        CHECK_FAILURE(wire_next(&stream, &found, &kind, &payload), ERROR_INPUT);
        CHECK_TRUE(!found);
    }
}

/* A value of the wrong type is no value: the row does not count. */
TEST(a_row_of_the_wrong_type_latches)
{
    owned(text) out = text_new();
    owned(arena) arena = arena_new();

    wire_u32(out, 0);
    wire_u64(out, 0);
    wire_u64(out, 0);
    wire_u32(out, 0);
    wire_text(out, bytes_of(""));
    wire_u8(out, VALUE_INTEGER); /* the account is a text */
    wire_u64(out, 5);
    wire_u8(out, VALUE_NULL);
    wire_u8(out, VALUE_NULL);
    struct cursor c = cursor_over(text_bytes(out));
    (void)wire_read_row(&c, &login, arena);
    CHECK_TRUE(!cursor_ok(&c));
}

/* What a worker that has been taken over may send: read it all, however it is damaged. */
static void read_any(struct bytes stream, struct arena *arena)
{
    struct wire_content content;
    struct wire_open open;
    struct node node;
    enum wire_kind kind;
    struct bytes payload;
    bool found = true;

    for (unsigned frames = 0; found && frames < 100; frames++) {
        struct error *error = wire_next(&stream, &found, &kind, &payload);
        if (error != NULL) {
            CHECK_INT(error_kind(error), ERROR_INPUT);
            error_free(error);
            return;
        }
        if (!found)
            return;
        struct cursor c = cursor_over(payload);
        wire_read_node(&c, &node);
        CHECK_TRUE(node.kind <= NODE_CONTAINER && node.mode <= 07777);
        c = cursor_over(payload);
        wire_read_content(&c, &content);
        c = cursor_over(payload);
        wire_read_open(&c, &open);
        c = cursor_over(payload);
        (void)cursor_u32le(&c);
        struct observation *row = wire_read_row(&c, &login, arena);
        for (size_t i = 0; i < login.column_count; i++)
            CHECK_TRUE(row->values[i].kind == VALUE_NULL ||
                       (row->values[i].kind == VALUE_TEXT) == (columns[i].type == COLUMN_TEXT));
    }
}

TEST(damaged_frames_do_no_harm)
{
    owned(text) good = text_new();
    owned(arena) arena = arena_new();
    struct node node = {
        .path = bytes_of("etc/passwd"), .has_sha256 = true, .target = bytes_of("x")};
    struct wire_content content = {.format = bytes_of("gzip")};
    uint64_t state = 5;

    size_t mark = wire_begin(good, WIRE_NODE);
    wire_node(good, &node);
    wire_end(good, mark);
    mark = wire_begin(good, WIRE_CONTENT);
    wire_content(good, &content);
    wire_end(good, mark);
    write_row(good, arena);
    for (unsigned i = 0; i < 2000; i++) {
        /* Exactly sized, so that the sanitized build sees one byte too far. */
        uint8_t *copy = mem_alloc(good->size);
        size_t size = i % 3 == 0 ? i % good->size : good->size;
        mem_copy(copy, good->data, good->size);
        for (unsigned j = 0; j <= i % 5; j++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            copy[(state >> 33) % good->size] =
                (state >> 20) % 3 == 0 ? 0xff : (uint8_t)(state >> 56);
        }
        read_any(bytes_from(copy, size), arena);
        mem_free(copy);
        arena_reset(arena);
    }
}

int main(void)
{
    RUN(nodes_come_back_as_they_went);
    RUN(contents_come_back_as_they_went);
    RUN(jobs_come_back_as_they_went);
    RUN(rows_come_back_as_they_went);
    RUN(frames_are_cut_where_they_end);
    RUN(impossible_lengths_are_refused);
    RUN(a_row_of_the_wrong_type_latches);
    RUN(damaged_frames_do_no_harm);
    return test_end();
}
