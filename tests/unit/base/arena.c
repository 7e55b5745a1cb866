#include "base/arena.h"

#include "test.h"

TEST(memory_is_zeroed_and_aligned)
{
    owned(arena) arena = arena_new();

    for (size_t size = 0; size < 300; size++) {
        uint8_t *memory = arena_alloc(arena, size);
        CHECK_TRUE((uintptr_t)memory % _Alignof(max_align_t) == 0);
        CHECK_TRUE(bytes_all(bytes_from(memory, size), 0));
        memset(memory, 0xff, size);
    }
    uint8_t *large = arena_alloc(arena, 5U << 20);
    CHECK_TRUE(bytes_all(bytes_from(large, 5U << 20), 0));
}

TEST(reset_gives_zeroed_memory_again)
{
    owned(arena) arena = arena_new();

    for (unsigned round = 0; round < 50; round++) {
        uint8_t *memory = arena_alloc(arena, 100000);
        CHECK_TRUE(bytes_all(bytes_from(memory, 100000), 0));
        memset(memory, 0xee, 100000);
        CHECK_TRUE(arena_used(arena) >= 100000);
        arena_reset(arena);
        CHECK_INT(arena_used(arena), 0);
    }
}

TEST(arrays_grow_and_keep_what_they_hold)
{
    owned(arena) arena = arena_new();
    size_t capacity = 0, count = 0;
    unsigned *numbers = NULL;

    for (unsigned i = 0; i < 20000; i++) {
        numbers = arena_grow(arena, numbers, &capacity, count + 1, sizeof *numbers);
        numbers[count++] = i;
        CHECK_TRUE(capacity >= count);
    }
    for (unsigned i = 0; i < 20000; i++)
        if (numbers[i] != i)
            test_ok = false;
}

TEST(strings_are_copies)
{
    owned(arena) arena = arena_new();
    char text[] = "abc";
    char *copy = arena_string(arena, bytes_of(text));
    struct bytes bytes = arena_copy(arena, bytes_from("x\0y", 3));

    text[0] = 'z';
    CHECK_STRING(copy, "abc");
    CHECK_INT(bytes.size, 3);
    CHECK_INT(bytes_at(bytes, 2), 'y');
    CHECK_STRING(arena_string(arena, bytes_of(NULL)), "");
    CHECK_STRING(arena_printf(arena, "%s/%03d", "a", 7), "a/007");
}

int main(void)
{
    RUN(memory_is_zeroed_and_aligned);
    RUN(reset_gives_zeroed_memory_again);
    RUN(arrays_grow_and_keep_what_they_hold);
    RUN(strings_are_copies);
    return test_end();
}
