#include "store/coverage.h"

#include "model/query.h"
#include "store/store.h"
#include "test.h"

static struct assessment *image_of(uint64_t size)
{
    struct assessment *assessment = assessment_new();
    struct node root = {.parent = NODE_NONE, .kind = NODE_CONTAINER, .size = size};

    assessment->input = "image";
    (void)assessment_add_node(assessment, &root);
    return assessment;
}

static uint32_t add_node(struct assessment *assessment, uint32_t parent, uint64_t offset,
                         uint64_t size)
{
    struct node node = {.parent = parent,
                        .path = bytes_of("part"),
                        .size = size,
                        .offset = offset,
                        .has_offset = offset != UINT64_MAX};

    return assessment_add_node(assessment, &node);
}

static void add_span(struct assessment *assessment, uint32_t node, uint64_t offset,
                     uint64_t length, enum span_kind kind)
{
    assessment->spans =
        arena_grow(assessment->arena, assessment->spans, &assessment->span_capacity,
                   assessment->span_count + 1, sizeof *assessment->spans);
    assessment->spans[assessment->span_count++] = (struct assessment_span){
        .node = node,
        .span = {.offset = offset,
                 .length = length,
                 .kind = kind,
                 .what = span_kind_name(kind)},
    };
}

static sqlite3 *stored(struct assessment *assessment)
{
    sqlite3 *db = NULL;

    CHECK_SUCCESS(store_new(&db));
    CHECK_SUCCESS(store_fill(db, assessment));
    assessment_free(assessment);
    CHECK_INT(query_number(db, "SELECT SUM(length) FROM map", -1),
              query_number(db,
                           "SELECT SUM(value) FROM meta WHERE key LIKE 'bytes\\_%' ESCAPE '\\'"
                           " AND key <> 'bytes_read'",
                           -2));
    return db;
}

static int64_t bytes_of_kind(sqlite3 *db, const char *kind)
{
    char sql[100];

    sqlite3_snprintf(sizeof sql, sql, "SELECT value FROM meta WHERE key = 'bytes_%s'", kind);
    return query_number(db, sql, -1);
}

static int64_t is_complete(sqlite3 *db)
{
    return query_number(db, "SELECT complete FROM coverage WHERE name = 'unpack.complete'", -1);
}

/* Where a short span ends, the long one of the same container that it lies in goes on. */
TEST(overlapping_spans_do_not_end_each_other)
{
    struct assessment *assessment = image_of(100);
    uint32_t part = add_node(assessment, NODE_ROOT, 10, 80);

    add_span(assessment, NODE_ROOT, 0, 100, SPAN_EXPLAINED);
    add_span(assessment, part, 0, 80, SPAN_UNKNOWN);
    add_span(assessment, part, 5, 5, SPAN_PADDING);
    add_span(assessment, part, 6, 2, SPAN_EXPLAINED);
    sqlite3 *db = stored(assessment);
    CHECK_INT(bytes_of_kind(db, "unknown"), 75);
    CHECK_INT(bytes_of_kind(db, "padding"), 3);
    CHECK_INT(bytes_of_kind(db, "explained"), 22);
    CHECK_INT(is_complete(db), 0);
    sqlite3_close(db);
}

/* A container explains nothing beyond its own bytes, whatever it says. */
TEST(a_span_is_cut_to_its_container)
{
    struct assessment *assessment = image_of(100);
    uint32_t outer = add_node(assessment, NODE_ROOT, 10, 30);
    uint32_t inner = add_node(assessment, outer, 5, 20);

    add_span(assessment, outer, 0, UINT64_MAX, SPAN_EXPLAINED);
    add_span(assessment, inner, 2, 1000, SPAN_PADDING);
    add_span(assessment, inner, 30, 1000, SPAN_PADDING);
    add_span(assessment, inner, UINT64_MAX, UINT64_MAX, SPAN_PADDING);
    sqlite3 *db = stored(assessment);
    CHECK_INT(bytes_of_kind(db, "padding"), 18);
    CHECK_INT(bytes_of_kind(db, "explained"), 12);
    CHECK_INT(bytes_of_kind(db, "unknown"), 70);
    sqlite3_close(db);
}

/* What was unpacked from an explained archive may still be dark. */
TEST(unknown_bytes_in_something_unpacked_are_not_complete)
{
    for (int kind = SPAN_EXPLAINED; kind <= SPAN_ENCRYPTED; kind++) {
        struct assessment *assessment = image_of(100);
        uint32_t unpacked = add_node(assessment, NODE_ROOT, UINT64_MAX, 4000);

        add_span(assessment, NODE_ROOT, 0, 100, SPAN_EXPLAINED);
        add_span(assessment, unpacked, 0, 4000, (enum span_kind)kind);
        sqlite3 *db = stored(assessment);
        CHECK_INT(bytes_of_kind(db, "explained"), 100);
        CHECK_INT(is_complete(db), kind == SPAN_EXPLAINED || kind == SPAN_PADDING);
        sqlite3_close(db);
    }
}

/* Against the slow way: a byte belongs to the innermost span over it, of those the last begun. */
TEST(random_spans_as_byte_by_byte)
{
    uint64_t state = 303645;

    for (int round = 0; round < 200; round++) {
        struct assessment *assessment = image_of(64);
        uint32_t parts[2] = {NODE_ROOT, add_node(assessment, NODE_ROOT, 0, 64)};
        int kinds[64], depths[64], starts[64];
        for (int i = 0; i < 64; i++)
            kinds[i] = SPAN_UNKNOWN, depths[i] = -1, starts[i] = -1;
        for (int i = 0; i < 12; i++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            int from = (int)(state >> 40) % 16 * 4 + i % 4,
                length = (int)(state >> 50) % 30 + 1;
            int depth = (int)(state >> 30) & 1, kind = (int)(state >> 32) & 3;
            bool twice = false;
            for (size_t j = 0; j < assessment->span_count; j++)
                twice = twice || (assessment->spans[j].span.offset == (uint64_t)from &&
                                  assessment->spans[j].node == parts[depth]);
            if (twice)
                continue;
            add_span(assessment, parts[depth], (uint64_t)from, (uint64_t)length,
                     (enum span_kind)kind);
            for (int at = from; at < from + length && at < 64; at++)
                if (depth > depths[at] || (depth == depths[at] && from > starts[at]))
                    kinds[at] = kind, depths[at] = depth, starts[at] = from;
        }
        int wanted[4] = {0};
        for (int i = 0; i < 64; i++)
            wanted[kinds[i]]++;
        sqlite3 *db = stored(assessment);
        for (int kind = 0; kind < 4; kind++)
            CHECK_INT(bytes_of_kind(db, span_kind_name((enum span_kind)kind)), wanted[kind]);
        sqlite3_close(db);
    }
}

int main(void)
{
    RUN(overlapping_spans_do_not_end_each_other);
    RUN(a_span_is_cut_to_its_container);
    RUN(unknown_bytes_in_something_unpacked_are_not_complete);
    RUN(random_spans_as_byte_by_byte);
    return test_end();
}
