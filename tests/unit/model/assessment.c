#include "model/assessment.h"

#include "test.h"

static const struct column columns[] = {{"what", COLUMN_TEXT, ""},
                                        {"number", COLUMN_INTEGER, ""}};
static const struct observable kinds[] = {{"first", "", columns, 2},
                                          {"second", "", columns, 2}};

static const char *const paths[] = {"etc",       "etc/passwd", "bin/sh", "bin",
                                    "usr/bin/x", "etc-old",    "lib"};
#define PATHS COUNT_OF(paths)

/* The same things, put in by an order that ORDER decides. */
static struct assessment *filled(unsigned order)
{
    struct assessment *assessment = assessment_new();
    struct node root = {.parent = NODE_NONE, .kind = NODE_CONTAINER};
    uint32_t ids[PATHS];

    assessment->observables =
        arena_array(assessment->arena, 2, sizeof *assessment->observables);
    assessment->observables[0] = kinds[0];
    assessment->observables[1] = kinds[1];
    assessment->observable_count = 2;
    (void)assessment_add_node(assessment, &root);
    for (unsigned i = 0; i < PATHS; i++) {
        unsigned at = (i * 3 + order) % PATHS;
        struct node node = {.parent = 0, .path = bytes_of(paths[at]), .size = at};
        ids[at] = assessment_add_node(assessment, &node);
    }
    for (unsigned i = 0; i < 2 * PATHS; i++) {
        unsigned at = (i * 5 + order) % (2 * PATHS);
        struct evidence evidence = {.node = ids[at % PATHS], .offset = at / PATHS};
        struct observation *row =
            observation_new(assessment->arena, &assessment->observables[at % 2], evidence);
        observation_string(row, "what", paths[at % PATHS]);
        observation_integer(row, "number", at % 3);
        assessment->observations = arena_grow(
            assessment->arena, assessment->observations, &assessment->observation_capacity,
            assessment->observation_count + 1, sizeof *assessment->observations);
        assessment->observations[assessment->observation_count++] = row;
    }
    for (unsigned i = 0; i < PATHS; i++) {
        unsigned at = (i * 2 + order) % PATHS;
        assessment_add_unread(assessment, 0, bytes_of(paths[at]), at, bytes_of("cut short"));
        assessment->spans =
            arena_grow(assessment->arena, assessment->spans, &assessment->span_capacity,
                       assessment->span_count + 1, sizeof *assessment->spans);
        assessment->spans[assessment->span_count++] =
            (struct assessment_span){ids[at], {.offset = 8 - at, .length = at, .what = "part"}};
    }
    assessment_sort(assessment);
    return assessment;
}

static void same(const struct assessment *a, const struct assessment *b)
{
    for (size_t i = 0; i < a->node_count; i++) {
        CHECK_TRUE(bytes_equal(a->nodes[i].full_path, b->nodes[i].full_path));
        CHECK_INT(a->nodes[i].node.id, i);
        CHECK_INT(a->nodes[i].node.size, b->nodes[i].node.size);
        CHECK_INT(a->nodes[i].node.parent, b->nodes[i].node.parent);
    }
    for (size_t i = 0; i < a->observation_count; i++) {
        const struct observation *x = a->observations[i], *y = b->observations[i];
        CHECK_STRING(x->observable->name, y->observable->name);
        CHECK_INT(x->evidence.node, y->evidence.node);
        CHECK_INT(x->evidence.offset, y->evidence.offset);
        CHECK_TRUE(bytes_equal(x->values[0].text, y->values[0].text));
        CHECK_TRUE(bytes_equal(x->values[0].text, a->nodes[x->evidence.node].full_path));
        CHECK_INT(x->values[1].integer, y->values[1].integer);
    }
    for (size_t i = 0; i < a->span_count; i++) {
        CHECK_INT(a->spans[i].node, b->spans[i].node);
        CHECK_INT(a->spans[i].span.offset, b->spans[i].span.offset);
        CHECK_INT(a->spans[i].span.length, a->nodes[a->spans[i].node].node.size);
    }
    for (size_t i = 0; i < a->unread_count; i++)
        CHECK_TRUE(bytes_equal(a->unread[i].path, b->unread[i].path));
}

TEST(the_order_of_arrival_does_not_show)
{
    owned(assessment) first = filled(0);

    CHECK_INT(first->node_count, PATHS + 1);
    CHECK_BYTES(first->nodes[0].full_path, "");
    CHECK_INT(first->nodes[0].node.parent, NODE_NONE);
    for (unsigned order = 1; order < 2 * PATHS; order++) {
        owned(assessment) other = filled(order);
        same(first, other);
    }
}

TEST(sorting_twice_changes_nothing)
{
    owned(assessment) first = filled(0);
    owned(assessment) second = filled(3);

    assessment_sort(second);
    same(first, second);
}

TEST(paths_go_through_all_containers)
{
    owned(assessment) assessment = assessment_new();
    struct node root = {.parent = NODE_NONE}, outer = {.parent = 0, .path = bytes_of("a.tar")};

    (void)assessment_add_node(assessment, &root);
    uint32_t id = assessment_add_node(assessment, &outer);
    struct node inner = {.parent = id, .path = bytes_of("etc/passwd")};
    struct node top = {.parent = id, .path = bytes_of(".")};
    uint32_t file = assessment_add_node(assessment, &inner);
    uint32_t folder = assessment_add_node(assessment, &top);
    CHECK_BYTES(assessment->nodes[file].full_path, "a.tar/etc/passwd");
    CHECK_INT(assessment->nodes[file].depth, 2);
    CHECK_TRUE(bytes_starts(assessment->nodes[folder].full_path, "a.tar"));
}

int main(void)
{
    RUN(the_order_of_arrival_does_not_show);
    RUN(sorting_twice_changes_nothing);
    RUN(paths_go_through_all_containers);
    return test_end();
}
