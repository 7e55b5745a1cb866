#include "inspect/patterns.h"

#include "base/limits.h"
#include "test.h"

static size_t place_of(const char *name)
{
    for (size_t i = 0; i < check_count; i++)
        if (strcmp(checks[i]->name, name) == 0)
            return i;
    return 0;
}

TEST(every_pattern_belongs_to_a_check_that_has_patterns)
{
    for (size_t i = 0; i < pattern_row_count; i++) {
        const struct check *check = checks[place_of(pattern_rows[i].check)];
        CHECK_STRING(check->name, pattern_rows[i].check);
        CHECK_TRUE(check->has_patterns);
        CHECK_TRUE(pattern_rows[i].width > 2);
    }
}

TEST(a_hit_says_where_it_ended)
{
    owned(arena) arena = arena_new();
    struct hit_list *lists = arena_array(arena, check_count, sizeof *lists);
    struct hit_list *list = &lists[place_of("component")];

    list->wanted = true;
    CHECK_SUCCESS(patterns_scan(bytes_of("xx BusyBox v1.30.1 yy"), arena, lists));
    CHECK_INT(list->count, 1);
    CHECK_INT(list->count > 0 ? list->hits[0].end : 0, 12);
    list->wanted = false;
    CHECK_SUCCESS(patterns_scan(bytes_of("xx BusyBox v1.30.1 yy"), arena, lists));
    CHECK_INT(list->count, 0);
}

TEST(a_flood_is_cut)
{
    owned(arena) arena = arena_new();
    struct hit_list *lists = arena_array(arena, check_count, sizeof *lists);
    struct hit_list *list = &lists[place_of("component")];
    static const char one[] = "BusyBox v1 ";
    size_t count = LIMIT_HITS_FILE + 100;
    char *flood = arena_alloc(arena, count * (sizeof one - 1));

    for (size_t i = 0; i < count; i++)
        mem_copy(flood + i * (sizeof one - 1), one, sizeof one - 1);
    list->wanted = true;
    CHECK_SUCCESS(patterns_scan(bytes_from(flood, count * (sizeof one - 1)), arena, lists));
    CHECK_INT(list->count, LIMIT_HITS_FILE);
    CHECK_TRUE(list->cut);
}

TEST(nothing_is_found_in_nothing)
{
    owned(arena) arena = arena_new();
    struct hit_list *lists = arena_array(arena, check_count, sizeof *lists);

    for (size_t i = 0; i < check_count; i++)
        lists[i].wanted = true;
    CHECK_SUCCESS(patterns_scan(bytes_of(""), arena, lists));
    for (size_t i = 0; i < check_count; i++)
        CHECK_INT(lists[i].count, 0);
}

int main(void)
{
    RUN(every_pattern_belongs_to_a_check_that_has_patterns);
    RUN(a_hit_says_where_it_ended);
    RUN(a_flood_is_cut);
    RUN(nothing_is_found_in_nothing);
    patterns_unload();
    return test_end();
}
